//! Versions of the program, and the draft that a team shares. Of both nothing is lost: a version stays for ever, and
//! whoever would write over what somebody else has saved gets it told instead.

use fidela_protocol::drafts::{ProgramDraft, PutDraft, VersionRow};
use fidela_protocol::merchant::{FieldFault, Page, ProgramVersion};
use fidela_protocol::scopes::Author;
use fidela_protocol::{Code, Problem};
use fidela_rules::Program;
use fidela_rules::changes::changes;
use fidela_rules::num::MAX;
use fidela_rules::program::Warning;
use jiff::Timestamp;
use serde::Deserialize;
use serde_json::{Value, json};

use super::ops::{bump, settings};
use super::{icons, pictures, plan};
use crate::failure::{Failure, Outcome, broken};
use crate::objects::Reply;
use crate::platform::storage::Sql;
use crate::{limits, programs};

/// Adds who published a version.
pub(super) const AUTHOR: &str = "ALTER TABLE program ADD COLUMN author TEXT";
/// The one draft. Its revision stays when it is gone (`json` is null then), so that no number comes twice.
pub(super) const DRAFT: &str = "CREATE TABLE draft (one INTEGER PRIMARY KEY CHECK (one = 1), revision INTEGER NOT NULL, json TEXT, based_on INTEGER NOT NULL, updated_at TEXT NOT NULL, author TEXT)";

/// A version, as it is stored.
#[derive(Deserialize)]
pub(super) struct ProgramRow {
    /// Counts from 1.
    pub(super) version: u64,
    since: String,
    /// The program.
    pub(super) json: String,
    warnings: String,
    author: Option<String>,
}

const COLUMNS: &str = "SELECT version, since, json, warnings, author FROM program";

/// A version, or the newest.
pub(super) fn row(sql: &Sql, version: Option<u64>) -> Outcome<Option<ProgramRow>> {
    match version.map(i64::try_from) {
        Some(Ok(version)) => sql.first(&format!("{COLUMNS} WHERE version = ?"), vec![version.into()]),
        Some(Err(_)) => Ok(None),
        None => sql.first(&format!("{COLUMNS} ORDER BY version DESC LIMIT 1"), vec![]),
    }
}

fn newest(sql: &Sql) -> Outcome<ProgramRow> {
    settings(sql)?;
    row(sql, None)?.ok_or_else(|| broken("store", "it has no program"))
}

fn moment(text: &str) -> Outcome<Timestamp> {
    text.parse().map_err(|error| broken("a stored moment", error))
}

fn document(json: &str) -> Outcome<Value> {
    serde_json::from_str(json).map_err(|error| broken("program", error))
}

fn author(stored: Option<&String>) -> Outcome<Option<Author>> {
    let read = stored.map(|json| serde_json::from_str(json)).transpose();
    read.map_err(|error| broken("an author", error))
}

fn stored(author: Option<&Author>) -> Outcome<Option<String>> {
    let json = author.map(serde_json::to_string).transpose();
    json.map_err(|error| broken("an author", error))
}

fn told(row: &ProgramRow) -> Outcome<ProgramVersion> {
    let warnings: Vec<(String, String)> =
        serde_json::from_str(&row.warnings).map_err(|error| broken("program", error))?;
    let warning = |(path, code)| FieldFault { path, code, min: None, max: None };
    Ok(ProgramVersion {
        version: row.version,
        since: moment(&row.since)?,
        by: author(row.author.as_ref())?,
        program: document(&row.json)?,
        warnings: warnings.into_iter().map(warning).collect(),
    })
}

/// `GET /v1/program`, and one version.
pub(super) fn get(sql: &Sql, version: Option<u64>) -> Outcome<Reply> {
    settings(sql)?;
    Reply::json(200, &told(&row(sql, version)?.ok_or(Code::ProgramVersionUnknown)?)?)
}

