//! A merchant's rules: what is serialized here is what storage, API, console and vectors use
//! (`rules.md`, *Program*).

mod fields;
mod published;
mod read;
mod texts;

pub use published::read_published;
pub use read::{Fault, Warning, read};
pub use texts::{Plural, Text, pick};

use crate::sorted::Sorted;
use jiff::civil::Date;
use serde::{Deserialize, Deserializer, Serialize};

/// Everything a store has decided about its loyalty program.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Program {
    /// Off: nothing is earned or used, balances stay, and what is due still happens.
    pub enabled: bool,
    /// ISO 4217 code of the store's one currency.
    pub currency: String,
    /// IANA name of the store's time zone; its local days are the program's days.
    pub timezone: String,
    /// What a point is worth and what it is called.
    pub points: PointsRules,
    /// How orders earn.
    pub earning: Earning,
    /// How points pay.
    pub redemption: RedemptionRules,
    /// When points lapse.
    pub expiry: Expiry,
    /// What happens to points when money goes back.
    pub refunds: Refunds,
    /// Points that come by themselves.
    pub bonuses: Bonuses,
    /// Stamp cards.
    pub stamp_cards: Vec<StampCard>,
    /// Missions.
    pub missions: Vec<Mission>,
    /// Invitations.
    pub referrals: Referrals,
}

/// What a point is worth and how it is shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct PointsRules {
    /// P points are worth M minor units.
    pub value: PointsValue,
    /// Points, or their value.
    pub display: Display,
    /// Per locale, the merchant's own name for points by plural category.
    pub name: Sorted<Plural>,
}

/// P points are worth M minor units.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct PointsValue {
    /// P, at least 1.
    pub points: i64,
    /// M, minor units, at least 1.
    pub minor: i64,
}

macro_rules! words {
    ($(#[$meta:meta])* $name:ident { $($(#[$vmeta:meta])* $variant:ident = $word:literal),+ $(,)? }) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
        #[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
        pub enum $name {
            $($(#[$vmeta])* #[serde(rename = $word)] $variant),+
        }
        impl $name {
            /// Each value with its word on the wire.
            pub(crate) const WORDS: &'static [(&'static str, Self)] = &[$(($word, Self::$variant)),+];
        }
    };
}

words! {
    /// How balances are shown.
    Display {
        /// As points.
        Points = "points",
        /// As what they are worth.
        Money = "money",
    }
}
words! {
    /// Which money of an order earns.
    Basis {
        /// Its goods.
        Items = "items",
        /// Goods and delivery.
        Order = "order",
    }
}
words! {
    /// Whether the money that earns is with tax.
    Tax {
        /// Gross.
        Included = "included",
        /// Net.
        Excluded = "excluded",
    }
}
words! {
    /// Whether what points paid earns again.
    PaidWithPoints {
        /// It earns nothing.
        Excluded = "excluded",
        /// It earns.
        Included = "included",
    }
}
words! {
    /// What several programs at once give.
    Combine {
        /// The one that gives most, alone.
        Best = "best",
        /// All of them together.
        Sum = "sum",
        /// The first listed that gives anything.
        First = "first",
    }
}
words! {
    /// How points are rounded to whole ones.
    Rounding {
        /// Down.
        Down = "down",
        /// Half up.
        Nearest = "nearest",
        /// Up.
        Up = "up",
    }
}
words! {
    /// What the largest share is a share of.
    PercentOf {
        /// The order value.
        Order = "order",
        /// The goods.
        Items = "items",
        /// What points may pay at all.
        Eligible = "eligible",
    }
}
words! {
    /// What happens where points to take back have been spent.
    Shortfall {
        /// They are owed: the balance goes below zero.
        Negative = "negative",
        /// They are let go.
        Clamp = "clamp",
    }
}
words! {
    /// Which way a condition's ids count.
    Match {
        /// At least one of them.
        AnyOf = "any_of",
        /// None of them.
        NoneOf = "none_of",
    }
}
words! {
    /// How the completion of a mission is known.
    Verify {
        /// From the shop's own events.
        Automatic = "automatic",
        /// The merchant says so, by spreadsheet or API.
        ImportOrApi = "import_or_api",
        /// The shopper says so.
        Claim = "claim",
    }
}
words! {
    /// Where a mission is shown.
    ShowIn {
        /// In the widget.
        Widget = "widget",
        /// On the landing page.
        Landing = "landing",
    }
}
words! {
    /// When an invitation counts.
    QualifiesOn {
        /// With the friend's first awarded order.
        FirstOrder = "first_order",
    }
}

/// How orders earn points.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Earning {
    /// Statuses, in the shop's words, at which an order is awarded.
    pub award_statuses: Vec<String>,
    /// Goods, or the whole order.
    pub basis: Basis,
    /// With tax or without.
    pub tax: Tax,
    /// Whether what points paid earns again.
    pub paid_with_points: PaidWithPoints,
    /// What several programs at once give.
    pub combine: Combine,
    /// Of points to whole ones.
    pub rounding: Rounding,
    /// Local days until earned points can be used.
    pub pending_days: i64,
    /// The programs, in the merchant's order.
    pub programs: Vec<EarningProgram>,
}

