//! What happened and is to be told: written in the same transaction as its cause, one row for each listener, and kept
//! until it is delivered or given up. `postman.rs` delivers.

use fidela_ledger::{Account, CardEvent, Change, Entry};
use fidela_protocol::events::{Event, EventLevel, Happening};
use fidela_rules::levels::level_of;
use fidela_rules::program::Level;
use jiff::Timestamp;
use serde::Deserialize;

use super::Owner;
use super::ops::Work;
use super::terms::Listener;
use crate::failure::{Outcome, broken};
use crate::objects::Reply;
use crate::platform::crypto;
use crate::platform::storage::Sql;
use crate::{ids, limits};

/// What is to be told. `state`: see [`FRESH`] and the others. `due_ms`: of what is on its way, when the alarm takes
/// it; of what has ended, when it is forgotten.
pub(super) const TABLE: &str = "CREATE TABLE outbox (seq INTEGER PRIMARY KEY AUTOINCREMENT, event TEXT NOT NULL, listener TEXT NOT NULL, account TEXT NOT NULL, kind TEXT NOT NULL, json TEXT NOT NULL, written_ms INTEGER NOT NULL, state INTEGER NOT NULL, tries INTEGER NOT NULL, status INTEGER, due_ms INTEGER NOT NULL, UNIQUE (event, listener))";
pub(super) const DUE: &str = "CREATE INDEX outbox_due ON outbox (due_ms)";
pub(super) const OPEN: &str = "CREATE INDEX outbox_open ON outbox (listener, seq) WHERE state < 2";
pub(super) const BY_FRESH: &str = "CREATE INDEX outbox_fresh ON outbox (seq) WHERE state = 0";
pub(super) const BY_ACCOUNT: &str = "CREATE INDEX outbox_account ON outbox (account)";
pub(super) const BY_LISTENER: &str = "CREATE INDEX outbox_listener ON outbox (listener, written_ms, event)";

/// Just written: sent right after the answer.
pub(super) const FRESH: i64 = 0;
/// It was sent in vain, or its endpoint does not answer: it is sent again when it is due.
pub(super) const WAITING: i64 = 1;
/// Delivered.
pub(super) const DELIVERED: i64 = 2;
/// Sent often enough, or not wanted.
pub(super) const GIVEN_UP: i64 = 3;

/// Tells those who listen what happened to a customer; a guest has no name yet, and nobody is told. `cause` is what
/// makes it one event of its kind for this account: the same again is the same event.
pub(super) fn emit(
    work: Work<'_>,
    owner: &Owner,
    at: Timestamp,
    cause: &str,
    what: Happening,
) -> Outcome<()> {
    let Owner::Customer(customer) = owner else { return Ok(()) };
    write(work, &owner.key(), Some(customer.clone()), at, cause, what)
}

/// Tells those who listen what happened in the store, and to nobody in particular.
pub(super) fn emit_of_store(work: Work<'_>, at: Timestamp, cause: &str, what: Happening) -> Outcome<Reply> {
    write(work, "", None, at, cause, what)?;
    Ok(Reply::empty(204))
}

fn write(
    work: Work<'_>,
    account: &str,
    customer_id: Option<String>,
    at: Timestamp,
    cause: &str,
    what: Happening,
) -> Outcome<()> {
    let kind = what.kind();
    let mut listeners = work.terms.listeners(kind).peekable();
    if listeners.peek().is_none() {
        return Ok(());
    }
    let own =
        crypto::hmac(work.home.index_key.as_bytes(), format!("event\n{kind}\n{cause}\n{account}").as_bytes());
    let id = ids::event(&work.home.store, work.home.shard, &own);
    let store_id = work.home.store.clone();
    let event = Event { id: id.clone(), what, at, store_id, customer_id };
    let json = serde_json::to_string(&event).map_err(|error| broken("event", error))?;
    for listener in listeners {
        post(work, listener, account, &id, kind, &json)?;
    }
    Ok(())
}

/// Has something sent to one listener. `account`: whose erasing takes it along.
pub(super) fn post(
    work: Work<'_>,
    listener: &Listener,
    account: &str,
    id: &str,
    kind: &str,
    json: &str,
) -> Outcome<()> {
    let now_ms = work.now.as_millisecond();
    work.sql.run(
        "INSERT OR IGNORE INTO outbox (event, listener, account, kind, json, written_ms, state, tries, due_ms)
         VALUES (?, ?, ?, ?, ?, ?, ?, 0, ?)",
        vec![
            id.into(),
            listener.word().into(),
            account.into(),
            kind.into(),
            json.into(),
            now_ms.into(),
            FRESH.into(),
            now_ms.saturating_add(limits::OUTBOX_GRACE_MS).into(),
        ],
    )
}

