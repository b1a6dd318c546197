//! `PUT /v1/orders/{id}`: what an order earns, and when.

use std::sync::Arc;

use fidela_api_tests::bodies::base_program;
use fidela_api_tests::{Server, Store, With, cart, line, long, moment, order, program};
use serde_json::{Value, json};
use tokio::task::JoinSet;

/// What a told order earned in all.
fn points(told: &Value) -> i64 {
    told["award"]["points"].as_i64().expect("points")
}

#[tokio::test]
async fn a_point_for_each_50_lei_once_delivered_s3_1_s3_2() {
    let store = Store::open(program()).await;
    let order = order("1001", "c-7", 10_000);
    for status in ["placed", "paid", "shipped"] {
        let told = store.tell(&order.clone().with("status", status)).await;
        assert_eq!(told["award"]["awarded"], false, "{status}");
        assert_eq!((points(&told), store.balance("c-7").await), (0, (0, 0, 0)), "{status}");
    }
    let told =
        store.tell(&order.with("status", "delivered").with("updated_at", "2026-03-12T15:00:00Z")).await;
    assert_eq!(told["award"]["awarded"], true);
    assert_eq!(told["award"]["points"], 2);
    assert_eq!(told["award"]["applied"], json!([{ "program": "base", "points": 2 }]));
    assert_eq!(told["award"]["program_version"], 1);
    assert_eq!(told["balance"], json!({ "available": 2, "pending": 0, "held": 0 }));
    // S3.1: and a point is worth a leu.
    let me = store.shopper("c-7", "GET", "/v1/me").send().await.ok(200);
    assert_eq!((&me["available"], &me["available_value"]), (&json!(2), &json!(200)));
    assert_eq!(store.history("c-7").await, [("earned".to_owned(), 2, 2)]);
}

#[tokio::test]
async fn only_whole_steps_of_goods_earn_s3_1() {
    let store = Store::open(program()).await;
    for (id, amount, expected) in [("a", 4_999, 0), ("b", 5_000, 1), ("c", 9_999, 1), ("d", 10_000, 2)] {
        let told = store.tell(&order(id, "c-7", amount).with("status", "delivered")).await;
        assert_eq!(points(&told), expected, "{amount}");
    }
    // Delivery is no goods: the basis is `items`.
    let with_delivery = order("e", "c-7", 4_999).with("shipping", json!({ "price": 1_500 }));
    assert_eq!(points(&store.tell(&with_delivery.with("status", "delivered")).await), 0);
    assert_eq!(store.balance("c-7").await, (4, 0, 0));
}

#[tokio::test]
async fn of_several_programs_the_one_that_gives_most_wins_s2_6() {
    let welcome = json!({ "id": "welcome", "rate": { "type": "per_order", "points": 10 } });
    let store = Store::open(program().with("/earning/programs", json!([base_program(), welcome]))).await;
    let small = store.tell(&order("small", "c-7", 10_000).with("status", "delivered")).await;
    assert_eq!(small["award"]["applied"], json!([{ "program": "welcome", "points": 10 }]));
    assert_eq!(small["award"]["considered"].as_array().expect("a trace").len(), 2);
    let large = store.tell(&order("large", "c-7", 60_000).with("status", "delivered")).await;
    assert_eq!(large["award"]["applied"], json!([{ "program": "base", "points": 12 }]));
    // Among equals the first that is listed.
    let equal = store.tell(&order("equal", "c-7", 50_000).with("status", "delivered")).await;
    assert_eq!(equal["award"]["applied"], json!([{ "program": "base", "points": 10 }]));
    assert_eq!(store.balance("c-7").await, (32, 0, 0));
}

#[tokio::test]
async fn the_smallest_order_that_earns_s2_2() {
    let store = Store::open(program().with("/earning/programs/0/order_min", 10_000)).await;
    assert_eq!(points(&store.tell(&order("a", "c-7", 9_999).with("status", "delivered")).await), 0);
    let told = store.tell(&order("b", "c-7", 10_000).with("status", "delivered")).await;
    assert_eq!(points(&told), 2);
    // A ban refunded makes it smaller than the smallest.
    let later = "2026-03-11T09:00:00Z";
    let refunded = order("b", "c-7", 10_000).with("status", "delivered").with("refunded", 1);
    assert_eq!(points(&store.tell(&refunded.with("updated_at", later)).await), 0);
    assert_eq!(store.balance("c-7").await, (0, 0, 0));
}

