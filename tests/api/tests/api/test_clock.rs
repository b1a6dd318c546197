//! The clock of a test server, and of one that is none.

use fidela_api_tests::{Server, Store, With, cart, order, program};
use serde_json::json;

#[tokio::test]
async fn a_server_that_is_no_test_server_takes_no_time_from_anybody() {
    let server = Server::own(|config| config);
    let store = Store::on(server, json!({ "program": program() })).await;
    let now = fidela_api_tests::moment("2030-01-01T00:00:00Z");
    for ask in [
        store.merchant("GET", "/v1/program"),
        store.merchant("PUT", "/v1/customers/c-7").json(&json!({})),
        store.shopper("c-7", "GET", "/v1/me"),
        store.anyone("GET", "/healthz"),
    ] {
        ask.clone().at(now).send().await.refused("test_clock_disabled");
        ask.header("fidela-test-clock", "").send().await.refused("test_clock_disabled");
    }
    let advance = json!({ "store": store.id, "to": "2030-01-01T00:00:00Z" });
    store.anyone("POST", "/v1/test/advance").json(&advance).send().await.refused("test_clock_disabled");
    store.merchant("POST", "/v1/test/advance").json(&advance).send().await.refused("test_clock_disabled");
    assert_eq!(store.anyone("GET", "/healthz").send().await.ok(200)["test_clock"], false);
    // By the wall clock, the main story works as well.
    let placed = order("1", "c-7", 10_000).with("status", "delivered");
    assert_eq!(store.tell(&placed).await["balance"]["available"], 2);
    assert_eq!(store.held("c-7", 2, &cart(10_000)).await["status"], "held");
}

#[tokio::test]
async fn a_moment_that_is_none_is_refused() {
    let store = Store::open(program()).await;
    for strange in ["", "now", "2026-03-10", "2026-02-30T00:00:00Z", "99999"] {
        let ask = store.merchant("GET", "/v1/program").header("fidela-test-clock", strange);
        ask.send().await.refused("invalid_query");
    }
    let no_store = json!({ "store": "st_0000000000000000", "to": "2030-01-01T00:00:00Z" });
    store.anyone("POST", "/v1/test/advance").json(&no_store).send().await.refused("not_found");
}

/// A store's time moves alone.
#[tokio::test]
async fn advancing_one_store_leaves_the_others() {
    let (store, other) = (Store::open(program()).await, Store::open(program()).await);
    for store in [&store, &other] {
        store.customer_with("c-7", 20).await;
        store.held("c-7", 20, &cart(10_000)).await;
    }
    assert_eq!(store.advance("2026-03-11T09:00:00Z").await["accounts"], 1);
    assert_eq!((store.balance("c-7").await, other.balance("c-7").await), ((20, 0, 0), (0, 0, 20)));
    assert_eq!(store.advance("2026-03-10T10:00:00Z").await["accounts"], 0, "older news of the time");
    // Time never goes back: what has run out stays so for a request that claims an earlier moment.
    store.set_time("2026-03-10T09:00:00Z");
    assert_eq!(store.balance("c-7").await, (20, 0, 0));
}
