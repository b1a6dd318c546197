//! `POST /v1/webhooks/{store}/shopify`: what Shopify tells, signed as Shopify signs (S4.3).

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use fidela_api_tests::bodies::guest_order;
use fidela_api_tests::{Ask, Store, With, program, sign};
use serde_json::{Value, json};

const SECRET: &str = "shpss_0123456789abcdef0123456789abcdef";
const BOB: &str = "706405506930370084";

/// Shopify's documented example of a customer. Its id is larger than what a browser's numbers hold.
const EXAMPLE: &str = r#"{"id":706405506930370084,"email":"bob@biller.com","created_at":"2021-12-31T19:00:00-05:00","updated_at":"2021-12-31T19:00:00-05:00","first_name":"Bob","last_name":"Biller","orders_count":0,"state":"disabled","total_spent":"0.00","last_order_id":null,"note":"This customer loves ice cream","verified_email":true,"multipass_identifier":null,"tax_exempt":false,"tags":"","last_order_name":null,"currency":"USD","phone":null,"addresses":[],"tax_exemptions":[],"email_marketing_consent":null,"sms_marketing_consent":null,"admin_graphql_api_id":"gid:\/\/shopify\/Customer\/706405506930370084"}"#;

fn example() -> Value {
    serde_json::from_str(EXAMPLE).expect("JSON")
}

async fn connect(store: &Store, secrets: &[&str]) -> Value {
    let body = json!({ "secrets": secrets });
    store.merchant("PUT", "/v1/platforms/shopify").json(&body).send().await.ok(200)
}

async fn connected() -> Store {
    let store = Store::open(program()).await;
    connect(&store, &[SECRET]).await;
    store
}

fn told(store: &Store, topic: &str, body: impl Into<Vec<u8>>) -> Ask {
    let body = body.into();
    store
        .anyone("POST", &format!("/v1/webhooks/{}/shopify", store.id))
        .header("x-shopify-topic", topic)
        .header("x-shopify-hmac-sha256", sign::shopify(SECRET, &body))
        .header("x-shopify-event-id", "98880550-7158-44d4-b7cd-2c97c8a091b5")
        .header("x-shopify-shop-domain", "biller.myshopify.com")
        .raw(body)
}

async fn tell(store: &Store, topic: &str, body: &Value) -> Value {
    told(store, topic, body.to_string()).send().await.ok(200)
}

#[tokio::test]
async fn a_customer_comes_as_shopify_tells_them() {
    let store = connected().await;
    assert_eq!(told(&store, "customers/create", EXAMPLE).send().await.ok(200), json!({ "received": true }));
    let known = store.detail(BOB).await;
    assert_eq!(known["name"], "Bob Biller");
    assert_eq!((&known["email"], &known["groups"]), (&json!("bob@biller.com"), &json!([])));
    // The record of a guest's checkout is no account that somebody has made.
    assert_eq!(known.get("registered_at"), None);
    let later = example()
        .with("tags", "VIP,  wholesale , ")
        .with("last_name", Value::Null)
        .with("locale", "es")
        .with("updated_at", "2022-01-05T10:00:00Z");
    tell(&store, "customers/update", &later).await;
    let known = store.detail(BOB).await;
    assert_eq!((&known["name"], &known["groups"]), (&json!("Bob"), &json!(["VIP", "wholesale"])));
    // Newer bodies have no tags: that says nothing of them.
    tell(&store, "customers/update", &later.without("tags").with("updated_at", "2022-01-06T10:00:00Z")).await;
    assert_eq!(store.detail(BOB).await["groups"], json!(["VIP", "wholesale"]));
}

/// Who has made an account is known when it was made, and so the merchant's missions and bonuses can follow.
#[tokio::test]
async fn an_account_that_is_made_counts_as_registered() {
    let store = connected().await;
    let registered = async |topic: &str, customer: Value| {
        tell(&store, topic, &customer).await;
        let id = customer["id"].to_string();
        store.detail(&id).await.get("registered_at").cloned().unwrap_or_default()
    };
    let enabled =
        |id: i64| example().with("id", id).with("email", format!("{id}@biller.com")).with("state", "enabled");
    assert_eq!(registered("customers/create", enabled(1)).await, "2022-01-01T00:00:00Z");
    let guest = enabled(2).with("state", "disabled");
    assert_eq!(registered("customers/create", guest).await, Value::Null);
    let becomes = enabled(2).with("updated_at", "2026-03-01T00:00:00Z");
    assert_eq!(registered("customers/enable", becomes).await, "2026-03-01T00:00:00Z");
    // What changes later is no other registration.
    let later = enabled(2).with("updated_at", "2026-03-02T00:00:00Z");
    assert_eq!(registered("customers/update", later).await, "2026-03-01T00:00:00Z");
    // Some of Shopify's bodies have no times: then it is when it was told.
    let timeless = enabled(3).with("created_at", Value::Null).with("updated_at", Value::Null);
    assert_eq!(registered("customers/create", timeless).await, "2026-03-10T09:00:00Z");
}

