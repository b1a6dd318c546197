//! How long a decision takes on a large account, natively: `cargo run --release -p fidela-ledger --example bench`.
//! Each line: microseconds per operation for a small and a large case, and how their ratio compares with that
//! of their sizes (at most about 1: linear). Entries of thousands of lots are megabytes: where a growth above 1 is the system's
//! fresh pages, it is gone with `MALLOC_MMAP_THRESHOLD_=1000000000 MALLOC_TRIM_THRESHOLD_=1000000000` set.

use fidela_ledger::{Account, Command, execute};
use fidela_rules::quote::{Redeemer, quote};
use fidela_rules::{Cart, Program};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};
use std::hint::black_box;

/// Each measurement is the median of so many runs.
const RUNS: usize = 201;

fn main() {
    let zone = TimeZone::get("Europe/Bucharest").expect("the bundled database has it");
    let start: Timestamp = "2026-03-10T09:00:00Z".parse().expect("a moment");
    let never = program(&json!({ "type": "never" }), 0);
    let lapsing = program(&json!({ "type": "after_earning", "days": 1 }), 0);
    let waiting = program(&json!({ "type": "never" }), 7);
    let moving = program(&json!({ "type": "after_inactivity", "months": 1 }), 0);

    compare("hold + commit of half of all points", [200, 2_000], |lots| {
        let account = filled(&never, &zone, start, lots);
        let hold = Command::Hold { id: "h".to_owned(), points: lots * 5, minutes: None };
        let commit = Command::Commit { id: "h".to_owned(), must: false };
        micros(
            || account.clone(),
            |account| {
                execute(account, &never, &zone, Some(&hold), start).0.expect("there are points");
                execute(account, &never, &zone, Some(&commit), start).0.expect("it is held");
            },
        )
    });
    compare("hold + commit of one point, inactivity", [200, 2_000], |lots| {
        let account = filled(&moving, &zone, start, lots);
        let later = start + SignedDuration::from_hours(48);
        let hold = Command::Hold { id: "h".to_owned(), points: 1, minutes: None };
        let commit = Command::Commit { id: "h".to_owned(), must: false };
        micros(
            || account.clone(),
            |account| {
                execute(account, &moving, &zone, Some(&hold), later).0.expect("there are points");
                execute(account, &moving, &zone, Some(&commit), later).0.expect("it is held");
            },
        )
    });
    compare("advance, nothing due", [200, 2_000], |lots| {
        let account = filled(&lapsing, &zone, start, lots);
        micros(|| account.clone(), |account| drop(execute(account, &lapsing, &zone, None, start)))
    });
    let week = start + SignedDuration::from_hours(24 * 8);
    compare("advance, every lot lapses", [200, 2_000], |lots| {
        let account = filled(&lapsing, &zone, start, lots);
        micros(|| account.clone(), |account| drop(execute(account, &lapsing, &zone, None, week)))
    });
    compare("advance, every lot becomes usable", [200, 2_000], |lots| {
        let account = filled(&waiting, &zone, start, lots);
        micros(|| account.clone(), |account| drop(execute(account, &waiting, &zone, None, week)))
    });
    compare("advance, every lot becomes usable and pays debt", [200, 2_000], |lots| {
        let mut account = filled(&waiting, &zone, start, lots);
        let owed = Command::Burn { id: "b".to_owned(), points: lots * 10 };
        execute(&mut account, &waiting, &zone, Some(&owed), start).0.expect("it is owed");
        micros(|| account.clone(), |account| drop(execute(account, &waiting, &zone, None, week)))
    });
    compare("quote of a cart", [20, 200], |lines| {
        let cart = cart(lines);
        let redeemer = Redeemer { available: 100_000, groups: &[] };
        micros(|| (), |()| drop(black_box(quote(&never, &cart.basket(), redeemer, None))))
    });
}

fn compare(name: &str, sizes: [i64; 2], mut measure: impl FnMut(i64) -> f64) {
    let [small, large] = sizes.map(&mut measure);
    // Sizes differ by ten.
    let growth = large / small / 10.0;
    let [few, many] = sizes;
    println!("{name:48} {few:>5}: {small:8.1} µs   {many:>5}: {large:8.1} µs   growth {growth:4.2}");
}

/// Microseconds of one run, what it starts from not counted.
fn micros<T>(mut prepare: impl FnMut() -> T, mut run: impl FnMut(&mut T)) -> f64 {
    let mut times: Vec<f64> = (0..RUNS)
        .map(|_| {
            let mut subject = prepare();
            #[expect(clippy::disallowed_methods, reason = "runs natively only, to measure")]
            let before = std::time::Instant::now();
            run(black_box(&mut subject));
            before.elapsed().as_secs_f64() * 1e6
        })
        .collect();
    times.sort_by(f64::total_cmp);
    times[RUNS / 2]
}

fn program(expiry: &Value, pending_days: i64) -> Program {
    let program = json!({
        "currency": "RON", "timezone": "Europe/Bucharest", "expiry": expiry,
        "points": { "value": { "points": 1, "minor": 1 } },
        "earning": { "pending_days": pending_days },
        "redemption": {
            "enabled": true, "max_bps": 5_000, "step": 5, "percent_of": "eligible",
            "categories": { "match": "none_of", "ids": ["gift"] },
        },
    });
    serde_json::from_value(program).expect("a valid program")
}

/// An account with so many lots of ten points.
fn filled(program: &Program, zone: &TimeZone, at: Timestamp, lots: i64) -> Account {
    let mut account = Account::default();
    for lot in 0..lots {
        let earn = Command::Earn { source: format!("order:{lot}"), points: 10 };
        execute(&mut account, program, zone, Some(&earn), at).0.expect("a new source");
    }
    account
}

fn cart(lines: i64) -> Cart {
    let lines: Vec<_> = (0..lines)
        .map(|i| {
            json!({
                "id": i.to_string(), "product_id": format!("p{i}"), "category_ids": ["shoes", "sale"],
                "quantity": 1 + i % 3, "unit_price": 999 + i * 7, "tax_bps": if i % 2 == 0 { 1_900 } else { 900 },
            })
        })
        .collect();
    serde_json::from_value(json!({ "currency": "RON", "lines": lines })).expect("a cart")
}
