//! What holds for every sequence of commands. `PROPTEST_CASES` sets how many of them are tried.

use fidela_ledger::orders::{OrderRecord, Telling, Terms, tell};
use fidela_ledger::sums::{Sum, Sums, lots};
use fidela_ledger::{
    Account, Command, Done, Entry, HoldStatus, LotState, RewardStatus, execute, local_day, start_of_day,
};
use fidela_rules::num::MAX;
use fidela_rules::program::Shortfall;
use fidela_rules::{Order, Program};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use proptest::prelude::*;
use proptest::sample::select;
use serde_json::{Value, json};

fn config() -> ProptestConfig {
    // Integration tests have no source file beside which a failure could be kept.
    ProptestConfig { failure_persistence: None, ..ProptestConfig::default() }
}

const ZONES: [&str; 3] = ["Europe/Bucharest", "America/Santiago", "UTC"];

fn program() -> impl Strategy<Value = Program> {
    let expiry = select(vec![
        json!({ "type": "never" }),
        json!({ "type": "after_earning", "months": 1 }),
        json!({ "type": "after_earning", "days": 2 }),
        json!({ "type": "from_first_point", "months": 1 }),
        json!({ "type": "after_inactivity", "months": 1 }),
    ]);
    let refunds = (select(vec!["negative", "clamp"]), select(vec![0, 1, 7]));
    (select(ZONES.to_vec()), expiry, refunds, select(vec![0, 0, 1, 7])).prop_map(
        |(timezone, expiry, (shortfall, grace_days), pending_days)| {
            let program = json!({
                "currency": "RON", "timezone": timezone, "expiry": expiry,
                "points": { "value": { "points": 1, "minor": 100 } },
                "earning": { "pending_days": pending_days, "programs": [
                    { "id": "base", "rate": { "type": "per_amount", "every": 1_000, "points": 1 } },
                ] },
                "refunds": { "shortfall": shortfall, "grace_days": grace_days },
                "redemption": { "enabled": true },
                "bonuses": {
                    "registration": { "points": 3, "since": "2026-04-01T00:00:00Z" },
                    "birthday": { "points": 5, "since": "2026-05-01T00:00:00Z" },
                },
                "stamp_cards": [
                    { "id": "coffee", "orders_required": 2, "reward": { "type": "shipping", "amount": 500 } },
                    { "id": "once", "orders_required": 3, "repeat": false,
                      "reward": { "type": "product", "product_id": "p", "bps": 10_000 } },
                ],
            });
            serde_json::from_value(program).unwrap()
        },
    )
}

/// A command, and how long after the one before it comes; below zero, it comes late.
type Step = (Command, SignedDuration);

fn command() -> impl Strategy<Value = Command> {
    let points = || prop_oneof![30 => 1..=20_i64, 30 => select(vec![5, 10]), 2 => -1..=0_i64, 1 => Just(MAX)];
    let kept = || prop_oneof![20 => 0..=20_i64, 20 => select(vec![0, 5, 10]), 1 => Just(-1)];
    let source = || select(vec!["a", "b", "c", "d"]).prop_map(str::to_owned);
    let hold = || select(vec!["h", "i", "j"]).prop_map(str::to_owned);
    prop_oneof![
        4 => (source(), points()).prop_map(|(source, points)| Command::Earn { source, points }),
        4 => (hold(), points(), proptest::option::of(1..=3_000_i64))
            .prop_map(|(id, points, minutes)| Command::Hold { id, points, minutes }),
        1 => hold().prop_map(|id| Command::Confirm { id }),
        3 => (hold(), any::<bool>()).prop_map(|(id, must)| Command::Commit { id, must }),
        1 => (hold(), points()).prop_map(|(id, points)| Command::Burn { id, points }),
        1 => hold().prop_map(|id| Command::Release { id }),
        4 => (hold(), kept()).prop_map(|(id, points)| Command::Restore { id, points }),
        4 => (source(), kept()).prop_map(|(source, keep)| Command::Clawback { source, keep }),
        2 => (-20..=20_i64).prop_map(|points| Command::Adjust {
            points, reason: None, who: None, key: None,
        }),
        12 => card_command(),
        2 => person(),
    ]
}

