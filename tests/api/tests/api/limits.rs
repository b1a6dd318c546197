//! A limit on everything, at both sides of it.

use fidela_api_tests::{Store, With, cart, line, order, program};
use serde_json::{Value, json};

fn lines(count: usize) -> Value {
    (0..count).map(|number| line(&number.to_string(), 100)).collect()
}

#[tokio::test]
async fn an_order_has_at_most_500_lines() {
    let store = Store::open(program()).await;
    let with = |count: usize| order("1", "c-7", 0).with("status", "delivered").with("lines", lines(count));
    let refused = store.put_order(&with(501)).send().await.refused("invalid_order");
    assert_eq!(refused["faults"][0]["path"], "lines");
    assert_eq!(refused["faults"][0]["max"], 500);
    assert_eq!(store.tell(&with(500)).await["award"]["points"], 10);
    store.customer_with("c-8", 100).await;
    let cart = |count: usize| cart(0).with("lines", lines(count));
    store.hold("c-8", 100, &cart(501)).send().await.refused("invalid_order");
    assert_eq!(store.held("c-8", 100, &cart(500)).await["points"], 100);
}

#[tokio::test]
async fn ids_have_1_to_255_printable_characters() {
    let store = Store::open(program()).await;
    let longest = "ș".repeat(255);
    let percent: String = "%C8%99".repeat(255);
    let put = |id: &str| store.merchant("PUT", &format!("/v1/customers/{id}")).json(&json!({}));
    assert_eq!(put(&percent).send().await.ok(200)["customer_id"], json!(longest));
    for wrong in [
        format!("{percent}x"),
        "%00".to_owned(),
        "a%0Ab".to_owned(),
        "%FF".to_owned(),
        "%7F".to_owned(),
        "%".to_owned(),
    ] {
        put(&wrong).send().await.refused("invalid_id");
    }
    store.merchant("PUT", "/v1/customers/").json(&json!({})).send().await.refused("not_found");
    let order = order(&"x".repeat(256), "c-7", 100);
    store.put_order(&order).send().await.refused("invalid_id");
    let order = fidela_api_tests::order("1", &"x".repeat(256), 100);
    store.put_order(&order).send().await.refused("invalid_order");
}

#[tokio::test]
async fn numbers_end_at_2_to_the_53() {
    const MAX: i64 = 9_007_199_254_740_991;
    let store = Store::open(program()).await;
    // One line as large as can be is counted; two are too much.
    let told =
        store.tell(&order("1", "c-7", MAX).with("/lines/0/tax_bps", 0).with("status", "delivered")).await;
    assert_eq!(told["award"]["points"], MAX / 5_000);
    let two = order("2", "c-8", 0).with("lines", json!([line("1", MAX), line("2", MAX)]));
    store.put_order(&two).send().await.refused("invalid_order");
    let many = order("3", "c-8", MAX).with("/lines/0/quantity", 2);
    store.put_order(&many).send().await.refused("invalid_order");
    // A balance whose value could not be told is refused, and the account goes on.
    const MOST: i64 = MAX / 100;
    store.customer_with("c-9", MOST).await;
    let answer = store.adjust("c-9", &json!({ "points": 1, "reason": "r" })).send().await;
    answer.refused("amount_out_of_range");
    let detail = store.detail("c-9").await;
    assert_eq!([&detail["available"], &detail["available_value"]], [MOST, MOST * 100]);
}

/// Addresses and methods that are not there.
#[tokio::test]
async fn what_is_not_there_says_so() {
    let store = Store::open(program()).await;
    for path in [
        "/v1",
        "/v1/",
        "/v1/programs",
        "/v1/customers/c/d/e",
        "/v2/me",
        "/v1//me",
        "/../etc/passwd",
        "/assets/../index.js",
    ] {
        store.anyone("GET", path).send().await.refused("not_found");
    }
    for (method, path) in
        [("PATCH", "/v1/program"), ("POST", "/v1/orders/1"), ("DELETE", "/v1/me"), ("GET", "/v1/redemptions")]
    {
        let problem = store.anyone(method, path).send().await.refused("method_not_allowed");
        assert!(problem["allow"].is_string(), "{problem}");
    }
    let document = store.anyone("GET", "/openapi.json").send().await.ok(200);
    assert!(document["openapi"].as_str().is_some_and(|version| version.starts_with("3.1")));
}
