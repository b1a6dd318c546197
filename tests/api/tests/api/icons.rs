//! `/v1/icons`, and where the pictures are (S4.1).

use fidela_api_tests::{Ask, Server, Store, With, program};
use serde_json::{Value, json};

const PNG: &[u8] = include_bytes!("../../pictures/bean.png");
const WEBP: &[u8] = include_bytes!("../../pictures/bean.webp");
const SVG: &str =
    "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 8 6\"><path d=\"M0 0h8\"></path></svg>";
/// Pictures that would do something, the same as in the pictures' own tests.
const HOSTILE: &str = include_str!("../../../../crates/pictures/tests/hostile.txt");

fn put(store: &Store, name: &str, kind: &str, body: impl Into<Vec<u8>>) -> Ask {
    store.merchant("PUT", &format!("/v1/icons/{name}")).sent_as(kind, body)
}

async fn list(store: &Store) -> Value {
    store.merchant("GET", "/v1/icons").send().await.ok(200)
}

#[tokio::test]
async fn a_merchants_own_icons_come_change_and_go() {
    let store = Store::open(program()).await;
    for (name, kind, bytes, width, height) in [
        ("bean", "image/png", PNG, 64, 48),
        ("leaf", "image/webp", WEBP, 64, 48),
        ("cup_2", "image/svg+xml; charset=utf-8", SVG.as_bytes(), 8, 6),
    ] {
        let icon = put(&store, name, kind, bytes).send().await.ok(200);
        assert_eq!(icon["type"], kind.split(';').next().expect("a type"));
        assert_eq!((&icon["width"], &icon["height"]), (&json!(width), &json!(height)));
        assert_eq!(icon["bytes"], bytes.len());
        // The same again is the same, also later.
        store.set_time("2026-03-11T09:00:00Z");
        assert_eq!(put(&store, name, kind, bytes).send().await.ok(200), icon);
        let url = icon["url"].as_str().expect("an address");
        let picture = store.anyone("GET", url).header("origin", "https://anywhere.example").send().await;
        assert_eq!(picture.status, 200);
        assert_eq!(picture.body, bytes);
        assert_eq!(picture.header("content-type"), icon["type"].as_str().expect("a type"));
        assert_eq!(picture.header("x-content-type-options"), "nosniff");
        assert_eq!(
            picture.header("content-security-policy"),
            "default-src 'none'; style-src 'unsafe-inline'; sandbox"
        );
        assert_eq!(picture.header("access-control-allow-origin"), "*");
        assert!(picture.header("cache-control").contains("immutable"));
    }
    let listed = list(&store).await;
    let names: Vec<_> = listed["items"].as_array().expect("items").iter().map(|one| &one["name"]).collect();
    assert_eq!(names, ["bean", "cup_2", "leaf"]);
    // Another picture has another address, and the old one shows the new picture, not for ever.
    let old = listed["items"][0]["url"].as_str().expect("an address");
    let new = put(&store, "bean", "image/webp", WEBP).send().await.ok(200);
    assert_ne!(new["url"], old);
    let picture = store.anyone("GET", old).send().await;
    assert_eq!((picture.body.as_slice(), picture.header("cache-control")), (WEBP, "public, max-age=60"));
    for _ in 0..2 {
        store.merchant("DELETE", "/v1/icons/bean").send().await.ok(204);
    }
    store.anyone("GET", old).send().await.refused("not_found");
    assert_eq!(list(&store).await["items"].as_array().expect("items").len(), 2);
}

#[tokio::test]
async fn another_stores_icon_is_not_there() {
    let (store, other) = (Store::open(program()).await, Store::open(program()).await);
    let icon = put(&store, "bean", "image/png", PNG).send().await.ok(200);
    let url = icon["url"].as_str().expect("an address").replace(&store.id, &other.id);
    other.anyone("GET", &url).send().await.refused("not_found");
    other.anyone("GET", &url.replace(&other.id, "st_0000000000000000")).send().await.refused("not_found");
    other.merchant("DELETE", "/v1/icons/bean").send().await.ok(204);
    assert_eq!(list(&store).await["items"].as_array().expect("items").len(), 1);
    store.anyone("PUT", "/v1/icons/bean").sent_as("image/png", PNG).send().await.refused("unauthorized");
}

