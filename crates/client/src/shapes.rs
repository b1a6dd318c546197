//! What the widget reads of the answers, by hand: derived readers of the same shapes weigh three times as much as
//! everything else in this crate. The tests below hold them to `fidela_protocol`.
//!
//! Moments stay as they are written (RFC 3339), and days too (`2026-03-10`): the browser reads and writes both.

use fidela_rules::json::Json;
use fidela_rules::program::{CardReward, ShippingOff};

/// Reads itself from an answer; nothing where the answer does not have its form.
pub trait Shape: Sized {
    /// From the answer.
    fn read(value: &Json) -> Option<Self>;
}

pub(crate) fn whole(value: &Json, name: &str) -> Option<i64> {
    Some(value.get(name)?.as_given()?.0)
}

pub(crate) fn words(value: &Json, name: &str) -> Option<String> {
    value.get(name)?.as_str().map(str::to_owned)
}

/// The same, borrowed; empty where there is none.
pub(crate) fn said<'a>(value: &'a Json, name: &str) -> &'a str {
    value.get(name).and_then(Json::as_str).unwrap_or_default()
}

pub(crate) fn texts(value: &Json, name: &str) -> Option<Vec<String>> {
    list(value, name, |one| one.as_str().map(str::to_owned))
}

pub(crate) fn list<T>(value: &Json, name: &str, read: impl Fn(&Json) -> Option<T>) -> Option<Vec<T>> {
    let items = value.get(name)?.as_list()?;
    // Not `collect`, which for options brings more code than this loop.
    let mut all = Vec::with_capacity(items.len());
    for item in items {
        all.push(read(item)?);
    }
    Some(all)
}

/// `GET /v1/stores/{store}/public`.
#[derive(Debug, Clone, PartialEq)]
pub struct PublicStore {
    /// What people read.
    pub name: String,
    /// The store's own language.
    pub locale: String,
    /// A whole program for `fidela_rules::program::read`.
    pub program: Json,
    /// Which version of it.
    pub program_version: i64,
    /// The bonus for registering: points, and the merchant's message (a text, or one per locale).
    pub registration: Option<(i64, Option<Json>)>,
    /// Programs that run now or soon, for everybody.
    pub offers: Vec<Offer>,
    /// Missions, as strangers see them, for [`crate::missions`].
    pub missions: Json,
    /// CSS custom properties, without the leading `--fidela-`.
    pub theme: Vec<(String, String)>,
}

impl Shape for PublicStore {
    fn read(value: &Json) -> Option<Self> {
        let registration = value
            .get("registration")
            .and_then(|bonus| Some((whole(bonus, "points")?, bonus.get("message").cloned())));
        let mut theme = Vec::new();
        for (name, colour) in value.get("theme").and_then(Json::as_object).unwrap_or_default() {
            theme.push((name.clone(), colour.as_str()?.to_owned()));
        }
        Some(Self {
            name: words(value, "name")?,
            locale: words(value, "locale")?,
            program: value.get("program")?.clone(),
            program_version: whole(value, "program_version")?,
            registration,
            offers: list(value, "offers", Offer::read)?,
            missions: value.get("missions")?.clone(),
            theme,
        })
    }
}

/// A program that runs now or soon.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Offer {
    /// Its name, or what it gives.
    pub title: String,
    /// What there is to say about it.
    pub details: Vec<String>,
    /// Whether it has begun.
    pub runs: bool,
}

impl Shape for Offer {
    fn read(value: &Json) -> Option<Self> {
        Some(Self {
            title: words(value, "title")?,
            details: texts(value, "details").unwrap_or_default(),
            runs: whole(value, "starts_in_days")? == 0,
        })
    }
}

/// A stamp card.
#[derive(Debug, Clone, PartialEq)]
pub struct CardNow {
    /// Its id.
    pub id: String,
    /// What people read: a text, or one per locale.
    pub name: Option<Json>,
    /// Stamps on it now.
    pub stamps: i64,
    /// Orders that make a reward.
    pub required: i64,
    /// What a full card gives, in words.
    pub gives: String,
}

