//! What happens by itself, written down by alarm.

use jiff::Timestamp;

use super::Rules;
use super::accounts::{Loaded, with_due};
use super::{idempotency, index};
use crate::failure::Outcome;
use crate::limits;
use crate::platform::storage::Sql;

/// Brings some accounts with something due up to a moment, and says how many they were.
pub(super) fn run(sql: &Sql, rules: &Rules, now: Timestamp) -> Outcome<usize> {
    let owners = with_due(sql, now, limits::DUE_ACCOUNTS)?;
    let done = owners.len();
    for owner in owners {
        let mut loaded = Loaded::load(sql, owner)?;
        loaded.bring_to(rules, now);
        loaded.save(sql, rules)?;
    }
    if done == 0 {
        idempotency::forget_old(sql, now)?;
        index::forget_old(sql, now)?;
    }
    Ok(done)
}
