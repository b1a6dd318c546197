//! Time: points that become usable, points that lapse, holds that run out. What is read is right whether or not
//! anything has run; so each is looked at one second before, and at its moment, before and after `advance`.

use fidela_api_tests::{Store, With, cart, order, program};
use serde_json::{Value, json};

/// 100 lei, delivered at a moment, which is also the time from then on.
async fn earn_at(store: &Store, id: &str, at: &str) {
    store.set_time(at);
    store.tell(&order(id, "c-7", 10_000).with("placed_at", at).with("status", "delivered")).await;
}

/// Available and lapsed in all, at a moment, as the shopper and as the shop read it.
async fn read_at(store: &Store, at: &str) -> (i64, i64) {
    store.set_time(at);
    let me = store.shopper("c-7", "GET", "/v1/me").send().await.ok(200);
    let detail = store.detail("c-7").await;
    let list = store.merchant("GET", "/v1/customers").send().await.ok(200);
    assert_eq!(me["available"], detail["available"], "{at}");
    assert_eq!(me["available"], list["items"][0]["balance"]["available"], "{at}");
    assert_eq!(me["expired"], detail["expired"], "{at}");
    (me["available"].as_i64().expect("points"), me["expired"].as_i64().expect("points"))
}

/// At the last second all is there; at the next it has lapsed: to a reader first, then by `advance`.
async fn lapses(store: &Store, points: i64, last_second: &str, next_second: &str) {
    assert_eq!(read_at(store, last_second).await, (points, 0), "{last_second}");
    store.advance(last_second).await;
    assert_eq!(read_at(store, last_second).await, (points, 0), "{last_second}, advanced");
    assert_eq!(read_at(store, next_second).await, (0, points), "{next_second}");
    let refusal = store.hold("c-7", 1, &cart(10_000)).send().await.refused("insufficient_points");
    assert_eq!(refusal["actual"], 0);
    assert_eq!(store.advance(next_second).await["accounts"], 1);
    assert_eq!(read_at(store, next_second).await, (0, points), "{next_second}, advanced");
    let history = store.history("c-7").await;
    let lapsed: i64 = history.iter().filter(|(kind, ..)| kind == "lapsed").map(|(_, points, _)| points).sum();
    assert_eq!(lapsed, -points);
    assert_eq!(history[0].2, 0);
    assert_eq!(store.advance(next_second).await["accounts"], 0);
}

fn expiring(expiry: Value) -> Value {
    program().with("expiry", expiry)
}

#[tokio::test]
async fn days_after_earning_s3_5() {
    let store = Store::open(expiring(json!({ "type": "after_earning", "days": 10 }))).await;
    earn_at(&store, "1", "2026-03-10T09:00:00Z").await;
    let me = store.shopper("c-7", "GET", "/v1/me").send().await.ok(200);
    assert_eq!(me["expiring"], json!([{ "on": "2026-03-20", "points": 2 }]));
    lapses(&store, 2, "2026-03-20T21:59:59Z", "2026-03-20T22:00:00Z").await;
}

#[tokio::test]
async fn months_after_earning_end_on_a_day_that_exists_s3_5() {
    let store = Store::open(expiring(json!({ "type": "after_earning", "months": 1 }))).await;
    earn_at(&store, "1", "2026-01-31T09:00:00Z").await;
    lapses(&store, 2, "2026-02-28T21:59:59Z", "2026-02-28T22:00:00Z").await;
}

#[tokio::test]
async fn from_the_first_point_all_lapse_together_s3_5() {
    let store = Store::open(expiring(json!({ "type": "from_first_point", "months": 1 }))).await;
    earn_at(&store, "1", "2026-03-10T09:00:00Z").await;
    earn_at(&store, "2", "2026-04-09T09:00:00Z").await;
    // By then Bucharest is three hours ahead.
    lapses(&store, 4, "2026-04-10T20:59:59Z", "2026-04-10T21:00:00Z").await;
    // The next point is a first one again.
    earn_at(&store, "3", "2026-04-20T09:00:00Z").await;
    let me = store.shopper("c-7", "GET", "/v1/me").send().await.ok(200);
    assert_eq!(me["expiring"], json!([{ "on": "2026-05-20", "points": 2 }]));
}