impl Shape for CardNow {
    fn read(value: &Json) -> Option<Self> {
        Some(Self {
            id: words(value, "id")?,
            name: value.get("name").cloned(),
            stamps: whole(value, "stamps")?,
            required: whole(value, "orders_required")?,
            gives: words(value, "gives").unwrap_or_default(),
        })
    }
}

/// A reward that can be used or is kept for a cart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RewardNow {
    /// Its id.
    pub id: String,
    /// The card it came from.
    pub card: String,
    /// What it takes off.
    pub terms: CardReward,
    /// The same in words.
    pub gives: String,
    /// Whether a cart keeps it.
    pub held: bool,
}

impl Shape for RewardNow {
    fn read(value: &Json) -> Option<Self> {
        let terms = value.get("terms")?;
        let bps = whole(terms, "bps");
        let terms = match (words(terms, "product_id"), bps) {
            (Some(product_id), Some(bps)) => CardReward::Product { product_id, bps },
            (None, Some(bps)) => CardReward::Shipping { off: ShippingOff::Bps(bps) },
            (_, None) => CardReward::Shipping { off: ShippingOff::Amount(whole(terms, "amount")?) },
        };
        Some(Self {
            id: words(value, "id")?,
            card: words(value, "card")?,
            terms,
            gives: words(value, "gives").unwrap_or_default(),
            held: value.get("status")?.as_str()? == "held",
        })
    }
}

/// Why an order earned what it earned, in sentences.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Explained(pub Vec<String>);

impl Shape for Explained {
    fn read(value: &Json) -> Option<Self> {
        texts(value.get("award")?, "explained").map(Self)
    }
}

/// `GET /v1/me`.
#[derive(Debug, Clone, PartialEq)]
pub struct Me {
    /// The shop's customer id.
    pub customer_id: String,
    /// Off: balances stay, and nothing is earned or used.
    pub enabled: bool,
    /// Which version of the program it was read with.
    pub program_version: i64,
    /// Usable now, less what is owed.
    pub available: i64,
    /// What `available` is worth; 0 where points are owed.
    pub available_value: i64,
    /// Not usable yet.
    pub pending: i64,
    /// When which of them become usable, soonest first.
    pub pending_days: Vec<DayPoints>,
    /// Kept for carts.
    pub held: i64,
    /// Used in all.
    pub used: i64,
    /// Lapsed in all.
    pub expired: i64,
    /// Which points lapse on which day (it is their last), soonest first.
    pub expiring: Vec<DayPoints>,
    /// Money spent over the shopper's whole time.
    pub spent: i64,
    /// Level, where the program has levels.
    pub level: Option<LevelNow>,
    /// Groups the shopper belongs to.
    pub groups: Vec<String>,
    /// Programs that run now or soon, for this shopper.
    pub offers: Vec<Offer>,
    /// Stamp cards.
    pub cards: Vec<CardNow>,
    /// Rewards that can be used or are kept for a cart.
    pub rewards: Vec<RewardNow>,
    /// Whether friends can be invited.
    pub invite: bool,
    /// Missions that can be done now or soon, and those that are done, for [`crate::missions`].
    pub missions: Json,
    /// What arrived of itself lately, newest last, for [`crate::toasts`].
    pub toasts: Json,
    /// Open holds, newest first.
    pub redemptions: Vec<Redemption>,
}

/// A shopper's page, and the edge's time when it was written.
#[derive(Debug, Clone, PartialEq)]
pub struct MeNow {
    /// The page.
    pub me: Me,
    /// The time.
    pub now: String,
}

impl Shape for MeNow {
    fn read(value: &Json) -> Option<Self> {
        let me = Me {
            customer_id: words(value, "customer_id")?,
            enabled: value.get("enabled")?.as_bool()?,
            program_version: whole(value, "program_version")?,
            available: whole(value, "available")?,
            available_value: whole(value, "available_value")?,
            pending: whole(value, "pending")?,
            pending_days: list(value, "pending_days", DayPoints::read)?,
            held: whole(value, "held")?,
            used: whole(value, "used")?,
            expired: whole(value, "expired")?,
            expiring: list(value, "expiring", DayPoints::read)?,
            spent: whole(value, "spent")?,
            level: value.get("level").and_then(LevelNow::read),
            groups: texts(value, "groups")?,
            offers: list(value, "offers", Offer::read)?,
            cards: list(value, "cards", CardNow::read)?,
            rewards: list(value, "rewards", RewardNow::read)?,
            invite: value.get("invite")?.as_bool()?,
            missions: value.get("missions")?.clone(),
            toasts: value.get("toasts")?.clone(),
            redemptions: list(value, "redemptions", Redemption::read)?,
        };
        Some(Self { me, now: words(value, "now")? })
    }
}

