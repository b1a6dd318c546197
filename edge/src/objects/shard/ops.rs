//! What a shard does, by operation. Each function beside this file holds what one resource needs.

use std::rc::Rc;

use super::redemptions::Wish;
use super::{
    Home, Owner, Rules, ShardCall, ShardOp, Terms, cards, customers, deliveries, filling, grants, guests,
    idempotency, imports, index, listing, missions, orders, outbox, redemptions, referrals, sums, views,
};
use crate::call::Keyed;
use crate::failure::{Outcome, broken};
use crate::objects::Reply;
use crate::platform::storage::Sql;
use fidela_protocol::events::Happening;
use jiff::Timestamp;

/// Looks a version of the program up that this shard has worked with.
pub(super) type Known<'a> = dyn Fn(&Sql, u64) -> Outcome<Option<Rc<Rules>>> + 'a;

/// What every operation works with.
#[derive(Clone, Copy)]
pub(super) struct Work<'a> {
    pub(super) sql: &'a Sql,
    pub(super) home: &'a Home,
    pub(super) rules: &'a Rules,
    pub(super) known: &'a Known<'a>,
    pub(super) now: Timestamp,
    /// What of the store's own settings decides here.
    pub(super) terms: &'a Terms,
}

pub(super) fn answer(sql: &Sql, call: ShardCall, rules: &Rules, known: &Known<'_>) -> Outcome<Reply> {
    let ShardCall { home, now, key, visitor, terms, op } = call;
    let work = Work { sql, home: &home, rules, known, now, terms: &terms };
    // A shopper who calls is looked at first: what the token says may be newer than what is stored.
    let network = visitor.as_ref().and_then(|visitor| visitor.network.clone());
    let visited = visitor.map(|visitor| customers::visit(work, visitor)).transpose()?;
    let visitor = visited.as_ref().map(|visited| visited.customer.as_str());
    let mut reply = match op {
        ShardOp::TellOrder { owner, order, owned } => orders::tell(work, owner, *order, owned)?,
        ShardOp::OwnOrder { id, owner } => index::own_order(work, &id, owner)?,
        ShardOp::MoveOrder { id, from, to } => index::move_order(work, &id, &from, &to)?,
        ShardOp::ForgetOrders { owners } => index::forget_orders(work, &owners)?,
        ShardOp::OwnKey { key, shard } => index::own_key(work, &key, shard)?,
        ShardOp::HandOver { email, id, to } => guests::hand_over(work, email, &id, to)?,
        ShardOp::TakeOver { owner, order } => guests::take_over(work, &owner, *order)?,
        ShardOp::Arrived { email, id, to } => guests::arrived(work, email, &id, &to)?,
        ShardOp::Guests { customer } => guests::of_customer(work, &customer)?,
        ShardOp::Guest { email } => guests::show(work, email)?,
        ShardOp::EraseGuest { email } => guests::erase(work, email)?,
        ShardOp::PutCustomer { customer, update } => customers::put(work, customer, update)?,
        ShardOp::Customer { customer } => views::customer(work, customer)?,
        ShardOp::Me => views::me(work, visitor.ok_or_else(|| broken("call", "`me` without a visitor"))?)?,
        ShardOp::Order { owner, id } => orders::get(work, owner, &id)?,
        ShardOp::WhoseOrder { id } => index::whose_order(work, &id)?,
        ShardOp::Ledger { customer, after, limit } => views::ledger(work, customer, after, limit)?,
        ShardOp::Orders { customer, after, limit } => views::orders(work, customer, after.as_deref(), limit)?,
        ShardOp::Adjust { customer, adjustment, who } => {
            once(work, "merchant", key, || customers::adjust(work, customer, adjustment, who))?
        }
        ShardOp::RemoveReward { customer, reward, reason, who } => {
            cards::remove_reward(work, customer, reward, reason, who)?
        }
        ShardOp::Export { customer } => views::export(work, customer)?,
        ShardOp::Erase { customer } => customers::erase(work, customer)?,
        ShardOp::ForgetGuests { customer } => guests::forget(work, &customer)?,
        ShardOp::Reader { customer, off } => customers::reader(work, customer, off)?,
        ShardOp::List { asked } => listing::list(work, &asked)?,
        ShardOp::Recount => filling::recount(work)?,
        ShardOp::Sums { asked } => sums::answer(work, asked)?,
        ShardOp::Quote { customer, cart, points, reward } => {
            redemptions::quote_only(work, customer, &cart, Wish { points, reward })?
        }
        ShardOp::Hold { customer, cart, points, reward } => {
            let scope =
                visitor.map_or_else(|| "merchant".to_owned(), |id| Owner::Customer(id.to_owned()).key());
            let wish = Wish { points, reward };
            once(work, &scope, key, || redemptions::hold(work, customer, &cart, wish))?
        }
        ShardOp::Redemption { id } => redemptions::get(work, &id)?,
        ShardOp::Confirm { id, cart, discount } => {
            once(work, "merchant", key, || redemptions::confirm(work, &id, &cart, discount))?
        }
        ShardOp::Commit { id } => redemptions::commit(work, &id)?,
        ShardOp::Release { id } => redemptions::release(work, &id, visitor)?,
        ShardOp::Claim { email, customer } => guests::claim(work, email, customer)?,
        ShardOp::Absorbed { email, customer } => guests::absorbed(work, email, customer)?,
        ShardOp::Absorb { email, customer, waiting } => guests::absorb(work, email, customer, waiting)?,
        ShardOp::Complete { mission, completions, by, partial } => {
            missions::tell(work, &mission, completions, &by, partial)?
        }
        ShardOp::CompleteMine { mission, reference } => {
            let visitor = visitor.ok_or_else(|| broken("call", "a claim without a visitor"))?;
            missions::claim(work, visitor, &mission, reference)?
        }
        ShardOp::ReferralCode { code, open } => referrals::door(work, &code, open)?,
        ShardOp::MyInvitations { asked } => {
            let visitor = visitor.ok_or_else(|| broken("call", "invitations without a visitor"))?;
            referrals::mine(work, visitor, network.as_deref(), asked)?
        }
        ShardOp::Invite { friends } => {
            let visitor = visitor.ok_or_else(|| broken("call", "invitations without a visitor"))?;
            let scope = Owner::Customer(visitor.to_owned()).key();
            once(work, &scope, key, || referrals::invite(work, visitor, friends))?
        }
        ShardOp::Referrals { asked } => referrals::list(work, &asked)?,
        ShardOp::Referral { id } => referrals::one(work, &id)?,
        ShardOp::DecideReferral { id, approve, note, who } => {
            referrals::decide(work, &id, approve, note, who)?
        }
        ShardOp::Errand { errand } => referrals::answer(work, *errand)?,
        ShardOp::DeclineInvitations { hash, set } => referrals::decline(work, &hash, set)?,
        ShardOp::ForgetInvited { hash } => referrals::forget_invited(work, &hash)?,
        ShardOp::Import(asked) => imports::answer(work, asked)?,
        ShardOp::ImportFinished { ended, finished } => {
            let cause = format!("{}@{ended}", finished.import_id);
            outbox::emit_of_store(work, work.now, &cause, Happening::ImportFinished(finished))?
        }
        ShardOp::GrantsUsed => grants::used(work)?,
        ShardOp::GiveBackGrants => grants::give_back(work)?,
        ShardOp::Deliveries { endpoint, after, limit } => deliveries::page(work, &endpoint, after, limit)?,
        ShardOp::Replay { endpoint, event } => deliveries::replay(work, &endpoint, &event)?,
        ShardOp::Settle => Reply::empty(204),
        ShardOp::Advance => return Err(broken("call", "advancing is not one transaction")),
    };
    if reply.claim.is_none() {
        reply.claim = visited.and_then(|visited| visited.claim);
    }
    Ok(reply)
}

fn once(
    work: Work<'_>,
    scope: &str,
    key: Option<Keyed>,
    run: impl FnOnce() -> Outcome<idempotency::Kept>,
) -> Outcome<Reply> {
    idempotency::keyed(work.sql, scope, key, work.now, run)
}
