//! `POST /v1/webhooks/{store}/generic`: Standard Webhooks.

use fidela_api_tests::{Ask, Store, With, order, program, sign};
use serde_json::{Value, json};

fn event(kind: &str, data: Value) -> Value {
    json!({ "type": kind, "data": data })
}

/// A webhook signed with a secret at a moment.
fn signed(store: &Store, secret: &str, at: i64, body: &Value) -> Ask {
    let (at, body) = (at.to_string(), body.to_string());
    let signature = sign::webhook(secret, "msg_1", &at, body.as_bytes());
    store
        .anyone("POST", &format!("/v1/webhooks/{}/generic", store.id))
        .header("webhook-id", "msg_1")
        .header("webhook-timestamp", at)
        .header("webhook-signature", signature)
        .raw(body)
}

fn now(store: &Store) -> i64 {
    store.now().as_second()
}

fn delivered() -> Value {
    event("order.updated", order("1", "c-7", 10_000).with("status", "delivered"))
}

#[tokio::test]
async fn orders_and_customers_come_signed_and_nobodys_balance_goes_back() {
    let store = Store::open(program()).await;
    let answer = signed(&store, &store.webhook_secret, now(&store), &delivered()).send().await;
    assert_eq!(answer.ok(200), json!({ "received": true }));
    assert_eq!(store.balance("c-7").await, (2, 0, 0));
    let customer =
        json!({ "id": "c-7", "name": "Ana", "groups": ["vip"], "updated_at": "2026-03-10T09:00:00Z" });
    let answer =
        signed(&store, &store.webhook_secret, now(&store), &event("customer.updated", customer)).send().await;
    assert_eq!(answer.ok(200), json!({ "received": true }));
    let known = store.detail("c-7").await;
    assert_eq!((&known["name"], &known["groups"]), (&json!("Ana"), &json!(["vip"])));
}

/// `customer.created` says that an account was made (S4.3): when, if the shop does not say, is when it was told.
#[tokio::test]
async fn an_account_that_was_made_has_its_time() {
    let store = Store::open(program()).await;
    for (id, data, registered) in [
        ("c-1", json!({ "registered_at": "2026-03-01T10:00:00Z" }), "2026-03-01T10:00:00Z"),
        ("c-2", json!({ "updated_at": "2026-03-09T10:00:00Z" }), "2026-03-09T10:00:00Z"),
        ("c-3", json!({ "name": "Ana" }), "2026-03-10T09:00:00Z"),
    ] {
        let body = event("customer.created", data.with("id", id));
        for _ in 0..2 {
            let answer = signed(&store, &store.webhook_secret, now(&store), &body).send().await;
            assert_eq!(answer.ok(200), json!({ "received": true }));
        }
        assert_eq!(store.detail(id).await["registered_at"], registered);
    }
    let updated = event("customer.updated", json!({ "id": "c-4", "name": "Ana" }));
    signed(&store, &store.webhook_secret, now(&store), &updated).send().await.ok(200);
    assert_eq!(store.detail("c-4").await.get("registered_at"), None);
}

#[tokio::test]
async fn a_signature_is_good_for_five_minutes_either_way() {
    let store = Store::open(program()).await;
    let secret = &store.webhook_secret;
    for (seconds, good) in [(-301, false), (-300, true), (0, true), (300, true), (301, false)] {
        let answer = signed(&store, secret, now(&store) + seconds, &delivered()).send().await;
        if good {
            answer.ok(200);
        } else {
            answer.refused("signature_expired");
        }
    }
    for strange in ["soon", "", "1e9", "99999999999999999999"] {
        let ask = signed(&store, secret, now(&store), &delivered());
        let body = delivered().to_string();
        let signature = sign::webhook(secret, "msg_1", strange, body.as_bytes());
        let answer =
            ask.header("webhook-timestamp", strange).header("webhook-signature", signature).send().await;
        answer.refused("signature_invalid");
    }
    // Told five times, all in time or not: it counts once.
    assert_eq!(store.balance("c-7").await, (2, 0, 0));
}

