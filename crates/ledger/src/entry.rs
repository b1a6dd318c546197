//! The ledger's entries: what happened, complete enough that applying them again rebuilds the account.

use crate::cards::CardEvent;
use crate::person::PersonEvent;
use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// One line of an account's history. Never changed, never removed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// When it happened: for what is due by itself its own moment, not when somebody looked.
    pub at: Timestamp,
    /// What it did to the points that are or will be usable.
    pub points: i64,
    /// Usable points after it, less what is owed.
    pub available: i64,
    /// What happened.
    pub change: Change,
}

/// Points of one lot.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Take {
    /// The lot, by its place in the account.
    pub lot: usize,
    /// How many.
    pub points: i64,
}

/// Points that come back to a lot, and what becomes of them if it has lapsed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Return {
    /// The lot, by its place in the account.
    pub lot: usize,
    /// How many.
    pub points: i64,
    /// They live on in a new lot of grace from this day…
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub grace_from: Option<Date>,
    /// …to this one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub grace_until: Option<Date>,
}

/// What happened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Change {
    /// Points arrived from a source, in a lot of their own.
    Earned {
        /// The source.
        source: String,
        /// How many.
        points: i64,
        /// First local day on which they can be used.
        usable_from: Date,
        /// Whether that is today or before.
        usable: bool,
        /// Last local day, if they lapse.
        last_day: Option<Date>,
    },
    /// Points given by hand, usable at once.
    Credited {
        /// How many.
        points: i64,
        /// Today.
        usable_from: Date,
        /// Last local day, if they lapse.
        last_day: Option<Date>,
        /// Why.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reason: Option<String>,
        /// By whom.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        who: Option<String>,
        /// Of the request.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        key: Option<String>,
    },
    /// Points taken by hand.
    Debited {
        /// From which lots.
        takes: Vec<Take>,
        /// Why.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reason: Option<String>,
        /// By whom.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        who: Option<String>,
        /// Of the request.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        key: Option<String>,
    },
    /// A lot became usable.
    Matured {
        /// The lot.
        lot: usize,
    },
    /// A lot's last day ended.
    Lapsed {
        /// The lot.
        lot: usize,
        /// What was left in it.
        points: i64,
    },
    /// Something happened on the account: every lot lives at least until this day.
    Prolonged {
        /// The new last day.
        last_day: Date,
    },
    /// Points are kept for a cart.
    Held {
        /// The redemption.
        hold: String,
        /// How many.
        points: i64,
        /// Until when.
        until: Timestamp,
        /// From which lots.
        takes: Vec<Take>,
    },
    /// The shop confirmed a hold.
    Confirmed {
        /// The redemption.
        hold: String,
        /// Until when.
        until: Timestamp,
        /// From which lots, where it had run out.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        takes: Vec<Take>,
    },
    /// A hold ran out: its points went back, or lapsed with their lots.
    RanOut {
        /// The redemption.
        hold: String,
    },
    /// A hold was let go: its points went back, or lapsed with their lots.
    Released {
        /// The redemption.
        hold: String,
    },
    /// A redemption was spent.
    Committed {
        /// The redemption.
        hold: String,
        /// How many points, where no hold came before it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        burned: Option<i64>,
        /// From which lots, where nothing was held for it any more.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        takes: Vec<Take>,
        /// What was missing, and is owed.
        #[serde(default, skip_serializing_if = "is_zero")]
        owed: i64,
    },
    /// A redemption was given back, so far.
    Restored {
        /// The redemption.
        hold: String,
        /// In all so far.
        total: i64,
        /// Points that make good what a clawback had let go, by source.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        made_good: Vec<MadeGood>,
        /// Debt struck off.
        #[serde(default, skip_serializing_if = "is_zero")]
        struck: i64,
        /// What went back to lots.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        returns: Vec<Return>,
    },
    /// A redemption that had been given back was taken again.
    Retaken {
        /// The redemption.
        hold: String,
        /// Given back in all so far.
        total: i64,
        /// From which lots.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        takes: Vec<Take>,
        /// What was missing, and is owed.
        #[serde(default, skip_serializing_if = "is_zero")]
        owed: i64,
    },
    /// Earned points were taken back.
    ClawedBack {
        /// The source.
        source: String,
        /// How many stay earned.
        keep: i64,
        /// Points that had lapsed unused: they count, without effect.
        #[serde(default, skip_serializing_if = "is_zero")]
        lapsed_before: i64,
        /// From which lots.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        takes: Vec<Take>,
        /// What was missing, and is owed.
        #[serde(default, skip_serializing_if = "is_zero")]
        owed: i64,
        /// What was missing, and is let go.
        #[serde(default, skip_serializing_if = "is_zero")]
        let_go: i64,
    },
    /// Points taken back were given again.
    Reinstated {
        /// The source.
        source: String,
        /// How many stay earned.
        keep: i64,
        /// Of what had been let go, without effect.
        #[serde(default, skip_serializing_if = "is_zero")]
        let_go: i64,
        /// Of what had lapsed, without effect.
        #[serde(default, skip_serializing_if = "is_zero")]
        lapsed_before: i64,
        /// What went back to the source's own lot.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        returned: Option<Return>,
    },
    /// Debt was paid from a lot.
    DebtPaid {
        /// The debt, by its place in the account.
        debt: usize,
        /// From which lot.
        #[serde(flatten)]
        take: Take,
    },
    /// Something became known of the person; no points move.
    Person(PersonEvent),
    /// Something happened to a stamp card or a reward; no points move.
    Card(CardEvent),
}

/// Points that make good what a clawback had let go.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MadeGood {
    /// The source.
    pub source: String,
    /// How many.
    pub points: i64,
}

#[allow(
    clippy::trivially_copy_pass_by_ref,
    reason = "serde asks with a reference; on wasm32 it is not trivial"
)]
const fn is_zero(n: &i64) -> bool {
    *n == 0
}
