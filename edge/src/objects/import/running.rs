//! Drives an import: a step at a time, one at a time, whoever asks for it.

use std::cell::Cell;
use std::rc::Rc;
use std::time::Duration;

use fidela_protocol::Code;
use fidela_protocol::events::IMPORT_FINISHED;
use fidela_protocol::imports::{ImportEntry, ImportFinished, ImportRowStatus, ImportStatus};
use jiff::Timestamp;
use worker::{Delay, Env, State};

use super::reading::Turn;
use super::{Meta, SCHEMA, rows};
use crate::failure::{Outcome, broken};
use crate::objects::shard::{self, ShardOp, Terms};
use crate::objects::store;
use crate::platform::storage::{Sql, Storage};
use crate::platform::{clock, env};
use crate::{ids, limits};

/// Steps before an answer: a small file is checked and counted by then.
const STEPS_BEFORE_ANSWER: usize = 5;
/// Steps of one alarm.
const STEPS_OF_ALARM: usize = 40;
/// Between two steps.
const BREATH: Duration = Duration::from_millis(2);

/// What an import's object works with, also after its answer.
pub(super) struct Runner {
    storage: Storage,
    pub(super) env: Env,
    /// Whether a file is being read.
    pub(super) reading: Cell<bool>,
    /// Whether a step is being done.
    stepping: Cell<bool>,
}

/// How far it came.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Came {
    /// There is nothing to be done.
    ToTheEnd,
    /// There is more to do.
    AsFarAsAllowed,
    /// Somebody else is at it, and goes on.
    Nowhere,
}

impl Runner {
    pub(super) const fn new(storage: Storage, env: Env) -> Self {
        Self { storage, env, reading: Cell::new(false), stepping: Cell::new(false) }
    }

    pub(super) fn migrate(&self) -> Outcome<()> {
        self.storage.transaction(|sql| sql.migrate(SCHEMA))
    }

    pub(super) const fn sql(&self) -> &Sql {
        self.storage.sql()
    }

    pub(super) fn write<T>(&self, work: impl FnOnce(&Sql) -> Outcome<T>) -> Outcome<T> {
        self.storage.transaction(work)
    }

    pub(super) fn known_or_none(&self) -> Outcome<Option<Meta>> {
        rows::meta(self.sql())
    }

    pub(super) fn known(&self) -> Outcome<Meta> {
        Ok(self.known_or_none()?.ok_or(Code::NotFound)?)
    }

    /// Whether something is being done that has to come to its end. Looking has no effect, and may be left.
    pub(super) fn is_at_work(&self, meta: &Meta) -> bool {
        match meta.entry.status {
            ImportStatus::Reading => self.reading.get(),
            ImportStatus::Checking => false,
            status => status.is_busy(),
        }
    }

    pub(super) async fn forget(&self) -> Outcome<()> {
        self.storage.forget().await?;
        // What deletes everything deletes the tables as well.
        self.migrate()
    }

    /// `POST …/start`.
    pub(super) fn start(&self) -> Outcome<()> {
        self.write(|sql| {
            let mut meta = rows::meta(sql)?.ok_or(Code::NotFound)?;
            match (meta.entry.status, &meta.kept) {
                (ImportStatus::Ready, Some(_)) => return Err(Code::ImportForgotten.into()),
                (ImportStatus::Done, Some(kept)) if kept.counts.over_plan > 0 => {
                    return Err(Code::ImportForgotten.into());
                }
                _ => {}
            }
            match meta.entry.status {
                ImportStatus::Ready => rows::all_todo(sql)?,
                ImportStatus::Done if rows::over_plan_todo(sql)? => {}
                ImportStatus::Running | ImportStatus::Done => return Ok(()),
                ImportStatus::Reading | ImportStatus::Checking => return Err(Code::ImportBusy.into()),
                ImportStatus::Reverting | ImportStatus::Reverted => return Err(Code::ImportReverted.into()),
            }
            (meta.entry.status, meta.entry.rows_until) = (ImportStatus::Running, None);
            rows::save_meta(sql, &meta)
        })
    }

