//! Orders, as the shop tells them.

use fidela_protocol::Code;
use fidela_protocol::merchant::{FieldFault, OrderState};
use fidela_rules::Order;

use super::{fault, refuse};
use crate::answer::Answer;
use crate::call::Call;
use crate::config::StoreConfig;
use crate::failure::Outcome;
use crate::speech::Speaker;
use crate::{accounts, auth, explain};

/// `PUT /v1/orders/{id}`. The body may leave its `id` out: the path says it.
pub(crate) async fn put(call: &Call, id: String) -> Outcome<Answer> {
    let merchant = auth::merchant(call).await?;
    let mut body: serde_json::Value = call.json()?;
    if let Some(fields) = body.as_object_mut() {
        let told = fields.entry("id").or_insert_with(|| id.clone().into());
        if told.as_str() != Some(&id) {
            refuse(Code::InvalidOrder, vec![fault("id", "not_the_id_of_the_path")])?;
        }
    }
    let body = serde_json::to_vec(&body).map_err(|error| crate::failure::broken("order", error))?;
    tell(call, &merchant.store, crate::call::json(&body)?).await
}

/// `GET /v1/orders/{id}`.
pub(crate) async fn get(call: &Call, id: String) -> Outcome<Answer> {
    let store = auth::merchant(call).await?.store;
    let reply = accounts::find_order(call, &store, &id).await?;
    if reply.status != 200 {
        return Ok(reply.into_answer());
    }
    let mut order: OrderState = reply.read()?;
    explain(call, &store, [&mut order])?;
    Answer::json(200, &order)
}

/// Says of orders why they earned what they earned, in the caller's language.
pub(super) fn explain<'o>(
    call: &Call,
    store: &StoreConfig,
    orders: impl IntoIterator<Item = &'o mut OrderState>,
) -> Outcome<()> {
    let (speaker, program) = (Speaker::of(call, store), store.program()?);
    for OrderState { award, .. } in orders {
        award.explained = explain::award(&speaker, &program, award);
    }
    Ok(())
}

/// Takes in a snapshot of an order, from whoever told it.
pub(crate) async fn tell(call: &Call, store: &StoreConfig, order: Order) -> Outcome<Answer> {
    refuse(Code::InvalidOrder, order.faults().into_iter().map(FieldFault::from).collect())?;
    Ok(accounts::tell_order(call, store, order).await?.into_answer())
}
