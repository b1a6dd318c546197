//! A request, read once: everything the routes need of it, and nothing of the runtime.

use std::cell::{OnceCell, RefCell};

use fidela_protocol::routes::{Found, Id, ROUTES, Route, find};
use fidela_protocol::scopes::Author;
use fidela_protocol::{Code, Problem};
use jiff::Timestamp;
use serde::de::DeserializeOwned;
use wasm_bindgen::JsValue;
use worker::{Env, Request};

use crate::failure::{Failure, Outcome};
use crate::limits;
use crate::platform::{clock, crypto, env};

/// A request.
pub(crate) struct Call {
    /// HTTP method.
    pub(crate) method: String,
    /// Where the world finds this deployment: as it says itself (`PUBLIC_URL`), or as the request was sent.
    pub(crate) edge: String,
    /// Where it was sent to.
    pub(crate) origin: String,
    /// Path, still percent-encoded.
    pub(crate) path: String,
    /// The row of the table that it is for, if it is for one.
    pub(crate) route: Option<&'static Route>,
    /// Who sent it, once they have proved it.
    pub(crate) author: OnceCell<Author>,
    /// Whose store it is about, once that is proved, too.
    pub(crate) store: OnceCell<String>,
    query: Vec<(String, String)>,
    headers: worker::Headers,
    /// The raw body.
    pub(crate) body: Vec<u8>,
    /// A file that is uploaded, as long as nobody has taken it: it is sent on as it comes.
    upload: RefCell<Option<JsValue>>,
    /// The request's time: the wall clock's, or on a test server the one it names.
    pub(crate) now: Timestamp,
    /// Whether this is a test server.
    pub(crate) test_clock: bool,
    /// Bindings and settings.
    pub(crate) env: Env,
}

impl Call {
    /// Reads a request.
    pub(crate) async fn read(mut request: Request, env: Env) -> Outcome<Self> {
        let url = request.url()?;
        let headers = request.headers().clone();
        let test_clock = env::var(&env, "TEST_CLOCK").as_deref() == Some("1");
        let now = match (headers.get("fidela-test-clock")?, test_clock) {
            (None, _) => clock::now(),
            (Some(_), false) => return Err(Code::TestClockDisabled.into()),
            (Some(at), true) => at.parse().map_err(|_| {
                Problem::new(Code::InvalidQuery).detail("Fidela-Test-Clock takes an RFC 3339 moment.")
            })?,
        };
        let announced = headers.get("content-length")?.and_then(|length| length.parse::<usize>().ok());
        let method = request.method().to_string();
        let route = match find(&method, url.path()) {
            Found::Route(index, _) => ROUTES.get(index),
            Found::OtherMethods(_) | Found::Nothing => None,
        };
        let is_upload = route.is_some_and(|route| route.id == Id::CreateImport);
        let (most, too_large) = if is_upload {
            (fidela_sheets::limits::FILE_BYTES, Code::ImportTooLarge)
        } else {
            (limits::BODY_BYTES, Code::BodyTooLarge)
        };
        if announced.is_some_and(|length| length > most) {
            return Err(too_large.into());
        }
        let upload = RefCell::new(request.inner().body().filter(|_| is_upload).map(JsValue::from));
        let body = if is_upload || matches!(method.as_str(), "GET" | "HEAD" | "OPTIONS") {
            Vec::new()
        } else {
            read_body(&mut request).await?
        };
        let origin = url.origin().ascii_serialization();
        let edge = env::var(&env, "PUBLIC_URL").unwrap_or_else(|| origin.clone());
        let edge = edge.trim_end_matches('/').to_owned();
        let query = url.query_pairs().map(|(name, value)| (name.into_owned(), value.into_owned())).collect();
        Ok(Self {
            method,
            edge,
            origin,
            path: url.path().to_owned(),
            route,
            author: OnceCell::new(),
            store: OnceCell::new(),
            query,
            headers,
            body,
            upload,
            now,
            test_clock,
            env,
        })
    }

