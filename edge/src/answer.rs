//! What a request is answered with.

use fidela_protocol::{Code, Problem};
use serde::Serialize;
use worker::{EncodeBody, Headers, Response, ResponseBuilder};

use crate::failure::{Failure, Outcome, broken};

/// An answer, before it becomes the runtime's.
pub(crate) struct Answer {
    /// HTTP status.
    pub(crate) status: u16,
    /// Stable code, of a problem.
    pub(crate) problem: Option<&'static str>,
    headers: Vec<(&'static str, String)>,
    body: Vec<u8>,
}

impl Answer {
    /// JSON.
    pub(crate) fn json(status: u16, body: &impl Serialize) -> Outcome<Self> {
        let body = serde_json::to_vec(body).map_err(|error| broken("answer", error))?;
        Ok(Self::bytes(status, "application/json", body))
    }

    /// Bytes of a type.
    pub(crate) fn bytes(status: u16, content_type: &str, body: Vec<u8>) -> Self {
        Self { status, problem: None, headers: vec![("content-type", content_type.to_owned())], body }
    }

    /// No body.
    pub(crate) const fn empty(status: u16) -> Self {
        Self { status, problem: None, headers: Vec::new(), body: Vec::new() }
    }

    /// A failure, as a document. The cause of a fatal one is logged by whoever asked, not answered.
    pub(crate) fn failure(failure: &Failure) -> Self {
        let fatal = Problem::new(Code::Internal);
        let problem = match failure {
            Failure::Problem(problem) => problem,
            Failure::Fatal(_) => &fatal,
        };
        // As a value, its fields come in the order of their names. So do those of an object's problem, which was
        // read and translated on its way: nothing tells whether a thing is another's or does not exist.
        let body = serde_json::to_value(problem).and_then(|body| serde_json::to_vec(&body));
        let body = body.unwrap_or_default();
        let answer = Self::bytes(problem.status, "application/problem+json", body);
        answer.code(Some(problem.code))
    }

    /// With a problem's stable code, for the log.
    #[must_use]
    pub(crate) const fn code(mut self, code: Option<&'static str>) -> Self {
        self.problem = code;
        self
    }

    /// The body.
    pub(crate) fn body(&self) -> &[u8] {
        &self.body
    }

    /// Whether it has a header.
    pub(crate) fn has(&self, name: &str) -> bool {
        self.headers.iter().any(|(known, _)| *known == name)
    }

    /// With a header.
    #[must_use]
    pub(crate) fn header(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }

    /// As the runtime wants it.
    pub(crate) fn into_response(self) -> worker::Result<Response> {
        let headers = Headers::new();
        for (name, value) in &self.headers {
            headers.set(name, value)?;
        }
        // What says that it is compressed, is: the runtime would compress it once more.
        let builder = ResponseBuilder::new()
            .with_status(self.status)
            .with_headers(headers)
            .with_encode_body(EncodeBody::Manual);
        Ok(if self.body.is_empty() { builder.empty() } else { builder.fixed(self.body) })
    }
}
