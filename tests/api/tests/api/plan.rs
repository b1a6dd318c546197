//! What a store's plan lets it use: features, quotas, and grants by the month, exactly up to the limit.

use fidela_api_tests::server::OPERATOR_KEY;
use fidela_api_tests::{Answer, Server, Store, With, load, program};
use serde_json::{Value, json};

async fn set(store: &Store, plan: Value) -> Answer {
    let path = format!("/v1/stores/{}/plan", store.id);
    store.anyone("PUT", &path).bearer(OPERATOR_KEY).json(&plan).send().await
}

async fn state(store: &Store) -> Value {
    store.merchant("GET", "/v1/plan").send().await.ok(200)
}

fn cards(count: usize) -> Value {
    let card = |number: usize| {
        json!({
            "id": format!("card-{number}"), "orders_required": 10,
            "reward": { "type": "shipping", "bps": 10_000 },
        })
    };
    program().with("stamp_cards", (0..count).map(card).collect::<Vec<_>>())
}

#[tokio::test]
async fn a_plan_limits_what_is_added_and_what_is_there_keeps_working() {
    let store = Store::open(program()).await;
    let none = state(&store).await;
    assert_eq!((&none["plan"], &none["allowed"]["quotas"]["stamp_cards"]), (&Value::Null, &Value::Null));
    let put = async |program| store.merchant("PUT", "/v1/program").json(&program).send().await;
    put(cards(3)).await.ok(200);
    let plan = json!({ "name": "Small", "features": ["stamp_cards"], "quotas": { "stamp_cards": 1 } });
    set(&store, plan.clone()).await.ok(204);
    assert_eq!(
        (&state(&store).await["used"]["stamp_cards"], &state(&store).await["plan"]["name"]),
        (&json!(3), &json!("Small"))
    );
    // Three stay, and can be changed; a fourth, or another one after they went, is refused.
    put(cards(3).with("/stamp_cards/0/orders_required", 5)).await.ok(200);
    let refused = put(cards(4)).await.refused("plan_limit_reached");
    assert_eq!(json!([refused["what"], refused["limit"], refused["actual"]]), json!(["stamp_cards", 1, 4]));
    put(cards(2)).await.ok(200);
    put(cards(3)).await.refused("plan_limit_reached");
    // Bought one by one.
    let add_on = json!({ "name": "A card more", "quotas": { "stamp_cards": 2 } });
    set(&store, plan.clone().with("add_ons", vec![add_on])).await.ok(204);
    put(cards(3)).await.ok(200);
    let mission = json!({
        "id": "m", "kind": "custom", "name": "Come to the fair", "points": { "type": "fixed", "points": 5 },
        "verify": "import_or_api",
    });
    let with_mission = cards(3).with("missions", vec![mission]);
    let refused = put(with_mission.clone()).await.refused("plan_limit_reached");
    assert_eq!(json!([refused["what"], refused["limit"]]), json!(["custom_missions", 0]));
    let add_on = json!({ "name": "Missions", "features": ["custom_missions"] });
    let bought = plan.with("add_ons", vec![add_on]);
    set(&store, bought.clone()).await.ok(204);
    put(with_mission).await.ok(200);
    // Only the operator gives plans, only of stores that are there, and only such that make sense.
    let path = format!("/v1/stores/{}/plan", store.id);
    store.merchant("PUT", &path).json(&bought).send().await.refused("unauthorized");
    let nowhere = store.anyone("PUT", "/v1/stores/st_0/plan").bearer(OPERATOR_KEY).json(&bought);
    nowhere.send().await.refused("not_found");
    set(&store, json!({ "name": "x", "features": ["magic"] })).await.refused("invalid_body");
    set(&store, json!({ "name": "x", "quotas": { "stamp_cards": -1 } })).await.refused("invalid_body");
    set(&store, json!({ "name": "x", "quotas": [1, 2, 3] })).await.refused("invalid_body");
}

#[tokio::test]
async fn a_store_is_made_with_a_plan() {
    let plan = json!({ "name": "None", "features": [] });
    let store = Store::open(program()).await;
    let create = store.anyone("POST", "/v1/stores").bearer(OPERATOR_KEY).key(format!("plan-{}", store.id));
    let body = json!({ "name": "Shop", "plan": plan, "program": cards(1) });
    create.clone().json(&body).send().await.refused("plan_limit_reached");
    create.json(&body.with("program", program())).send().await.ok(201);
}

/// Gives a point to each of some customers at once, and answers how many got one.
async fn give(store: &Store, customers: usize, connections: usize) -> usize {
    let asks = (0..customers)
        .map(|number| {
            let customer = format!("c-{}", number % 40);
            store.adjust(&customer, &json!({ "points": 1, "reason": "r" }))
        })
        .collect();
    let answers = load::at_once(connections, asks).await;
    for refused in answers.iter().filter(|answer| answer.status != 201) {
        refused.refused("plan_limit_reached");
    }
    answers.iter().filter(|answer| answer.status == 201).count()
}

#[tokio::test]
async fn grants_are_counted_by_the_month_in_all_shards_and_stop_exactly_at_the_limit() {
    let store = Store::on(Server::shared(), json!({ "program": program() })).await;
    for number in 0..40 {
        store.put_customer(&format!("c-{number}"), json!({})).await;
    }
    let quota = |grants: u32| json!({ "name": "Growth", "quotas": { "grants_per_month": grants } });
    set(&store, quota(60)).await.ok(204);
    assert_eq!(give(&store, 25, 1).await, 25);
    // Told again with its key, and taken away: neither is a grant.
    let once = store.adjust("c-0", &json!({ "points": 1, "reason": "r" })).key("once");
    for _ in 0..3 {
        once.send().await.ok(201);
    }
    store.adjust("c-0", &json!({ "points": -1, "reason": "r" })).send().await.ok(201);
    assert_eq!(state(&store).await["used"]["grants_this_month"], 26);
    assert_eq!(give(&store, 80, 16).await, 34);
    let refused = store.adjust("c-1", &json!({ "points": 1, "reason": "r" })).send().await;
    let refused = refused.refused("plan_limit_reached");
    assert_eq!(
        json!([refused["what"], refused["limit"], refused["actual"]]),
        json!(["grants_per_month", 60, 60])
    );
    assert_eq!(state(&store).await["used"]["grants_this_month"], 60);
    // More is bought; and the store's next month begins at its own midnight.
    let more = json!([{ "name": "More", "quotas": { "grants_per_month": 5 } }]);
    set(&store, quota(60).with("add_ons", more)).await.ok(204);
    assert_eq!(give(&store, 40, 16).await, 5);
    set(&store, quota(60)).await.ok(204);
    store.set_time("2026-03-31T20:59:59Z");
    assert_eq!(give(&store, 10, 1).await, 0);
    store.set_time("2026-03-31T21:00:00Z");
    assert_eq!(give(&store, 70, 16).await, 60);
    assert_eq!(state(&store).await["used"]["grants_this_month"], 60);
}
