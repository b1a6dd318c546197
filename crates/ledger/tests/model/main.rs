//! The engine against a deliberately simple model (`simple.rs`): random histories of orders told in any order,
//! refunds, cancellations, points held and used, rewards, expiry and edits of the program. After each step money
//! spent, level, points and stamps agree (S2.1, S3.5, S1.1). `PROPTEST_CASES` sets how many histories are tried.

mod simple;

use fidela_ledger::orders::{OrderRecord, Telling, Terms, tell};
use fidela_ledger::{Account, Command, RewardStatus, execute};
use fidela_rules::levels::{level_of, money_spent};
use fidela_rules::{Order, Program};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use proptest::prelude::*;
use proptest::sample::select;
use serde_json::json;
use simple::Simple;
use std::collections::BTreeMap;

/// Hours that a hold lasts.
const HOLD_HOURS: i64 = 2;
/// Points that each order's discount bought; its orders keep theirs.
const USED: [i64; 4] = [0, 3, 8, 20];

/// The least of a program that the model knows: a point is worth 100, all money earns, days are those of UTC.
#[derive(Debug, Clone, Copy)]
struct Edition {
    enabled: bool,
    /// Whether an order is awarded when it is paid, or when it is delivered.
    at_paid: bool,
    /// 1,000 bps of the order from 0, this share from 30,000 spent.
    gold_bps: i64,
    /// Beside it, so many points for an order of at least 5,000.
    per_order: i64,
    /// The larger of both, or both.
    sum: bool,
    pending_days: i64,
    expires_days: Option<i64>,
    stamp_min: i64,
}

const SILVER_BPS: i64 = 1_000;
const GOLD_FROM: i64 = 30_000;
const PER_ORDER_MIN: i64 = 5_000;
const STAMPS: i64 = 2;

impl Edition {
    fn program(&self) -> Program {
        let levels = json!([
            { "name": "Silver", "spend_from": 0, "bps": SILVER_BPS },
            { "name": "Gold", "spend_from": GOLD_FROM, "bps": self.gold_bps },
        ]);
        let expiry = match self.expires_days {
            None => json!({ "type": "never" }),
            Some(days) => json!({ "type": "after_earning", "days": days }),
        };
        let program = json!({
            "enabled": self.enabled, "currency": "RON", "timezone": "UTC", "expiry": expiry,
            "points": { "value": { "points": 1, "minor": 100 } },
            "earning": {
                "award_statuses": if self.at_paid { json!(["paid", "delivered"]) } else { json!(["delivered"]) },
                "combine": if self.sum { "sum" } else { "best" }, "pending_days": self.pending_days,
                "programs": [
                    { "id": "share", "rate": { "type": "cashback", "levels": levels } },
                    { "id": "each", "order_min": PER_ORDER_MIN,
                      "rate": { "type": "per_order", "points": self.per_order } },
                ],
            },
            "redemption": { "enabled": true },
            "stamp_cards": [{
                "id": "card", "orders_required": STAMPS, "order_min": self.stamp_min,
                "reward": { "type": "shipping", "bps": 10_000 },
            }],
        });
        serde_json::from_value(program).unwrap()
    }
}

fn edition() -> impl Strategy<Value = Edition> {
    let switches = (prop::bool::weighted(0.85), any::<bool>(), any::<bool>());
    let rates = (select(vec![500, 2_000, 5_000]), select(vec![0, 3, 30]));
    let days = (select(vec![0, 0, 1, 3]), select(vec![None, Some(1), Some(3), Some(5)]));
    (switches, rates, days, select(vec![0, 0, 4_000])).prop_map(
        |((enabled, at_paid, sum), (gold_bps, per_order), (pending_days, expires_days), stamp_min)| Edition {
            enabled,
            at_paid,
            gold_bps,
            per_order,
            sum,
            pending_days,
            expires_days,
            stamp_min,
        },
    )
}

/// An order as it was told, with money in minor units.
#[derive(Debug, Clone, PartialEq)]
struct Snapshot {
    order: usize,
    /// How new it is; no two are equally so.
    age: i64,
    status: &'static str,
    price: i64,
    refunded: i64,
}

