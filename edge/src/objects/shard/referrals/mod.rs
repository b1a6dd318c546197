//! Invitations. One lives with whoever invited (`inviter.rs`): its state, its reasons, its review, its points. What is
//! known of the friend lives with the friend (`friend.rs`): who invited them, and which of their orders counts. What
//! an address is known for lives in the shard that its hash names (`person.rs`): whose it is, who invited it first, and
//! whether it wants no more letters. What each has to tell the others goes by the outbox (`errands.rs`), written with
//! its cause and sent until it has arrived.
//!
//! 1. A friend's account is told a code, or has an address: the address's shard is asked whose that is and who was
//!    first (`Know`, `Known`).
//! 2. The friend's shard tells the inviter's all that is known of the friend, each time that it changes (`News`).
//! 3. When the review is over, the inviter's shard asks the friend's whether the order counts still (`Settle`); that
//!    one gives the friend their points and answers (`Settled`), and the inviter gets theirs.
//!
//! Each message may come twice, late, or after its cause was erased.

mod errands;
mod friend;
mod inviter;
mod person;
mod record;
mod views;

pub(crate) use errands::Errand;
pub(super) use errands::answer;
pub(super) use friend::{erase as erase_friend, of_person, with_order};
pub(super) use inviter::{decide, door, due, erase as erase_inviter, invite, is_own, next_due};
pub(super) use person::{decline, forget_invited};
pub(crate) use views::Asked;
pub(super) use views::{export, list, mine, one};

/// Invitations, by inviter. `due_ms`: when a review ends, an invitation expires, or the friend's name is forgotten.
pub(super) const REFERRAL: &str = "CREATE TABLE referral (id TEXT PRIMARY KEY, account TEXT NOT NULL, friend TEXT, code TEXT NOT NULL, state TEXT NOT NULL, at_ms INTEGER NOT NULL, rewarded_ms INTEGER, due_ms INTEGER, json TEXT NOT NULL) WITHOUT ROWID";
pub(super) const BY_ACCOUNT: &str = "CREATE INDEX referral_account ON referral (account, at_ms, id)";
pub(super) const BY_TIME: &str = "CREATE INDEX referral_at ON referral (at_ms, id)";
pub(super) const BY_DUE: &str =
    "CREATE INDEX referral_due ON referral (account, due_ms) WHERE due_ms IS NOT NULL";
/// Whose a code is, and of which of their invitations; none: their link.
pub(super) const CODE: &str = "CREATE TABLE referral_code (code TEXT PRIMARY KEY, account TEXT NOT NULL, referral TEXT, opened INTEGER NOT NULL, networks TEXT NOT NULL) WITHOUT ROWID";
pub(super) const CODE_BY_ACCOUNT: &str = "CREATE INDEX referral_code_account ON referral_code (account)";
/// Who was invited by whom.
pub(super) const REFERRED: &str =
    "CREATE TABLE referred (account TEXT PRIMARY KEY, json TEXT NOT NULL) WITHOUT ROWID";
/// What an address is known for, by its keyed hash.
pub(super) const PERSON: &str =
    "CREATE TABLE person (hash TEXT PRIMARY KEY, json TEXT NOT NULL) WITHOUT ROWID";
