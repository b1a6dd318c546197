//! Delivers what the outbox holds: right after the answer, by alarm where that failed, and on a test server when its
//! clock is set on.
//!
//! Listeners are served side by side, and each in the order in which its events were written. An event that fails is
//! sent again later and does not hold up those after it; a listener that does not answer at all is left alone for a
//! while.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::rc::Rc;
use std::time::Duration;

use futures_util::future::join_all;
use jiff::Timestamp;
use serde::Deserialize;
use worker::{Delay, Env};

use super::ShardOp;
use super::asking::call_from;
use super::letters;
use super::outbox::{DELIVERED, GIVEN_UP, WAITING};
use super::referrals::Errand;
use super::terms::Listener;
use crate::config::StoreConfig;
use crate::failure::{Outcome, broken};
use crate::hooks::{self, Answered};
use crate::limits;
use crate::objects::store;
use crate::platform::clock;
use crate::platform::crypto;
use crate::platform::storage::{Sql, Storage};

/// One row on its way.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct Row {
    pub(super) seq: i64,
    /// `evt_…`.
    pub(super) event: String,
    /// The event as JSON.
    pub(super) json: String,
    state: i64,
    tries: u32,
    due_ms: i64,
}

/// What became of an attempt to deliver.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Sent {
    /// It has arrived, with this HTTP status.
    Delivered(u16),
    /// Try again later: this one answered that it could not.
    Retry(u16),
    /// Try again later, and leave the listener alone until then: nobody answered.
    Unreachable,
    /// The listener wants nothing any more, and has said so with this HTTP status, if it could.
    Off(Option<u16>),
    /// There is nobody to tell any more.
    Drop,
}

/// Whether a listener is one that a configuration names.
fn names(config: &StoreConfig, listener: &Listener) -> bool {
    match listener {
        Listener::Hook(id) => config.endpoints.iter().any(|endpoint| endpoint.id == *id),
        Listener::Mail | Listener::Shard(_) => true,
    }
}

/// Delivers. To one listener at a time, one after the other: what is written meanwhile is taken along.
pub(super) struct Postman {
    storage: Rc<Storage>,
    env: Env,
    known: RefCell<Option<Rc<StoreConfig>>>,
    /// Whom somebody is delivering to, and until when that may still be so, by the wall clock.
    busy: RefCell<BTreeMap<Listener, u64>>,
    /// Whether errands were brought since somebody asked.
    took_errands: Cell<bool>,
}

/// The time of a pass.
#[derive(Debug, Clone, Copy)]
pub(super) enum When {
    /// The wall clock's.
    Wall,
    /// A test server's: what is due up to then is done at its own moment.
    Test(Timestamp),
}

impl When {
    pub(super) fn now(self) -> Timestamp {
        match self {
            Self::Wall => clock::now(),
            Self::Test(to) => to,
        }
    }

    /// When an attempt takes place.
    fn of(self, row: &Row) -> Timestamp {
        match self {
            Self::Test(to) if row.state == WAITING => {
                Timestamp::from_millisecond(row.due_ms).map_or(to, |due| due.min(to))
            }
            _ => self.now(),
        }
    }
}

impl Postman {
    pub(super) fn new(storage: Rc<Storage>, env: Env) -> Self {
        Self {
            storage,
            env,
            known: RefCell::default(),
            busy: RefCell::default(),
            took_errands: Cell::new(false),
        }
    }

    /// Whether anybody is being delivered to.
    pub(super) fn is_busy(&self) -> bool {
        self.busy.borrow().values().any(|until| *until > clock::now_ms())
    }

    /// Whether errands were brought since this was asked last.
    pub(super) const fn took_errands(&self) -> bool {
        self.took_errands.replace(false)
    }

    /// Waits until nobody is being delivered to.
    pub(super) async fn idle(&self) {
        while self.is_busy() {
            Delay::from(Duration::from_millis(10)).await;
        }
    }

    /// Keeps a store's configuration: who listens, and what letters say.
    pub(super) fn learn(&self, config: Rc<StoreConfig>) -> Rc<StoreConfig> {
        self.known.replace(Some(Rc::clone(&config)));
        config
    }

