//! Grants of points that no order earns, counted by month where the store's plan limits them.
//!
//! The store's object has the quota, and lends it to shards in blocks (`objects/store/plan.rs`): nobody is asked for
//! each grant. A shard that has none left asks for more and tries again; only the store refuses.

use fidela_protocol::Code;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};

use super::ops::Work;
use crate::failure::Outcome;
use crate::objects::Reply;
use crate::platform::storage::Sql;

/// What was lent and used, by month of the store's calendar.
pub(super) const TABLE: &str = "CREATE TABLE grants (month TEXT PRIMARY KEY, unused INTEGER NOT NULL, used INTEGER NOT NULL, turn INTEGER NOT NULL) WITHOUT ROWID";

/// What a shard has of a month's quota.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Lent {
    /// `2026-03`.
    pub(crate) month: String,
    /// Grants that may be made without asking.
    pub(crate) unused: u32,
    /// Grants that were made.
    pub(crate) used: u32,
    /// How often the store has lent to this shard: an answer to an older question is known by it.
    pub(crate) turn: u32,
}

fn month_of(now: Timestamp, zone: &TimeZone) -> String {
    let day = now.to_zoned(zone.clone()).date();
    format!("{:04}-{:02}", day.year(), day.month())
}

/// What there is for the month of a moment.
pub(super) fn of_month(sql: &Sql, now: Timestamp, zone: &TimeZone) -> Outcome<Lent> {
    let month = month_of(now, zone);
    let known = sql
        .first("SELECT month, unused, used, turn FROM grants WHERE month = ?", vec![month.as_str().into()])?;
    Ok(known.unwrap_or(Lent { month, unused: 0, used: 0, turn: 0 }))
}

fn save(sql: &Sql, lent: &Lent) -> Outcome<()> {
    // Months that are over are of no concern any more.
    sql.run("DELETE FROM grants WHERE month < ?", vec![lent.month.as_str().into()])?;
    let number = |number: u32| i64::from(number).into();
    let values = vec![lent.month.as_str().into(), number(lent.unused), number(lent.used), number(lent.turn)];
    sql.run("INSERT OR REPLACE INTO grants VALUES (?, ?, ?, ?)", values)
}

/// Counts a grant, or refuses where nothing is left of what was lent.
pub(super) fn take(work: Work<'_>) -> Outcome<()> {
    let mut lent = of_month(work.sql, work.now, &work.rules.zone)?;
    if work.terms.metered {
        lent.unused = lent.unused.checked_sub(1).ok_or(Code::PlanLimitReached)?;
    }
    lent.used = lent.used.saturating_add(1);
    save(work.sql, &lent)
}

/// Counts a grant that nobody can be refused: it happened by itself.
pub(super) fn count(work: Work<'_>) -> Outcome<()> {
    let mut lent = of_month(work.sql, work.now, &work.rules.zone)?;
    lent.unused = lent.unused.saturating_sub(u32::from(work.terms.metered));
    lent.used = lent.used.saturating_add(1);
    save(work.sql, &lent)
}

/// Takes in what the store has lent.
pub(super) fn borrow(sql: &Sql, lent: &Lent, now: Timestamp, zone: &TimeZone) -> Outcome<()> {
    let mut known = of_month(sql, now, zone)?;
    if known.month == lent.month {
        known.unused = known.unused.saturating_add(lent.unused);
        known.turn = known.turn.max(lent.turn);
        save(sql, &known)?;
    }
    Ok(())
}

/// Gives back what is not used, for those who need it; answers what was used.
pub(super) fn give_back(work: Work<'_>) -> Outcome<Reply> {
    let lent = of_month(work.sql, work.now, &work.rules.zone)?;
    let lent = Lent { unused: 0, ..lent };
    save(work.sql, &lent)?;
    Reply::json(200, &lent)
}

/// How many grants were made in this month.
pub(super) fn used(work: Work<'_>) -> Outcome<Reply> {
    Reply::json(200, &of_month(work.sql, work.now, &work.rules.zone)?)
}
