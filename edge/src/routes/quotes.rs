//! What points may pay, asked by the shop's server. No effect.

use fidela_protocol::shopper::QuoteRequest;
use fidela_protocol::{Code, Problem};

use super::check_cart;
use crate::answer::Answer;
use crate::call::Call;
use crate::failure::Outcome;
use crate::objects::shard::ShardOp;
use crate::{accounts, auth};

/// `POST /v1/quotes`.
pub(crate) async fn quote(call: &Call) -> Outcome<Answer> {
    let merchant = auth::merchant(call).await?;
    let QuoteRequest { cart, points, reward_id, customer_id } = call.json()?;
    check_cart(&cart)?;
    let customer = named(customer_id)?;
    let op = ShardOp::Quote { customer: customer.clone(), cart, points, reward: reward_id };
    Ok(accounts::of_customer(call, &merchant.store, &customer, None, op).await?.into_answer())
}

/// The customer that a shop's server has to name.
pub(crate) fn named(customer_id: Option<String>) -> Outcome<String> {
    let customer = customer_id
        .ok_or_else(|| Problem::new(Code::InvalidBody).detail("`customer_id` says whose points they are."))?;
    if fidela_protocol::ids::is_shop_id(&customer) { Ok(customer) } else { Err(Code::InvalidId.into()) }
}