#[tokio::test]
async fn after_inactivity_everything_that_counts_moves_the_day_s3_5() {
    let store = Store::open(expiring(json!({ "type": "after_inactivity", "months": 1 }))).await;
    earn_at(&store, "1", "2026-03-10T09:00:00Z").await;
    store.set_time("2026-03-25T09:00:00Z");
    store.adjust("c-7", &json!({ "points": 1, "reason": "a present" })).send().await.ok(201);
    // Holding and letting go is no activity.
    store.set_time("2026-04-01T09:00:00Z");
    let held = store.held("c-7", 1, &cart(10_000)).await;
    store.redemption(&held, "POST", "/release").send().await.ok(200);
    lapses(&store, 3, "2026-04-25T20:59:59Z", "2026-04-25T21:00:00Z").await;
}

#[tokio::test]
async fn never_s3_5() {
    let store = Store::open(expiring(json!({ "type": "never" }))).await;
    earn_at(&store, "1", "2026-03-10T09:00:00Z").await;
    assert_eq!(read_at(&store, "2099-12-31T23:59:59Z").await, (2, 0));
}

#[tokio::test]
async fn pending_points_become_usable_at_local_midnight() {
    let store = Store::open(program().with("/earning/pending_days", 3)).await;
    earn_at(&store, "1", "2026-03-10T09:00:00Z").await;
    let me = store.shopper("c-7", "GET", "/v1/me").send().await.ok(200);
    assert_eq!((&me["available"], &me["pending"]), (&json!(0), &json!(2)));
    assert_eq!(me["pending_days"], json!([{ "on": "2026-03-13", "points": 2 }]));
    store.advance("2026-03-12T21:59:59Z").await;
    assert_eq!(store.balance("c-7").await, (0, 2, 0));
    store.hold("c-7", 1, &cart(10_000)).send().await.refused("insufficient_points");
    store.set_time("2026-03-12T22:00:00Z");
    assert_eq!(store.balance("c-7").await, (2, 0, 0));
    // They can be used, though nothing has run.
    let held = store.held("c-7", 2, &cart(10_000)).await;
    assert_eq!(held["discount"], 200);
    store.advance("2026-03-12T22:00:00Z").await;
    assert_eq!(store.balance("c-7").await, (0, 0, 2));
    // A pending order that is cancelled leaves nothing behind.
    earn_at(&store, "2", "2026-03-12T22:00:00Z").await;
    assert_eq!(store.balance("c-7").await, (0, 2, 2));
    let cancelled =
        order("2", "c-7", 10_000).with("placed_at", "2026-03-12T22:00:00Z").with("status", "cancelled");
    store.tell(&cancelled.with("updated_at", "2026-03-13T09:00:00Z")).await;
    assert_eq!(store.balance("c-7").await, (0, 0, 2));
}

#[tokio::test]
async fn a_hold_runs_out_at_exactly_its_minutes() {
    let store = Store::open(program()).await;
    store.customer_with("c-7", 20).await;
    let held = store.held("c-7", 20, &cart(10_000)).await;
    assert_eq!(held["expires_at"], "2026-03-10T09:30:00Z");
    store.advance("2026-03-10T09:29:59Z").await;
    assert_eq!(store.balance("c-7").await, (0, 0, 20));
    store.set_time("2026-03-10T09:30:00Z");
    let status = async || store.redemption(&held, "GET", "").send().await.ok(200)["status"].clone();
    assert_eq!((store.balance("c-7").await, status().await), ((20, 0, 0), json!("expired")));
    assert_eq!(store.advance("2026-03-10T09:30:00Z").await["accounts"], 1);
    assert_eq!((store.balance("c-7").await, status().await), ((20, 0, 0), json!("expired")));
    assert_eq!(store.history("c-7").await[0], ("ran_out".to_owned(), 20, 20));
    let me = store.shopper("c-7", "GET", "/v1/me").send().await.ok(200);
    assert_eq!(me["redemptions"], json!([]));
}

#[tokio::test]
async fn a_confirmed_hold_runs_for_a_week_of_its_own() {
    let store = Store::open(program()).await;
    store.customer_with("c-7", 20).await;
    let held = store.held("c-7", 20, &cart(10_000)).await;
    store.set_time("2026-03-10T09:29:59Z");
    let confirmed = store.confirm(&held, &cart(10_000)).send().await.ok(200);
    assert_eq!(confirmed["expires_at"], "2026-03-17T09:29:59Z");
    store.advance("2026-03-17T09:29:58Z").await;
    assert_eq!(store.balance("c-7").await, (0, 0, 20));
    store.set_time("2026-03-17T09:29:59Z");
    assert_eq!(store.balance("c-7").await, (20, 0, 0));
}