    /// `POST …/revert`.
    pub(super) fn revert(&self) -> Outcome<()> {
        self.write(|sql| {
            let mut meta = rows::meta(sql)?.ok_or(Code::NotFound)?;
            match meta.entry.status {
                ImportStatus::Ready | ImportStatus::Done if meta.kept.is_some() => {
                    return Err(Code::ImportForgotten.into());
                }
                ImportStatus::Ready | ImportStatus::Done => rows::granted_todo(sql)?,
                ImportStatus::Reverting | ImportStatus::Reverted => return Ok(()),
                // A batch may be on its way, and nobody knows yet what it grants.
                ImportStatus::Reading | ImportStatus::Checking | ImportStatus::Running => {
                    return Err(Code::ImportBusy.into());
                }
            }
            (meta.entry.status, meta.entry.rows_until) = (ImportStatus::Reverting, None);
            rows::save_meta(sql, &meta)
        })
    }

    /// Some steps, before an answer. What fails is tried again later.
    pub(super) async fn some(&self, now: Timestamp) {
        if let Err(failure) = self.go(now, STEPS_BEFORE_ANSWER).await {
            log(&failure);
        }
    }

    /// All steps.
    pub(super) async fn all(&self, now: Timestamp) -> Outcome<()> {
        while self.go(now, STEPS_OF_ALARM).await? == Came::AsFarAsAllowed {}
        Ok(())
    }

    /// Has the rest done after the answer.
    pub(super) async fn kick(self: &Rc<Self>, state: &State, now: Timestamp) -> Outcome<()> {
        if self.stepping.get() {
            return Ok(());
        }
        if !self.has_work()? {
            return match self.known_or_none()? {
                Some(meta) => self.rest(&meta).await,
                None => Ok(()),
            };
        }
        if self.is_test_server() {
            let runner = Rc::clone(self);
            state.wait_until(async move {
                if let Err(failure) = runner.all(now).await {
                    log(&failure);
                }
            });
            return Ok(());
        }
        self.alarm_in(0).await
    }

    pub(super) async fn by_alarm(&self) -> Outcome<()> {
        if self.is_test_server() {
            return Ok(());
        }
        self.migrate()?;
        self.forget_old(clock::now())?;
        match self.go(clock::now(), STEPS_OF_ALARM).await {
            Ok(Came::ToTheEnd) => match self.known_or_none()? {
                Some(meta) => self.rest(&meta).await,
                None => Ok(()),
            },
            Ok(Came::AsFarAsAllowed) => self.alarm_in(0).await,
            Ok(Came::Nowhere) => self.alarm_in(limits::IMPORT_RETRY_MS).await,
            Err(failure) => {
                log(&failure);
                self.alarm_in(limits::IMPORT_RETRY_MS).await
            }
        }
    }

    /// Has the alarm come when its rows have been kept for long enough.
    pub(super) async fn rest(&self, meta: &Meta) -> Outcome<()> {
        match meta.entry.rows_until {
            Some(until) if meta.kept.is_none() && !self.is_test_server() => {
                let now_ms = clock::now().as_millisecond();
                self.storage.alarm_at(until.as_millisecond(), now_ms).await
            }
            _ => Ok(()),
        }
    }

    /// Forgets rows that have been kept for long enough: they name people. What they came to stays.
    pub(super) fn forget_old(&self, now: Timestamp) -> Outcome<()> {
        self.write(|sql| {
            let Some(mut meta) = rows::meta(sql)? else { return Ok(()) };
            let status = meta.entry.status;
            if meta.kept.is_some() || self.is_at_work(&meta) || status == ImportStatus::Checking {
                return Ok(());
            }
            match meta.entry.rows_until {
                Some(until) if now < until => return Ok(()),
                Some(_) => {
                    if status != ImportStatus::Reading {
                        meta.kept = Some(rows::totals(sql)?);
                    }
                    meta.summary = None;
                    rows::forget_all(sql)?;
                }
                // From before there was a limit: its time begins when it is first seen.
                None => meta.entry.rows_until = Some(rows::kept_until(now)),
            }
            rows::save_meta(sql, &meta)
        })
    }

