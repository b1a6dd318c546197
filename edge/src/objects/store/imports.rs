//! A store's imports: which there are, and where each stood when it last said so. The rows are theirs.

use fidela_protocol::imports::ImportEntry;
use fidela_protocol::merchant::Page;
use fidela_protocol::{Code, Problem};

use super::ops::{JsonRow, settings};
use crate::failure::{Outcome, broken};
use crate::limits;
use crate::objects::Reply;
use crate::platform::storage::Sql;

/// Imports.
pub(super) const TABLE: &str =
    "CREATE TABLE import (id TEXT PRIMARY KEY, created_ms INTEGER NOT NULL, json TEXT NOT NULL)";

fn read(row: &JsonRow) -> Outcome<ImportEntry> {
    serde_json::from_str(&row.json).map_err(|error| broken("import", error))
}

fn find(sql: &Sql, id: &str) -> Outcome<Option<ImportEntry>> {
    let row: Option<JsonRow> = sql.first("SELECT json FROM import WHERE id = ?", vec![id.into()])?;
    row.as_ref().map(read).transpose()
}

fn save(sql: &Sql, entry: &ImportEntry) -> Outcome<()> {
    let json = serde_json::to_string(entry).map_err(|error| broken("import", error))?;
    let values = vec![entry.id.as_str().into(), entry.created_at.as_millisecond().into(), json.into()];
    sql.run("INSERT OR REPLACE INTO import VALUES (?, ?, ?)", values)
}

/// `GET /v1/imports`.
pub(super) fn list(sql: &Sql) -> Outcome<Reply> {
    settings(sql)?;
    let rows: Vec<JsonRow> = sql.rows("SELECT json FROM import ORDER BY created_ms DESC, id", vec![])?;
    let items = rows.iter().map(read).collect::<Outcome<_>>()?;
    Reply::json(200, &Page::<ImportEntry> { items, next: None })
}

/// A new one, as long as there are not too many. One that is known answers as it is.
pub(super) fn add(sql: &Sql, entry: ImportEntry) -> Outcome<Reply> {
    #[derive(serde::Deserialize)]
    struct Count {
        imports: i64,
    }
    settings(sql)?;
    if let Some(known) = find(sql, &entry.id)? {
        return Reply::json(200, &known);
    }
    let count: Option<Count> = sql.first("SELECT count(*) AS imports FROM import", vec![])?;
    if count.is_some_and(|count| count.imports >= limits::IMPORTS) {
        return Err(Problem::new(Code::TooManyImports).with("limit", limits::IMPORTS).into());
    }
    save(sql, &entry)?;
    Reply::json(200, &entry)
}

/// Where one stands now. One that was deleted meanwhile stays so.
pub(super) fn note(sql: &Sql, entry: &ImportEntry) -> Outcome<Reply> {
    if find(sql, &entry.id)?.is_some() {
        save(sql, entry)?;
    }
    Ok(Reply::empty(204))
}

pub(super) fn forget(sql: &Sql, id: &str) -> Outcome<Reply> {
    sql.run("DELETE FROM import WHERE id = ?", vec![id.into()])?;
    Ok(Reply::empty(204))
}
