//! `/v1/pictures`, and where they are (S3.15, S3.16).

use fidela_api_tests::{Ask, Store, With, program};
use serde_json::{Value, json};

/// 1200 × 630.
pub(crate) const JPEG: &[u8] = include_bytes!("../../pictures/social.jpg");
const LOGO: &str =
    "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 60 10\"><path d=\"M0 0h60\"></path></svg>";

/// A PNG of one colour; nobody here looks at its pixels.
fn png(width: u32, height: u32) -> Vec<u8> {
    let chunk = |kind: &[u8], data: &[u8]| {
        let length = u32::try_from(data.len()).expect("short").to_be_bytes();
        [&length[..], kind, data, &[0; 4]].concat()
    };
    let head = [&width.to_be_bytes()[..], &height.to_be_bytes(), &[8, 6, 0, 0, 0]].concat();
    [b"\x89PNG\r\n\x1a\n".to_vec(), chunk(b"IHDR", &head), chunk(b"IDAT", &[1, 2, 3]), chunk(b"IEND", &[])]
        .concat()
}

fn put(store: &Store, name: &str, kind: &str, body: impl Into<Vec<u8>>) -> Ask {
    store.merchant("PUT", &format!("/v1/pictures/{name}")).sent_as(kind, body)
}

fn address(picture: &Value) -> &str {
    picture["url"].as_str().expect("an address")
}

// S3.16
#[tokio::test]
async fn pictures_come_change_and_go() {
    let store = Store::open(program()).await;
    let picture = put(&store, "cup", "image/jpeg", JPEG).send().await.ok(200);
    for (field, value) in [
        ("name", json!("cup")),
        ("use", json!("social")),
        ("type", json!("image/jpeg")),
        ("width", json!(1200)),
        ("height", json!(630)),
        ("warnings", json!([])),
    ] {
        assert_eq!(picture[field], value, "{picture}");
    }
    store.set_time("2026-03-11T09:00:00Z");
    assert_eq!(put(&store, "cup", "image/jpeg", JPEG).send().await.ok(200), picture, "the same again");
    assert_eq!(store.merchant("GET", "/v1/pictures/cup").send().await.ok(200), picture);
    let served = store.anyone("GET", address(&picture)).header("origin", "https://any.example").send().await;
    assert_eq!((served.status, served.header("content-type")), (200, "image/jpeg"));
    assert!(
        address(&picture).rsplit_once('.').is_some_and(|(_, kind)| kind == "jpg")
            && address(&picture).starts_with(&format!("/pictures/{}/", store.id))
    );
    assert_eq!(served.header("x-content-type-options"), "nosniff");
    assert_eq!(
        served.header("content-security-policy"),
        "default-src 'none'; style-src 'unsafe-inline'; sandbox"
    );
    assert_eq!(served.header("cache-control"), "public, max-age=31536000, immutable");
    assert_eq!(served.header("access-control-allow-origin"), "*");
    assert_eq!(served.body.len(), usize::try_from(picture["bytes"].as_u64().expect("bytes")).expect("few"));
    // Networks look before they load.
    let head = store.anyone("HEAD", address(&picture)).send().await;
    assert_eq!((head.status, head.header("content-type"), head.body.len()), (200, "image/jpeg", 0));
    // Another one has another address, and the old address is nobody's.
    let other = put(&store, "cup", "image/png", png(1200, 628)).send().await.ok(200);
    assert_ne!(address(&other), address(&picture));
    store.anyone("GET", address(&picture)).send().await.refused("not_found");
    store.anyone("GET", &address(&other).replace(".png", ".jpg")).send().await.refused("not_found");
    store.anyone("GET", &address(&other).replace(".png", "")).send().await.refused("not_found");
    for _ in 0..2 {
        store.merchant("DELETE", "/v1/pictures/cup").send().await.ok(204);
    }
    store.merchant("GET", "/v1/pictures/cup").send().await.refused("not_found");
    assert_eq!(store.merchant("GET", "/v1/pictures").send().await.ok(200), json!({ "items": [] }));
}

// S3.16
#[tokio::test]
async fn what_networks_do_not_show_is_refused_with_what_is_asked() {
    let store = Store::open(program()).await;
    for (kind, body, reason) in [
        ("image/svg+xml", LOGO.as_bytes().to_vec(), "unknown_type"),
        ("image/webp", include_bytes!("../../pictures/bean.webp").to_vec(), "unknown_type"),
        ("image/gif", b"GIF89a".to_vec(), "unknown_type"),
        ("image/png", JPEG.to_vec(), "wrong_type"),
        ("image/jpeg", JPEG[..JPEG.len() - 2].to_vec(), "broken"),
        ("image/png", png(599, 400), "size"),
        ("image/png", png(4097, 2100), "size"),
        ("image/png", png(630, 1200), "ratio"),
        ("image/png", png(2300, 1000), "ratio"),
    ] {
        let refused = put(&store, "cup", kind, body).send().await.refused("picture_invalid");
        assert_eq!(refused["reason"], reason, "{refused}");
        assert_eq!(refused["asked"]["types"], json!(["image/png", "image/jpeg"]));
        assert_eq!(
            (&refused["asked"]["min_width"], &refused["asked"]["min_height"]),
            (&json!(600), &json!(315))
        );
        assert!(refused["detail"].as_str().is_some_and(|detail| !detail.is_empty()), "{refused}");
    }
    let size = put(&store, "cup", "image/png", png(320, 200)).send().await.refused("picture_invalid");
    assert_eq!((&size["width"], &size["height"]), (&json!(320), &json!(200)));
    assert_eq!(
        size["detail"],
        "it is 320 × 200 pixels; at least 600 × 315 are needed, and at most 4096 a side"
    );
    let large = put(&store, "cup", "image/png", vec![0; 1_000_001]).send().await.refused("picture_too_large");
    assert_eq!((&large["limit"], &large["actual"]), (&json!(1_000_000), &json!(1_000_001)));
    store
        .merchant("PUT", "/v1/pictures/cup?use=poster")
        .sent_as("image/jpeg", JPEG)
        .send()
        .await
        .refused("invalid_query");
    put(&store, "Cup", "image/jpeg", JPEG).send().await.refused("invalid_id");
    // Nearly as large as a body may be, it is taken.
    let padding = [b"\x00\x0e\x00\x00".as_slice(), b"IDAT", &vec![7; 0x0e_0000], &[0; 4]].concat();
    let mut whole = png(1200, 630);
    let at = whole.len() - 12;
    whole.splice(at..at, padding);
    let picture = put(&store, "cup", "image/png", whole.clone()).send().await.ok(200);
    assert_eq!(store.anyone("GET", address(&picture)).send().await.body, whole);
}

