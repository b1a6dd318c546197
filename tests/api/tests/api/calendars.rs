//! The store's own calendar: days end at its local midnight, also where the clocks change, where they skip midnight,
//! and on 29 February. Each moment is worked out by hand, and looked at one second before and when it comes.

use fidela_api_tests::bodies::base_program;
use fidela_api_tests::{Store, With, order, program};
use serde_json::json;

const BUCHAREST: &str = "Europe/Bucharest";
/// Its clocks go forward at midnight: 6 September 2026 begins at one o'clock.
const SANTIAGO: &str = "America/Santiago";
const UTC: &str = "UTC";

async fn available(store: &Store, at: &str) -> i64 {
    store.set_time(at);
    let me = store.shopper("c-7", "GET", "/v1/me").send().await.ok(200);
    me["available"].as_i64().expect("points")
}

async fn deliver(store: &Store, id: &str, placed_at: &str) -> i64 {
    let told = order(id, "c-7", 10_000).with("placed_at", placed_at).with("status", "delivered");
    store.tell(&told).await["award"]["points"].as_i64().expect("points")
}

#[tokio::test]
async fn points_lapse_at_the_stores_midnight_s3_5() {
    for (zone, earned_at, days, last_second, next_second) in [
        (UTC, "2026-03-18T12:00:00Z", 10, "2026-03-28T23:59:59Z", "2026-03-29T00:00:00Z"),
        // Two hours ahead until 29 March, three from then on until 25 October.
        (BUCHAREST, "2026-03-18T12:00:00Z", 10, "2026-03-28T21:59:59Z", "2026-03-28T22:00:00Z"),
        (BUCHAREST, "2026-03-18T12:00:00Z", 11, "2026-03-29T20:59:59Z", "2026-03-29T21:00:00Z"),
        (BUCHAREST, "2026-10-14T12:00:00Z", 10, "2026-10-24T20:59:59Z", "2026-10-24T21:00:00Z"),
        (BUCHAREST, "2026-10-14T12:00:00Z", 11, "2026-10-25T21:59:59Z", "2026-10-25T22:00:00Z"),
        // Three hours behind until the end of 4 April, four until midnight of 6 September, which is skipped.
        (SANTIAGO, "2026-03-24T12:00:00Z", 10, "2026-04-04T02:59:59Z", "2026-04-04T03:00:00Z"),
        (SANTIAGO, "2026-03-24T12:00:00Z", 11, "2026-04-05T03:59:59Z", "2026-04-05T04:00:00Z"),
        (SANTIAGO, "2026-08-26T12:00:00Z", 10, "2026-09-06T03:59:59Z", "2026-09-06T04:00:00Z"),
        (SANTIAGO, "2026-08-26T12:00:00Z", 11, "2026-09-07T02:59:59Z", "2026-09-07T03:00:00Z"),
        // 29 February of a leap year, and none in others.
        (BUCHAREST, "2028-02-19T12:00:00Z", 10, "2028-02-29T21:59:59Z", "2028-02-29T22:00:00Z"),
        (BUCHAREST, "2027-02-19T12:00:00Z", 10, "2027-03-01T21:59:59Z", "2027-03-01T22:00:00Z"),
    ] {
        let expiry = json!({ "type": "after_earning", "days": days });
        let store = Store::open(program().with("timezone", zone).with("expiry", expiry)).await;
        store.set_time(earned_at);
        deliver(&store, "1", earned_at).await;
        let seen = (available(&store, last_second).await, available(&store, next_second).await);
        assert_eq!(seen, (2, 0), "{zone} {days} days after {earned_at}");
        store.advance(next_second).await;
        assert_eq!(store.history("c-7").await[0], ("lapsed".to_owned(), -2, 0), "{zone} {next_second}");
    }
}

#[tokio::test]
async fn pending_points_become_usable_at_the_stores_midnight() {
    for (zone, earned_at, last_second, next_second) in [
        (BUCHAREST, "2026-03-27T12:00:00Z", "2026-03-28T21:59:59Z", "2026-03-28T22:00:00Z"),
        (BUCHAREST, "2026-03-28T12:00:00Z", "2026-03-29T20:59:59Z", "2026-03-29T21:00:00Z"),
        (SANTIAGO, "2026-09-04T12:00:00Z", "2026-09-06T03:59:59Z", "2026-09-06T04:00:00Z"),
        (SANTIAGO, "2026-04-03T12:00:00Z", "2026-04-05T03:59:59Z", "2026-04-05T04:00:00Z"),
        (UTC, "2028-02-27T12:00:00Z", "2028-02-28T23:59:59Z", "2028-02-29T00:00:00Z"),
    ] {
        let store = Store::open(program().with("timezone", zone).with("/earning/pending_days", 2)).await;
        store.set_time(earned_at);
        deliver(&store, "1", earned_at).await;
        let seen = (available(&store, last_second).await, available(&store, next_second).await);
        assert_eq!(seen, (0, 2), "{zone} after {earned_at}");
    }
}

/// An order belongs to the local day on which it was placed; both ends of a window belong to it.
#[tokio::test]
async fn a_program_runs_from_the_first_to_the_last_instant_of_its_days_s2_3() {
    for (zone, from, until, first, last) in [
        (BUCHAREST, "2026-03-29", "2026-03-29", "2026-03-28T22:00:00Z", "2026-03-29T20:59:59Z"),
        (BUCHAREST, "2026-10-25", "2026-10-25", "2026-10-24T21:00:00Z", "2026-10-25T21:59:59Z"),
        (SANTIAGO, "2026-09-06", "2026-09-06", "2026-09-06T04:00:00Z", "2026-09-07T02:59:59Z"),
        (SANTIAGO, "2026-04-04", "2026-04-04", "2026-04-04T03:00:00Z", "2026-04-05T03:59:59Z"),
        (UTC, "2028-02-29", "2028-02-29", "2028-02-29T00:00:00Z", "2028-02-29T23:59:59Z"),
    ] {
        let window = base_program().with("from", from).with("until", until);
        let programs = program().with("timezone", zone).with("/earning/programs/0", window);
        let store = Store::open(programs).await;
        let second = jiff::SignedDuration::from_secs(1);
        let [first, last] = [first, last].map(|at: &str| at.parse::<jiff::Timestamp>().expect("a moment"));
        let mut earned = Vec::new();
        for (id, at) in [first - second, first, last, last + second].into_iter().enumerate() {
            store.set_time(&at.to_string());
            earned.push(deliver(&store, &id.to_string(), &at.to_string()).await);
        }
        assert_eq!(earned, [0, 2, 2, 0], "{zone} {from}");
    }
}
