//! The API against the real Worker in workerd, with its SQLite files on disk. One binary: it links once, and its
//! tests share a server, each with a store of its own. A module for each branch of the URL tree, and some that
//! cut across it.

mod alarms;
mod auth;
mod bonuses;
mod calendars;
mod cards;
mod cors;
mod customers;
mod events;
mod expiry;
mod explained;
mod fraud;
mod guests;
mod icons;
mod idempotency;
mod imports;
mod imports_waiting;
mod invitation_mail;
mod keys;
mod levels;
mod library;
mod limits;
mod logs;
mod mail;
mod me;
mod messages;
mod missions;
mod orders;
mod owners;
mod pages;
mod pictures;
mod plan;
mod program;
mod quotes;
mod races;
mod redemptions;
mod referrals;
mod reminders;
mod settings;
mod shopify;
mod stores;
mod test_clock;
mod theme;
mod webhooks;
mod writes;
