//! Requests that can be sent again, and answers that are looked at whole.

use fidela_protocol::Code;
use jiff::Timestamp;
use reqwest::header::HeaderMap;
use reqwest::{Client, Method};
use serde_json::Value;

/// A request, before it is sent. It can be sent again and again.
#[derive(Debug, Clone)]
#[must_use]
pub struct Ask {
    http: Client,
    method: Method,
    url: String,
    headers: Vec<(&'static str, Vec<u8>)>,
    body: Option<Vec<u8>>,
}

impl Ask {
    /// A request without headers and body.
    pub fn new(http: &Client, method: &str, url: String) -> Self {
        let method = method.parse().expect("an HTTP method");
        Self { http: http.clone(), method, url, headers: Vec::new(), body: None }
    }

    /// With a header, in place of one that is there by that name.
    pub fn header(mut self, name: &'static str, value: impl AsRef<[u8]>) -> Self {
        self.headers.retain(|(known, _)| *known != name);
        self.headers.push((name, value.as_ref().to_vec()));
        self
    }

    /// Where the answer leads elsewhere, it is the answer.
    pub fn no_redirect(mut self) -> Self {
        let http = Client::builder().redirect(reqwest::redirect::Policy::none()).build();
        self.http = http.expect("a client");
        self
    }

    /// Without a header.
    pub fn no_header(mut self, name: &str) -> Self {
        self.headers.retain(|(known, _)| *known != name);
        self
    }

    /// With `Authorization: Bearer …`.
    pub fn bearer(self, credentials: &str) -> Self {
        self.header("authorization", format!("Bearer {credentials}"))
    }

    /// With an `Idempotency-Key`.
    pub fn key(self, key: impl AsRef<[u8]>) -> Self {
        self.header("idempotency-key", key)
    }

    /// At a moment.
    pub fn at(self, moment: Timestamp) -> Self {
        self.header("fidela-test-clock", moment.to_string())
    }

    /// With a JSON body.
    pub fn json(self, body: &Value) -> Self {
        self.raw(body.to_string())
    }

    /// With a body of any bytes, sent as JSON.
    pub fn raw(mut self, body: impl Into<Vec<u8>>) -> Self {
        self.body = Some(body.into());
        self.header("content-type", "application/json")
    }

    /// With a body of a type.
    pub fn sent_as(self, kind: &str, body: impl Into<Vec<u8>>) -> Self {
        self.raw(body).header("content-type", kind)
    }

    /// Sends it and reads the whole answer.
    pub async fn send(&self) -> Answer {
        self.try_send().await.unwrap_or_else(|error| panic!("{} {}: {error:?}", self.method, self.url))
    }

    /// Sends it; fails where no whole answer came.
    pub async fn try_send(&self) -> reqwest::Result<Answer> {
        let mut request = self.http.request(self.method.clone(), &self.url);
        for (name, value) in &self.headers {
            request = request.header(*name, value.as_slice());
        }
        if let Some(body) = &self.body {
            request = request.body(body.clone());
        }
        let response = request.send().await?;
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        let body = response.bytes().await?.to_vec();
        Ok(Answer { asked: format!("{} {}", self.method, self.url), status, headers, body })
    }
}

/// An answer, as it came.
#[derive(Debug, Clone)]
#[must_use]
pub struct Answer {
    asked: String,
    /// HTTP status.
    pub status: u16,
    /// Headers.
    pub headers: HeaderMap,
    /// The whole body.
    pub body: Vec<u8>,
}

impl Answer {
    /// The body as text.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// A header, or nothing.
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }

    /// The body, which is JSON.
    #[track_caller]
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body)
            .unwrap_or_else(|error| panic!("{}: {error}: {}", self.asked, self.text()))
    }

    /// The body of a success with this status.
    #[track_caller]
    pub fn ok(&self, status: u16) -> Value {
        assert_eq!(self.status, status, "{}: {}", self.asked, self.text());
        if self.body.is_empty() { Value::Null } else { self.json() }
    }

    /// A refusal with this stable code, in the form that every refusal has.
    #[track_caller]
    pub fn refused(&self, code: &str) -> Value {
        let problem = self.problem();
        assert_eq!(problem["code"], code, "{}: {}", self.asked, self.text());
        problem
    }

    /// A refusal, whatever its code, in the form that every refusal has.
    #[track_caller]
    pub fn problem(&self) -> Value {
        let said = || format!("{}: {} {}", self.asked, self.status, self.text());
        assert!((400..500).contains(&self.status), "{}", said());
        assert_eq!(self.header("content-type"), "application/problem+json", "{}", said());
        let problem = self.json();
        let known = Code::ALL.iter().find(|known| problem["code"] == known.code());
        let known = known.unwrap_or_else(|| panic!("no stable code: {}", said()));
        assert_eq!(known.status(), self.status, "{}", said());
        assert_eq!(problem["status"], self.status, "{}", said());
        assert!(problem["title"].as_str().is_some_and(|title| !title.is_empty()), "{}", said());
        problem
    }

    /// Asserts that two answers cannot be told apart by status and body.
    #[track_caller]
    pub fn same_as(&self, other: &Self) {
        assert_eq!(
            (self.status, self.text()),
            (other.status, other.text()),
            "{} and {} differ",
            self.asked,
            other.asked
        );
    }
}
