//! What tells that the server answers.

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
