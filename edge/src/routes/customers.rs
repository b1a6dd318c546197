//! Customers, by the shop's server.

use fidela_protocol::Code;
use fidela_protocol::merchant::{Adjustment, CustomerDetail, CustomerUpdate, OrderState, Page};
use fidela_rules::order::is_email;

use super::{fault, imports, name_fault, refuse, text_fault};
use crate::address::person_hash;
use crate::answer::Answer;
use crate::call::Call;
use crate::config::StoreConfig;
use crate::failure::Outcome;
use crate::objects::Reply;
use crate::objects::shard::{self, Owner, ShardOp};
use crate::speech::Speaker;
use crate::{accounts, auth, explain, limits};

/// What is wrong with what a shop or a token says of a person.
pub(crate) fn check(update: &CustomerUpdate) -> Outcome<()> {
    let mut faults = Vec::new();
    if update.email.as_deref().is_some_and(|email| !is_email(email)) {
        faults.push(fault("email", "email_expected"));
    }
    faults.extend(update.name.as_deref().and_then(|name| name_fault("name", name)));
    let referral = update.referral_code.as_deref();
    faults.extend(referral.and_then(|code| text_fault("referral_code", code, limits::NAME_CHARS)));
    faults.extend(update.locale.as_deref().and_then(|locale| text_fault("locale", locale, 35)));
    let groups = update.groups.as_deref().unwrap_or_default();
    if groups.len() > limits::GROUPS {
        faults.push(fault("groups", "too_many"));
    }
    for (i, group) in groups.iter().enumerate().take(limits::GROUPS) {
        faults.extend(name_fault(&format!("groups[{i}]"), group));
    }
    refuse(Code::InvalidBody, faults)
}

/// `PUT /v1/customers/{id}`.
pub(crate) async fn put(call: &Call, customer: String) -> Outcome<Answer> {
    let merchant = auth::merchant(call).await?;
    let update: CustomerUpdate = call.json()?;
    tell(call, &merchant.store, customer, update).await
}

/// Takes in what the shop says of a customer, from whoever told it.
pub(crate) async fn tell(
    call: &Call,
    store: &StoreConfig,
    customer: String,
    update: CustomerUpdate,
) -> Outcome<Answer> {
    check(&update)?;
    let op = ShardOp::PutCustomer { customer: customer.clone(), update };
    let reply = accounts::of_customer(call, store, &customer, None, op).await?;
    if reply.claim.is_some() {
        // Guest points have just come: the answer shows them.
        let op = ShardOp::Customer { customer: customer.clone() };
        return in_words(call, store, accounts::of_customer(call, store, &customer, None, op).await?);
    }
    in_words(call, store, reply)
}

async fn ask(call: &Call, customer: String, op: impl FnOnce(String) -> ShardOp) -> Outcome<Answer> {
    let merchant = auth::merchant(call).await?;
    let op = op(customer.clone());
    Ok(accounts::of_customer(call, &merchant.store, &customer, None, op).await?.into_answer())
}

/// `GET /v1/customers/{id}`.
pub(crate) async fn get(call: &Call, customer: String) -> Outcome<Answer> {
    let store = auth::merchant(call).await?.store;
    let op = ShardOp::Customer { customer: customer.clone() };
    in_words(call, &store, accounts::of_customer(call, &store, &customer, None, op).await?)
}

/// A customer, with everything about them in words, whichever request is answered so.
fn in_words(call: &Call, store: &StoreConfig, reply: Reply) -> Outcome<Answer> {
    if !matches!(reply.status, 200 | 201) {
        return Ok(reply.into_answer());
    }
    let status = reply.status;
    let mut detail: CustomerDetail = reply.read()?;
    explain::page(&Speaker::of(call, store), store, &*store.program()?, &mut detail.me);
    Answer::json(status, &detail)
}

/// `DELETE /v1/customers/{id}`. Orders that were a guest's wait where the e-mail's hash leads, an account may have
/// had several e-mails, and whose an order is stands where its id leads: every shard is asked to forget, before the
/// account goes. What tells where to look goes last, so that what was cut off half way can be asked for again.
pub(crate) async fn erase(call: &Call, customer: String) -> Outcome<Answer> {
    let store = auth::merchant(call).await?.store;
    erase_of(call, &store, customer).await
}

/// The same, whoever asks for it.
pub(crate) async fn erase_of(call: &Call, store: &StoreConfig, customer: String) -> Outcome<Answer> {
    let mut owners = vec![Owner::Customer(customer.clone())];
    for reply in accounts::of_all(call, store, || ShardOp::Guests { customer: customer.clone() }).await? {
        owners.extend(reply.read::<Vec<Owner>>()?);
    }
    imports::forget(call, store, &owners).await?;
    accounts::of_all(call, store, || ShardOp::ForgetOrders { owners: owners.clone() }).await?;
    accounts::of_all(call, store, || ShardOp::ForgetGuests { customer: customer.clone() }).await?;
    let op = ShardOp::Erase { customer: customer.clone() };
    Ok(accounts::of_customer(call, store, &customer, None, op).await?.into_answer())
}

