//! An import's rows, as its object keeps them.

use std::collections::BTreeMap;

use fidela_protocol::imports::{ImportCounts, ImportRowStatus};
use fidela_sheets::{Content, Row as SheetRow};
use jiff::{Timestamp, ToSpan};
use serde::{Deserialize, Serialize};

use super::Meta;
use crate::failure::{Outcome, broken};
use crate::limits;
use crate::objects::shard::{Owner, email_hash};
use crate::platform::storage::Sql;

/// What is known of the import itself: one row.
pub(super) const META: &str =
    "CREATE TABLE import (one INTEGER PRIMARY KEY CHECK (one = 1), json TEXT NOT NULL)";
/// Rows by their number in the spreadsheet. `reference` is what tells a row from others of the same `owner`; `todo`
/// says that the present step has not dealt with it.
pub(super) const TABLE: &str = "CREATE TABLE row (number INTEGER PRIMARY KEY, content TEXT NOT NULL, owner TEXT, reference TEXT, todo INTEGER NOT NULL, status TEXT NOT NULL, code TEXT, points INTEGER NOT NULL, missing INTEGER NOT NULL, result TEXT)";
pub(super) const TODO: &str = "CREATE INDEX row_todo ON row (number) WHERE todo = 1";
pub(super) const BY_OWNER: &str = "CREATE INDEX row_owner ON row (owner) WHERE owner IS NOT NULL";

/// A row as it is kept.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Stored {
    /// As a spreadsheet shows it.
    pub(crate) number: u32,
    pub(super) content: String,
    /// Whose account it is about, as a key.
    pub(super) owner: Option<String>,
    /// What tells it from others of the same owner.
    pub(crate) reference: Option<String>,
    /// What became or would become of it.
    pub(crate) status: ImportRowStatus,
    /// Of a refused one.
    pub(crate) code: Option<String>,
    /// Points that it gives, gave, or that were taken back.
    pub(crate) points: i64,
    /// Points that could not be taken back.
    pub(crate) missing: i64,
    /// The answer to it, as JSON.
    pub(crate) result: Option<String>,
}

impl Stored {
    /// What the file says.
    pub(crate) fn content(&self) -> Outcome<Content> {
        serde_json::from_str(&self.content).map_err(|error| broken("row", error))
    }

    /// Whose account it is about.
    pub(super) fn owner(&self) -> Outcome<Owner> {
        self.owner.as_deref().and_then(Owner::of_key).ok_or_else(|| broken("row", "it names nobody"))
    }
}

const COLUMNS: &str = "number, content, owner, reference, status, code, points, missing, result";

pub(super) fn meta(sql: &Sql) -> Outcome<Option<Meta>> {
    #[derive(Deserialize)]
    struct Json {
        json: String,
    }
    let row: Option<Json> = sql.first("SELECT json FROM import", vec![])?;
    row.map(|row| serde_json::from_str(&row.json).map_err(|error| broken("import", error))).transpose()
}

pub(super) fn save_meta(sql: &Sql, meta: &Meta) -> Outcome<()> {
    let json = serde_json::to_string(meta).map_err(|error| broken("import", error))?;
    sql.run("INSERT OR REPLACE INTO import VALUES (1, ?)", vec![json.into()])
}

/// Nothing of an earlier attempt.
pub(super) fn clear(sql: &Sql) -> Outcome<()> {
    forget_all(sql)?;
    sql.run("DELETE FROM import", vec![])
}

/// No rows any more.
pub(super) fn forget_all(sql: &Sql) -> Outcome<()> {
    sql.run("DELETE FROM row", vec![])
}

/// Until when rows are kept of an import that nothing more happens to.
pub(super) fn kept_until(now: Timestamp) -> Timestamp {
    now.checked_add((24 * limits::IMPORT_ROWS_DAYS).hours()).unwrap_or(Timestamp::MAX)
}

/// Nothing about some people any more.
pub(super) fn forget(sql: &Sql, owners: &[String]) -> Outcome<()> {
    for owner in owners {
        sql.run("DELETE FROM row WHERE owner = ?", vec![owner.as_str().into()])?;
    }
    Ok(())
}

/// Writes rows down as they come from the file.
pub(super) fn insert(sql: &Sql, index_key: &str, rows: Vec<SheetRow>) -> Outcome<()> {
    for SheetRow { number, content } in rows {
        let (owner, reference, status) = match &content {
            Content::Faults(_) => (None, None, ImportRowStatus::Faulty),
            Content::Completion(done) => (
                owner(index_key, done.customer_id.as_ref(), done.email.as_ref()),
                done.reference.clone(),
                ImportRowStatus::Unchecked,
            ),
            Content::Balance(balance) => {
                let own = (balance.points, balance.last_day, balance.spent);
                let own = serde_json::to_string(&own).map_err(|error| broken("row", error))?;
                let owner = owner(index_key, balance.customer_id.as_ref(), balance.email.as_ref());
                (owner, Some(own), ImportRowStatus::Unchecked)
            }
        };
        let content = serde_json::to_string(&content).map_err(|error| broken("row", error))?;
        sql.run(
            "INSERT INTO row VALUES (?, ?, ?, ?, ?, ?, NULL, 0, 0, NULL)",
            vec![
                i64::from(number).into(),
                content.into(),
                owner.into(),
                reference.into(),
                i64::from(status == ImportRowStatus::Unchecked).into(),
                status.word().into(),
            ],
        )?;
    }
    Ok(())
}

/// A customer id says it exactly; an address is looked for.
fn owner(index_key: &str, customer: Option<&String>, email: Option<&String>) -> Option<String> {
    let guest = || email.map(|email| Owner::Guest(email_hash(index_key, email)));
    customer.cloned().map(Owner::Customer).or_else(guest).map(|owner| owner.key())
}

