//! `POST /v1/quotes` and `POST /v1/me/quotes`: what points may pay. The same limits hold at `POST
//! /v1/me/redemptions` and at `confirm`.

use fidela_api_tests::{Answer, Store, With, cart, line, program};
use serde_json::{Value, json};

/// A store with one shopper who has a thousand points.
async fn rich(program: Value) -> Store {
    let store = Store::open(program).await;
    store.customer_with("c-7", 1_000).await;
    store
}

/// The same question asked at every place that decides: quotes of shop and shopper, holds of both. All answer
/// the same numbers; the quote is handed back, and the holds are let go.
async fn ask(store: &Store, points: i64, cart: &Value) -> Answer {
    let quote = store.quote("c-7", Some(points), cart).send().await;
    let body = json!({ "points": points, "cart": cart });
    let mine = store.shopper("c-7", "POST", "/v1/me/quotes").json(&body).send().await;
    mine.same_as(&quote);
    let named = body.clone().with("customer_id", "c-7");
    for hold in [store.hold("c-7", points, cart), store.merchant("POST", "/v1/redemptions").json(&named)] {
        let hold = hold.send().await;
        if quote.status == 200 {
            let (hold, quote) = (hold.ok(201), quote.json());
            assert_eq!(
                [&hold["points"], &hold["discount"], &hold["tax"]],
                [&quote["points"], &quote["discount"], &quote["tax"]]
            );
            store.redemption(&hold, "POST", "/release").send().await.ok(200);
        } else {
            hold.same_as(&quote);
        }
    }
    quote
}

#[tokio::test]
async fn points_pay_at_most_20_percent_s2_4() {
    let store = rich(program()).await;
    let quote = ask(&store, 1_000, &cart(10_000)).await.ok(200);
    assert_eq!((&quote["points"], &quote["discount"]), (&json!(20), &json!(2_000)));
    assert_eq!(quote["bounds"][0]["bps"], 2_000, "{quote}");
    // S3.12: and fewer, as the shopper chooses.
    let quote = ask(&store, 7, &cart(10_000)).await.ok(200);
    assert_eq!((&quote["points"], &quote["discount"]), (&json!(7), &json!(700)));
    // Without a wish, as many as possible.
    let quote = store.quote("c-7", None, &cart(10_000)).send().await.ok(200);
    assert_eq!(quote["points"], 20);
    // A cart that does not divide: 19.99 lei may be paid, and a point is a whole leu.
    assert_eq!(ask(&store, 1_000, &cart(9_999)).await.ok(200)["points"], 19);
    // No question has had an effect.
    assert_eq!(store.balance("c-7").await, (1_000, 0, 0));
}

#[tokio::test]
async fn smallest_and_largest_order_both_ends_belong_s3_3() {
    let limits = program().with("/redemption/order_min", 5_000).with("/redemption/order_max", 20_000);
    let store = rich(limits).await;
    let refusal = ask(&store, 5, &cart(4_999)).await.refused("order_below_minimum");
    assert_eq!([&refusal["required"], &refusal["actual"], &refusal["missing"]], [5_000, 4_999, 1]);
    assert_eq!(ask(&store, 100, &cart(5_000)).await.ok(200)["discount"], 1_000);
    assert_eq!(ask(&store, 100, &cart(20_000)).await.ok(200)["discount"], 4_000);
    let refusal = ask(&store, 5, &cart(20_001)).await.refused("order_above_maximum");
    assert_eq!([&refusal["limit"], &refusal["actual"]], [20_000, 20_001]);
    // The order value is compared, delivery in it.
    let delivered = cart(4_000).with("shipping", json!({ "price": 1_000 }));
    assert_eq!(ask(&store, 100, &delivered).await.ok(200)["discount"], 1_000);
    // What fitted when it was held is refused with the cart that is really paid.
    let held = store.held("c-7", 10, &cart(5_000)).await;
    let refusal = store.confirm(&held, &cart(4_999)).send().await.refused("order_below_minimum");
    assert_eq!([&refusal["required"], &refusal["actual"], &refusal["missing"]], [5_000, 4_999, 1]);
    assert_eq!(refusal["allowed"], json!({ "points": 0, "discount": 0 }));
    let refusal = store.confirm(&held, &cart(20_001)).send().await.refused("order_above_maximum");
    assert_eq!([&refusal["limit"], &refusal["actual"]], [20_000, 20_001]);
    assert_eq!(store.confirm(&held, &cart(20_000)).send().await.ok(200)["discount"], 1_000);
}

#[tokio::test]
async fn only_some_groups_may_use_points_s3_4() {
    let store = rich(program().with("/redemption/groups", json!(["b2c"]))).await;
    ask(&store, 5, &cart(10_000)).await.refused("group_not_eligible");
    let update = json!({ "groups": ["b2b"], "updated_at": "2026-03-10T09:00:00Z" });
    store.put_customer("c-7", update.clone()).await;
    ask(&store, 5, &cart(10_000)).await.refused("group_not_eligible");
    store.put_customer("c-7", update.with("groups", json!(["b2b", "b2c"]))).await;
    assert_eq!(ask(&store, 5, &cart(10_000)).await.ok(200)["points"], 5);
    // A token of the same moment decides.
    let token = store.sign(&store.claims("c-7").with("groups", json!(["b2b"])));
    let body = json!({ "points": 5, "cart": cart(10_000) });
    let refused = store.with_token(&token, "POST", "/v1/me/redemptions").json(&body).send().await;
    refused.refused("group_not_eligible");
}