#[tokio::test]
async fn what_is_no_icon_is_refused_with_what_is_wrong() {
    let store = Store::open(program()).await;
    let svg =
        |head: &str, body: &str| format!("<svg xmlns=\"http://www.w3.org/2000/svg\" {head}>{body}</svg>");
    for (kind, body, reason) in [
        ("image/png", WEBP.to_vec(), "wrong_type"),
        ("image/svg+xml", PNG.to_vec(), "wrong_type"),
        ("image/png", SVG.into(), "wrong_type"),
        ("text/html", PNG.to_vec(), "wrong_type"),
        ("application/json", SVG.into(), "wrong_type"),
        ("image/gif", b"GIF89a".to_vec(), "unknown_type"),
        ("image/png", vec![], "unknown_type"),
        ("image/png", PNG[..PNG.len() - 1].to_vec(), "broken"),
        ("image/webp", WEBP[..WEBP.len() - 1].to_vec(), "broken"),
        ("image/svg+xml", SVG[..SVG.len() - 1].into(), "broken"),
        ("image/svg+xml", svg("viewBox='0 0 9 1'", "<path d='M0 0'/>").into(), "ratio"),
        ("image/svg+xml", svg("viewBox='0 0 9 9'", "<script>x()</script>").into(), "empty"),
        ("image/svg+xml", svg("", "<path d='M0 0'/>").into(), "broken"),
        ("image/svg+xml", svg("viewBox='0 0 9 9'", &"<g>".repeat(15_000)).into(), "broken"),
    ] {
        let refused = put(&store, "bean", kind, body).send().await.refused("icon_invalid");
        assert_eq!(refused["reason"], reason, "{refused}");
        assert!(refused["detail"].as_str().is_some_and(|detail| !detail.is_empty()), "{refused}");
    }
    store.merchant("PUT", "/v1/icons/bean").send().await.refused("icon_invalid");
    let large =
        put(&store, "bean", "image/png", vec![0; (64 << 10) + 1]).send().await.refused("icon_too_large");
    assert_eq!((&large["limit"], &large["actual"]), (&json!(65_536), &json!(65_537)));
    for name in ["Bean", "b%20n", "b.n", "..%2Fx", &"b".repeat(65)] {
        put(&store, name, "image/png", PNG).send().await.refused("invalid_id");
        store.merchant("DELETE", &format!("/v1/icons/{name}")).send().await.refused("invalid_id");
    }
    assert_eq!(list(&store).await["items"], json!([]));
}

#[tokio::test]
async fn a_store_has_a_hundred_icons_at_most() {
    let store = Store::open(program()).await;
    for n in 0..100 {
        put(&store, &format!("icon-{n}"), "image/svg+xml", SVG).send().await.ok(200);
    }
    let refused = put(&store, "one-more", "image/svg+xml", SVG).send().await.refused("too_many_icons");
    assert_eq!(refused["limit"], 100);
    // One that is there can still be changed.
    put(&store, "icon-7", "image/png", PNG).send().await.ok(200);
    store.merchant("DELETE", "/v1/icons/icon-8").send().await.ok(204);
    put(&store, "one-more", "image/svg+xml", SVG).send().await.ok(200);
}