/// A registration bonus, or the mission of the same kind, is paid once, however often Shopify repeats itself.
#[tokio::test]
async fn repeats_and_old_news_change_nothing() {
    let bonus = json!({ "registration": { "points": 50, "since": "2021-01-01T00:00:00Z" } });
    let store = Store::open(program().with("bonuses", bonus)).await;
    connect(&store, &[SECRET]).await;
    let created = example().with("state", "enabled");
    tell(&store, "customers/create", &created).await;
    assert_eq!(store.balance(BOB).await, (50, 0, 0));
    let before = store.everything().await;
    for _ in 0..3 {
        tell(&store, "customers/create", &created).await;
    }
    assert_eq!(store.everything().await, before);
    let renamed = created.clone().with("first_name", "Rob").with("updated_at", "2022-02-01T00:00:00Z");
    tell(&store, "customers/update", &renamed).await;
    tell(&store, "customers/update", &created).await;
    assert_eq!(store.detail(BOB).await["name"], "Rob Biller");
    assert_eq!(store.balance(BOB).await, (50, 0, 0));
}

#[tokio::test]
async fn one_bit_of_signature_or_body_is_enough_to_be_refused() {
    let store = connected().await;
    let good = told(&store, "customers/create", EXAMPLE);
    let signature = STANDARD.decode(sign::shopify(SECRET, EXAMPLE.as_bytes())).expect("base64");
    for bit in 0..signature.len() * 8 {
        let mut wrong = signature.clone();
        wrong[bit / 8] ^= 1 << (bit % 8);
        let ask = good.clone().header("x-shopify-hmac-sha256", STANDARD.encode(wrong));
        ask.send().await.refused("signature_invalid");
    }
    // Every byte of the body, a bit of it in turn.
    for byte in 0..EXAMPLE.len() {
        let mut wrong = EXAMPLE.as_bytes().to_vec();
        wrong[byte] ^= 1 << (byte % 8);
        good.clone().raw(wrong).send().await.refused("signature_invalid");
    }
    for wrong in ["", "AAAA", &"A".repeat(200), &hex(&signature), &STANDARD.encode(&signature[..31])] {
        good.clone().header("x-shopify-hmac-sha256", wrong).send().await.refused("signature_invalid");
    }
    good.clone().no_header("x-shopify-hmac-sha256").send().await.refused("signature_invalid");
    let generic = sign::webhook(&store.webhook_secret, "m", "1773133200", EXAMPLE.as_bytes());
    good.clone().header("x-shopify-hmac-sha256", generic).send().await.refused("signature_invalid");
    assert_eq!(store.merchant("GET", "/v1/customers").send().await.ok(200)["items"], json!([]));
    good.send().await.ok(200);
}

fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write;
    bytes.iter().fold(String::new(), |mut hex, byte| {
        let _ = write!(hex, "{byte:02x}");
        hex
    })
}

#[tokio::test]
async fn secrets_are_set_changed_and_never_told() {
    let store = Store::open(program()).await;
    let good = told(&store, "customers/create", EXAMPLE);
    // A store that is not connected believes nobody.
    good.send().await.refused("signature_invalid");
    let listed = store.merchant("GET", "/v1/platforms").send().await.ok(200);
    let path = format!("/v1/webhooks/{}/shopify", store.id);
    let platform = |secrets: u32| json!({ "platform": "shopify", "secrets": secrets, "webhook_path": path });
    assert_eq!(listed, json!({ "items": [platform(0)] }));
    assert_eq!(connect(&store, &[SECRET]).await, platform(1));
    good.send().await.ok(200);
    // While it is changed, both are good.
    let new = "shpss_ffffffffffffffffffffffffffffffff";
    assert_eq!(connect(&store, &[new, SECRET]).await, platform(2));
    let with =
        |secret| good.clone().header("x-shopify-hmac-sha256", sign::shopify(secret, EXAMPLE.as_bytes()));
    with(new).send().await.ok(200);
    with(SECRET).send().await.ok(200);
    connect(&store, &[new]).await;
    with(SECRET).send().await.refused("signature_invalid");
    with(new).send().await.ok(200);
    let listed = store.merchant("GET", "/v1/platforms").send().await;
    assert_eq!(listed.ok(200), json!({ "items": [platform(1)] }));
    assert!(!listed.text().contains("shpss"));
    for (secrets, path, code) in [
        (json!(["a", "b", "c"]), "secrets", "too_many"),
        (json!(["short"]), "secrets[0]", "secret_expected"),
        (json!([SECRET, " spaces within it "]), "secrets[1]", "secret_expected"),
        (json!([SECRET, SECRET]), "secrets", "duplicate"),
        (json!(["x".repeat(256)]), "secrets[0]", "secret_expected"),
    ] {
        let body = json!({ "secrets": secrets });
        let refused =
            store.merchant("PUT", "/v1/platforms/shopify").json(&body).send().await.refused("invalid_body");
        assert_eq!(
            (&refused["faults"][0]["path"], &refused["faults"][0]["code"]),
            (&json!(path), &json!(code))
        );
    }
    with(new).send().await.ok(200);
    assert_eq!(connect(&store, &[]).await, platform(0));
    with(new).send().await.refused("signature_invalid");
    let other = store.merchant("PUT", "/v1/platforms/magento").json(&json!({ "secrets": [SECRET] }));
    other.send().await.refused("not_found");
    // An empty key is no key, whatever somebody signs with it.
    with("").send().await.refused("signature_invalid");
}

