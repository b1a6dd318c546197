//! `/v1/redemptions` and `/v1/me/redemptions`: points held, confirmed, burned, given back.

use fidela_api_tests::{Store, With, cart, line, order, program};
use serde_json::{Value, json};

async fn shop_with(points: i64) -> Store {
    let store = Store::open(program()).await;
    store.customer_with("c-7", points).await;
    store
}

/// An order of one line that was placed with a redemption's discount.
fn paid_with(redemption: &Value, amount: i64, discount: i64) -> Value {
    let id = redemption["id"].clone();
    order("1001", "c-7", amount).with("redemption_id", id).with("points_discount", discount)
}

async fn used(store: &Store) -> i64 {
    store.detail("c-7").await["used"].as_i64().expect("points")
}

#[tokio::test]
async fn held_confirmed_burned_restored_s3_11_s3_12() {
    let store = shop_with(100).await;
    let held = store.held("c-7", 20, &cart(10_000)).await;
    assert_eq!(
        (&held["status"], &held["points"], &held["discount"]),
        (&json!("held"), &json!(20), &json!(2_000))
    );
    assert!(held["code"].as_str().is_some_and(|code| code.len() == 9), "{held}");
    let me = store.shopper("c-7", "GET", "/v1/me").send().await.ok(200);
    let shown = [&me["available"], &me["available_value"], &me["held"], &me["used"]];
    assert_eq!(shown, [80, 8_000, 20, 0], "after use, 80 are left");
    assert_eq!(me["redemptions"], json!([held]));

    let confirmed = store.confirm(&held, &cart(10_000)).send().await.ok(200);
    assert_eq!((&confirmed["status"], &confirmed["discount"]), (&json!("confirmed"), &json!(2_000)));
    assert_eq!(confirmed["customer_id"], "c-7");

    let placed = paid_with(&held, 10_000, 2_000);
    let told = store.tell(&placed).await;
    assert_eq!((&told["over_limit"], &told["redemption"]["status"]), (&json!(false), &json!("committed")));
    assert_eq!(told["redemption"]["order_id"], "1001");
    assert_eq!((store.balance("c-7").await, used(&store).await), ((80, 0, 0), 20));
    // Points earn no points: of 100 lei, 80 count.
    let told = store
        .tell(&placed.clone().with("status", "delivered").with("updated_at", "2026-03-12T09:00:00Z"))
        .await;
    assert_eq!(told["award"]["points"], 1);
    assert_eq!(store.balance("c-7").await, (81, 0, 0));

    let told =
        store.tell(&placed.with("status", "cancelled").with("updated_at", "2026-03-13T09:00:00Z")).await;
    assert_eq!((&told["award"]["points"], &told["redemption"]["restored"]), (&json!(0), &json!(20)));
    assert_eq!((store.balance("c-7").await, used(&store).await), ((100, 0, 0), 0));
    let kinds: Vec<_> = store.history("c-7").await.into_iter().rev().map(|(kind, ..)| kind).collect();
    let sum: i64 = store.history("c-7").await.iter().map(|(_, points, _)| points).sum();
    assert_eq!(kinds[..2], ["credited", "held"]);
    assert!(
        ["committed", "earned", "clawed_back", "restored"].iter().all(|kind| kinds.iter().any(|k| k == kind)),
        "{kinds:?}"
    );
    assert_eq!(sum, 100, "the ledger adds up: {kinds:?}");
}

#[tokio::test]
async fn the_shopper_lets_go_s3_12() {
    let store = shop_with(100).await;
    let held = store.held("c-7", 20, &cart(10_000)).await;
    let path = format!("/v1/me/redemptions/{}", held["id"].as_str().expect("an id"));
    let released = store.shopper("c-7", "DELETE", &path).send().await.ok(200);
    assert_eq!(released["status"], "released");
    assert_eq!(store.balance("c-7").await, (100, 0, 0));
    // What was let go can be neither confirmed nor committed.
    store.confirm(&held, &cart(10_000)).send().await.refused("hold_released");
    store.redemption(&held, "POST", "/commit").send().await.refused("hold_released");
    // And what is spent cannot be let go.
    let held = store.held("c-7", 20, &cart(10_000)).await;
    assert_eq!(store.redemption(&held, "POST", "/commit").send().await.ok(200)["status"], "committed");
    store.redemption(&held, "POST", "/release").send().await.refused("hold_committed");
    let path = format!("/v1/me/redemptions/{}", held["id"].as_str().expect("an id"));
    store.shopper("c-7", "DELETE", &path).send().await.refused("hold_committed");
    assert_eq!((store.balance("c-7").await, used(&store).await), ((80, 0, 0), 20));
}

