//! Everything that decides how many points an order earns and what points may pay, as pure functions.
//!
//! The same crate runs in the widget (an instant preview), at the edge (the decision that counts), in the
//! console and in native tests. So nothing here reads a clock, a time-zone database, a network or a disk:
//! dates, groups and balances come in as arguments. No floating point, no unchecked arithmetic, no panic.
//!
//! - [`num`]: whole numbers within ±(2^53 − 1), and the three ways to round them.
//! - [`json`], [`sorted`]: what programs are read from, and short maps.
//! - [`program`]: a merchant's rules, read and validated as a whole.
//! - [`order`]: an order or a cart, and what its parts amount to.
//! - [`named`]: how objects within a body are read.
//! - [`bonuses`]: since when a bonus is on, and when a birthday is kept.
//! - [`changes`]: what is different between two programs.
//! - [`earn`]: what an order earns, with the trace of why.
//! - [`levels`]: money spent, the level it reaches, and what is missing for the next.
//! - [`missions`]: what completing a mission gives.
//! - [`offers`]: programs that run now or soon.
//! - [`preview`]: what a draft of a program would do with an order or a cart.
//! - [`quote`]: what points may pay of a cart, or the refusal that says what is missing.
//! - [`referrals`]: how an invitation comes to its end, and whether its friend's order counts.
//! - [`refund`]: which part of a redemption a refunded order gives back.
//! - [`stamps`]: which stamp cards an order stamps, and what a card asks and gives.
//! - [`trace`]: why an order earned what it earned, program by program.
//! - [`reward`]: what a stamp card's reward takes off a cart.
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

pub mod bonuses;
pub mod changes;
pub mod earn;
pub mod json;
pub mod levels;
pub mod missions;
pub mod named;
pub mod num;
pub mod offers;
pub mod order;
pub mod preview;
pub mod program;
pub mod quote;
pub mod referrals;
pub mod refund;
pub mod reward;
pub mod sorted;
pub mod stamps;
pub mod trace;

pub use earn::{Award, AwardReason, earn};
pub use order::{Cart, Order};
pub use program::Program;
pub use quote::{Quote, Refusal, quote};
