//! Imports: a spreadsheet is uploaded and looked at row by row, then counted, and can be taken back.

use fidela_protocol::imports::{
    Import, ImportColumn, ImportEntry, ImportFault, ImportKind, ImportRow, ImportRowStatus, ImportStatus,
    ImportWarning,
};
use fidela_protocol::merchant::Page;
use fidela_protocol::missions::{CompletionResult, CompletionStatus};
use fidela_protocol::plan::{Allowance, Feature};
use fidela_protocol::{Code, Problem};
use fidela_rules::program::MissionPoints;
use fidela_sheets::{Content, Fault, Kind, Language, errors, template};

use super::assets;
use crate::answer::Answer;
use crate::auth::{self, Merchant};
use crate::call::Call;
use crate::config::StoreConfig;
use crate::failure::{Outcome, broken};
use crate::objects::Reply;
use crate::objects::import::{self, ImportOp, Looked, Stored, Upload};
use crate::objects::shard::Owner;
use crate::objects::store::{self, StoreOp};
use crate::speech::{self, Speaker};
use crate::{ids, limits};

/// `?kind=`, and `?mission=` where it takes one.
fn kind(call: &Call, store: &StoreConfig) -> Outcome<(ImportKind, Kind, Option<String>)> {
    let how = "`kind` is completions or balances; completions name their `mission`.";
    let invalid = || Problem::new(Code::InvalidQuery).detail(how);
    let kind = call.query("kind").and_then(ImportKind::of_word).ok_or_else(invalid)?;
    match (kind, call.query("mission")) {
        (ImportKind::Balances, None) => Ok((kind, Kind::Balances, None)),
        (ImportKind::Balances, Some(_)) => Err(invalid().into()),
        (ImportKind::Completions, None) => Ok((kind, template::KINDS[0], None)),
        (ImportKind::Completions, Some(id)) => {
            let program = store.program()?;
            let mission = program.mission(id).ok_or(Code::MissionNotFound)?;
            let amount = matches!(mission.points, MissionPoints::PerAmount { .. });
            let reference = mission.limit() != Some(1);
            Ok((kind, Kind::Completions { reference, amount }, Some(id.to_owned())))
        }
    }
}

fn language(call: &Call, store: &StoreConfig) -> Language {
    Language::of(Speaker::of(call, store).tag()).unwrap_or(Language::English)
}

fn file(kind: &str, name: &str, bytes: Vec<u8>) -> Answer {
    Answer::bytes(200, kind, bytes)
        .header("content-disposition", format!("attachment; filename=\"{name}\""))
        .header("cache-control", "private, no-store")
}

const CSV: &str = "text/csv; charset=utf-8";
const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

/// `GET /v1/imports/template.csv`.
pub(crate) async fn template_csv(call: &Call) -> Outcome<Answer> {
    let store = auth::merchant(call).await?.store;
    let (_, kind, _) = kind(call, &store)?;
    let text = template::csv(kind, language(call, &store));
    Ok(file(CSV, &format!("{}.csv", template::name(kind)), text.into_bytes()))
}

/// `GET /v1/imports/template.xlsx`: written when the edge is built.
pub(crate) async fn template_xlsx(call: &Call) -> Outcome<Answer> {
    let store = auth::merchant(call).await?.store;
    let (_, kind, _) = kind(call, &store)?;
    let name = template::name(kind);
    let stored = format!("import-{name}-{}.xlsx", language(call, &store).code());
    let bytes = assets::read(call, &stored).await?.ok_or_else(|| broken("template", "it is not there"))?;
    Ok(file(XLSX, &format!("{name}.xlsx"), bytes))
}

/// `POST /v1/imports`: the body is the file, and goes to its object as it comes.
pub(crate) async fn create(call: &Call) -> Outcome<Answer> {
    let Merchant { store, .. } = auth::merchant(call).await?;
    let key = call.idempotency()?.key;
    let (kind, read_as, mission) = kind(call, &store)?;
    if kind == ImportKind::Completions && mission.is_none() {
        return Err(Problem::new(Code::InvalidQuery).detail("Completions are of one `mission`.").into());
    }
    if !Allowance::of(store.plan.as_ref()).features.contains(&Feature::Imports) {
        let what = Feature::Imports.word();
        return Err(Problem::new(Code::PlanLimitReached).with("what", what).with("limit", 0).into());
    }
    let (reference, amount) = match read_as {
        Kind::Completions { reference, amount } => (reference, amount),
        Kind::Balances => (false, false),
    };
    let entry = ImportEntry {
        id: ids::new_import(&store.index_key, &key),
        kind,
        mission,
        status: ImportStatus::Reading,
        created_at: call.now,
        rows_until: None,
    };
    let upload = Upload {
        store: store.store_id.clone(),
        index_key: store.index_key.clone(),
        entry: entry.clone(),
        start: matches!(call.query("start"), Some("true" | "1")),
        reference,
        amount,
        language: language(call, &store),
        currency: store.program.get("currency").and_then(|code| code.as_str()).unwrap_or_default().to_owned(),
    };
    let listed = store::ask_for(call, &store, StoreOp::AddImport { entry: entry.clone() }).await?;
    if listed.status >= 400 {
        return Ok(listed.into_answer());
    }
    let mut reply = import::send(&call.env, &upload, call.take_upload()).await?;
    if reply.is(Code::ImportFileInvalid) || reply.is(Code::ImportTooLarge) {
        store::ask_for(call, &store, StoreOp::ForgetImport { id: entry.id }).await?;
    }
    let speaker = Speaker::of(call, &store);
    reply.edit(|body| {
        speech::translate(call, &store, body);
        let fault = body.get_mut("fault").and_then(|fault| fault.as_object_mut());
        if let Some(fault) = fault {
            let code = fault.get("code").and_then(|code| code.as_str()).unwrap_or_default();
            let title = sentence(&speaker, code);
            fault.insert("title".to_owned(), title.into());
        }
    })?;
    Ok(reply.into_answer())
}

