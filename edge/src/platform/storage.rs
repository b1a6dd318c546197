//! An object's `SQLite` database, with transactions that roll back.
//!
//! `worker` 0.8.7 has no `transactionSync`, and without it a handler that fails after its first row keeps that row.

use std::time::Duration;

use wasm_bindgen::prelude::*;
use worker::{Request, Response, SqlStorage, State};

#[wasm_bindgen]
extern "C" {
    type RawStorage;

    #[wasm_bindgen(method, catch, js_name = transactionSync)]
    fn transaction_sync(
        this: &RawStorage,
        work: &mut dyn FnMut() -> Result<JsValue, JsValue>,
    ) -> Result<JsValue, JsValue>;
}

/// One object's storage.
pub(crate) struct Storage {
    inner: worker::Storage,
    sql: SqlStorage,
    raw: Option<RawStorage>,
}

impl Storage {
    /// Takes the storage out of an object's state; to be called once, in the object's constructor.
    pub(crate) fn new(state: &State) -> Self {
        let storage = state.storage();
        let sql = storage.sql();
        let raw = state.as_raw().storage().ok().map(JsCast::unchecked_into);
        Self { inner: storage, sql, raw }
    }

    /// For statements. Outside [`Self::transaction`] each one stands alone.
    pub(crate) fn sql(&self) -> &SqlStorage {
        &self.sql
    }

    /// Runs `work` in one transaction: all that it wrote stays if it answers `Ok`, and none of it if it answers `Err`.
    ///
    /// # Errors
    /// What `work` answered; or the runtime's own failure (a full disk), after which nothing stays either.
    pub(crate) fn transaction<T, E>(&self, work: impl FnOnce() -> Result<T, E>) -> Result<T, E>
    where
        E: From<worker::Error>,
    {
        let raw = self.raw.as_ref().ok_or_else(|| worker::Error::from("an object without storage"))?;
        let mut work = Some(work);
        let mut outcome = None;
        let ran = raw.transaction_sync(&mut || {
            let Some(work) = work.take() else {
                return Err(JsValue::from_str("a transaction's work was asked for twice"));
            };
            let result = work();
            // The runtime rolls back when the closure throws, and an `Err` becomes a throw.
            let signal =
                if result.is_ok() { Ok(JsValue::UNDEFINED) } else { Err(JsValue::from_str("rolled back")) };
            outcome = Some(result);
            signal
        });
        match (ran, outcome) {
            (Ok(_), Some(result)) | (Err(_), Some(result @ Err(_))) => result,
            (Err(thrown), _) => Err(worker::Error::from(thrown).into()),
            (Ok(_), None) => Err(worker::Error::from("a transaction that did not run its work").into()),
        }
    }

    /// Asks for the object's alarm in `delay` from now.
    ///
    /// # Errors
    /// The runtime's.
    pub(crate) async fn alarm_in(&self, delay: Duration) -> worker::Result<()> {
        self.inner.set_alarm(delay).await
    }
}

/// A throw-away request that shows what the platform does; it goes when the first real route comes.
pub(crate) struct Probe {
    fail: bool,
    alarm: bool,
}

#[derive(serde::Deserialize, serde::Serialize)]
struct Counts {
    writes: u32,
    alarms: u32,
}

impl Probe {
    /// `?fail` writes and then fails, `?alarm` asks for an alarm in 200 ms.
    pub(crate) fn of(request: &Request) -> worker::Result<Self> {
        let url = request.url()?;
        let query = url.query().unwrap_or_default();
        Ok(Self { fail: query.contains("fail"), alarm: query.contains("alarm") })
    }

    /// Writes two statements in one transaction, and answers what stands in the database afterwards.
    pub(crate) async fn run(&self, storage: &Storage) -> worker::Result<Response> {
        let sql = storage.sql();
        sql.exec(
            "CREATE TABLE IF NOT EXISTS probe (id INTEGER PRIMARY KEY, writes INTEGER, alarms INTEGER)",
            None,
        )?;
        sql.exec("INSERT OR IGNORE INTO probe VALUES (1, 0, 0)", None)?;
        let outcome = storage.transaction(|| {
            sql.exec("UPDATE probe SET writes = writes + 1", None)?;
            if self.fail {
                sql.exec("UPDATE no_such_table SET writes = 1", None)?;
            }
            Ok::<_, worker::Error>(())
        });
        if self.alarm {
            storage.alarm_in(Duration::from_millis(200)).await?;
        }
        let counts: Counts = sql.exec("SELECT writes, alarms FROM probe", None)?.one()?;
        Response::from_json(&serde_json::json!({
            "counts": counts,
            "error": outcome.err().map(|error| error.to_string()),
        }))
    }
}
