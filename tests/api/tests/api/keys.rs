//! `/v1/keys`: several per store, shown once, revoked.

use fidela_api_tests::{Store, program};
use serde_json::{Value, json};

async fn create(store: &Store, name: &str) -> Value {
    store.merchant("POST", "/v1/keys").json(&json!({ "name": name })).send().await.ok(201)
}

#[tokio::test]
async fn a_key_works_until_it_is_revoked() {
    let store = Store::open(program()).await;
    store.set_time("2026-03-10T09:00:01Z");
    let second = create(&store, "Point of sale").await;
    let key = second["secret_key"].as_str().expect("shown once").to_owned();
    let by_second = |method: &str, path: &str| store.anyone(method, path).bearer(&key);
    by_second("GET", "/v1/program").send().await.ok(200);
    let list = store.merchant("GET", "/v1/keys").send().await;
    let names: Vec<_> =
        list.ok(200)["items"].as_array().expect("items").iter().map(|key| key["name"].clone()).collect();
    assert_eq!(names, ["First key", "Point of sale"]);
    assert!(!list.text().contains(&key) && !list.text().contains("hash"), "{}", list.text());

    let path = format!("/v1/keys/{}", second["id"].as_str().expect("an id"));
    for _ in 0..2 {
        store.merchant("DELETE", &path).send().await.ok(204);
    }
    by_second("GET", "/v1/program").send().await.refused("unauthorized");
    let list = store.merchant("GET", "/v1/keys").send().await.ok(200);
    assert_eq!(list["items"][1]["revoked_at"], "2026-03-10T09:00:01Z");
    assert_eq!(list["items"][0].get("revoked_at"), None);
    store.merchant("DELETE", "/v1/keys/key_0000000000000000").send().await.refused("not_found");
}

#[tokio::test]
async fn the_last_key_stays() {
    let store = Store::open(program()).await;
    let keys = store.merchant("GET", "/v1/keys").send().await.ok(200);
    let path = format!("/v1/keys/{}", keys["items"][0]["id"].as_str().expect("an id"));
    store.merchant("DELETE", &path).send().await.refused("last_key");
    // A key may end itself where there is another one.
    let second = create(&store, "Second").await;
    store.merchant("DELETE", &path).send().await.ok(204);
    store.merchant("GET", "/v1/keys").send().await.refused("unauthorized");
    let second = second["secret_key"].as_str().expect("shown once");
    store.anyone("GET", "/v1/keys").bearer(second).send().await.ok(200);
}

#[tokio::test]
async fn a_store_has_at_most_fifty_live_keys() {
    let store = Store::open(program()).await;
    for number in 2..=50 {
        create(&store, &format!("Key {number}")).await;
    }
    let refused = store.merchant("POST", "/v1/keys").json(&json!({ "name": "One more" })).send().await;
    assert_eq!(refused.refused("too_many_keys")["limit"], 50);
    for name in [String::new(), " ".to_owned(), "x".repeat(201), "tab\t".to_owned()] {
        store
            .merchant("POST", "/v1/keys")
            .json(&json!({ "name": name }))
            .send()
            .await
            .refused("invalid_body");
    }
}