/// `GET /v1/program/versions`, newest first.
pub(super) fn list(sql: &Sql, after: Option<u64>, limit: usize) -> Outcome<Reply> {
    settings(sql)?;
    let limit = limit.min(limits::VERSIONS_AT_ONCE);
    // One more: what the last of the page is compared with.
    let rows: Vec<ProgramRow> = sql.rows(
        &format!("{COLUMNS} WHERE version < ? ORDER BY version DESC LIMIT ?"),
        vec![
            after.and_then(|after| i64::try_from(after).ok()).unwrap_or(MAX).into(),
            i64::try_from(limit).unwrap_or(1).saturating_add(1).into(),
        ],
    )?;
    let documents = rows.iter().map(|row| document(&row.json)).collect::<Outcome<Vec<_>>>()?;
    let mut items = Vec::new();
    for (i, row) in rows.iter().enumerate().take(limit) {
        let before = documents.get(i.saturating_add(1));
        let mut found = before.zip(documents.get(i)).map(|(before, after)| changes(before, after));
        let found = found.get_or_insert_default();
        let more = found.len().saturating_sub(limits::CHANGES_TOLD);
        found.truncate(limits::CHANGES_TOLD);
        items.push(VersionRow {
            version: row.version,
            since: moment(&row.since)?,
            by: author(row.author.as_ref())?,
            changes: std::mem::take(found),
            more: u64::try_from(more).unwrap_or(0),
        });
    }
    let next = items.last().filter(|last| last.version > 1).map(|last| last.version.to_string());
    Reply::json(200, &Page { items, next })
}

/// Reads a program, or says every fault.
pub(super) fn read(sql: &Sql, document: &Value) -> Outcome<(Program, Vec<Warning>)> {
    let (program, mut warnings) = programs::read(document)?;
    warnings.extend(icons::unknown(sql, &program)?);
    warnings.extend(pictures::unknown(sql, &program)?);
    Ok((program, warnings))
}

/// Writes a version.
pub(super) fn insert(
    sql: &Sql,
    version: u64,
    (program, warnings): (&Program, &[Warning]),
    by: Option<&Author>,
    now: Timestamp,
) -> Outcome<()> {
    let unwritable = |error: serde_json::Error| broken("program", error);
    let json = serde_json::to_string(program).map_err(unwritable)?;
    let warnings: Vec<_> = warnings.iter().map(|warning| (&warning.path, warning.code)).collect();
    let warnings = serde_json::to_string(&warnings).map_err(unwritable)?;
    let version = i64::try_from(version).map_err(|error| broken("version", error))?;
    sql.run(
        "INSERT INTO program (version, since, json, warnings, author) VALUES (?, ?, ?, ?, ?)",
        vec![version.into(), now.to_string().into(), json.into(), warnings.into(), stored(by)?.into()],
    )
}

/// `PUT /v1/program`. The draft that becomes the program is none any more.
pub(super) fn put(
    sql: &Sql,
    told_as: &Value,
    if_match: Option<u64>,
    by: Option<&Author>,
    now: Timestamp,
) -> Outcome<Reply> {
    let current = row(sql, None)?.ok_or(Code::NotFound)?;
    let (mut program, warnings) = read(sql, told_as)?;
    let old: Program = serde_json::from_str(&current.json).map_err(|error| broken("program", error))?;
    program.switch_on(Some(&old), now);
    let json = serde_json::to_string(&program).map_err(|error| broken("program", error))?;
    // Told again after an answer that was lost: the same program is in force already.
    if json == current.json {
        end_draft(sql, told_as, &current.json, now)?;
        return Reply::json(200, &told(&current)?);
    }
    if let Some(edited) = if_match.filter(|edited| *edited != current.version) {
        let ProgramVersion { version, since, by, .. } = told(&current)?;
        let problem = Problem::new(Code::VersionConflict).with("edited", edited).with("version", version);
        return Err(problem.with("since", since.to_string()).with("by", json!(by)).into());
    }
    plan::check(settings(sql)?.plan.as_ref(), Some(&old), &program)?;
    let version = current.version.saturating_add(1);
    insert(sql, version, (&program, &warnings), by, now)?;
    end_draft(sql, told_as, &json, now)?;
    bump(sql)?;
    let row = row(sql, None)?.ok_or_else(|| broken("program", "it is not there after its insert"))?;
    Reply::json(200, &told(&row)?)
}

/// The draft, as it is stored.
#[derive(Deserialize)]
struct DraftRow {
    revision: u64,
    json: Option<String>,
    based_on: u64,
    updated_at: String,
    author: Option<String>,
}

fn draft_row(sql: &Sql) -> Outcome<Option<DraftRow>> {
    sql.first("SELECT revision, json, based_on, updated_at, author FROM draft", vec![])
}

/// What is wrong with a program, if anything is.
fn faults(document: &Value) -> Outcome<Vec<FieldFault>> {
    match programs::read(document) {
        Ok(_) => Ok(Vec::new()),
        Err(Failure::Problem(problem)) => Ok(problem.faults),
        Err(fatal) => Err(fatal),
    }
}

