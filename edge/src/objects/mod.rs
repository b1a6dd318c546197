//! The durable objects: thin shells that load, decide with `ledger` and `rules`, and write once.

use serde::Serialize;
use serde::de::DeserializeOwned;
use worker::{Env, Method, Request, RequestInit, Response};

use crate::answer::Answer;
use crate::failure::{Failure, Outcome, broken};

pub(crate) mod directory;
pub(crate) mod import;
pub(crate) mod shard;
pub(crate) mod store;

/// Says that the account's verified e-mail has not been asked for guest points yet.
const CLAIM_HEADER: &str = "fidela-claim";
/// Stable code of a problem, for the log.
const CODE_HEADER: &str = "fidela-code";

/// What an object answered.
pub(crate) struct Reply {
    /// HTTP status of the answer.
    pub(crate) status: u16,
    /// Keyed hash of an e-mail whose guest points wait to be claimed.
    pub(crate) claim: Option<String>,
    code: Option<String>,
    body: Vec<u8>,
}

impl Reply {
    /// JSON.
    pub(crate) fn json(status: u16, body: &impl Serialize) -> Outcome<Self> {
        let body = serde_json::to_vec(body).map_err(|error| broken("reply", error))?;
        Ok(Self { status, claim: None, code: None, body })
    }

    /// Bytes that are JSON already.
    pub(crate) const fn raw(status: u16, body: Vec<u8>) -> Self {
        Self { status, claim: None, code: None, body }
    }

    /// No body.
    pub(crate) const fn empty(status: u16) -> Self {
        Self::raw(status, Vec::new())
    }

    /// The answer, read as one form.
    pub(crate) fn read<T: DeserializeOwned>(&self) -> Outcome<T> {
        serde_json::from_slice(&self.body).map_err(|error| broken("an object's reply", error))
    }

    /// Whether it is a certain problem.
    pub(crate) fn is(&self, code: fidela_protocol::Code) -> bool {
        self.code.as_deref() == Some(code.code())
    }

    /// A number that the answer names; 0 where it does not.
    pub(crate) fn number(&self, name: &str) -> Outcome<i64> {
        let body: serde_json::Value = self.read()?;
        Ok(body.get(name).and_then(serde_json::Value::as_i64).unwrap_or(0))
    }

    /// Changes the answer, if it is an object.
    pub(crate) fn edit(
        &mut self,
        change: impl FnOnce(&mut serde_json::Map<String, serde_json::Value>),
    ) -> Outcome<()> {
        if let serde_json::Value::Object(mut body) = self.read()? {
            change(&mut body);
            self.body = serde_json::to_vec(&body).map_err(|error| broken("reply", error))?;
        }
        Ok(())
    }

    /// What the caller gets.
    pub(crate) fn into_answer(self) -> Answer {
        if self.body.is_empty() {
            return Answer::empty(self.status);
        }
        let kind = if self.status < 400 { "application/json" } else { "application/problem+json" };
        let code = self.code.and_then(|code| {
            fidela_protocol::Code::ALL.iter().map(|known| known.code()).find(|known| *known == code)
        });
        Answer::bytes(self.status, kind, self.body).code(code)
    }

    fn into_response(self) -> worker::Result<Response> {
        let headers = worker::Headers::new();
        if let Some(claim) = &self.claim {
            headers.set(CLAIM_HEADER, claim)?;
        }
        if let Some(code) = &self.code {
            headers.set(CODE_HEADER, code)?;
        }
        let builder = worker::ResponseBuilder::new().with_status(self.status).with_headers(headers);
        Ok(if self.body.is_empty() { builder.empty() } else { builder.fixed(self.body) })
    }
}

/// What an object answers to its own failure. A fatal one is told in full, for the Worker in front to log.
fn failed(failure: Failure) -> worker::Result<Response> {
    match failure {
        Failure::Problem(problem) => {
            let body = serde_json::to_value(&problem).and_then(|body| serde_json::to_vec(&body));
            let body = body.unwrap_or_default();
            let code = Some(problem.code.to_owned());
            Reply { status: problem.status, claim: None, code, body }.into_response()
        }
        Failure::Fatal(cause) => Err(worker::Error::RustError(cause)),
    }
}

/// Asks an object. Only our own code can: objects have no address in the world.
async fn ask(env: &Env, binding: &str, name: &str, call: &impl Serialize) -> Outcome<Reply> {
    let body = serde_json::to_string(call).map_err(|error| broken("call", error))?;
    named(env, binding, name, worker::Headers::new(), Some(body.into())).await
}

/// Asks the object of a name, with any body, also one that is still coming.
async fn named(
    env: &Env,
    binding: &str,
    name: &str,
    headers: worker::Headers,
    body: Option<wasm_bindgen::JsValue>,
) -> Outcome<Reply> {
    let mut init = RequestInit::new();
    init.with_method(Method::Post).with_headers(headers).with_body(body);
    let request = Request::new_with_init("https://object/", &init)?;
    let stub = env.durable_object(binding)?.get_by_name(name)?;
    let mut response = stub.fetch_with_request(request).await?;
    let claim = response.headers().get(CLAIM_HEADER)?;
    let code = response.headers().get(CODE_HEADER)?;
    Ok(Reply { status: response.status_code(), claim, code, body: response.bytes().await? })
}
