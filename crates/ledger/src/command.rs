//! What can be asked of an account, and its answers.

use fidela_rules::num::OutOfRange;
use jiff::Timestamp;
use jiff::civil::Date;
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
    /// Points that a merchant brings along from elsewhere: usable at once, until the last day that is told, or else
    /// as the program says. Errors: `invalid_points` (also for a last day that is over), `source_conflict`,
    /// `amount_out_of_range`. Idempotent by source.
    Open {
        /// `import:{id}:{row}`.
        source: String,
        /// At least 1.
        points: i64,
        /// The last local day on which they can be used.
        #[serde(default)]
        last_day: Option<Date>,
    },
    /// What is left of a source's own points goes: what was spent, held or has lapsed stays so.
    /// Errors: `source_not_found`. Idempotent.
    TakeBack {
        /// The source.
        source: String,
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
    /// What the shop, or a token, says of the person; what is absent says nothing. A registration at or after the
    /// bonus was switched on gives its points at once, a birthday when it comes. Never refused; idempotent.
    Know {
        /// The birthday. From the moment a new day is known, it has to wait 30 days for its points.
        #[serde(default)]
        birthday: Option<Date>,
        /// When the person registered in the shop.
        #[serde(default)]
        registered_at: Option<Timestamp>,
    },
    /// An order is one stamp on a card; that it is has been decided. Idempotent by card and order. A full card
    /// gives a reward, as the program in force says.
    Stamp {
        /// The card.
        card: String,
        /// The order.
        order: String,
    },
    /// An order's stamp is taken back, below zero if need be. Errors: `stamp_not_found`. Idempotent.
    Unstamp {
        /// The card.
        card: String,
        /// The order.
        order: String,
    },
    /// The merchant's hand. Errors: `invalid_stamps`, `card_not_found`, `source_conflict`,
    /// `insufficient_stamps`. Idempotent by key, where there is one.
    AdjustStamps {
        /// The card.
        card: String,
        /// Up or down, not 0, at most 1,000 of them; down no further than to an empty card.
        stamps: i64,
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
    /// A reward is kept for a cart. Errors: `invalid_points` (minutes), `reward_not_found`, `hold_conflict`,
    /// `hold_released`, `hold_expired`, `reward_held`, `reward_used`, `reward_removed`, `reward_taken_back`.
    /// Idempotent by id. Ids of rewards' holds and of points' holds are apart: a cart may use one for both.
    HoldReward {
        /// The redemption.
        id: String,
        /// The reward.
        reward: String,
        /// How long, if not as the program says.
        #[serde(default)]
        minutes: Option<i64>,
    },
    /// The shop has checked the cart: the hold runs for `confirmed_hold_hours` from now. One that ran out takes
    /// its reward anew. Errors: `hold_not_found`, `hold_released`, `hold_committed`, `hold_expired`.
    ConfirmReward {
        /// The redemption.
        id: String,
    },
    /// A held reward is used, by an order that will be told. Errors: `hold_not_found`, `hold_released`,
    /// `hold_expired`. Idempotent.
    CommitReward {
        /// The redemption.
        id: String,
    },
    /// A held reward goes back. Errors: `hold_not_found`, `hold_committed`. Idempotent.
    ReleaseReward {
        /// The redemption.
        id: String,
    },
    /// An order has used a reward, held or not. Errors: `reward_not_found`, `reward_used`, `reward_removed`,
    /// `reward_taken_back`. Idempotent by order.
    UseReward {
        /// The reward.
        reward: String,
        /// The order.
        order: String,
    },
    /// An order gives its reward back. Errors: `reward_not_found`, `reward_not_used`. Idempotent.
    ReturnReward {
        /// The reward.
        reward: String,
        /// The order.
        order: String,
    },
    /// The merchant removes a reward, also one that a cart holds; its stamps do not come back.
    /// Errors: `reward_not_found`, `reward_used`, `reward_taken_back`. Idempotent.
    RemoveReward {
        /// The reward.
        reward: String,
        /// Why, for people.
        #[serde(default)]
        reason: Option<String>,
        /// Who did it.
        #[serde(default)]
        who: Option<String>,
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
    /// A number of stamps that makes no sense here.
    InvalidStamps,
    /// Nothing was earned from that source.
    SourceNotFound,
    /// There is no hold of that id.
    HoldNotFound,
    /// There is no such stamp card.
    CardNotFound,
    /// The order never stamped that card.
    StampNotFound,
    /// There is no such reward.
    RewardNotFound,
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
    /// That reward is kept for another cart.
    RewardHeld,
    /// That reward was used.
    RewardUsed,
    /// That reward was not used by that order.
    RewardNotUsed,
    /// The merchant removed that reward.
    RewardRemoved,
    /// That reward went back with a stamp of its card.
    RewardTakenBack,
    /// There are too few stamps on the card.
    InsufficientStamps {
        /// What was asked for.
        required: i64,
        /// Stamps on the card.
        actual: i64,
        /// The difference.
        missing: i64,
    },
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
            Self::InvalidStamps => "invalid_stamps",
            Self::CardNotFound => "card_not_found",
            Self::StampNotFound => "stamp_not_found",
            Self::RewardNotFound => "reward_not_found",
            Self::RewardHeld => "reward_held",
            Self::RewardUsed => "reward_used",
            Self::RewardNotUsed => "reward_not_used",
            Self::RewardRemoved => "reward_removed",
            Self::RewardTakenBack => "reward_taken_back",
            Self::InsufficientStamps { .. } => "insufficient_stamps",
            Self::InsufficientPoints { .. } => "insufficient_points",
        }
    }
}

impl From<OutOfRange> for Refusal {
    fn from(_: OutOfRange) -> Self {
        Self::AmountOutOfRange
    }
}
