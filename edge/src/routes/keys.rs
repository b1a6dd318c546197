//! A store's secret keys.

use fidela_protocol::Code;
use fidela_protocol::merchant::{CreateKey, FieldFault};
use fidela_protocol::scopes::Scope;

use super::{fault, name_fault, refuse};
use crate::answer::Answer;
use crate::auth::Merchant;
use crate::call::{Call, Keyed};
use crate::failure::Outcome;
use crate::objects::store::{self, StoreCall, StoreOp};
use crate::{auth, config};

/// `GET /v1/keys`.
pub(crate) async fn list(call: &Call) -> Outcome<Answer> {
    let Merchant { store, .. } = auth::merchant(call).await?;
    let reply = store::call(call, &store.store_id, &asking(call, None, StoreOp::Keys)).await?;
    Ok(reply.into_answer())
}

/// `POST /v1/keys`.
pub(crate) async fn create(call: &Call) -> Outcome<Answer> {
    let merchant = auth::merchant(call).await?;
    let keyed = call.idempotency()?;
    let request: CreateKey = call.json()?;
    let mut faults: Vec<FieldFault> = name_fault("name", &request.name).into_iter().collect();
    if request.scopes.as_ref().is_some_and(Vec::is_empty) {
        faults.push(fault("scopes", "empty"));
    }
    refuse(Code::InvalidBody, faults)?;
    merchant.may_give(request.scopes.as_deref().unwrap_or(Scope::ALL))?;
    write(call, &merchant, Some(keyed), StoreOp::CreateKey { request }).await
}

/// `DELETE /v1/keys/{key}`.
pub(crate) async fn revoke(call: &Call, id: String) -> Outcome<Answer> {
    let merchant = auth::merchant(call).await?;
    write(call, &merchant, None, StoreOp::RevokeKey { id }).await
}

pub(super) fn asking(call: &Call, key: Option<Keyed>, op: StoreOp) -> StoreCall {
    StoreCall::of(call, key, op)
}

/// What is written is seen by this isolate at once, and by others within 5 s.
pub(super) async fn write(
    call: &Call,
    merchant: &Merchant,
    key: Option<Keyed>,
    op: StoreOp,
) -> Outcome<Answer> {
    let store = &merchant.store.store_id;
    let reply = store::call(call, store, &asking(call, key, op)).await;
    config::read_anew(store);
    Ok(reply?.into_answer())
}
