//! Who calls: what `writes` does not show of routes that read, and what a good token may look like.

use fidela_api_tests::{Store, With, program, sign};
use fidela_protocol::routes::{Caller, ROUTES};
use serde_json::json;

/// Every route but the public ones asks who it is, before it says anything else.
#[tokio::test]
async fn nothing_is_told_to_nobody() {
    let store = Store::open(program()).await;
    for route in ROUTES {
        let path = route.path.replace("{store}", &store.id).replace("{platform}", "generic");
        let path = path.replace(['{', '}'], "");
        let answer = store.anyone(route.method, &path).json(&json!({})).send().await;
        match route.caller {
            Caller::Anyone | Caller::TestClock => {}
            Caller::Platform => drop(answer.refused("signature_invalid")),
            Caller::Operator | Caller::Merchant | Caller::Member | Caller::Shopper => {
                let code = answer.problem()["code"].as_str().unwrap_or_default().to_owned();
                // The key of a keyed write may be missed first.
                assert!(code == "unauthorized", "{}: {code}", route.name);
            }
        }
    }
}

#[tokio::test]
async fn what_a_good_token_may_say() {
    let store = Store::open(program()).await;
    let now = store.now().as_second();
    let good = [
        store.claims("c-7"),
        store.claims("c-7").with("exp", now + 86_400),
        // The shop's clock may be ahead a little.
        store.claims("c-7").with("iat", now + 60),
        store.claims("c-7").with("iat", now - 3_600).with("exp", now + 1),
        store.claims("c-7").with("referral_code", "K7QF").with("jti", "x").with("nbf", now),
        store
            .claims("c-7")
            .with("email", "ana@example.com")
            .with("email_verified", false)
            .with("locale", "ro"),
        store.claims("ș %2F"),
        store.claims(&"x".repeat(255)),
    ];
    for claims in good {
        let me = store.with_token(&store.sign(&claims), "GET", "/v1/me").send().await.ok(200);
        assert_eq!(me["customer_id"], claims["sub"]);
    }
    let long = store.sign(&store.claims(&"x".repeat(256)));
    store.with_token(&long, "GET", "/v1/me").send().await.refused("token_invalid");
    // A token is as good as its time: to the second.
    let token = store.sign(&store.claims("c-7"));
    store.set_time("2026-03-10T09:59:59Z");
    store.with_token(&token, "GET", "/v1/me").send().await.ok(200);
    store.set_time("2026-03-10T10:00:00Z");
    store.with_token(&token, "GET", "/v1/me").send().await.refused("token_expired");
}

/// Of two tokens the newer says who somebody is; an old one, held back, changes nothing.
#[tokio::test]
async fn an_older_token_takes_nothing_back() {
    let store = Store::open(program()).await;
    let at = |iat: i64, name: &str| {
        let iat = store.now().as_second() + iat;
        sign::jwt(
            &store.identity_secret,
            &store.claims("c-7").with("iat", iat).with("exp", iat + 3_600).with("name", name),
        )
    };
    let (old, new) = (at(-60, "Ana"), at(0, "Ana Pop"));
    let name =
        async |token: &str| store.with_token(token, "GET", "/v1/me").send().await.ok(200)["name"].clone();
    assert_eq!(name(&new).await, "Ana Pop");
    assert_eq!(name(&old).await, "Ana Pop");
}

#[tokio::test]
async fn the_scheme_is_not_case_sensitive_and_the_key_is() {
    let store = Store::open(program()).await;
    let ask = store.anyone("GET", "/v1/program");
    ask.clone().header("authorization", format!("bearer {}", store.secret_key)).send().await.ok(200);
    ask.bearer(&store.secret_key.to_uppercase()).send().await.refused("unauthorized");
}
