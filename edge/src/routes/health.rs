//! What tells that the server answers, and what it can do.

use serde_json::json;

use crate::answer::Answer;
use crate::call::Call;
use crate::failure::Outcome;
use crate::platform::env;

/// `GET /healthz`.
pub(crate) fn health(call: &Call) -> Outcome<Answer> {
    let answer = json!({
        "status": "ok",
        "now": call.now,
        "public_url": env::var(&call.env, "PUBLIC_URL"),
        "test_clock": call.test_clock,
    });
    Ok(Answer::json(200, &answer)?.header("cache-control", "no-store"))
}

/// `GET /openapi.json`: generated from the code and checked in; a test fails when it is stale.
pub(crate) fn openapi() -> Answer {
    let document = include_bytes!("../../openapi.json").to_vec();
    Answer::bytes(200, "application/json", document).header("cache-control", "public, max-age=300")
}
