//! The inviter's side: codes, letters, reviews, and the points.

use fidela_ledger::local_day;
use fidela_protocol::events::Happening;
use fidela_protocol::messages::FRIEND_INVITED;
use fidela_protocol::referrals::{
    Friend, InviteAnswer, InviteResult, InviteStatus, InvitedBy, NotSent, Referral, ReferralDoor,
    ReferralDoorState, Signal,
};
use fidela_protocol::{Code, Problem};
use fidela_rules::referrals::{ReferralRefusal, ReferralState, Standing};
use jiff::{Timestamp, ToSpan};
use serde::Deserialize;

use super::super::accounts::Loaded;
use super::super::idempotency::Kept as Answered;
use super::super::ops::Work;
use super::super::terms::Listener;
use super::super::{Owner, outbox};
use super::errands::{Errand, News, send};
use super::friend::pay;
use super::record::{Kept, by_id, find};
use crate::address::person_hash;
use crate::failure::{Outcome, broken};
use crate::mail::Invitation;
use crate::objects::Reply;
use crate::platform::storage::Sql;
use crate::{ids, limits};

/// Whose a code is.
#[derive(Debug, Deserialize)]
pub(super) struct CodeRow {
    pub(super) code: String,
    account: String,
    referral: Option<String>,
    pub(super) opened: i64,
    networks: String,
}

impl CodeRow {
    fn inviter(&self) -> Outcome<Owner> {
        Owner::of_key(&self.account).ok_or_else(|| broken("a code's account", &self.account))
    }

    fn networks(&self) -> impl Iterator<Item = &str> {
        self.networks.split(' ').filter(|tag| !tag.is_empty())
    }

    fn save(&self, sql: &Sql) -> Outcome<()> {
        sql.run(
            "INSERT OR REPLACE INTO referral_code VALUES (?, ?, ?, ?, ?)",
            vec![
                self.code.as_str().into(),
                self.account.as_str().into(),
                self.referral.clone().into(),
                self.opened.into(),
                self.networks.as_str().into(),
            ],
        )
    }
}

const CODE_COLUMNS: &str = "code, account, referral, opened, networks";

fn code_row(sql: &Sql, code: &str) -> Outcome<Option<CodeRow>> {
    sql.first(&format!("SELECT {CODE_COLUMNS} FROM referral_code WHERE code = ?"), vec![code.into()])
}

fn new_code(work: Work<'_>, owner: &Owner) -> Outcome<CodeRow> {
    Ok(CodeRow {
        code: ids::new_referral(&work.home.store, work.home.shard)?,
        account: owner.key(),
        referral: None,
        opened: 0,
        networks: String::new(),
    })
}

/// The code of a shopper's link, which is made when it is first looked at; with the network that they look from.
pub(super) fn link(work: Work<'_>, owner: &Owner, network: Option<&str>) -> Outcome<CodeRow> {
    let known: Option<CodeRow> = work.sql.first(
        &format!("SELECT {CODE_COLUMNS} FROM referral_code WHERE account = ? AND referral IS NULL"),
        vec![owner.key().into()],
    )?;
    let is_new = known.is_none();
    let mut row = known.map_or_else(|| new_code(work, owner), Ok)?;
    let seen = network.is_none_or(|tag| row.networks().any(|known| known == tag));
    if let Some(tag) = network.filter(|_| !seen) {
        let newest: Vec<&str> = std::iter::once(tag).chain(row.networks()).take(limits::NETWORKS).collect();
        row.networks = newest.join(" ");
    }
    if is_new || !seen {
        row.save(work.sql)?;
    }
    Ok(row)
}

/// How many more letters a shopper may have sent today.
pub(super) fn left_today(work: Work<'_>, owner: &Owner) -> Outcome<i64> {
    #[derive(Deserialize)]
    struct Count {
        sent: i64,
    }
    if !work.terms.mail {
        return Ok(0);
    }
    let today = local_day(work.now, &work.rules.zone);
    let midnight = fidela_ledger::start_of_day(today, &work.rules.zone).unwrap_or(work.now);
    let count: Option<Count> = work.sql.first(
        "SELECT count(*) AS sent FROM referral_code JOIN referral ON referral.id = referral_code.referral
         WHERE referral_code.account = ? AND referral.at_ms >= ?",
        vec![owner.key().into(), midnight.as_millisecond().into()],
    )?;
    Ok(limits::INVITATIONS_A_DAY.saturating_sub(count.map_or(0, |count| count.sent)).max(0))
}

