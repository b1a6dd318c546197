//! Reports: what a store's points, missions, invitations and levels come to, by day. Days are local to the store.
//!
//! They are sums of what has been booked. What is due by itself, such as points that expire, is booked by alarm within
//! moments of its time.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// The days of a report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Days {
    /// The first.
    pub from: Date,
    /// The last.
    pub until: Date,
}

/// Points, and what they are worth.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Worth {
    /// Points.
    pub points: i64,
    /// Minor units of the store's currency, at what a point is worth today.
    pub value: i64,
}

/// `GET /v1/reports/liability`: points that shoppers have, and what they are worth. Points that shoppers owe are not
/// taken off: `outstanding` less `owed` is what the activity's sums come to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct LiabilityReport {
    /// Which days.
    #[serde(flatten)]
    pub range: Days,
    /// The store's currency, ISO 4217.
    pub currency: String,
    /// The end of each day.
    pub days: Vec<LiabilityDay>,
    /// As of now, by how long points can be used already.
    pub ages: Vec<LiabilityAge>,
    /// As of now.
    pub outstanding: Worth,
    /// Points that shoppers owe, as of now.
    pub owed: i64,
}

/// Points that shoppers had at the end of a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct LiabilityDay {
    /// The day.
    pub day: Date,
    /// How many, and what they are worth.
    #[serde(flatten)]
    pub outstanding: Worth,
    /// Points that shoppers owed.
    pub owed: i64,
}

/// Points that can be used for so long already.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct LiabilityAge {
    /// For at least so many days; none: they cannot be used yet.
    pub from_days: Option<i64>,
    /// For at most so many days; none: longer.
    pub until_days: Option<i64>,
    /// How many, and what they are worth.
    #[serde(flatten)]
    pub outstanding: Worth,
}

/// What became of points, summed: `earned − clawed_back + adjusted − used − expired − erased` is how much there is more
/// (or less) than before.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Activity {
    /// Earned, all together.
    pub earned: i64,
    /// Of these, by orders.
    pub earned_by_orders: i64,
    /// By missions.
    pub earned_by_missions: i64,
    /// By invitations.
    pub earned_by_invitations: i64,
    /// For registering and for birthdays.
    pub earned_by_bonuses: i64,
    /// Brought along from elsewhere.
    pub brought_along: i64,
    /// Taken back, mostly with orders that were returned; less what was given again.
    pub clawed_back: i64,
    /// Given by hand, less what was taken by hand.
    pub adjusted: i64,
    /// Paid with, less what came back.
    pub used: i64,
    /// Expired unused.
    pub expired: i64,
    /// Gone with shoppers who were erased.
    pub erased: i64,
}

impl Activity {
    /// How many points there are more than before, less what is owed.
    pub const fn net(&self) -> i64 {
        self.earned
            .saturating_sub(self.clawed_back)
            .saturating_add(self.adjusted)
            .saturating_sub(self.used)
            .saturating_sub(self.expired)
            .saturating_sub(self.erased)
    }
}

/// What became of points on one day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ActivityDay {
    /// The day.
    pub day: Date,
    /// The sums.
    #[serde(flatten)]
    pub activity: Activity,
}

/// `GET /v1/reports/activity`: points earned, used, expired, day by day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ActivityReport {
    /// Which days.
    #[serde(flatten)]
    pub range: Days,
    /// Each of them.
    pub days: Vec<ActivityDay>,
    /// All of them together.
    pub totals: Activity,
}

/// `GET /v1/reports/missions`: what missions came to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct MissionsReport {
    /// Which days.
    #[serde(flatten)]
    pub range: Days,
    /// Each mission of the program, and each that is gone and was completed; most completions first.
    pub items: Vec<MissionSums>,
}

/// What one mission came to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct MissionSums {
    /// Its id.
    pub mission: String,
    /// Its name in the caller's language; its id, where the program has it no more.
    pub name: String,
    /// Completions, less those that were taken back.
    pub completions: i64,
    /// What they gave.
    pub points: i64,
    /// Shoppers who completed it for the first time in these days.
    pub shoppers: i64,
}

/// `GET /v1/reports/referrals`: how far invitations came in these days, and what they gave.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ReferralsReport {
    /// Which days.
    #[serde(flatten)]
    pub range: Days,
    /// How many invitations came to each state for the first time.
    pub funnel: Vec<FunnelStep>,
    /// The same day by day.
    pub days: Vec<ReferralDay>,
    /// Points given to both sides.
    pub points: i64,
}

/// How many invitations came to a state.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct FunnelStep {
    /// `sent`, `opened`, `registered`, `ordered`, `in_review`, `rewarded`, `refused` or `expired`.
    pub state: String,
    /// How many.
    pub count: i64,
}

/// What became of invitations on one day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ReferralDay {
    /// The day.
    pub day: Date,
    /// Friends were written to.
    pub sent: i64,
    /// Friends went on to the shop.
    pub opened: i64,
    /// Friends got an account.
    pub registered: i64,
    /// Friends placed their first order.
    pub ordered: i64,
    /// Points were given.
    pub rewarded: i64,
    /// Invitations ended with nothing: refused or expired.
    pub ended: i64,
    /// Points given to both sides.
    pub points: i64,
}

/// `GET /v1/reports/levels`: how many shoppers are on each level now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct LevelsReport {
    /// The store's currency, ISO 4217.
    pub currency: String,
    /// Each level of the first cashback program, the lowest first; before it whoever has reached none.
    pub items: Vec<LevelSums>,
}

/// How many shoppers are on a level.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct LevelSums {
    /// Its name: a text, or one per locale; none before the first level.
    pub name: Option<Value>,
    /// Money spent from which it is reached.
    pub spend_from: i64,
    /// Shoppers.
    pub shoppers: i64,
    /// What they have spent in all, minor units.
    pub spent: i64,
}