/// The keyed hash of an address in a path.
fn hash_of(store: &StoreConfig, email: &str) -> Outcome<String> {
    if !is_email(email) {
        return Err(Code::InvalidId.into());
    }
    Ok(shard::email_hash(&store.index_key, email))
}

/// `GET /v1/guests/{email}`: what is stored of somebody who ordered without an account.
pub(crate) async fn guest(call: &Call, email: String) -> Outcome<Answer> {
    let store = auth::merchant(call).await?.store;
    let hash = hash_of(&store, &email)?;
    let op = ShardOp::Guest { email: hash.clone() };
    Ok(accounts::of_guest(call, &store, &hash, op).await?.into_answer())
}

/// `DELETE /v1/guests/{email}`. What an account has claimed is that account's, and goes with it.
pub(crate) async fn erase_guest(call: &Call, email: String) -> Outcome<Answer> {
    let store = auth::merchant(call).await?.store;
    erase_guest_of(call, &store, &email).await
}

/// The same, whoever asks for it.
pub(crate) async fn erase_guest_of(call: &Call, store: &StoreConfig, email: &str) -> Outcome<Answer> {
    let hash = hash_of(store, email)?;
    let owners = vec![Owner::Guest(hash.clone())];
    imports::forget(call, store, &owners).await?;
    accounts::of_all(call, store, || ShardOp::ForgetOrders { owners: owners.clone() }).await?;
    let person = person_hash(&store.index_key, email);
    accounts::of_guest(call, store, &person, ShardOp::ForgetInvited { hash: person.clone() }).await?;
    let op = ShardOp::EraseGuest { email: hash.clone() };
    Ok(accounts::of_guest(call, store, &hash, op).await?.into_answer())
}

/// `GET /v1/customers/{id}/export`.
pub(crate) async fn export(call: &Call, customer: String) -> Outcome<Answer> {
    ask(call, customer, |customer| ShardOp::Export { customer }).await
}

/// The `after` of a history: what its `next` said.
pub(crate) fn after_entry(call: &Call) -> Outcome<Option<u64>> {
    Ok(call.query("after").map(str::parse).transpose().map_err(|_| Code::InvalidQuery)?)
}

/// `GET /v1/customers/{id}/ledger`.
pub(crate) async fn ledger(call: &Call, customer: String) -> Outcome<Answer> {
    let store = auth::merchant(call).await?.store;
    let (after, limit) = (after_entry(call)?, call.page_rows()?);
    let op = ShardOp::Ledger { customer: customer.clone(), after, limit };
    let reply = accounts::of_customer(call, &store, &customer, None, op).await?;
    super::me::history(call, &store, reply, |item| {
        item.by = item.by.take().map(|by| store.author(&by.id));
    })
}

/// `GET /v1/customers/{id}/orders`.
pub(crate) async fn orders(call: &Call, customer: String) -> Outcome<Answer> {
    let store = auth::merchant(call).await?.store;
    let (after, limit) = (call.query("after").map(str::to_owned), call.page_rows()?);
    let op = ShardOp::Orders { customer: customer.clone(), after, limit };
    let reply = accounts::of_customer(call, &store, &customer, None, op).await?;
    if reply.status != 200 {
        return Ok(reply.into_answer());
    }
    let mut page: Page<OrderState> = reply.read()?;
    super::orders::explain(call, &store, &mut page.items)?;
    Answer::json(200, &page)
}

/// `POST /v1/customers/{id}/adjustments`.
pub(crate) async fn adjust(call: &Call, customer: String) -> Outcome<Answer> {
    let merchant = auth::merchant(call).await?;
    let keyed = call.idempotency()?;
    let adjustment: Adjustment = call.json()?;
    let mut faults = Vec::new();
    faults.extend(text_fault("reason", &adjustment.reason, limits::TEXT_CHARS));
    faults.extend(adjustment.order_id.as_deref().and_then(|id| text_fault("order_id", id, 255)));
    if adjustment.set_to.is_some() && adjustment.order_id.is_none() {
        faults.push(fault("order_id", "required"));
    }
    refuse(Code::InvalidBody, faults)?;
    let op = ShardOp::Adjust { customer: customer.clone(), adjustment, who: merchant.who.id };
    in_words(
        call,
        &merchant.store,
        accounts::of_customer(call, &merchant.store, &customer, Some(keyed), op).await?,
    )
}

/// `DELETE /v1/customers/{id}/rewards/{reward}`.
pub(crate) async fn remove_reward(call: &Call, customer: String, reward: String) -> Outcome<Answer> {
    let merchant = auth::merchant(call).await?;
    let reason = call.query("reason").map(str::to_owned);
    refuse(
        Code::InvalidQuery,
        reason.iter().filter_map(|reason| text_fault("reason", reason, limits::TEXT_CHARS)).collect(),
    )?;
    let op = ShardOp::RemoveReward { customer: customer.clone(), reward, reason, who: merchant.who.id };
    in_words(call, &merchant.store, accounts::of_customer(call, &merchant.store, &customer, None, op).await?)
}