/// `POST /v1/me/invitations`.
pub(in super::super) fn invite(work: Work<'_>, customer: &str, friends: Vec<Friend>) -> Outcome<Answered> {
    let program = &work.rules.program;
    if !program.enabled || !program.referrals.enabled {
        return Err(Code::ReferralsDisabled.into());
    }
    let owner = Owner::Customer(customer.to_owned());
    let loaded = Loaded::load(work.sql, owner.clone())?;
    let own = loaded.profile.email.as_deref().map(|email| person_hash(&work.home.index_key, email));
    let mut left = left_today(work, &owner)?;
    let before = find(
        work.sql,
        "account = ? AND at_ms >= ?",
        vec![owner.key().into(), earliest(work).as_millisecond().into()],
    )?;
    let mut written: Vec<String> = before
        .iter()
        .filter(|kept| !kept.record.standing.has_ended())
        .filter_map(|kept| kept.record.friend.as_ref())
        .map(|friend| person_hash(&work.home.index_key, &friend.email))
        .collect();
    let mut results = Vec::with_capacity(friends.len());
    for friend in friends {
        let hash = person_hash(&work.home.index_key, &friend.email);
        let refused = if own.as_ref() == Some(&hash) {
            Some(Code::SelfReferral)
        } else if written.contains(&hash) {
            Some(Code::AlreadyInvited)
        } else if left <= 0 {
            Some(Code::InvitationLimitReached)
        } else {
            None
        };
        let email = friend.email.clone();
        if let Some(code) = refused {
            let (status, code) = (InviteStatus::Refused, Some(code.code().to_owned()));
            results.push(InviteResult { email, status, code, title: None });
            continue;
        }
        write_to(work, &owner, friend, &hash)?;
        written.push(hash);
        left = left.saturating_sub(1);
        results.push(InviteResult { email, status: InviteStatus::Sent, code: None, title: None });
    }
    let sent = results.iter().filter(|result| result.status == InviteStatus::Sent).count();
    let sent = u64::try_from(sent).unwrap_or(u64::MAX);
    Ok(Answered::same(200, &InviteAnswer { results, sent, left_today: left })?.about(owner.key()))
}

/// How long an invitation is good.
fn good_for(work: Work<'_>) -> Option<jiff::Span> {
    jiff::Span::new().try_hours(work.rules.program.referrals.expires_days.saturating_mul(24)).ok()
}

/// From when invitations may still be open.
fn earliest(work: Work<'_>) -> Timestamp {
    good_for(work).and_then(|span| work.now.checked_sub(span).ok()).unwrap_or(Timestamp::UNIX_EPOCH)
}

/// A letter to a friend: the address's shard says whether it may go.
fn write_to(work: Work<'_>, owner: &Owner, friend: Friend, hash: &str) -> Outcome<()> {
    let mut row = new_code(work, owner)?;
    let mut kept = Kept::new(work, owner, InvitedBy::Email, &row.code)?;
    let until = good_for(work).and_then(|span| work.now.checked_add(span).ok()).unwrap_or(Timestamp::MAX);
    kept.record.friend = Some(friend);
    kept.record.until = Some(until);
    kept.due_ms = Some(until.as_millisecond());
    kept.come_to(Standing::of(ReferralState::Sent), work.now, None, None);
    row.referral = Some(kept.id.clone());
    row.save(work.sql)?;
    kept.save(work)?;
    wake(work, owner)?;
    let (code, at, hash) = (row.code, work.now, hash.to_owned());
    send(work, Some(owner), &Errand::Invite { hash, code, at, until })
}

