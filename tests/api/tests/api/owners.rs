//! Whose an order is: whoever's it was first told for, in whatever shard they live. It counts once.

use fidela_api_tests::bodies::guest_order;
use fidela_api_tests::{Server, Store, With, load, order, program};
use serde_json::{Value, json};

const EMAIL: &str = "ana@example.com";

/// A store of sixteen shards.
async fn store() -> Store {
    Store::on(Server::shared(), json!({ "program": program() })).await
}

fn delivered(order: Value, hour: u8) -> Value {
    order.with("status", "delivered").with("updated_at", format!("2026-03-11T{hour:02}:00:00Z"))
}

/// Points of some customers; nobody has none.
async fn points(store: &Store, customers: &[&str]) -> Vec<i64> {
    let mut points = Vec::new();
    for customer in customers {
        let detail = store.merchant("GET", &format!("/v1/customers/{customer}")).send().await.json();
        points.push(detail["available"].as_i64().unwrap_or(0));
    }
    points
}

async fn sign_in(store: &Store, customer: &str, email: &str) -> i64 {
    let claims = store.claims(customer).with("email", email).with("email_verified", true);
    let me = store.with_token(&store.sign(&claims), "GET", "/v1/me").send().await.ok(200);
    me["available"].as_i64().expect("points")
}

#[tokio::test]
async fn an_order_never_moves_to_another_customer() {
    let store = store().await;
    for (number, other) in ["c-8", "c-9", "c-10", "c-11"].into_iter().enumerate() {
        let id = number.to_string();
        store.tell(&delivered(order(&id, "c-7", 10_000), 9)).await;
        store.put_order(&delivered(order(&id, other, 10_000), 10)).send().await.refused("customer_mismatch");
        store.tell(&delivered(order(&id, "c-7", 5_000), 11)).await;
    }
    assert_eq!(points(&store, &["c-7", "c-8", "c-9", "c-10", "c-11"]).await, [4, 0, 0, 0, 0]);
}

#[tokio::test]
async fn told_for_many_at_once_it_is_one_of_theirs() {
    let store = store().await;
    let asks = (0..30)
        .map(|number| store.put_order(&delivered(order("1", &format!("c-{}", number % 10), 10_000), 9)))
        .collect();
    let answers = load::at_once(30, asks).await;
    let taken = answers.iter().filter(|answer| answer.status == 200).count();
    let names: Vec<String> = (0..10).map(|number| format!("c-{number}")).collect();
    let mut points = points(&store, &names.iter().map(String::as_str).collect::<Vec<_>>()).await;
    points.sort_unstable();
    assert_eq!((taken, points), (3, vec![0, 0, 0, 0, 0, 0, 0, 0, 0, 2]));
}

/// The shop learns whose a guest's order is, while whoever proves the address signs in.
#[tokio::test]
async fn a_guests_order_becomes_a_customers_once() {
    let store = store().await;
    for round in 0..8 {
        let (id, email) = (format!("g-{round}"), format!("ana{round}@example.com"));
        let (buyer, prover) = (format!("buyer-{round}"), format!("prover-{round}"));
        store.tell(&delivered(guest_order(&id, &email, 10_000), 9)).await;
        let told = delivered(guest_order(&id, &email, 10_000).with("/customer/id", buyer.as_str()), 10);
        let claims = store.claims(&prover).with("email", email.as_str()).with("email_verified", true);
        let asks = vec![store.put_order(&told), store.with_token(&store.sign(&claims), "GET", "/v1/me")];
        let answers = load::at_once(2, asks).await;
        let both = points(&store, &[&buyer, &prover]).await;
        assert!(both == [2, 0] || both == [0, 2], "{both:?}");
        // Who came first has it, and the other one is told so.
        let again = store.put_order(&told).send().await;
        if both == [2, 0] {
            answers[0].ok(200);
            again.ok(200);
        } else {
            again.refused("customer_mismatch");
        }
        assert_eq!(points(&store, &[&buyer, &prover]).await, both);
    }
}

