//! Stamp cards, their rewards, and the merchant's hand (S1).

use fidela_api_tests::{Store, With, line, order, program};
use serde_json::{Value, json};

/// Three orders with a coffee make one free.
fn coffee() -> Value {
    json!({
        "id": "coffee", "name": { "en": "Coffee card", "ro": "Card de cafea" }, "orders_required": 3,
        "categories": { "match": "any_of", "ids": ["coffee"] }, "order_min": 1_000,
        "reward": { "type": "product", "product_id": "sku-1", "bps": 10_000 },
    })
}

fn delivery() -> Value {
    json!({
        "id": "delivery", "orders_required": 2, "repeat": false, "show_extras": false,
        "reward": { "type": "shipping", "bps": 5_000 },
    })
}

fn with_cards(cards: &[Value]) -> Value {
    program().with("stamp_cards", cards.to_vec())
}

fn bought(id: &str, customer: &str, category: &str) -> Value {
    let line = line("1", 2_000).with("category_ids", json!([category]));
    order(id, customer, 0).with("lines", json!([line])).with("status", "delivered")
}

async fn me(store: &Store, customer: &str) -> Value {
    store.shopper(customer, "GET", "/v1/me").send().await.ok(200)
}

async fn stamps(store: &Store, customer: &str, card: usize) -> i64 {
    me(store, customer).await["cards"][card]["stamps"].as_i64().expect("stamps")
}

/// Status of each reward that can be used or is held.
async fn rewards(store: &Store, customer: &str) -> Vec<(String, String)> {
    let me = me(store, customer).await;
    let text = |value: &Value| value.as_str().expect("a text").to_owned();
    let rewards = me["rewards"].as_array().expect("rewards");
    rewards.iter().map(|reward| (text(&reward["id"]), text(&reward["status"]))).collect()
}

fn one(id: &str, status: &str) -> Vec<(String, String)> {
    vec![(id.to_owned(), status.to_owned())]
}

/// A coffee of 20 lei, a cake of 15 with an extra for 3, delivery for 12.
fn basket() -> Value {
    json!({
        "currency": "RON",
        "lines": [
            line("1", 2_000), line("2", 1_500),
            line("3", 300).with("product_id", "sku-1").with("extra_of", "1"),
        ],
        "shipping": { "price": 1_200, "tax_bps": 1_900 },
    })
}

#[tokio::test]
async fn orders_of_the_categories_fill_a_card_and_full_it_gives_a_reward_s1_1_s1_2() {
    let store = Store::open(with_cards(&[coffee(), delivery().with("enabled", false)])).await;
    let told = store.tell(&bought("1", "c-7", "coffee")).await;
    assert_eq!(told["award"]["stamps"][0], json!({ "card": "coffee", "outcome": "stamped" }));
    // Another category, and too small an order, are no stamps, and say why.
    let tea = store.tell(&bought("2", "c-7", "tea")).await;
    assert_eq!(tea["award"]["stamps"][0]["outcome"], "no_matching_line");
    let small = bought("3", "c-7", "coffee").with("/lines/0/unit_price", 900);
    let small = store.tell(&small).await["award"]["stamps"][0].clone();
    assert_eq!(
        small,
        json!({ "card": "coffee", "outcome": "order_below_minimum", "required": 1_000, "actual": 900, "missing": 100 })
    );
    // Told again it is the same stamp.
    store.tell(&bought("1", "c-7", "coffee")).await;
    let cards = me(&store, "c-7").await["cards"].clone();
    assert_eq!(cards.as_array().expect("cards").len(), 1, "one that is off and empty is not shown");
    assert_eq!(
        json!([cards[0]["stamps"], cards[0]["missing"], cards[0]["name"]["ro"], cards[0]["show_extras"]]),
        json!([1, 2, "Card de cafea", true])
    );
    store.tell(&bought("4", "c-7", "coffee")).await;
    assert_eq!(rewards(&store, "c-7").await, []);
    store.tell(&bought("5", "c-7", "coffee")).await;
    assert_eq!((stamps(&store, "c-7", 0).await, rewards(&store, "c-7").await), (0, one("rw_1", "issued")));
    let history = store.merchant("GET", "/v1/customers/c-7/ledger").send().await.ok(200);
    let kinds: Vec<_> =
        history["items"].as_array().expect("items").iter().map(|item| &item["kind"]).collect();
    assert_eq!(kinds, ["reward_issued", "stamped", "stamped", "stamped"]);
    assert_eq!(
        json!([history["items"][1]["card"], history["items"][1]["stamps"], history["items"][1]["reference"]]),
        json!(["coffee", 1, "5"])
    );
    // A cancelled order takes its stamp back, and with it the reward that nobody has used; and gives it again.
    let cancelled = bought("5", "c-7", "coffee").with("status", "cancelled");
    store.tell(&cancelled.with("updated_at", "2026-03-11T09:00:00Z")).await;
    assert_eq!((stamps(&store, "c-7", 0).await, rewards(&store, "c-7").await), (2, vec![]));
    store.tell(&bought("5", "c-7", "coffee").with("updated_at", "2026-03-12T09:00:00Z")).await;
    assert_eq!((stamps(&store, "c-7", 0).await, rewards(&store, "c-7").await), (0, one("rw_1", "issued")));
}

