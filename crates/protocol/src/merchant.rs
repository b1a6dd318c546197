//! What a shop's server and the operator read and send.

use crate::imports::WaitingOpening;
use crate::missions::WaitingCompletion;
use crate::plan::Plan;
use crate::scopes::{Author, Scope};
use crate::shopper::{Me, Redemption};
use crate::team::Owner;
use fidela_rules::earn::Applied;
use fidela_rules::named;
use fidela_rules::order::{Cart, Order};
use fidela_rules::preview::Preview;
use fidela_rules::program::Fault;
use fidela_rules::stamps::{CardLook, CardSummary};
use fidela_rules::trace::Traced;
use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// `POST /v1/stores`, by the operator.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct CreateStore {
    /// What people read.
    pub name: String,
    /// The store's own language.
    #[serde(default = "english")]
    pub locale: String,
    /// Origins whose pages may call as a shopper, `https://shop.example`.
    #[serde(default)]
    pub origins: Vec<String>,
    /// Shards: 1, 16, 256 or 1024; for ever.
    #[serde(default = "sixteen")]
    pub shards: u16,
    /// The first program; one that is switched off, if not said, until its merchant has given it one.
    #[serde(default)]
    pub program: Option<Value>,
    /// What it may use; everything, if not said.
    #[serde(default, deserialize_with = "named::maybe")]
    pub plan: Option<Plan>,
    /// Who signs in to its console first, and may do everything there.
    #[serde(default, deserialize_with = "named::maybe")]
    pub owner: Option<Owner>,
}

/// `GET` and `PUT /v1/settings`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct StoreSettings {
    /// What people read.
    pub name: String,
    /// The store's own language.
    pub locale: String,
    /// Origins whose pages may call as a shopper, `https://shop.example`.
    pub origins: Vec<String>,
    /// How many days ahead a shopper is told that points expire: 1 to 366.
    pub expiring_days: u16,
}

fn english() -> String {
    "en".to_owned()
}

const fn sixteen() -> u16 {
    16
}

/// A new store. The secrets are shown once: a replay has `null` in their place.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct StoreCreated {
    /// `st_…`.
    pub store_id: String,
    /// `sk_…`, for the shop's server.
    pub secret_key: Option<String>,
    /// Signs shopper tokens.
    pub identity_secret: Option<String>,
    /// `whsec_…`, signs the generic platform webhook.
    pub webhook_secret: Option<String>,
    /// Version of the first program.
    pub program_version: u64,
}

/// `GET /v1/program` and `PUT /v1/program`.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ProgramVersion {
    /// Counts from 1; also the `ETag`.
    pub version: u64,
    /// When it came into force.
    pub since: Timestamp,
    /// Who published it; nobody knows of versions from before that was written down.
    #[serde(default)]
    pub by: Option<Author>,
    /// The program, with every default written out.
    pub program: Value,
    /// What is legal but may surprise.
    pub warnings: Vec<FieldFault>,
}

/// What is wrong with a body, place by place.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct FieldFault {
    /// Where: `earning.programs[1].rate.every`.
    pub path: String,
    /// What, as a stable word.
    pub code: String,
    /// The least that is allowed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub min: Option<i64>,
    /// The most that is allowed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max: Option<i64>,
}

impl From<Fault> for FieldFault {
    fn from(Fault { path, code, min, max }: Fault) -> Self {
        Self { path, code: code.to_owned(), min, max }
    }
}

/// `PUT /v1/orders/{id}`: the order as it is known now, and what it did.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct OrderState {
    /// The newest snapshot.
    pub order: Order,
    /// Whether this call told anything new (an older or repeated snapshot changes no field).
    pub changed: bool,
    /// What it earned, or why nothing.
    pub award: OrderAward,
    /// The redemption that it burned.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub redemption: Option<Redemption>,
    /// Whether it took more off than points allowed or covered: what is missing is owed.
    pub over_limit: bool,
    /// The stamp card's reward that it was placed with.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reward: Option<OrderReward>,
    /// The shopper's balance afterwards, where there is an account.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub balance: Option<BalanceNow>,
}

/// A reward that an order was placed with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct OrderReward {
    /// The reward; what the order named, where there is none.
    pub id: String,
    /// `used`, `given_back` or `missing`.
    pub state: String,
    /// Why the order had no right to it: `not_found`, `not_held`, `ran_out`, `released`, `held_elsewhere`, `used`,
    /// `removed` or `taken_back`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fault: Option<String>,
}