#[tokio::test]
async fn a_program_is_valid_from_a_day_until_a_day_in_the_stores_time_zone_s2_3() {
    let limited = program()
        .with("/earning/programs/0/from", "2026-03-01")
        .with("/earning/programs/0/until", "2026-03-31");
    let store = Store::open(limited).await;
    store.set_time("2026-04-02T09:00:00Z");
    // Bucharest is two hours ahead before the 29th of March, and three after it.
    let cases = [
        ("a", "2026-02-28T21:59:59Z", 0),
        ("b", "2026-02-28T22:00:00Z", 2),
        ("c", "2026-03-31T20:59:59Z", 2),
        ("d", "2026-03-31T21:00:00Z", 0),
    ];
    for (id, placed_at, expected) in cases {
        let order = order(id, "c-7", 10_000).with("placed_at", placed_at).with("status", "delivered");
        assert_eq!(points(&store.tell(&order).await), expected, "{placed_at}");
    }
    assert_eq!(store.balance("c-7").await, (4, 0, 0));
}

#[tokio::test]
async fn only_some_groups_earn_and_the_newest_of_token_and_put_says_who_is_in_them_s3_4() {
    let store = Store::open(program().with("/earning/programs/0/groups", json!(["vip"]))).await;
    let order = |id: &str| order(id, "c-7", 10_000).with("status", "delivered");
    assert_eq!(points(&store.tell(&order("nobody-knows")).await), 0);
    let vip = json!({ "groups": ["b2c", "vip"], "updated_at": "2026-03-10T09:00:00Z" });
    store.put_customer("c-7", vip.clone()).await;
    assert_eq!(points(&store.tell(&order("by-put")).await), 2);
    // A token that is older than the PUT changes nothing; a newer one does.
    let token = |iat: &str, groups: Value| {
        let iat = moment(iat).as_second();
        let claims = store.claims("c-7").with("iat", iat).with("exp", iat + 7_200).with("groups", groups);
        store.sign(&claims)
    };
    let older = token("2026-03-10T08:59:59Z", json!([]));
    let me = store.with_token(&older, "GET", "/v1/me").send().await.ok(200);
    assert_eq!(me["groups"], json!(["b2c", "vip"]));
    store.set_time("2026-03-10T09:30:00Z");
    let newer = token("2026-03-10T09:30:00Z", json!(["b2c"]));
    let me = store.with_token(&newer, "GET", "/v1/me").send().await.ok(200);
    assert_eq!(me["groups"], json!(["b2c"]));
    assert_eq!(points(&store.tell(&order("by-token")).await), 0);
    // The same PUT once more is older than the token by now.
    let known = store.put_customer("c-7", vip).await;
    assert_eq!(known["groups"], json!(["b2c"]));
    // An award keeps the groups it was made with.
    let refunded = order("by-put").with("refunded", 5_000).with("updated_at", "2026-03-11T09:00:00Z");
    assert_eq!(points(&store.tell(&refunded).await), 1);
    assert_eq!(store.balance("c-7").await, (1, 0, 0));
}

#[tokio::test]
async fn only_goods_in_or_not_in_chosen_categories_earn_s3_9() {
    let lines = json!([
        line("1", 10_000).with("category_ids", json!(["shoes", "sale"])),
        line("2", 20_000).with("category_ids", json!(["food"])),
    ]);
    for (condition, expected) in [
        (json!({ "match": "any_of", "ids": ["shoes", "hats"] }), 2),
        (json!({ "match": "none_of", "ids": ["food"] }), 2),
        (json!({ "match": "none_of", "ids": ["sale"] }), 4),
        (json!({ "match": "any_of", "ids": ["hats"] }), 0),
        (json!({ "match": "any_of", "ids": [] }), 6),
    ] {
        let store = Store::open(program().with("/earning/programs/0/categories", condition.clone())).await;
        let order = order("1", "c-7", 0).with("lines", lines.clone()).with("status", "delivered");
        assert_eq!(points(&store.tell(&order).await), expected, "{condition}");
        assert_eq!(store.balance("c-7").await, (expected, 0, 0), "{condition}");
    }
}

