//! Finds the shard of an account and asks it; and brings guest points to whoever has proved their e-mail.

use fidela_protocol::Code;

use crate::auth::Shopper;
use crate::call::{Call, Keyed};
use crate::config::{self, StoreConfig};
use crate::failure::{Outcome, broken};
use crate::objects::Reply;
use crate::objects::shard::{self, Owner, ShardOp};
use crate::objects::store;
use crate::{ids, limits};
use jiff::Timestamp;
use serde::de::DeserializeOwned;
use worker::Env;

/// Shards asked at once: the answers are small, and more would only wait for the same disk.
pub(crate) const SHARDS_AT_ONCE: usize = 16;

/// Asks a customer's shard, for the shop's server.
pub(crate) async fn of_customer(
    call: &Call,
    store: &StoreConfig,
    customer: &str,
    key: Option<Keyed>,
    op: ShardOp,
) -> Outcome<Reply> {
    let home = ids::shard_of(customer, store.shards);
    let reply = of_shard(call, store, home, key, op).await?;
    bring_guest_points(call, store, customer, &reply).await?;
    Ok(reply)
}

/// Asks one shard, for the shop's server. A key that was used in another one is good for that request alone.
pub(crate) async fn of_shard(
    call: &Call,
    store: &StoreConfig,
    home: u16,
    key: Option<Keyed>,
    op: ShardOp,
) -> Outcome<Reply> {
    if let Some(Keyed { key, .. }) = key.as_ref().filter(|_| store.shards > 1) {
        let own = ShardOp::OwnKey { key: key.clone(), shard: home };
        let reply = shard::call(call, store, ids::shard_of(key, store.shards), None, None, own).await?;
        if reply.status >= 400 {
            return Ok(reply);
        }
    }
    let again = store.limits_grants().then(|| (key.clone(), op.clone()));
    let reply = shard::call(call, store, home, key, None, op).await?;
    match again {
        Some((key, op))
            if reply.status == Code::PlanLimitReached.status() && reply.number("lent_unused")? > 0 =>
        {
            take_back_grants(&call.env, call.now, store).await?;
            shard::call(call, store, home, key, None, op).await
        }
        _ => Ok(reply),
    }
}

/// The month's grants are lent out, and some are not used: they are taken back from all shards.
pub(crate) async fn take_back_grants(env: &Env, now: Timestamp, store: &StoreConfig) -> Outcome<()> {
    let mut given_back = Vec::new();
    for (shard, reply) in (0..).zip(of_all_from(env, now, store, || ShardOp::GiveBackGrants).await?) {
        given_back.push((shard, reply.read::<shard::Lent>()?));
    }
    store::take_back_grants(env, &store.store_id, given_back, now).await
}

/// Asks every shard of a store the same.
pub(crate) async fn of_all(
    call: &Call,
    store: &StoreConfig,
    op: impl Fn() -> ShardOp,
) -> Outcome<Vec<Reply>> {
    of_all_from(&call.env, call.now, store, op).await
}

async fn of_all_from(
    env: &Env,
    now: Timestamp,
    store: &StoreConfig,
    op: impl Fn() -> ShardOp,
) -> Outcome<Vec<Reply>> {
    let mut replies = Vec::new();
    for shards in (0..store.shards).collect::<Vec<_>>().chunks(SHARDS_AT_ONCE) {
        let asked = shards.iter().map(|shard| shard::call_from(env, now, store, *shard, None, None, op()));
        for reply in futures_util::future::join_all(asked).await {
            replies.push(reply?);
        }
    }
    Ok(replies)
}

/// Asks every shard for what needs all of its accounts. Shards that were there before lists and sums had tables of their
/// own take their accounts up first, some at a time, so that other calls come in between.
pub(crate) async fn of_all_ready<T: DeserializeOwned>(
    call: &Call,
    store: &StoreConfig,
    op: impl Fn() -> ShardOp,
) -> Outcome<Vec<T>> {
    let mut answers = Vec::new();
    let mut left: Vec<u16> = (0..store.shards).collect();
    for _ in 0..limits::FILLING_ROUNDS {
        let mut not_ready = Vec::new();
        for shards in left.chunks(SHARDS_AT_ONCE) {
            let asked = shards
                .iter()
                .map(|shard| shard::call_from(&call.env, call.now, store, *shard, None, None, op()));
            for (shard, reply) in shards.iter().zip(futures_util::future::join_all(asked).await) {
                match reply? {
                    reply if reply.status == shard::NOT_READY => not_ready.push(*shard),
                    reply => answers.push(reply.read()?),
                }
            }
        }
        if not_ready.is_empty() {
            return Ok(answers);
        }
        left = not_ready;
    }
    Err(Code::BeingPrepared.into())
}

/// Has every shard take in settings that have just changed: a shard that nobody calls would go by the old ones until
/// something else is due there. Only where somebody listens does it matter when they do.
pub(crate) async fn settle(call: &Call, store: &str) -> Outcome<()> {
    let store = config::of(call, store).await?.ok_or(Code::NotFound)?;
    if !shard::Terms::of(&store, &call.env).subscriptions.is_empty() {
        of_all(call, &store, || ShardOp::Settle).await?;
    }
    Ok(())
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
    let page = matches!(op, ShardOp::Me).then(|| op.clone());
    let reply = shard::call(call, store, home, key, Some(visitor.clone()), op).await?;
    let came = bring_guest_points(call, store, &visitor.customer, &reply).await?;
    match page {
        Some(page) if came => shard::call(call, store, home, None, Some(visitor.clone()), page).await,
        _ => Ok(reply),
    }
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
    let waiting = of_guest(call, store, &hash, claim).await?.read()?;
    let absorb = ShardOp::Absorb { email: hash.clone(), customer: customer.to_owned(), waiting };
    let home = ids::shard_of(customer, store.shards);
    shard::call(call, store, home, None, None, absorb).await?;
    let absorbed = ShardOp::Absorbed { email: hash.clone(), customer: customer.to_owned() };
    of_guest(call, store, &hash, absorbed).await?;
    Ok(true)
}

