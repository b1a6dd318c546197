//! Orders with an e-mail only: their points wait, and are claimed once, by the account that signs in with that
//! e-mail verified.

use fidela_api_tests::bodies::guest_order;
use fidela_api_tests::{Server, Store, With, program};
use serde_json::{Value, json};

const EMAIL: &str = "ana@example.com";

/// A store of sixteen shards with a guest's delivered order of 100 lei.
async fn with_guest_order() -> Store {
    let store = Store::on(Server::shared(), json!({ "program": program() })).await;
    let told = store.tell(&guest_order("g-1", EMAIL, 10_000).with("status", "delivered")).await;
    assert_eq!(told["award"]["awarded"], false);
    assert_eq!(told["award"]["reason"], "waits_for_sign_in");
    assert!(told["balance"].is_null());
    store
}

/// Signs in with an e-mail, and answers how many points are there then.
async fn sign_in(store: &Store, customer: &str, email: &str, verified: bool) -> i64 {
    let claims = store.claims(customer).with("email", email).with("email_verified", verified);
    let me = store.with_token(&store.sign(&claims), "GET", "/v1/me").send().await.ok(200);
    me["available"].as_i64().expect("points")
}

async fn listed(store: &Store) -> Vec<Value> {
    let list = store.merchant("GET", "/v1/customers").send().await.ok(200);
    list["items"].as_array().expect("items").iter().map(|row| row["id"].clone()).collect()
}

#[tokio::test]
async fn they_are_claimed_once_by_whoever_has_proved_the_address() {
    let store = with_guest_order().await;
    assert_eq!(listed(&store).await, [""; 0], "a guest is no customer");
    assert_eq!(sign_in(&store, "thief", EMAIL, false).await, 0, "not verified");
    assert_eq!(sign_in(&store, "other", "bob@example.com", true).await, 0, "another address");
    assert_eq!(sign_in(&store, "ana", " ANA@Example.COM".trim(), true).await, 2, "case does not matter");
    assert_eq!(sign_in(&store, "ana", EMAIL, true).await, 2, "not again");
    assert_eq!(sign_in(&store, "ana-2", EMAIL, true).await, 0, "not by a second account");
    assert_eq!(sign_in(&store, "thief", EMAIL, true).await, 0, "nor by one that proves it later");
    assert_eq!(store.history("ana").await, [("earned".to_owned(), 2, 2)]);
    let orders = store.merchant("GET", "/v1/customers/ana/orders").send().await.ok(200);
    assert_eq!(orders["items"][0]["order"]["id"], "g-1");
}

#[tokio::test]
async fn many_sign_in_at_once_and_one_claims() {
    let store = with_guest_order().await;
    let asks = (0..20).map(|number| {
        let claims =
            store.claims(&format!("ana-{}", number % 10)).with("email", EMAIL).with("email_verified", true);
        store.with_token(&store.sign(&claims), "GET", "/v1/me")
    });
    for answer in fidela_api_tests::load::at_once(20, asks.collect()).await {
        answer.ok(200);
    }
    let mut balances = Vec::new();
    for number in 0..10 {
        balances.push(store.balance(&format!("ana-{number}")).await.0);
    }
    balances.sort_unstable();
    assert_eq!(balances, [0, 0, 0, 0, 0, 0, 0, 0, 0, 2]);
}

#[tokio::test]
async fn the_shop_can_prove_it_too() {
    let store = with_guest_order().await;
    let update = json!({ "email": EMAIL, "email_verified": false });
    assert_eq!(store.put_customer("ana", update).await["available"], 0);
    let update = json!({ "email": "Ana@example.com", "email_verified": true });
    assert_eq!(store.put_customer("ana", update).await["available"], 2);
    assert_eq!(store.balance("ana").await, (2, 0, 0));
}

#[tokio::test]
async fn what_happens_to_the_order_later_happens_to_the_claimer() {
    let store = with_guest_order().await;
    // Before: an order that has not reached its status waits as it is.
    store.tell(&guest_order("g-2", "Ana@Example.com", 50_000)).await;
    assert_eq!(sign_in(&store, "ana", EMAIL, true).await, 2);
    let at = |day: u8| format!("2026-03-{day}T09:00:00Z");
    let told = store
        .tell(&guest_order("g-2", EMAIL, 50_000).with("status", "delivered").with("updated_at", at(11)))
        .await;
    assert_eq!((&told["award"]["points"], &told["balance"]["available"]), (&json!(10), &json!(12)));
    // An order that comes only now is the claimer's too.
    let told = store.tell(&guest_order("g-3", EMAIL, 5_000).with("status", "delivered")).await;
    assert_eq!((&told["award"]["points"], &told["balance"]["available"]), (&json!(1), &json!(13)));
    let refunded = guest_order("g-1", EMAIL, 10_000).with("status", "delivered").with("refunded", 5_000);
    store.tell(&refunded.with("updated_at", at(12))).await;
    assert_eq!(store.balance("ana").await, (12, 0, 0));
    store
        .tell(&guest_order("g-2", EMAIL, 50_000).with("status", "cancelled").with("updated_at", at(13)))
        .await;
    assert_eq!(store.balance("ana").await, (2, 0, 0));
    // Signing in again brings nothing back.
    assert_eq!(sign_in(&store, "ana", EMAIL, true).await, 2);
}

/// Who is erased and comes back finds nothing of the old orders, nor does anybody else.
#[tokio::test]
async fn what_was_claimed_goes_with_its_claimer() {
    let store = with_guest_order().await;
    assert_eq!(sign_in(&store, "ana", EMAIL, true).await, 2);
    store.merchant("DELETE", "/v1/customers/ana").send().await.ok(204);
    assert_eq!(sign_in(&store, "ana", EMAIL, true).await, 0);
    store.merchant("DELETE", "/v1/customers/ana").send().await.ok(204);
    assert_eq!(sign_in(&store, "ana-2", EMAIL, true).await, 0);
}

/// The shop may learn whose order it was: then it must not count as the guest's once more.
#[tokio::test]
async fn an_order_that_gets_its_customer_before_it_is_claimed_counts_once() {
    let store = with_guest_order().await;
    let both = guest_order("g-1", EMAIL, 10_000).with("/customer/id", "ana").with("status", "delivered");
    store.tell(&both.with("updated_at", "2026-03-11T09:00:00Z")).await;
    assert_eq!(store.balance("ana").await, (2, 0, 0));
    assert_eq!(sign_in(&store, "ana", EMAIL, true).await, 2);
    assert_eq!(store.balance("ana").await, (2, 0, 0));
}

#[tokio::test]
async fn cancelled_before_it_was_claimed_it_gives_nothing() {
    let store = with_guest_order().await;
    store
        .tell(
            &guest_order("g-1", EMAIL, 10_000)
                .with("status", "cancelled")
                .with("updated_at", "2026-03-11T09:00:00Z"),
        )
        .await;
    assert_eq!(sign_in(&store, "ana", EMAIL, true).await, 0);
}

#[tokio::test]
async fn a_guest_cannot_pay_with_points() {
    let store = Store::on(Server::shared(), json!({ "program": program() })).await;
    store.tell(&guest_order("g-1", EMAIL, 10_000).with("points_discount", 2_000)).await;
    // Whoever proves the address owes what the discount gave.
    assert_eq!(sign_in(&store, "ana", EMAIL, true).await, -20);
}
