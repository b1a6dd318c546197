//! An object's `SQLite` database, with transactions that roll back.
//!
//! `worker` 0.8.7 has no `transactionSync`, and without it a handler that fails after its first row keeps that row.

use serde::de::DeserializeOwned;
use wasm_bindgen::prelude::*;
use worker::{SqlStorage, SqlStorageValue, State};

use crate::failure::{Failure, Outcome, broken};

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
    sql: Sql,
    raw: Option<RawStorage>,
}

/// Statements on one object's database. Outside [`Storage::transaction`] each one stands alone.
pub(crate) struct Sql(SqlStorage);

impl Sql {
    /// Runs a statement that answers nothing.
    pub(crate) fn run(&self, statement: &str, values: Vec<SqlStorageValue>) -> Outcome<()> {
        self.0.exec(statement, values).map_err(|error| broken(statement, error))?;
        Ok(())
    }

    /// Runs a statement and reads every row.
    pub(crate) fn rows<T: DeserializeOwned>(
        &self,
        statement: &str,
        values: Vec<SqlStorageValue>,
    ) -> Outcome<Vec<T>> {
        let cursor = self.0.exec(statement, values).map_err(|error| broken(statement, error))?;
        cursor.to_array().map_err(|error| broken(statement, error))
    }

    /// Runs a statement and reads its first row, if there is one.
    pub(crate) fn first<T: DeserializeOwned>(
        &self,
        statement: &str,
        values: Vec<SqlStorageValue>,
    ) -> Outcome<Option<T>> {
        Ok(self.rows(statement, values)?.into_iter().next())
    }

    /// Brings the database to the newest schema: each step runs once, in order, and stays.
    pub(crate) fn migrate(&self, steps: &[&str]) -> Outcome<()> {
        #[derive(serde::Deserialize)]
        struct Version {
            version: usize,
        }
        self.run("CREATE TABLE IF NOT EXISTS schema_version (version INTEGER NOT NULL)", vec![])?;
        let at: Option<Version> = self.first("SELECT version FROM schema_version", vec![])?;
        let done = at.as_ref().map_or(0, |at| at.version);
        if at.is_none() {
            self.run("INSERT INTO schema_version VALUES (0)", vec![])?;
        }
        if done > steps.len() {
            return Err(Failure::Fatal(format!("data of schema {done}, code of schema {}", steps.len())));
        }
        for (index, step) in steps.iter().enumerate().skip(done) {
            self.run(step, vec![])?;
            let version = i64::try_from(index).unwrap_or(i64::MAX).saturating_add(1);
            self.run("UPDATE schema_version SET version = ?", vec![version.into()])?;
        }
        Ok(())
    }
}

impl Storage {
    /// Takes the storage out of an object's state; to be called once, in the object's constructor.
    pub(crate) fn new(state: &State) -> Self {
        let storage = state.storage();
        let sql = Sql(storage.sql());
        let raw = state.as_raw().storage().ok().map(JsCast::unchecked_into);
        Self { inner: storage, sql, raw }
    }

    /// For statements that only read.
    pub(crate) const fn sql(&self) -> &Sql {
        &self.sql
    }

    /// Runs `work` in one transaction: all that it wrote stays if it answers `Ok`, and none of it if it
    /// answers `Err`: what it answered, or the runtime's own failure (a full disk).
    pub(crate) fn transaction<T>(&self, work: impl FnOnce(&Sql) -> Outcome<T>) -> Outcome<T> {
        let raw = self.raw.as_ref().ok_or_else(|| broken("storage", "this object has none"))?;
        let mut work = Some(work);
        let mut outcome = None;
        let ran = raw.transaction_sync(&mut || {
            let Some(work) = work.take() else {
                return Err(JsValue::from_str("a transaction's work was asked for twice"));
            };
            let result = work(&self.sql);
            // The runtime rolls back when the closure throws, and an `Err` becomes a throw.
            let signal =
                if result.is_ok() { Ok(JsValue::UNDEFINED) } else { Err(JsValue::from_str("rolled back")) };
            outcome = Some(result);
            signal
        });
        match (ran, outcome) {
            (Ok(_), Some(result)) | (Err(_), Some(result @ Err(_))) => result,
            (Err(thrown), _) => Err(worker::Error::from(thrown).into()),
            (Ok(_), None) => Err(broken("transaction", "it did not run its work")),
        }
    }

    /// Runs `work` as [`Self::transaction`] does, and takes all of it back: to see what it would come to.
    pub(crate) fn rehearse<T>(&self, work: impl FnOnce(&Sql) -> Outcome<T>) -> Outcome<T> {
        let mut seen = None;
        let over = self.transaction(|sql| -> Outcome<()> {
            seen = Some(work(sql)?);
            Err(broken("rehearsal", "it is over"))
        });
        match (seen, over) {
            (Some(seen), Err(_)) => Ok(seen),
            (_, Err(failure)) => Err(failure),
            (_, Ok(())) => Err(broken("rehearsal", "it was written")),
        }
    }

    /// Forgets everything, also that there was anything.
    pub(crate) async fn forget(&self) -> Outcome<()> {
        self.inner.delete_alarm().await?;
        self.inner.delete_all().await?;
        Ok(())
    }

    /// Asks for the object's alarm at a moment, unless it comes sooner anyway.
    pub(crate) async fn alarm_at(&self, at_ms: i64, now_ms: i64) -> Outcome<()> {
        let asked = self.inner.get_alarm().await?;
        if asked.is_none_or(|asked| asked > at_ms) {
            let delay = u64::try_from(at_ms.saturating_sub(now_ms)).unwrap_or(0);
            self.inner.set_alarm(std::time::Duration::from_millis(delay)).await?;
        }
        Ok(())
    }
}
