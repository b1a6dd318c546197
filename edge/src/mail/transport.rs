//! How letters leave: as files, to a mail provider over HTTP, or through Cloudflare. The deployment's configuration
//! says which; without any, no letter is written at all.

use std::time::Duration;

use futures_util::future::{Either, select};
use jiff::Timestamp;
use serde_json::{Map, Value, json};
use wasm_bindgen::prelude::*;
use worker::{
    AbortController, Delay, Env, Fetch, Fetcher, Headers, Method, Request, RequestInit, RequestRedirect,
    Response, SendEmail,
};

use super::{Letter, mime};
use crate::failure::Outcome;
use crate::limits;
use crate::platform::env;

#[wasm_bindgen(module = "/src/mail/cloudflare.js")]
extern "C" {
    #[wasm_bindgen(catch, js_name = sendEmail)]
    async fn send_email(binding: &SendEmail, from: &str, to: &str, raw: &str) -> Result<JsValue, JsValue>;
}

/// How letters leave.
pub(crate) enum Transport {
    /// Each as a file.
    Files(Fetcher),
    /// To a mail provider.
    Http {
        /// Where it takes letters.
        url: String,
        /// What it knows us by.
        token: Option<String>,
    },
    /// Through Cloudflare.
    Cloudflare(SendEmail),
}

/// What became of a letter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Delivery {
    /// It is on its way; or it was before.
    Sent,
    /// Not now; later it may be. With what was answered, where somebody did.
    Later(Option<u16>),
    /// Not this one.
    Never(u16),
}

impl Transport {
    /// The deployment's. One that has no address of its own could not say where nobody wants more of them.
    pub(crate) fn of(env: &Env) -> Option<Self> {
        env::var(env, "PUBLIC_URL")?;
        if let Some(url) = env::var(env, "MAIL_HTTP_URL") {
            return Some(Self::Http { url, token: env::var(env, "MAIL_HTTP_TOKEN") });
        }
        if let Ok(binding) = env.send_email("SEND_EMAIL") {
            return Some(Self::Cloudflare(binding));
        }
        files(env).map(Self::Files)
    }

    /// The word for it.
    pub(crate) const fn word(&self) -> &'static str {
        match self {
            Self::Files(_) => "files",
            Self::Http { .. } => "http",
            Self::Cloudflare(_) => "cloudflare",
        }
    }

    /// Hands a letter over.
    pub(crate) async fn send(&self, letter: &Letter, now: Timestamp) -> Outcome<Delivery> {
        match self {
            Self::Files(files) => write(files, letter, now).await,
            Self::Http { url, token } => post(url, token.as_deref(), letter).await,
            Self::Cloudflare(binding) => {
                let raw = String::from_utf8(mime::raw(letter, now)?).unwrap_or_default();
                let sent = send_email(binding, &letter.from.email, &letter.to.email, &raw).await;
                // Cloudflare tells by words alone whether trying again helps.
                Ok(if sent.is_ok() { Delivery::Sent } else { Delivery::Later(None) })
            }
        }
    }
}

/// Where letters are written to, if they are.
pub(crate) fn files(env: &Env) -> Option<Fetcher> {
    env::var(env, "MAIL_FILES").filter(|on| on == "1").and_then(|_| env.service("MAIL").ok())
}

/// Writes a letter, and beside it what the page of sent mail shows. Its name follows from the event: told again it is
/// written over.
async fn write(files: &Fetcher, letter: &Letter, now: Timestamp) -> Outcome<Delivery> {
    let shown = json!({
        "to": letter.to.written(), "from": letter.from.written(), "subject": letter.subject, "at": now,
        "text": letter.text, "html": letter.html,
    });
    let name = letter.file_name();
    for (ending, body) in [("json", shown.to_string().into_bytes()), ("eml", mime::raw(letter, now)?)] {
        let mut init = RequestInit::new();
        init.with_method(Method::Put).with_body(Some(js_sys::Uint8Array::from(body.as_slice()).into()));
        let answer = files.fetch(format!("https://mail/{name}.{ending}"), Some(init)).await?;
        if !(200..300).contains(&answer.status_code()) {
            return Ok(Delivery::Later(Some(answer.status_code())));
        }
    }
    Ok(Delivery::Sent)
}

/// Posts a letter to a provider, in the form that README documents.
async fn post(url: &str, token: Option<&str>, letter: &Letter) -> Outcome<Delivery> {
    let headers: Map<String, Value> = mime::extra_headers(letter)
        .into_iter()
        .map(|(name, value)| (name.to_owned(), value.into()))
        .collect();
    let mut body = json!({
        "from": letter.from.written(), "to": [letter.to.email], "subject": letter.subject, "text": letter.text,
        "html": letter.html, "headers": headers,
    });
    if let (Some(reply_to), Some(fields)) = (&letter.reply_to, body.as_object_mut()) {
        fields.insert("reply_to".to_owned(), reply_to.as_str().into());
    }
    let told = Headers::new();
    told.set("content-type", "application/json")?;
    told.set("idempotency-key", &letter.id)?;
    if let Some(token) = token {
        told.set("authorization", &format!("Bearer {token}"))?;
    }
    let mut init = RequestInit::new();
    init.with_method(Method::Post).with_headers(told).with_body(Some(body.to_string().into()));
    init.with_redirect(RequestRedirect::Manual);
    let request = Request::new_with_init(url, &init)?;
    Ok(match within_time(request).await {
        None => Delivery::Later(None),
        Some(answer) => outcome_of(answer.status_code()),
    })
}

/// What a provider's answer means.
fn outcome_of(status: u16) -> Delivery {
    match status {
        // 409: the key came before, so the letter has; its numbers may have changed since.
        200..300 | 409 => Delivery::Sent,
        408 | 429 => Delivery::Later(Some(status)),
        400..500 => Delivery::Never(status),
        _ => Delivery::Later(Some(status)),
    }
}

/// The answer to a request, unless none comes in time.
async fn within_time(request: Request) -> Option<Response> {
    let abort = AbortController::default();
    let signal = abort.signal();
    let fetch = Fetch::Request(request);
    let answer = fetch.send_with_signal(&signal);
    let time = Delay::from(Duration::from_millis(limits::MAIL_TIMEOUT_MS));
    match select(std::pin::pin!(answer), std::pin::pin!(time)).await {
        Either::Left((answer, _)) => answer.ok(),
        Either::Right(((), _)) => {
            abort.abort();
            None
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_may_help_is_tried_again() {
        for (status, sent, later) in [
            (200, true, false),
            (202, true, false),
            (409, true, false),
            (302, false, true),
            (400, false, false),
            (401, false, false),
            (408, false, true),
            (422, false, false),
            (429, false, true),
            (500, false, true),
            (503, false, true),
        ] {
            let outcome = outcome_of(status);
            assert_eq!(outcome == Delivery::Sent, sent, "{status}");
            assert_eq!(matches!(outcome, Delivery::Later(_)), later, "{status}");
        }
    }
}
