//! The record of who did what.

use fidela_protocol::merchant::Page;
use fidela_protocol::scopes::Author;
use fidela_protocol::team::AuditRow;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::ops::moment;
use crate::failure::{Outcome, broken};
use crate::limits;
use crate::objects::Reply;
use crate::platform::storage::Sql;

/// `asked` is a hash of the request: what is told again is written down once.
pub(super) const TABLE: &str = "CREATE TABLE audit (id INTEGER PRIMARY KEY AUTOINCREMENT, at TEXT NOT NULL, who TEXT NOT NULL, action TEXT NOT NULL, object TEXT, note TEXT, asked TEXT NOT NULL)";
/// The newest of an action to an object.
pub(super) const BY_OBJECT: &str = "CREATE INDEX audit_by_object ON audit (action, object, id)";

/// Something that somebody did, as the Worker in front tells it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Noted {
    /// What: the request's `operationId`.
    pub(crate) action: String,
    /// To what.
    pub(crate) object: Option<String>,
    /// More for people.
    pub(crate) note: Option<String>,
    /// Hash of the request.
    pub(crate) asked: String,
    /// Somebody who was erased: the record names them no more.
    pub(crate) forget: Option<String>,
}

#[derive(Deserialize)]
struct Row {
    id: u64,
    at: String,
    who: String,
    action: String,
    object: Option<String>,
    note: Option<String>,
}

impl Row {
    fn read(self) -> Outcome<AuditRow> {
        let Self { id, at, who, action, object, note } = self;
        let who: Author = serde_json::from_str(&who).map_err(|error| broken("author", error))?;
        Ok(AuditRow { id, at: moment(&at)?, who, action, object, note })
    }
}

pub(super) fn note(sql: &Sql, noted: Noted, who: &Author, now: Timestamp) -> Outcome<Reply> {
    #[derive(Deserialize)]
    struct Asked {
        asked: String,
    }
    let Noted { action, object, note, asked, forget } = noted;
    if let Some(forget) = forget {
        sql.run("UPDATE audit SET object = NULL, note = NULL WHERE object = ?", vec![forget.into()])?;
    }
    let newest: Option<Asked> = sql.first(
        "SELECT asked FROM audit WHERE action = ? AND object IS ? ORDER BY id DESC LIMIT 1",
        vec![action.as_str().into(), object.clone().into()],
    )?;
    if newest.is_some_and(|newest| newest.asked == asked) {
        return Ok(Reply::empty(204));
    }
    let who = serde_json::to_string(who).map_err(|error| broken("author", error))?;
    sql.run(
        "INSERT INTO audit (at, who, action, object, note, asked) VALUES (?, ?, ?, ?, ?, ?)",
        vec![now.to_string().into(), who.into(), action.into(), object.into(), note.into(), asked.into()],
    )?;
    sql.run(
        "DELETE FROM audit WHERE id <= (SELECT MAX(id) FROM audit) - ?",
        vec![limits::AUDIT_ROWS.into()],
    )?;
    Ok(Reply::empty(204))
}

pub(super) fn list(sql: &Sql, after: Option<i64>, limit: usize) -> Outcome<Reply> {
    let most = i64::try_from(limit.saturating_add(1)).unwrap_or(i64::MAX);
    let rows: Vec<Row> = sql.rows(
        "SELECT id, at, who, action, object, note FROM audit WHERE id < ? ORDER BY id DESC LIMIT ?",
        vec![after.unwrap_or(limits::MOST_ROWS).into(), most.into()],
    )?;
    let more = rows.len() > limit;
    let items: Vec<AuditRow> = rows.into_iter().take(limit).map(Row::read).collect::<Outcome<_>>()?;
    let next = items.last().filter(|_| more).map(|last| last.id.to_string());
    Reply::json(200, &Page { items, next })
}