/// What an order earned.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct OrderAward {
    /// Whether it reached a status that awards.
    pub awarded: bool,
    /// When.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub awarded_at: Option<Timestamp>,
    /// Points that stay earned now.
    pub points: i64,
    /// The programs that gave them.
    #[serde(default)]
    pub applied: Vec<AppliedPoints>,
    /// Why nothing was earned at all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// Version of the program it was awarded under.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub program_version: Option<u64>,
    /// Each program, what it would have given, and why it gave nothing or lost.
    #[serde(default)]
    pub considered: Vec<Traced>,
    /// Each stamp card, and whether the order stamps it.
    #[serde(default)]
    pub stamps: Vec<CardLook>,
    /// The same in sentences, in the caller's language, where the order is asked for.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub explained: Vec<String>,
}

/// `POST /v1/program/preview`: what a draft, or the program in force, would do.
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct PreviewRequest {
    /// The draft; the program in force, if not said.
    #[serde(default)]
    pub program: Option<Value>,
    /// An order…
    #[serde(default, deserialize_with = "named::maybe")]
    pub order: Option<Order>,
    /// …or a cart, as if it were ordered now.
    #[serde(default, deserialize_with = "named::maybe")]
    pub cart: Option<Cart>,
    /// A shopper of the store's…
    #[serde(default)]
    pub customer_id: Option<String>,
    /// …or one that is made up.
    #[serde(default, deserialize_with = "named::maybe")]
    pub account: Option<PreviewAccount>,
}

/// A shopper for a preview.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct PreviewAccount {
    /// Points that can be used.
    #[serde(default)]
    pub available: i64,
    /// Money spent before, minor units.
    #[serde(default)]
    pub spent: i64,
    /// Groups.
    #[serde(default)]
    pub groups: Vec<String>,
}

/// What a program would do.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct PreviewAnswer {
    /// What the order would earn, and why.
    #[serde(flatten)]
    pub preview: Preview,
    /// The same in sentences, in the caller's language.
    pub explained: Vec<String>,
    /// Why points could pay nothing, in a sentence.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub refused: Option<String>,
    /// Each stamp card, as it would be.
    pub cards: Vec<CardSummaryAnswer>,
    /// What is legal but may surprise.
    pub warnings: Vec<FieldFault>,
}

/// `GET /v1/stamp_cards/{card}/summary`: a card before it goes live.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct CardSummaryAnswer {
    /// What people read.
    pub name: String,
    /// What it asks and gives, in sentences.
    pub sentences: Vec<String>,
    /// The same as facts.
    #[serde(flatten)]
    pub summary: CardSummary,
}

/// What one program gave.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct AppliedPoints {
    /// Its id.
    pub program: String,
    /// How many.
    pub points: i64,
}

impl From<Applied> for AppliedPoints {
    fn from(Applied { program, points }: Applied) -> Self {
        Self { program, points }
    }
}

/// Balances of an account, in points.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct BalanceNow {
    /// Usable now, less what is owed.
    pub available: i64,
    /// Not usable yet.
    pub pending: i64,
    /// Kept for carts.
    pub held: i64,
}

/// `PUT /v1/customers/{id}`: a customer as the shop knows them at `updated_at`.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct CustomerUpdate {
    /// E-mail address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    /// Whether the shop has verified it: only then guest points are claimed.
    #[serde(default)]
    pub email_verified: bool,
    /// Name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Language.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub locale: Option<String>,
    /// Groups of customers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub groups: Option<Vec<String>>,
    /// Birthday.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub birthday: Option<Date>,
    /// When the account was made.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub registered_at: Option<Timestamp>,
    /// The code of the invitation by which they came, as the cookie `fidela_ref` or the address of the page had it.
    /// The first one that is told counts; one that was not made here is nobody's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub referral_code: Option<String>,
    /// When it was as told here; the newest wins. Now, if not said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub updated_at: Option<Timestamp>,
}

/// A row of `GET /v1/customers`.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct CustomerRow {
    /// The shop's customer id.
    pub id: String,
    /// E-mail address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    /// Name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Groups.
    pub groups: Vec<String>,
    /// Balances as of now.
    pub balance: BalanceNow,
    /// Money spent, minor units.
    pub spent: i64,
    /// The level that it reaches; none where the program has no levels, or before the first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub level: Option<RowLevel>,
    /// Orders known.
    pub orders: u64,
    /// When the newest of them was placed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_order_at: Option<Timestamp>,
    /// When the account was first told of.
    pub created_at: Timestamp,
    /// When the account last changed.
    pub seen_at: Timestamp,
}

