//! Stamp cards and their rewards through an order's life (S1.1–S1.4), at the second, and in every order of
//! telling.

use fidela_ledger::orders::{OrderRecord, RewardFault, RewardState, Telling, tell};
use fidela_ledger::{Account, Command, Done, Refusal, RewardStatus, execute};
use fidela_rules::stamps::Stamping;
use fidela_rules::{Order, Program};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};
use std::collections::BTreeMap;

fn program(cards: &Value) -> Program {
    let program = json!({
        "currency": "RON", "timezone": "Europe/Bucharest",
        "points": { "value": { "points": 1, "minor": 100 } },
        "earning": { "programs": [{ "id": "base", "rate": { "type": "per_order", "points": 7 } }] },
        "redemption": { "enabled": true, "hold_minutes": 30, "confirmed_hold_hours": 168 },
        "stamp_cards": cards,
    });
    serde_json::from_value(program).unwrap()
}

fn coffee(required: i64) -> Value {
    json!({ "id": "coffee", "orders_required": required,
            "reward": { "type": "product", "product_id": "espresso", "bps": 10_000 } })
}

/// A shop with one shopper, whose clock moves a minute with each thing that happens.
struct Shop {
    programs: Vec<Program>,
    account: Account,
    known: BTreeMap<String, OrderRecord>,
    now: Timestamp,
}

impl Shop {
    fn new(cards: &Value) -> Self {
        let now = "2026-03-10T09:00:00Z".parse().unwrap();
        let (account, known) = (Account::default(), BTreeMap::new());
        Self { programs: vec![program(cards)], account, known, now }
    }

    fn zone() -> TimeZone {
        TimeZone::get("Europe/Bucharest").unwrap()
    }

    fn run(&mut self, command: &Value) -> Result<Done, &'static str> {
        self.now += SignedDuration::from_mins(1);
        let command: Command = serde_json::from_value(command.clone()).unwrap();
        let program = self.programs.last().unwrap();
        let (done, _) = execute(&mut self.account, program, &Self::zone(), Some(&command), self.now);
        done.map_err(|refusal| refusal.code())
    }

    fn tell(&mut self, order: Order) -> &OrderRecord {
        self.now += SignedDuration::from_mins(1);
        let (id, zone) = (order.id.clone(), Self::zone());
        let telling = Telling {
            program: self.programs.last().unwrap(),
            version: u64::try_from(self.programs.len()).unwrap(),
            earlier: &|version| self.programs.get(usize::try_from(version).unwrap() - 1),
            zone: &zone,
            spent: 0,
            groups: &[],
            terms: None,
            now: self.now,
        };
        let told = tell(&mut self.account, self.known.remove(&id), order, telling).unwrap();
        self.known.entry(id).or_insert(told.record)
    }

    /// Stamps on the card, and how its rewards stand.
    fn card(&self, card: &str) -> (i64, Vec<RewardStatus>) {
        let cards = self.account.cards();
        let own = cards.rewards().iter().filter(|reward| reward.card == card);
        (cards.stamps(card), own.map(|reward| reward.status).collect())
    }
}

fn order(id: &str, hour: u32, status: &str) -> Order {
    with(id, hour, status, &json!({}))
}

fn with(id: &str, hour: u32, status: &str, more: &Value) -> Order {
    let mut order = json!({
        "id": id, "currency": "RON", "placed_at": "2026-03-10T09:00:00Z", "status": status,
        "updated_at": format!("2026-03-10T{:02}:00:00Z", 9 + hour),
        "lines": [{ "id": "1", "product_id": "espresso", "quantity": 2, "unit_price": 5_000 }],
    });
    for (name, value) in more.as_object().unwrap() {
        order[name] = value.clone();
    }
    serde_json::from_value(order).unwrap()
}

// S1.1
#[test]
fn an_order_is_one_stamp_from_the_chosen_status_on() {
    let mut shop = Shop::new(&json!([coffee(3)]));
    shop.tell(order("1", 1, "created"));
    assert_eq!(shop.card("coffee"), (0, vec![]));
    shop.tell(order("1", 2, "delivered"));
    shop.tell(order("1", 3, "delivered"));
    shop.tell(order("1", 4, "returned"));
    assert_eq!(shop.card("coffee"), (1, vec![]), "once, however often it is told");
    let record = &shop.known["1"];
    assert_eq!(record.award.as_ref().unwrap().stamps[0].outcome, Stamping::Stamped);
}