    /// Delivers all that is fresh or due, except to whom somebody is delivering already. `revision` is the least that
    /// the store's configuration has to have.
    pub(super) async fn deliver_due(&self, store: &str, revision: u64, when: When) -> Outcome<()> {
        self.storage.transaction(|sql| forget(sql, when.now()))?;
        loop {
            let mut listeners = listeners(self.storage.sql(), when.now())?;
            listeners.retain(|listener| {
                self.busy.borrow().get(listener).is_none_or(|until| *until <= clock::now_ms())
            });
            if listeners.is_empty() {
                return Ok(());
            }
            let served = listeners.iter().map(|listener| async move {
                self.hold_busy(listener);
                let served = self.serve(store, revision, listener, when).await;
                self.busy.borrow_mut().remove(listener);
                served
            });
            for served in join_all(served).await {
                served?;
            }
        }
    }

    /// Somebody who was cut off does not keep the next one away for ever.
    fn hold_busy(&self, listener: &Listener) {
        let until = clock::now_ms().saturating_add(limits::OUTBOX_BUSY_MS);
        self.busy.borrow_mut().insert(listener.clone(), until);
    }

    /// Delivers to one listener, in order.
    async fn serve(&self, store: &str, revision: u64, listener: &Listener, when: When) -> Outcome<()> {
        loop {
            let rows = due(self.storage.sql(), listener, when.now())?;
            if rows.is_empty() {
                return Ok(());
            }
            for row in rows {
                self.hold_busy(listener);
                let at = when.of(&row);
                let known = self.config(store, revision, listener, at).await?;
                let sent = self.deliver(&known, listener, &row, at).await?;
                self.storage.transaction(|sql| {
                    note(sql, listener, &row, sent, at)?;
                    if sent == Sent::Unreachable { leave_alone(sql, listener, at) } else { Ok(()) }
                })?;
                match sent {
                    Sent::Unreachable => break,
                    Sent::Off(Some(_)) => {
                        store::switch_endpoint_off(&self.env, store, &listener.word(), at).await?;
                        self.known.replace(None);
                    }
                    Sent::Delivered(_) | Sent::Retry(_) | Sent::Off(None) | Sent::Drop => {}
                }
            }
        }
    }

    /// The store's configuration, of at least a revision; and anew where it does not name the listener.
    async fn config(
        &self,
        store: &str,
        revision: u64,
        listener: &Listener,
        now: Timestamp,
    ) -> Outcome<Rc<StoreConfig>> {
        let known = self.known.borrow().clone();
        match known {
            Some(known) if known.revision >= revision && names(&known, listener) => Ok(known),
            _ => Ok(self.learn(Rc::new(store::config(&self.env, store, now).await?))),
        }
    }

    /// Delivers one event to its listener, once.
    async fn deliver(
        &self,
        known: &StoreConfig,
        listener: &Listener,
        row: &Row,
        at: Timestamp,
    ) -> Outcome<Sent> {
        match listener {
            Listener::Hook(id) => {
                let Some(endpoint) = known.endpoints.iter().find(|endpoint| endpoint.id == *id) else {
                    return Ok(Sent::Drop);
                };
                if endpoint.off_since.is_some() {
                    return Ok(Sent::Off(None));
                }
                Ok(match hooks::send(endpoint, &row.event, &row.json, at).await? {
                    Answered::Status(status @ 200..=299) => Sent::Delivered(status),
                    Answered::Status(status @ 410) => Sent::Off(Some(status)),
                    Answered::Status(status) => Sent::Retry(status),
                    Answered::Nothing => Sent::Unreachable,
                })
            }
            Listener::Mail => letters::deliver(self.storage.sql(), &self.env, known, &row.json, at).await,
            Listener::Shard(shard) => self.run_errand(known, *shard, row, at).await,
        }
    }

    /// Brings an errand to its shard. One that nobody can take in is a fault of ours, and is tried for ever.
    async fn run_errand(&self, known: &StoreConfig, shard: u16, row: &Row, at: Timestamp) -> Outcome<Sent> {
        let errand: Errand = serde_json::from_str(&row.json).map_err(|error| broken("errand", error))?;
        let op = ShardOp::Errand { errand: Box::new(errand) };
        self.took_errands.set(true);
        match call_from(&self.env, at, known, shard, None, None, op).await {
            Ok(reply) if reply.status < 300 => Ok(Sent::Drop),
            Ok(reply) => Ok(Sent::Retry(reply.status)),
            Err(failure) => {
                let line = serde_json::json!({ "event": "errand", "cause": format!("{failure:?}") });
                worker::console_error!("{line}");
                Ok(Sent::Retry(500))
            }
        }
    }
}

