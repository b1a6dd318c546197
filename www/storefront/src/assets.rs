//! Style, script and pictures: part of the program, so that the shop is one file to run.

use std::sync::Arc;

use axum::Router;
use axum::extract::Path;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE, ETAG, IF_NONE_MATCH};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use sha2::{Digest, Sha256};

use crate::App;
use crate::cart::hex;

const STYLE: &str = include_str!("../assets/style.css");
const SCRIPT: &str = include_str!("../assets/shop.js");

/// Pictures by file name; a product's picture is called like the product.
const PICTURES: [(&str, &str); 10] = [
    ("bowl-camp.svg", include_str!("../assets/bowl-camp.svg")),
    ("carafe-izvor.svg", include_str!("../assets/carafe-izvor.svg")),
    ("coffee-casa.svg", include_str!("../assets/coffee-casa.svg")),
    ("coffee-guji.svg", include_str!("../assets/coffee-guji.svg")),
    ("dripper-con.svg", include_str!("../assets/dripper-con.svg")),
    ("espresso-pair.svg", include_str!("../assets/espresso-pair.svg")),
    ("favicon.svg", include_str!("../assets/favicon.svg")),
    ("grinder-moara.svg", include_str!("../assets/grinder-moara.svg")),
    ("hero.svg", include_str!("../assets/hero.svg")),
    ("mug-lut.svg", include_str!("../assets/mug-lut.svg")),
];

/// The routes of all of them.
pub(crate) fn routes() -> Router<Arc<App>> {
    Router::new()
        .route("/shop.js", get(|headers: HeaderMap| async move { file(&headers, "text/javascript", SCRIPT) }))
        .route("/favicon.ico", get(|headers: HeaderMap| async move { picture(&headers, "favicon.svg") }))
        .route("/assets/{name}", get(asset))
}

async fn asset(Path(name): Path<String>, headers: HeaderMap) -> Response {
    if name == "style.css" { file(&headers, "text/css", STYLE) } else { picture(&headers, &name) }
}

fn picture(headers: &HeaderMap, name: &str) -> Response {
    match PICTURES.iter().find(|(known, _)| *known == name) {
        Some((_, text)) => file(headers, "image/svg+xml", text),
        None => (StatusCode::NOT_FOUND, "There is no such file.").into_response(),
    }
}

/// Browsers ask each time and are told in a few bytes that nothing changed.
fn file(headers: &HeaderMap, kind: &str, text: &'static str) -> Response {
    let tag: String = hex(&Sha256::digest(text.as_bytes())).chars().take(16).collect();
    let tag = format!("\"{tag}\"");
    let known = headers.get(IF_NONE_MATCH).is_some_and(|known| known.as_bytes() == tag.as_bytes());
    let about = [
        (ETAG, tag),
        (CACHE_CONTROL, "no-cache".to_owned()),
        (CONTENT_TYPE, format!("{kind}; charset=utf-8")),
    ];
    if known { (StatusCode::NOT_MODIFIED, about).into_response() } else { (about, text).into_response() }
}
