//! What the widget reads and sends: `/v1/me…` and a store's public data.

use crate::merchant::{OrderAward, OrderReward, OrderState};
use crate::missions::{MissionNow, Toast};
use crate::scopes::Author;
use fidela_rules::offers::Offer;
use fidela_rules::program::CardReward;
use fidela_rules::quote::{Bound, Quote, TaxPart};
use fidela_rules::{Cart, Order, named};
use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// `GET /v1/stores/{store}/public`: what the store shows to strangers. Cached for a minute.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct PublicStore {
    /// `st_…`.
    pub store_id: String,
    /// What people read.
    pub name: String,
    /// The store's own language.
    pub locale: String,
    /// The program as far as strangers may know it (`enabled`, `currency`, `timezone`, `points`, `earning`,
    /// `redemption`, `expiry`): a whole program for [`fidela_rules::program::read`].
    pub program: Value,
    /// Which version of it.
    pub program_version: u64,
    /// Programs that run now or begin within 30 days, for everybody.
    #[serde(default)]
    pub offers: Vec<OfferNow>,
    /// Missions that the widget shows to strangers.
    #[serde(default)]
    pub missions: Vec<MissionNow>,
    /// How many days ahead shoppers are told that points expire.
    #[serde(default)]
    pub expiring_days: u16,
    /// What strangers read before they register: a text, or one per locale.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub registration: Option<Registration>,
    /// CSS custom properties of the store's look, without the leading `--fidela-`.
    #[serde(default)]
    pub theme: std::collections::BTreeMap<String, String>,
}

/// The bonus for registering, as strangers see it.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Registration {
    /// How many points.
    pub points: i64,
    /// The merchant's message: a text, or one per locale.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message: Option<Value>,
}

/// `GET /v1/me`: the shopper's page in one request. Points are whole, money is minor units.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Me {
    /// The shop's customer id.
    pub customer_id: String,
    /// The shopper's name, if the shop told it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Off: balances stay, and nothing is earned or used.
    pub enabled: bool,
    /// Which version of the program it was read with.
    pub program_version: u64,
    /// Usable now, less what is owed.
    pub available: i64,
    /// What `available` is worth; 0 where points are owed.
    pub available_value: i64,
    /// Not usable yet.
    pub pending: i64,
    /// When which of them become usable, soonest first, at most 12.
    pub pending_days: Vec<DayPoints>,
    /// Kept for carts.
    pub held: i64,
    /// Used in all.
    pub used: i64,
    /// Lapsed in all.
    pub expired: i64,
    /// Which points lapse on which day (it is their last), soonest first, at most 12.
    pub expiring: Vec<DayPoints>,
    /// How many points lapse within the days that the store tells ahead.
    #[serde(default)]
    pub expiring_soon: i64,
    /// Money spent over the shopper's whole time.
    pub spent: i64,
    /// Level, where the program has levels.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub level: Option<LevelNow>,
    /// Groups the shopper belongs to.
    pub groups: Vec<String>,
    /// Programs that run now or begin within 30 days, for this shopper.
    #[serde(default)]
    pub offers: Vec<OfferNow>,
    /// Stamp cards: those that run, and those with something on them.
    #[serde(default)]
    pub cards: Vec<CardNow>,
    /// Rewards that can be used or are kept for a cart, oldest first.
    #[serde(default)]
    pub rewards: Vec<RewardNow>,
    /// Missions: those that can be done now or soon, and those that are done.
    #[serde(default)]
    pub missions: Vec<MissionNow>,
    /// Points of missions that arrived in the last two weeks and are to be told in the widget, oldest first.
    #[serde(default)]
    pub toasts: Vec<Toast>,
    /// Whether the store has invitations now.
    #[serde(default)]
    pub invite: bool,
    /// Open holds, newest first.
    pub redemptions: Vec<Redemption>,
    /// The edge's time, to count down against.
    pub now: Timestamp,
}

/// A program that runs now or soon.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct OfferNow {
    /// Its id.
    pub program: String,
    /// What people read: a text, or one per locale.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<Value>,
    /// Its name or, where it has none, what it gives, in the reader's language.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub title: String,
    /// What it gives, to whom, and until when: each a few words.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub details: Vec<String>,
    /// Days until it begins; 0 runs now.
    pub starts_in_days: i32,
    /// Days left after its first or, where it runs, this one; none where it has no end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ends_in_days: Option<i32>,
}