#[tokio::test]
async fn what_was_told_of_a_guest_goes_along() {
    let store = store().await;
    store.tell(&delivered(guest_order("g-1", EMAIL, 10_000), 9)).await;
    // The newest snapshot has another word; that the status was reached is not forgotten.
    store
        .tell(
            &guest_order("g-1", EMAIL, 10_000)
                .with("status", "closed")
                .with("updated_at", "2026-03-11T12:00:00Z"),
        )
        .await;
    let told =
        order("g-1", "ana", 10_000).with("status", "closed").with("updated_at", "2026-03-11T13:00:00Z");
    assert_eq!(store.tell(&told).await["award"]["points"], 2);
    // Later the shop tells the address alone once more.
    let refunded = guest_order("g-1", EMAIL, 10_000).with("status", "closed").with("refunded", 5_000);
    store.tell(&refunded.with("updated_at", "2026-03-11T14:00:00Z")).await;
    assert_eq!(sign_in(&store, "other", EMAIL).await, 0);
    assert_eq!(points(&store, &["ana", "other"]).await, [1, 0]);
}

#[tokio::test]
async fn an_address_can_be_corrected() {
    let store = store().await;
    store.tell(&delivered(guest_order("g-1", "anna@example.com", 10_000), 9)).await;
    store.tell(&delivered(guest_order("g-1", EMAIL, 10_000), 10)).await;
    assert_eq!(sign_in(&store, "anna", "anna@example.com").await, 0);
    assert_eq!(sign_in(&store, "ana", EMAIL).await, 2);
    // Corrected again, after it has been claimed: it is the claimer's.
    store.tell(&delivered(guest_order("g-1", "anne@example.com", 5_000), 11)).await;
    assert_eq!(sign_in(&store, "anne", "anne@example.com").await, 0);
    assert_eq!(points(&store, &["ana", "anna", "anne"]).await, [1, 0, 0]);
}

/// Nothing here remembers whose the orders of an erased person were.
#[tokio::test]
async fn whose_it_was_is_erased_with_its_person() {
    let store = store().await;
    store.tell(&delivered(order("1", "c-7", 10_000), 9)).await;
    store.tell(&delivered(guest_order("2", EMAIL, 10_000), 9)).await;
    assert_eq!(sign_in(&store, "c-7", EMAIL).await, 4);
    store.merchant("DELETE", "/v1/customers/c-7").send().await.ok(204);
    for id in ["1", "2"] {
        store.tell(&delivered(order(id, "c-8", 10_000), 10)).await;
    }
    assert_eq!(points(&store, &["c-7", "c-8"]).await, [0, 4]);
}

/// Who has never had an account can be shown what is stored, and have it erased.
#[tokio::test]
async fn a_guest_can_be_erased() {
    let store = store().await;
    let guest = |method: &str| store.merchant(method, "/v1/guests/Ana%40Example.com");
    guest("GET").send().await.refused("not_found");
    store.tell(&delivered(guest_order("g-1", EMAIL, 10_000), 9)).await;
    let shown = guest("GET").send().await.ok(200);
    assert_eq!((&shown["orders"][0]["id"], &shown["customer_id"]), (&json!("g-1"), &Value::Null));
    guest("DELETE").send().await.ok(204);
    guest("GET").send().await.refused("not_found");
    assert_eq!(sign_in(&store, "ana", EMAIL).await, 0);
    // What is claimed is an account's, and goes with it.
    store.tell(&delivered(guest_order("g-2", EMAIL, 10_000), 9)).await;
    assert_eq!(
        guest("GET").send().await.ok(200),
        json!({ "customer_id": "ana", "orders": [], "completions": [], "openings": [] })
    );
    guest("DELETE").send().await.ok(204);
    assert_eq!(points(&store, &["ana"]).await, [2]);
    store.merchant("GET", "/v1/guests/nobody").send().await.refused("invalid_id");
}
