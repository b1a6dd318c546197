//! An account's points: lots, holds and debts, and what commands do to them (`rules.md`, *Ledger*).
//!
//! Everything that gives or takes points passes through [`execute`], and through nothing else. It first
//! lets happen what is due by itself, then carries the command out or refuses it; both append [`Entry`]s,
//! and [`Account::apply`] of the same entries always rebuilds the same account.
//!
//! No clock and no time-zone database: the moment and the resolved zone come in as arguments.
#![cfg_attr(
    not(test),
    deny(
        clippy::unwrap_used,
        clippy::expect_used,
        clippy::indexing_slicing,
        clippy::panic,
        clippy::arithmetic_side_effects,
        clippy::float_arithmetic,
        clippy::as_conversions
    )
)]

mod account;
mod calendar;
mod cards;
mod command;
mod due;
mod engine;
mod entry;
mod expiring;
pub mod orders;
mod person;
pub mod sums;

pub use account::{Account, Balances, Hold, HoldStatus, Lot, LotState, Source, Totals};
pub use calendar::{local_day, start_of_day};
pub use cards::{Card, CardEvent, Cards, Reward, RewardHold, RewardStatus};
pub use command::{Command, Done, Refusal};
pub use engine::execute;
pub use entry::{Change, Entry, MadeGood, Return, Take};
pub use expiring::Expiring;
pub use person::{Birthday, Person, PersonEvent};
