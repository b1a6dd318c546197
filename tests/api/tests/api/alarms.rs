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

/// S3.13: by the wall clock, and with nobody who looks: shards tell each other right after their answers.
#[tokio::test]
async fn an_invitation_without_review_is_paid_by_itself() {
    let referrals = json!({ "enabled": true, "inviter_points": 100, "review_days": 0 });
    let request = json!({ "shards": 16, "program": program().with("referrals", referrals) });
    let store = Store::on(Server::own(|config| config), request).await;
    store.put_customer("ana", json!({ "email": "ana@example.com" })).await;
    let mine = store.shopper("ana", "GET", "/v1/me/invitations").send().await.ok(200);
    store.put_customer("bob", json!({ "referral_code": mine["code"], "email": "bob@example.com" })).await;
    let now = store.claims("bob")["iat"].as_i64().expect("the wall clock's time");
    let now = jiff::Timestamp::from_second(now).expect("a moment");
    store
        .tell(&order("1", "bob", 10_000).with("status", "delivered").with("placed_at", now.to_string()))
        .await;
    for _ in 0..120 {
        if store.balance("ana").await.0 == 100 {
            return;
        }
        tokio::time::sleep(Duration::from_millis(250)).await;
    }
    panic!("{}", store.merchant("GET", "/v1/referrals").send().await.text());
}