impl From<Offer<'_>> for OfferNow {
    fn from(Offer { program, starts_in_days, ends_in_days }: Offer<'_>) -> Self {
        let name = program.name.as_ref().and_then(|name| serde_json::to_value(name).ok());
        let (title, details) = (String::new(), Vec::new());
        Self { program: program.id.clone(), name, title, details, starts_in_days, ends_in_days }
    }
}

/// `GET /v1/me/orders/{id}`: an order of the shopper's, and why it earned what it earned.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct MyOrder {
    /// The shop's order id.
    pub id: String,
    /// When it was placed.
    pub placed_at: Timestamp,
    /// The shop's own word.
    pub status: String,
    /// What points took off, gross, minor units.
    pub points_discount: i64,
    /// What it earned, and why.
    pub award: OrderAward,
    /// The reward that it was placed with.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reward: Option<OrderReward>,
}

impl From<OrderState> for MyOrder {
    fn from(OrderState { order, award, reward, .. }: OrderState) -> Self {
        let Order { id, placed_at, status, points_discount, .. } = order;
        Self { id, placed_at, status, points_discount: points_discount.0, award, reward }
    }
}

/// A stamp card as it is for a shopper.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct CardNow {
    /// Its id.
    pub id: String,
    /// What people read: a text, or one per locale.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<Value>,
    /// Whether orders stamp it.
    pub enabled: bool,
    /// Stamps on it now; below zero where a stamp was taken back whose reward had been used.
    pub stamps: i64,
    /// Orders that make a reward.
    pub orders_required: i64,
    /// How many are missing.
    pub missing: i64,
    /// The smallest order that is a stamp, minor units.
    pub order_min: i64,
    /// Whether a full card starts again.
    pub repeat: bool,
    /// Whether extras are shown beside the reward; they are never part of it.
    pub show_extras: bool,
    /// What a full card gives.
    pub reward: CardReward,
    /// The same in words, in the shopper's language.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub gives: String,
}

/// A reward of a shopper.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct RewardNow {
    /// Its id, of this shopper's: `rw_1`.
    pub id: String,
    /// The card it came from.
    pub card: String,
    /// What it takes off, as the card said when it was full.
    pub terms: CardReward,
    /// The same in words, in the shopper's language.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub gives: String,
    /// `issued`, `held`, `used`, `removed` or `taken_back`.
    pub status: String,
    /// When the card was full.
    pub issued_at: Timestamp,
    /// The redemption that keeps it for a cart.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub redemption: Option<String>,
    /// The order that used it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub order_id: Option<String>,
}

/// Points of one local day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct DayPoints {
    /// The local day in the store's time zone.
    pub on: Date,
    /// How many.
    pub points: i64,
}

/// A shopper's level.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct LevelNow {
    /// Name of the level reached (a text, or one per locale); none before the first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<Value>,
    /// Money spent from which it was reached.
    pub spend_from: i64,
    /// Its share of an order.
    pub bps: i64,
    /// The next one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<NextLevel>,
}

/// The next level.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct NextLevel {
    /// Its name: a text, or one per locale.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<Value>,
    /// Money spent from which it is reached.
    pub spend_from: i64,
    /// Its share of an order.
    pub bps: i64,
    /// Money that is missing.
    pub missing: i64,
}

/// `GET /v1/me/ledger?after=…&limit=…`, newest first.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct HistoryPage {
    /// At most `limit`.
    pub items: Vec<HistoryItem>,
    /// For `after`, if there are more.
    pub next: Option<String>,
}

/// One line of a shopper's history.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct HistoryItem {
    /// Grows with time.
    pub seq: u64,
    /// When.
    pub at: Timestamp,
    /// What: `earned`, `credited`, `debited`, `matured`, `lapsed`, `held`, `confirmed`, `ran_out`,
    /// `released`, `committed`, `restored`, `retaken`, `clawed_back`, `reinstated`, `debt_paid`,
    /// `prolonged`; and of stamp cards `stamped`, `stamp_taken_back`, `stamps_adjusted`, `reward_issued`,
    /// `reward_reissued`, `reward_taken_back`, `reward_used`, `reward_returned`, `reward_removed`.
    pub kind: String,
    /// The same in a sentence, in the caller's language.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub title: String,
    /// What it did to the points a shopper counts as theirs (usable or pending); 0 where nothing moved.
    pub points: i64,
    /// The balance after it: usable now, less what is owed.
    pub available: i64,
    /// What it belongs to: `order`, `mission`, `bonus`, `referral` (of whoever invited), `invited`
    /// (of whoever came), `import`, `redemption`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub about: Option<String>,
    /// Its id: the order's, the redemption's code, …
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reference: Option<String>,
    /// The stamp card that it happened on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub card: Option<String>,
    /// The mission that it belongs to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mission: Option<String>,
    /// Stamps, where they moved.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub stamps: i64,
    /// The merchant's reason, where a hand did it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// Whose hand it was; merchants read it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<Author>,
    /// The first local day on which earned points can be used, where that is later.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub usable_from: Option<Date>,
    /// Their last local day.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_day: Option<Date>,
}

