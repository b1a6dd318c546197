//! `/v1/setup`: from an empty store to its first order.

use fidela_api_tests::{Answer, Server, Store, With, order, program};
use serde_json::{Value, json};

async fn setup(store: &Store) -> Value {
    store.merchant("GET", "/v1/setup").send().await.ok(200)
}

fn origins(list: &Value) -> Vec<String> {
    let items = list.as_array().expect("a list").iter();
    items.map(|seen| seen["origin"].as_str().expect("an origin").to_owned()).collect()
}

async fn empty(request: Value) -> Store {
    Store::on(Server::shared(), request.with("shards", 1)).await
}

/// What the widget asks for on a page of an origin, before anybody has signed in.
async fn visit(store: &Store, origin: &str) -> Answer {
    let path = format!("/v1/stores/{}/public", store.id);
    store.anyone("GET", &path).header("origin", origin).send().await
}

#[tokio::test]
async fn a_store_without_a_program_has_one_that_is_switched_off_until_it_gets_one() {
    let store = empty(json!({ "origins": ["https://shop.example"] })).await;
    let before = setup(&store).await;
    assert_eq!(
        before,
        json!({
            "store_id": store.id, "program_version": 1, "set_up": false, "tag_seen": [], "unknown_origins": [],
            "shoppers": false, "first_order_at": null,
        })
    );
    let placeholder = store.merchant("GET", "/v1/program").send().await.ok(200);
    assert_eq!((&placeholder["version"], &placeholder["program"]["enabled"]), (&json!(1), &json!(false)));
    // Nothing is earned under it, and everything can be told.
    let told = store.tell(&order("1000", "c-1", 10_000).with("status", "delivered")).await;
    assert_eq!(told["award"]["points"], 0, "{told}");
    let put = store.merchant("PUT", "/v1/program").json(&program()).header("if-match", "\"1\"");
    put.send().await.ok(200);
    assert_eq!(setup(&store).await["set_up"], true);
    let told = store.tell(&order("1001", "c-1", 10_000).with("status", "delivered")).await;
    assert_eq!(told["award"]["points"], 2);
    // One that was made with a program is set up from the beginning.
    assert_eq!(setup(&Store::open(program()).await).await["set_up"], true);
}

#[tokio::test]
async fn the_first_shopper_and_the_first_order_are_seen() {
    let store = empty(json!({ "program": program() })).await;
    store.put_customer("c-1", json!({})).await;
    let seen = setup(&store).await;
    assert_eq!((&seen["shoppers"], &seen["first_order_at"]), (&json!(true), &json!(null)));
    store.set_time("2026-03-11T10:00:00Z");
    store.tell(&order("1001", "c-1", 10_000)).await;
    store.set_time("2026-03-12T10:00:00Z");
    store.tell(&order("1002", "c-1", 10_000)).await;
    assert_eq!(setup(&store).await["first_order_at"], "2026-03-11T10:00:00Z");
    // A guest's order is one, too, and whoever opens the widget is a shopper.
    let other = empty(json!({ "program": program() })).await;
    other.tell(&fidela_api_tests::bodies::guest_order("1001", "ana@example.com", 10_000)).await;
    assert_eq!(setup(&other).await["first_order_at"], "2026-03-10T09:00:00Z");
    other.shopper("c-1", "GET", "/v1/me").send().await.ok(200);
    assert_eq!(setup(&other).await["shoppers"], true);
}

#[tokio::test]
async fn the_tag_is_seen_on_the_shops_pages_and_where_it_was_forgotten_to_allow_them() {
    let store = empty(json!({ "origins": ["https://shop.example", "https://www.shop.example"] })).await;
    visit(&store, "https://shop.example").await.ok(200);
    let seen = setup(&store).await;
    assert_eq!(seen["tag_seen"], json!([{ "origin": "https://shop.example", "at": "2026-03-10T09:00:00Z" }]));
    // At most once an hour, so that visitors cost nothing.
    store.set_time("2026-03-10T09:30:00Z");
    visit(&store, "https://shop.example").await.ok(200);
    assert_eq!(setup(&store).await["tag_seen"], seen["tag_seen"]);
    store.shopper("c-1", "GET", "/v1/me").header("origin", "https://www.shop.example").send().await.ok(200);
    assert_eq!(
        origins(&setup(&store).await["tag_seen"]),
        ["https://www.shop.example", "https://shop.example"]
    );
    // The most usual mistake: the shop is at another address than was said.
    visit(&store, "https://new.example").await.ok(200);
    let refused = store.shopper("c-1", "GET", "/v1/me").header("origin", "https://m.shop.example");
    refused.send().await.refused("origin_not_allowed");
    let mut unknown = origins(&setup(&store).await["unknown_origins"]);
    unknown.sort();
    assert_eq!(unknown, ["https://m.shop.example", "https://new.example"]);
    // Once it is allowed it is none of them any more; the next visit says that it works.
    let settings = store.merchant("GET", "/v1/settings").send().await.ok(200);
    let settings = settings.with("origins", vec!["https://new.example"]);
    store.merchant("PUT", "/v1/settings").json(&settings).send().await.ok(200);
    visit(&store, "https://new.example").await.ok(200);
    let seen = setup(&store).await;
    assert_eq!(origins(&seen["tag_seen"]), ["https://new.example"]);
    assert_eq!(origins(&seen["unknown_origins"]), ["https://m.shop.example"]);
    // Nobody remembers strangers for long.
    store.set_time("2026-03-10T10:00:00Z");
    assert_eq!(setup(&store).await["unknown_origins"], json!([]));
}

/// Whoever knows a store's id can call from anywhere: that makes nothing grow, and hides no page of the shop's.
#[tokio::test]
async fn strangers_do_not_fill_the_list() {
    let store = empty(json!({})).await;
    for n in 0..30 {
        visit(&store, &format!("https://stranger-{n}.example")).await.ok(200);
    }
    for none in ["null", "file://", "https://", "chrome-extension://abc", "https://a.example/path"] {
        visit(&store, none).await.ok(200);
    }
    let unknown = origins(&setup(&store).await["unknown_origins"]);
    assert_eq!(unknown.len(), 5);
    assert!(unknown.iter().all(|origin| origin.starts_with("https://stranger-")), "{unknown:?}");
    let own = store.server.url().to_owned();
    visit(&store, own.trim_end_matches('/')).await.ok(200);
    assert!(!origins(&setup(&store).await["unknown_origins"]).contains(&own));
}