/// What becomes known of the person.
fn person() -> impl Strategy<Value = Command> {
    let birthdays = ["2000-02-29", "1990-02-28", "1990-04-28", "1990-05-05", "1991-05-05", "1990-09-06"];
    let birthday = select(birthdays.to_vec()).prop_map(|day| day.parse().unwrap());
    let registered = select(vec!["2026-03-31T23:59:59Z", "2026-04-01T00:00:00Z"]);
    let registered_at = registered.prop_map(|at| at.parse().unwrap());
    (proptest::option::weighted(0.9, birthday), proptest::option::of(registered_at))
        .prop_map(|(birthday, registered_at)| Command::Know { birthday, registered_at })
}

/// What is asked of stamp cards and rewards.
fn card_command() -> impl Strategy<Value = Command> {
    let card = || select(vec!["coffee", "coffee", "once"]).prop_map(str::to_owned);
    let order = || select(vec!["1", "2", "3", "4"]).prop_map(str::to_owned);
    let reward = || select(vec!["rw_1", "rw_1", "rw_2", "rw_3"]).prop_map(str::to_owned);
    let hold = || select(vec!["h", "i", "j"]).prop_map(str::to_owned);
    prop_oneof![
        6 => (card(), order()).prop_map(|(card, order)| Command::Stamp { card, order }),
        3 => (card(), order()).prop_map(|(card, order)| Command::Unstamp { card, order }),
        2 => (card(), -3..=4_i64).prop_map(|(card, stamps)| Command::AdjustStamps {
            card, stamps, reason: None, who: None, key: None,
        }),
        3 => (hold(), reward(), proptest::option::of(0..=3_000_i64))
            .prop_map(|(id, reward, minutes)| Command::HoldReward { id, reward, minutes }),
        1 => hold().prop_map(|id| Command::ConfirmReward { id }),
        1 => hold().prop_map(|id| Command::CommitReward { id }),
        1 => hold().prop_map(|id| Command::ReleaseReward { id }),
        3 => (reward(), order()).prop_map(|(reward, order)| Command::UseReward { reward, order }),
        3 => (reward(), order()).prop_map(|(reward, order)| Command::ReturnReward { reward, order }),
        1 => reward().prop_map(|reward| Command::RemoveReward { reward, reason: None, who: None }),
    ]
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let seconds = select(vec![
        -90_000, 0, 0, 1, 60, 1_800, 1_800, 3_600, 43_200, 86_399, 86_400, 90_000, 604_800, 2_592_000,
    ]);
    let step = (command(), seconds.prop_map(SignedDuration::from_secs));
    proptest::collection::vec(step, 1..40)
}

/// Just before clocks change in Bucharest or Santiago, or a month ends.
fn start() -> impl Strategy<Value = Timestamp> {
    select(vec![
        "2026-03-28T21:59:00Z",
        "2026-09-05T03:59:00Z",
        "2026-04-04T02:00:00Z",
        "2027-01-31T09:00:00Z",
    ])
    .prop_map(|at| at.parse().unwrap())
}

/// Each adjustment under a key of its own, so that it can be told again.
fn keyed(command: Command, number: usize) -> Command {
    match command {
        Command::Adjust { points, reason, who, .. } => {
            Command::Adjust { points, reason, who, key: Some(format!("k{number}")) }
        }
        Command::AdjustStamps { card, stamps, reason, who, .. } => {
            Command::AdjustStamps { card, stamps, reason, who, key: Some(format!("k{number}")) }
        }
        other => other,
    }
}