/// The account is looked at again when one of its invitations is due.
fn wake(work: Work<'_>, owner: &Owner) -> Outcome<()> {
    let loaded = Loaded::load(work.sql, owner.clone())?;
    if loaded.existed { loaded.save(work) } else { Ok(()) }
}

/// The address's shard has said whether a letter may go there.
pub(super) fn invited(work: Work<'_>, code: &str, not: Option<NotSent>) -> Outcome<()> {
    let Some(row) = code_row(work.sql, code)? else { return Ok(()) };
    let Some(mut kept) = row.referral.as_deref().map_or(Ok(None), |id| by_id(work.sql, id))? else {
        return Ok(());
    };
    if not.is_some() {
        kept.record.not_sent = not;
        return kept.save(work);
    }
    let Some(friend) =
        kept.record.friend.clone().filter(|_| kept.record.standing.state == ReferralState::Sent)
    else {
        return Ok(());
    };
    let inviter = row.inviter()?;
    let loaded = Loaded::load(work.sql, inviter.clone())?;
    let own = crate::platform::crypto::hmac(
        work.home.index_key.as_bytes(),
        format!("event\nfriend.invited\n{code}").as_bytes(),
    );
    let id = ids::event(&work.home.store, work.home.shard, &own);
    let name = loaded.profile.name.as_deref().and_then(|name| name.split_whitespace().next());
    let invitation = Invitation {
        id: id.clone(),
        at: kept.at()?,
        hash: person_hash(&work.home.index_key, &friend.email),
        email: friend.email,
        friend: friend.first_name,
        inviter: name.map(str::to_owned),
        locale: loaded.profile.locale.clone(),
        code: code.to_owned(),
        points: work.rules.program.referrals.invitee_points,
    };
    let customer_id = match &inviter {
        Owner::Customer(id) | Owner::Guest(id) => id,
    };
    let event = serde_json::json!({
        "id": id, "type": FRIEND_INVITED, "at": invitation.at, "store_id": work.home.store,
        "customer_id": customer_id, "data": invitation,
    });
    outbox::post(work, &Listener::Mail, &inviter.key(), &id, FRIEND_INVITED, &event.to_string())
}

/// What the page of an invitation shows; `open`: somebody goes on to the shop.
pub(in super::super) fn door(work: Work<'_>, code: &str, open: bool) -> Outcome<Reply> {
    let mut row = code_row(work.sql, code)?.ok_or(Code::NotFound)?;
    let kept = row.referral.as_deref().map_or(Ok(None), |id| by_id(work.sql, id))?;
    let loaded = Loaded::load(work.sql, row.inviter()?)?;
    let program = &work.rules.program;
    let state = if !program.enabled || !program.referrals.enabled {
        ReferralDoorState::Off
    } else if kept.as_ref().is_some_and(Kept::has_friend) {
        ReferralDoorState::Used
    } else if kept.as_ref().is_some_and(|kept| {
        kept.record.until.is_some_and(|until| until < work.now) || kept.record.standing.has_ended()
    }) {
        ReferralDoorState::Expired
    } else {
        ReferralDoorState::Open
    };
    let first_name = kept.as_ref().and_then(|kept| Some(kept.record.friend.as_ref()?.first_name.clone()));
    if open && state == ReferralDoorState::Open {
        row.opened = row.opened.saturating_add(1);
        row.save(work.sql)?;
        if let Some(mut kept) = kept {
            kept.come_to(kept.record.standing.opened(), work.now, None, None);
            kept.save(work)?;
        }
    }
    let name = loaded.profile.name.as_deref().and_then(|name| name.split_whitespace().next());
    let inviter = name.map(str::to_owned);
    let (inviter_points, invitee_points) =
        (program.referrals.inviter_points, program.referrals.invitee_points);
    Reply::json(200, &ReferralDoor { state, inviter, first_name, inviter_points, invitee_points })
}

/// Whether an invitation is an account's own.
pub(in super::super) fn is_own(sql: &Sql, owner: &Owner, id: Option<&str>) -> Outcome<bool> {
    let kept = id.map_or(Ok(None), |id| by_id(sql, id))?;
    Ok(kept.is_some_and(|kept| kept.inviter == *owner))
}