/// The draft, or the program in force to begin with.
fn draft(sql: &Sql) -> Outcome<ProgramDraft> {
    let current = newest(sql)?;
    let row = draft_row(sql)?;
    let revision = row.as_ref().map_or(0, |row| row.revision);
    if let Some(DraftRow { json: Some(json), based_on, updated_at, author: by, .. }) = row {
        let program = document(&json)?;
        let faults = faults(&program)?;
        let (updated_at, by) = (moment(&updated_at)?, author(by.as_ref())?);
        let version = current.version;
        return Ok(ProgramDraft {
            saved: true,
            program,
            based_on,
            version,
            revision,
            updated_at,
            by,
            faults,
        });
    }
    let ProgramVersion { version, since, by, program, .. } = told(&current)?;
    Ok(ProgramDraft {
        saved: false,
        program,
        based_on: version,
        version,
        revision,
        updated_at: since,
        by,
        faults: Vec::new(),
    })
}

/// `GET /v1/program/draft`.
pub(super) fn get_draft(sql: &Sql) -> Outcome<Reply> {
    Reply::json(200, &draft(sql)?)
}

/// Somebody else has saved meanwhile: what is there now comes with the refusal.
fn conflict(current: &ProgramDraft) -> Outcome<Failure> {
    let draft = serde_json::to_value(current).map_err(|error| broken("draft", error))?;
    let problem = Problem::new(Code::VersionConflict)
        .with("revision", current.revision)
        .with("since", current.updated_at.to_string())
        .with("by", json!(current.by));
    Ok(problem.with("draft", draft).into())
}

/// What `If-Match` says of a draft.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Seen {
    /// Nothing: only what nobody has saved is written.
    Nothing,
    /// A revision.
    Revision(u64),
    /// Whatever is there.
    Any,
}

impl Seen {
    const fn is(self, current: &ProgramDraft) -> bool {
        match self {
            Self::Nothing => !current.saved,
            Self::Revision(revision) => revision == current.revision,
            Self::Any => true,
        }
    }
}

/// `PUT /v1/program/draft`.
pub(super) fn put_draft(
    sql: &Sql,
    told_as: PutDraft,
    seen: Seen,
    by: Option<&Author>,
    now: Timestamp,
) -> Outcome<Reply> {
    let current = draft(sql)?;
    let PutDraft { program, based_on } = told_as;
    if based_on.is_some_and(|version| version == 0 || version > current.version) {
        let most = i64::try_from(current.version).ok();
        let fault = FieldFault {
            path: "based_on".to_owned(),
            code: "out_of_range".to_owned(),
            min: Some(1),
            max: most,
        };
        return Err(Problem::new(Code::InvalidBody).faults(vec![fault]).into());
    }
    let based_on = based_on.unwrap_or(current.based_on);
    // Told again after an answer that was lost.
    if current.saved && current.program == program && current.based_on == based_on {
        return Reply::json(200, &current);
    }
    if !seen.is(&current) {
        return Err(conflict(&current)?);
    }
    keep(sql, current.revision.saturating_add(1), Some(&program), based_on, by, now)?;
    Reply::json(200, &draft(sql)?)
}

fn keep(
    sql: &Sql,
    revision: u64,
    program: Option<&Value>,
    based_on: u64,
    by: Option<&Author>,
    now: Timestamp,
) -> Outcome<()> {
    let number = |number: u64| i64::try_from(number).map_err(|error| broken("revision", error));
    sql.run(
        "INSERT OR REPLACE INTO draft (one, revision, json, based_on, updated_at, author) VALUES (1, ?, ?, ?, ?, ?)",
        vec![
            number(revision)?.into(),
            program.map(Value::to_string).into(),
            number(based_on)?.into(),
            now.to_string().into(),
            stored(by)?.into(),
        ],
    )
}

/// `DELETE /v1/program/draft`.
pub(super) fn delete_draft(sql: &Sql, seen: Seen, now: Timestamp) -> Outcome<Reply> {
    let current = draft(sql)?;
    if current.saved {
        // Whoever says nothing of what they saw discards whatever there is: that is what they ask for.
        if seen != Seen::Nothing && !seen.is(&current) {
            return Err(conflict(&current)?);
        }
        keep(sql, current.revision.saturating_add(1), None, current.based_on, None, now)?;
    }
    Ok(Reply::empty(204))
}

/// A draft that says what has been published is none any more.
fn end_draft(sql: &Sql, published: &Value, json: &str, now: Timestamp) -> Outcome<()> {
    let Some(DraftRow { json: Some(draft), revision, based_on, .. }) = draft_row(sql)? else { return Ok(()) };
    if draft == json || document(&draft)? == *published {
        keep(sql, revision.saturating_add(1), None, based_on, None, now)?;
    }
    Ok(())
}