/// What no command may break.
fn check(account: &Account, zone: &TimeZone) -> Result<(), TestCaseError> {
    prop_assert!(account.is_conserved(), "{account:?}");
    prop_assert_eq!(account.counted(), account.balances());
    let (totals, balances) = (account.totals(), account.balances());
    prop_assert!(totals.clawed >= 0 && totals.spent >= 0 && totals.lapsed >= 0, "{totals:?}");
    prop_assert!(balances.held >= 0 && balances.pending >= 0 && account.owed() >= 0);
    prop_assert!(balances.held + totals.spent <= totals.earned + totals.adjusted + account.owed());
    for lot in account.lots() {
        prop_assert!(lot.left >= 0);
        prop_assert!(lot.state != LotState::Lapsed || lot.left == 0);
    }
    let usable: i64 =
        account.lots().iter().filter(|lot| lot.state == LotState::Usable).map(|lot| lot.left).sum();
    prop_assert!(usable == 0 || account.owed() == 0, "debt is paid before anything can be used");
    prop_assert_eq!(balances.available, usable - account.owed());
    let Some(seen) = account.seen() else { return Ok(()) };
    let today = local_day(seen, zone);
    for lot in account.lots() {
        if lot.state == LotState::Usable {
            prop_assert!(lot.last_day.is_none_or(|day| day >= today), "{lot:?} on {today}");
        }
        if lot.state == LotState::Pending {
            prop_assert!(
                start_of_day(lot.usable_from, zone).is_some_and(|at| at > seen),
                "{lot:?} at {seen}"
            );
        }
    }
    for (id, hold) in account.holds() {
        prop_assert!(hold.status != HoldStatus::Open || hold.until > seen, "{id} at {seen}");
        prop_assert!((0..=hold.points).contains(&hold.restored));
    }
    prop_assert!(account.next_due(zone).is_none_or(|due| due > seen));
    check_cards(account)
}

/// Stamps are kept in step, no reward is kept by two carts, and none stays that its card does not cover.
fn check_cards(account: &Account) -> Result<(), TestCaseError> {
    let cards = account.cards();
    for (id, card) in cards.iter() {
        let own = || cards.rewards().iter().filter(|reward| reward.card == id);
        let stand = i64::try_from(card.orders.values().filter(|stands| **stands).count()).unwrap();
        let issued = own().filter(|reward| reward.status != RewardStatus::TakenBack);
        let taken: i64 = issued.map(|reward| reward.stamps).sum();
        prop_assert_eq!(card.stamps, stand + card.by_hand - taken, "{}: {:?}", id, cards);
        let unused = own().any(|reward| reward.status == RewardStatus::Issued);
        prop_assert!(card.stamps >= 0 || !unused, "{}: {:?}", id, cards);
        prop_assert!(id != "coffee" || card.stamps < 2, "{:?}", cards);
    }
    for reward in cards.rewards() {
        let open: Vec<_> = cards
            .holds()
            .filter(|(_, hold)| hold.reward == reward.id && hold.status == HoldStatus::Open)
            .map(|(id, _)| id)
            .collect();
        let held = reward.hold.as_deref().filter(|_| reward.status == RewardStatus::Held);
        prop_assert_eq!(open, Vec::from_iter(held), "{:?}", cards);
    }
    Ok(())
}

