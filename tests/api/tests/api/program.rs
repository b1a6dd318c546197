//! `/v1/program`: versions, faults, warnings.

use fidela_api_tests::{Server, Store, With, order, program};
use serde_json::{Value, json};

#[tokio::test]
async fn a_version_that_somebody_else_has_changed_is_not_overwritten() {
    let store = Store::open(program()).await;
    let read = store.merchant("GET", "/v1/program").send().await;
    let first = read.ok(200);
    assert_eq!((&first["version"], read.header("etag")), (&json!(1), "\"1\""));
    // Every default is written out.
    assert_eq!(first["program"]["redemption"]["hold_minutes"], 30);
    assert_eq!(first["program"]["earning"]["combine"], "best");
    let put = |program: &Value| store.merchant("PUT", "/v1/program").json(program);
    let mine = program().with("/redemption/max_bps", 3_000);
    let answer = put(&mine).header("if-match", "\"1\"").send().await;
    assert_eq!((answer.ok(200)["version"].clone(), answer.header("etag")), (json!(2), "\"2\""));
    // Somebody else edited version 1 too.
    let theirs = program().with("/redemption/max_bps", 4_000);
    let conflict = put(&theirs).header("if-match", "\"1\"").send().await.refused("version_conflict");
    assert_eq!([&conflict["edited"], &conflict["version"]], [1, 2]);
    for strange in ["\"99\"", "x", "\"\""] {
        put(&theirs).header("if-match", strange).send().await.refused("version_conflict");
    }
    let now = store.merchant("GET", "/v1/program").send().await.ok(200);
    assert_eq!((&now["version"], &now["program"]["redemption"]["max_bps"]), (&json!(2), &json!(3_000)));
    // The answer was lost and the request is sent again: it is in force already.
    assert_eq!(put(&mine).header("if-match", "\"1\"").send().await.ok(200)["version"], 2);
    assert_eq!(put(&theirs).header("if-match", "*").send().await.ok(200)["version"], 3);
    assert_eq!(put(&mine).header("if-match", "\"3\"").send().await.ok(200)["version"], 4);
    // What was read can be written back, and is the same program.
    let read = store.merchant("GET", "/v1/program").send().await.ok(200);
    assert_eq!(put(&read["program"]).send().await.ok(200)["version"], 4);
}

/// Two merchants save at once: each version has one author.
#[tokio::test]
async fn of_many_edits_at_once_one_is_saved() {
    let store = Store::open(program()).await;
    let edits = (1..=20).map(|n| {
        let program = program().with("/redemption/max_bps", 1_000 + n);
        store.merchant("PUT", "/v1/program").json(&program).header("if-match", "\"1\"")
    });
    let answers = fidela_api_tests::load::at_once(20, edits.collect()).await;
    let saved: Vec<_> = answers.iter().filter(|answer| answer.status == 200).collect();
    assert_eq!(saved.len(), 1);
    for answer in answers.iter().filter(|answer| answer.status != 200) {
        answer.refused("version_conflict");
    }
    let now = store.merchant("GET", "/v1/program").send().await.ok(200);
    assert_eq!(now["program"], saved[0].json()["program"]);
    assert_eq!(now["version"], 2);
}

#[tokio::test]
async fn every_fault_is_listed_with_its_place() {
    let store = Store::open(program()).await;
    let wrong = program()
        .with("currency", "lei")
        .with("timezone", "Europe/Atlantis")
        .with("surprise", true)
        .with("/earning/award_statuses", json!(["delivered", "cancelled"]))
        .with("/earning/programs/0/rate/every", 0)
        .with("/earning/programs/0/from", "2026-02-30")
        .with("/redemption/max_bps", 10_001)
        .with("/redemption/step", 0)
        .with("/redemption/order_min", -1)
        .with("expiry", json!({ "type": "after_earning" }));
    let problem = store.merchant("PUT", "/v1/program").json(&wrong).send().await.refused("invalid_program");
    let paths: Vec<&str> = problem["faults"]
        .as_array()
        .expect("faults")
        .iter()
        .filter_map(|fault| fault["path"].as_str())
        .collect();
    for path in [
        "currency",
        "timezone",
        "surprise",
        "earning.award_statuses[1]",
        "earning.programs[0].rate.every",
        "earning.programs[0].from",
        "redemption.max_bps",
        "redemption.step",
        "redemption.order_min",
    ] {
        assert!(paths.contains(&path), "{path} is missing in {paths:?}");
    }
    assert!(paths.iter().any(|path| path.starts_with("expiry")), "{paths:?}");
    assert!(paths.len() <= 12, "each fault once: {paths:?}");
    assert!(problem["faults"].as_array().expect("faults").iter().all(|fault| fault["code"].is_string()));
    assert_eq!(store.merchant("GET", "/v1/program").send().await.ok(200)["version"], 1);
    // A store is not made with it either, and its key is not used up.
    let body = json!({ "name": "Wrong", "shards": 1, "program": wrong });
    let key = format!("wrong-{}", store.id);
    let create = store.anyone("POST", "/v1/stores").bearer("operator").key(&key);
    create.clone().json(&body).send().await.refused("invalid_program");
    create.json(&body.with("program", program())).send().await.ok(201);
}

#[tokio::test]
async fn what_is_legal_and_surprising_is_warned_of() {
    let store = Store::open(program()).await;
    assert_eq!(store.merchant("GET", "/v1/program").send().await.ok(200)["warnings"], json!([]));
    let whole = program().with("/redemption/max_bps", Value::Null);
    let told = store.merchant("PUT", "/v1/program").json(&whole).send().await.ok(200);
    let warnings = told["warnings"].as_array().expect("warnings");
    assert!(!warnings.is_empty(), "points may pay whole orders");
    assert!(warnings.iter().all(|warning| warning["path"].is_string() && warning["code"].is_string()));
    assert_eq!(store.merchant("GET", "/v1/program").send().await.ok(200)["warnings"], told["warnings"]);
}

/// Who has changed the program can demand to be answered by it.
#[tokio::test]
async fn a_caller_may_demand_at_least_a_version() {
    let store = Store::on(Server::shared(), json!({ "program": program() })).await;
    let version = store.put_program(&program().with("/earning/programs/0/rate/points", 3)).await;
    let tell = |version: &str| {
        let order = order("1", "c-7", 10_000).with("status", "delivered");
        store.put_order(&order).header("fidela-program-version", version)
    };
    tell(&(version + 1).to_string()).send().await.refused("program_version_unknown");
    tell("x").send().await.refused("program_version_unknown");
    let told = tell(&version.to_string()).send().await.ok(200);
    assert_eq!((&told["award"]["points"], &told["award"]["program_version"]), (&json!(6), &json!(version)));
    // An older one is no demand: the newest decides.
    let told = tell("1").send().await.ok(200);
    assert_eq!(told["award"]["program_version"], json!(version));
}
