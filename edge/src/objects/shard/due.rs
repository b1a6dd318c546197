//! What happens by itself, written down by alarm.

use super::accounts::{self, Loaded, with_due};
use super::ops::Work;
use super::{idempotency, index, outbox, referrals};
use crate::failure::Outcome;
use crate::limits;
use crate::platform::storage::Sql;

/// Brings some accounts with something due up to the next moment at which something happens by itself, the soonest
/// first, and says which they were.
pub(super) fn run(work: Work<'_>) -> Outcome<Vec<String>> {
    let due = with_due(work.sql, work.now, limits::DUE_ACCOUNTS)?;
    let mut done = Vec::new();
    for (owner, at) in due {
        done.push(owner.key());
        // At its own moment, so that what is told of it does not depend on when somebody looks.
        let work = Work { now: at.min(work.now), ..work };
        let mut loaded = Loaded::load(work.sql, owner)?;
        loaded.bring_to(work.rules, work.now);
        referrals::due(work, &loaded.owner)?;
        loaded.save(work)?;
    }
    if done.is_empty() {
        idempotency::forget_old(work.sql, work.now)?;
        index::forget_old(work.sql, work.now)?;
    }
    Ok(done)
}

/// The soonest moment at which something of this shard is due, milliseconds since 1970.
pub(super) fn next(sql: &Sql) -> Outcome<Option<i64>> {
    let due = [accounts::next_due(sql)?, outbox::next_due(sql)?];
    Ok(due.into_iter().flatten().min())
}