/// Asks whoever's shard it is, with nothing but its own.
async fn of_owner(call: &Call, store: &StoreConfig, owner: &Owner, op: ShardOp) -> Outcome<Reply> {
    match owner {
        Owner::Customer(id) => of_customer(call, store, id, None, op).await,
        Owner::Guest(hash) => of_guest(call, store, hash, op).await,
    }
}

/// Asks the shard that an order's id names for whose each order is.
async fn of_order(call: &Call, store: &StoreConfig, id: &str, op: ShardOp) -> Outcome<Reply> {
    shard::call(call, store, ids::shard_of(id, store.shards), None, None, op).await
}

/// Nobody's e-mail is corrected more often while one request is under way.
const MOVES: usize = 8;

/// Tells an order to whose it is: whoever's it was first told for. A guest's order may become a customer's, or
/// another guest's; a customer's stays.
pub(crate) async fn tell_order(
    call: &Call,
    store: &StoreConfig,
    order: fidela_rules::Order,
) -> Outcome<Reply> {
    let customer = order.customer.clone().unwrap_or_default();
    let mut told_for = match customer.id {
        Some(id) => Owner::Customer(id),
        None => Owner::Guest(shard::email_hash(&store.index_key, &customer.email.unwrap_or_default())),
    };
    let tell = async |owner: &Owner, owned: bool| {
        let op = ShardOp::TellOrder { owner: owner.clone(), order: Box::new(order.clone()), owned };
        of_owner(call, store, owner, op).await
    };
    // An order that its account knows needs no look-up.
    let mut reply = tell(&told_for, false).await?;
    for _ in 0..MOVES {
        match reply.status {
            shard::UNKNOWN => {}
            // The guest has become a customer.
            shard::MOVED => told_for = reply.read::<shard::Owned>()?.owner,
            _ => return Ok(reply),
        }
        let own = ShardOp::OwnOrder { id: order.id.clone(), owner: told_for.clone() };
        let shard::Owned { owner } = of_order(call, store, &order.id, own).await?.read()?;
        let owner = match owner {
            Owner::Guest(hash) if owner_differs(&told_for, &hash) => {
                hand_over(call, store, &order.id, &hash, &told_for).await?
            }
            owner => owner,
        };
        match (&told_for, &owner) {
            (told_for, owner) if told_for == owner => {}
            (Owner::Customer(_), Owner::Customer(_)) => return Err(Code::CustomerMismatch.into()),
            // On its way to another guest when something broke: from there on.
            (_, Owner::Guest(_)) => continue,
            // The shop knows the guest's e-mail only; whose order it is has been told before.
            (Owner::Guest(_), Owner::Customer(_)) => told_for = owner,
        }
        reply = tell(&told_for, true).await?;
    }
    Err(broken("order", "its owner keeps changing"))
}

/// An order that is known, whosever it is.
pub(crate) async fn find_order(call: &Call, store: &StoreConfig, id: &str) -> Outcome<Reply> {
    let whose = ShardOp::WhoseOrder { id: id.to_owned() };
    let reply = of_order(call, store, id, whose).await?;
    if reply.status != 200 {
        return Ok(reply);
    }
    let mut owner = reply.read::<shard::Owned>()?.owner;
    for _ in 0..MOVES {
        let op = ShardOp::Order { owner: owner.clone(), id: id.to_owned() };
        let reply = of_owner(call, store, &owner, op).await?;
        if reply.status != shard::MOVED {
            return Ok(reply);
        }
        // The guest has become a customer.
        owner = reply.read::<shard::Owned>()?.owner;
    }
    Err(broken("order", "its owner keeps changing"))
}

fn owner_differs(told_for: &Owner, guest: &str) -> bool {
    !matches!(told_for, Owner::Guest(hash) if hash == guest)
}

/// Brings a guest's order to whom it is told for, or to whoever has it by now, and answers who that is.
async fn hand_over(call: &Call, store: &StoreConfig, id: &str, email: &str, to: &Owner) -> Outcome<Owner> {
    let ask = ShardOp::HandOver { email: email.to_owned(), id: id.to_owned(), to: to.clone() };
    let shard::HandedOver { owner, order } = of_guest(call, store, email, ask).await?.read()?;
    let had_it = order.is_some();
    if let Some(order) = order {
        let take = ShardOp::TakeOver { owner: owner.clone(), order: Box::new(order) };
        of_owner(call, store, &owner, take).await?;
    }
    let from = Owner::Guest(email.to_owned());
    let moved = ShardOp::MoveOrder { id: id.to_owned(), from, to: owner.clone() };
    of_order(call, store, id, moved).await?;
    if had_it {
        let arrived = ShardOp::Arrived { email: email.to_owned(), id: id.to_owned(), to: owner.clone() };
        of_guest(call, store, email, arrived).await?;
    }
    Ok(owner)
}