#[derive(Debug, Clone)]
enum Step {
    Wait {
        hours: i64,
    },
    Edit(Edition),
    Tell(Snapshot),
    /// Something told before is told again.
    Again(usize),
    /// Points are held for the cart that will be this order.
    Hold {
        order: usize,
    },
    Adjust {
        points: i64,
    },
    /// A cart uses a reward, and may be cancelled.
    UseReward {
        cart: usize,
    },
    ReturnReward {
        cart: usize,
    },
}

fn step() -> impl Strategy<Value = Step> {
    let order = || 0..USED.len();
    let statuses = vec!["created", "paid", "delivered", "delivered", "returned", "cancelled"];
    let told = (order(), 0..=30_i64, select(statuses), select(vec![2_400, 5_000, 9_000, 31_000]));
    let told = (told, select(vec![0, 0, 0, 900, 2_400, 4_000, 31_000]));
    prop_oneof![
        4 => select(vec![1, 2, 5, 24, 30, 48, 100]).prop_map(|hours| Step::Wait { hours }),
        2 => edition().prop_map(Step::Edit),
        9 => told.prop_map(|((order, age, status, price), refunded)| {
            Step::Tell(Snapshot { order, age, status, price, refunded: refunded.min(price) })
        }),
        2 => any::<prop::sample::Index>().prop_map(|index| Step::Again(index.index(1_000))),
        3 => order().prop_map(|order| Step::Hold { order }),
        1 => (-15..=15_i64).prop_map(|points| Step::Adjust { points }),
        2 => (0..2_usize).prop_map(|cart| Step::UseReward { cart }),
        1 => (0..2_usize).prop_map(|cart| Step::ReturnReward { cart }),
    ]
}

fn start() -> Timestamp {
    "2026-03-10T00:00:00Z".parse().unwrap()
}

/// The real thing, as the edge drives it.
struct Engine {
    account: Account,
    programs: Vec<Program>,
    orders: BTreeMap<String, OrderRecord>,
    now: Timestamp,
}

impl Engine {
    fn spent(&self) -> i64 {
        money_spent(self.orders.values().map(|record| record.spend)).unwrap()
    }

    fn run(&mut self, command: Option<Command>) {
        let program = self.programs.last().unwrap();
        // A refusal is an answer too: the model refuses the same, or the balances differ.
        let _ = execute(&mut self.account, program, &TimeZone::UTC, command.as_ref(), self.now);
    }

    fn tell(&mut self, order: Order, hold: &str) {
        let spent = self.spent();
        let known = self.orders.remove(&order.id);
        let id = order.id.clone();
        let telling = Telling {
            program: self.programs.last().unwrap(),
            version: u64::try_from(self.programs.len()).unwrap(),
            earlier: &|version| self.programs.get(usize::try_from(version).unwrap() - 1),
            zone: &TimeZone::UTC,
            spent,
            groups: &[],
            terms: Some(Terms { hold, confirmed_discount: None }),
            now: self.now,
        };
        let told = tell(&mut self.account, known, order, telling).unwrap();
        self.orders.insert(id, told.record);
    }
}

fn order(snapshot: &Snapshot) -> Order {
    let Snapshot { order, age, status, price, refunded } = snapshot;
    let order = json!({
        "id": order.to_string(), "currency": "RON", "placed_at": "2026-03-10T00:00:00Z", "status": status,
        "updated_at": (start() + SignedDuration::from_secs(*age)).to_string(),
        "lines": [{ "id": "1", "product_id": "p", "quantity": 1, "unit_price": price }],
        "points_discount": USED[*order] * 100, "refunded": refunded,
    });
    serde_json::from_value(order).unwrap()
}

/// A cart's order that is never awarded: only its reward matters.
fn cart(cart: usize, told: i64, status: &str, reward: &str) -> Order {
    let order = json!({
        "id": format!("cart-{cart}-{reward}"), "currency": "RON", "placed_at": "2026-03-10T00:00:00Z",
        "status": status, "updated_at": (start() + SignedDuration::from_secs(told)).to_string(),
        "lines": [{ "id": "1", "product_id": "p", "quantity": 1, "unit_price": 100 }], "reward_id": reward,
    });
    serde_json::from_value(order).unwrap()
}