/// A level in a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct RowLevel {
    /// Its name: a text, or one per locale.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<Value>,
    /// Money spent from which it is reached: what `level=` takes.
    pub spend_from: i64,
}

/// `GET /v1/customers/{id}`: everything about one shopper.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct CustomerDetail {
    /// E-mail address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    /// Birthday.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub birthday: Option<Date>,
    /// When the account was made.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub registered_at: Option<Timestamp>,
    /// Orders known.
    pub orders: u64,
    /// Since when they want no letters.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mail_off_at: Option<Timestamp>,
    /// What the shopper sees.
    #[serde(flatten)]
    pub me: Me,
}

/// `GET /v1/guests/{email}`: somebody who ordered without an account.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Guest {
    /// The account that has proved the address and claimed its orders.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub customer_id: Option<String>,
    /// Orders that wait for somebody to prove the address.
    pub orders: Vec<Order>,
    /// Completed missions that wait for the same.
    #[serde(default)]
    pub completions: Vec<WaitingCompletion>,
    /// Balances that were brought along and wait for the same.
    #[serde(default)]
    pub openings: Vec<WaitingOpening>,
}

/// `POST /v1/customers/{id}/adjustments`.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Adjustment {
    /// Points up or down.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub points: Option<i64>,
    /// Or: set the balance to so many points…
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub set_to: Option<i64>,
    /// …of a balance that was seen as this.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seen: Option<i64>,
    /// Or: stamps up or down…
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stamps: Option<i64>,
    /// …of this card.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub card: Option<String>,
    /// Why, for people: the shopper reads it.
    pub reason: String,
    /// The order it is for: one of this customer's, paid on delivery or taken by phone. `set_to` requires it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub order_id: Option<String>,
}

/// `POST /v1/redemptions/{id}/confirm`: the shop's own cart, before it takes payment.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct ConfirmRequest {
    /// What is really in the cart.
    #[serde(deserialize_with = "named::object")]
    pub cart: Cart,
    /// The discount the shop is about to give, minor units; the redemption's own if not said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub discount: Option<i64>,
}

/// `POST /v1/keys`.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct CreateKey {
    /// What people read.
    pub name: String,
    /// What it may do; everything, if not said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scopes: Option<Vec<Scope>>,
}

/// A secret key, without its secret.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct KeyRow {
    /// `key_…`.
    pub id: String,
    /// What people read.
    pub name: String,
    /// What it may do.
    pub scopes: Vec<Scope>,
    /// When it was made.
    pub created_at: Timestamp,
    /// Since when it is revoked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub revoked_at: Option<Timestamp>,
}

/// A new secret key.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct KeyCreated {
    /// Without its secret.
    #[serde(flatten)]
    pub key: KeyRow,
    /// `sk_…`, shown once: a replay has `null` here.
    pub secret_key: Option<String>,
}

/// The generic platform's webhook.
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(tag = "type", content = "data", deny_unknown_fields)]
pub enum WebhookEvent {
    /// An order, as it is now.
    #[serde(rename = "order.updated", deserialize_with = "named::object")]
    Order(Box<Order>),
    /// A customer who has just made an account: `registered_at` is `updated_at`, or now, where it is not said.
    #[serde(rename = "customer.created", deserialize_with = "named::object")]
    CustomerCreated(Box<WebhookCustomer>),
    /// A customer, as they are now.
    #[serde(rename = "customer.updated", deserialize_with = "named::object")]
    Customer(Box<WebhookCustomer>),
}

/// A customer in a webhook.
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct WebhookCustomer {
    /// The shop's customer id.
    pub id: String,
    /// As in `PUT /v1/customers/{id}`.
    #[serde(flatten)]
    pub update: CustomerUpdate,
}

/// `POST /v1/test/advance`.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct AdvanceClock {
    /// Which store.
    pub store: String,
    /// Up to when.
    pub to: Timestamp,
    /// Lists and sums are forgotten before, as if the store were from a time when there were none: they are made anew
    /// from the accounts.
    #[serde(default)]
    pub recount: bool,
}

/// A page of a list.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Page<T> {
    /// At most `limit`.
    pub items: Vec<T>,
    /// For `after`, if there are more.
    pub next: Option<String>,
}