#[tokio::test]
async fn a_program_that_is_off_gives_nothing_and_takes_nothing_s3_0() {
    let store = Store::open(program()).await;
    store.tell(&order("before", "c-7", 50_000).with("status", "delivered")).await;
    let held = store.held("c-7", 4, &cart(10_000)).await;
    store.put_program(&program().with("enabled", false)).await;
    let told = store.tell(&order("while-off", "c-7", 50_000).with("status", "delivered")).await;
    assert_eq!((points(&told), &told["award"]["awarded"]), (0, &json!(false)));
    let cart = cart(10_000);
    store.quote("c-7", None, &cart).send().await.refused("program_disabled");
    store.hold("c-7", 1, &cart).send().await.refused("program_disabled");
    store.confirm(&held, &cart).send().await.refused("program_disabled");
    let me = store.shopper("c-7", "GET", "/v1/me").send().await.ok(200);
    assert_eq!((&me["enabled"], &me["available"], &me["held"]), (&json!(false), &json!(6), &json!(4)));
    // What is due still happens: the hold runs out, and a refund is clawed back.
    store.advance("2026-03-10T09:30:00Z").await;
    assert_eq!(store.balance("c-7").await, (10, 0, 0));
    let refunded = order("before", "c-7", 50_000).with("status", "delivered").with("refunded", 25_000);
    let told = store.tell(&refunded.with("updated_at", "2026-03-10T10:00:00Z")).await;
    assert_eq!(points(&told), 5);
    assert_eq!(store.balance("c-7").await, (5, 0, 0));
    // On again, it earns and can be used.
    store.put_program(&program()).await;
    store.tell(&order("after", "c-7", 50_000).with("status", "delivered")).await;
    assert_eq!(store.quote("c-7", None, &cart).send().await.ok(200)["points"], 15);
}

#[tokio::test]
async fn an_order_keeps_the_version_it_was_awarded_under() {
    let store = Store::open(program()).await;
    let delivered = |id: &str| order(id, "c-7", 10_000).with("status", "delivered");
    store.tell(&delivered("old")).await;
    let double = program().with("/earning/programs/0/rate/points", 2);
    assert_eq!(store.put_program(&double).await, 2);
    let new = store.tell(&delivered("new")).await;
    assert_eq!((points(&new), &new["award"]["program_version"]), (4, &json!(2)));
    // Half of it goes back: it is still looked at under version 1.
    let refunded = delivered("old").with("refunded", 5_000).with("updated_at", "2026-03-11T09:00:00Z");
    let old = store.tell(&refunded).await;
    assert_eq!((points(&old), &old["award"]["program_version"]), (1, &json!(1)));
    assert_eq!(store.balance("c-7").await, (5, 0, 0));
}

#[tokio::test]
async fn an_enlarged_order_earns_the_rest_and_a_cancelled_one_keeps_nothing() {
    let store = Store::open(program()).await;
    let delivered = |amount: i64, day: &str| {
        order("1", "c-7", amount)
            .with("status", "delivered")
            .with("updated_at", format!("2026-03-{day}T09:00:00Z"))
    };
    assert_eq!(points(&store.tell(&delivered(10_000, "10")).await), 2);
    assert_eq!(points(&store.tell(&delivered(25_000, "11")).await), 5);
    assert_eq!(points(&store.tell(&delivered(5_000, "12")).await), 1);
    assert_eq!(store.balance("c-7").await, (1, 0, 0));
    let told = store.tell(&delivered(5_000, "13").with("status", "cancelled")).await;
    assert_eq!(points(&told), 0);
    assert_eq!(store.balance("c-7").await, (0, 0, 0));
    // A refund where the points are gone already is owed.
    store.tell(&order("2", "c-8", 10_000).with("status", "delivered")).await;
    store.adjust("c-8", &json!({ "points": -2, "reason": "spent in the shop" })).send().await.ok(201);
    let cancelled = order("2", "c-8", 10_000).with("status", "cancelled");
    let told = store.tell(&cancelled.with("updated_at", "2026-03-11T09:00:00Z")).await;
    assert_eq!(told["balance"]["available"], -2);
}

#[tokio::test]
async fn late_news_change_no_field_but_count_a_status_that_was_reached() {
    let store = Store::open(program()).await;
    let at = |status: &str, day: &str| {
        order("1", "c-7", 10_000)
            .with("status", status)
            .with("updated_at", format!("2026-03-{day}T09:00:00Z"))
    };
    let told = store.tell(&at("archived", "20")).await;
    assert_eq!((points(&told), &told["changed"]), (0, &json!(true)));
    let late = store.tell(&at("delivered", "12").with("lines", json!([line("1", 99_000)]))).await;
    assert_eq!((points(&late), &late["changed"]), (2, &json!(true)));
    assert_eq!(
        (&late["order"]["status"], &late["order"]["lines"][0]["unit_price"]),
        (&json!("archived"), &json!(10_000))
    );
    let again = store.tell(&at("delivered", "12")).await;
    assert_eq!((points(&again), &again["changed"]), (2, &json!(false)));
    assert_eq!(store.balance("c-7").await, (2, 0, 0));
}