/// One way to earn.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct EarningProgram {
    /// Its id within the store.
    pub id: String,
    /// What people read.
    pub name: Option<Text>,
    /// Whether it counts at all.
    pub enabled: bool,
    /// First local day; none means always.
    pub from: Option<Date>,
    /// Last local day; it belongs.
    pub until: Option<Date>,
    /// Groups of customers; none means everybody.
    pub groups: Vec<String>,
    /// Categories a line must match.
    pub categories: Option<Condition>,
    /// Products a line must match.
    pub products: Option<Condition>,
    /// Smallest order that earns, minor units.
    pub order_min: i64,
    /// The most one order earns.
    pub max_points: Option<i64>,
    /// How points follow from money.
    pub rate: Rate,
}

/// Ids that count, or do not; no ids means no condition.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Condition {
    /// Which way.
    #[serde(rename = "match")]
    pub matches: Match,
    /// The ids.
    pub ids: Vec<String>,
}

impl Condition {
    /// Whether a thing with these ids satisfies the condition.
    pub fn holds<'a>(&self, mut ids: impl Iterator<Item = &'a str>) -> bool {
        if self.ids.is_empty() {
            return true;
        }
        let any = ids.any(|id| self.ids.iter().any(|own| own == id));
        match self.matches {
            Match::AnyOf => any,
            Match::NoneOf => !any,
        }
    }

    /// Whether a thing with these ids satisfies the condition, if there is one.
    pub fn matches_line<'a>(condition: Option<&Self>, ids: impl Iterator<Item = &'a str>) -> bool {
        condition.is_none_or(|c| c.holds(ids))
    }

    /// Whether there is a condition at all.
    pub fn names_any(condition: Option<&Self>) -> bool {
        condition.is_some_and(|c| !c.ids.is_empty())
    }
}

/// How points follow from money.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Rate {
    /// Points for each whole amount.
    PerAmount {
        /// Minor units, at least 1.
        every: i64,
        /// For each of them.
        points: i64,
    },
    /// Points for any order.
    PerOrder {
        /// For each order.
        points: i64,
    },
    /// A share of the order, by money spent over the shopper's whole time.
    Cashback {
        /// In any order.
        levels: Vec<Level>,
        /// Whether this order's own money counts for its level.
        counts_this_order: bool,
    },
}

/// A cashback level.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Level {
    /// What people read.
    pub name: Option<Text>,
    /// Money spent from which it is reached, minor units.
    pub spend_from: i64,
    /// Share of the order.
    pub bps: i64,
    /// Smallest order for it, minor units.
    pub order_min: i64,
}