#[tokio::test]
async fn a_reward_takes_one_product_off_and_never_its_extras_s1_2_s1_3() {
    let store = Store::open(with_cards(&[coffee()])).await;
    for id in ["1", "2", "3"] {
        store.tell(&bought(id, "c-7", "coffee")).await;
    }
    store.adjust("c-7", &json!({ "points": 100, "reason": "a present" })).send().await.ok(201);
    let quote = async |points: Value| {
        let body = json!({ "cart": basket(), "reward_id": "rw_1", "points": points });
        store.shopper("c-7", "POST", "/v1/me/quotes").json(&body).send().await.ok(200)
    };
    let alone = quote(Value::Null).await;
    assert_eq!(
        alone["reward"],
        json!({
            "id": "rw_1", "card": "coffee", "discount": 2_000, "line": "1",
            "tax": [{ "tax_bps": 1_900, "gross": 2_000, "tax": 319 }],
        })
    );
    assert_eq!((&alone["points"], &alone["discount"]), (&json!(0), &json!(0)));
    // 50 lei less the coffee: points pay a fifth of 30.
    let both = quote(json!(100)).await;
    assert_eq!((&both["reward"]["discount"], &both["discount"]), (&json!(2_000), &json!(600)));
    let body = json!({ "cart": basket(), "reward_id": "rw_1", "points": 100 });
    let held = store.shopper("c-7", "POST", "/v1/me/redemptions").json(&body).send().await.ok(201);
    assert_eq!(json!([held["points"], held["discount"], held["reward"]["discount"]]), json!([6, 600, 2_000]));
    assert_eq!(rewards(&store, "c-7").await, one("rw_1", "held"));
    assert_eq!(me(&store, "c-7").await["redemptions"][0]["reward"]["id"], "rw_1");
    // Not in two carts at once.
    let again = store
        .shopper("c-7", "POST", "/v1/me/redemptions")
        .json(&json!({ "cart": basket(), "reward_id": "rw_1" }));
    again.send().await.refused("reward_held");
    // A forged cart: the shop's own has no coffee.
    let no_coffee = basket().with("/lines/0/product_id", "tea");
    let refused = store.confirm(&held, &no_coffee).send().await.refused("reward_product_not_in_cart");
    assert_eq!(refused["allowed"], json!({ "points": 0, "discount": 0 }));
    let confirmed = store.confirm(&held, &basket()).send().await.ok(200);
    assert_eq!(json!([confirmed["status"], confirmed["reward"]["discount"]]), json!(["confirmed", 2_000]));
    // The order names the redemption alone.
    let placed = json!({
        "id": "9", "customer": { "id": "c-7" }, "currency": "RON", "placed_at": "2026-03-10T09:00:00Z",
        "status": "placed", "redemption_id": held["id"], "points_discount": 600,
        "lines": [line("1", 2_000).with("discount", 2_000), line("2", 1_500)],
        "shipping": { "price": 1_200, "tax_bps": 1_900 },
    });
    let told = store.tell(&placed).await;
    assert_eq!(told["reward"], json!({ "id": "rw_1", "state": "used" }));
    assert_eq!(json!([told["redemption"]["status"], told["over_limit"]]), json!(["committed", false]));
    assert_eq!((rewards(&store, "c-7").await, store.balance("c-7").await.0), (vec![], 94));
    // Cancelled, both come back; and it can be undone.
    let cancelled = placed.clone().with("status", "cancelled").with("updated_at", "2026-03-11T09:00:00Z");
    assert_eq!(store.tell(&cancelled).await["reward"]["state"], "given_back");
    assert_eq!((rewards(&store, "c-7").await, store.balance("c-7").await.0), (one("rw_1", "issued"), 100));
    store.tell(&placed.clone().with("updated_at", "2026-03-12T09:00:00Z")).await;
    assert_eq!((rewards(&store, "c-7").await, store.balance("c-7").await.0), (vec![], 94));
    // Another order with the same reward took off what it had no right to, and says so.
    let other =
        placed.without("redemption_id").with("id", "10").with("reward_id", "rw_1").with("points_discount", 0);
    assert_eq!(
        store.tell(&other).await["reward"],
        json!({ "id": "rw_1", "state": "missing", "fault": "used" })
    );
}

