//! `GET /v1/audit`: who did what, by person.

use fidela_api_tests::console::{add, sign_in};
use fidela_api_tests::server::OPERATOR_KEY;
use fidela_api_tests::{Store, program};
use serde_json::{Value, json};

async fn record(store: &Store) -> Vec<Value> {
    let page = store.merchant("GET", "/v1/audit?limit=200").send().await.ok(200);
    page["items"].as_array().expect("items").clone()
}

fn told(rows: &[Value]) -> Vec<(String, String, String)> {
    let text =
        |row: &Value, place: &str| row.pointer(place).and_then(Value::as_str).unwrap_or("-").to_owned();
    rows.iter().map(|row| (text(row, "/who/name"), text(row, "/action"), text(row, "/note"))).collect()
}

#[tokio::test]
async fn who_did_what_is_on_record_by_person() {
    let store = Store::open(program()).await;
    add(&store, "ana", "Ana", "owner").await;
    let ana = sign_in(&store, "ana").await;
    let settings = json!({ "name": "Shop", "locale": "en", "origins": [], "expiring_days": 7 });
    for _ in 0..3 {
        ana.ask(&store, "PUT", "/v1/settings").json(&settings).send().await.ok(200);
    }
    let key = ana.ask(&store, "POST", "/v1/keys").json(&json!({ "name": "Till" })).send().await.ok(201);
    store.put_customer("c-7", json!({ "name": "Shopper" })).await;
    let adjustment = json!({ "points": 50, "reason": "A present" });
    ana.ask(&store, "POST", "/v1/customers/c-7/adjustments").json(&adjustment).send().await.ok(201);
    ana.ask(&store, "GET", "/v1/customers/c-7/export").send().await.ok(200);
    ana.ask(&store, "PUT", "/v1/settings").json(&json!({})).send().await.refused("invalid_body");
    store.adjust("c-7", &json!({ "points": 1, "reason": "By the shop" })).send().await.ok(201);
    let rows = record(&store).await;
    let line = |who: &str, action: &str, note: &str| (who.to_owned(), action.to_owned(), note.to_owned());
    // What is told again is one thing; what a shop's server does all day is in the ledger, and what only reads is not
    // written down, but for a person's data.
    assert_eq!(
        told(&rows),
        [
            line("Ana", "ExportCustomer", "-"),
            line("Ana", "AdjustCustomer", "+50: A present"),
            line("Ana", "CreateKey", "Till"),
            line("Ana", "PutSettings", "-"),
            line("Ana", "CreateSession", "-"),
            line("First key", "AddMember", "Ana (owner)"),
            line("Operator", "CreateStore", "-"),
        ]
    );
    assert_eq!(rows[2]["object"], key["id"]);
    assert_eq!(rows[1]["object"], "c-7");
    assert_eq!(rows[1]["who"], json!({ "kind": "member", "id": ana.session["member"]["id"], "name": "Ana" }));
    assert_eq!(rows[0]["at"], "2026-03-10T09:00:00Z");
    // The shopper's history names them, too; the shopper reads the reason alone.
    let history = store.merchant("GET", "/v1/customers/c-7/ledger").send().await.ok(200);
    assert_eq!(history["items"][0]["by"]["name"], "First key");
    assert_eq!(history["items"][1]["by"]["name"], "Ana");
    let own = store.shopper("c-7", "GET", "/v1/me/ledger").send().await;
    assert!(own.text().contains("A present") && !own.text().contains("Ana"), "{}", own.text());
    // Whoever has left keeps a name there.
    add(&store, "dan", "Dan", "owner").await;
    let id = ana.session["member"]["id"].as_str().expect("an id");
    store.merchant("DELETE", &format!("/v1/team/{id}")).send().await.ok(204);
    let history = store.merchant("GET", "/v1/customers/c-7/ledger").send().await.ok(200);
    assert_eq!(history["items"][1]["by"]["name"], "Ana");
}

#[tokio::test]
async fn whoever_was_erased_is_not_on_record() {
    let store = Store::open(program()).await;
    add(&store, "ana", "Ana", "owner").await;
    let ana = sign_in(&store, "ana").await;
    store.put_customer("c-7", json!({})).await;
    let adjustment = json!({ "points": 50, "reason": "For Maria" });
    ana.ask(&store, "POST", "/v1/customers/c-7/adjustments").json(&adjustment).send().await.ok(201);
    ana.ask(&store, "DELETE", "/v1/customers/c-7").send().await.ok(204);
    ana.ask(&store, "DELETE", "/v1/guests/maria%40example.com").send().await.ok(204);
    let text = store.merchant("GET", "/v1/audit").send().await.text();
    assert!(!text.contains("c-7") && !text.contains("aria"), "{text}");
    let actions: Vec<_> = told(&record(&store).await).into_iter().map(|(_, action, _)| action).collect();
    assert_eq!(actions[..3], ["EraseGuest", "EraseCustomer", "AdjustCustomer"]);
}

#[tokio::test]
async fn the_record_is_read_page_by_page() {
    let store = Store::open(program()).await;
    for days in 1..=5 {
        let settings = json!({ "name": "Shop", "locale": "en", "origins": [], "expiring_days": days });
        store.merchant("PUT", "/v1/settings").json(&settings).send().await.ok(200);
    }
    let plan = json!({ "name": "Growth", "quotas": {} });
    let put = store.anyone("PUT", &format!("/v1/stores/{}/plan", store.id)).bearer(OPERATOR_KEY);
    put.json(&plan).send().await.ok(204);
    let (mut after, mut ids) = (String::new(), Vec::new());
    loop {
        let page = store.merchant("GET", &format!("/v1/audit?limit=3{after}")).send().await.ok(200);
        ids.extend(
            page["items"].as_array().expect("items").iter().map(|row| row["id"].as_u64().expect("an id")),
        );
        let Some(next) = page["next"].as_str() else { break };
        after = format!("&after={next}");
    }
    assert_eq!(ids.len(), 7);
    assert!(ids.windows(2).all(|two| two[0] > two[1]), "{ids:?}");
    for bad in ["after=x", "after=-1", "limit=0", "limit=201"] {
        store.merchant("GET", &format!("/v1/audit?{bad}")).send().await.refused("invalid_query");
    }
}