/// What the law asks for: a person is erased, account and waiting orders alike; the rest is for people.
#[tokio::test]
async fn a_customer_is_erased_on_request() {
    let store = connected().await;
    tell(&store, "customers/create", &example().with("verified_email", false)).await;
    store.tell(&guest_order("g-1", "bob@biller.com", 10_000)).await;
    let guest = async || {
        let answer = store.merchant("GET", "/v1/guests/bob%40biller.com").send().await;
        if answer.status == 404 { 0 } else { answer.ok(200)["orders"].as_array().expect("orders").len() }
    };
    assert_eq!(guest().await, 1);
    let redact = json!({
        "shop_id": 954_889, "shop_domain": "biller.myshopify.com",
        "customer": { "id": 706_405_506_930_370_084_i64, "email": "bob@biller.com", "phone": "555-625-1199" },
        "orders_to_redact": [299_938, 280_263],
    });
    tell(&store, "customers/data_request", &redact).await;
    assert_eq!(guest().await, 1);
    for _ in 0..2 {
        assert_eq!(tell(&store, "customers/redact", &redact).await, json!({ "received": true }));
        store.merchant("GET", &format!("/v1/customers/{BOB}")).send().await.refused("not_found");
        assert_eq!(guest().await, 0);
    }
    // Somebody without an account, and a record without an address.
    tell(&store, "customers/redact", &redact.clone().without("customer")).await;
    tell(&store, "customers/redact", &redact.with("customer", json!({ "id": null, "email": null }))).await;
    let shop = json!({ "shop_id": 954_889, "shop_domain": "biller.myshopify.com" });
    assert_eq!(tell(&store, "shop/redact", &shop).await, json!({ "received": true }));
}

/// Shopify tells again and again what is not taken: what can be taken is.
#[tokio::test]
async fn what_does_not_fit_is_left_out_and_not_refused() {
    let store = connected().await;
    for topic in ["products/update", "orders/create", "", "CUSTOMERS/CREATE"] {
        assert_eq!(tell(&store, topic, &example()).await, json!({ "received": false }), "{topic}");
    }
    told(&store, "customers/create", EXAMPLE).no_header("x-shopify-topic").send().await.ok(200);
    assert_eq!(store.merchant("GET", "/v1/customers").send().await.ok(200)["items"], json!([]));
    let strange = example()
        .with("email", "no address")
        .with("first_name", "B\u{7}".repeat(300))
        .with("tags", (0..100).map(|n| format!("tag {n}")).collect::<Vec<_>>().join(","))
        .with("locale", "x".repeat(400))
        .with("surprise", json!({ "deep": [1, 2] }));
    tell(&store, "customers/create", &strange).await;
    let known = store.detail(BOB).await;
    assert_eq!(known.get("email"), None);
    assert_eq!(known["groups"].as_array().expect("groups").len(), 64);
    assert_eq!(known["name"].as_str().expect("a name").chars().count(), 200);
    for (wrong, code) in [
        ("{", "invalid_json"),
        ("[]", "invalid_body"),
        ("{}", "invalid_body"),
        (r#"{"id":null}"#, "invalid_id"),
        (r#"{"id":-1}"#, "invalid_id"),
        (r#"{"id":1.5}"#, "invalid_id"),
        (r#"{"id":""}"#, "invalid_id"),
        (r#"{"id":7,"updated_at":"yesterday"}"#, "invalid_body"),
    ] {
        told(&store, "customers/update", wrong).send().await.refused(code);
    }
}