/// Whether somebody has registered by an account's invitation.
pub(super) fn has_friends(sql: &Sql, owner: &Owner) -> Outcome<bool> {
    #[derive(Deserialize)]
    struct Any {}
    let any: Option<Any> = sql.first(
        "SELECT 1 AS one FROM referral WHERE account = ? AND friend IS NOT NULL LIMIT 1",
        vec![owner.key().into()],
    )?;
    Ok(any.is_some())
}

/// News of a friend.
pub(super) fn news(work: Work<'_>, news: News) -> Outcome<()> {
    let Some(row) = code_row(work.sql, &news.code)? else { return Ok(()) };
    let inviter = row.inviter()?;
    let mut kept = match kept_of(work, &row, &inviter, &news.customer)? {
        Some(kept) => kept,
        None => Kept::new(work, &inviter, InvitedBy::Link, &news.code)?,
    };
    if kept.has_friend() && news.seq <= kept.record.seq && news.verdict == kept.record.standing.reason {
        return Ok(());
    }
    let is_new = !kept.has_friend();
    kept.record.seq = kept.record.seq.max(news.seq);
    kept.friend = Some(news.customer.clone());
    let loaded = Loaded::load(work.sql, inviter.clone())?;
    if is_new {
        kept.record.terms = Some(news.terms);
        kept.record.network.clone_from(&news.network);
        kept.record.signals = signals(work, &row, &inviter, &news)?;
        if kept.record.via == InvitedBy::Link {
            kept.record.name.clone_from(&news.name);
            kept.at_ms = news.at.as_millisecond();
        }
        // The address is needed no more: the friend is known.
        if let Some(friend) = &mut kept.record.friend {
            friend.email = String::new();
        }
    }
    let own = loaded.profile.email.as_deref().map(|email| person_hash(&work.home.index_key, email));
    let is_self = inviter == Owner::Customer(news.customer.clone()) || (own.is_some() && own == news.hash);
    let verdict = if is_self { Some(ReferralRefusal::SelfReferral) } else { news.verdict };
    match verdict {
        // Refused before the friend came, or too late: they are known, and nothing comes of it.
        _ if kept.record.standing.has_ended() => {}
        Some(reason) => {
            kept.come_to(Standing::refused(reason), work.now, None, None);
            kept.forget_after(work.now);
        }
        None => {
            if is_new {
                kept.come_to(Standing::of(ReferralState::Registered), news.at, None, None);
            }
            if news.order.is_some() {
                kept.record.order.clone_from(&news.order);
            }
            kept.with_orders(work, news.orders, work.now);
        }
    }
    kept.save(work)?;
    // What is due at once is done at once.
    due(work, &inviter)?;
    wake(work, &inviter)
}

/// The invitation that a friend came by: the letter's own, or one of the link.
fn kept_of(work: Work<'_>, row: &CodeRow, inviter: &Owner, friend: &str) -> Outcome<Option<Kept>> {
    let known =
        find(work.sql, "account = ? AND friend = ?", vec![inviter.key().into(), friend.into()])?.pop();
    if known.is_some() {
        return Ok(known);
    }
    let written = row.referral.as_deref().map_or(Ok(None), |id| by_id(work.sql, id))?;
    // A letter that was passed on: whoever comes second came by a link.
    Ok(written.filter(|kept| !kept.has_friend()))
}

/// What speaks for looking at an invitation.
fn signals(work: Work<'_>, row: &CodeRow, inviter: &Owner, news: &News) -> Outcome<Vec<Signal>> {
    let mut signals = Vec::new();
    let own = link(work, inviter, None)?;
    let network = news.network.as_deref();
    let seen = |row: &CodeRow| row.networks().any(|tag| Some(tag) == network);
    if network.is_some() && (seen(&own) || seen(row)) {
        signals.push(Signal::SameNetwork);
    }
    let day_before = work.now.checked_sub(24.hours()).unwrap_or(Timestamp::MIN);
    let lately = find(
        work.sql,
        "account = ? AND friend IS NOT NULL AND friend <> ? ORDER BY at_ms DESC LIMIT ?",
        vec![inviter.key().into(), news.customer.as_str().into(), limits::FRIENDS_COMPARED.into()],
    )?;
    if network.is_some() && lately.iter().any(|kept| kept.record.network.as_deref() == network) {
        signals.push(Signal::FriendsShareNetwork);
    }
    let at_once = lately.iter().filter(|kept| kept.at_ms >= day_before.as_millisecond()).count();
    if at_once >= limits::MANY_FRIENDS_A_DAY {
        signals.push(Signal::ManyAtOnce);
    }
    Ok(signals)
}

