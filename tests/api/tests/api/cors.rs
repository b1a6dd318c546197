//! Browsers: who may ask from which page.

use fidela_api_tests::{Server, Store, cart, program};
use serde_json::json;

const SHOP: &str = "https://shop.example";
const STRANGER: &str = "https://stranger.example";

async fn with_origin() -> Store {
    let request = json!({ "shards": 1, "program": program(), "origins": [SHOP, "http://localhost:3000"] });
    Store::on(Server::shared(), request).await
}

#[tokio::test]
async fn a_preflight_is_answered_to_anybody() {
    let store = with_origin().await;
    for path in ["/v1/me", "/v1/me/redemptions", "/v1/stores/st_x/public", "/v1/nothing"] {
        for origin in [SHOP, STRANGER, "null"] {
            let ask = store.anyone("OPTIONS", path).header("origin", origin);
            let ask = ask.header("access-control-request-method", "POST");
            let answer =
                ask.header("access-control-request-headers", "authorization,idempotency-key").send().await;
            answer.ok(204);
            assert_eq!(answer.header("access-control-allow-origin"), "*");
            let allowed = answer.header("access-control-allow-headers").to_lowercase();
            for needed in ["authorization", "content-type", "idempotency-key"] {
                assert!(allowed.split(", ").any(|name| name == needed), "{allowed}");
            }
            for needed in ["GET", "POST", "PUT", "DELETE"] {
                assert!(answer.header("access-control-allow-methods").contains(needed));
            }
            assert_eq!(answer.header("access-control-allow-credentials"), "", "there are no cookies");
        }
    }
}

#[tokio::test]
async fn a_shopper_calls_from_the_stores_own_pages_only() {
    let store = with_origin().await;
    store.customer_with("c-7", 20).await;
    let hold = store.hold("c-7", 20, &cart(10_000));
    let page = store.shopper("c-7", "GET", "/v1/me");
    for foreign in [
        STRANGER,
        "null",
        "https://shop.example.stranger.example",
        "http://shop.example",
        "https://shop.example:8443",
    ] {
        for ask in [&hold, &page] {
            let answer = ask.clone().header("origin", foreign).send().await;
            answer.refused("origin_not_allowed");
            // The page may read why.
            assert_eq!(answer.header("access-control-allow-origin"), "*");
        }
    }
    assert_eq!(store.balance("c-7").await, (20, 0, 0));
    for own in [SHOP, "http://localhost:3000", "HTTPS://Shop.example"] {
        let answer = page.clone().header("origin", own).send().await;
        answer.ok(200);
        assert_eq!(answer.header("access-control-allow-origin"), "*");
    }
    assert_eq!(hold.header("origin", SHOP).send().await.ok(201)["points"], 20);
}

#[tokio::test]
async fn public_data_is_for_any_page_and_tells_no_secrets() {
    let store = with_origin().await;
    let path = format!("/v1/stores/{}/public", store.id);
    let answer = store.anyone("GET", &path).header("origin", STRANGER).send().await;
    let public = answer.ok(200);
    assert_eq!(answer.header("access-control-allow-origin"), "*");
    assert_eq!((&public["name"], &public["program"]["currency"]), (&json!("Test shop"), &json!("RON")));
    let text = answer.text();
    for secret in [&store.secret_key, &store.identity_secret, &store.webhook_secret] {
        assert!(!text.contains(secret.as_str()));
    }
    for kept in ["keys", "hash", "secret", "index_key", "origins", "referrals", "notify"] {
        assert!(!text.contains(&format!("\"{kept}")), "{kept}: {text}");
    }
    let again = store.anyone("GET", &path).header("if-none-match", answer.header("etag")).send().await;
    assert_eq!((again.status, again.body.len()), (304, 0));
    store.put_program(&fidela_api_tests::With::with(program(), "enabled", false)).await;
    let changed = store.anyone("GET", &path).header("if-none-match", answer.header("etag")).send().await;
    assert_eq!(changed.ok(200)["program"]["enabled"], false);
}