// S1.1
#[test]
fn a_full_card_gives_a_reward_and_starts_again() {
    let mut shop = Shop::new(&json!([coffee(2), {
        "id": "once", "orders_required": 1, "repeat": false, "reward": { "type": "shipping", "bps": 5_000 },
    }]));
    for id in ["1", "2", "3"] {
        shop.tell(order(id, 1, "delivered"));
    }
    assert_eq!(shop.card("coffee"), (1, vec![RewardStatus::Issued]));
    assert_eq!(shop.card("once"), (2, vec![RewardStatus::Issued]), "a card without repeat gives one reward");
}

// S1.1
#[test]
fn all_orders_of_telling_end_with_the_same_card() {
    let snapshots = [
        order("9", 1, "created"),
        order("9", 2, "paid"),
        order("9", 3, "delivered"),
        with("9", 4, "delivered", &json!({ "refunded": 3_000 })),
        with("9", 5, "delivered", &json!({ "refunded": 6_000 })),
        with("9", 6, "cancelled", &json!({ "refunded": 6_000 })),
    ];
    // How many are told, the smallest order, and what of it is left to see: the stamp fills the card.
    let full = (0, vec![RewardStatus::Issued]);
    let gone = (1, vec![]);
    let points = |account: &Account| (account.balances(), account.is_conserved());
    for (told, order_min, expected) in [(6, 0, &gone), (5, 0, &full), (5, 5_000, &gone), (4, 5_000, &full)] {
        let mut card = coffee(2);
        card["order_min"] = json!(order_min);
        let mut in_time = None;
        for places in permutations(told) {
            let mut shop = Shop::new(&json!([card]));
            shop.tell(order("1", 1, "delivered"));
            for place in &places {
                shop.tell(snapshots[*place].clone());
                shop.tell(snapshots[*place].clone());
            }
            let (stamps, rewards) = shop.card("coffee");
            let standing: Vec<_> =
                rewards.into_iter().filter(|status| *status != RewardStatus::TakenBack).collect();
            assert_eq!(&(stamps, standing), expected, "{places:?}, smallest order {order_min}");
            let in_time = in_time.get_or_insert_with(|| points(&shop.account));
            assert_eq!(points(&shop.account), *in_time, "{places:?}");
        }
    }
}

/// All orders of the numbers below `n`.
fn permutations(n: usize) -> Vec<Vec<usize>> {
    if n == 0 {
        return vec![Vec::new()];
    }
    let shorter = permutations(n - 1);
    let with_last = |places: Vec<usize>| {
        (0..n).map(move |at| {
            let mut places = places.clone();
            places.insert(at, n - 1);
            places
        })
    };
    shorter.into_iter().flat_map(with_last).collect()
}

// S1.2
#[test]
fn all_orders_of_telling_use_a_reward_once_or_give_it_back() {
    let reward = json!({ "reward_id": "rw_1" });
    let snapshots = [
        with("9", 1, "created", &reward),
        with("9", 2, "delivered", &reward),
        with("9", 3, "delivered", &json!({ "reward_id": "rw_1", "refunded": 1_000 })),
        with("9", 4, "cancelled", &reward),
    ];
    for (told, status) in [(4, RewardStatus::Issued), (3, RewardStatus::Used)] {
        for places in permutations(told) {
            let mut shop = Shop::new(&json!([coffee(1), coffee_named("other", 50)]));
            shop.tell(order("1", 1, "delivered"));
            shop.run(&json!({ "op": "hold_reward", "id": "h", "reward": "rw_1" })).unwrap();
            for place in &places {
                shop.tell(snapshots[*place].clone());
            }
            assert_eq!(shop.account.cards().reward("rw_1").unwrap().status, status, "{places:?}");
            assert_eq!(shop.known["9"].reward_fault(), None, "{places:?}");
        }
    }
}

fn coffee_named(id: &str, required: i64) -> Value {
    let mut card = coffee(required);
    card["id"] = json!(id);
    card
}

