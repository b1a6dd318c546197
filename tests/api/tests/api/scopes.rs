//! What a key may do: each route of a merchant needs a scope, and the API refuses whoever lacks it.

use std::collections::BTreeSet;

use fidela_api_tests::{Store, program};
use fidela_protocol::routes::ROUTES;
use fidela_protocol::scopes::{Scope, scope};
use serde_json::json;

/// A key of some scopes.
async fn key(store: &Store, scopes: &[&str]) -> String {
    let asked = json!({ "name": scopes.join(" and "), "scopes": scopes });
    let made = store.merchant("POST", "/v1/keys").json(&asked).send().await.ok(201);
    assert_eq!(made["scopes"], json!(scopes));
    made["secret_key"].as_str().expect("shown once").to_owned()
}

/// Each route by a key of each scope: refused before anything else is looked at, exactly where the table says so.
#[tokio::test]
async fn a_key_may_do_what_its_scope_says_and_nothing_else() {
    let store = Store::open(program()).await;
    let mut refused = BTreeSet::new();
    for has in Scope::ALL {
        let key = key(&store, &[has.word()]).await;
        for route in ROUTES {
            let Some(needs) = scope(route.id) else { continue };
            let path = route.path.replace(['{', '}'], "");
            let answer = store.anyone(route.method, &path).bearer(&key).json(&json!({})).send().await;
            let code = if answer.status < 400 { String::new() } else { answer.problem()["code"].to_string() };
            let is_refused = code.contains("scope_missing");
            assert_eq!(is_refused, needs != *has, "{} by a key for {}: {code}", route.name, has.word());
            if is_refused {
                assert_eq!(answer.status, 403);
                assert_eq!(answer.refused("scope_missing")["needs"], needs.word());
                refused.insert(route.name);
            }
        }
    }
    let merchants = ROUTES.iter().filter(|route| scope(route.id).is_some()).count();
    assert_eq!(refused.len(), merchants, "each was refused to somebody");
}

#[tokio::test]
async fn a_key_has_all_scopes_unless_it_is_told_which() {
    let store = Store::open(program()).await;
    let all: Vec<&str> = Scope::ALL.iter().map(|scope| scope.word()).collect();
    let made = store.merchant("POST", "/v1/keys").json(&json!({ "name": "All" })).send().await.ok(201);
    assert_eq!(made["scopes"], json!(all));
    // In the table's order, each once.
    let asked = json!({ "name": "Two", "scopes": ["settings", "orders", "settings"] });
    store.merchant("POST", "/v1/keys").json(&asked).send().await.ok(201);
    let list = store.merchant("GET", "/v1/keys").send().await.ok(200);
    let items = list["items"].as_array().expect("items");
    let of = |name: &str| items.iter().find(|key| key["name"] == name).expect("listed")["scopes"].clone();
    assert_eq!(of("First key"), json!(all));
    assert_eq!(of("Two"), json!(["orders", "settings"]));
    for scopes in [json!([]), json!(["everything"]), json!("orders")] {
        let asked = json!({ "name": "Bad", "scopes": scopes });
        store.merchant("POST", "/v1/keys").json(&asked).send().await.refused("invalid_body");
    }
}

/// Whoever may make keys gives no more than they have.
#[tokio::test]
async fn nobody_gives_a_key_more_than_they_have() {
    let store = Store::open(program()).await;
    let keys = key(&store, &["orders", "keys"]).await;
    let ask = |asked| store.anyone("POST", "/v1/keys").bearer(&keys).key(store.new_key()).json(&asked);
    let more = ask(json!({ "name": "More", "scopes": ["orders", "erase"] })).send().await;
    assert_eq!(more.refused("scope_missing")["needs"], "erase");
    ask(json!({ "name": "All" })).send().await.refused("scope_missing");
    ask(json!({ "name": "Same", "scopes": ["orders"] })).send().await.ok(201);
}
