//! `POST /v1/stores`, by the operator.

use fidela_api_tests::{Store, With, order, program};
use serde_json::{Value, json};

#[tokio::test]
async fn what_a_store_is_made_of_is_checked() {
    let store = Store::open(program()).await;
    let good = json!({ "name": "Shop", "shards": 1, "locale": "pt-BR", "program": program() });
    let create = async |body: Value| {
        let key = format!("{}-{}", store.id, store.new_key());
        store.anyone("POST", "/v1/stores").bearer("operator").key(key).json(&body).send().await
    };
    for (place, wrong) in [
        ("name", json!("")),
        ("name", json!("x".repeat(201))),
        ("name", json!("line\u{7}")),
        ("locale", json!("")),
        ("locale", json!("pt_BR!")),
        ("shards", json!(0)),
        ("shards", json!(2)),
        ("shards", json!(65_536)),
        ("origins", json!(["https://shop.example/"])),
        ("origins", json!(["shop.example"])),
        ("origins", json!(["javascript://x"])),
        ("origins", json!(["*"])),
        ("origins", json!(vec!["https://shop.example"; 51])),
    ] {
        create(good.clone().with(place, wrong.clone())).await.refused("invalid_body");
    }
    let made = create(good).await.ok(201);
    let public =
        store.anyone("GET", &format!("/v1/stores/{}/public", made["store_id"].as_str().expect("an id")));
    assert_eq!(public.send().await.ok(200)["locale"], "pt-BR");
}

/// However many shards: the same shopper is always found, and the list has everybody once.
#[tokio::test]
async fn shards_are_not_seen_from_outside() {
    for shards in [1, 16, 256] {
        let request = json!({ "program": program(), "shards": shards });
        let store = Store::on(fidela_api_tests::Server::shared(), request).await;
        for number in 0..20 {
            let id = format!("ș/{number} %+&?#");
            let order = order(&format!("o-{number}"), &id, 10_000).with("status", "delivered");
            store.tell(&order).await;
        }
        let list = store.merchant("GET", "/v1/customers").send().await.ok(200);
        assert_eq!(list["items"].as_array().map(Vec::len), Some(20));
        let encoded = "%C8%99%2F7%20%25%2B%26%3F%23";
        assert_eq!(store.balance(encoded).await, (2, 0, 0));
        let me = store.shopper("ș/7 %+&?#", "GET", "/v1/me").send().await.ok(200);
        assert_eq!((&me["customer_id"], &me["available"]), (&json!("ș/7 %+&?#"), &json!(2)));
    }
}