/// Sums that were kept step by step are those of the whole history, and add up to the account's own.
fn check_sums(
    account: &Account,
    kept: &Sums,
    history: &[Entry],
    zone: &TimeZone,
) -> Result<(), TestCaseError> {
    let mut whole = Sums::of(&mut Account::default(), history, zone);
    let mut kept = kept.clone();
    kept.days.retain(|_, points| *points != 0);
    kept.lots.retain(|_, points| *points != 0);
    prop_assert_eq!(&kept, &whole);
    whole.lots.retain(|_, points| *points != 0);
    prop_assert_eq!(&whole.lots, &lots(account));
    let sum = |wanted: fn(&Sum) -> bool| -> i64 {
        kept.days.iter().filter(|((sum, _), _)| wanted(sum)).map(|(_, points)| points).sum()
    };
    let totals = account.totals();
    prop_assert_eq!(sum(|sum| matches!(sum, Sum::Earned(_))), totals.earned);
    prop_assert_eq!(sum(|sum| *sum == Sum::ClawedBack), totals.clawed);
    prop_assert_eq!(sum(|sum| *sum == Sum::Adjusted), totals.adjusted);
    prop_assert_eq!(sum(|sum| *sum == Sum::Used), totals.spent);
    prop_assert_eq!(sum(|sum| *sum == Sum::Expired), totals.lapsed);
    prop_assert_eq!(sum(|sum| *sum == Sum::Owed), account.owed());
    let balances = account.balances();
    let outstanding = balances.available + account.owed() + balances.pending + balances.held;
    prop_assert_eq!(lots(account).values().sum::<i64>(), outstanding);
    Ok(())
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn no_sequence_of_commands_breaks_the_books(program in program(), start in start(), steps in steps()) {
        let zone = TimeZone::get(&program.timezone).unwrap();
        let mut account = Account::default();
        let mut history: Vec<Entry> = Vec::new();
        let mut kept = Sums::default();
        let mut at = start;
        for (number, (command, later)) in steps.into_iter().enumerate() {
            at += later;
            let command = keyed(command, number);
            let mut before = account.clone();
            let (done, entries) = execute(&mut account, &program, &zone, Some(&command), at);
            let sums = Sums::of(&mut before, &entries, &zone);
            for (key, points) in sums.days {
                *kept.days.entry(key).or_default() += points;
            }
            for (day, points) in sums.lots {
                *kept.lots.entry(day).or_default() += points;
            }
            history.extend(entries);
            check(&account, &zone)?;

            // Told again, it changes nothing.
            let mut again = account.clone();
            let (second, entries) = execute(&mut again, &program, &zone, Some(&command), at);
            prop_assert_eq!(entries, []);
            prop_assert_eq!(&again, &account);
            match done {
                Ok(_) => prop_assert_eq!(second, Ok(Done::Replayed), "{:?}", command),
                Err(refusal) => prop_assert_eq!(second, Err(refusal), "{:?}", command),
            }
        }

        // The entries alone rebuild the account; that time went on since the last of them is all they lack.
        let mut rebuilt = Account::default();
        for entry in &history {
            rebuilt.apply(entry);
        }
        let (_, due) = execute(&mut rebuilt, &program, &zone, None, account.seen().unwrap());
        prop_assert_eq!(due, []);
        prop_assert_eq!(&rebuilt, &account);
        check_sums(&account, &kept, &history, &zone)?;

        // So do the same entries and the same account after they were stored.
        let stored: Vec<Entry> = serde_json::from_value(serde_json::to_value(&history).unwrap()).unwrap();
        prop_assert_eq!(stored, history);
        let stored: Account = serde_json::from_value(serde_json::to_value(&account).unwrap()).unwrap();
        prop_assert_eq!(stored, account);
    }

    /// What is due happens exactly so whether or not an alarm ran in between.
    #[test]
    fn alarms_change_nothing(program in program(), start in start(), steps in steps()) {
        let zone = TimeZone::get(&program.timezone).unwrap();
        let (mut woken, mut left_alone) = (Account::default(), Account::default());
        let mut at = start;
        for (command, later) in steps {
            at += later;
            while let Some(due) = woken.next_due(&zone).filter(|due| *due < at) {
                execute(&mut woken, &program, &zone, None, due).0.unwrap();
            }
            let (one, _) = execute(&mut woken, &program, &zone, Some(&command), at);
            let (other, _) = execute(&mut left_alone, &program, &zone, Some(&command), at);
            prop_assert_eq!(one, other);
            prop_assert_eq!(&woken, &left_alone);
        }
    }

    #[test]
    fn an_orders_life_ends_the_same_whatever_came_first(
        program in program(),
        before in 0..=60_i64,
        discount in select(vec![0, 700, 2_000]),
        held in any::<bool>(),
        cancelled in any::<bool>(),
        refunds in (0..=4_000_i64, 0..=4_000_i64),
        edited in (select(vec![10_000, 4_000, 17_000]), select(vec![0, 700, 2_000]), 0..=2_i64),
        told in order_of_telling(),
    ) {
        // Where a shortfall is let go, it stays with the shopper: what was spent, or paid a debt, between an
        // award and its clawback depends on the way. So there nobody edits the cart or owes anything.
        let clamps = program.refunds.shortfall == Shortfall::Clamp;
        let (price, edited_discount, returned) = if clamps { (10_000, discount, edited.2) } else { edited };
        let before = if clamps { before.max(discount / 100) } else { before };
        let cart = Life { program: &program, before, discount, held: held && before * 100 >= discount };
        // The cart may be edited once it was delivered: another price, another discount, units returned.
        let mut snapshots = vec![
            snapshot(1, "created", 10_000, discount, 0, 0),
            snapshot(2, "paid", 10_000, discount, 0, 0),
            snapshot(3, "delivered", 10_000, discount, 0, 0),
            snapshot(4, "delivered", price, edited_discount, refunds.0, 0),
            snapshot(5, "returned", price, edited_discount, refunds.0 + refunds.1, returned),
        ];
        if cancelled {
            snapshots.push(snapshot(6, "cancelled", price, edited_discount, refunds.0, 0));
        }
        let in_time = cart.live(&snapshots);
        let shuffled: Vec<_> = told.iter().filter_map(|i| snapshots.get(*i).cloned()).collect();
        prop_assert_eq!(cart.live(&shuffled), in_time);
    }
}

