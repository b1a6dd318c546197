//! `/v1/me`: the shopper's page.

use fidela_api_tests::{Store, With, cart, order, program};
use serde_json::json;

#[tokio::test]
async fn the_page_in_one_request_s3_11() {
    let limited = program()
        .with("/earning/pending_days", 1)
        .with("expiry", json!({ "type": "after_earning", "days": 30 }));
    let store = Store::open(limited).await;
    store.put_customer("c-7", json!({ "name": "Ana", "groups": ["vip"] })).await;
    store.adjust("c-7", &json!({ "points": 50, "reason": "a present" })).send().await.ok(201);
    store.tell(&order("1", "c-7", 10_000).with("status", "delivered")).await;
    let held = store.held("c-7", 15, &cart(10_000)).await;
    let answer = store.shopper("c-7", "GET", "/v1/me").send().await;
    let me = answer.ok(200);
    assert_eq!(answer.header("cache-control"), "private, no-store");
    let expected = json!({
        "customer_id": "c-7", "name": "Ana", "enabled": true, "program_version": 1,
        "available": 35, "available_value": 3_500, "pending": 2, "held": 15, "used": 0, "expired": 0,
        "pending_days": [{ "on": "2026-03-11", "points": 2 }],
        "expiring": [{ "on": "2026-04-09", "points": 35 }], "expiring_soon": 35,
        "offers": [{ "program": "base", "title": "1 point for every lei\u{a0}50.00", "starts_in_days": 0 }], "cards": [], "rewards": [],
        "missions": [], "toasts": [], "invite": false,
        "spent": 10_000, "groups": ["vip"], "redemptions": [held], "now": "2026-03-10T09:00:00Z",
    });
    assert_eq!(me, expected);
}

/// A shopper who was never told about is known from the first visit, with nothing.
#[tokio::test]
async fn a_first_visit_s4_5() {
    let store = Store::open(program()).await;
    let claims = store.claims("new").with("name", "Bob").with("email", "bob@example.com");
    let token = store.sign(&claims);
    let me = store.with_token(&token, "GET", "/v1/me").send().await.ok(200);
    assert_eq!([&me["available"], &me["pending"], &me["held"]], [0, 0, 0]);
    let ledger = store.with_token(&token, "GET", "/v1/me/ledger").send().await.ok(200);
    assert_eq!(ledger, json!({ "items": [], "next": null }));
    let list = store.merchant("GET", "/v1/customers?q=bob").send().await.ok(200);
    assert_eq!(list["items"][0]["id"], "new");
}

/// A shopper sees nothing of another one, whatever the request says.
#[tokio::test]
async fn each_sees_their_own() {
    let store = Store::open(program()).await;
    store.customer_with("c-7", 20).await;
    store.customer_with("c-8", 3).await;
    let held = store.held("c-7", 20, &cart(10_000)).await;
    let token = store.token("c-8");
    let me = store.with_token(&token, "GET", "/v1/me?customer_id=c-7").send().await.ok(200);
    assert_eq!((&me["available"], &me["redemptions"]), (&json!(3), &json!([])));
    let ledger = store.with_token(&token, "GET", "/v1/me/ledger?customer=c-7").send().await.ok(200);
    assert_eq!(ledger["items"].as_array().map(Vec::len), Some(1));
    // A shopper's token opens nothing of the merchant's.
    let id = held["id"].as_str().expect("an id");
    for path in ["/v1/customers".to_owned(), "/v1/customers/c-7".to_owned(), format!("/v1/redemptions/{id}")]
    {
        store.with_token(&token, "GET", &path).send().await.refused("unauthorized");
    }
}
