//! What a merchant sets beside the program.

use fidela_api_tests::{Store, With, program};
use serde_json::json;

#[tokio::test]
async fn settings_are_replaced_as_a_whole_and_work_at_once() {
    let store = Store::open(program()).await;
    let get = async || store.merchant("GET", "/v1/settings").send().await.ok(200);
    let first = json!({ "name": "Test shop", "locale": "en", "origins": [], "expiring_days": 30 });
    assert_eq!(get().await, first);
    let put = async |settings| store.merchant("PUT", "/v1/settings").json(&settings).send().await;
    let told = json!({
        "name": "Lumo", "locale": "ro", "origins": ["https://lumo.example"], "expiring_days": 7,
    });
    assert_eq!(put(told.clone()).await.ok(200), told);
    assert_eq!(get().await, told);
    let public = store.anyone("GET", &format!("/v1/stores/{}/public", store.id)).send().await.ok(200);
    assert_eq!((&public["name"], &public["locale"]), (&json!("Lumo"), &json!("ro")));
    let me = |origin: &str| store.shopper("c-1", "GET", "/v1/me").header("origin", origin);
    me("https://lumo.example").send().await.ok(200);
    me("https://other.example").send().await.refused("origin_not_allowed");
    for (place, wrong, path, code) in [
        ("name", json!(" "), "name", "empty"),
        ("locale", json!("r"), "locale", "locale_expected"),
        ("origins", json!(["https://lumo.example/x"]), "origins[0]", "origin_expected"),
        ("expiring_days", json!(0), "expiring_days", "out_of_range"),
        ("expiring_days", json!(367), "expiring_days", "out_of_range"),
    ] {
        let refused = put(told.clone().with(place, wrong)).await.refused("invalid_body");
        assert_eq!(
            (&refused["faults"][0]["path"], &refused["faults"][0]["code"]),
            (&json!(path), &json!(code))
        );
    }
    put(told.clone().without("origins")).await.refused("invalid_body");
    assert_eq!(get().await, told);
}