/// How points pay.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct RedemptionRules {
    /// Whether points can be used at all.
    pub enabled: bool,
    /// Groups of customers; none means everybody.
    pub groups: Vec<String>,
    /// Categories a line must match to be paid with points.
    pub categories: Option<Condition>,
    /// Products a line must match.
    pub products: Option<Condition>,
    /// Smallest order value, minor units; it belongs.
    pub order_min: Option<i64>,
    /// Largest order value, minor units; it belongs.
    pub order_max: Option<i64>,
    /// Largest share that points may pay.
    pub max_bps: Option<i64>,
    /// Of what.
    pub percent_of: PercentOf,
    /// Whether points may pay delivery.
    pub shipping: bool,
    /// The least that can be used.
    pub min_points: i64,
    /// The most that can be used on one order.
    pub max_points: Option<i64>,
    /// Points go in multiples of this.
    pub step: i64,
    /// The largest discount, minor units.
    pub max_discount: Option<i64>,
    /// Whether the discount lowers the tax.
    pub tax_on_discount: bool,
    /// How long points are held for a cart.
    pub hold_minutes: i64,
    /// How long a confirmed hold waits for its order.
    pub confirmed_hold_hours: i64,
}

/// When points lapse.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Expiry {
    /// Never.
    Never,
    /// Each lot for itself, counted from the day it became usable.
    AfterEarning {
        /// Months or days.
        #[serde(flatten)]
        span: Span,
    },
    /// All together, counted from the first point.
    FromFirstPoint {
        /// Months.
        months: i64,
    },
    /// All together, counted from the last time anything was earned or used.
    AfterInactivity {
        /// Months.
        months: i64,
    },
}

/// A time span in local days.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Span {
    /// Calendar months (31 January + 1 = 28 or 29 February).
    Months(i64),
    /// Days.
    Days(i64),
}

/// What happens to points when money goes back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Refunds {
    /// Where points to take back have been spent.
    pub shortfall: Shortfall,
    /// Days that points live on which come back after they would have lapsed.
    pub grace_days: i64,
}

/// Points that come by themselves.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Bonuses {
    /// For registering.
    pub registration: Option<RegistrationBonus>,
    /// On the birthday.
    pub birthday: Option<BirthdayBonus>,
}

/// Points for registering, once per account for ever.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct RegistrationBonus {
    /// How many.
    pub points: i64,
    /// What strangers read before they register.
    pub message: Option<Text>,
    /// Those who registered before get nothing.
    pub since: Option<jiff::Timestamp>,
}

/// Points on the shopper's birthday, once a calendar year.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct BirthdayBonus {
    /// How many.
    pub points: i64,
    /// The moment it was switched on, written down then: earlier birthdays give nothing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub since: Option<jiff::Timestamp>,
}

/// Orders collect stamps, stamps become a reward.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct StampCard {
    /// Its id within the store.
    pub id: String,
    /// What people read.
    pub name: Option<Text>,
    /// Whether it counts at all.
    pub enabled: bool,
    /// Stamps for one reward.
    pub orders_required: i64,
    /// Categories a line must match.
    pub categories: Option<Condition>,
    /// Products a line must match.
    pub products: Option<Condition>,
    /// Smallest order that counts, minor units.
    pub order_min: i64,
    /// Whether the card starts again.
    pub repeat: bool,
    /// Whether extras are shown beside the reward.
    pub show_extras: bool,
    /// What a full card gives.
    pub reward: CardReward,
}

/// What a full stamp card gives.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum CardReward {
    /// A share off one unit of a product.
    Product {
        /// The product.
        product_id: String,
        /// The share.
        bps: i64,
    },
    /// Something off delivery.
    Shipping {
        /// A share or an amount.
        #[serde(flatten)]
        off: ShippingOff,
    },
}

/// What is taken off delivery.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum ShippingOff {
    /// A share.
    Bps(i64),
    /// Minor units.
    Amount(i64),
}

/// Something other than an order that earns points.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Mission {
    /// Its id within the store.
    pub id: String,
    /// One of [`MISSION_KINDS`].
    pub kind: String,
    /// What people read.
    pub name: Option<Text>,
    /// What to do.
    pub description: Option<Text>,
    /// Name of a built-in icon, or of one the merchant uploaded.
    pub icon: Option<String>,
    /// Whether it counts at all.
    pub enabled: bool,
    /// First local day.
    pub from: Option<Date>,
    /// Last local day; it belongs.
    pub until: Option<Date>,
    /// How many points.
    pub points: MissionPoints,
    /// How often one shopper may complete it; none means without limit.
    pub limit_per_shopper: Option<i64>,
    /// Where it is shown.
    pub show_in: Vec<ShowIn>,
    /// Which messages go out when points arrive.
    pub notify: Notify,
    /// How completion is known.
    pub verify: Verify,
    /// Of `create_account`: since when it is switched on, written by the server. Who registered before completes it
    /// with their first signed-in visit.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub since: Option<jiff::Timestamp>,
}