#[tokio::test]
async fn a_reward_takes_off_delivery_and_comes_back_when_its_time_is_over_s1_2() {
    let store = Store::open(with_cards(&[delivery()])).await;
    for id in ["1", "2", "3"] {
        store.tell(&bought(id, "c-7", "tea")).await;
    }
    // One that does not repeat gives one reward; later stamps stay on the card.
    assert_eq!((stamps(&store, "c-7", 0).await, rewards(&store, "c-7").await), (1, one("rw_1", "issued")));
    let hold = async |cart: Value| {
        let body = json!({ "cart": cart, "reward_id": "rw_1" });
        store.shopper("c-7", "POST", "/v1/me/redemptions").json(&body).send().await
    };
    hold(basket().without("shipping")).await.refused("no_shipping");
    let held = hold(basket()).await.ok(201);
    assert_eq!(json!([held["reward"]["discount"], held["points"], held["status"]]), json!([600, 0, "held"]));
    assert_eq!(held["expires_at"], "2026-03-10T09:30:00Z");
    store.set_time("2026-03-10T09:30:00Z");
    assert_eq!(rewards(&store, "c-7").await, one("rw_1", "issued"));
    let redemption = store.redemption(&held, "GET", "").send().await.ok(200);
    assert_eq!(redemption["status"], "expired");
    // Let go by hand, by the shopper; and committed by the shop without telling the order.
    let held = hold(basket()).await.ok(201);
    let id = held["id"].as_str().expect("an id");
    store.shopper("c-7", "DELETE", &format!("/v1/me/redemptions/{id}")).send().await.ok(200);
    assert_eq!(rewards(&store, "c-7").await, one("rw_1", "issued"));
    let held = hold(basket()).await.ok(201);
    for _ in 0..2 {
        let done = store.redemption(&held, "POST", "/commit").send().await.ok(200);
        assert_eq!(done["status"], "committed");
    }
    assert_eq!(rewards(&store, "c-7").await, []);
    hold(basket()).await.refused("reward_used");
    let nothing = store.shopper("c-7", "POST", "/v1/me/redemptions").json(&json!({ "cart": basket() }));
    nothing.send().await.refused("invalid_body");
    let unknown = json!({ "cart": basket(), "reward_id": "rw_9" });
    store
        .shopper("c-7", "POST", "/v1/me/redemptions")
        .json(&unknown)
        .send()
        .await
        .refused("reward_not_found");
}

#[tokio::test]
async fn the_merchant_gives_and_takes_stamps_and_removes_a_reward_s1_4() {
    let store = Store::open(with_cards(&[coffee()])).await;
    store.put_customer("c-7", json!({})).await;
    let adjust = async |adjustment: Value| store.adjust("c-7", &adjustment).send().await;
    let stamp = |stamps: i64| json!({ "card": "coffee", "stamps": stamps, "reason": "the till was down" });
    let detail = adjust(stamp(2)).await.ok(201);
    assert_eq!(detail["cards"][0]["stamps"], 2);
    adjust(stamp(-1)).await.ok(201);
    let refused = adjust(stamp(-2)).await.refused("insufficient_stamps");
    assert_eq!(json!([refused["required"], refused["actual"], refused["missing"]]), json!([2, 1, 1]));
    adjust(stamp(0)).await.refused("invalid_stamps");
    adjust(stamp(5).with("card", "tea")).await.refused("card_not_found");
    adjust(stamp(1).with("points", 1)).await.refused("invalid_body");
    adjust(stamp(1).without("card")).await.refused("invalid_body");
    adjust(stamp(1).without("reason")).await.refused("invalid_body");
    // Five more: two rewards, and the card is empty.
    let detail = adjust(stamp(5)).await.ok(201);
    assert_eq!(
        json!([detail["cards"][0]["stamps"], detail["rewards"].as_array().map(Vec::len)]),
        json!([0, 2])
    );
    let remove = |reward: &str| {
        store.merchant("DELETE", &format!("/v1/customers/c-7/rewards/{reward}?reason=given%20by%20mistake"))
    };
    for _ in 0..2 {
        let left = remove("rw_1").send().await.ok(200);
        assert_eq!(left["rewards"].as_array().map(Vec::len), Some(1));
    }
    remove("rw_9").send().await.refused("reward_not_found");
    let history = store.merchant("GET", "/v1/customers/c-7/ledger?limit=1").send().await.ok(200);
    let last = &history["items"][0];
    assert_eq!(json!([last["kind"], last["reason"]]), json!(["reward_removed", "given by mistake"]));
    let export = store.merchant("GET", "/v1/customers/c-7/export").send().await.ok(200);
    let ledger = export["ledger"].as_array().expect("entries");
    assert!(
        ledger
            .iter()
            .all(|entry| entry["entry"]["event"] != "stamps_adjusted" || entry["entry"]["who"].is_string())
    );
}
