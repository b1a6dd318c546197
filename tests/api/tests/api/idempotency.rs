//! Keyed writes beyond what `writes` shows of all routes: at once, later, and in other scopes.

use fidela_api_tests::load::at_once;
use fidela_api_tests::{Server, Store, With, cart, program};
use serde_json::{Value, json};

#[tokio::test]
async fn the_same_request_many_times_at_once_is_done_once() {
    let store = Store::open(program()).await;
    store.customer_with("c-7", 100).await;
    let hold = store.hold("c-7", 5, &cart(10_000));
    let answers = at_once(20, vec![hold; 50]).await;
    for answer in &answers {
        answer.ok(201);
        answer.same_as(&answers[0]);
    }
    assert_eq!(store.balance("c-7").await, (95, 0, 5));
    let adjust = store.adjust("c-7", &json!({ "points": 1, "reason": "r" }));
    for answer in at_once(20, vec![adjust; 50]).await {
        assert_eq!(answer.ok(201)["available"], 96);
    }
    assert_eq!(store.balance("c-7").await, (96, 0, 5));
}

#[tokio::test]
async fn an_answer_is_kept_for_thirty_days() {
    let store = Store::open(program()).await;
    store.customer_with("c-7", 1).await;
    let adjust = |at: &str| {
        store.set_time(at);
        store.adjust("c-7", &json!({ "points": 1, "reason": "r" })).key("the-key")
    };
    let first = adjust("2026-03-10T09:00:00Z").send().await;
    assert_eq!(first.ok(201)["available"], 2);
    store.advance("2026-04-09T09:00:00Z").await;
    adjust("2026-04-09T09:00:00Z").send().await.same_as(&first);
    assert_eq!(store.balance("c-7").await, (2, 0, 0));
    // After that it is a new request.
    assert_eq!(adjust("2026-04-09T09:00:01Z").send().await.ok(201)["available"], 3);
}

/// What was refused is not kept: the same request may succeed later, with its key.
#[tokio::test]
async fn a_refusal_is_no_answer_to_keep() {
    let store = Store::open(program()).await;
    store.put_customer("c-7", json!({})).await;
    let hold = store.hold("c-7", 5, &cart(10_000));
    hold.send().await.refused("insufficient_points");
    store.adjust("c-7", &json!({ "points": 5, "reason": "r" })).send().await.ok(201);
    let held = hold.send().await;
    held.ok(201);
    hold.send().await.same_as(&held);
    assert_eq!(store.balance("c-7").await, (0, 0, 5));
}

/// Two shoppers may choose the same key; neither sees the other's answer. So may shopper and shop.
#[tokio::test]
async fn keys_belong_to_who_chose_them() {
    let store = Store::open(program()).await;
    let mut seen = Vec::new();
    for customer in ["c-7", "c-8"] {
        store.customer_with(customer, 5).await;
        let held = store.hold(customer, 5, &cart(10_000)).key("1").send().await.ok(201);
        assert_eq!(store.balance(customer).await, (0, 0, 5));
        seen.push(held["id"].clone());
    }
    assert_ne!(seen[0], seen[1]);
    let adjusted = store.adjust("c-7", &json!({ "points": 1, "reason": "r" })).key("1").send().await.ok(201);
    assert_eq!(adjusted["available"], 1);
    // Another address is another request.
    store
        .adjust("c-8", &json!({ "points": 1, "reason": "r" }))
        .key("1")
        .send()
        .await
        .refused("idempotency_key_reused");
    assert_eq!(store.balance("c-8").await, (0, 0, 5));
}

#[tokio::test]
async fn a_store_is_made_once_and_its_secrets_are_shown_once() {
    let server = Server::shared();
    let store = Store::open(program()).await;
    let key = format!("twice-{}", store.id);
    let body = json!({ "name": "Twice", "shards": 1, "program": program() });
    let create = store.anyone("POST", "/v1/stores").bearer("operator").key(&key).json(&body);
    let answers = at_once(10, vec![create.clone(); 10]).await;
    let (shown, hidden): (Vec<_>, Vec<_>) =
        answers.iter().map(|answer| answer.ok(201)).partition(|made| !made["secret_key"].is_null());
    assert_eq!((shown.len(), hidden.len()), (1, 9));
    for again in &hidden {
        assert_eq!(again["store_id"], shown[0]["store_id"]);
        for secret in ["secret_key", "identity_secret", "webhook_secret"] {
            assert!(again[secret].is_null() && shown[0][secret].is_string(), "{again}");
        }
    }
    let other = create.json(&body.with("name", "Other"));
    other.send().await.refused("idempotency_key_reused");
    assert!(server.has_test_clock());
    let key = store.merchant("POST", "/v1/keys").json(&json!({ "name": "Second" }));
    let (first, again) = (key.send().await.ok(201), key.send().await.ok(201));
    assert!(first["secret_key"].is_string() && again["secret_key"] == Value::Null);
    assert_eq!(first["id"], again["id"]);
}

/// A shop's key belongs to the shop, whichever shard its request leads to.
#[tokio::test]
async fn a_key_is_good_for_one_request_in_all_shards() {
    let store = Store::on(Server::shared(), json!({ "program": program() })).await;
    let mut done = 0;
    for number in 0..8 {
        let customer = format!("c-{number}");
        store.put_customer(&customer, json!({})).await;
        let adjust = store.adjust(&customer, &json!({ "points": 1, "reason": "r" }));
        let answer = adjust.key("the-same").send().await;
        if answer.status == 201 {
            done += 1;
        } else {
            answer.refused("idempotency_key_reused");
        }
    }
    assert_eq!(done, 1);
}
