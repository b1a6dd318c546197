//! Webhook endpoints: where a store's events go.

use std::collections::BTreeSet;

use fidela_protocol::Code;
use fidela_protocol::events::{CreateEndpoint, Delivery, EndpointRow, Happening, RotateSecret};
use fidela_protocol::merchant::{FieldFault, Page};
use worker::Url;

use super::{fault, keys, refuse, text_fault};
use crate::answer::Answer;
use crate::auth::{self, Merchant};
use crate::call::Call;
use crate::failure::Outcome;
use crate::objects::shard::{After, ShardOp};
use crate::objects::store::{self, StoreOp};
use crate::platform::env;
use crate::{accounts, ids, limits};

/// `GET /v1/webhook_endpoints`.
pub(crate) async fn list(call: &Call) -> Outcome<Answer> {
    let Merchant { store, .. } = auth::merchant(call).await?;
    let reply = store::call(call, &store.store_id, &keys::asking(call, None, StoreOp::Endpoints)).await?;
    Ok(reply.into_answer())
}

/// `POST /v1/webhook_endpoints`.
pub(crate) async fn create(call: &Call) -> Outcome<Answer> {
    let merchant = auth::merchant(call).await?;
    let keyed = call.idempotency()?;
    let mut request: CreateEndpoint = call.json()?;
    let mut faults: Vec<FieldFault> = url_fault(call, &request.url).into_iter().collect();
    let description = request.description.as_deref();
    faults.extend(description.and_then(|text| text_fault("description", text, limits::TEXT_CHARS)));
    for (i, kind) in request.events.iter().flatten().enumerate().take(limits::PAGE_ROWS) {
        let known = Happening::KINDS.contains(&kind.as_str());
        faults.extend((!known).then(|| fault(format!("events[{i}]"), "unknown_event")));
    }
    if request.events.as_ref().is_some_and(Vec::is_empty) {
        faults.push(fault("events", "empty"));
    }
    refuse(Code::InvalidBody, faults)?;
    request.events =
        request.events.map(|kinds| kinds.into_iter().collect::<BTreeSet<_>>().into_iter().collect());
    let answer = keys::write(call, &merchant, Some(keyed), StoreOp::CreateEndpoint { request }).await?;
    accounts::settle(call, &merchant.store.store_id).await?;
    Ok(answer)
}

/// What is wrong with an endpoint's address. Ours is refused: what we tell ourselves would be told again.
fn url_fault(call: &Call, text: &str) -> Option<FieldFault> {
    if let Some(fault) = text_fault("url", text, limits::URL_CHARS) {
        return Some(fault);
    }
    let Ok(url) = Url::parse(text) else { return Some(fault("url", "url_expected")) };
    let private = env::var(&call.env, "PRIVATE_NETWORK").as_deref() == Some("1");
    if url.scheme() != "https" && !(private && url.scheme() == "http") {
        return Some(fault("url", "https_expected"));
    }
    if !url.username().is_empty() || url.password().is_some() || url.fragment().is_some() {
        return Some(fault("url", "url_expected"));
    }
    let own = env::var(&call.env, "PUBLIC_URL").and_then(|own| Url::parse(&own).ok());
    own.filter(|own| own.origin() == url.origin()).map(|_| fault("url", "own_address"))
}

/// `DELETE /v1/webhook_endpoints/{endpoint}`.
pub(crate) async fn delete(call: &Call, id: String) -> Outcome<Answer> {
    let merchant = auth::merchant(call).await?;
    keys::write(call, &merchant, None, StoreOp::DeleteEndpoint { id }).await
}

/// `POST /v1/webhook_endpoints/{endpoint}/rotate_secret`.
pub(crate) async fn rotate_secret(call: &Call, id: String) -> Outcome<Answer> {
    let merchant = auth::merchant(call).await?;
    let keyed = call.idempotency()?;
    let RotateSecret { keep_old } = call.json()?;
    keys::write(call, &merchant, Some(keyed), StoreOp::RotateSecret { id, keep_old }).await
}

/// The endpoint of an id, as the store's object knows it now.
async fn endpoint_of(call: &Call, merchant: &Merchant, id: &str) -> Outcome<EndpointRow> {
    let asking = keys::asking(call, None, StoreOp::Endpoints);
    let page: Page<EndpointRow> = store::call(call, &merchant.store.store_id, &asking).await?.read()?;
    Ok(page.items.into_iter().find(|endpoint| endpoint.id == id).ok_or(Code::NotFound)?)
}

/// `GET /v1/webhook_endpoints/{endpoint}/deliveries`: each shard answers from its own outbox, and their pages are
/// merged.
pub(crate) async fn deliveries(call: &Call, id: String) -> Outcome<Answer> {
    let merchant = auth::merchant(call).await?;
    let limit = call.page_rows()?;
    let after = call.query("after").map(|after| cursor(after).ok_or(Code::InvalidQuery)).transpose()?;
    endpoint_of(call, &merchant, &id).await?;
    let page =
        || ShardOp::Deliveries { endpoint: id.clone(), after: after.clone(), limit: limit.saturating_add(1) };
    let mut items: Vec<Delivery> = Vec::new();
    for reply in accounts::of_all(call, &merchant.store, page).await? {
        items.extend(reply.read::<Vec<Delivery>>()?);
    }
    items.sort_by(|a, b| (b.at, &b.id).cmp(&(a.at, &a.id)));
    let more = items.len() > limit;
    items.truncate(limit);
    let next = items.last().filter(|_| more).map(|last| format!("{}-{}", last.at.as_millisecond(), last.id));
    Answer::json(200, &Page { items, next })
}

/// What `next` said.
fn cursor(text: &str) -> Option<After> {
    let (written_ms, event) = text.split_once('-')?;
    Some(After { written_ms: written_ms.parse().ok()?, event: event.to_owned() })
}

/// `POST /v1/webhook_endpoints/{endpoint}/deliveries/{event}/replay`.
pub(crate) async fn replay(call: &Call, id: String, event: String) -> Outcome<Answer> {
    let merchant = auth::merchant(call).await?;
    let store = &merchant.store;
    if endpoint_of(call, &merchant, &id).await?.off_since.is_some() {
        return Err(Code::EndpointOff.into());
    }
    let shard = ids::shard_of_event(&store.store_id, &event).filter(|shard| *shard < store.shards);
    let op = ShardOp::Replay { endpoint: id, event };
    Ok(accounts::of_shard(call, store, shard.ok_or(Code::NotFound)?, None, op).await?.into_answer())
}
