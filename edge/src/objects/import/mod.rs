//! The `Import` object: one spreadsheet, its rows, and what became of each.
//!
//! A file is read while it arrives, and then worked on some hundred rows at a time: checked (asked of the shards,
//! where everything is rolled back), counted, and perhaps taken back. A batch that was sent and whose answers were not
//! written down is sent again: shards know each row by the import and its number, and answer as they did.
//!
//! Rows name people: some time after nothing more has happened to an import they are forgotten, and what they came to is
//! kept.
//!
//! `running.rs` drives that: within the request as far as a small file needs it, then by alarm, and on a test server
//! right after the answer.

mod reading;
mod rows;
mod running;
mod work;

use std::rc::Rc;

use fidela_protocol::Code;
use fidela_protocol::imports::{ImportEntry, ImportKind, ImportRowStatus, ImportStatus};
use fidela_sheets::{Language, Summary};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use worker::{DurableObject, Env, Request, Response, Result, State, durable_object};

use crate::call::json;
use crate::failure::{Outcome, broken};
use crate::objects::{Reply, ask, failed, named};
use crate::platform::storage::Storage;
use running::Runner;

pub(crate) use rows::{Stored, Totals};

/// Each step runs once, in order; steps are added, never changed.
const SCHEMA: &[&str] = &[rows::META, rows::TABLE, rows::TODO, rows::BY_OWNER];

/// A file that is uploaded: what is told beside its bytes.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Upload {
    /// `st_…`.
    pub(crate) store: String,
    /// Key of the e-mail index.
    pub(crate) index_key: String,
    /// What it becomes.
    pub(crate) entry: ImportEntry,
    /// Whether to go on by itself where nothing is wrong.
    pub(crate) start: bool,
    /// Whether each row needs a reference.
    pub(crate) reference: bool,
    /// Whether each row needs an amount.
    pub(crate) amount: bool,
    /// The merchant's.
    pub(crate) language: Language,
    /// The store's.
    pub(crate) currency: String,
}

/// What is known of an import.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Meta {
    store: String,
    entry: ImportEntry,
    start: bool,
    /// Of what was asked and the file's bytes, once all have come.
    hash: String,
    summary: Option<Summary>,
    /// What the store was told last.
    told: Option<ImportStatus>,
    /// What its rows came to, once they are forgotten.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    kept: Option<Totals>,
}

/// A call of the Worker in front.
#[derive(Serialize, Deserialize)]
pub(crate) struct ImportCall {
    /// The request's time.
    pub(crate) now: Timestamp,
    /// What is asked.
    pub(crate) op: ImportOp,
}

/// What can be asked of an import.
#[derive(Serialize, Deserialize)]
#[serde(tag = "op", rename_all = "snake_case")]
pub(crate) enum ImportOp {
    /// Where it stands.
    Look,
    /// Have it done. Natural.
    Start,
    /// Take back what it granted. Natural.
    Revert,
    /// A page of its rows.
    Rows {
        /// Below this one.
        after: i64,
        /// At most so many.
        limit: i64,
        /// Only those that came to one of these, where any is named.
        only: Vec<ImportRowStatus>,
    },
    /// Forget the rows about some people. Natural.
    ForgetOwners {
        /// Their accounts' keys.
        owners: Vec<String>,
    },
    /// Forget all of it. Natural.
    Forget,
    /// Do everything that is to be done, and only then answer.
    Advance,
}

/// Where an import stands.
#[derive(Serialize, Deserialize)]
pub(crate) struct Looked {
    /// As the store lists it.
    pub(crate) entry: ImportEntry,
    /// What was read.
    pub(crate) summary: Option<Summary>,
    /// What its rows came to.
    pub(crate) totals: Totals,
}

/// The header that an upload comes with: no object is asked anything else with a body that is no JSON.
const UPLOAD_HEADER: &str = "fidela-upload";

/// The name of an import's object.
fn name(store: &str, id: &str) -> String {
    format!("v1/{store}/import/{id}")
}

/// Asks an import.
pub(crate) async fn call(env: &Env, store: &str, id: &str, now: Timestamp, op: ImportOp) -> Outcome<Reply> {
    ask(env, "IMPORT", &name(store, id), &ImportCall { now, op }).await
}