/// When something is due next of an account's invitations, milliseconds since 1970.
pub(in super::super) fn next_due(sql: &Sql, owner: &Owner) -> Outcome<Option<i64>> {
    #[derive(Deserialize)]
    struct Soonest {
        due_ms: Option<i64>,
    }
    let soonest: Option<Soonest> = sql.first(
        "SELECT min(due_ms) AS due_ms FROM referral WHERE account = ? AND due_ms IS NOT NULL",
        vec![owner.key().into()],
    )?;
    Ok(soonest.and_then(|soonest| soonest.due_ms))
}

/// What is due of an account's invitations: reviews that are over, letters that nobody took up, names that are
/// forgotten.
pub(in super::super) fn due(work: Work<'_>, owner: &Owner) -> Outcome<()> {
    let due = find(
        work.sql,
        "account = ? AND due_ms <= ? ORDER BY due_ms, id",
        vec![owner.key().into(), work.now.as_millisecond().into()],
    )?;
    for mut kept in due {
        let due_ms = kept.due_ms.take();
        match kept.record.standing.state {
            ReferralState::InReview => {
                let at = due_ms.and_then(|ms| Timestamp::from_millisecond(ms).ok()).unwrap_or(work.now);
                ask_to_settle(work, &mut kept, at)?;
            }
            ReferralState::Sent | ReferralState::Opened => {
                kept.come_to(Standing::of(ReferralState::Expired), work.now, None, None);
                kept.record.friend = None;
            }
            _ => {
                kept.record.friend = None;
                kept.record.name = None;
                kept.record.network = None;
            }
        }
        kept.save(work)?;
    }
    Ok(())
}

fn ask_to_settle(work: Work<'_>, kept: &mut Kept, at: Timestamp) -> Outcome<()> {
    let Some(customer) = kept.friend.clone() else { return Ok(()) };
    kept.record.settling = true;
    kept.due_ms = None;
    let (id, code) = (kept.id.clone(), kept.code.clone());
    send(work, Some(&kept.inviter), &Errand::Settle { id, code, customer, at })
}

/// How often an account was rewarded in the calendar month of a moment.
fn rewarded_in_month(work: Work<'_>, owner: &Owner, at: Timestamp) -> Outcome<i64> {
    #[derive(Deserialize)]
    struct Count {
        rewarded: i64,
    }
    let day = local_day(at, &work.rules.zone);
    let start = |day| fidela_ledger::start_of_day(day, &work.rules.zone).map(Timestamp::as_millisecond);
    let from_ms = start(day.first_of_month()).unwrap_or(i64::MIN >> 11);
    let until_ms = day.last_of_month().tomorrow().ok().and_then(start).unwrap_or(i64::MAX >> 11);
    let count: Option<Count> = work.sql.first(
        "SELECT count(*) AS rewarded FROM referral WHERE account = ? AND rewarded_ms >= ? AND rewarded_ms < ?",
        vec![owner.key().into(), from_ms.into(), until_ms.into()],
    )?;
    Ok(count.map_or(0, |count| count.rewarded))
}