// S3.15
#[tokio::test]
async fn a_shape_that_networks_cut_is_told_in_the_callers_language() {
    let store = Store::open(program()).await;
    let told = async |ask: Ask| ask.header("accept-language", "ro").send().await.ok(200)["warnings"].clone();
    for (width, height) in [(1200, 1200), (1920, 1080), (2200, 1000)] {
        let warnings = told(put(&store, "cup", "image/png", png(width, height))).await;
        assert_eq!(warnings[0]["code"], "cut_by_networks");
        assert!(
            warnings[0]["title"]
                .as_str()
                .is_some_and(|title| title.contains("1200 × 630 (") || title.contains("1200 × 630)")),
            "{warnings}"
        );
        assert_eq!(told(store.merchant("GET", "/v1/pictures/cup")).await, warnings);
    }
    assert_eq!(told(put(&store, "cup", "image/png", png(1200, 630))).await, json!([]));
    // Nobody cuts a logo.
    let logo = store
        .merchant("PUT", "/v1/pictures/logo?use=logo")
        .sent_as("image/svg+xml", LOGO)
        .send()
        .await
        .ok(200);
    assert_eq!((&logo["use"], &logo["warnings"]), (&json!("logo"), &json!([])));
    for wide in ["0 0 61 10", "0 0 2 3"] {
        let wide = LOGO.replace("0 0 60 10", wide);
        let ask = store.merchant("PUT", "/v1/pictures/logo?use=logo").sent_as("image/svg+xml", wide);
        assert_eq!(ask.send().await.refused("picture_invalid")["reason"], "ratio");
    }
}

/// What a phone writes into a photograph stays with whoever took it.
// S3.16
#[tokio::test]
async fn a_photo_loses_its_place_and_its_camera() {
    let store = Store::open(program()).await;
    let notes = b"Exif\0\0MM\0*\0\0\0\x08\0\0\0\0\0\0 GPS 44.4268 26.1025";
    let length = u16::try_from(notes.len() + 2).expect("short").to_be_bytes();
    let photo = [&JPEG[..2], &[0xff, 0xe1], &length, notes, &JPEG[2..]].concat();
    let picture = put(&store, "cup", "image/jpeg", photo).send().await.ok(200);
    assert_eq!(picture["removed"][0], "EXIF");
    let served = store.anyone("GET", address(&picture)).send().await.body;
    assert!(!served.windows(4).any(|four| four == b"Exif" || four == b"GPS "));
    let clean = put(&store, "clean", "image/jpeg", JPEG).send().await.ok(200);
    assert_eq!(served, store.anyone("GET", address(&clean)).send().await.body);
}

// S3.16
#[tokio::test]
async fn twenty_pictures_and_no_more_each_its_own_stores() {
    let (store, other) = (Store::open(program()).await, Store::open(program()).await);
    for n in 0..20 {
        put(&store, &format!("p-{n}"), "image/png", png(1200 + n, 630)).send().await.ok(200);
    }
    let refused = put(&store, "more", "image/png", png(1200, 630)).send().await.refused("too_many_pictures");
    assert_eq!(refused["limit"], 20);
    let changed = put(&store, "p-3", "image/jpeg", JPEG).send().await.ok(200);
    other.anyone("GET", &address(&changed).replace(&store.id, &other.id)).send().await.refused("not_found");
    other.merchant("GET", "/v1/pictures/p-3").send().await.refused("not_found");
    other.merchant("DELETE", "/v1/pictures/p-3").send().await.ok(204);
    assert_eq!(store.anyone("GET", address(&changed)).send().await.status, 200);
    store.anyone("GET", "/v1/pictures").send().await.refused("unauthorized");
}

/// A name that nobody has is told where the program is told, and links go without.
// S3.15
#[tokio::test]
async fn a_program_that_names_an_unknown_picture_is_warned_of() {
    let store = Store::open(program()).await;
    let told = async |image: Value| {
        let referrals = json!({ "enabled": true, "social": { "image": image } });
        let program = program().with("referrals", referrals);
        store.merchant("PUT", "/v1/program").json(&program).send().await.ok(200)["warnings"].clone()
    };
    let warning = |path: &str| json!([{ "path": path, "code": "unknown_picture" }]);
    assert_eq!(told(json!("cup")).await, warning("referrals.social.image"));
    put(&store, "cup", "image/jpeg", JPEG).send().await.ok(200);
    store.merchant("PUT", "/v1/pictures/logo?use=logo").sent_as("image/svg+xml", LOGO).send().await.ok(200);
    assert_eq!(told(json!({ "ro": "cup", "en": "mug" })).await, warning("referrals.social.image.en"));
    assert_eq!(told(json!("logo")).await, warning("referrals.social.image"), "a logo is not for networks");
    assert_eq!(told(json!("cup")).await, json!([]));
}