/// To whom something is to be sent by now.
fn listeners(sql: &Sql, now: Timestamp) -> Outcome<Vec<Listener>> {
    #[derive(Deserialize)]
    struct Named {
        listener: String,
    }
    let rows: Vec<Named> = sql.rows(
        "SELECT DISTINCT listener FROM outbox WHERE state < 2 AND (state = 0 OR due_ms <= ?)",
        vec![now.as_millisecond().into()],
    )?;
    Ok(rows.into_iter().map(|row| Listener::of_word(row.listener)).collect())
}

/// What is to be sent to a listener by now, some of it, in the order in which it was written.
fn due(sql: &Sql, listener: &Listener, now: Timestamp) -> Outcome<Vec<Row>> {
    sql.rows(
        "SELECT seq, event, json, state, tries, due_ms FROM outbox
         WHERE listener = ? AND state < 2 AND (state = 0 OR due_ms <= ?) ORDER BY seq LIMIT ?",
        vec![listener.word().into(), now.as_millisecond().into(), limits::OUTBOX_BATCH.into()],
    )
}

/// Notes what became of an attempt. A row that was erased meanwhile stays erased.
fn note(sql: &Sql, listener: &Listener, row: &Row, sent: Sent, at: Timestamp) -> Outcome<()> {
    let tries = row.tries.saturating_add(1);
    let forget_ms = forget_at(at);
    let (state, tries, status, due_ms) = match sent {
        Sent::Delivered(status) => (DELIVERED, tries, Some(status), forget_ms),
        Sent::Off(Some(status)) => (GIVEN_UP, tries, Some(status), forget_ms),
        Sent::Off(None) => (GIVEN_UP, row.tries, None, forget_ms),
        Sent::Retry(_) | Sent::Unreachable => {
            let status = if let Sent::Retry(status) = sent { Some(status) } else { None };
            let last = matches!(listener, Listener::Shard(_)).then_some(limits::ERRAND_AGAIN_MS);
            match delay_ms(&row.event, tries).map(|delay| last.map_or(delay, |last| delay.min(last))).or(last)
            {
                Some(delay) => (WAITING, tries, status, at.as_millisecond().saturating_add(delay)),
                None => (GIVEN_UP, tries, status, forget_ms),
            }
        }
        Sent::Drop => return sql.run("DELETE FROM outbox WHERE seq = ?", vec![row.seq.into()]),
    };
    sql.run(
        "UPDATE outbox SET state = ?, tries = ?, status = ?, due_ms = ? WHERE seq = ?",
        vec![
            state.into(),
            i64::from(tries).into(),
            status.map(i64::from).into(),
            due_ms.into(),
            row.seq.into(),
        ],
    )
}

/// A listener that does not answer is not asked again for each event that it should get.
fn leave_alone(sql: &Sql, listener: &Listener, now: Timestamp) -> Outcome<()> {
    let until_ms = now.as_millisecond().saturating_add(limits::OUTBOX_ALONE_MS);
    sql.run(
        "UPDATE outbox SET state = 1, due_ms = ?1 WHERE listener = ?2 AND state < 2 AND (state = 0 OR due_ms < ?1)",
        vec![until_ms.into(), listener.word().into()],
    )
}

/// Forgets what has been delivered or given up for long enough.
fn forget(sql: &Sql, now: Timestamp) -> Outcome<()> {
    sql.run("DELETE FROM outbox WHERE due_ms <= ? AND state >= 2", vec![now.as_millisecond().into()])
}

/// When what has ended is forgotten: at full hours, so that one alarm does it for many.
fn forget_at(ended: Timestamp) -> i64 {
    const HOUR_MS: i64 = 60 * 60 * 1_000;
    let at = ended.as_millisecond().saturating_add(limits::OUTBOX_KEPT_MS);
    at.saturating_add(HOUR_MS).saturating_sub(at.rem_euclid(HOUR_MS))
}

/// How long to wait after so many tries, milliseconds: up to a tenth more by the event's id, so that what failed
/// together does not come back together. None: that was the last one.
fn delay_ms(event: &str, tries: u32) -> Option<i64> {
    let wait = limits::OUTBOX_BACKOFF_MS.get(usize::try_from(tries.checked_sub(1)?).ok()?)?;
    let spread = crypto::sha256(format!("{event} {tries}").as_bytes());
    let spread = i64::from(*spread.first()?).saturating_mul(wait.checked_div(10)?).checked_div(256)?;
    Some(wait.saturating_add(spread))
}