fn config() -> ProptestConfig {
    // Integration tests have no source file beside which a failure could be kept.
    let config = ProptestConfig::default();
    // A history takes a millisecond or two, and the rare ones tell most.
    let cases = config.cases.saturating_mul(4);
    ProptestConfig { failure_persistence: None, cases, ..config }
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn the_engine_agrees_with_a_simple_model(
        first in edition(),
        steps in proptest::collection::vec(step(), 1..60),
    ) {
        let mut engine = Engine {
            account: Account::default(),
            programs: vec![first.program()],
            orders: BTreeMap::new(),
            now: start(),
        };
        let mut simple = Simple::new(first);
        let mut told: Vec<Snapshot> = Vec::new();
        let mut in_use: BTreeMap<usize, String> = BTreeMap::new();
        for (number, step) in steps.into_iter().enumerate() {
            let number = i64::try_from(number).unwrap();
            match step.clone() {
                Step::Wait { hours } => {
                    engine.now += SignedDuration::from_hours(hours);
                    engine.run(None);
                    simple.wait(hours);
                }
                Step::Edit(edition) => {
                    engine.programs.push(edition.program());
                    simple.edit(edition);
                }
                Step::Tell(snapshot) => {
                    let snapshot = Snapshot { age: snapshot.age * 1_000 + number, ..snapshot };
                    engine.tell(order(&snapshot), &format!("h{}", snapshot.order));
                    simple.tell(&snapshot);
                    told.push(snapshot);
                }
                Step::Again(index) => {
                    let Some(snapshot) = index.checked_rem(told.len()).map(|index| told[index].clone()) else {
                        continue;
                    };
                    engine.tell(order(&snapshot), &format!("h{}", snapshot.order));
                    simple.tell(&snapshot);
                }
                // A cart that has become an order holds nothing any more.
                Step::Hold { order } if told.iter().any(|snapshot| snapshot.order == order) => continue,
                Step::Hold { order } => {
                    let minutes = Some(HOLD_HOURS * 60);
                    engine.run(Some(Command::Hold { id: format!("h{order}"), points: USED[order], minutes }));
                    simple.hold(order);
                }
                Step::Adjust { points } => {
                    engine.run(Some(Command::Adjust { points, reason: None, who: None, key: None }));
                    simple.adjust(points);
                }
                Step::UseReward { cart: place } => {
                    let rewards = engine.account.cards().rewards().iter();
                    let free = rewards.filter(|reward| reward.status == RewardStatus::Issued).map(|r| r.id.clone());
                    let free = free.min();
                    prop_assert_eq!(free.is_some(), simple.free_rewards() > 0, "{:?}", step);
                    if let Some(reward) = free.filter(|_| !in_use.contains_key(&place)) {
                        engine.tell(cart(place, number, "created", &reward), "none");
                        simple.use_reward(1);
                        in_use.insert(place, reward);
                    }
                }
                Step::ReturnReward { cart: place } => {
                    if let Some(reward) = in_use.remove(&place) {
                        engine.tell(cart(place, number, "cancelled", &reward), "none");
                        simple.use_reward(-1);
                    }
                }
            }
            prop_assert_eq!(engine.spent(), simple.spent(), "money spent after {:?}", step);
            let standing = level_of(engine.programs.last().unwrap(), engine.spent()).unwrap().unwrap();
            let level = (
                standing.reached.map(|level| level.spend_from),
                standing.next.map(|next| next.missing),
            );
            prop_assert_eq!(level, simple.level(), "level after {:?}", step);
            let balances = engine.account.balances();
            let balances = (balances.available, balances.pending, balances.held);
            prop_assert_eq!(balances, simple.balances(), "points after {:?}", step);
            prop_assert_eq!(engine.account.cards().stamps("card"), simple.stamps(), "stamps after {:?}", step);
        }
    }
}
