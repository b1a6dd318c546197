//! An import whose server loses its power, again and again: it goes on where it was, and comes to what it would have
//! come to.
//!
//! A binary of its own, as `restart.rs` is.

use std::time::Duration;

use fidela_api_tests::{Ask, Server, Store, With, long, program};
use fidela_harness::{Edge, EdgeConfig};
use serde_json::{Value, json};

const CUSTOMERS: usize = 200;
const ROWS: usize = 6_000;

/// Asks for something, kills the server on the way, and asks again, so often; answers the import at its end, and how
/// often it was not there yet after a kill.
async fn done_despite(store: &Store, ask: &Ask, end: &str, kills: u64) -> (Value, usize) {
    let mut interrupted = 0;
    for kill in 0..kills {
        let under_way = tokio::spawn({
            let ask = ask.clone();
            async move { ask.try_send().await.is_ok() }
        });
        // Not always after the same time, so that it does not always die at the same point.
        tokio::time::sleep(Duration::from_millis(30 + 50 * kill)).await;
        store.server.with_edge(Edge::kill9).expect("it is killed");
        under_way.await.expect("it was sent, whatever came back");
        store.server.with_edge(Edge::restart).expect("it comes back");
        interrupted += usize::from(ask.send().await.ok(202)["status"] != end);
    }
    let made = ask.send().await.ok(202);
    let path = format!("/v1/imports/{}", made["id"].as_str().expect("an id"));
    for _ in 0..1_200 {
        let import = store.merchant("GET", &path).send().await.ok(200);
        if import["status"] == end {
            return (import, interrupted);
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("it does not come to an end: {}", store.merchant("GET", &path).send().await.text());
}

// S0.5, S0.6
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_import_goes_on_after_a_crash_and_nobody_gets_twice() {
    let kills = if long() { 10 } else { 2 };
    for server in [Server::own(EdgeConfig::test_clock), Server::own(|config| config)] {
        let mission = json!({
            "id": "review", "kind": "custom", "name": "Write a review",
            "points": { "type": "fixed", "points": 5 }, "limit_per_shopper": 25,
        });
        let rules = program().with("missions", vec![mission]);
        let store = Store::on(server, json!({ "shards": 16, "program": rules })).await;
        let lines = (0..ROWS)
            .map(|n| format!("c-{},r-{}\n", n % CUSTOMERS, n / CUSTOMERS))
            .collect::<Vec<_>>()
            .concat();
        let ask = store.merchant("POST", "/v1/imports?kind=completions&mission=review");
        let ask = ask.sent_as("text/csv", format!("Customer ID,Reference\n{lines}"));
        let (ready, looking) = done_despite(&store, &ask, "ready", kills).await;
        let id = ready["id"].as_str().expect("an id");
        let to = |what: &str| store.merchant("POST", &format!("/v1/imports/{id}/{what}"));
        let (granted, refused) = (CUSTOMERS * 25, ROWS - CUSTOMERS * 25);
        let counts = &ready["counts"];
        assert_eq!(json!([counts["grantable"], counts["over_limit"]]), json!([granted, refused]));
        let (done, counting) = done_despite(&store, &to("start"), "done", kills).await;
        let counts = &done["counts"];
        // What was sent before a crash and not written down counts as this import's, and can be taken back.
        assert_eq!(
            json!([counts["granted"], counts["replayed"], counts["over_limit"]]),
            json!([granted, 0, refused])
        );
        for customer in 0..CUSTOMERS {
            assert_eq!(store.balance(&format!("c-{customer}")).await, (125, 0, 0), "{customer}");
        }
        let (reverted, taking) = done_despite(&store, &to("revert"), "reverted", kills).await;
        assert_eq!(
            json!([reverted["points_taken_back"], reverted["points_missing"]]),
            json!([granted * 5, 0])
        );
        for customer in 0..CUSTOMERS {
            assert_eq!(store.balance(&format!("c-{customer}")).await, (0, 0, 0), "{customer}");
        }
        println!("interrupted: looking {looking}, counting {counting}, taking back {taking} times");
        assert!(counting > 0 && taking > 0, "it was at work when it was killed");
    }
}
