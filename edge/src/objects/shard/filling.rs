//! Shards that were there before lists and sums had tables of their own: their accounts are taken up one by one.
//!
//! An account is taken up before anything of it is written, and otherwise in steps, whenever a list or a report needs
//! all of them. `filling` has one row as long as some are left: the last one that a step has come to.

use fidela_ledger::sums::Sums;
use fidela_ledger::{Account, Entry, local_day};
use fidela_protocol::referrals::ReferralStep;
use jiff::Timestamp;
use serde::Deserialize;

use super::accounts::{JsonRow, Loaded};
use super::ops::Work;
use super::{Owner, listing, sums};
use crate::failure::{Outcome, broken};
use crate::limits;
use crate::objects::Reply;
use crate::platform::storage::Sql;

pub(super) const TABLE: &str = "CREATE TABLE filling (after TEXT NOT NULL)";
pub(super) const START: &str = "INSERT INTO filling SELECT '' WHERE EXISTS (SELECT 1 FROM account)";

/// HTTP's *too early*: some accounts are left.
pub(crate) const NOT_READY: u16 = 425;

#[derive(Deserialize)]
struct At {
    after: String,
}

fn at(sql: &Sql) -> Outcome<Option<At>> {
    sql.first("SELECT after FROM filling", vec![])
}

/// The answer while some are left.
pub(super) fn not_ready() -> Outcome<Reply> {
    Reply::json(NOT_READY, &serde_json::json!({}))
}

/// Takes some more accounts up, and answers whether there are still others.
pub(super) fn step(work: Work<'_>) -> Outcome<bool> {
    #[derive(Deserialize)]
    struct Key {
        key: String,
    }
    let Some(At { after }) = at(work.sql)? else { return Ok(false) };
    let keys: Vec<Key> = work.sql.rows(
        "SELECT key FROM account WHERE key > ? ORDER BY key LIMIT ?",
        vec![after.into(), limits::FILLED_AT_ONCE.into()],
    )?;
    let Some(last) = keys.last().map(|last| last.key.clone()) else {
        work.sql.run("DELETE FROM filling", vec![])?;
        return Ok(false);
    };
    for Key { key } in keys {
        if let Some(owner) = Owner::of_key(&key) {
            take_up(work, &owner)?;
        }
    }
    work.sql.run("UPDATE filling SET after = ?", vec![last.into()])?;
    Ok(true)
}

/// Forgets what was taken up: all accounts are left.
pub(super) fn recount(work: Work<'_>) -> Outcome<Reply> {
    for table in ["day_sum", "shopper", "word", "filling"] {
        work.sql.run(&format!("DELETE FROM {table}"), vec![])?;
    }
    work.sql.run(START, vec![])?;
    Ok(Reply::empty(204))
}

/// Takes an account up, if that was not done yet; to be called before anything of it changes.
pub(super) fn ensure(work: Work<'_>, owner: &Owner) -> Outcome<()> {
    match at(work.sql)? {
        Some(_) => take_up(work, owner),
        None => Ok(()),
    }
}

fn take_up(work: Work<'_>, owner: &Owner) -> Outcome<()> {
    let Owner::Customer(_) = owner else { return Ok(()) };
    if listing::is_listed(work.sql, owner)? {
        return Ok(());
    }
    let loaded = Loaded::load(work.sql, owner.clone())?;
    if !loaded.existed {
        return Ok(());
    }
    let rows: Vec<JsonRow> =
        work.sql.rows("SELECT json FROM entry WHERE account = ? ORDER BY seq", vec![owner.key().into()])?;
    let entries = rows
        .iter()
        .map(|row| serde_json::from_str(&row.json).map_err(|error| broken("entry", error)))
        .collect::<Outcome<Vec<Entry>>>()?;
    let mut account = Account::default();
    sums::of_entries(work.sql, Sums::of(&mut account, &entries, &work.rules.zone))?;
    completions(work, owner)?;
    invitations(work, owner)?;
    listing::keep(work.sql, &loaded, loaded.stored_due_ms())
}

fn completions(work: Work<'_>, owner: &Owner) -> Outcome<()> {
    #[derive(Deserialize)]
    struct Done {
        mission: String,
        at_ms: i64,
        points: i64,
    }
    let rows: Vec<Done> = work.sql.rows(
        "SELECT mission, at_ms, points FROM completion WHERE account = ? AND taken_back = 0 ORDER BY at_ms, seq",
        vec![owner.key().into()],
    )?;
    let mut known = std::collections::BTreeSet::new();
    for Done { mission, at_ms, points } in rows {
        let at = Timestamp::from_millisecond(at_ms).map_err(|error| broken("completion", error))?;
        let is_first = known.insert(mission.clone());
        sums::completion(work.sql, &mission, local_day(at, &work.rules.zone), points, 1, is_first)?;
    }
    Ok(())
}

fn invitations(work: Work<'_>, owner: &Owner) -> Outcome<()> {
    #[derive(Deserialize)]
    struct Steps {
        steps: Vec<ReferralStep>,
    }
    let rows: Vec<JsonRow> =
        work.sql.rows("SELECT json FROM referral WHERE account = ?", vec![owner.key().into()])?;
    for row in rows {
        let Steps { steps } = serde_json::from_str(&row.json).map_err(|error| broken("referral", error))?;
        let mut known = Vec::new();
        for ReferralStep { at, state, .. } in steps {
            if !known.contains(&state) {
                known.push(state);
                sums::add(work.sql, &sums::of_state(state), local_day(at, &work.rules.zone), 1)?;
            }
        }
    }
    Ok(())
}
