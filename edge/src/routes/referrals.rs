//! Invitations: what shoppers send and see, and what merchants decide.

use std::time::Duration;

use fidela_protocol::merchant::Page;
use fidela_protocol::referrals::{
    DecideReferral, Friend, InviteAnswer, InviteFriends, MyInvitations, Referral,
};
use fidela_protocol::{Code, Problem};
use fidela_rules::referrals::ReferralState;
use serde::de::IntoDeserializer;
use serde::de::value::StrDeserializer;
use worker::Delay;

use super::{fault, refuse, text_fault};
use crate::answer::Answer;
use crate::call::Call;
use crate::config::StoreConfig;
use crate::failure::Outcome;
use crate::mail::{is_address, is_person_name};
use crate::objects::Reply;
use crate::objects::shard::{AskedReferrals, ShardOp, call as ask_shard};
use crate::speech::{self, Speaker};
use crate::{accounts, auth, explain, ids, limits};

/// What the `next` of a page says: `{at_ms}.{id}`.
fn after(call: &Call) -> Outcome<Option<(i64, String)>> {
    let Some(after) = call.query("after") else { return Ok(None) };
    let read = after.split_once('.').and_then(|(at, id)| Some((at.parse().ok()?, id.to_owned())));
    Ok(Some(read.ok_or(Code::InvalidQuery)?))
}

/// `GET /v1/me/invitations`.
pub(crate) async fn mine(call: &Call) -> Outcome<Answer> {
    let shopper = auth::shopper(call).await?;
    let asked = AskedReferrals { after: after(call)?, limit: call.page_rows()?, ..AskedReferrals::default() };
    let reply = accounts::of_shopper(call, &shopper, None, ShardOp::MyInvitations { asked }).await?;
    if reply.status != 200 {
        return Ok(reply.into_answer());
    }
    let mut mine: MyInvitations = reply.read()?;
    let program = shopper.store.program()?;
    explain::invitations::page(
        &call.edge,
        &Speaker::of(call, &shopper.store),
        &shopper.store,
        &program,
        &mut mine,
    );
    Ok(Answer::json(200, &mine)?.header("cache-control", "private, no-store"))
}

/// What is wrong with the friends of a form.
fn check(friends: &[Friend]) -> Outcome<()> {
    let mut faults = Vec::new();
    if friends.is_empty() {
        faults.push(fault("friends", "required"));
    }
    if friends.len() > limits::FRIENDS_AT_ONCE {
        faults.push(fault("friends", "too_many"));
    }
    for (i, friend) in friends.iter().enumerate().take(limits::FRIENDS_AT_ONCE) {
        let at = |name: &str| format!("friends[{i}].{name}");
        if friend.first_name.trim().is_empty() {
            faults.push(fault(at("first_name"), "required"));
        } else if !is_person_name(&friend.first_name) {
            faults.push(fault(at("first_name"), "name_expected"));
        }
        if !friend.last_name.trim().is_empty() && !is_person_name(&friend.last_name) {
            faults.push(fault(at("last_name"), "name_expected"));
        }
        if !is_address(friend.email.trim()) {
            faults.push(fault(at("email"), "email_expected"));
        }
    }
    refuse(Code::InvalidBody, faults)
}

/// `POST /v1/me/invitations`.
pub(crate) async fn invite(call: &Call) -> Outcome<Answer> {
    let shopper = auth::shopper(call).await?;
    let keyed = call.idempotency()?;
    let InviteFriends { mut friends } = call.json()?;
    check(&friends)?;
    for friend in &mut friends {
        for text in [&mut friend.first_name, &mut friend.last_name, &mut friend.email] {
            *text = text.trim().to_owned();
        }
    }
    let reply = accounts::of_shopper(call, &shopper, Some(keyed), ShardOp::Invite { friends }).await?;
    if reply.status != 200 {
        return Ok(reply.into_answer());
    }
    let mut answer: InviteAnswer = reply.read()?;
    for result in &mut answer.results {
        result.title = result.code.as_deref().map(|code| speech::code(call, code));
    }
    Ok(Answer::json(200, &answer)?.header("cache-control", "private, no-store"))
}