    /// The file that is uploaded; once.
    pub(crate) fn take_upload(&self) -> Option<JsValue> {
        self.upload.borrow_mut().take()
    }

    /// A header, if it is there and readable.
    pub(crate) fn header(&self, name: &str) -> Option<String> {
        self.headers.get(name).ok().flatten()
    }

    /// A query parameter.
    pub(crate) fn query(&self, name: &str) -> Option<&str> {
        self.query.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    /// How many rows of a page are wished for.
    pub(crate) fn page_rows(&self) -> Outcome<usize> {
        let Some(limit) = self.query("limit") else { return Ok(limits::PAGE_ROWS_DEFAULT) };
        limit.parse().ok().filter(|limit| (1..=limits::PAGE_ROWS).contains(limit)).ok_or_else(|| {
            Problem::new(Code::InvalidQuery).detail("`limit` is a number from 1 to 200.").into()
        })
    }

    /// What follows `Bearer ` in the `Authorization` header.
    pub(crate) fn bearer(&self) -> Option<String> {
        let header = self.header("authorization")?;
        let (scheme, credentials) = header.split_once(' ')?;
        scheme.eq_ignore_ascii_case("bearer").then(|| credentials.trim().to_owned())
    }

    /// The body as JSON of one form; what does not fit is said with its place.
    pub(crate) fn json<T: DeserializeOwned>(&self) -> Outcome<T> {
        let document = json(&self.body)?;
        // serde also reads an object from the list of its values: fields without names are not documented.
        if self.body.trim_ascii_start().starts_with(b"[") {
            return Err(Problem::new(Code::InvalidBody).detail("expected an object, not a list").into());
        }
        Ok(document)
    }

    /// The key of a keyed write, with a hash of what it asks for.
    pub(crate) fn idempotency(&self) -> Outcome<Keyed> {
        let key = self.header("idempotency-key").ok_or(Code::IdempotencyKeyMissing)?;
        let printable = key.bytes().all(|byte| (0x20..0x7f).contains(&byte));
        if key.is_empty() || key.len() > limits::IDEMPOTENCY_KEY_CHARS || !printable {
            return Err(Code::IdempotencyKeyInvalid.into());
        }
        let mut asked = format!("{} {}\n", self.method, self.path).into_bytes();
        asked.extend_from_slice(&self.body);
        Ok(Keyed { key, hash: crypto::sha256_hex(&asked) })
    }
}

/// The key of a keyed write.
#[derive(Debug, Clone, serde::Serialize, serde::Deserialize)]
pub(crate) struct Keyed {
    /// As the caller chose it.
    pub(crate) key: String,
    /// Of method, path and body.
    pub(crate) hash: String,
}

/// JSON of one form; what does not fit is said with its place.
pub(crate) fn json<T: DeserializeOwned>(body: &[u8]) -> Outcome<T> {
    let reader = &mut serde_json::Deserializer::from_slice(body);
    let document = serde_path_to_error::deserialize(&mut *reader).map_err(|error| {
        let path = error.path().to_string();
        let inner = error.into_inner();
        let code = if inner.is_data() { Code::InvalidBody } else { Code::InvalidJson };
        let place = if path == "." { String::new() } else { format!("{path}: ") };
        Failure::from(Problem::new(code).detail(format!("{place}{inner}")))
    })?;
    // One document and no more: what follows it would be dropped unread.
    reader.end().map_err(|error| Problem::new(Code::InvalidJson).detail(error.to_string()))?;
    Ok(document)
}

async fn read_body(request: &mut Request) -> Outcome<Vec<u8>> {
    use futures_util::StreamExt;
    // By chunks: a body without a length, or with a false one, is not taken in further than its limit.
    let Ok(mut chunks) = request.stream() else { return Ok(Vec::new()) };
    let mut body = Vec::new();
    while let Some(chunk) = chunks.next().await {
        body.extend_from_slice(&chunk?);
        if body.len() > limits::BODY_BYTES {
            return Err(Code::BodyTooLarge.into());
        }
    }
    Ok(body)
}
