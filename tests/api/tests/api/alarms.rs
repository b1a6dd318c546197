//! What is due happens by itself, by the wall clock, when nobody looks.

use std::time::Duration;

use fidela_api_tests::{Server, Store, With, cart, order, program};
use serde_json::json;

/// A hold of one minute (the shortest there is) runs out; that the alarm did it, the log says.
#[tokio::test]
async fn a_hold_runs_out_by_alarm() {
    if std::env::var_os("FIDELA_QUICK").is_some() {
        return;
    }
    let server = Server::own(|config| config);
    let program = program().with("/redemption/hold_minutes", 1);
    let store = Store::on(server.clone(), json!({ "shards": 1, "program": program })).await;
    store.tell(&order("1", "c-7", 500_000).with("status", "delivered")).await;
    let held = store.held("c-7", 10, &cart(10_000)).await;
    assert_eq!(store.balance("c-7").await.2, 10);

    let alarmed = || {
        let log = std::fs::read_to_string(server.log()).expect("a log");
        log.lines().any(|line| line.contains(r#""event":"alarm""#) && line.contains(r#""accounts":1"#))
    };
    // Twice the minute, and some more for a busy machine; it ends as soon as the log says so.
    for _ in 0..600 {
        if alarmed() {
            break;
        }
        tokio::time::sleep(Duration::from_millis(250)).await;
    }
    assert!(alarmed(), "no alarm came");
    let page = store.merchant("GET", "/v1/customers/c-7/ledger").send().await.ok(200);
    assert_eq!(page["items"][0]["kind"], "ran_out");
    assert_eq!(page["items"][0]["at"], held["expires_at"], "it happened at its own moment");
    assert_eq!(store.balance("c-7").await.2, 0);
}