/// Points of one local day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DayPoints {
    /// The local day in the store's time zone.
    pub on: String,
    /// How many.
    pub points: i64,
}

impl Shape for DayPoints {
    fn read(value: &Json) -> Option<Self> {
        Some(Self { on: words(value, "on")?, points: whole(value, "points")? })
    }
}

/// A shopper's level.
#[derive(Debug, Clone, PartialEq)]
pub struct LevelNow {
    /// Name of the level reached (a text, or one per locale); none before the first.
    pub name: Option<Json>,
    /// Money spent from which it was reached.
    pub spend_from: i64,
    /// Its share of an order.
    pub bps: i64,
    /// The next one.
    pub next: Option<NextLevel>,
}

impl Shape for LevelNow {
    fn read(value: &Json) -> Option<Self> {
        Some(Self {
            name: value.get("name").cloned(),
            spend_from: whole(value, "spend_from")?,
            bps: whole(value, "bps")?,
            next: value.get("next").and_then(NextLevel::read),
        })
    }
}

/// The next level.
#[derive(Debug, Clone, PartialEq)]
pub struct NextLevel {
    /// Its name: a text, or one per locale.
    pub name: Option<Json>,
    /// Money spent from which it is reached.
    pub spend_from: i64,
    /// Money that is missing.
    pub missing: i64,
}

impl Shape for NextLevel {
    fn read(value: &Json) -> Option<Self> {
        Some(Self {
            name: value.get("name").cloned(),
            spend_from: whole(value, "spend_from")?,
            missing: whole(value, "missing")?,
        })
    }
}

/// A page of a list, its items as they were told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page {
    /// A limited number of them.
    pub items: Vec<Json>,
    /// For `after`, if there are more.
    pub next: Option<String>,
}

impl Shape for Page {
    fn read(value: &Json) -> Option<Self> {
        let items = value.get("items")?.as_list()?.to_vec();
        Some(Self { items, next: words(value, "next") })
    }
}

/// One line of a shopper's history, an item of `GET /v1/me/ledger`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HistoryItem {
    /// When.
    pub at: String,
    /// What: `earned`, `held`, …
    pub kind: String,
    /// The same in a sentence; empty where a shopper has no use for it.
    pub title: String,
    /// What it did to the points a shopper counts as theirs; 0 where nothing moved.
    pub points: i64,
    /// What it belongs to: `order`, `mission`, `bonus`, …
    pub about: Option<String>,
    /// Its id: the order's, the redemption's code, …
    pub reference: Option<String>,
    /// The merchant's reason, where a hand did it.
    pub reason: Option<String>,
    /// The first local day on which earned points can be used, where that is later.
    pub usable_from: Option<String>,
}

impl Shape for HistoryItem {
    fn read(value: &Json) -> Option<Self> {
        Some(Self {
            at: words(value, "at")?,
            kind: words(value, "kind")?,
            title: words(value, "title").unwrap_or_default(),
            points: whole(value, "points")?,
            about: words(value, "about"),
            reference: words(value, "reference"),
            reason: words(value, "reason"),
            usable_from: words(value, "usable_from"),
        })
    }
}

/// Points held for a cart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Redemption {
    /// `rd_…`.
    pub id: String,
    /// What a person types or reads.
    pub code: String,
    /// Points.
    pub points: i64,
    /// What they take off, gross, minor units.
    pub discount: i64,
    /// What the reward that is kept with them takes off.
    pub reward: Option<i64>,
    /// Whether the shop's server has had its cart checked: then it belongs to an order on its way.
    pub confirmed: bool,
    /// When the hold runs out.
    pub expires_at: String,
}