// S1.4
#[test]
fn a_stamp_taken_back_takes_an_unused_reward_with_it() {
    let mut shop = Shop::new(&json!([coffee(2)]));
    for id in ["1", "2"] {
        shop.tell(order(id, 1, "delivered"));
    }
    shop.tell(order("2", 2, "cancelled"));
    assert_eq!(shop.card("coffee"), (1, vec![RewardStatus::TakenBack]));
    let hold = json!({ "op": "hold_reward", "id": "h", "reward": "rw_1" });
    assert_eq!(shop.run(&hold), Err("reward_taken_back"));

    // It was not cancelled after all: the same reward, and no second one.
    shop.tell(order("2", 3, "delivered"));
    assert_eq!(shop.card("coffee"), (0, vec![RewardStatus::Issued]));
}

// S1.4
#[test]
fn a_stamp_taken_back_after_the_reward_was_used_is_owed_by_the_next_card() {
    let mut shop = Shop::new(&json!([coffee(2)]));
    for id in ["1", "2"] {
        shop.tell(order(id, 1, "delivered"));
    }
    shop.run(&json!({ "op": "hold_reward", "id": "h", "reward": "rw_1" })).unwrap();
    // An order that is no stamp itself, because it is not delivered, uses the reward.
    shop.tell(with("3", 1, "created", &json!({ "reward_id": "rw_1" })));
    shop.tell(with("2", 2, "delivered", &json!({ "refunded": 10_000 })));
    assert_eq!(shop.card("coffee"), (-1, vec![RewardStatus::Used]));
    shop.tell(order("4", 1, "delivered"));
    assert_eq!(shop.card("coffee"), (0, vec![RewardStatus::Used]));

    // And where the order that used it gives it back, the card that lacks a stamp takes it.
    shop.tell(with("4", 2, "cancelled", &json!({})));
    shop.tell(with("3", 2, "cancelled", &json!({ "reward_id": "rw_1" })));
    assert_eq!(shop.card("coffee"), (1, vec![RewardStatus::TakenBack]));
    assert_eq!(shop.known["3"].reward.as_ref().unwrap().state, RewardState::GivenBack);
}

// S1.2: a hold ends at exactly its second, also where clocks change meanwhile.
#[test]
fn a_reward_is_kept_for_a_cart_to_the_second() {
    let cases = [
        // Clocks go from 03:00 to 04:00, and back from 04:00 to 03:00.
        ("Europe/Bucharest", "2026-03-29T00:45:00Z"),
        ("Europe/Bucharest", "2026-10-25T00:45:00Z"),
        // Midnight is skipped, and comes twice.
        ("America/Santiago", "2026-09-06T03:45:00Z"),
        ("America/Santiago", "2026-04-05T02:45:00Z"),
        ("UTC", "2028-02-28T23:45:00Z"),
        ("UTC", "2028-02-29T23:45:00Z"),
    ];
    for (zone, now) in cases {
        let mut program = program(&json!([coffee(1)]));
        zone.clone_into(&mut program.timezone);
        let (zone, now): (_, Timestamp) = (TimeZone::get(zone).unwrap(), now.parse().unwrap());
        let mut account = Account::default();
        for command in [
            json!({ "op": "stamp", "card": "coffee", "order": "1" }),
            json!({ "op": "hold_reward", "id": "h", "reward": "rw_1" }),
        ] {
            let command = serde_json::from_value(command).unwrap();
            execute(&mut account, &program, &zone, Some(&command), now).0.unwrap();
        }
        let until = now + SignedDuration::from_mins(30);
        assert_eq!(account.next_due(&zone), Some(until));
        let at = |seconds| {
            let mut account = account.clone();
            let at = until + SignedDuration::from_secs(seconds);
            let (_, entries) = execute(&mut account, &program, &zone, None, at);
            (account.cards().reward("rw_1").unwrap().status, entries.first().map(|entry| entry.at))
        };
        assert_eq!(at(-1), (RewardStatus::Held, None));
        assert_eq!(at(0), (RewardStatus::Issued, Some(until)));
        assert_eq!(at(86_400), (RewardStatus::Issued, Some(until)), "at its own moment");
    }
}

