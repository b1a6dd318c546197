//! Cashback by the money that a shopper has spent over the whole time.

use fidela_api_tests::{Store, With, order, program};
use serde_json::{Value, json};

fn cashback() -> Value {
    let levels = json!([
        { "name": "Silver", "spend_from": 0, "bps": 300 },
        { "name": "Gold", "spend_from": 100_000, "bps": 500, "order_min": 10_000 },
    ]);
    program().with("/earning/programs/0/rate", json!({ "type": "cashback", "levels": levels }))
}

async fn earned(store: &Store, id: &str, amount: i64, refunded: i64, updated_at: &str) -> i64 {
    let order = order(id, "c-7", amount).with("status", "delivered").with("refunded", refunded);
    store.tell(&order.with("updated_at", updated_at)).await["award"]["points"].as_i64().expect("points")
}

async fn level(store: &Store) -> Value {
    let me = store.shopper("c-7", "GET", "/v1/me").send().await.ok(200);
    let level = &me["level"];
    json!([me["spent"], level["name"], level["bps"], level["next"]["name"], level["next"]["missing"]])
}

#[tokio::test]
async fn a_share_of_the_order_by_money_spent_with_refunds_taken_off_s2_1() {
    let store = Store::open(cashback()).await;
    let day = |day: u8| format!("2026-03-{day}T09:00:00Z");
    // 1000 lei at 3 %: the order itself does not count yet.
    assert_eq!(earned(&store, "1", 100_000, 0, &day(10)).await, 30);
    assert_eq!(level(&store).await, json!([100_000, "Gold", 500, null, null]));
    assert_eq!(earned(&store, "2", 20_000, 0, &day(11)).await, 10);
    // 200 lei of the first order go back: it keeps 24, and its shopper is silver again, 0 short of nothing.
    assert_eq!(earned(&store, "1", 100_000, 20_100, &day(12)).await, 23);
    assert_eq!(level(&store).await, json!([99_900, "Silver", 300, "Gold", 100]));
    assert_eq!(earned(&store, "3", 20_000, 0, &day(13)).await, 6);
    assert_eq!(level(&store).await, json!([119_900, "Gold", 500, null, null]));
    // What was awarded as gold stays so.
    assert_eq!(earned(&store, "2", 20_000, 4_000, &day(14)).await, 8);
    assert_eq!(store.balance("c-7").await, (23 + 8 + 6, 0, 0));
    // A cancelled order was never spent.
    let cancelled = order("1", "c-7", 100_000).with("status", "cancelled").with("updated_at", day(15));
    store.tell(&cancelled).await;
    assert_eq!(level(&store).await, json!([36_000, "Silver", 300, "Gold", 64_000]));
    assert_eq!(store.balance("c-7").await, (8 + 6, 0, 0));
}

#[tokio::test]
async fn a_level_has_its_own_smallest_order_s2_2() {
    let store = Store::open(cashback()).await;
    let day = "2026-03-10T09:00:00Z";
    earned(&store, "1", 100_000, 0, day).await;
    // Gold asks for 100 lei; below that the shopper is treated as silver: 299.97 bani are two points.
    assert_eq!(earned(&store, "2", 9_999, 0, day).await, 2);
    assert_eq!(earned(&store, "3", 10_000, 0, day).await, 5);
}
