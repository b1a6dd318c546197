//! An import whose server loses its power, again and again: it goes on where it was, and comes to what it would have
//! come to.
//!
//! A binary of its own, as `restart.rs` is.

use std::time::Duration;

use fidela_api_tests::{Server, Store, With, long, program};
use fidela_harness::{Edge, EdgeConfig};
use serde_json::{Value, json};

const CUSTOMERS: usize = 200;
const ROWS: usize = 6_000;

async fn look(store: &Store, id: &str) -> Option<Value> {
    let asked = store.merchant("GET", &format!("/v1/imports/{id}")).try_send().await.ok()?;
    (asked.status == 200).then(|| asked.json())
}

/// Has something done, and kills the server so often on the way.
async fn done_despite(store: &Store, id: &str, what: &str, end: &str, kills: usize) -> Value {
    let mut left = kills;
    if !what.is_empty() {
        store.merchant("POST", &format!("/v1/imports/{id}/{what}")).send().await.ok(202);
    }
    for _ in 0..4_000 {
        let seen = look(store, id).await;
        if let Some(import) = seen.as_ref().filter(|import| import["status"] == end) {
            assert_eq!(left, 0, "it was over before it was killed so often");
            return import.clone();
        }
        let rows_done = seen.as_ref().and_then(|import| import["rows_done"].as_i64()).unwrap_or(0);
        let due = i64::try_from(ROWS * (kills - left + 1) / (kills + 1)).expect("a number of rows");
        if left > 0 && rows_done >= due {
            left -= 1;
            store.server.with_edge(Edge::kill9).expect("it is killed");
            store.server.with_edge(Edge::restart).expect("it comes back");
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    panic!("{what} does not come to an end: {:?}", look(store, id).await);
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
        let made = ask.send().await.ok(202);
        let id = made["id"].as_str().expect("an id");
        let ready = done_despite(&store, id, "", "ready", kills.min(2)).await;
        let (granted, refused) = (CUSTOMERS * 25, ROWS - CUSTOMERS * 25);
        let counts = &ready["counts"];
        assert_eq!(json!([counts["grantable"], counts["over_limit"]]), json!([granted, refused]));
        let done = done_despite(&store, id, "start", "done", kills).await;
        let counts = &done["counts"];
        // What was sent before a crash and not written down counts as this import's, and can be taken back.
        assert_eq!(
            json!([counts["granted"], counts["replayed"], counts["over_limit"]]),
            json!([granted, 0, refused])
        );
        for customer in 0..CUSTOMERS {
            assert_eq!(store.balance(&format!("c-{customer}")).await, (125, 0, 0), "{customer}");
        }
        let reverted = done_despite(&store, id, "revert", "reverted", kills.min(2)).await;
        assert_eq!(
            json!([reverted["points_taken_back"], reverted["points_missing"]]),
            json!([granted * 5, 0])
        );
        for customer in 0..CUSTOMERS {
            assert_eq!(store.balance(&format!("c-{customer}")).await, (0, 0, 0), "{customer}");
        }
    }
}