// S1.2
#[test]
fn a_reward_is_promised_to_one_cart_only() {
    let mut shop = Shop::new(&json!([coffee(1)]));
    shop.tell(order("1", 1, "delivered"));
    let hold = |id: &str| json!({ "op": "hold_reward", "id": id, "reward": "rw_1" });
    assert_eq!(shop.run(&hold("h")), Ok(Done::Ok));
    assert_eq!(shop.run(&hold("h")), Ok(Done::Replayed));
    assert_eq!(shop.run(&hold("i")), Err("reward_held"));
    assert_eq!(
        shop.run(&json!({ "op": "hold_reward", "id": "h", "reward": "rw_2" })),
        Err("reward_not_found")
    );
    assert_eq!(shop.run(&json!({ "op": "release_reward", "id": "h" })), Ok(Done::Ok));
    assert_eq!(shop.run(&json!({ "op": "release_reward", "id": "h" })), Ok(Done::Replayed));
    assert_eq!(shop.run(&hold("h")), Err("hold_released"));
    assert_eq!(shop.run(&hold("i")), Ok(Done::Ok));
    assert_eq!(shop.run(&json!({ "op": "confirm_reward", "id": "i" })), Ok(Done::Ok));
    assert_eq!(shop.run(&json!({ "op": "commit_reward", "id": "i" })), Ok(Done::Ok));
    assert_eq!(shop.run(&json!({ "op": "commit_reward", "id": "i" })), Ok(Done::Replayed));
    assert_eq!(shop.run(&json!({ "op": "release_reward", "id": "i" })), Err("hold_committed"));
    assert_eq!(shop.run(&hold("j")), Err("reward_used"));

    // The order that it was committed for may come later, under the name of the hold; another is too late.
    assert_eq!(shop.tell(with("5", 1, "created", &json!({ "reward_id": "i" }))).reward_fault(), None);
    let late = shop.tell(with("6", 1, "created", &json!({ "reward_id": "rw_1" })));
    assert_eq!(late.reward_fault(), Some(RewardFault::Used));
    assert_eq!(shop.account.cards().reward("rw_1").unwrap().order.as_deref(), Some("5"));
}

// S1.2: the discount has been given, so the order is never refused.
#[test]
fn an_order_with_a_reward_it_has_no_right_to_is_recorded_as_such() {
    let issued = || {
        let mut shop = Shop::new(&json!([coffee(1)]));
        shop.tell(order("1", 1, "delivered"));
        shop
    };
    let after = |commands: &[Value], minutes: i64| {
        let mut shop = issued();
        for command in commands {
            shop.run(command).unwrap();
        }
        shop.now += SignedDuration::from_mins(minutes);
        let told = shop.tell(with("5", 1, "created", &json!({ "reward_id": "rw_1" })));
        (told.reward_fault(), told.reward.as_ref().unwrap().state, shop.card("coffee").1[0])
    };
    let hold = json!({ "op": "hold_reward", "id": "h", "reward": "rw_1" });
    let release = json!({ "op": "release_reward", "id": "h" });
    let remove = json!({ "op": "remove_reward", "reward": "rw_1", "reason": "by mistake", "who": "Ana" });
    let (used, missing) = (RewardState::Used, RewardState::Missing);

    assert_eq!(after(std::slice::from_ref(&hold), 0), (None, used, RewardStatus::Used));
    assert_eq!(after(&[], 0), (Some(RewardFault::NotHeld), used, RewardStatus::Used));
    assert_eq!(after(std::slice::from_ref(&hold), 30), (Some(RewardFault::RanOut), used, RewardStatus::Used));
    assert_eq!(after(&[hold.clone(), release], 0), (Some(RewardFault::Released), used, RewardStatus::Used),);
    assert_eq!(
        after(&[hold, remove.clone()], 0),
        (Some(RewardFault::Removed), missing, RewardStatus::Removed),
        "the merchant may remove what a cart holds",
    );
    assert_eq!(after(&[remove], 0), (Some(RewardFault::Removed), missing, RewardStatus::Removed));

    let mut shop = issued();
    let told = shop.tell(with("5", 1, "created", &json!({ "reward_id": "rw_77" })));
    assert_eq!(told.reward_fault(), Some(RewardFault::NotFound));
    let mut shop = issued();
    shop.tell(order("1", 2, "cancelled"));
    let told = shop.tell(with("5", 1, "created", &json!({ "reward_id": "rw_1" })));
    assert_eq!(told.reward_fault(), Some(RewardFault::TakenBack));
}