#[tokio::test]
async fn tax_is_applied_to_the_discount_or_not_s3_7() {
    let mixed = cart(0).with("lines", json!([line("1", 10_000), line("2", 5_000).with("tax_bps", 900)]));
    let store = rich(program()).await;
    let quote = ask(&store, 1_000, &mixed).await.ok(200);
    assert_eq!(quote["discount"], 3_000);
    // 2000·19/119 = 319.3 and 1000·9/109 = 82.6
    let taxed = json!([{ "tax_bps": 900, "gross": 1_000, "tax": 83 }, { "tax_bps": 1900, "gross": 2_000, "tax": 319 }]);
    assert_eq!(quote["tax"], taxed);
    let store = rich(program().with("/redemption/tax_on_discount", false)).await;
    let quote = ask(&store, 1_000, &mixed).await.ok(200);
    let untaxed =
        json!([{ "tax_bps": 900, "gross": 1_000, "tax": 0 }, { "tax_bps": 1900, "gross": 2_000, "tax": 0 }]);
    assert_eq!((&quote["discount"], &quote["tax"]), (&json!(3_000), &untaxed));
}

#[tokio::test]
async fn points_pay_only_goods_in_or_not_in_chosen_categories_s3_9() {
    let no_vouchers = json!({ "match": "none_of", "ids": ["vouchers"] });
    let store =
        rich(program().with("/redemption/categories", no_vouchers).with("/redemption/max_bps", Value::Null))
            .await;
    let voucher = line("1", 10_000).with("category_ids", json!(["vouchers"]));
    let only = cart(0).with("lines", json!([voucher]));
    ask(&store, 5, &only).await.refused("no_eligible_items");
    let both =
        cart(0).with("lines", json!([voucher, line("2", 3_000).with("category_ids", json!(["books"]))]));
    let quote = ask(&store, 1_000, &both).await.ok(200);
    assert_eq!((&quote["discount"], &quote["points"]), (&json!(3_000), &json!(30)));
}

#[tokio::test]
async fn steps_and_smallest_numbers_of_points() {
    let store = rich(program().with("/redemption/step", 10).with("/redemption/min_points", 20)).await;
    assert_eq!(ask(&store, 1_000, &cart(14_900)).await.ok(200)["points"], 20);
    let refusal = ask(&store, 19, &cart(14_900)).await.refused("below_minimum_points");
    assert_eq!([&refusal["required"], &refusal["actual"], &refusal["missing"]], [20, 10, 10]);
    store.customer_with("c-8", 19).await;
    let refusal = store.quote("c-8", None, &cart(14_900)).send().await.refused("insufficient_points");
    assert_eq!([&refusal["required"], &refusal["actual"], &refusal["missing"]], [20, 19, 1]);
}

#[tokio::test]
async fn refusals_come_in_their_order() {
    let store = rich(program().with("/redemption/order_min", 5_000)).await;
    // Each of these has a later reason too.
    ask(&store, -1, &cart(1)).await.refused("invalid_points");
    ask(&store, 5, &cart(1).with("currency", "EUR")).await.refused("currency_mismatch");
    ask(&store, 0, &cart(1)).await.refused("order_below_minimum");
    ask(&store, 0, &cart(10_000)).await.refused("nothing_to_redeem");
    store.put_program(&program().with("/redemption/enabled", false)).await;
    ask(&store, 5, &cart(1).with("currency", "EUR")).await.refused("redemption_disabled");
    store.put_program(&program().with("/redemption/enabled", false).with("enabled", false)).await;
    ask(&store, 5, &cart(1)).await.refused("program_disabled");
}

#[tokio::test]
async fn whose_points_is_for_the_shop_to_say() {
    let store = rich(program()).await;
    store.quote("nobody", None, &cart(10_000)).send().await.refused("not_found");
    let body = json!({ "cart": cart(10_000), "points": 5 });
    store.merchant("POST", "/v1/quotes").json(&body).send().await.refused("invalid_body");
    store.merchant("POST", "/v1/redemptions").json(&body).send().await.refused("invalid_body");
    store.customer_with("c-8", 10).await;
    let for_other = body.with("customer_id", "c-7");
    store.shopper("c-8", "POST", "/v1/me/quotes").json(&for_other).send().await.refused("invalid_body");
    store.shopper("c-8", "POST", "/v1/me/redemptions").json(&for_other).send().await.refused("invalid_body");
    assert_eq!(store.balance("c-7").await, (1_000, 0, 0));
    assert_eq!(store.balance("c-8").await, (10, 0, 0));
}
