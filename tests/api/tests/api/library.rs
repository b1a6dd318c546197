//! `GET /v1/missions/library`: each kind, as it can be put into the program.

use fidela_api_tests::{Answer, Server, Store, With, program};
use serde_json::{Value, json};

async fn library(store: &Store) -> Vec<Value> {
    let answer = store.merchant("GET", "/v1/missions/library").send().await.ok(200);
    answer["items"].as_array().expect("items").clone()
}

fn of<'l>(library: &'l [Value], kind: &str) -> &'l Value {
    library.iter().find(|one| one["kind"] == kind).unwrap_or_else(|| panic!("no {kind}"))
}

async fn put(store: &Store, missions: &[Value]) -> Answer {
    let program = program().with("missions", missions.to_vec());
    store.merchant("PUT", "/v1/program").json(&program).send().await
}

/// S0.1, S4.1: whatever the library offers can be added as it stands, alone and all together; and what can be there
/// once only is not offered again (S4.2).
#[tokio::test]
async fn each_kind_can_be_added_as_it_stands() {
    let store = Store::open(program()).await;
    let offered = library(&store).await;
    assert_eq!(offered.len(), fidela_rules::program::MISSION_KINDS.len());
    let mut all = Vec::new();
    for one in &offered {
        let kind = one["kind"].as_str().expect("a kind");
        assert!(fidela_rules::program::MISSION_KINDS.contains(&kind), "{kind}");
        assert_eq!((&one["added"], &one["available"]), (&json!(false), &json!(true)), "{kind}");
        let verify = one["verify"].as_array().expect("verify");
        assert_eq!(one["mission"]["verify"], verify[0], "{kind}");
        let by_itself = ["create_account", "complete_profile", "first_order"].contains(&kind);
        assert_eq!(verify.contains(&json!("automatic")), by_itself, "{kind}");
        let told = put(&store, &[one["mission"].clone()]).await.ok(200);
        // Since when it runs, the server writes down.
        let mut kept = told["program"]["missions"][0].clone();
        kept.as_object_mut().expect("a mission").remove("since");
        assert_eq!(kept, one["mission"], "{kind}");
        assert_eq!(told["warnings"], json!([]), "{kind}");
        // Each way of knowing it can be chosen.
        for way in verify {
            put(&store, &[one["mission"].clone().with("verify", way.clone())]).await.ok(200);
        }
        all.push(one["mission"].clone());
        let icon = store.anyone("GET", one["icon_url"].as_str().expect("an address")).send().await;
        assert_eq!((icon.status, icon.header("content-type")), (200, "image/svg+xml"), "{kind}");
    }
    put(&store, &all).await.ok(200);
    let again = library(&store).await;
    for one in &again {
        let once = one["once"] == true;
        assert_eq!((&one["added"], &one["available"]), (&json!(true), &json!(!once)), "{}", one["kind"]);
        if once {
            assert_eq!(one["reason"], "mission_already_exists");
            let twice: Vec<Value> = all.iter().cloned().chain([one["mission"].clone()]).collect();
            let refused = put(&store, &twice).await.refused("invalid_program");
            assert_eq!(refused["faults"][0]["code"], "mission_already_exists");
        } else {
            // The next one has an id of its own.
            all.push(one["mission"].clone());
        }
    }
    put(&store, &all).await.ok(200);
    assert_eq!(of(&library(&store).await, "custom")["mission"]["id"], "custom-3");
}

/// S4.1: the suggestion is as large as the effort, in points of any worth and in any currency.
#[tokio::test]
async fn suggested_points_follow_from_effort_and_from_what_a_point_is_worth() {
    let suggested = async |currency: &str, points: i64, minor: i64| {
        let value = json!({ "points": points, "minor": minor });
        let store = Store::open(program().with("currency", currency).with("/points/value", value)).await;
        let library = library(&store).await;
        for one in &library {
            let program = program().with("currency", currency).with("missions", vec![one["mission"].clone()]);
            store.merchant("PUT", "/v1/program").json(&program).send().await.ok(200);
        }
        ["create_account", "follow_social", "event", "donation"]
            .map(|kind| of(&library, kind)["mission"]["points"].clone())
    };
    let fixed = |points: i64| json!({ "type": "fixed", "points": points });
    let per = |every: i64, points: i64| json!({ "type": "per_amount", "every": every, "points": points });
    // A point is worth a cent; a leu; 100 yen; a hundredth of a cent; a fortune.
    assert_eq!(suggested("EUR", 1, 1).await, [fixed(100), fixed(20), fixed(600), per(10, 1)]);
    assert_eq!(suggested("RON", 1, 100).await, [fixed(5), fixed(1), fixed(30), per(1_000, 1)]);
    assert_eq!(suggested("JPY", 1, 100).await, [fixed(2), fixed(1), fixed(20), per(1_000, 1)]);
    assert_eq!(suggested("USD", 100, 1).await, [fixed(10_000), fixed(2_000), fixed(60_000), per(10, 100)]);
    let most = 9_007_199_254_740_991;
    assert_eq!(suggested("EUR", 1, most).await, [fixed(1), fixed(1), fixed(1), per(most, 1)]);
    assert_eq!(suggested("EUR", most, 1).await[0], fixed(most));
    // Not a round number: rounded up to one digit.
    assert_eq!(suggested("EUR", 1, 3).await, [fixed(40), fixed(7), fixed(200), per(30, 1)]);
}

#[tokio::test]
async fn names_are_in_the_callers_language() {
    let store = Store::open(program()).await;
    let mut told = Vec::new();
    for language in ["en", "es-MX,en;q=0.5", "fr", "pt", "ro-RO"] {
        let ask = store.merchant("GET", "/v1/missions/library").header("accept-language", language);
        let answer = ask.send().await.ok(200);
        let items = answer["items"].as_array().expect("items").clone();
        for one in &items {
            for text in ["name", "description"] {
                assert!(one[text].as_str().is_some_and(|text| text.len() > 3), "{language}: {one}");
            }
        }
        told.push(of(&items, "create_account")["name"].clone());
    }
    assert_eq!(
        told,
        ["Create an account", "Crea una cuenta", "Créez un compte", "Crie uma conta", "Creează un cont"]
    );
}

/// What the program or the plan does not allow is said before somebody tries (S0.7).
#[tokio::test]
async fn what_cannot_be_added_says_why() {
    let bonus = json!({ "registration": { "points": 5 } });
    let store = Store::open(program().with("bonuses", bonus)).await;
    let listed = library(&store).await;
    assert_eq!(of(&listed, "create_account")["reason"], "bonus_and_mission");
    assert_eq!(of(&listed, "survey")["available"], true);
    let plan = json!({ "name": "Small", "features": ["missions", "custom_missions"], "quotas": { "custom_missions": 0 } });
    let request = json!({ "shards": 1, "program": program(), "plan": plan });
    let store = Store::on(Server::shared(), request).await;
    let listed = library(&store).await;
    assert_eq!(of(&listed, "custom")["reason"], "plan_limit_reached");
    assert_eq!(of(&listed, "survey")["available"], true);
    let mission = of(&listed, "custom")["mission"].clone();
    put(&store, &[mission]).await.refused("plan_limit_reached");
}

#[tokio::test]
async fn the_library_is_for_merchants() {
    let store = Store::open(program()).await;
    store.anyone("GET", "/v1/missions/library").send().await.refused("unauthorized");
    store.shopper("c-1", "GET", "/v1/missions/library").send().await.refused("unauthorized");
}
