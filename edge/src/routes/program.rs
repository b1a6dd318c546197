//! The program, by version, and its draft.

use fidela_protocol::drafts::PutDraft;
use fidela_protocol::merchant::FieldFault;
use fidela_protocol::{Code, Problem};
use serde_json::Value;

use super::{fault, refuse};
use crate::answer::Answer;
use crate::call::Call;
use crate::failure::Outcome;
use crate::objects::Reply;
use crate::objects::store::{self, Seen, StoreCall, StoreOp};
use crate::{auth, config};

/// `GET /v1/program`.
pub(crate) async fn get(call: &Call) -> Outcome<Answer> {
    let merchant = auth::merchant(call).await?;
    ask(call, &merchant.store.store_id, StoreOp::Program { version: None }).await
}

/// `PUT /v1/program`. Without `If-Match` it replaces whatever is there.
pub(crate) async fn put(call: &Call) -> Outcome<Answer> {
    let merchant = auth::merchant(call).await?;
    let program: Value = call.json()?;
    let if_match = match seen(call, "/v1/program")? {
        Seen::Nothing | Seen::Any => None,
        Seen::Revision(version) => Some(version),
    };
    let store = &merchant.store.store_id;
    let answer = ask(call, store, StoreOp::PutProgram { program, if_match }).await;
    config::read_anew(store);
    answer
}

/// What the caller says to have seen: `If-Match`.
fn seen(call: &Call, of: &str) -> Outcome<Seen> {
    match call.header("if-match").as_deref().map(str::trim) {
        None => Ok(Seen::Nothing),
        Some("*") => Ok(Seen::Any),
        Some(tag) => {
            let number = tag.trim_start_matches("W/").trim_matches('"').parse().map_err(|_| {
                Problem::new(Code::VersionConflict).detail(format!("If-Match takes the ETag of GET {of}."))
            })?;
            Ok(Seen::Revision(number))
        }
    }
}

async fn ask(call: &Call, store: &str, op: StoreOp) -> Outcome<Answer> {
    let reply = store::call(call, store, &StoreCall::of(call, None, op)).await?;
    tagged(reply, "version")
}

/// With the number of what is answered as its `ETag`.
fn tagged(reply: Reply, name: &str) -> Outcome<Answer> {
    if reply.status != 200 {
        return Ok(reply.into_answer());
    }
    let number = reply.number(name)?;
    Ok(reply.into_answer().header("etag", format!("\"{number}\"")).header("cache-control", "no-store"))
}

/// `GET /v1/program/versions`.
pub(crate) async fn versions(call: &Call) -> Outcome<Answer> {
    let merchant = auth::merchant(call).await?;
    let after = call.query("after").map(str::parse).transpose();
    let after = after.map_err(|_| Problem::new(Code::InvalidQuery).detail("`after` is a version."))?;
    let op = StoreOp::Versions { after, limit: call.page_rows()? };
    Ok(store::ask_for(call, &merchant.store, op).await?.into_answer().header("cache-control", "no-store"))
}

/// `GET /v1/program/versions/{version}`.
pub(crate) async fn version(call: &Call, version: &str) -> Outcome<Answer> {
    let merchant = auth::merchant(call).await?;
    // What is no number is no version.
    let version = version.parse().map_err(|_| Code::NotFound)?;
    let op = StoreOp::Program { version: Some(version) };
    let reply = store::ask_for(call, &merchant.store, op).await?;
    if reply.is(Code::ProgramVersionUnknown) {
        return Err(Code::NotFound.into());
    }
    tagged(reply, "version")
}

/// `GET /v1/program/draft`.
pub(crate) async fn draft(call: &Call) -> Outcome<Answer> {
    let merchant = auth::merchant(call).await?;
    tagged(store::ask_for(call, &merchant.store, StoreOp::Draft).await?, "revision")
}

/// `PUT /v1/program/draft`.
pub(crate) async fn put_draft(call: &Call) -> Outcome<Answer> {
    let merchant = auth::merchant(call).await?;
    let draft: PutDraft = call.json()?;
    let faults: Vec<FieldFault> =
        (!draft.program.is_object()).then(|| fault("program", "object_expected")).into_iter().collect();
    refuse(Code::InvalidBody, faults)?;
    let op = StoreOp::PutDraft { draft: Box::new(draft), seen: seen(call, "/v1/program/draft")? };
    tagged(store::ask_for(call, &merchant.store, op).await?, "revision")
}

/// `DELETE /v1/program/draft`.
pub(crate) async fn delete_draft(call: &Call) -> Outcome<Answer> {
    let merchant = auth::merchant(call).await?;
    let op = StoreOp::DeleteDraft { seen: seen(call, "/v1/program/draft")? };
    Ok(store::ask_for(call, &merchant.store, op).await?.into_answer())
}