/// Tells of an account's new entries, which are numbered from `first` on.
pub(super) fn emit_entries(
    work: Work<'_>,
    owner: &Owner,
    account: &Account,
    first: i64,
    entries: &[Entry],
) -> Outcome<()> {
    if work.terms.subscriptions.is_empty() {
        return Ok(());
    }
    let mut told: Vec<(Timestamp, String, Happening)> = Vec::new();
    for (seq, entry) in (first..).zip(entries) {
        let Some(what) = happening(account, entry) else { continue };
        // Lots that lapse in the same midnight are one event.
        if let (
            Happening::PointsExpired { points, available },
            Some((at, _, Happening::PointsExpired { points: sum, available: left })),
        ) = (&what, told.last_mut())
            && *at == entry.at
        {
            *sum = sum.saturating_add(*points);
            *left = *available;
            continue;
        }
        told.push((entry.at, format!("{seq}@{}", entry.at), what));
    }
    for (at, cause, what) in told {
        emit(work, owner, at, &cause, what)?;
    }
    Ok(())
}

/// What an entry of the ledger tells the world, if anything.
fn happening(account: &Account, entry: &Entry) -> Option<Happening> {
    let available = entry.available;
    match &entry.change {
        Change::Earned { source, points, usable_from, last_day, .. } => Some(Happening::PointsEarned {
            points: *points,
            source: Some(source.clone()),
            usable_from: *usable_from,
            last_day: *last_day,
            available,
        }),
        Change::Credited { points, usable_from, last_day, .. } => Some(Happening::PointsEarned {
            points: *points,
            source: None,
            usable_from: *usable_from,
            last_day: *last_day,
            available,
        }),
        Change::Committed { hold, burned, owed, .. } => Some(Happening::PointsRedeemed {
            points: burned.or_else(|| account.hold(hold).map(|hold| hold.points))?,
            redemption_id: hold.clone(),
            owed: *owed,
            available,
        }),
        Change::Lapsed { points, .. } if *points > 0 => {
            Some(Happening::PointsExpired { points: *points, available })
        }
        Change::Card(CardEvent::RewardIssued { reward, card, .. }) => {
            Some(Happening::RewardIssued { reward_id: reward.clone(), card_id: card.clone() })
        }
        _ => None,
    }
}

/// Tells of another level, where money spent has become more or less.
pub(super) fn emit_level(
    work: Work<'_>,
    owner: &Owner,
    (before, after): (i64, i64),
    cause: &str,
) -> Outcome<()> {
    let program = &work.rules.program;
    let level = |spent| -> Outcome<Option<EventLevel>> {
        let reached = level_of(program, spent)?.and_then(|standing| standing.reached);
        Ok(reached
            .map(|Level { name, spend_from, .. }| EventLevel { name: name.clone(), spend_from: *spend_from }))
    };
    let (from, to) = (level(before)?, level(after)?);
    if from == to { Ok(()) } else { emit(work, owner, work.now, cause, Happening::LevelChanged { from, to }) }
}

/// Whether something waits to be sent right after the answer.
pub(super) fn has_fresh(sql: &Sql) -> Outcome<bool> {
    #[derive(Deserialize)]
    struct Seq {
        #[expect(dead_code, reason = "that there is one says it")]
        seq: i64,
    }
    let fresh: Option<Seq> = sql.first("SELECT seq FROM outbox WHERE state = 0 LIMIT 1", vec![])?;
    Ok(fresh.is_some())
}

/// Whether something waits to be told to a shard.
pub(super) fn has_errands(sql: &Sql) -> Outcome<bool> {
    #[derive(Deserialize)]
    struct Seq {
        #[expect(dead_code, reason = "that there is one says it")]
        seq: i64,
    }
    let waiting: Option<Seq> = sql
        .first("SELECT seq FROM outbox WHERE listener > 'shard:' AND listener < 'shard;' LIMIT 1", vec![])?;
    Ok(waiting.is_some())
}

/// The soonest moment at which something is to be sent or forgotten, milliseconds since 1970.
pub(super) fn next_due(sql: &Sql) -> Outcome<Option<i64>> {
    #[derive(Deserialize)]
    struct Soonest {
        due_ms: Option<i64>,
    }
    let soonest: Option<Soonest> = sql.first("SELECT min(due_ms) AS due_ms FROM outbox", vec![])?;
    Ok(soonest.and_then(|soonest| soonest.due_ms))
}

/// Forgets what was to be told about an account.
pub(super) fn erase(sql: &Sql, account: &str) -> Outcome<()> {
    sql.run("DELETE FROM outbox WHERE account = ?", vec![account.into()])
}
