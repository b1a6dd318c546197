//! The Worker in front: it answers `GET /healthz`, hands out static files, and passes the rest to an object.
//!
//! This is the pipeline's proof, not the product yet: `/probe/{shard|store}/{name}` shows that objects keep
//! what they write, that a failed transaction leaves nothing behind, and that alarms arrive.

use worker::{Context, Env, Request, Response, Result, event};

mod objects;
mod platform;

/// Every request that reaches the Worker.
///
/// # Errors
/// Only where the runtime itself fails; everything else is an answer.
///
/// # Panics
/// Where it is asked to, at `/probe/panic`.
#[event(fetch)]
pub async fn fetch(request: Request, env: Env, _context: Context) -> Result<Response> {
    let path = request.path();
    if path == "/healthz" {
        return Response::from_json(&serde_json::json!({
            "status": "ok",
            "now": platform::clock::now_ms(),
            "public_url": platform::env::var(&env, "PUBLIC_URL"),
            "test_clock": platform::env::var(&env, "TEST_CLOCK").as_deref() == Some("1"),
        }));
    }
    if let Some(file) = path.strip_prefix("/assets/") {
        return env.service("ASSETS")?.fetch(format!("http://assets/{file}"), None).await;
    }
    // A panic is a bug, but it must not leave a shopper waiting: the shim answers 500 and starts a new wasm.
    assert!(path != "/probe/panic", "asked for");
    let mut parts = path.trim_start_matches('/').split('/');
    let (binding, name) = match (parts.next(), parts.next(), parts.next()) {
        (Some("probe"), Some("shard"), Some(name)) => ("SHARD", name),
        (Some("probe"), Some("store"), Some(name)) => ("STORE", name),
        _ => return Response::error("not found", 404),
    };
    env.durable_object(binding)?.get_by_name(name)?.fetch_with_request(request).await
}