/// The friend's shard has said whether the order counts still.
pub(super) fn settled(
    work: Work<'_>,
    id: &str,
    counts: bool,
    friend_points: i64,
    at: Timestamp,
) -> Outcome<()> {
    let Some(mut kept) = by_id(work.sql, id)? else { return Ok(()) };
    let Some(terms) = kept.record.terms else { return Ok(()) };
    if kept.record.standing.state != ReferralState::InReview {
        return Ok(());
    }
    let rewarded = rewarded_in_month(work, &kept.inviter, at)?;
    let standing = kept.record.standing.settled(counts, rewarded, &terms);
    kept.record.settling = false;
    kept.record.friend_points = friend_points;
    kept.come_to(standing, at, None, None);
    kept.forget_after(at);
    if standing.state == ReferralState::Rewarded {
        kept.rewarded_ms = Some(at.as_millisecond());
        kept.record.inviter_points = terms.inviter_points;
        kept.save(work)?;
        pay(work, &kept.inviter, id, terms.inviter_points, at)?;
        let what = Happening::ReferralRewarded {
            referral_id: id.to_owned(),
            friend_id: kept.friend.clone(),
            points: terms.inviter_points,
            friend_points,
        };
        outbox::emit(work, &kept.inviter, at, id, what)?;
    } else {
        kept.save(work)?;
    }
    wake(work, &kept.inviter)
}

/// `POST /v1/referrals/{id}/approve` and `…/refuse`.
pub(in super::super) fn decide(
    work: Work<'_>,
    id: &str,
    approve: bool,
    note: Option<String>,
    who: String,
) -> Outcome<Reply> {
    let mut kept = by_id(work.sql, id)?.ok_or(Code::ReferralNotFound)?;
    let Standing { state, reason } = kept.record.standing;
    if approve {
        match state {
            ReferralState::Rewarded => {}
            ReferralState::InReview if kept.record.settling => {}
            ReferralState::InReview => {
                kept.record.steps.push(fidela_protocol::referrals::ReferralStep {
                    at: work.now,
                    state,
                    reason: None,
                    by: Some(who),
                    who: None,
                    note,
                });
                ask_to_settle(work, &mut kept, work.now)?;
                kept.save(work)?;
                wake(work, &kept.inviter)?;
            }
            _ => return Err(not_in_review(&kept.shown()?).into()),
        }
    } else if reason != Some(ReferralRefusal::RefusedByMerchant) {
        if kept.record.standing.has_ended() || kept.record.settling {
            return Err(not_in_review(&kept.shown()?).into());
        }
        kept.come_to(Standing::refused(ReferralRefusal::RefusedByMerchant), work.now, Some(who), note);
        kept.forget_after(work.now);
        kept.save(work)?;
        wake(work, &kept.inviter)?;
    }
    Reply::json(200, &kept.shown()?)
}

fn not_in_review(referral: &Referral) -> Problem {
    Problem::new(Code::ReferralNotInReview)
        .with("state", super::super::orders::word(&referral.state))
        .with("reason", referral.reason.map(ReferralRefusal::code))
}

/// Nothing of a friend is kept any more.
pub(super) fn gone(work: Work<'_>, code: &str, customer: Option<&str>) -> Outcome<()> {
    let Some(row) = code_row(work.sql, code)? else { return Ok(()) };
    let inviter = row.inviter()?;
    let kept = match customer {
        Some(customer) => kept_of(work, &row, &inviter, customer)?,
        None => row.referral.as_deref().map_or(Ok(None), |id| by_id(work.sql, id))?,
    };
    let Some(mut kept) = kept else { return Ok(()) };
    kept.record.friend = None;
    kept.record.name = None;
    kept.record.network = None;
    if customer.is_some() {
        kept.friend = None;
        if !kept.record.standing.has_ended() {
            kept.come_to(Standing::refused(ReferralRefusal::OrderCancelled), work.now, None, None);
            kept.due_ms = None;
        }
    } else if matches!(kept.record.standing.state, ReferralState::Sent | ReferralState::Opened) {
        kept.come_to(Standing::of(ReferralState::Expired), work.now, None, None);
        kept.due_ms = None;
    }
    kept.save(work)?;
    wake(work, &inviter)
}

/// The account is erased: its codes lead nowhere any more.
pub(in super::super) fn erase(sql: &Sql, owner: &Owner) -> Outcome<()> {
    for table in ["referral", "referral_code"] {
        sql.run(&format!("DELETE FROM {table} WHERE account = ?"), vec![owner.key().into()])?;
    }
    Ok(())
}
