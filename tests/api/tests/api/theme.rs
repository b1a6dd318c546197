//! `/v1/theme`: what the widget, the letters and the pages look like (S3.16).

use fidela_api_tests::{Store, program};
use serde_json::{Value, json};

async fn put(store: &Store, theme: &Value) -> Value {
    store.merchant("PUT", "/v1/theme").json(theme).send().await.ok(200)
}

async fn published(store: &Store) -> Value {
    let path = format!("/v1/stores/{}/public", store.id);
    store.anyone("GET", &path).send().await.ok(200)["theme"].clone()
}

// S3.16
#[tokio::test]
async fn a_theme_reaches_the_widget_and_the_pages() {
    let store = Store::open(program()).await;
    assert_eq!(published(&store).await, json!({}));
    let none = store.merchant("GET", "/v1/theme").send().await.ok(200);
    assert_eq!(none["theme"]["accent"], Value::Null);
    assert_eq!(none["warnings"], json!([]));
    let told = put(&store, &json!({ "accent": "#7A1F5C", "font": "Inter, 'Segoe UI'", "radius": 8 })).await;
    assert_eq!((&told["theme"]["accent"], &told["warnings"]), (&json!("#7A1F5C"), &json!([])));
    // Words on the accent are chosen where nobody has.
    let css = json!({ "accent": "#7a1f5c", "on-accent": "#ffffff", "ink": "#7a1f5c", "ink-dark": "#b489a6", "font": "\"Inter\",\"Segoe UI\"", "radius": "8px" });
    assert_eq!(published(&store).await, css);
    let page = store.anyone("GET", &format!("/s/{}", store.id)).send().await.text();
    assert!(
        page.contains(
            "--font:\"Inter\",\"Segoe UI\",system-ui,sans-serif;--radius:8px;--accent:#7a1f5c;--on:#ffffff"
        ),
        "{page}"
    );
    store.put_customer("c-1", json!({ "email": "ana@example.com" })).await;
    let letter = json!({ "letter": "mission_completed", "customer_id": "c-1" });
    let letter = store.merchant("POST", "/v1/messages/preview").json(&letter).send().await.ok(200);
    assert!(letter["html"].as_str().is_some_and(|html| html.contains("background:#7a1f5c")), "{letter}");
    // Not said any more, it is as it comes.
    assert_eq!(put(&store, &json!({})).await["theme"], none["theme"]);
    assert_eq!(published(&store).await, json!({}));
    store.anyone("PUT", "/v1/theme").json(&json!({})).send().await.refused("unauthorized");
}

// S3.16
#[tokio::test]
async fn what_cannot_be_read_well_is_told() {
    let store = Store::open(program()).await;
    let told = put(
        &store,
        &json!({ "accent": "#ffd34d", "on_accent": "#fff", "surface": "#777", "text": "#888888" }),
    )
    .await;
    assert_eq!(told["contrast"], json!({ "on_accent": 143, "text": 126 }));
    assert_eq!(
        told["warnings"],
        json!([
            { "path": "on_accent", "code": "low_contrast", "min": 450 },
            { "path": "text", "code": "low_contrast", "min": 450 },
        ])
    );
    let told = put(&store, &json!({ "logo": "nobody-has-it" })).await;
    assert_eq!(told["warnings"], json!([{ "path": "logo", "code": "unknown_picture" }]));
    assert_eq!(told["logo_url"], Value::Null);
}

// S3.16
#[tokio::test]
async fn nothing_but_colours_and_names_goes_into_a_style() {
    let store = Store::open(program()).await;
    put(&store, &json!({ "accent": "#123456" })).await;
    let before = store.merchant("GET", "/v1/theme").send().await.ok(200);
    for (field, value, code) in [
        ("accent", json!("red"), "colour_expected"),
        ("accent", json!("#12345"), "colour_expected"),
        ("accent", json!("#12345g"), "colour_expected"),
        ("accent", json!("#fff;background:url(//evil.example)"), "colour_expected"),
        ("on_accent", json!("var(--x)"), "colour_expected"),
        ("font", json!("Inter;}body{display:none"), "font_expected"),
        ("font", json!("url(//evil.example)"), "font_expected"),
        ("font", json!("\"Inter"), "font_expected"),
        ("font", json!("a\\62"), "font_expected"),
        ("font", json!("</style><script>"), "font_expected"),
        ("font", json!("x".repeat(201)), "font_expected"),
        ("radius", json!(33), "out_of_range"),
        ("radius", json!(-1), "out_of_range"),
        ("logo", json!("../x"), "name_expected"),
        ("surface", json!("#fff"), "required"),
        ("text", json!("#fff"), "required"),
    ] {
        let refused = store.merchant("PUT", "/v1/theme").json(&json!({ field: value })).send().await;
        let refused = refused.refused("invalid_theme");
        assert_eq!(refused["faults"][0]["code"], code, "{field}: {refused}");
    }
    for body in [json!({ "colour": "#fff" }), json!({ "radius": 1.5 }), json!({ "accent": 7 }), json!([])] {
        store.merchant("PUT", "/v1/theme").json(&body).send().await.refused("invalid_body");
    }
    assert_eq!(store.merchant("GET", "/v1/theme").send().await.ok(200), before);
}
