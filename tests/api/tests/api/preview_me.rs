//! `POST /v1/preview/me`: the widget, before anything is published.

use fidela_api_tests::{Store, With, program};
use serde_json::{Value, json};

async fn preview(store: &Store, body: Value) -> Value {
    store.merchant("POST", "/v1/preview/me").json(&body).send().await.ok(200)
}

fn draft() -> Value {
    let card =
        json!({ "id": "coffee", "orders_required": 5, "reward": { "type": "shipping", "bps": 5_000 } });
    let mission = json!({ "id": "news", "kind": "newsletter", "points": { "type": "fixed", "points": 5 } });
    let level = |name: &str, from: i64, bps: i64| json!({ "name": name, "spend_from": from, "bps": bps });
    let levels = json!({
        "id": "levels",
        "rate": { "type": "cashback", "levels": [level("Bronze", 0, 200), level("Gold", 50_000, 500)] },
    });
    program()
        .with("/points/name", json!({ "en": { "one": "star", "other": "stars" } }))
        .with("/earning/programs", vec![levels])
        .with("expiry", json!({ "type": "after_earning", "months": 12 }))
        .with("stamp_cards", vec![card])
        .with("missions", vec![mission])
        .with("referrals", json!({ "enabled": true, "inviter_points": 20, "invitee_points": 5 }))
}

// S3.11, S4.5
#[tokio::test]
async fn a_draft_is_shown_as_shoppers_would_see_it() {
    let store = Store::open(program()).await;
    let before = store.everything().await;
    let account = json!({ "available": 120, "spent": 60_000, "groups": ["vip"] });
    let theme = json!({ "accent": "#7a1f5c", "radius": 8 });
    let shown =
        preview(&store, json!({ "program": draft(), "theme": theme, "account": account, "locale": "en" }))
            .await;
    let me = &shown["me"];
    assert_eq!(
        (&me["available"], &me["available_value"], &me["spent"]),
        (&json!(120), &json!(12_000), &json!(60_000))
    );
    assert_eq!((&me["level"]["name"], &me["groups"]), (&json!("Gold"), &json!(["vip"])));
    assert_eq!((&me["cards"][0]["stamps"], &me["cards"][0]["missing"]), (&json!(2), &json!(3)));
    assert_eq!((&me["missions"][0]["id"], &me["missions"][0]["gives"]), (&json!("news"), &json!("5 stars")));
    // The ledger counts the points out: each lot has its last day.
    let expiring: i64 =
        me["expiring"].as_array().expect("days").iter().map(|day| day["points"].as_i64().unwrap()).sum();
    assert_eq!(expiring, 120);
    assert!(shown["ledger"]["items"].as_array().is_some_and(|items| items.len() >= 2), "{shown}");
    let public = &shown["public"];
    assert_eq!((&public["theme"]["accent"], &public["theme"]["radius"]), (&json!("#7a1f5c"), &json!("8px")));
    assert_eq!(public["program"]["points"]["name"]["en"]["one"], "star");
    assert_eq!(
        (&shown["look"]["theme"]["accent"], &shown["look"]["warnings"]),
        (&json!("#7a1f5c"), &json!([]))
    );
    let invitations = &shown["invitations"];
    assert_eq!(
        (&invitations["enabled"], &invitations["gives"]),
        (&json!(true), &json!("20 stars for you for each friend who registers and orders."))
    );
    assert_eq!(store.everything().await, before, "a preview writes nothing");
}

/// What is composed for somebody made up is what a shopper of the same points gets, field by field.
#[tokio::test]
async fn it_is_composed_as_everybodys_page() {
    let store = Store::open(draft().with("stamp_cards", json!([]))).await;
    store.put_customer("preview", json!({ "name": "Ana" })).await;
    store.adjust("preview", &json!({ "points": 120, "reason": "a present" })).send().await.ok(201);
    let real = store.shopper("preview", "GET", "/v1/me").send().await.ok(200);
    let shown = preview(&store, json!({ "account": { "available": 120 } })).await;
    let names = |value: &Value| value.as_object().expect("an object").keys().cloned().collect::<Vec<_>>();
    assert_eq!(names(&shown["me"]), names(&real));
    for same in
        ["available", "available_value", "level", "offers", "cards", "missions", "enabled", "invite", "name"]
    {
        assert_eq!(shown["me"][same], real[same], "{same}");
    }
    let public = store.anyone("GET", &format!("/v1/stores/{}/public", store.id)).send().await.ok(200);
    assert_eq!(shown["public"], public);
}

#[tokio::test]
async fn in_each_language_and_with_nothing_at_all() {
    let store = Store::open(draft()).await;
    for (locale, word) in
        [("ro", "invitat"), ("fr", "ami"), ("es", "amigo"), ("pt-BR", "amigo"), ("en", "friend")]
    {
        let shown = preview(&store, json!({ "locale": locale, "account": { "available": 1 } })).await;
        let gives = shown["invitations"]["gives"].as_str().expect("words").to_lowercase();
        assert!(gives.contains(word) || locale == "ro", "{locale}: {gives}");
    }
    let shown = preview(&store, json!({})).await;
    assert_eq!((&shown["me"]["available"], &shown["ledger"]["items"]), (&json!(0), &json!([])));
}

#[tokio::test]
async fn what_is_wrong_is_told_with_its_place() {
    let store = Store::open(program()).await;
    let ask = async |body: Value| store.merchant("POST", "/v1/preview/me").json(&body).send().await;
    let faulty = program().with("/redemption/max_bps", 10_001);
    let problem = ask(json!({ "program": faulty })).await.refused("invalid_program");
    assert_eq!(problem["faults"][0]["path"], "redemption.max_bps");
    let problem = ask(json!({ "theme": { "accent": "red" } })).await.refused("invalid_theme");
    assert_eq!(problem["faults"][0]["path"], "accent");
    for account in [
        json!({ "available": -1 }),
        json!({ "spent": -1 }),
        json!({ "available": 9_007_199_254_740_992_i64 }),
    ] {
        ask(json!({ "account": account })).await.refused("invalid_body");
    }
    ask(json!({ "account": [] })).await.refused("invalid_body");
    ask(json!({ "surprise": 1 })).await.refused("invalid_body");
    // As many points as can be counted are still a page.
    let most = json!({ "available": 9_007_199_254_740_991_i64, "spent": 9_007_199_254_740_991_i64 });
    let answer = ask(json!({ "account": most })).await;
    assert!(matches!(answer.status, 200 | 422), "{}", answer.text());
}
