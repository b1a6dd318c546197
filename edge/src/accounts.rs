//! Finds the shard of an account and asks it; and brings guest points to whoever has proved their e-mail.

use crate::auth::Shopper;
use crate::call::{Call, Keyed};
use crate::config::StoreConfig;
use crate::failure::Outcome;
use crate::ids;
use crate::objects::Reply;
use crate::objects::shard::{self, Owner, ShardOp};

/// Asks a customer's shard, for the shop's server.
pub(crate) async fn of_customer(
    call: &Call,
    store: &StoreConfig,
    customer: &str,
    key: Option<Keyed>,
    op: ShardOp,
) -> Outcome<Reply> {
    let home = ids::shard_of(customer, store.shards);
    let reply = shard::call(call, store, home, key, None, op).await?;
    bring_guest_points(call, store, customer, &reply).await?;
    Ok(reply)
}

/// Asks the shopper's own shard. If guest points came to light, it is asked again, so that the shopper sees
/// them at once; a write has been done by then and is not repeated.
pub(crate) async fn of_shopper(
    call: &Call,
    shopper: &Shopper,
    key: Option<Keyed>,
    op: ShardOp,
) -> Outcome<Reply> {
    let Shopper { store, visitor } = shopper;
    let home = ids::shard_of(&visitor.customer, store.shards);
    let asks_for_page = matches!(op, ShardOp::Me);
    let reply = shard::call(call, store, home, key, Some(visitor.clone()), op).await?;
    let came = bring_guest_points(call, store, &visitor.customer, &reply).await?;
    if came && asks_for_page {
        return shard::call(call, store, home, None, Some(visitor.clone()), ShardOp::Me).await;
    }
    Ok(reply)
}

/// Asks the shard that a redemption's id names. An id that was not made here has none.
pub(crate) fn of_redemption(store: &StoreConfig, id: &str) -> Option<u16> {
    ids::shard_of_redemption(&store.store_id, id).filter(|shard| *shard < store.shards)
}

/// Asks a guest's shard, which the hash of the e-mail names.
pub(crate) async fn of_guest(call: &Call, store: &StoreConfig, hash: &str, op: ShardOp) -> Outcome<Reply> {
    shard::call(call, store, ids::shard_of(hash, store.shards), None, None, op).await
}

/// Claims and absorbs, if a reply says that a verified e-mail was not asked for yet. Each step may be
/// repeated; one that fails is tried again with the shopper's next request.
async fn bring_guest_points(
    call: &Call,
    store: &StoreConfig,
    customer: &str,
    reply: &Reply,
) -> Outcome<bool> {
    let Some(hash) = reply.claim.clone() else { return Ok(false) };
    let claim = ShardOp::Claim { email: hash.clone(), customer: customer.to_owned() };
    let orders = of_guest(call, store, &hash, claim).await?.read()?;
    let absorb = ShardOp::Absorb { email: hash.clone(), customer: customer.to_owned(), orders };
    let home = ids::shard_of(customer, store.shards);
    shard::call(call, store, home, None, None, absorb).await?;
    let absorbed = ShardOp::Absorbed { email: hash.clone(), customer: customer.to_owned() };
    of_guest(call, store, &hash, absorbed).await?;
    Ok(true)
}

/// Tells an order to whose it is.
pub(crate) async fn tell_order(
    call: &Call,
    store: &StoreConfig,
    order: fidela_rules::Order,
) -> Outcome<Reply> {
    let customer = order.customer.clone().unwrap_or_default();
    if let Some(id) = customer.id {
        let op = ShardOp::TellOrder { owner: Owner::Customer(id.clone()), order: Box::new(order) };
        return of_customer(call, store, &id, None, op).await;
    }
    let hash = shard::email_hash(&store.index_key, &customer.email.unwrap_or_default());
    let op = ShardOp::TellOrder { owner: Owner::Guest(hash.clone()), order: Box::new(order.clone()) };
    let reply = of_guest(call, store, &hash, op).await?;
    if reply.status != shard::MOVED {
        return Ok(reply);
    }
    let shard::Moved { customer: id } = reply.read()?;
    let op = ShardOp::TellOrder { owner: Owner::Customer(id.clone()), order: Box::new(order) };
    of_customer(call, store, &id, None, op).await
}
