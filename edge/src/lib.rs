//! The Worker in front: stateless. It reads a request, finds out who calls, finds the object, passes on.
//!
//! `fetch` → `router` (a table) → `auth` (who) → `routes/*` (parse, call, answer) → `objects/*` (load,
//! decide with `ledger` and `rules`, write in one transaction) → answer.
#![deny(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::arithmetic_side_effects,
    clippy::float_arithmetic,
    clippy::as_conversions
)]

mod accounts;
mod address;
mod answer;
mod audit;
mod auth;
mod call;
mod colour;
mod completions;
mod config;
mod cors;
mod explain;
mod failure;
mod hooks;
mod icons;
mod ids;
mod library;
mod limits;
mod mail;
mod network;
mod objects;
mod page;
mod pages;
mod pictures;
mod platform;
mod platforms;
mod programs;
mod router;
mod routes;
mod session;
mod speech;
mod table;
mod theme;

use worker::{Context, Env, Request, Response, Result, event};

use crate::answer::Answer;
use crate::call::Call;
use crate::failure::Failure;
use crate::platform::clock;

/// Every request that reaches the Worker. It fails only where the runtime itself does; everything else is an
/// answer.
#[event(fetch)]
pub async fn fetch(request: Request, env: Env, _context: Context) -> Result<Response> {
    let started_ms = clock::now_ms();
    let method = request.method().to_string();
    let origin = request.headers().get("origin")?;
    if method == "OPTIONS" {
        // A preflight carries no token, so it is answered to anybody; the real request is refused where its
        // origin is not one of the store's.
        let answer = cors::preflight();
        log(&method, "-", &answer, 0);
        return answer.into_response();
    }
    let (answered, route) = match Call::read(request, env).await {
        Ok(call) => {
            let route = router::row(&call).map_or("-", |route| route.path);
            let answered = router::answer(&call).await.map_err(|failure| match failure {
                Failure::Problem(problem) => speech::problem(&call, *problem).into(),
                fatal @ Failure::Fatal(_) => fatal,
            });
            (answered, route)
        }
        Err(failure) => (Err(failure), "-"),
    };
    let answer = answered.unwrap_or_else(|failure| {
        if let Failure::Fatal(cause) = &failure {
            worker::console_error!(
                "{}",
                serde_json::json!({ "event": "fatal", "route": route, "cause": cause })
            );
        }
        Answer::failure(&failure)
    });
    log(&method, route, &answer, clock::now_ms().saturating_sub(started_ms));
    cors::with(answer, origin.as_deref()).into_response()
}

/// One line a request: the route's pattern, never its ids; no header, no body, nobody's name.
fn log(method: &str, route: &str, answer: &Answer, took_ms: u64) {
    let line = serde_json::json!({
        "event": "request",
        "method": method,
        "route": route,
        "status": answer.status,
        "code": answer.problem,
        "ms": took_ms,
    });
    worker::console_log!("{line}");
}
