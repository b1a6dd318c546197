//! Redemptions, by the shop's server.

use fidela_protocol::Code;
use fidela_protocol::merchant::ConfirmRequest;
use fidela_protocol::shopper::RedemptionRequest;

use super::{check_cart, points_or_reward, quotes};
use crate::answer::Answer;
use crate::auth::Merchant;
use crate::call::{Call, Keyed};
use crate::failure::Outcome;
use crate::objects::shard::ShardOp;
use crate::{accounts, auth};

/// `POST /v1/redemptions`.
pub(crate) async fn create(call: &Call) -> Outcome<Answer> {
    let merchant = auth::merchant(call).await?;
    let keyed = call.idempotency()?;
    let RedemptionRequest { cart, points, reward_id, customer_id } = call.json()?;
    check_cart(&cart)?;
    points_or_reward(points, reward_id.as_deref())?;
    let customer = quotes::named(customer_id)?;
    let op = ShardOp::Hold { customer: customer.clone(), cart, points, reward: reward_id };
    Ok(accounts::of_customer(call, &merchant.store, &customer, Some(keyed), op).await?.into_answer())
}

async fn ask(
    call: &Call,
    merchant: Merchant,
    id: String,
    key: Option<Keyed>,
    op: impl FnOnce(String) -> ShardOp,
) -> Outcome<Answer> {
    let home = accounts::of_redemption(&merchant.store, &id).ok_or(Code::HoldNotFound)?;
    Ok(accounts::of_shard(call, &merchant.store, home, key, op(id)).await?.into_answer())
}

/// `GET /v1/redemptions/{id}`.
pub(crate) async fn get(call: &Call, id: String) -> Outcome<Answer> {
    ask(call, auth::merchant(call).await?, id, None, |id| ShardOp::Redemption { id }).await
}

/// `POST /v1/redemptions/{id}/confirm`.
pub(crate) async fn confirm(call: &Call, id: String) -> Outcome<Answer> {
    let merchant = auth::merchant(call).await?;
    let keyed = call.idempotency()?;
    let ConfirmRequest { cart, discount } = call.json()?;
    check_cart(&cart)?;
    ask(call, merchant, id, Some(keyed), |id| ShardOp::Confirm { id, cart, discount }).await
}

/// `POST /v1/redemptions/{id}/commit`.
pub(crate) async fn commit(call: &Call, id: String) -> Outcome<Answer> {
    ask(call, auth::merchant(call).await?, id, None, |id| ShardOp::Commit { id }).await
}

/// `POST /v1/redemptions/{id}/release`.
pub(crate) async fn release(call: &Call, id: String) -> Outcome<Answer> {
    ask(call, auth::merchant(call).await?, id, None, |id| ShardOp::Release { id }).await
}