/// `POST /v1/me/quotes` and `POST /v1/quotes`.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct QuoteRequest {
    /// What is in the cart.
    #[serde(deserialize_with = "named::object")]
    pub cart: Cart,
    /// Points wished for; none means as many as possible or, with a reward, no points.
    #[serde(default)]
    pub points: Option<i64>,
    /// A reward to use: it comes first, and points pay of what is left.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reward_id: Option<String>,
    /// Whose points: needed from a merchant, not allowed from a shopper.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub customer_id: Option<String>,
}

/// What points may pay, and which limits kept it from being more.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct QuoteAnswer {
    /// Points to use.
    pub points: i64,
    /// What they take off, gross, minor units.
    pub discount: i64,
    /// By tax rate, ascending.
    pub tax: Vec<TaxPart>,
    /// The limits that bound it.
    pub bounds: Vec<Bound>,
    /// Each of them in a sentence, in the caller's language.
    pub sentences: Vec<String>,
    /// What the reward takes off before.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reward: Option<RewardUse>,
}

impl QuoteAnswer {
    /// A quote, whose sentences are added where the caller's language is known.
    pub fn new(quote: Quote, reward: Option<RewardUse>) -> Self {
        let Quote { points, discount, tax, bounds } = quote;
        Self { points, discount, tax, bounds, sentences: Vec::new(), reward }
    }
}

/// What a stamp card's reward takes off a cart.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct RewardUse {
    /// The reward.
    pub id: String,
    /// The card it came from.
    pub card: String,
    /// Gross, minor units.
    pub discount: i64,
    /// By tax rate.
    pub tax: Vec<TaxShare>,
    /// The line it is taken off; none: the delivery.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub line: Option<String>,
}

/// `POST /v1/me/redemptions`.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct RedemptionRequest {
    /// What is in the cart: from a browser a claim, decided on at `confirm`.
    #[serde(deserialize_with = "named::object")]
    pub cart: Cart,
    /// Points to hold.
    #[serde(default)]
    pub points: Option<i64>,
    /// A reward to hold: it comes first, and points pay of what is left. Points, a reward, or both.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reward_id: Option<String>,
    /// Whose points: needed from a merchant, not allowed from a shopper.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub customer_id: Option<String>,
}

/// Points held for a cart, and what became of them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Redemption {
    /// `rd_…`.
    pub id: String,
    /// What a person types or reads, `K7QF-2M9P`.
    pub code: String,
    /// Whose points they are: told to the shop's server only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub customer_id: Option<String>,
    /// Points; 0 where only a reward is held.
    pub points: i64,
    /// What they take off, gross, minor units.
    pub discount: i64,
    /// By tax rate, ascending.
    pub tax: Vec<TaxShare>,
    /// The reward that is held with them, and what it takes off beside.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reward: Option<RewardUse>,
    /// How it stands.
    pub status: RedemptionStatus,
    /// When it was made.
    pub created_at: Timestamp,
    /// When the hold runs out.
    pub expires_at: Timestamp,
    /// The order that used it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub order_id: Option<String>,
    /// Points given back so far.
    #[serde(default)]
    pub restored: i64,
    /// Whether its order took more off than the rules allowed, or than there was.
    #[serde(default)]
    pub over_limit: bool,
}

/// How a redemption stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum RedemptionStatus {
    /// Points are kept; the cart has not been checked.
    Held,
    /// The shop's server has had its cart checked.
    Confirmed,
    /// An order burned them.
    Committed,
    /// Let go.
    Released,
    /// Ran out.
    Expired,
}

/// Part of a discount on one tax rate, minor units.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct TaxShare {
    /// The rate.
    pub tax_bps: i64,
    /// Its share of the discount.
    pub gross: i64,
    /// The tax within it.
    pub tax: i64,
}

impl From<TaxPart> for TaxShare {
    fn from(TaxPart { tax_bps, gross, tax }: TaxPart) -> Self {
        Self { tax_bps, gross, tax }
    }
}

#[allow(
    clippy::trivially_copy_pass_by_ref,
    reason = "serde asks with a reference; on wasm32 it is not trivial"
)]
const fn is_zero(n: &i64) -> bool {
    *n == 0
}
