//! The HTTP API as the console calls it: one request, and what came of it.
//!
//! The session travels as a cookie that no script can read. What writes carries `Fidela-Console`, which another
//! site's page could not send.

use fidela_protocol::merchant::FieldFault;
use gloo_net::http::{Method, Request, RequestBuilder, Response};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use wasm_bindgen::JsValue;

use crate::{browser, session, texts};

/// Why a request came to nothing.
#[derive(Debug, Clone, PartialEq)]
pub enum Failure {
    /// There was no answer: whether it arrived is not known.
    Offline,
    /// An answer that is not one of ours.
    Unreadable,
    /// The edge said no.
    Refused(Box<Problem>),
}

/// A problem document (`application/problem+json`).
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct Problem {
    /// HTTP status.
    #[serde(default)]
    pub status: u16,
    /// Stable word.
    #[serde(default)]
    pub code: String,
    /// A sentence in the reader's language.
    #[serde(default)]
    pub title: String,
    /// What else there is to say.
    #[serde(default)]
    pub detail: Option<String>,
    /// Each field that is wrong.
    #[serde(default, rename = "faults")]
    pub errors: Vec<Fault>,
    /// Its numbers, and whatever else stands in it.
    #[serde(flatten)]
    pub more: serde_json::Map<String, Value>,
}

/// What is wrong with a field of what was sent.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Fault {
    /// Where: `earning.programs[1].rate.every`.
    pub path: String,
    /// What, as a stable word.
    pub code: String,
    /// The least that is allowed.
    #[serde(default)]
    pub min: Option<i64>,
    /// The most that is allowed.
    #[serde(default)]
    pub max: Option<i64>,
}

impl From<FieldFault> for Fault {
    fn from(FieldFault { path, code, min, max }: FieldFault) -> Self {
        Self { path, code, min, max }
    }
}

impl Failure {
    /// The stable code, also of the two that the edge did not give.
    pub fn code(&self) -> &str {
        match self {
            Self::Offline => "offline",
            Self::Unreadable => "unreadable",
            Self::Refused(problem) => &problem.code,
        }
    }

    /// A sentence for whoever reads it.
    pub fn sentence(&self) -> String {
        match self {
            Self::Offline => texts::t("shell.offline"),
            Self::Unreadable => texts::t("shell.unreadable"),
            Self::Refused(problem) => match &problem.detail {
                Some(detail) => format!("{} {detail}", problem.title),
                None => problem.title.clone(),
            },
        }
    }

    /// The faults of its fields.
    pub fn faults(&self) -> &[Fault] {
        match self {
            Self::Refused(problem) => &problem.errors,
            _ => &[],
        }
    }

    /// HTTP status; 0 where there was no answer.
    pub fn status(&self) -> u16 {
        match self {
            Self::Refused(problem) => problem.status,
            _ => 0,
        }
    }
}

/// What a request answers.
pub type Answer<T> = Result<T, Failure>;

/// A request that is being put together.
#[derive(Debug)]
pub struct Call {
    builder: RequestBuilder,
}

impl Call {
    /// Of a method and a path, `/v1/…`.
    pub fn new(method: Method, path: &str) -> Self {
        let builder = RequestBuilder::new(path)
            .method(method)
            .header("accept-language", texts::locale())
            .header("fidela-console", "1");
        Self { builder }
    }

    /// With the key of a write that may be sent again.
    #[must_use]
    pub fn key(self, key: &str) -> Self {
        Self { builder: self.builder.header("idempotency-key", key) }
    }

    /// With the version that was edited.
    #[must_use]
    pub fn if_match(self, version: u64) -> Self {
        Self { builder: self.builder.header("if-match", &format!("\"{version}\"")) }
    }

    /// With another header.
    #[must_use]
    pub fn header(self, name: &str, value: &str) -> Self {
        Self { builder: self.builder.header(name, value) }
    }

    /// Sends it, without a body.
    pub async fn send(self) -> Answer<Response> {
        answer(self.builder.build()).await
    }

    /// Sends it with a body of JSON.
    pub async fn json(self, body: &impl Serialize) -> Answer<Response> {
        let body = serde_json::to_string(body).map_err(|_| Failure::Unreadable)?;
        answer(self.builder.header("content-type", "application/json").body(body)).await
    }

    /// Sends it with a file or another body of the browser's.
    pub async fn bytes(self, body: JsValue) -> Answer<Response> {
        answer(self.builder.body(body)).await
    }
}

async fn answer(request: Result<Request, gloo_net::Error>) -> Answer<Response> {
    let request = request.map_err(|_| Failure::Unreadable)?;
    let response = request.send().await.map_err(|_| Failure::Offline)?;
    if response.ok() {
        return Ok(response);
    }
    let status = response.status();
    let mut problem: Problem = response.json().await.map_err(|_| Failure::Unreadable)?;
    problem.status = status;
    if status == 401 {
        session::ended();
    }
    Err(Failure::Refused(Box::new(problem)))
}

/// What an answer holds.
pub async fn read<T: DeserializeOwned>(response: Response) -> Answer<T> {
    response.json().await.map_err(|_| Failure::Unreadable)
}

/// `GET`.
pub async fn get<T: DeserializeOwned>(path: &str) -> Answer<T> {
    read(Call::new(Method::GET, path).send().await?).await
}

/// `PUT` with a body of JSON.
pub async fn put<T: DeserializeOwned>(path: &str, body: &impl Serialize) -> Answer<T> {
    read(Call::new(Method::PUT, path).json(body).await?).await
}

/// `POST` of a keyed write. `key` (see [`new_key`]) has to be the same whenever the same thing is sent again.
pub async fn post<T: DeserializeOwned>(path: &str, key: &str, body: &impl Serialize) -> Answer<T> {
    read(Call::new(Method::POST, path).key(key).json(body).await?).await
}

/// `POST` of what needs no key: natural writes and previews.
pub async fn ask<T: DeserializeOwned>(path: &str, body: &impl Serialize) -> Answer<T> {
    read(Call::new(Method::POST, path).json(body).await?).await
}

/// `DELETE`.
pub async fn delete(path: &str) -> Answer<()> {
    Call::new(Method::DELETE, path).send().await.map(|_| ())
}

/// A key for a keyed write: made once when a form is opened, and kept until it has been answered.
pub fn new_key() -> String {
    format!("console-{}", browser::random())
}

/// A text as one segment of a path, or as a value in a query.
pub fn encode(text: &str) -> String {
    js_sys::encode_uri_component(text).into()
}

/// A page of a list.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct Page<T> {
    /// What is on it.
    pub items: Vec<T>,
    /// `?after=` of the next one.
    pub next: Option<String>,
}
