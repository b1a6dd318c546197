//! Sending events to webhook endpoints, signed by the Standard Webhooks scheme.

use std::time::Duration;

use futures_util::future::{Either, select};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use worker::{AbortController, Delay, Fetch, Headers, Method, Request, RequestInit, RequestRedirect};

use crate::failure::Outcome;
use crate::limits;
use crate::platform::crypto;

/// Where a store's events go.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Endpoint {
    /// `wh_…`.
    pub(crate) id: String,
    /// Where events go.
    pub(crate) url: String,
    /// Which of them; empty: all.
    pub(crate) events: Vec<String>,
    /// For people.
    pub(crate) description: Option<String>,
    /// Since when.
    pub(crate) created_at: Timestamp,
    /// Since when nothing is sent, because it answered 410.
    pub(crate) off_since: Option<Timestamp>,
    /// `whsec_…`, the newest first; all of them sign.
    pub(crate) secrets: Vec<String>,
}

/// What became of an attempt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Answered {
    /// It answered with this HTTP status.
    Status(u16),
    /// It did not answer, or not in time.
    Nothing,
}

/// Sends an event once. A redirect is an answer like any other: whoever moves tells us so.
pub(crate) async fn send(endpoint: &Endpoint, id: &str, body: &str, at: Timestamp) -> Outcome<Answered> {
    let timestamp = at.as_second().to_string();
    let headers = Headers::new();
    headers.set("content-type", "application/json")?;
    headers.set("user-agent", "Fidela")?;
    headers.set("webhook-id", id)?;
    headers.set("webhook-timestamp", &timestamp)?;
    headers.set("webhook-signature", &signatures(&endpoint.secrets, id, &timestamp, body))?;
    let mut init = RequestInit::new();
    init.with_method(Method::Post)
        .with_headers(headers)
        .with_redirect(RequestRedirect::Manual)
        .with_body(Some(body.into()));
    // An address that cannot be asked at all answers nothing, like one where nobody is.
    let Ok(request) = Request::new_with_init(&endpoint.url, &init) else { return Ok(Answered::Nothing) };
    let abort = AbortController::default();
    let (signal, fetch) = (abort.signal(), Fetch::Request(request));
    let sent = Box::pin(fetch.send_with_signal(&signal));
    let late = Box::pin(Delay::from(Duration::from_millis(limits::HOOK_TIMEOUT_MS)));
    let answered = match select(sent, late).await {
        Either::Left((Ok(response), _)) => Answered::Status(response.status_code()),
        Either::Left((Err(_), _)) | Either::Right(_) => Answered::Nothing,
    };
    // What else it has to say is not read.
    abort.abort();
    Ok(answered)
}

/// `webhook-signature`: one for each secret.
fn signatures(secrets: &[String], id: &str, timestamp: &str, body: &str) -> String {
    let signed = format!("{id}.{timestamp}.{body}");
    let signatures = secrets.iter().map(|secret| {
        let key = crypto::from_base64(secret.trim_start_matches("whsec_")).unwrap_or_default();
        format!("v1,{}", crypto::to_base64(&crypto::hmac(&key, signed.as_bytes())))
    });
    signatures.collect::<Vec<_>>().join(" ")
}