// S1.4
#[test]
fn the_merchant_adds_and_takes_stamps_and_removes_rewards() {
    let mut shop = Shop::new(&json!([coffee(3)]));
    let adjust = |stamps: i64, key: &str| {
        json!({ "op": "adjust_stamps", "card": "coffee", "stamps": stamps, "key": key,
                "reason": "bought in the shop", "who": "Ana" })
    };
    assert_eq!(shop.run(&adjust(0, "a")), Err("invalid_stamps"));
    assert_eq!(shop.run(&adjust(1_001, "a")), Err("invalid_stamps"));
    assert_eq!(
        shop.run(&json!({ "op": "adjust_stamps", "card": "tea", "stamps": 1 })),
        Err("card_not_found")
    );
    assert_eq!(shop.run(&adjust(2, "a")), Ok(Done::Ok));
    assert_eq!(shop.run(&adjust(2, "a")), Ok(Done::Replayed));
    assert_eq!(shop.run(&adjust(1, "a")), Err("source_conflict"));
    assert_eq!(shop.run(&adjust(-3, "b")), Err("insufficient_stamps"));
    assert_eq!(shop.run(&adjust(-1, "c")), Ok(Done::Ok));
    shop.tell(order("1", 1, "delivered"));
    assert_eq!(shop.card("coffee"), (2, vec![]));
    assert_eq!(shop.run(&adjust(5, "d")), Ok(Done::Ok));
    assert_eq!(shop.card("coffee"), (1, vec![RewardStatus::Issued, RewardStatus::Issued]));
    let remove = json!({ "op": "remove_reward", "reward": "rw_1" });
    assert_eq!(shop.run(&remove), Ok(Done::Ok));
    assert_eq!(shop.run(&remove), Ok(Done::Replayed));
    assert_eq!(shop.card("coffee"), (1, vec![RewardStatus::Removed, RewardStatus::Issued]));
    assert_eq!(shop.run(&json!({ "op": "remove_reward", "reward": "rw_9" })), Err("reward_not_found"));
}

// S1.1: an order keeps the version that it was awarded under; a full card is what it is now.
#[test]
fn a_changed_card_leaves_stamps_and_rewards_as_they_were() {
    let mut shop = Shop::new(&json!([coffee(2)]));
    shop.tell(order("1", 1, "delivered"));
    shop.tell(order("2", 1, "delivered"));
    let mut harder = coffee(4);
    harder["order_min"] = json!(20_000);
    harder["reward"] = json!({ "type": "shipping", "amount": 100 });
    shop.programs.push(program(&json!([harder])));
    shop.tell(order("2", 2, "returned"));
    assert_eq!(shop.card("coffee"), (0, vec![RewardStatus::Issued]), "the smallest order is of the award");
    let rewards = shop.account.cards().rewards();
    assert_eq!(serde_json::to_value(&rewards[0].terms).unwrap()["type"], "product");
    shop.tell(order("3", 1, "delivered"));
    assert_eq!(shop.card("coffee").0, 0, "the new smallest order holds for new orders");

    // Cancelled and taken back by mistake: the reward is the old one, although a card asks for more by now.
    shop.tell(order("2", 3, "cancelled"));
    assert_eq!(shop.card("coffee"), (1, vec![RewardStatus::TakenBack]));
    shop.tell(order("2", 4, "delivered"));
    assert_eq!(shop.card("coffee"), (0, vec![RewardStatus::Issued]));

    // The card is gone: its stamps and rewards are not, and orders awarded under it may still be cancelled.
    shop.programs.push(program(&json!([])));
    shop.tell(order("2", 5, "cancelled"));
    assert_eq!(shop.card("coffee"), (1, vec![RewardStatus::TakenBack]));
    shop.tell(order("2", 6, "delivered"));
    assert_eq!(shop.card("coffee"), (0, vec![RewardStatus::Issued]));
}

#[test]
fn an_account_from_before_stamp_cards_is_still_read() {
    let old = json!({
        "seen": "2026-03-10T09:00:00Z", "lots": [], "holds": {}, "debts": [], "sources": [],
        "totals": { "earned": 0, "clawed": 0, "adjusted": 0, "spent": 0, "lapsed": 0 },
        "balances": { "available": 0, "pending": 0, "held": 0 }, "owed": 0,
    });
    let account: Account = serde_json::from_value(old).unwrap();
    assert!(account.cards().is_empty());
    let again = serde_json::to_value(&account).unwrap();
    assert!(again.get("cards").is_none(), "what is empty takes no room: {again}");
}

#[test]
fn refusals_have_their_numbers() {
    let refusal = Refusal::InsufficientStamps { required: 3, actual: 2, missing: 1 };
    let expected = json!({ "code": "insufficient_stamps", "required": 3, "actual": 2, "missing": 1 });
    assert_eq!(serde_json::to_value(refusal).unwrap(), expected);
}