/// Some rows that the present step has not dealt with.
pub(super) fn todo(sql: &Sql, limit: i64) -> Outcome<Vec<Stored>> {
    let statement = format!("SELECT {COLUMNS} FROM row WHERE todo = 1 ORDER BY number LIMIT ?");
    sql.rows(&statement, vec![limit.into()])
}

/// What of the rows above a row would count, where nothing is written yet: how many of the same owner, and whether one
/// of them is the same.
pub(super) fn above(sql: &Sql, row: &Stored, reference: Option<&str>) -> Outcome<(i64, bool)> {
    #[derive(Deserialize)]
    struct Above {
        before: i64,
        same: i64,
    }
    let above: Option<Above> = sql.first(
        "SELECT count(*) AS before, coalesce(sum(reference = ?), 0) AS same FROM row
         WHERE owner = ? AND number < ? AND todo = 0 AND status IN ('grantable', 'will_wait')",
        vec![reference.map(str::to_owned).into(), row.owner.clone().into(), i64::from(row.number).into()],
    )?;
    Ok(above.map_or((0, false), |above| (above.before, above.same > 0)))
}

/// Writes down what became of a row.
pub(super) fn save(sql: &Sql, row: &Stored) -> Outcome<()> {
    sql.run(
        "UPDATE row SET todo = 0, reference = ?, status = ?, code = ?, points = ?, missing = ?, result = ?
         WHERE number = ?",
        vec![
            row.reference.clone().into(),
            row.status.word().into(),
            row.code.clone().into(),
            row.points.into(),
            row.missing.into(),
            row.result.clone().into(),
            i64::from(row.number).into(),
        ],
    )
}

/// All rows without faults are to be dealt with.
pub(super) fn all_todo(sql: &Sql) -> Outcome<()> {
    sql.run("UPDATE row SET todo = (status <> 'faulty')", vec![])
}

/// Those that the plan has refused are to be dealt with once more; answers whether there are any.
pub(super) fn over_plan_todo(sql: &Sql) -> Outcome<bool> {
    sql.run("UPDATE row SET todo = 1 WHERE status = 'refused' AND code = 'plan_limit_reached'", vec![])?;
    Ok(!todo(sql, 1)?.is_empty())
}

/// Those that were granted are to be taken back.
pub(super) fn granted_todo(sql: &Sql) -> Outcome<()> {
    sql.run("UPDATE row SET todo = (status IN ('granted', 'waiting'))", vec![])
}

/// What all rows came to.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(crate) struct Totals {
    /// Rows.
    pub(crate) rows: i64,
    /// Those that the present step has not dealt with.
    pub(crate) todo: i64,
    /// Of each kind.
    pub(crate) counts: ImportCounts,
    /// Points by kind.
    pub(crate) points: BTreeMap<ImportRowStatus, i64>,
    /// Points that could not be taken back.
    pub(crate) missing: i64,
}

impl Totals {
    /// Points of rows that came to one of these.
    pub(crate) fn points_of(&self, statuses: &[ImportRowStatus]) -> i64 {
        let of = statuses.iter().filter_map(|status| self.points.get(status));
        of.fold(0_i64, |sum, points| sum.saturating_add(*points))
    }
}

pub(super) fn totals(sql: &Sql) -> Outcome<Totals> {
    #[derive(Deserialize)]
    struct Sum {
        status: ImportRowStatus,
        code: Option<String>,
        rows: i64,
        todo: i64,
        points: i64,
        missing: i64,
    }
    let sums: Vec<Sum> = sql.rows(
        "SELECT status, code, count(*) AS rows, sum(todo) AS todo, sum(points) AS points, sum(missing) AS missing
         FROM row GROUP BY status, code",
        vec![],
    )?;
    let mut totals = Totals::default();
    for Sum { status, code, rows, todo, points, missing } in sums {
        let add = |to: &mut i64, number: i64| *to = to.saturating_add(number);
        add(&mut totals.rows, rows);
        add(&mut totals.todo, todo);
        add(&mut totals.missing, missing);
        add(totals.points.entry(status).or_default(), points);
        let counts = &mut totals.counts;
        match code.as_deref() {
            Some("mission_limit_reached") => add(&mut counts.over_limit, rows),
            Some("plan_limit_reached") => add(&mut counts.over_plan, rows),
            _ => {}
        }
        let count = match status {
            ImportRowStatus::Faulty => &mut counts.faulty,
            ImportRowStatus::Unchecked => &mut counts.unchecked,
            ImportRowStatus::Grantable => &mut counts.grantable,
            ImportRowStatus::WillWait => &mut counts.will_wait,
            ImportRowStatus::Replayed => &mut counts.replayed,
            ImportRowStatus::Refused => &mut counts.refused,
            ImportRowStatus::Granted => &mut counts.granted,
            ImportRowStatus::Waiting => &mut counts.waiting,
            ImportRowStatus::TakenBack => &mut counts.taken_back,
        };
        add(count, rows);
    }
    Ok(totals)
}

/// A page of rows; of those that came to one of `only`, where that names any.
pub(super) fn page(sql: &Sql, after: i64, limit: i64, only: &[ImportRowStatus]) -> Outcome<Vec<Stored>> {
    let words: Vec<_> = only.iter().map(|status| format!("'{}'", status.word())).collect();
    let which =
        if words.is_empty() { String::new() } else { format!("AND status IN ({})", words.join(", ")) };
    let statement = format!("SELECT {COLUMNS} FROM row WHERE number > ? {which} ORDER BY number LIMIT ?");
    sql.rows(&statement, vec![after.into(), limit.into()])
}