/// Places of six snapshots in any order, each once or twice.
fn order_of_telling() -> impl Strategy<Value = Vec<usize>> {
    proptest::collection::vec(0..6_usize, 0..6).prop_flat_map(|again| {
        let all: Vec<usize> = (0..6).chain(again).collect();
        Just(all).prop_shuffle()
    })
}

fn snapshot(hour: u8, status: &str, price: i64, discount: i64, refunded: i64, returned: i64) -> Order {
    let order: Value = json!({
        "id": "1", "currency": "RON", "placed_at": "2026-03-10T09:00:00Z", "status": status,
        "updated_at": format!("2026-03-10T{:02}:00:00Z", 9 + hour), "points_discount": discount,
        "lines": [{ "id": "1", "product_id": "p", "quantity": 2, "unit_price": price / 2,
                     "returned": returned }],
        "refunded": refunded,
    });
    serde_json::from_value(order).unwrap()
}

struct Life<'a> {
    program: &'a Program,
    before: i64,
    discount: i64,
    held: bool,
}

impl Life<'_> {
    /// Balances, points spent, and points that stay earned once all snapshots were told.
    fn live(&self, snapshots: &[Order]) -> (fidela_ledger::Balances, i64, i64) {
        let zone = TimeZone::get(&self.program.timezone).unwrap();
        let mut now: Timestamp = "2026-03-10T09:00:00Z".parse().unwrap();
        let mut account = Account::default();
        let run = |account: &mut Account, command: Command| {
            execute(account, self.program, &zone, Some(&command), now).0.unwrap();
        };
        if self.before > 0 {
            let key = None;
            run(&mut account, Command::Adjust { points: self.before, reason: None, who: None, key });
        }
        if self.held && self.discount > 0 {
            run(
                &mut account,
                Command::Hold { id: "r".to_owned(), points: self.discount / 100, minutes: None },
            );
        }
        let terms = self.held.then_some(Terms { hold: "r", confirmed_discount: Some(self.discount) });
        let mut known: Option<OrderRecord> = None;
        for order in snapshots {
            now += SignedDuration::from_secs(1);
            let telling = Telling {
                program: self.program,
                version: 1,
                earlier: &|_| None,
                zone: &zone,
                spent: 0,
                groups: &[],
                terms,
                now,
            };
            let told = tell(&mut account, known, order.clone(), telling).unwrap();
            check(&account, &zone).unwrap();
            known = Some(told.record);
        }
        // A hold that the last word on the order has no use for runs out.
        execute(&mut account, self.program, &zone, None, now + SignedDuration::from_hours(1)).0.unwrap();
        let stays = known.and_then(|record| record.award).map_or(0, |award| award.points);
        (account.balances(), account.totals().spent, stays)
    }
}