/// Uploaded and served, nothing is left that could run.
#[tokio::test]
async fn hostile_pictures_are_served_harmless_or_not_at_all() {
    let store = Store::on(Server::shared(), json!({ "shards": 1, "program": program() })).await;
    let (mut served, mut refused) = (0, 0);
    for (n, part) in HOSTILE.split("\n---\n").enumerate() {
        let whole = if part.contains("<svg") {
            part.trim().to_owned()
        } else {
            format!(
                "<svg xmlns=\"http://www.w3.org/2000/svg\" xmlns:xlink=\"http://www.w3.org/1999/xlink\" \
                 viewBox=\"0 0 24 24\"><path d=\"M1 1h9\"/>{part}</svg>"
            )
        };
        let answer = put(&store, &format!("h-{n}"), "image/svg+xml", whole).send().await;
        if answer.status != 200 {
            answer.refused("icon_invalid");
            refused += 1;
            continue;
        }
        served += 1;
        let picture = store.anyone("GET", answer.json()["url"].as_str().expect("an address")).send().await;
        let text = picture.text().to_lowercase();
        for word in
            ["evil", "script", "javascript:", "data:", "http://e", "https:", "<!", "<?", "onload", "@"]
        {
            assert!(!text.contains(word), "{word}: {part}\n{text}");
        }
    }
    assert!(served > 40 && refused > 3, "{served} {refused}");
}

#[tokio::test]
async fn built_in_icons_are_of_one_style() {
    let store = Store::open(program()).await;
    let listed = list(&store).await;
    let built_in = listed["built_in"].as_array().expect("icons");
    assert!(built_in.len() >= 16);
    for one in built_in {
        let picture = store.anyone("GET", one["url"].as_str().expect("an address")).send().await;
        assert_eq!((picture.status, picture.header("content-type")), (200, "image/svg+xml"), "{one}");
        assert_eq!(picture.header("x-content-type-options"), "nosniff");
        assert_eq!(picture.header("access-control-allow-origin"), "*");
        assert!(picture.header("cache-control").starts_with("public, max-age="));
        let text = picture.text();
        for style in [
            "viewBox=\"0 0 24 24\"",
            "stroke=\"currentColor\"",
            "stroke-width=\"1.5\"",
            "stroke-linecap=\"round\"",
        ] {
            assert!(text.contains(style), "{one}: {style}");
        }
        assert!(!text.contains("<text"), "{one}");
        // They pass their own gate.
        let name = one["name"].as_str().expect("a name");
        let icon = put(&store, name, "image/svg+xml", text).send().await.ok(200);
        assert_eq!(icon.get("removed"), None, "{one}");
    }
    for nothing in ["/icons/nothing.svg", "/icons/gift", "/icons/..%2Fgift.svg"] {
        store.anyone("GET", nothing).send().await.refused("not_found");
    }
}

/// A name that nobody has is told, and no reason to refuse the program: missions are shown with their kind's icon.
#[tokio::test]
async fn a_mission_with_an_unknown_icon_is_warned_of() {
    let store = Store::open(program()).await;
    let mission = |id: &str, icon: &str| json!({ "id": id, "kind": "custom", "icon": icon, "points": { "type": "fixed", "points": 5 } });
    let program = program().with("missions", vec![mission("a", "gift"), mission("b", "bean")]);
    let put_program = async |program: &Value| {
        store.merchant("PUT", "/v1/program").json(program).send().await.ok(200)["warnings"].clone()
    };
    assert_eq!(put_program(&program).await, json!([{ "path": "missions[1].icon", "code": "unknown_icon" }]));
    put(&store, "bean", "image/png", PNG).send().await.ok(200);
    let changed = program.with("/missions/0/icon", "star");
    assert_eq!(put_program(&changed).await, json!([]));
    // One of the store's own is shown in place of a built-in one of that name.
    let own = put(&store, "survey", "image/png", PNG).send().await.ok(200);
    let library = store.merchant("GET", "/v1/missions/library").send().await.ok(200);
    let survey = library["items"].as_array().expect("items").iter().find(|one| one["kind"] == "survey");
    assert_eq!(survey.expect("a survey")["icon_url"], own["url"]);
}