/// Invitations of all shards, newest first.
async fn merged(call: &Call, store: &StoreConfig, asked: AskedReferrals) -> Outcome<Answer> {
    let limit = asked.limit;
    let asked = AskedReferrals { limit: limit.saturating_add(1), ..asked };
    let replies = match &asked.inviter {
        Some(inviter) => {
            let home = ids::shard_of(inviter, store.shards);
            vec![ask_shard(call, store, home, None, None, ShardOp::Referrals { asked }).await?]
        }
        None => accounts::of_all(call, store, || ShardOp::Referrals { asked: asked.clone() }).await?,
    };
    let mut items: Vec<Referral> = Vec::new();
    for reply in replies {
        items.extend(reply.read::<Page<Referral>>()?.items);
    }
    items.sort_by(|a, b| (b.at, &b.id).cmp(&(a.at, &a.id)));
    let more = items.len() > limit;
    items.truncate(limit);
    for referral in &mut items {
        name(store, referral);
    }
    let next = items.last().filter(|_| more);
    let next = next.map(|last| format!("{}.{}", last.at.as_millisecond(), last.id));
    Answer::json(200, &Page { items, next })
}

/// `GET /v1/referrals`.
pub(crate) async fn list(call: &Call) -> Outcome<Answer> {
    let store = auth::merchant(call).await?.store;
    let state = call
        .query("state")
        .map(|word| {
            let word: StrDeserializer<'_, serde::de::value::Error> = word.into_deserializer();
            <ReferralState as serde::Deserialize>::deserialize(word)
        })
        .transpose()
        .map_err(|_| {
            Problem::new(Code::InvalidQuery).detail("`state` is one of those that referrals have.")
        })?;
    let asked = AskedReferrals {
        state,
        inviter: call.query("inviter").map(str::to_owned),
        signals: call.query("signals") == Some("true"),
        after: after(call)?,
        limit: call.page_rows()?,
    };
    merged(call, &store, asked).await
}

/// `GET /v1/customers/{id}/invitations`.
pub(crate) async fn of_customer(call: &Call, customer: String) -> Outcome<Answer> {
    let store = auth::merchant(call).await?.store;
    let reply = accounts::of_customer(
        call,
        &store,
        &customer,
        None,
        ShardOp::Customer { customer: customer.clone() },
    );
    let reply = reply.await?;
    if reply.status != 200 {
        return Ok(reply.into_answer());
    }
    let asked = AskedReferrals {
        inviter: Some(customer),
        after: after(call)?,
        limit: call.page_rows()?,
        ..AskedReferrals::default()
    };
    merged(call, &store, asked).await
}

fn home(store: &StoreConfig, id: &str) -> Outcome<u16> {
    let home = ids::shard_of_referral_id(&store.store_id, id).filter(|shard| *shard < store.shards);
    Ok(home.ok_or(Code::ReferralNotFound)?)
}

/// `GET /v1/referrals/{id}`.
pub(crate) async fn get(call: &Call, id: String) -> Outcome<Answer> {
    let store = auth::merchant(call).await?.store;
    let home = home(&store, &id)?;
    named(&store, ask_shard(call, &store, home, None, None, ShardOp::Referral { id }).await?)
}

/// Says who decided it.
fn name(store: &StoreConfig, referral: &mut Referral) {
    for step in &mut referral.steps {
        step.who = step.by.as_deref().map(|by| store.author(by));
    }
}

/// An invitation, with who decided it.
fn named(store: &StoreConfig, reply: Reply) -> Outcome<Answer> {
    if reply.status != 200 {
        return Ok(reply.into_answer());
    }
    let mut referral: Referral = reply.read()?;
    name(store, &mut referral);
    Answer::json(200, &referral)
}

/// `POST /v1/referrals/{id}/approve` and `…/refuse`.
pub(crate) async fn decide(call: &Call, id: String, approve: bool) -> Outcome<Answer> {
    let merchant = auth::merchant(call).await?;
    let home = home(&merchant.store, &id)?;
    let DecideReferral { note } = call.json()?;
    let fault = note.as_deref().and_then(|note| text_fault("note", note, limits::TEXT_CHARS));
    refuse(Code::InvalidBody, fault.into_iter().collect())?;
    let op = ShardOp::DecideReferral { id: id.clone(), approve, note, who: merchant.who.id };
    let mut reply = ask_shard(call, &merchant.store, home, None, None, op).await?;
    // The friend's shard says whether the order still counts: what that comes to is answered, if it comes soon.
    for _ in 0..limits::SETTLING_LOOKS {
        if reply.status != 200 || reply.read::<Referral>()?.state != ReferralState::InReview {
            break;
        }
        Delay::from(Duration::from_millis(limits::SETTLING_LOOK_MS)).await;
        let op = ShardOp::Referral { id: id.clone() };
        reply = ask_shard(call, &merchant.store, home, None, None, op).await?;
    }
    named(&merchant.store, reply)
}
