//! A store's secret keys.

use fidela_protocol::Code;
use fidela_protocol::merchant::CreateKey;

use super::{name_fault, refuse};
use crate::answer::Answer;
use crate::call::{Call, Keyed};
use crate::failure::Outcome;
use crate::objects::store::{self, StoreCall, StoreOp};
use crate::{auth, config};

/// `GET /v1/keys`.
pub(crate) async fn list(call: &Call) -> Outcome<Answer> {
    ask(call, None, StoreOp::Keys).await
}

/// `POST /v1/keys`.
pub(crate) async fn create(call: &Call) -> Outcome<Answer> {
    let keyed = call.idempotency();
    auth::merchant(call).await?;
    let request: CreateKey = call.json()?;
    refuse(Code::InvalidBody, name_fault("name", &request.name).into_iter().collect())?;
    ask(call, Some(keyed?), StoreOp::CreateKey { request }).await
}

/// `DELETE /v1/keys/{key}`.
pub(crate) async fn revoke(call: &Call, id: String) -> Outcome<Answer> {
    ask(call, None, StoreOp::RevokeKey { id }).await
}

async fn ask(call: &Call, key: Option<Keyed>, op: StoreOp) -> Outcome<Answer> {
    let merchant = auth::merchant(call).await?;
    let writes = !matches!(op, StoreOp::Keys);
    let store = &merchant.store.store_id;
    let reply = store::call(call, store, &StoreCall { now: call.now, key, op }).await?;
    if writes {
        // This isolate sees it at once, others within 5 s.
        config::forget(store);
    }
    Ok(reply.into_answer())
}