/// Kinds of missions; `custom` is the merchant's own.
pub const MISSION_KINDS: &[&str] = &[
    "create_account",
    "complete_profile",
    "newsletter",
    "first_order",
    "review",
    "follow_social",
    "download_app",
    "survey",
    "event",
    "tutorial",
    "training",
    "donation",
    "custom",
];

/// Kinds that make sense once, and so can be added once per store.
pub const MISSION_KINDS_ONCE: &[&str] =
    &["create_account", "complete_profile", "newsletter", "first_order", "download_app"];

/// Kinds whose completion the server sees by itself.
pub const MISSION_KINDS_AUTOMATIC: &[&str] = &["create_account", "complete_profile", "first_order"];

/// How many points a mission gives.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum MissionPoints {
    /// A number.
    Fixed {
        /// How many.
        points: i64,
    },
    /// In proportion to an amount.
    PerAmount {
        /// Minor units, at least 1.
        every: i64,
        /// For each of them.
        points: i64,
    },
}

/// Which messages go out when points arrive.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Notify {
    /// An e-mail.
    pub email: bool,
    /// A toast in the widget.
    pub toast: bool,
}

/// Invitations.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Referrals {
    /// Whether shoppers can invite.
    pub enabled: bool,
    /// For the inviter.
    pub inviter_points: i64,
    /// For the friend.
    pub invitee_points: i64,
    /// When an invitation counts.
    pub qualifies_on: QualifiesOn,
    /// Smallest order that counts, minor units.
    pub order_min: i64,
    /// Days between the order and the points.
    pub review_days: i64,
    /// The most rewards of one inviter in a calendar month.
    pub max_per_month: Option<i64>,
    /// Days a link is remembered.
    pub expires_days: i64,
    /// The invitation's mail.
    pub email: Sorted<Text>,
    /// What networks show of the link.
    pub social: Sorted<Text>,
    /// The page where shoppers invite.
    pub invite_page: Sorted<Text>,
    /// The page that invitees open.
    pub landing_page: Sorted<Text>,
}

impl PointsValue {
    /// `value(p) = floor(p·M / P)`, minor units.
    pub fn value_of(&self, points: crate::num::Wide) -> crate::num::Wide {
        (points * self.minor.into()).div_floor(self.points.into())
    }

    /// `points_for(d) = ceil(d·P / M)`: the fewest points that are worth so much.
    pub fn points_for(&self, minor: crate::num::Wide) -> crate::num::Wide {
        (minor * self.points.into()).div_ceil(self.minor.into())
    }
}

impl Program {
    /// The levels of the first cashback program: the one whose level is shown.
    pub fn levels(&self) -> &[Level] {
        self.earning
            .programs
            .iter()
            .filter(|program| program.enabled)
            .find_map(|program| match &program.rate {
                Rate::Cashback { levels, .. } => Some(levels.as_slice()),
                Rate::PerAmount { .. } | Rate::PerOrder { .. } => None,
            })
            .unwrap_or_default()
    }

    /// The fewest points that one redemption can have: `max(min_points, 1)`, up to a multiple of `step`.
    pub fn required_points(&self) -> crate::num::Wide {
        crate::num::Wide::of(self.redemption.min_points.max(1)).up_to_step(self.redemption.step.into())
    }
}

/// Stored and published programs are read by the same validation as new ones. The zone's name is taken
/// as it is: whoever stored it has looked it up.
impl<'de> Deserialize<'de> for Program {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let value = serde_json::Value::deserialize(from)?;
        read(&value, |_| true).map(|(program, _)| program).map_err(|faults| {
            let first = faults.first().map_or_else(String::new, |f| format!("{}: {}", f.path, f.code));
            serde::de::Error::custom(first)
        })
    }
}
