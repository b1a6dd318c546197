//! Points that will expire are told in time, each once (`points.expiring`).

use fidela_api_tests::{Listener, Store, With, cart, order, program};
use serde_json::{Value, json};

use crate::events::subscribe;

/// A store whose points lapse ten days after they were earned, and a listener for reminders only.
async fn store_with(expiring_days: u16) -> (Store, Listener) {
    let store = Store::open(program().with("expiry", json!({ "type": "after_earning", "days": 10 }))).await;
    let listener = Listener::start().await;
    remind(&store, expiring_days).await;
    subscribe(&store, &listener, json!(["points.expiring"])).await;
    (store, listener)
}

async fn remind(store: &Store, days: u16) {
    let settings = json!({ "name": "Shop", "locale": "ro", "origins": [], "expiring_days": days });
    store.merchant("PUT", "/v1/settings").json(&settings).send().await.ok(200);
}

/// Points for so many lei, delivered at a moment, which is also the time from then on.
async fn earn_at(store: &Store, id: &str, amount: i64, at: &str) {
    store.set_time(at);
    store.tell(&order(id, "c-7", amount).with("placed_at", at).with("status", "delivered")).await;
}

/// When, for which last day, and how many points.
fn told(listener: &Listener) -> Vec<Value> {
    let received = listener.received();
    received
        .iter()
        .map(|one| json!([one.event()["at"], one.event()["data"]["on"], one.event()["data"]["points"]]))
        .collect()
}

/// S3.5: summer time begins in Bucharest on 29 March 2026 and ends on 25 October.
#[tokio::test]
async fn they_are_told_at_the_local_midnight_across_a_change_of_summer_time_s3_5() {
    let (store, listener) = store_with(3).await;
    earn_at(&store, "1", 10_000, "2026-03-22T09:00:00Z").await;
    earn_at(&store, "2", 20_000, "2026-03-23T09:00:00Z").await;
    // Last day 1 April: told on 29 March, which begins in winter time.
    store.advance("2026-03-28T21:59:59Z").await;
    assert_eq!(told(&listener), Vec::<Value>::new());
    store.advance("2026-03-28T22:00:00Z").await;
    assert_eq!(told(&listener), [json!(["2026-03-28T22:00:00Z", "2026-04-01", 2])]);
    assert_eq!(listener.received()[0].event()["data"]["value"], 200, "in minor units");
    // Last day 2 April: told on 30 March, which begins in summer time, and looked for a week too late.
    store.advance("2026-03-31T12:00:00Z").await;
    assert_eq!(told(&listener)[1..], [json!(["2026-03-29T21:00:00Z", "2026-04-02", 4])]);
    store.advance("2026-10-01T00:00:00Z").await;
    earn_at(&store, "3", 10_000, "2026-10-18T09:00:00Z").await;
    // Last day 28 October: told on the 25th, which begins in summer time and ends in winter time.
    store.advance("2026-11-10T00:00:00Z").await;
    assert_eq!(told(&listener)[2..], [json!(["2026-10-24T21:00:00Z", "2026-10-28", 2])]);
}

/// What is still there counts, at that moment; and nothing left is nothing to tell.
#[tokio::test]
async fn what_was_used_meanwhile_is_not_told_s3_5() {
    let (store, listener) = store_with(3).await;
    earn_at(&store, "1", 500_000, "2026-03-10T09:00:00Z").await;
    earn_at(&store, "2", 50_000, "2026-03-12T09:00:00Z").await;
    let held = store.held("c-7", 60, &cart(100_000)).await;
    store.redemption(&held, "POST", "/commit").send().await.ok(200);
    store.advance("2026-03-18T00:00:00Z").await;
    assert_eq!(told(&listener), [json!(["2026-03-16T22:00:00Z", "2026-03-20", 40])]);
    let held = store.held("c-7", 50, &cart(100_000)).await;
    store.redemption(&held, "POST", "/commit").send().await.ok(200);
    store.advance("2026-04-01T00:00:00Z").await;
    assert_eq!(told(&listener).len(), 1, "all is used");
}

/// A shorter or longer time neither repeats nor forgets.
#[tokio::test]
async fn another_time_neither_repeats_nor_forgets_s3_5() {
    let (store, listener) = store_with(3).await;
    earn_at(&store, "1", 10_000, "2026-03-10T09:00:00Z").await;
    earn_at(&store, "2", 20_000, "2026-03-14T09:00:00Z").await;
    store.advance("2026-03-15T09:00:00Z").await;
    assert_eq!(told(&listener), Vec::<Value>::new());
    // Longer: the first is within it by now, the second is not yet.
    remind(&store, 6).await;
    store.advance("2026-03-15T10:00:00Z").await;
    assert_eq!(told(&listener), [json!(["2026-03-15T09:00:00Z", "2026-03-20", 2])]);
    // Shorter, and the moment of the longer one passes.
    remind(&store, 2).await;
    store.advance("2026-03-21T12:00:00Z").await;
    assert_eq!(told(&listener).len(), 1);
    store.advance("2026-03-22T12:00:00Z").await;
    assert_eq!(told(&listener)[1..], [json!(["2026-03-21T22:00:00Z", "2026-03-24", 4])]);
    // Longer again: it was told.
    remind(&store, 9).await;
    store.advance("2026-03-23T12:00:00Z").await;
    assert_eq!(told(&listener).len(), 2);
    // With more days than points live, they are told when they come.
    remind(&store, 30).await;
    earn_at(&store, "3", 10_000, "2026-03-24T09:00:00Z").await;
    listener.until(3).await;
    assert_eq!(told(&listener)[2..], [json!(["2026-03-24T09:00:00Z", "2026-04-03", 2])]);
}

/// Who begins to listen is told of what is within the time by then, and of an erased shopper nobody is told.
#[tokio::test]
async fn who_begins_to_listen_is_told_what_is_near_s3_5() {
    let store = Store::open(program().with("expiry", json!({ "type": "after_earning", "days": 10 }))).await;
    // Letters to the shopper listen as well, where they are not switched off.
    let silent = json!({ "letters": { "points_expiring": { "enabled": false } } });
    store.merchant("PUT", "/v1/messages").json(&silent).send().await.ok(200);
    earn_at(&store, "1", 10_000, "2026-03-10T09:00:00Z").await;
    store.set_time("2026-03-12T09:00:00Z");
    let listener = Listener::start().await;
    subscribe(&store, &listener, json!(["points.expiring"])).await;
    store.advance("2026-03-12T09:00:00Z").await;
    assert_eq!(told(&listener), [json!(["2026-03-12T09:00:00Z", "2026-03-20", 2])]);
    earn_at(&store, "2", 10_000, "2026-03-13T09:00:00Z").await;
    listener.until(2).await;
    store.merchant("DELETE", "/v1/customers/c-7").send().await.ok(204);
    store.advance("2026-04-12T09:00:00Z").await;
    assert_eq!(listener.received().len(), 2);
}
