//! Many at once.

use fidela_api_tests::load::at_once;
use fidela_api_tests::{Server, Store, With, cart, order, program};
use fidela_harness::EdgeConfig;
use serde_json::json;

/// A thousand simultaneous redemptions, from the widget and from the shop's server, of points that are enough
/// for one.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_a_thousand_redemptions_exactly_one_gets_the_points_s3_12() {
    let store = Store::open(program()).await;
    store.customer_with("c-7", 20).await;
    let body = json!({ "points": 20, "cart": cart(10_000), "customer_id": "c-7" });
    let asks = (0..1_000).map(|number| match number % 2 {
        0 => store.hold("c-7", 20, &cart(10_000)),
        _ => store.merchant("POST", "/v1/redemptions").json(&body),
    });
    let answers = at_once(64, asks.collect()).await;
    let (held, refused): (Vec<_>, Vec<_>) = answers.iter().partition(|answer| answer.status == 201);
    assert_eq!((held.len(), refused.len()), (1, 999));
    for answer in refused {
        let refusal = answer.refused("insufficient_points");
        assert_eq!([&refusal["required"], &refusal["actual"], &refusal["missing"]], [1, 0, 1]);
    }
    assert_eq!(held[0].json()["points"], 20);
    assert_eq!(store.balance("c-7").await, (0, 0, 20));
    assert_eq!(store.history("c-7").await, [("held".to_owned(), -20, 0), ("credited".to_owned(), 20, 20)]);
    // And it is whole: let go, it is all there again.
    store.redemption(&held[0].json(), "POST", "/release").send().await.ok(200);
    assert_eq!(store.balance("c-7").await, (20, 0, 0));
}

/// Each of a hundred carts wants one of sixty points.
#[tokio::test]
async fn as_many_redemptions_as_there_are_points() {
    let store = Store::open(program()).await;
    store.customer_with("c-7", 60).await;
    let asks = (0..100).map(|_| store.hold("c-7", 1, &cart(10_000)));
    let answers = at_once(32, asks.collect()).await;
    assert_eq!(answers.iter().filter(|answer| answer.status == 201).count(), 60);
    assert_eq!(store.balance("c-7").await, (0, 0, 60));
}

/// One order, told at once by every server of the shop, in every state.
#[tokio::test]
async fn one_order_told_at_once_counts_once() {
    let store = Store::open(program()).await;
    let asks = (0..60).map(|number| {
        let at = format!("2026-03-11T09:00:{:02}Z", number % 20);
        store.put_order(&order("1", "c-7", 10_000).with("status", "delivered").with("updated_at", at))
    });
    for answer in at_once(20, asks.collect()).await {
        assert_eq!(answer.ok(200)["award"]["points"], 2);
    }
    assert_eq!(store.balance("c-7").await, (2, 0, 0));
    assert_eq!(store.history("c-7").await.len(), 1);
}

/// Three thousand different shoppers on a server that may open 1,024 files: each is told an order, looks, and
/// holds points, two hundred connections at a time.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn three_thousand_shoppers_at_once_with_1024_open_files() {
    const SHOPPERS: usize = 3_000;
    const CONNECTIONS: usize = 200;
    let server = Server::own(|config| EdgeConfig { open_files: Some(1_024), ..config.test_clock() });
    let store = Store::on(server.clone(), json!({ "program": program() })).await;
    let customer = |number: usize| format!("shopper-{number}");
    let told = (0..SHOPPERS).map(|n| {
        store.put_order(&order(&format!("o-{n}"), &customer(n), 10_000).with("status", "delivered"))
    });
    for answer in at_once(CONNECTIONS, told.collect()).await {
        assert_eq!(answer.ok(200)["balance"]["available"], 2);
    }
    let held = (0..SHOPPERS).map(|n| store.hold(&customer(n), 2, &cart(10_000)));
    for answer in at_once(CONNECTIONS, held.collect()).await {
        assert_eq!(answer.ok(201)["points"], 2);
    }
    let pages = (0..SHOPPERS).map(|n| store.shopper(&customer(n), "GET", "/v1/me"));
    for (number, answer) in at_once(CONNECTIONS, pages.collect()).await.iter().enumerate() {
        let me = answer.ok(200);
        assert_eq!(me["customer_id"], json!(customer(number)));
        assert_eq!([&me["available"], &me["held"]], [0, 2]);
    }
    let ended = server.with_edge(fidela_harness::Edge::ended).expect("it can be asked");
    assert_eq!(ended, None);
}
