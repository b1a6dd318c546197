//! `/v1/program/draft`: what a team is working on. Nothing that anybody saved is lost.

use fidela_api_tests::{Answer, Ask, Store, With, program};
use serde_json::{Value, json};

fn put(store: &Store, program: &Value, seen: Option<&str>) -> Ask {
    let ask = store.merchant("PUT", "/v1/program/draft").json(&json!({ "program": program }));
    match seen {
        Some(seen) => ask.header("if-match", seen),
        None => ask,
    }
}

async fn get(store: &Store) -> Answer {
    store.merchant("GET", "/v1/program/draft").send().await
}

#[tokio::test]
async fn a_draft_begins_with_the_program_in_force_and_decides_nothing() {
    let store = Store::open(program()).await;
    let before = get(&store).await;
    assert_eq!(before.header("etag"), "\"0\"");
    let before = before.ok(200);
    let in_force = store.merchant("GET", "/v1/program").send().await.ok(200);
    assert_eq!(
        (&before["saved"], &before["based_on"], &before["revision"]),
        (&json!(false), &json!(1), &json!(0))
    );
    assert_eq!(before["program"], in_force["program"]);
    let mine = program().with("/redemption/max_bps", 5_000);
    let saved = put(&store, &mine, Some("\"0\"")).send().await;
    assert_eq!(saved.header("etag"), "\"1\"");
    let saved = saved.ok(200);
    assert_eq!((&saved["saved"], &saved["program"], &saved["based_on"]), (&json!(true), &mine, &json!(1)));
    assert_eq!(saved["updated_at"], "2026-03-10T09:00:00Z");
    assert_eq!(store.merchant("GET", "/v1/program").send().await.ok(200), in_force);
    // One with faults is kept as it is, and says what has to be mended.
    let faulty = program().with("/redemption/max_bps", 10_001).with("surprise", true);
    let saved = put(&store, &faulty, Some("\"1\"")).send().await.ok(200);
    assert_eq!((&saved["program"], &saved["revision"]), (&faulty, &json!(2)));
    let faults: Vec<_> =
        saved["faults"].as_array().expect("faults").iter().map(|fault| &fault["path"]).collect();
    assert_eq!(faults, ["redemption.max_bps", "surprise"]);
    assert_eq!(get(&store).await.ok(200), saved);
    store.merchant("DELETE", "/v1/program/draft").header("if-match", "\"2\"").send().await.ok(204);
    store.merchant("DELETE", "/v1/program/draft").header("if-match", "\"2\"").send().await.ok(204);
    let gone = get(&store).await.ok(200);
    assert_eq!((&gone["saved"], &gone["program"]), (&json!(false), &in_force["program"]));
    // A number never comes twice: whoever still has the old draft open does not write over the next one.
    assert_eq!(gone["revision"], 3);
    put(&store, &mine, Some("\"2\"")).send().await.refused("version_conflict");
}

#[tokio::test]
async fn of_two_people_who_save_at_once_nobody_loses_anything() {
    let store = Store::open(program()).await;
    let (mine, theirs) =
        (program().with("/redemption/max_bps", 1_111), program().with("/redemption/max_bps", 2_222));
    put(&store, &mine, Some("\"0\"")).send().await.ok(200);
    for seen in [Some("\"0\""), Some("\"7\""), None] {
        let conflict = put(&store, &theirs, seen).send().await.refused("version_conflict");
        assert_eq!((&conflict["revision"], &conflict["draft"]["program"]), (&json!(1), &mine), "{seen:?}");
        assert_eq!(
            (&conflict["since"], conflict.get("by").is_some()),
            (&json!("2026-03-10T09:00:00Z"), true)
        );
    }
    put(&store, &theirs, Some("one")).send().await.refused("version_conflict");
    assert_eq!(get(&store).await.ok(200)["program"], mine);
    // The answer was lost: the same again is no conflict.
    assert_eq!(put(&store, &mine, Some("\"0\"")).send().await.ok(200)["revision"], 1);
    // Whoever says so writes over it.
    assert_eq!(put(&store, &theirs, Some("*")).send().await.ok(200)["revision"], 2);
    let discard = store.merchant("DELETE", "/v1/program/draft").header("if-match", "\"1\"");
    let conflict = discard.send().await.refused("version_conflict");
    assert_eq!(conflict["draft"]["program"], theirs);
    // Twenty save at once: one of them does.
    let edits = (1..=20).map(|n| put(&store, &program().with("/redemption/max_bps", n), Some("\"2\"")));
    let answers = fidela_api_tests::load::at_once(20, edits.collect()).await;
    assert_eq!(answers.iter().filter(|answer| answer.status == 200).count(), 1);
    assert_eq!(get(&store).await.ok(200)["revision"], 3);
}

#[tokio::test]
async fn what_is_published_is_no_draft_any_more() {
    let store = Store::open(program()).await;
    let mine = program().with("/redemption/max_bps", 1_111);
    put(&store, &mine, None).send().await.ok(200);
    let publish = |program: &Value, version: u64| {
        store.merchant("PUT", "/v1/program").json(program).header("if-match", format!("\"{version}\""))
    };
    // Somebody publishes something else: the draft stays, and says that it is based on an older version.
    publish(&program().with("/redemption/max_bps", 2_222), 1).send().await.ok(200);
    let draft = get(&store).await.ok(200);
    assert_eq!((&draft["program"], &draft["based_on"], &draft["version"]), (&mine, &json!(1), &json!(2)));
    publish(&mine, 1).send().await.refused("version_conflict");
    // Looked at what they did, and gone on from there.
    let rebased = json!({ "program": mine, "based_on": 2 });
    let ask = store.merchant("PUT", "/v1/program/draft").json(&rebased).header("if-match", "\"1\"");
    assert_eq!(ask.send().await.ok(200)["based_on"], 2);
    publish(&mine, 2).send().await.ok(200);
    let draft = get(&store).await.ok(200);
    assert_eq!(
        (&draft["saved"], &draft["based_on"], &draft["version"]),
        (&json!(false), &json!(3), &json!(3))
    );
}

#[tokio::test]
async fn a_draft_is_an_object_and_based_on_a_version_that_there_is() {
    let store = Store::open(program()).await;
    for wrong in [json!(null), json!([]), json!("x"), json!(7)] {
        let problem = put(&store, &wrong, None).send().await.refused("invalid_body");
        assert_eq!(problem["faults"][0]["path"], "program", "{wrong}");
    }
    for version in [json!(0), json!(2), json!(u64::MAX)] {
        let body = json!({ "program": {}, "based_on": version });
        let problem =
            store.merchant("PUT", "/v1/program/draft").json(&body).send().await.refused("invalid_body");
        assert_eq!(problem["faults"][0]["path"], "based_on", "{version}");
    }
    // Nothing at all is a beginning, too.
    assert_eq!(put(&store, &json!({}), None).send().await.ok(200)["saved"], true);
}