    async fn alarm_in(&self, ms: i64) -> Outcome<()> {
        let now_ms = clock::now().as_millisecond();
        self.storage.alarm_at(now_ms.saturating_add(ms), now_ms).await
    }

    fn is_test_server(&self) -> bool {
        env::var(&self.env, "TEST_CLOCK").as_deref() == Some("1")
    }

    fn has_work(&self) -> Outcome<bool> {
        let Some(meta) = self.known_or_none()? else { return Ok(false) };
        let status = meta.entry.status;
        Ok(status != ImportStatus::Reading && (status.is_busy() || meta.told != Some(status)))
    }

    async fn go(&self, now: Timestamp, steps: usize) -> Outcome<Came> {
        let Some(_turn) = Turn::take(&self.stepping) else { return Ok(Came::Nowhere) };
        for _ in 0..steps {
            if !self.has_work()? {
                return Ok(Came::ToTheEnd);
            }
            let meta = self.known()?;
            if meta.entry.status.is_busy() {
                self.step(&meta, now).await?;
                // On one machine a thread does everything, and takes in nothing new while there is something to go on with:
                // without a moment of waiting for the clock, other stores would wait for all of these steps.
                Delay::from(BREATH).await;
            } else {
                store::note_import(&self.env, &meta.store, &meta.entry, now).await?;
                self.tell_finished(&meta, now).await?;
                self.told(meta.entry.status)?;
            }
        }
        Ok(if self.has_work()? { Came::AsFarAsAllowed } else { Came::ToTheEnd })
    }

    /// Tells whoever listens what it came to: one event for each time that it ended, however often this is tried.
    async fn tell_finished(&self, meta: &Meta, now: Timestamp) -> Outcome<()> {
        let ImportEntry { id, kind, mission, status, rows_until, .. } = meta.entry.clone();
        let (ImportStatus::Done | ImportStatus::Reverted, Some(until)) = (status, rows_until) else {
            return Ok(());
        };
        let store = store::config(&self.env, &meta.store, now).await?;
        if Terms::of(&store, &self.env).listeners(IMPORT_FINISHED).next().is_none() {
            return Ok(());
        }
        let home = ids::shard_of(&id, store.shards);
        let totals = rows::totals(self.sql())?;
        let finished = ImportFinished {
            import_id: id,
            kind,
            mission,
            status,
            rows: totals.rows,
            counts: totals.counts,
            points_granted: totals.points_of(&[ImportRowStatus::Granted, ImportRowStatus::Waiting]),
            points_taken_back: totals.points_of(&[ImportRowStatus::TakenBack]),
            points_missing: totals.missing,
        };
        let what = if status == ImportStatus::Done { "done" } else { "reverted" };
        let op = ShardOp::ImportFinished { ended: format!("{what} {until}"), finished };
        let reply = shard::call_from(&self.env, now, &store, home, None, None, op).await?;
        if reply.status == 204 {
            Ok(())
        } else {
            Err(broken("import", format!("a shard answered {}", reply.status)))
        }
    }

    /// The store knows where it stands.
    fn told(&self, status: ImportStatus) -> Outcome<()> {
        self.write(|sql| match rows::meta(sql)? {
            Some(meta) => rows::save_meta(sql, &Meta { told: Some(status), ..meta }),
            // Forgotten meanwhile.
            None => Ok(()),
        })
    }
}

fn log(failure: &crate::failure::Failure) {
    let line = serde_json::json!({ "event": "import", "cause": format!("{failure:?}") });
    worker::console_error!("{line}");
}
