//! Points that come by themselves: for registering (S3.8), and on the birthday (S2.5).

use fidela_api_tests::{Store, With, program};
use serde_json::{Value, json};

fn registration(points: i64) -> Value {
    let message = json!({ "en": "20 points for your account", "ro": "20 de puncte pentru contul tău" });
    program().with("bonuses", json!({ "registration": { "points": points, "message": message } }))
}

fn birthday(zone: &str) -> Value {
    program().with("timezone", zone).with("bonuses", json!({ "birthday": { "points": 50 } }))
}

async fn available(store: &Store, customer: &str) -> i64 {
    store.balance(customer).await.0
}

async fn born(store: &Store, customer: &str, day: &str) {
    store.put_customer(customer, json!({ "birthday": day })).await;
}

#[tokio::test]
async fn who_registers_gets_points_once_and_strangers_read_it_before_s3_8() {
    let store = Store::open(registration(20)).await;
    let public = store.anyone("GET", &format!("/v1/stores/{}/public", store.id)).send().await.ok(200);
    assert_eq!(
        json!([public["registration"]["points"], public["registration"]["message"]["ro"]]),
        json!([20, "20 de puncte pentru contul tău"])
    );
    // The store was opened at nine. Whoever was there before gets nothing: not one, nor all at once.
    let registered = async |customer: &str, at: &str| {
        store.put_customer(customer, json!({ "registered_at": at })).await;
        available(&store, customer).await
    };
    assert_eq!(registered("old", "2026-03-10T08:59:59Z").await, 0);
    store.set_time("2026-03-11T09:00:00Z");
    assert_eq!(registered("new", "2026-03-10T09:00:00Z").await, 20);
    assert_eq!(registered("new", "2026-03-11T08:00:00Z").await, 20);
    store.put_customer("unknown", json!({})).await;
    assert_eq!(available(&store, "unknown").await, 0);
    // By the token, when the account is seen for the first time.
    let claims = store.claims("ana").with("registered_at", "2026-03-11T08:30:00Z");
    for _ in 0..2 {
        let me = store.with_token(&store.sign(&claims), "GET", "/v1/me").send().await.ok(200);
        assert_eq!(me["available"], 20);
    }
    let ledger = store.merchant("GET", "/v1/customers/ana/ledger").send().await.ok(200);
    let first = &ledger["items"][0];
    assert_eq!(
        json!([first["kind"], first["about"], first["reference"]]),
        json!(["earned", "bonus", "registration"])
    );
    assert_eq!(ledger["items"].as_array().map(Vec::len), Some(1));
    // Raised: those who have it keep what they have. Switched off and on: the gap is not made up for.
    store.put_program(&registration(30)).await;
    assert_eq!(registered("later", "2026-03-11T08:45:00Z").await, 30);
    assert_eq!(available(&store, "ana").await, 20);
    store.put_program(&program()).await;
    assert_eq!(registered("gap", "2026-03-11T08:50:00Z").await, 0);
    store.set_time("2026-03-12T09:00:00Z");
    store.put_program(&registration(30)).await;
    assert_eq!(registered("gap", "2026-03-11T08:51:00Z").await, 0);
    assert_eq!(registered("again", "2026-03-12T09:00:00Z").await, 30);
}

#[tokio::test]
async fn a_birthday_comes_by_itself_at_the_stores_midnight_s2_5() {
    for (zone, day, last_second, first_second) in [
        ("UTC", "1990-06-01", "2026-05-31T23:59:59Z", "2026-06-01T00:00:00Z"),
        ("Europe/Bucharest", "1990-06-01", "2026-05-31T20:59:59Z", "2026-05-31T21:00:00Z"),
        // The days on which clocks change, and the one that begins at one o'clock.
        ("Europe/Bucharest", "1990-10-25", "2026-10-24T20:59:59Z", "2026-10-24T21:00:00Z"),
        ("Europe/Bucharest", "1990-10-26", "2026-10-25T21:59:59Z", "2026-10-25T22:00:00Z"),
        ("America/Santiago", "1990-09-06", "2026-09-06T03:59:59Z", "2026-09-06T04:00:00Z"),
        // 29 February, in a common year and in a leap year.
        ("Europe/Bucharest", "2000-02-29", "2027-02-27T21:59:59Z", "2027-02-27T22:00:00Z"),
    ] {
        let store = Store::open(birthday(zone)).await;
        born(&store, "c-7", day).await;
        store.advance(last_second).await;
        assert_eq!(available(&store, "c-7").await, 0, "{zone} {day}");
        // Read before anything has run, then done, and then not again.
        store.set_time(first_second);
        assert_eq!(available(&store, "c-7").await, 50, "{zone} {day}");
        assert_eq!(store.advance(first_second).await["accounts"], 1, "{zone} {day}");
        assert_eq!(store.history("c-7").await, [("earned".to_owned(), 50, 50)], "{zone} {day}");
        assert_eq!(store.advance(first_second).await["accounts"], 0, "{zone} {day}");
    }
    let store = Store::open(birthday("Europe/Bucharest")).await;
    born(&store, "c-7", "2000-02-29").await;
    store.advance("2029-03-01T09:00:00Z").await;
    let ledger = store.merchant("GET", "/v1/customers/c-7/ledger").send().await.ok(200);
    let days: Vec<_> =
        ledger["items"].as_array().expect("items").iter().map(|item| item["at"].clone()).collect();
    assert_eq!(days, ["2029-02-27T22:00:00Z", "2028-02-28T22:00:00Z", "2027-02-27T22:00:00Z"]);
}

#[tokio::test]
async fn a_birthday_counts_if_it_was_known_for_thirty_days_and_once_a_year_s2_5() {
    let store = Store::open(birthday("UTC")).await;
    // 10 March: 30 days later is 9 April.
    born(&store, "soon", "1990-04-08").await;
    born(&store, "in-time", "1990-04-09").await;
    born(&store, "moves", "1990-04-20").await;
    store.advance("2026-04-30T00:00:00Z").await;
    let mut points = Vec::new();
    for customer in ["soon", "in-time", "moves"] {
        points.push(available(&store, customer).await);
    }
    assert_eq!(points, [0, 50, 50]);
    // Another day in the same year gives nothing more; in the next it does.
    born(&store, "moves", "1990-08-20").await;
    store.advance("2026-12-31T00:00:00Z").await;
    assert_eq!(available(&store, "moves").await, 50);
    store.advance("2027-08-20T00:00:00Z").await;
    assert_eq!((available(&store, "moves").await, available(&store, "soon").await), (100, 50));
}

#[tokio::test]
async fn a_bonus_that_is_switched_on_pays_what_comes_and_nothing_before_s2_5() {
    let store = Store::open(program()).await;
    born(&store, "spring", "1990-05-01").await;
    born(&store, "summer", "1990-07-01").await;
    store.set_time("2026-06-01T09:00:00Z");
    store.put_program(&birthday("Europe/Bucharest")).await;
    // Nobody has called since: what happens by itself goes by the newest program all the same.
    store.advance("2026-07-02T00:00:00Z").await;
    assert_eq!((available(&store, "spring").await, available(&store, "summer").await), (0, 50));
    // Paused over a birthday: it is not made up for.
    store.set_time("2027-04-01T09:00:00Z");
    store.put_program(&birthday("Europe/Bucharest").with("enabled", false)).await;
    store.advance("2027-05-02T00:00:00Z").await;
    store.put_program(&birthday("Europe/Bucharest")).await;
    store.advance("2027-07-02T00:00:00Z").await;
    assert_eq!((available(&store, "spring").await, available(&store, "summer").await), (0, 100));
}
