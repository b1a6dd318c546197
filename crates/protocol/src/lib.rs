//! What goes over the wire. Nothing here decides; nothing here does I/O.
//!
//! - [`ids`]: the forms of ids, keys and codes.
//! - [`problem`]: errors, with their stable codes and HTTP statuses.
//! - [`routes`]: the API as a table.
//! - [`library`]: the library of missions, and icons.
//! - [`plan`]: what a store may use, and how much of it.
//! - [`platforms`]: shop platforms that tell a store's customers.
//! - [`scopes`]: who may do what with a store, and who did it.
//! - [`shopper`]: what the widget reads and sends.
//! - [`team`]: people of a store, their sessions, and the record of who did what.
//! - [`merchant`]: what a shop's server reads and sends.
//! - [`events`]: what a shop's server is told by itself.
//! - [`drafts`]: versions of the program, its draft, and how far a new store is.
//! - [`missions`]: completions, and missions as people see them.
//! - [`messages`]: letters to shoppers, and what a merchant may say of them.
//! - [`referrals`]: what shoppers and merchants see of invitations.
//! - [`reports`]: what points, missions, invitations and levels come to.
//! - [`pictures`]: pictures of a store's pages, and its colours.
//! - [`pages`]: how an invitation looks before it is published.
//! - [`imports`]: spreadsheets of completions and balances.

pub mod drafts;
pub mod events;
pub mod ids;
pub mod imports;
pub mod library;
pub mod merchant;
pub mod messages;
pub mod missions;
#[cfg(feature = "schema")]
pub mod openapi;
pub mod pages;
pub mod pictures;
pub mod plan;
pub mod platforms;
pub mod problem;
pub mod referrals;
pub mod reports;
pub mod routes;
pub mod scopes;
pub mod shopper;
pub mod team;

pub use problem::{Code, Problem};
