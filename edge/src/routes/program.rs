//! The program, by version.

use fidela_protocol::{Code, Problem};
use serde_json::Value;

use crate::answer::Answer;
use crate::call::Call;
use crate::failure::Outcome;
use crate::objects::Reply;
use crate::objects::store::{self, StoreCall, StoreOp};
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
    let if_match = match call.header("if-match").as_deref().map(str::trim) {
        None | Some("*") => None,
        Some(tag) => {
            let version = tag.trim_start_matches("W/").trim_matches('"').parse().map_err(|_| {
                Problem::new(Code::VersionConflict).detail("If-Match takes the ETag of GET /v1/program.")
            })?;
            Some(version)
        }
    };
    let store = &merchant.store.store_id;
    let answer = ask(call, store, StoreOp::PutProgram { program, if_match }).await;
    config::read_anew(store);
    answer
}

async fn ask(call: &Call, store: &str, op: StoreOp) -> Outcome<Answer> {
    #[derive(serde::Deserialize)]
    struct Version {
        version: u64,
    }
    let reply: Reply = store::call(call, store, &StoreCall::of(call, None, op)).await?;
    if reply.status != 200 {
        return Ok(reply.into_answer());
    }
    let Version { version } = reply.read()?;
    Ok(reply.into_answer().header("etag", format!("\"{version}\"")).header("cache-control", "no-store"))
}