fn with(expiry: &Value, earning: &Value) -> Program {
    let program = json!({
        "currency": "RON", "timezone": "Europe/Bucharest", "expiry": expiry, "earning": earning,
        "points": { "value": { "points": 1, "minor": 100 } },
    });
    serde_json::from_value(program).unwrap()
}

// S3.5
#[test]
fn points_lapse_in_each_of_the_usual_ways() {
    // Earned on 31 January and 10 February, 1 point spent on 20 February: which are the lots' last days?
    let cases = [
        (json!({ "type": "never" }), [None, None]),
        (json!({ "type": "after_earning", "months": 1 }), [Some("2026-02-28"), Some("2026-03-10")]),
        (json!({ "type": "after_earning", "days": 30 }), [Some("2026-03-02"), Some("2026-03-12")]),
        (json!({ "type": "from_first_point", "months": 1 }), [Some("2026-02-28"), Some("2026-02-28")]),
        (json!({ "type": "after_inactivity", "months": 1 }), [Some("2026-03-20"), Some("2026-03-20")]),
    ];
    for (expiry, days) in cases {
        let program = with(&expiry, &json!({}));
        let zone = TimeZone::get(&program.timezone).unwrap();
        let mut account = Account::default();
        let mut run = |command: &Command, at: &str| {
            let at = at.parse().unwrap();
            assert_eq!(execute(&mut account, &program, &zone, Some(command), at).0, Ok(Done::Ok), "{expiry}");
        };
        let earn = |source: &str| Command::Earn { source: source.to_owned(), points: 10 };
        run(&earn("a"), "2026-01-31T10:00:00Z");
        run(&earn("b"), "2026-02-10T10:00:00Z");
        run(&Command::Hold { id: "h".to_owned(), points: 1, minutes: None }, "2026-02-20T10:00:00Z");
        run(&Command::Commit { id: "h".to_owned(), must: false }, "2026-02-20T10:00:00Z");
        let last_days: Vec<_> = account.lots().iter().map(|lot| lot.last_day).collect();
        assert_eq!(last_days, days.map(|day| day.map(|day| day.parse().unwrap())), "{expiry}");
        // Until the last instant of the last day, and not after it.
        let mut last_days: Vec<_> = last_days.into_iter().flatten().collect();
        last_days.dedup();
        for day in last_days {
            let ends = start_of_day(day.tomorrow().unwrap(), &zone).unwrap();
            execute(&mut account, &program, &zone, None, ends - SignedDuration::from_nanos(1)).0.unwrap();
            let before = account.balances().available;
            execute(&mut account, &program, &zone, None, ends).0.unwrap();
            assert!(account.balances().available < before, "{expiry} after {day}");
        }
        let left = if days == [None, None] { 19 } else { 0 };
        assert_eq!(account.balances().available, left, "{expiry}");
    }
}

// S3.2
#[test]
fn an_order_earns_once_it_reaches_the_chosen_status() {
    let rate = json!({ "type": "per_amount", "every": 1_000, "points": 1 });
    let programs = json!([{ "id": "base", "rate": rate }]);
    let program =
        with(&json!({ "type": "never" }), &json!({ "award_statuses": ["shipped"], "programs": programs }));
    let cart = Life { program: &program, before: 0, discount: 0, held: false };
    let told = ["created", "paid", "shipped", "shipped", "delivered"];
    let snapshots: Vec<_> =
        (1..).zip(told).map(|(hour, status)| snapshot(hour, status, 10_000, 0, 0, 0)).collect();
    let available = |n: usize| cart.live(&snapshots[..n]).0.available;
    assert_eq!([1, 2, 3, 4, 5].map(available), [0, 0, 10, 10, 10]);
}
