//! Points that will expire are told once, as many days ahead as the store's settings say.
//!
//! What has the same last day is told together, once for that day: whatever becomes of the settings, and however late
//! the alarm is. What is still there then counts; where nothing is left, nothing is told, and what comes back in time
//! is told when it comes back. Points that arrive with a last day as near as that are told at once.

use fidela_ledger::{Account, local_day};
use fidela_protocol::events::Happening;
use fidela_rules::num::Wide;
use jiff::civil::Date;
use jiff::{Span, Timestamp};
use serde::Deserialize;

use super::ops::Work;
use super::terms::Terms;
use super::{Owner, outbox};
use crate::failure::Outcome;
use crate::platform::storage::Sql;

/// Last days that an account was told of.
pub(super) const TABLE: &str = "CREATE TABLE reminded (account TEXT NOT NULL, last_day TEXT NOT NULL, PRIMARY KEY (account, last_day)) WITHOUT ROWID";

const KIND: &str = "points.expiring";

/// How many days ahead, if anybody listens.
fn days(terms: &Terms) -> Option<i64> {
    terms.listeners(KIND).next().map(|_| i64::from(terms.expiring_days))
}

/// When an account is to be looked at for this, if nothing else happens before.
pub(super) fn next(work: Work<'_>, owner: &Owner, account: &Account) -> Option<Timestamp> {
    let Owner::Customer(_) = owner else { return None };
    account.next_reminder(days(work.terms)?, &work.rules.zone)
}

/// Tells of what comes within the days and was not told.
pub(super) fn emit(work: Work<'_>, owner: &Owner, account: &Account) -> Outcome<()> {
    let (Owner::Customer(_), Some(days)) = (owner, days(work.terms)) else { return Ok(()) };
    let today = local_day(work.now, &work.rules.zone);
    let soon = account.expiring_within(today, days);
    if soon.is_empty() {
        return Ok(());
    }
    let key = owner.key();
    let told = told(work.sql, &key)?;
    for day in soon {
        let last_day = day.on.to_string();
        if told.contains(&last_day) {
            continue;
        }
        let value = work.rules.program.points.value.value_of(Wide::of(day.points)).fit()?;
        let what = Happening::PointsExpiring { points: day.points, on: day.on, value };
        outbox::emit(work, owner, began(work, today, day.on, days), &last_day, what)?;
        work.sql.run(
            "INSERT OR IGNORE INTO reminded VALUES (?, ?)",
            vec![key.as_str().into(), last_day.into()],
        )?;
    }
    // Days that are over are told of no more.
    work.sql.run(
        "DELETE FROM reminded WHERE account = ? AND last_day < ?",
        vec![key.into(), today.to_string().into()],
    )
}

/// When it began to be so near: with this day, or just now.
fn began(work: Work<'_>, today: Date, last_day: Date, days: i64) -> Timestamp {
    let first = Span::new().try_days(days).ok().and_then(|days| last_day.checked_sub(days).ok());
    let midnight = first
        .filter(|first| *first == today)
        .and_then(|first| first.to_zoned(work.rules.zone.clone()).ok().map(|zoned| zoned.timestamp()));
    midnight.map_or(work.now, |midnight| midnight.min(work.now))
}

fn told(sql: &Sql, account: &str) -> Outcome<Vec<String>> {
    #[derive(Deserialize)]
    struct Day {
        last_day: String,
    }
    let days: Vec<Day> = sql.rows("SELECT last_day FROM reminded WHERE account = ?", vec![account.into()])?;
    Ok(days.into_iter().map(|row| row.last_day).collect())
}

/// The settings, or who listens, have changed: every account that may be concerned is looked at anew.
pub(super) fn look_again(sql: &Sql, old: Option<&Terms>, new: &Terms, now: Timestamp) -> Outcome<()> {
    if days(new).is_none() || old.and_then(days) == days(new) {
        return Ok(());
    }
    let now_ms = now.as_millisecond();
    sql.run(
        "UPDATE account SET due_ms = ?1 WHERE key > 'c:' AND key < 'c;' AND (due_ms IS NULL OR due_ms > ?1)
         AND instr(ledger, '\"last_day\":\"') > 0",
        vec![now_ms.into()],
    )
}

/// Forgets what an account was told.
pub(super) fn erase(sql: &Sql, account: &str) -> Outcome<()> {
    sql.run("DELETE FROM reminded WHERE account = ?", vec![account.into()])
}