impl Shape for Redemption {
    fn read(value: &Json) -> Option<Self> {
        Some(Self {
            id: words(value, "id")?,
            code: words(value, "code")?,
            points: whole(value, "points")?,
            discount: whole(value, "discount")?,
            reward: value.get("reward").and_then(|reward| whole(reward, "discount")),
            confirmed: value.get("status")?.as_str()? == "confirmed",
            expires_at: words(value, "expires_at")?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::MissionState;
    use crate::missions::tests::mission;
    use fidela_protocol::missions::{MissionState as WireState, Toast as WireToast};
    use fidela_protocol::shopper as wire;
    use fidela_rules::program::Verify;
    use jiff::Timestamp;
    use jiff::civil::date;
    use serde_json::json;

    fn redemption() -> wire::Redemption {
        wire::Redemption {
            id: "rd_1".to_owned(),
            code: "K7QF-2M9P".to_owned(),
            points: 20,
            discount: 2_000,
            tax: vec![wire::TaxShare { tax_bps: 1_900, gross: 2_000, tax: 319 }],
            status: wire::RedemptionStatus::Confirmed,
            created_at: Timestamp::UNIX_EPOCH,
            expires_at: Timestamp::UNIX_EPOCH,
            order_id: None,
            customer_id: None,
            restored: 0,
            over_limit: false,
            reward: Some(wire::RewardUse {
                id: "rw_1".to_owned(),
                card: "coffee".to_owned(),
                discount: 500,
                tax: Vec::new(),
                line: None,
            }),
        }
    }

    fn product() -> CardReward {
        CardReward::Product { product_id: "p".to_owned(), bps: 10_000 }
    }

    fn delivery(off: ShippingOff) -> CardReward {
        CardReward::Shipping { off }
    }

    fn reward(terms: CardReward) -> wire::RewardNow {
        wire::RewardNow {
            id: "rw_1".to_owned(),
            card: "coffee".to_owned(),
            terms,
            gives: "One product for free".to_owned(),
            status: "held".to_owned(),
            issued_at: Timestamp::UNIX_EPOCH,
            redemption: Some("rd_1".to_owned()),
            order_id: None,
        }
    }

    #[test]
    fn the_shopper_reads_as_the_protocol_writes_it() {
        let me = wire::Me {
            customer_id: "c-1".to_owned(),
            name: None,
            enabled: true,
            program_version: 3,
            available: 124,
            available_value: 12_400,
            pending: 24,
            pending_days: vec![wire::DayPoints { on: date(2026, 12, 1), points: 24 }],
            held: 20,
            used: 30,
            expired: 0,
            expiring: vec![wire::DayPoints { on: date(2027, 3, 31), points: 84 }],
            spent: 36_000,
            level: Some(wire::LevelNow {
                name: None,
                spend_from: 0,
                bps: 300,
                next: Some(wire::NextLevel {
                    name: Some(json!("Gold")),
                    spend_from: 50_000,
                    bps: 500,
                    missing: 14_000,
                }),
            }),
            groups: vec!["vip".to_owned()],
            missions: vec![mission(WireState::Open, Verify::Claim, None)],
            toasts: vec![WireToast {
                id: 7,
                mission: "follow".to_owned(),
                points: 5,
                title: "5 points for you: Follow us".to_owned(),
            }],
            invite: true,
            redemptions: vec![redemption()],
            expiring_soon: 84,
            cards: vec![wire::CardNow {
                id: "coffee".to_owned(),
                name: Some(json!({ "en": "Coffee card" })),
                enabled: true,
                stamps: 2,
                orders_required: 5,
                missing: 3,
                order_min: 0,
                repeat: true,
                show_extras: true,
                reward: product(),
                gives: "One product for free".to_owned(),
            }],
            rewards: [product(), delivery(ShippingOff::Bps(5_000)), delivery(ShippingOff::Amount(500))]
                .map(reward)
                .into(),
            offers: vec![wire::OfferNow {
                program: "base".to_owned(),
                name: None,
                title: "Base".to_owned(),
                details: vec!["1 point for every lei 50.00".to_owned()],
                starts_in_days: 2,
                ends_in_days: None,
            }],
            now: Timestamp::UNIX_EPOCH,
        };
        let MeNow { me, now } = MeNow::read(&Json::from(&serde_json::to_value(me).unwrap())).unwrap();
        assert_eq!((me.available, me.spent, me.groups.len(), me.invite), (124, 36_000, 1, true));
        assert_eq!(me.pending_days, [DayPoints { on: "2026-12-01".to_owned(), points: 24 }]);
        assert_eq!(me.level.unwrap().next.unwrap().missing, 14_000);
        assert_eq!((me.cards[0].stamps, me.cards[0].required, &me.cards[0].gives[..3]), (2, 5, "One"));
        let terms: Vec<_> = me.rewards.iter().map(|reward| reward.terms.clone()).collect();
        assert_eq!(terms, [product(), delivery(ShippingOff::Bps(5_000)), delivery(ShippingOff::Amount(500))]);
        assert!(me.rewards.iter().all(|reward| reward.held && reward.id == "rw_1"));
        assert_eq!(
            (me.offers[0].title.as_str(), me.offers[0].runs, me.offers[0].details.len()),
            ("Base", false, 1)
        );
        assert_eq!(crate::missions(&me.missions)[0].id, "follow");
        let toasts = crate::toasts(&me.toasts);
        assert_eq!((toasts[0].id, toasts[0].title.as_str()), (7, "5 points for you: Follow us"));
        assert_eq!(me.redemptions[0].reward, Some(500));
        assert!(me.redemptions[0].confirmed);
        assert_eq!(me.redemptions[0].expires_at, now);
        assert_eq!(now, "1970-01-01T00:00:00Z");
    }

    #[test]
    fn history_reads_as_the_protocol_writes_it() {
        let item = wire::HistoryItem {
            seq: 1,
            at: Timestamp::UNIX_EPOCH,
            kind: "earned".to_owned(),
            title: "Earned with order 1001".to_owned(),
            points: 12,
            available: 12,
            about: Some("order".to_owned()),
            reference: Some("1001".to_owned()),
            reason: None,
            by: None,
            usable_from: Some(date(2026, 12, 1)),
            last_day: None,
            card: None,
            mission: None,
            stamps: 0,
        };
        let page = wire::HistoryPage { items: vec![item], next: Some("1".to_owned()) };
        let page = Page::read(&Json::from(&serde_json::to_value(page).unwrap())).unwrap();
        let item = HistoryItem::read(&page.items[0]).unwrap();
        assert_eq!(item.reference.as_deref(), Some("1001"));
        assert_eq!(item.usable_from.as_deref(), Some("2026-12-01"));
        assert_eq!(page.next.as_deref(), Some("1"));
    }

    #[test]
    fn the_store_reads_as_the_protocol_writes_it() {
        let store = wire::PublicStore {
            store_id: "st_1".to_owned(),
            name: "Lumo".to_owned(),
            locale: "ro".to_owned(),
            program: json!({ "currency": "RON" }),
            program_version: 3,
            registration: Some(wire::Registration { points: 25, message: Some(json!({ "en": "Hi" })) }),
            theme: [("accent".to_owned(), "#fff".to_owned())].into(),
            missions: vec![mission(WireState::Soon, Verify::ImportOrApi, Some(1))],
            offers: Vec::new(),
            expiring_days: 0,
        };
        let store = PublicStore::read(&Json::from(&serde_json::to_value(store).unwrap())).unwrap();
        assert_eq!(store.registration, Some((25, Some(Json::from(&json!({ "en": "Hi" }))))));
        let missions = crate::missions(&store.missions);
        assert_eq!((missions.len(), missions[0].state), (1, MissionState::Soon));
        assert_eq!(store.theme, [("accent".to_owned(), "#fff".to_owned())]);
    }

    #[test]
    fn an_answer_of_another_form_is_none() {
        assert_eq!(MeNow::read(&Json::from(&json!({ "customer_id": "c-1" }))), None);
        assert_eq!(Redemption::read(&Json::List(Vec::new())), None);
    }
}