/// Two tabs, or two phones: what is held in one cannot be used in the other.
#[tokio::test]
async fn held_points_are_nobody_elses_s3_12() {
    let store = shop_with(30).await;
    let first = store.held("c-7", 20, &cart(10_000)).await;
    let refusal = store.quote("c-7", Some(20), &cart(10_000)).send().await.ok(200);
    assert_eq!(refusal["points"], 10);
    let second = store.held("c-7", 20, &cart(10_000)).await;
    assert_eq!(second["points"], 10);
    store.hold("c-7", 1, &cart(10_000)).send().await.refused("insufficient_points");
    store.redemption(&first, "POST", "/release").send().await.ok(200);
    assert_eq!(store.balance("c-7").await, (20, 0, 10));
}

#[tokio::test]
async fn refunds_give_back_their_part_of_the_points() {
    let store = shop_with(100).await;
    let held = store.held("c-7", 20, &cart(10_000)).await;
    store.confirm(&held, &cart(10_000)).send().await.ok(200);
    let lines = json!([line("1", 2_500).with("quantity", 4)]);
    let order = |hour: u8| {
        let at = format!("2026-03-11T{hour:02}:00:00Z");
        paid_with(&held, 0, 2_000).with("lines", lines.clone()).with("updated_at", at)
    };
    store.tell(&order(1)).await;
    // 20 of 80 lei in money: a quarter of 20 points.
    store.tell(&order(2).with("refunded", 2_000)).await;
    assert_eq!((store.balance("c-7").await, used(&store).await), ((85, 0, 0), 15));
    // The shop says that two of four units came back: then that counts.
    let returned = order(3).with("refunded", 2_000).with("/lines/0/returned", 2);
    store.tell(&returned).await;
    assert_eq!((store.balance("c-7").await, used(&store).await), ((90, 0, 0), 10));
    // A mistake: nothing came back after all.
    store.tell(&order(4)).await;
    assert_eq!((store.balance("c-7").await, used(&store).await), ((80, 0, 0), 20));
    // All the money: all the points.
    store.tell(&order(5).with("refunded", 8_000)).await;
    assert_eq!((store.balance("c-7").await, used(&store).await), ((100, 0, 0), 0));
}

#[tokio::test]
async fn a_forged_cart_is_refused_at_confirm_with_what_is_allowed() {
    let store = shop_with(100).await;
    let held = store.held("c-7", 100, &cart(1_000_000)).await;
    assert_eq!(held["discount"], 10_000);
    let refusal = store.confirm(&held, &cart(10_000)).send().await.refused("discount_mismatch");
    assert_eq!(refusal["actual"], 10_000);
    assert_eq!(refusal["allowed"], json!({ "points": 20, "discount": 2_000 }));
    assert_eq!(store.redemption(&held, "GET", "").send().await.ok(200)["status"], "held");
    // Placed all the same: it burns what its discount bought, and says so.
    let told = store.tell(&paid_with(&held, 10_000, 10_000)).await;
    assert_eq!((&told["over_limit"], &told["redemption"]["over_limit"]), (&json!(true), &json!(true)));
    assert_eq!((store.balance("c-7").await, used(&store).await), ((0, 0, 0), 100));
    let orders = store.merchant("GET", "/v1/customers/c-7/orders").send().await.ok(200);
    assert_eq!(orders["items"][0]["over_limit"], true);
}

#[tokio::test]
async fn a_smaller_discount_is_confirmed_and_what_is_left_comes_back() {
    let store = shop_with(100).await;
    let held = store.held("c-7", 100, &cart(1_000_000)).await;
    let body = json!({ "cart": cart(10_000), "discount": 2_000 });
    let confirmed = store.redemption(&held, "POST", "/confirm").json(&body).send().await.ok(200);
    assert_eq!((&confirmed["discount"], &confirmed["tax"][0]["gross"]), (&json!(2_000), &json!(2_000)));
    for discount in [0, -1, 2_001] {
        let body = json!({ "cart": cart(10_000), "discount": discount });
        store.redemption(&held, "POST", "/confirm").json(&body).send().await.refused("discount_mismatch");
    }
    let told = store.tell(&paid_with(&held, 10_000, 2_000)).await;
    assert_eq!(told["over_limit"], false);
    assert_eq!((store.balance("c-7").await, used(&store).await), ((80, 0, 0), 20));
}

#[tokio::test]
async fn more_than_was_confirmed_is_over_the_limit_and_owed() {
    let store = shop_with(20).await;
    let held = store.held("c-7", 20, &cart(10_000)).await;
    store.confirm(&held, &cart(10_000)).send().await.ok(200);
    let told = store.tell(&paid_with(&held, 10_000, 5_000)).await;
    assert_eq!(told["over_limit"], true);
    assert_eq!((store.balance("c-7").await, used(&store).await), ((-30, 0, 0), 50));
}