/// What a code of a file, a row or a column means.
fn sentence(speaker: &Speaker, code: &str) -> String {
    let key = format!("import.{code}");
    let said = speaker.word(&key);
    if said != key && !said.is_empty() {
        return said.to_owned();
    }
    let english = fidela_sheets::codes().find(|(known, _)| *known == code);
    english.map_or_else(String::new, |(_, sentence)| sentence.to_owned())
}

/// `GET /v1/imports`.
pub(crate) async fn list(call: &Call) -> Outcome<Answer> {
    let store = auth::merchant(call).await?.store;
    Ok(store::ask_for(call, &store, StoreOp::Imports).await?.into_answer())
}

/// Forgets what the rows of all imports say of some people.
pub(super) async fn forget(call: &Call, store: &StoreConfig, owners: &[Owner]) -> Outcome<()> {
    let imports: Page<ImportEntry> = store::ask_for(call, store, StoreOp::Imports).await?.read()?;
    let owners: Vec<String> = owners.iter().map(Owner::key).collect();
    for entry in imports.items {
        let op = ImportOp::ForgetOwners { owners: owners.clone() };
        import::call(&call.env, &store.store_id, &entry.id, call.now, op).await?;
    }
    Ok(())
}

/// Asks an import. One that this store never made is not even asked for.
async fn ask(call: &Call, store: &StoreConfig, id: &str, op: ImportOp) -> Outcome<Reply> {
    if !ids::is_own_import(&store.index_key, id) {
        return Err(Code::NotFound.into());
    }
    let mut reply = import::call(&call.env, &store.store_id, id, call.now, op).await?;
    if reply.status >= 400 {
        reply.edit(|body| speech::translate(call, store, body))?;
    }
    Ok(reply)
}

/// `GET /v1/imports/{import}`.
pub(crate) async fn get(call: &Call, id: &str) -> Outcome<Answer> {
    let store = auth::merchant(call).await?.store;
    let reply = ask(call, &store, id, ImportOp::Look).await?;
    if reply.status != 200 {
        return Ok(reply.into_answer());
    }
    let Looked { entry, summary, totals } = reply.read()?;
    let speaker = Speaker::of(call, &store);
    let (columns, warnings) = summary.map(|summary| (summary.columns, summary.warnings)).unwrap_or_default();
    let unfinished = totals.todo.saturating_add(totals.counts.faulty);
    let import = Import {
        entry,
        rows: totals.rows,
        rows_done: totals.rows.saturating_sub(unfinished).max(0),
        counts: totals.counts,
        points_to_grant: totals.points_of(&[ImportRowStatus::Grantable, ImportRowStatus::WillWait]),
        points_granted: totals.points_of(&[ImportRowStatus::Granted, ImportRowStatus::Waiting]),
        points_taken_back: totals.points_of(&[ImportRowStatus::TakenBack]),
        points_missing: totals.missing,
        columns: columns
            .into_iter()
            .map(|found| ImportColumn { field: found.field, column: found.column, header: found.header })
            .collect(),
        warnings: warnings
            .into_iter()
            .map(|warning| ImportWarning {
                column: warning.column,
                header: warning.header,
                code: warning.code.code().to_owned(),
                title: sentence(&speaker, warning.code.code()),
            })
            .collect(),
    };
    Answer::json(200, &import)
}

/// `POST /v1/imports/{import}/start`.
pub(crate) async fn start(call: &Call, id: &str) -> Outcome<Answer> {
    let store = auth::merchant(call).await?.store;
    Ok(ask(call, &store, id, ImportOp::Start).await?.into_answer())
}

/// `POST /v1/imports/{import}/revert`.
pub(crate) async fn revert(call: &Call, id: &str) -> Outcome<Answer> {
    let store = auth::merchant(call).await?.store;
    Ok(ask(call, &store, id, ImportOp::Revert).await?.into_answer())
}

