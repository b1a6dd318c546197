//! The shopper's own things.

use fidela_protocol::merchant::{OrderState, Page};
use fidela_protocol::shopper::{HistoryItem, HistoryPage, Me, MyOrder, QuoteRequest, RedemptionRequest};
use fidela_protocol::{Code, Problem};

use super::{check_cart, customers, points_or_reward, setup};
use crate::answer::Answer;
use crate::auth::{self, Shopper};
use crate::call::Call;
use crate::config::StoreConfig;
use crate::failure::Outcome;
use crate::objects::Reply;
use crate::objects::shard::{self, Owner, ShardOp};
use crate::speech::Speaker;
use crate::{accounts, explain, ids};

/// Nobody between us and the shopper keeps what is theirs.
fn private(answer: Answer) -> Answer {
    answer.header("cache-control", "private, no-store")
}

/// `GET /v1/me`.
pub(crate) async fn page(call: &Call) -> Outcome<Answer> {
    let shopper = auth::shopper(call).await?;
    setup::seen(call, &shopper.store, true).await;
    let reply = accounts::of_shopper(call, &shopper, None, ShardOp::Me).await?;
    if reply.status != 200 {
        return Ok(private(reply.into_answer()));
    }
    let mut me: Me = reply.read()?;
    let program = shopper.store.program()?;
    explain::page(&Speaker::of(call, &shopper.store), &shopper.store, &program, &mut me);
    Ok(private(Answer::json(200, &me)?))
}

/// `GET /v1/me/ledger`.
pub(crate) async fn ledger(call: &Call) -> Outcome<Answer> {
    let shopper = auth::shopper(call).await?;
    let (after, limit) = (customers::after_entry(call)?, call.page_rows()?);
    let op = ShardOp::Ledger { customer: shopper.visitor.customer.clone(), after, limit };
    let reply = accounts::of_shopper(call, &shopper, None, op).await?;
    Ok(private(history(call, &shopper.store, reply, |item| item.by = None)?))
}

/// `GET /v1/me/orders`.
pub(crate) async fn orders(call: &Call) -> Outcome<Answer> {
    let shopper = auth::shopper(call).await?;
    let (after, limit) = (call.query("after").map(str::to_owned), call.page_rows()?);
    let op = ShardOp::Orders { customer: shopper.visitor.customer.clone(), after, limit };
    let reply = accounts::of_shopper(call, &shopper, None, op).await?;
    if reply.status != 200 {
        return Ok(private(reply.into_answer()));
    }
    let Page { mut items, next } = reply.read::<Page<OrderState>>()?;
    super::orders::explain(call, &shopper.store, &mut items)?;
    let items = items.into_iter().map(MyOrder::from).collect();
    Ok(private(Answer::json(200, &Page { items, next })?))
}

/// `GET /v1/me/orders/{id}`.
pub(crate) async fn order(call: &Call, id: String) -> Outcome<Answer> {
    let shopper = auth::shopper(call).await?;
    let owner = Owner::Customer(shopper.visitor.customer.clone());
    let reply = accounts::of_shopper(call, &shopper, None, ShardOp::Order { owner, id }).await?;
    if reply.status != 200 {
        return Ok(private(reply.into_answer()));
    }
    let mut order: OrderState = reply.read()?;
    super::orders::explain(call, &shopper.store, [&mut order])?;
    Ok(private(Answer::json(200, &MyOrder::from(order))?))
}

/// A page of history, each line with its sentence.
pub(super) fn history(
    call: &Call,
    store: &StoreConfig,
    reply: Reply,
    whose: impl FnMut(&mut HistoryItem),
) -> Outcome<Answer> {
    if reply.status != 200 {
        return Ok(reply.into_answer());
    }
    let mut page: HistoryPage = reply.read()?;
    let program = store.program()?;
    explain::history(&Speaker::of(call, store), &program, &mut page.items);
    page.items.iter_mut().for_each(whose);
    Answer::json(200, &page)
}

/// A shopper acts for nobody else.
fn own_only(shopper: &Shopper, customer_id: Option<String>) -> Outcome<String> {
    if customer_id.is_some() {
        let detail = "`customer_id` is for the shop's server: a shopper's token says who it is.";
        return Err(Problem::new(Code::InvalidBody).detail(detail).into());
    }
    Ok(shopper.visitor.customer.clone())
}

/// `POST /v1/me/quotes`.
pub(crate) async fn quote(call: &Call) -> Outcome<Answer> {
    let shopper = auth::shopper(call).await?;
    let QuoteRequest { cart, points, reward_id, customer_id } = call.json()?;
    check_cart(&cart)?;
    let op = ShardOp::Quote { customer: own_only(&shopper, customer_id)?, cart, points, reward: reward_id };
    Ok(private(accounts::of_shopper(call, &shopper, None, op).await?.into_answer()))
}

/// `POST /v1/me/redemptions`.
pub(crate) async fn hold(call: &Call) -> Outcome<Answer> {
    let shopper = auth::shopper(call).await?;
    let keyed = call.idempotency()?;
    let RedemptionRequest { cart, points, reward_id, customer_id } = call.json()?;
    check_cart(&cart)?;
    points_or_reward(points, reward_id.as_deref())?;
    let op = ShardOp::Hold { customer: own_only(&shopper, customer_id)?, cart, points, reward: reward_id };
    Ok(private(accounts::of_shopper(call, &shopper, Some(keyed), op).await?.into_answer()))
}

/// `DELETE /v1/me/redemptions/{id}`.
pub(crate) async fn release(call: &Call, id: String) -> Outcome<Answer> {
    let shopper = auth::shopper(call).await?;
    let Shopper { store, visitor } = &shopper;
    let home = accounts::of_redemption(store, &id).ok_or(Code::HoldNotFound)?;
    // A redemption of another shard is another shopper's: as if it did not exist.
    if home != ids::shard_of(&visitor.customer, store.shards) {
        return Err(Code::HoldNotFound.into());
    }
    let reply = shard::call(call, store, home, None, Some(visitor.clone()), ShardOp::Release { id }).await?;
    Ok(private(reply.into_answer()))
}
