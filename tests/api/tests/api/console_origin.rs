//! What merchants upload and write is served from the console's own origin: nothing of it can run there.

use fidela_api_tests::{Answer, Store, With, program};
use serde_json::json;

const HOSTILE: &str = "<svg xmlns=\"http://www.w3.org/2000/svg\" xmlns:xlink=\"http://www.w3.org/1999/xlink\" \
    viewBox=\"0 0 64 64\" width=\"64\" height=\"64\" onload=\"fetch('/v1/session')\"><script>fetch('/v1/session')</script>\
    <a xlink:href=\"javascript:alert(1)\"><circle cx=\"32\" cy=\"32\" r=\"20\" onclick=\"alert(1)\"/></a>\
    <foreignObject width=\"64\" height=\"64\"><iframe xmlns=\"http://www.w3.org/1999/xhtml\" src=\"/console\"/></foreignObject></svg>";

/// A picture opened by itself: nothing in it, and a policy under which nothing would run.
fn harmless_picture(answer: &Answer, how: &str) {
    assert_eq!(answer.status, 200, "{how}: {}", answer.text());
    let policy = answer.header("content-security-policy");
    assert!(policy.contains("default-src 'none'") && policy.contains("sandbox"), "{how}: {policy}");
    assert!(!policy.contains("script-src") && !policy.contains("allow-"), "{how}: {policy}");
    assert_eq!(answer.header("x-content-type-options"), "nosniff", "{how}");
    assert!(answer.header("content-type").starts_with("image/"), "{how}");
    let text = answer.text().to_lowercase();
    for word in ["<script", "onload", "onclick", "javascript:", "foreignobject", "iframe"] {
        assert!(!text.contains(word), "{how} has {word}: {text}");
    }
}

#[tokio::test]
async fn pictures_of_merchants_run_nothing() {
    let store = Store::open(program()).await;
    for path in ["/v1/icons/evil", "/v1/pictures/evil?use=logo"] {
        let put = store.merchant("PUT", path).sent_as("image/svg+xml", HOSTILE).send().await;
        // Refused, or made harmless.
        if put.status != 200 {
            put.problem();
            continue;
        }
        let url = put.json()["url"].as_str().expect("an address").to_owned();
        let path = url.strip_prefix(store.server.url()).unwrap_or(&url).to_owned();
        harmless_picture(&store.anyone("GET", &path).send().await, &path);
    }
    // What says that it is a picture and is a page is neither.
    let page = b"<!doctype html><script>fetch('/v1/session')</script>";
    for kind in ["image/png", "image/webp", "image/svg+xml", "text/html"] {
        for path in ["/v1/icons/page", "/v1/pictures/page?use=logo"] {
            store.merchant("PUT", path).sent_as(kind, page.to_vec()).send().await.problem();
        }
    }
}

/// Pages in a merchant's words: our scripts alone, and none of theirs.
#[tokio::test]
async fn pages_in_a_merchants_words_run_nothing_of_theirs() {
    let text = |text: &str| json!({ "en": text });
    let hostile = "\"><script>alert(1)</script><img src=x onerror=alert(1)>";
    let referrals = json!({
        "enabled": true,
        "landing_page": { "title": text(hostile), "body": text(hostile) },
        "social": { "title": text(hostile), "description": text(hostile) },
    });
    let with = program().with("referrals", referrals);
    let store = Store::open(with).await;
    let settings = json!({ "name": hostile, "locale": "en", "origins": [], "expiring_days": 7 });
    store.merchant("PUT", "/v1/settings").json(&settings).send().await.ok(200);
    store.customer_with("c-1", 10).await;
    let code = store.shopper("c-1", "GET", "/v1/me/invitations").send().await.ok(200)["code"].clone();
    let code = code.as_str().expect("a code").to_owned();
    for path in [format!("/s/{}", store.id), format!("/r/{code}")] {
        let page = store.anyone("GET", &path).send().await;
        assert_eq!(page.status, 200, "{path}");
        let policy = page.header("content-security-policy").to_owned();
        let scripts: Vec<&str> =
            policy.split(';').map(str::trim).filter(|rule| rule.starts_with("script-src")).collect();
        assert!(
            scripts
                .iter()
                .all(|rule| !rule.contains("unsafe-inline") && !rule.contains("http") && !rule.contains('*')),
            "{path}: {policy}"
        );
        for rule in ["default-src 'none'", "base-uri 'none'", "frame-ancestors 'none'"] {
            assert!(policy.contains(rule), "{path}: {policy}");
        }
        let text = page.text();
        assert!(!text.contains("<script>alert") && !text.contains("<img src=x"), "{path}: {text}");
    }
}

/// The console stands in nobody's frame, and runs what was built with it alone.
#[tokio::test]
async fn the_console_runs_its_own_and_is_framed_by_nobody() {
    let store = Store::open(program()).await;
    for path in ["/console", "/console/", "/console/settings/team", "/console/sign-in"] {
        let page = store.anyone("GET", path).send().await;
        if page.status == 404 {
            // It has not been built; `cargo xtask test` builds it.
            continue;
        }
        let policy = page.header("content-security-policy");
        for rule in [
            "default-src 'none'",
            "script-src 'self' 'wasm-unsafe-eval'",
            "frame-ancestors 'none'",
            "base-uri 'none'",
        ] {
            assert!(policy.contains(rule), "{path}: {policy}");
        }
        assert!(!policy.contains("unsafe-inline") && !policy.contains("'unsafe-eval'"), "{path}: {policy}");
    }
}
