//! What can be asked of an account, and its answers.

use fidela_rules::num::OutOfRange;
use serde::{Deserialize, Serialize};

/// What can be asked of an account. Points are whole; ids are the caller's and kept for ever.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "op", rename_all = "snake_case")]
pub enum Command {
    /// Points arrive from a source, once for ever.
    /// Errors: `invalid_points`, `source_conflict`, `amount_out_of_range`. Idempotent by source.
    Earn {
        /// `order:{id}`, `mission:{id}:{reference}`, …
        source: String,
        /// At least 1.
        points: i64,
    },
    /// Points are kept for a cart.
    /// Errors: `invalid_points`, `hold_conflict`, `hold_released`, `hold_expired`, `insufficient_points`.
    /// Idempotent by id.
    Hold {
        /// The redemption.
        id: String,
        /// At least 1.
        points: i64,
        /// How long, if not as the program says.
        #[serde(default)]
        minutes: Option<i64>,
    },
    /// The shop has checked the cart: the hold runs for `confirmed_hold_hours` from now. One that ran out
    /// takes its points anew. Errors: `hold_not_found`, `hold_released`, `hold_committed`, `hold_expired`.
    Confirm {
        /// The redemption.
        id: String,
    },
    /// Held points are spent. Errors: `hold_not_found`, `hold_released`, `hold_expired`. Idempotent.
    Commit {
        /// The redemption.
        id: String,
        /// The order has been placed with its discount: also after release or run-out; what is missing
        /// becomes debt.
        #[serde(default)]
        must: bool,
    },
    /// Points that an order has burned without a hold: what is missing becomes debt.
    /// Errors: `invalid_points`, `hold_conflict`. Idempotent by id, which then is that of a committed hold.
    Burn {
        /// The redemption.
        id: String,
        /// At least 1.
        points: i64,
    },
    /// Held points go back. Errors: `hold_not_found`, `hold_committed`. Idempotent.
    Release {
        /// The redemption.
        id: String,
    },
    /// A spent redemption is given back, whole or in parts.
    /// Errors: `invalid_points`, `hold_not_found`, `hold_not_committed`. Idempotent by number.
    Restore {
        /// The redemption.
        id: String,
        /// In all so far.
        points: i64,
    },
    /// So many points of a source stay earned. Errors: `invalid_points`, `source_not_found`. Idempotent by
    /// number.
    Clawback {
        /// The source.
        source: String,
        /// From 0 to what was earned.
        keep: i64,
    },
    /// The merchant's hand. Errors: `invalid_points`, `insufficient_points`, `amount_out_of_range`,
    /// `source_conflict`. Idempotent by key, where there is one.
    Adjust {
        /// Up or down, not 0.
        points: i64,
        /// Why, for people.
        #[serde(default)]
        reason: Option<String>,
        /// Who did it.
        #[serde(default)]
        who: Option<String>,
        /// Of the request.
        #[serde(default)]
        key: Option<String>,
    },
}

/// A command was carried out, now or before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Done {
    /// Now.
    Ok,
    /// Before: nothing changed.
    Replayed,
}

impl Done {
    /// The stable word.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Replayed => "replayed",
        }
    }
}

/// Why a command was not carried out. In this order: bad numbers, then what is not found, then what was
/// done already or conflicts, then what the balance allows. None of them is helped by a retry, except
/// `insufficient_points` and `hold_expired` once there are more points.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum Refusal {
    /// A number that makes no sense here.
    InvalidPoints,
    /// A number, given or computed, does not fit ±(2^53 − 1).
    AmountOutOfRange,
    /// Nothing was earned from that source.
    SourceNotFound,
    /// There is no hold of that id.
    HoldNotFound,
    /// That source gave another number of points.
    SourceConflict,
    /// That hold has another number of points.
    HoldConflict,
    /// That hold was let go.
    HoldReleased,
    /// That hold was spent.
    HoldCommitted,
    /// That hold has not been spent.
    HoldNotCommitted,
    /// That hold ran out, and its points are not there any more.
    HoldExpired,
    /// The balance is too small.
    InsufficientPoints {
        /// What was asked for.
        required: i64,
        /// The balance.
        actual: i64,
        /// The difference.
        missing: i64,
    },
}

impl Refusal {
    /// The stable code.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::InvalidPoints => "invalid_points",
            Self::AmountOutOfRange => "amount_out_of_range",
            Self::SourceNotFound => "source_not_found",
            Self::HoldNotFound => "hold_not_found",
            Self::SourceConflict => "source_conflict",
            Self::HoldConflict => "hold_conflict",
            Self::HoldReleased => "hold_released",
            Self::HoldCommitted => "hold_committed",
            Self::HoldNotCommitted => "hold_not_committed",
            Self::HoldExpired => "hold_expired",
            Self::InsufficientPoints { .. } => "insufficient_points",
        }
    }
}

impl From<OutOfRange> for Refusal {
    fn from(_: OutOfRange) -> Self {
        Self::AmountOutOfRange
    }
}
