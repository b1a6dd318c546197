//! `/v1/program/versions`: who changed what, and the way back.

use fidela_api_tests::bodies::base_program;
use fidela_api_tests::{Store, With, program};
use serde_json::{Value, json};

async fn publish(store: &Store, program: &Value, version: u64) -> Value {
    let put = store.merchant("PUT", "/v1/program").json(program);
    put.header("if-match", format!("\"{version}\"")).send().await.ok(200)
}

#[tokio::test]
async fn each_version_says_what_it_changed() {
    let store = Store::open(program()).await;
    let levels = json!({ "id": "levels", "rate": { "type": "cashback", "levels": [{ "bps": 200 }] } });
    let second = program().with("/redemption/max_bps", 3_000).with("name", Value::Null);
    let mut second = second;
    second.as_object_mut().expect("an object").remove("name");
    publish(&store, &second, 1).await;
    let third = second.clone().with("/earning/programs", vec![levels.clone(), base_program()]);
    publish(&store, &third, 2).await;
    let fourth = third
        .clone()
        .with("/earning/programs/0/rate/levels/0/bps", 300)
        .with("/earning/programs/1/rate", json!({ "type": "per_order", "points": 2 }));
    publish(&store, &fourth, 3).await;
    let list = store.merchant("GET", "/v1/program/versions").send().await.ok(200);
    let items = list["items"].as_array().expect("items");
    let versions: Vec<_> = items.iter().map(|item| item["version"].as_u64().expect("a number")).collect();
    assert_eq!((versions, &list["next"]), (vec![4, 3, 2, 1], &Value::Null));
    let told = |item: &Value| -> Vec<(String, String)> {
        let changes = item["changes"].as_array().expect("changes").iter();
        let word = |change: &Value, name: &str| change[name].as_str().expect("a word").to_owned();
        changes.map(|change| (word(change, "path"), word(change, "kind"))).collect()
    };
    let pairs = |pairs: &[(&str, &str)]| -> Vec<(String, String)> {
        pairs.iter().map(|(path, kind)| ((*path).to_owned(), (*kind).to_owned())).collect()
    };
    // Programs are found by their ids, not by their places: `base` only moved.
    assert_eq!(
        told(&items[0]),
        pairs(&[
            ("earning.programs[levels].rate.levels[0].bps", "changed"),
            ("earning.programs[base].rate", "changed")
        ])
    );
    assert_eq!(told(&items[1]), pairs(&[("earning.programs[levels]", "added")]));
    assert_eq!(told(&items[2]), pairs(&[("redemption.max_bps", "changed")]));
    assert_eq!(told(&items[3]), []);
    let change = &items[2]["changes"][0];
    assert_eq!((&change["before"], &change["after"]), (&json!(2_000), &json!(3_000)));
    assert!(items.iter().all(|item| item["more"] == 0 && item["since"].is_string()));
    let by = |item: &Value| (item["by"]["kind"].clone(), item["by"]["name"].clone());
    assert_eq!(by(&items[0]), (json!("key"), json!("First key")));
    assert_eq!(by(&items[3]), (json!("operator"), json!("Operator")));
    // Page by page, each is still compared with the one before.
    let page = store.merchant("GET", "/v1/program/versions?limit=2").send().await.ok(200);
    assert_eq!((page["items"].as_array().map(Vec::len), &page["next"]), (Some(2), &json!("3")));
    let rest = store.merchant("GET", "/v1/program/versions?limit=2&after=3").send().await.ok(200);
    assert_eq!((&rest["items"][0], &rest["items"][1]), (&items[2], &items[3]));
    for wrong in ["after=x", "after=-1", "limit=0"] {
        let path = format!("/v1/program/versions?{wrong}");
        store.merchant("GET", &path).send().await.refused("invalid_query");
    }
}

#[tokio::test]
async fn whoever_goes_back_publishes_an_earlier_program_again() {
    let store = Store::open(program()).await;
    publish(&store, &program().with("/redemption/max_bps", 3_000), 1).await;
    let first = store.merchant("GET", "/v1/program/versions/1").send().await;
    assert_eq!(first.header("etag"), "\"1\"");
    let first = first.ok(200);
    assert_eq!((&first["version"], &first["program"]["redemption"]["max_bps"]), (&json!(1), &json!(2_000)));
    // Somebody publishes meanwhile: whoever goes back learns who it was, and when.
    publish(&store, &program().with("/redemption/max_bps", 4_000), 2).await;
    let back = store.merchant("PUT", "/v1/program").json(&first["program"]).header("if-match", "\"2\"");
    let conflict = back.send().await.refused("version_conflict");
    assert_eq!((&conflict["edited"], &conflict["version"]), (&json!(2), &json!(3)));
    assert_eq!(conflict["since"], "2026-03-10T09:00:00Z");
    assert_eq!(conflict["by"]["name"], "First key", "{conflict}");
    let now = publish(&store, &first["program"], 3).await;
    assert_eq!((&now["version"], &now["program"]), (&json!(4), &first["program"]));
    for unknown in ["5", "0", "x", "-1", "18446744073709551615"] {
        let path = format!("/v1/program/versions/{unknown}");
        store.merchant("GET", &path).send().await.refused("not_found");
    }
}

/// What strangers may not see is as if it were not there, and a long list of changes has an end.
#[tokio::test]
async fn a_version_with_many_changes_tells_the_first_of_them() {
    let store = Store::open(program()).await;
    let mission = |n: i64| json!({ "id": format!("m-{n}"), "kind": "custom", "points": { "type": "fixed", "points": n + 1 } });
    let missions: Vec<Value> = (0..60).map(mission).collect();
    publish(&store, &program().with("missions", missions), 1).await;
    let list = store.merchant("GET", "/v1/program/versions").send().await.ok(200);
    let item = &list["items"][0];
    assert_eq!((item["changes"].as_array().map(Vec::len), &item["more"]), (Some(50), &json!(10)));
    let shopper = store.token("c-1");
    store.with_token(&shopper, "GET", "/v1/program/versions").send().await.refused("unauthorized");
}
