//! An import whose server loses its power, again and again: it goes on where it was, and comes to what it would have
//! come to.
//!
//! A binary of its own, as `restart.rs` is.

use std::time::Duration;

use fidela_api_tests::{Ask, Server, Store, With, long, program};
use fidela_harness::{Edge, EdgeConfig};
use serde_json::{Value, json};

/// Rows of each customer: five more than the mission lets count.
const ROWS_EACH: usize = 30;
const LIMIT: usize = 25;

async fn look(store: &Store, import: &Value) -> Value {
    let path = format!("/v1/imports/{}", import["id"].as_str().expect("an id"));
    store.merchant("GET", &path).send().await.ok(200)
}

/// Asks for something, kills the server on the way, and asks again, so often; answers the import at its end, and how
/// often it was at work when the server was killed. `import`: where it is known.
async fn done_despite(
    store: &Store,
    ask: &Ask,
    import: Option<&Value>,
    end: &str,
    kills: u64,
) -> (Value, u64) {
    let mut hits = 0;
    for kill in 0..kills {
        let under_way = tokio::spawn({
            let ask = ask.clone();
            async move { ask.try_send().await.is_ok() }
        });
        // Not always after the same time, so that it does not always die at the same point.
        tokio::time::sleep(Duration::from_millis(30 + 50 * kill)).await;
        let unanswered = !under_way.is_finished();
        store.server.with_edge(Edge::kill9).expect("it is killed");
        under_way.await.expect("it was sent, whatever came back");
        store.server.with_edge(Edge::restart).expect("it comes back");
        // A server with the test clock does all of it when it is asked, and nothing by itself: then the next kill would
        // find nothing to do. One with the wall clock goes on by alarm, and looking says how far it was.
        let at_work = match import {
            Some(import) if !store.server.has_test_clock() => look(store, import).await["status"] != end,
            Some(_) => unanswered,
            // What was killed while it was read is read once more.
            None => ask.send().await.ok(202)["status"] != end,
        };
        hits += u64::from(at_work);
    }
    let made = ask.send().await.ok(202);
    for _ in 0..2_400 {
        let import = look(store, &made).await;
        if import["status"] == end {
            return (import, hits);
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("it does not come to an end: {}", look(store, &made).await);
}

// S0.5, S0.6
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_import_goes_on_after_a_crash_and_nobody_gets_twice() {
    // The more often it is killed, the longer it has to be at work.
    let (kills, customers) = if long() { (6, 3_000) } else { (2, 200) };
    let rows = customers * ROWS_EACH;
    for server in [Server::own(EdgeConfig::test_clock), Server::own(|config| config)] {
        let mission = json!({
            "id": "review", "kind": "custom", "name": "Write a review",
            "points": { "type": "fixed", "points": 5 }, "limit_per_shopper": LIMIT,
        });
        let rules = program().with("missions", vec![mission]);
        let store = Store::on(server, json!({ "shards": 16, "program": rules })).await;
        let lines = (0..rows)
            .map(|n| format!("c-{},r-{}\n", n % customers, n / customers))
            .collect::<Vec<_>>()
            .concat();
        let ask = store.merchant("POST", "/v1/imports?kind=completions&mission=review");
        let ask = ask.sent_as("text/csv", format!("Customer ID,Reference\n{lines}"));
        let (ready, looking) = done_despite(&store, &ask, None, "ready", kills).await;
        let id = ready["id"].as_str().expect("an id");
        let to = |what: &str| store.merchant("POST", &format!("/v1/imports/{id}/{what}"));
        let (granted, refused) = (customers * LIMIT, customers * (ROWS_EACH - LIMIT));
        let counts = &ready["counts"];
        assert_eq!(json!([counts["grantable"], counts["over_limit"]]), json!([granted, refused]));
        let (done, counting) = done_despite(&store, &to("start"), Some(&ready), "done", kills).await;
        let counts = &done["counts"];
        // What was sent before a crash and not written down counts as this import's, and can be taken back.
        assert_eq!(
            json!([counts["granted"], counts["replayed"], counts["over_limit"]]),
            json!([granted, 0, refused])
        );
        for customer in 0..customers {
            assert_eq!(store.balance(&format!("c-{customer}")).await, (125, 0, 0), "{customer}");
        }
        let (reverted, taking) = done_despite(&store, &to("revert"), Some(&ready), "reverted", kills).await;
        assert_eq!(
            json!([reverted["points_taken_back"], reverted["points_missing"]]),
            json!([granted * 5, 0])
        );
        for customer in 0..customers {
            assert_eq!(store.balance(&format!("c-{customer}")).await, (0, 0, 0), "{customer}");
        }
        println!("looking: {looking} of {kills} kills found it at work");
        for (step, hits) in [("counting", counting), ("taking back", taking)] {
            println!("{step}: {hits} of {kills} kills found it at work");
            assert!(hits * 2 >= kills, "{step}: it was at work when it was killed");
        }
    }
}