#[tokio::test]
async fn what_was_tampered_with_is_refused() {
    let store = Store::open(program()).await;
    let good = signed(&store, &store.webhook_secret, now(&store), &delivered());
    let before = store.everything().await;
    let larger = delivered().with("/data/lines/0/unit_price", 1_000_000).to_string();
    let tampered = [
        good.clone().raw(larger),
        good.clone().raw(format!("{} ", delivered())),
        good.clone().header("webhook-id", "msg_2"),
        good.clone().header("webhook-timestamp", (now(&store) + 1).to_string()),
        good.clone().header("webhook-signature", "v1,"),
        good.clone().header("webhook-signature", "v1,AAAA"),
        good.clone().header("webhook-signature", ""),
        good.clone().header("webhook-signature", "x".repeat(2_001)),
        signed(&store, "whsec_", now(&store), &delivered()),
        signed(&store, "whsec_AAAA", now(&store), &delivered()),
    ];
    for ask in tampered {
        ask.send().await.refused("signature_invalid");
    }
    // A secret of this scheme may not be mistaken for another version's.
    let body = delivered().to_string();
    let at = now(&store).to_string();
    let signature = sign::webhook(&store.webhook_secret, "msg_1", &at, body.as_bytes()).replace("v1,", "v2,");
    good.clone().header("webhook-signature", &signature).send().await.refused("signature_invalid");
    assert_eq!(store.everything().await, before);
    // One good signature among others is enough: that is how a sender changes its secret.
    let genuine = signature.replace("v2,", "v1,");
    good.header("webhook-signature", format!("v1,AAAA {genuine} v2,BBBB")).send().await.ok(200);
    assert_eq!(store.balance("c-7").await, (2, 0, 0));
}

#[tokio::test]
async fn a_replay_and_old_news_change_nothing() {
    let store = Store::open(program()).await;
    let at = |hour: u8, status: &str| {
        let order = order("1", "c-7", 10_000).with("status", status);
        event("order.updated", order.with("updated_at", format!("2026-03-10T{hour:02}:30:00Z")))
    };
    let delivered = signed(&store, &store.webhook_secret, now(&store), &at(10, "delivered"));
    for _ in 0..3 {
        delivered.send().await.ok(200);
    }
    let cancelled = signed(&store, &store.webhook_secret, now(&store), &at(11, "cancelled"));
    cancelled.send().await.ok(200);
    assert_eq!(store.balance("c-7").await, (0, 0, 0));
    delivered.send().await.ok(200);
    assert_eq!(store.balance("c-7").await, (0, 0, 0));
    assert_eq!(store.history("c-7").await.len(), 2);
}

#[tokio::test]
async fn what_is_signed_is_still_read_with_care() {
    let store = Store::open(program()).await;
    let send = async |body: Value| signed(&store, &store.webhook_secret, now(&store), &body).send().await;
    send(event("order.deleted", json!({}))).await.refused("invalid_body");
    send(json!({ "type": "order.updated" })).await.refused("invalid_body");
    send(event("order.updated", order("1", "c-7", -1))).await.refused("invalid_order");
    send(event("customer.updated", json!({ "name": "nobody" }))).await.refused("invalid_body");
    send(event("customer.updated", json!({ "id": "", "name": "nobody" }))).await.refused("invalid_id");
    send(event("customer.updated", json!({ "id": "c-7", "email": "no address" })))
        .await
        .refused("invalid_body");
    send(event("customer.updated", json!({ "id": "c-7", "surprise": 1 }))).await.refused("invalid_body");
    let customers = store.merchant("GET", "/v1/customers").send().await.ok(200);
    assert_eq!(customers["items"], json!([]));
}

#[tokio::test]
async fn other_platforms_and_stores_are_not_there() {
    let store = Store::open(program()).await;
    let good = signed(&store, &store.webhook_secret, now(&store), &delivered());
    good.send().await.ok(200);
    let body = delivered();
    for path in
        ["/v1/webhooks/st_0000000000000000/generic".to_owned(), format!("/v1/webhooks/{}/magento", store.id)]
    {
        store.anyone("POST", &path).json(&body).send().await.refused("not_found");
    }
}