#[tokio::test]
async fn a_hold_that_ran_out_before_a_slow_payment_is_burned_into_debt() {
    let store = shop_with(100).await;
    let held = store.held("c-7", 20, &cart(10_000)).await;
    store.set_time("2026-03-10T09:30:00Z");
    store.adjust("c-7", &json!({ "points": -95, "reason": "spent in the shop" })).send().await.ok(201);
    store.confirm(&held, &cart(10_000)).send().await.refused("hold_expired");
    store.redemption(&held, "POST", "/commit").send().await.refused("hold_expired");
    let told = store.tell(&paid_with(&held, 10_000, 2_000)).await;
    assert_eq!((&told["over_limit"], &told["balance"]["available"]), (&json!(true), &json!(-15)));
    let me = store.shopper("c-7", "GET", "/v1/me").send().await.ok(200);
    assert_eq!([&me["available"], &me["available_value"]], [-15, 0]);
    let refusal = store.hold("c-7", 1, &cart(10_000)).send().await.refused("insufficient_points");
    assert_eq!([&refusal["required"], &refusal["actual"], &refusal["missing"]], [1, -15, 16]);
    // What is earned next pays the debt first.
    store.tell(&order("1002", "c-7", 100_000).with("status", "delivered")).await;
    assert_eq!(store.balance("c-7").await, (5, 0, 0));
}

/// Where its points are still there, a hold that ran out is simply taken anew.
#[tokio::test]
async fn a_hold_that_ran_out_is_taken_anew_where_it_can_be() {
    let store = shop_with(100).await;
    let held = store.held("c-7", 20, &cart(10_000)).await;
    store.advance("2026-03-10T09:30:00Z").await;
    assert_eq!(store.balance("c-7").await, (100, 0, 0));
    let told = store.tell(&paid_with(&held, 10_000, 2_000)).await;
    assert_eq!(told["over_limit"], false);
    assert_eq!((store.balance("c-7").await, used(&store).await), ((80, 0, 0), 20));
}

#[tokio::test]
async fn a_discount_without_any_redemption_is_owed() {
    let store = shop_with(5).await;
    let order = order("1001", "c-7", 10_000).with("points_discount", 2_000);
    let told = store.tell(&order).await;
    assert_eq!((&told["over_limit"], &told["balance"]["available"]), (&json!(true), &json!(-15)));
    assert_eq!(used(&store).await, 20);
    // Told again, or further along, nothing is burned twice; cancelled, the debt is struck off.
    store.tell(&order).await;
    store.tell(&order.clone().with("status", "paid").with("updated_at", "2026-03-11T09:00:00Z")).await;
    assert_eq!(store.balance("c-7").await, (-15, 0, 0));
    store.tell(&order.with("status", "cancelled").with("updated_at", "2026-03-12T09:00:00Z")).await;
    assert_eq!((store.balance("c-7").await, used(&store).await), ((5, 0, 0), 0));
}

/// A redemption pays one order: a second one that names it has bought its discount without.
#[tokio::test]
async fn a_redemption_is_good_for_one_order() {
    let store = shop_with(20).await;
    let held = store.held("c-7", 20, &cart(10_000)).await;
    store.confirm(&held, &cart(10_000)).send().await.ok(200);
    store.tell(&paid_with(&held, 10_000, 2_000)).await;
    let second = store.tell(&paid_with(&held, 10_000, 2_000).with("id", "1002")).await;
    assert_eq!((&second["over_limit"], &second["balance"]["available"]), (&json!(true), &json!(-20)));
    // Nor is it another shopper's.
    store.customer_with("c-8", 20).await;
    let stolen = paid_with(&held, 10_000, 2_000).with("id", "1003").with("/customer/id", "c-8");
    let told = store.tell(&stolen).await;
    assert_eq!((&told["over_limit"], &told["balance"]["available"]), (&json!(true), &json!(0)));
    assert_eq!(store.balance("c-7").await, (-20, 0, 0));
    assert_eq!(store.redemption(&held, "GET", "").send().await.ok(200)["order_id"], "1001");
}

#[tokio::test]
async fn a_cart_that_became_a_cancelled_order_lets_its_points_go() {
    let store = shop_with(20).await;
    let held = store.held("c-7", 20, &cart(10_000)).await;
    store.tell(&paid_with(&held, 10_000, 2_000).with("status", "cancelled")).await;
    assert_eq!((store.balance("c-7").await, used(&store).await), ((20, 0, 0), 0));
}

#[tokio::test]
async fn ids_that_were_never_made_are_not_found() {
    let store = shop_with(20).await;
    let held = store.held("c-7", 20, &cart(10_000)).await;
    let id = held["id"].as_str().expect("an id");
    let one_less = &id[..id.len() - 1];
    for wrong in ["rd_", "rd_0", "rd_zzzzzzzzzzzzzzzzzzzzzzzzzz", "st_0", "x", one_less, &id.to_uppercase()] {
        for (method, rest) in [("GET", ""), ("POST", "/commit"), ("POST", "/release")] {
            let answer = store.merchant(method, &format!("/v1/redemptions/{wrong}{rest}")).send().await;
            answer.refused("hold_not_found");
        }
    }
    assert_eq!(store.balance("c-7").await, (0, 0, 20));
}