/// The snapshots of one order's life, each a moment after the other: with what points paid, what was refunded,
/// and the end.
fn life(customer: &str, redemption: &Value) -> Vec<Value> {
    let order = order(customer, customer, 50_000)
        .with("redemption_id", redemption["id"].clone())
        .with("points_discount", 4_000);
    let steps = [
        ("placed", 0),
        ("paid", 0),
        ("delivered", 0),
        ("delivered", 10_000),
        ("delivered", 23_000),
        ("cancelled", 23_000),
    ];
    let snapshot = |(hour, (status, refunded)): (usize, &(&str, i64))| {
        let at = format!("2026-03-11T{hour:02}:00:00Z");
        order.clone().with("status", *status).with("refunded", *refunded).with("updated_at", at)
    };
    steps.iter().enumerate().map(snapshot).collect()
}

/// All orders in which so many things can come.
fn permutations(n: usize) -> Vec<Vec<usize>> {
    if n == 0 {
        return vec![vec![]];
    }
    let shorter = permutations(n - 1);
    let put_in = |way: &Vec<usize>, at: usize| {
        let mut way = way.clone();
        way.insert(at, n - 1);
        way
    };
    shorter.iter().flat_map(|way| (0..n).map(move |at| put_in(way, at))).collect()
}

/// Placed, paid, delivered, partly refunded twice, cancelled: all 720 ways (every third one in usual runs), each
/// snapshot told twice. And the same without the cancellation, 120 ways. Each way is a customer of its own.
#[tokio::test]
async fn snapshots_in_any_order_and_number_end_in_the_same_balance_s3_2_s3_12() {
    let store = Store::on(Server::shared(), json!({ "program": program() })).await;
    let store = Arc::new(store);
    // Of 500 lei, 40 were paid with points; 230 of 460 in money refunded leave half: 20 points come back, and
    // 230 lei of goods paid with money have earned 4.
    for (steps, balance, earned) in [(6, (100, 0, 0), 0), (5, (100 - 40 + 20 + 4, 0, 0), 4)] {
        let mut ways = permutations(steps);
        if steps == 6 && !long() {
            ways = ways.into_iter().step_by(3).collect();
        }
        let mut running = JoinSet::new();
        for ways in ways.chunks(ways.len().div_ceil(8)) {
            let (store, ways) = (Arc::clone(&store), ways.to_vec());
            running.spawn(async move {
                for way in ways {
                    let customer = format!("c-{way:?}");
                    let ended = one_way(&store, &customer, &way).await;
                    assert_eq!(ended, (earned, balance), "{way:?}");
                }
            });
        }
        running.join_all().await;
    }
}

async fn one_way(store: &Store, customer: &str, way: &[usize]) -> (i64, (i64, i64, i64)) {
    let customer: String = customer.chars().filter(char::is_ascii_alphanumeric).collect();
    store.customer_with(&customer, 100).await;
    let held = store.held(&customer, 40, &cart(50_000)).await;
    assert_eq!(held["discount"], 4_000);
    let life = life(&customer, &held);
    let mut told = Value::Null;
    for step in way.iter().flat_map(|step| [*step, *step]) {
        told = store.tell(&life[step]).await;
    }
    (points(&told), store.balance(&customer).await)
}

#[tokio::test]
async fn an_order_says_every_fault_with_its_place() {
    let store = Store::open(program()).await;
    let wrong = order("1", "c-7", -1)
        .with("currency", "lei")
        .with("/lines/0/quantity", 9_007_199_254_740_992_i64)
        .with("/lines/0/tax_bps", 100_001)
        .with("updated_at", "2026-03-10T08:59:59Z");
    let problem = store.put_order(&wrong).send().await.refused("invalid_order");
    let mut faults: Vec<_> = problem["faults"]
        .as_array()
        .expect("faults")
        .iter()
        .map(|fault| {
            format!("{} {}", fault["path"].as_str().unwrap_or("-"), fault["code"].as_str().unwrap_or("-"))
        })
        .collect();
    faults.sort();
    let expected = [
        "currency currency_expected",
        "lines[0].quantity amount_out_of_range",
        "lines[0].tax_bps out_of_range",
        "lines[0].unit_price out_of_range",
        "updated_at before_placed_at",
    ];
    assert_eq!(faults, expected);
    let nobody =
        store.put_order(&order("1", "c-7", 1).without("customer")).send().await.refused("invalid_order");
    assert_eq!(nobody["faults"], json!([{ "path": "customer", "code": "required" }]));
    let other = store.merchant("PUT", "/v1/orders/2").json(&order("1", "c-7", 1)).send().await;
    assert_eq!(other.refused("invalid_order")["faults"][0]["code"], "not_the_id_of_the_path");
    let customers = store.merchant("GET", "/v1/customers").send().await.ok(200);
    assert_eq!(customers["items"], json!([]));
}