/// `DELETE /v1/imports/{import}`.
pub(crate) async fn delete(call: &Call, id: &str) -> Outcome<Answer> {
    let store = auth::merchant(call).await?.store;
    let reply = ask(call, &store, id, ImportOp::Forget).await?;
    if reply.status < 400 {
        store::ask_for(call, &store, StoreOp::ForgetImport { id: id.to_owned() }).await?;
    }
    Ok(reply.into_answer())
}

/// `GET /v1/imports/{import}/rows`.
pub(crate) async fn rows(call: &Call, id: &str) -> Outcome<Answer> {
    let store = auth::merchant(call).await?.store;
    let limit = call.page_rows()?;
    let after = call
        .query("after")
        .unwrap_or("0")
        .parse::<u32>()
        .map_err(|_| Problem::new(Code::InvalidQuery).detail("`after` is the number of a row."))?;
    let asked = i64::try_from(limit).unwrap_or(i64::MAX).saturating_add(1);
    let only = call.query("status").map_or_else(|| Some(Vec::new()), ImportRowStatus::of_words);
    let only = only.ok_or_else(|| {
        Problem::new(Code::InvalidQuery)
            .detail("`status` is one of a row's, or several with commas between them.")
    })?;
    let op = ImportOp::Rows { after: after.into(), limit: asked, only };
    let reply = ask(call, &store, id, op).await?;
    if reply.status != 200 {
        return Ok(reply.into_answer());
    }
    let mut stored: Vec<Stored> = reply.read()?;
    let more = stored.len() > limit;
    stored.truncate(limit);
    let next = stored.last().filter(|_| more).map(|row| row.number.to_string());
    let items = stored.into_iter().map(|row| shown(call, &store, row)).collect::<Outcome<_>>()?;
    Answer::json(200, &Page::<ImportRow> { items, next })
}

/// The sentence of a row that was refused.
fn refused(call: &Call, store: &StoreConfig, row: &Stored) -> Option<String> {
    let code = row.code.clone()?;
    let mut result =
        CompletionResult { code: Some(code), ..CompletionResult::new(CompletionStatus::Refused) };
    if let Some(Ok(kept)) = row.result.as_deref().map(serde_json::from_str::<CompletionResult>) {
        result.numbers = kept.numbers;
    }
    speech::refused(call, store, &mut result);
    result.title
}

fn shown(call: &Call, store: &StoreConfig, row: Stored) -> Outcome<ImportRow> {
    let title = refused(call, store, &row);
    let (mut customer_id, mut email, mut reference, mut faults) = (None, None, None, Vec::new());
    match row.content()? {
        Content::Completion(told) => {
            (customer_id, email, reference) = (told.customer_id, told.email, row.reference);
        }
        Content::Balance(told) => (customer_id, email) = (told.customer_id, told.email),
        Content::Faults(found) => {
            let speaker = Speaker::of(call, store);
            let shown = |fault: Fault| ImportFault {
                title: sentence(&speaker, fault.code.code()),
                code: fault.code.code().to_owned(),
                column: fault.column,
                header: fault.header,
                value: fault.value,
            };
            faults = found.into_iter().map(shown).collect();
        }
    }
    Ok(ImportRow {
        row: row.number.into(),
        status: row.status,
        customer_id,
        email,
        reference,
        points: row.points,
        missing: row.missing,
        code: row.code,
        title,
        faults,
    })
}

/// What the list of errors is of.
const WRONG: [ImportRowStatus; 2] = [ImportRowStatus::Faulty, ImportRowStatus::Refused];

/// `GET /v1/imports/{import}/errors.csv`.
pub(crate) async fn errors_csv(call: &Call, id: &str) -> Outcome<Answer> {
    let store = auth::merchant(call).await?.store;
    let language = language(call, &store);
    let speaker = Speaker::of(call, &store);
    let mut text = errors::header(language);
    let mut after = 0;
    loop {
        let op = ImportOp::Rows { after, limit: limits::IMPORT_ERRORS_AT_ONCE, only: WRONG.to_vec() };
        let reply = ask(call, &store, id, op).await?;
        if reply.status != 200 {
            return Ok(reply.into_answer());
        }
        let rows: Vec<Stored> = reply.read()?;
        let Some(last) = rows.last() else { break };
        after = last.number.into();
        for row in &rows {
            match row.content()? {
                Content::Faults(faults) => {
                    for fault in faults {
                        text.push_str(&errors::fault(
                            language,
                            &fault,
                            &sentence(&speaker, fault.code.code()),
                        ));
                    }
                }
                Content::Completion(fidela_sheets::Completion { customer_id, email, .. })
                | Content::Balance(fidela_sheets::Balance { customer_id, email, .. }) => {
                    let who = customer_id.or(email).unwrap_or_default();
                    let code = row.code.as_deref().unwrap_or_default();
                    let title = refused(call, &store, row).unwrap_or_default();
                    text.push_str(&errors::refused(language, row.number, &who, code, &title));
                }
            }
        }
    }
    Ok(file(CSV, "errors.csv", text.into_bytes()))
}