/// Sends a file on to its object, as it comes.
pub(crate) async fn send(env: &Env, upload: &Upload, body: Option<wasm_bindgen::JsValue>) -> Outcome<Reply> {
    let told = serde_json::to_string(upload).map_err(|error| broken("upload", error))?;
    // A header holds no letters beyond Latin-1.
    let told = crate::platform::crypto::to_base64(told.as_bytes());
    let headers = worker::Headers::new();
    headers.set(UPLOAD_HEADER, &told)?;
    named(env, "IMPORT", &name(&upload.store, &upload.entry.id), headers, body).await
}

/// The durable object.
#[durable_object(alarm)]
pub struct Import {
    state: State,
    runner: Rc<Runner>,
}

impl DurableObject for Import {
    fn new(state: State, env: Env) -> Self {
        let runner = Rc::new(Runner::new(Storage::new(&state), env));
        Self { state, runner }
    }

    async fn fetch(&self, request: Request) -> Result<Response> {
        self.answer(request).await.map_or_else(failed, Reply::into_response)
    }

    async fn alarm(&self) -> Result<Response> {
        self.runner.by_alarm().await.map_err(|failure| worker::Error::RustError(format!("{failure:?}")))?;
        Response::ok("")
    }
}

impl Import {
    async fn answer(&self, mut request: Request) -> Outcome<Reply> {
        let runner = &self.runner;
        runner.migrate()?;
        if let Some(told) = request.headers().get(UPLOAD_HEADER)? {
            let upload = crate::platform::crypto::from_base64(&told)
                .ok_or_else(|| broken("upload", "its header is not base64"))?;
            let upload: Upload = json(&upload)?;
            let now = upload.entry.created_at;
            runner.forget_old(now)?;
            let is_new = runner.read(request, upload).await?;
            if is_new {
                self.go_on(now).await?;
            }
            return Reply::json(202, &runner.known()?.entry);
        }
        let ImportCall { now, op } = json(&request.bytes().await?)?;
        // No answer depends on whether the alarm has run.
        runner.forget_old(now)?;
        match op {
            ImportOp::Look => {
                let meta = runner.known()?;
                if meta.entry.status.is_busy() {
                    // Whatever has kept it from going on: somebody looks, so it goes on.
                    runner.kick(&self.state, now).await?;
                }
                let totals = meta.kept.map_or_else(|| rows::totals(runner.sql()), Ok)?;
                Reply::json(200, &Looked { entry: meta.entry, summary: meta.summary, totals })
            }
            ImportOp::Start => {
                runner.start()?;
                self.go_on(now).await?;
                Reply::json(202, &runner.known()?.entry)
            }
            ImportOp::Revert => {
                runner.revert()?;
                self.go_on(now).await?;
                Reply::json(202, &runner.known()?.entry)
            }
            ImportOp::Rows { after, limit, only } => {
                if runner.known()?.kept.is_some() {
                    return Err(Code::ImportForgotten.into());
                }
                Reply::json(200, &rows::page(runner.sql(), after, limit, &only)?)
            }
            ImportOp::ForgetOwners { owners } => {
                runner.write(|sql| rows::forget(sql, &owners))?;
                Ok(Reply::empty(204))
            }
            ImportOp::Forget => {
                if runner.known_or_none()?.is_some_and(|meta| runner.is_at_work(&meta)) {
                    return Err(Code::ImportBusy.into());
                }
                runner.forget().await?;
                Ok(Reply::empty(204))
            }
            ImportOp::Advance => {
                runner.all(now).await?;
                Ok(Reply::empty(204))
            }
        }
    }

    /// As far as a small file needs it, before the answer; the rest after it.
    async fn go_on(&self, now: Timestamp) -> Outcome<()> {
        self.runner.some(now).await;
        self.runner.kick(&self.state, now).await
    }
}

impl Meta {
    /// The same at another status. Where nothing more happens by itself, the time begins for which its rows are kept;
    /// so it does for a file that may break off.
    fn at(mut self, status: ImportStatus, now: Timestamp) -> Self {
        let rests = !status.is_busy() || status == ImportStatus::Reading;
        self.entry.status = status;
        self.entry.rows_until = rests.then(|| rows::kept_until(now));
        self
    }

    fn mission(&self) -> Outcome<String> {
        self.entry.mission.clone().ok_or_else(|| broken("import", "completions without a mission"))
    }

    const fn is_balances(&self) -> bool {
        matches!(self.entry.kind, ImportKind::Balances)
    }
}
