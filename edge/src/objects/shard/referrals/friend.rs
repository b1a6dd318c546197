//! The friend's side: who invited an account, whether it was a customer before, and which of its orders counts.

use fidela_ledger::orders::OrderRecord;
use fidela_ledger::{Command, local_day, start_of_day};
use fidela_rules::referrals::{FriendOrders, ReferralRefusal, ReferralTerms, counts};
use jiff::civil::Date;
use jiff::{Span, Timestamp, ToSpan};
use serde::{Deserialize, Serialize};

use super::super::Owner;
use super::super::accounts::{JsonRow, Loaded};
use super::super::ops::Work;
use super::errands::{Errand, Known, News, send};
use super::inviter::has_friends;
use crate::address::person_hash;
use crate::failure::{Outcome, broken};
use crate::ids::{self, Visit};
use crate::limits;
use crate::platform::storage::Sql;

/// Who invited an account, and what is known of its orders.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Referred {
    /// The invitation's code.
    code: String,
    /// Whoever had registered or ordered before was a customer already.
    since: Timestamp,
    /// When the code was told.
    at: Timestamp,
    /// Whether the address's shard has not answered yet.
    asking: bool,
    /// What stands against it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    verdict: Option<ReferralRefusal>,
    /// What was promised then.
    terms: ReferralTerms,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    network: Option<String>,
    orders: FriendOrders,
    /// The order that counts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    order: Option<String>,
    seq: u64,
    /// What the friend was given when it was settled.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    settled: Option<i64>,
    /// Invitations of others that were told later.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    others: Vec<String>,
}

fn load(sql: &Sql, owner: &Owner) -> Outcome<Option<Referred>> {
    let row: Option<JsonRow> =
        sql.first("SELECT json FROM referred WHERE account = ?", vec![owner.key().into()])?;
    row.map(|row| serde_json::from_str(&row.json).map_err(|error| broken("referred", error))).transpose()
}

fn save(sql: &Sql, owner: &Owner, referred: &Referred) -> Outcome<()> {
    let json = serde_json::to_string(referred).map_err(|error| broken("referred", error))?;
    sql.run("INSERT OR REPLACE INTO referred VALUES (?, ?)", vec![owner.key().into(), json.into()])
}

/// The local day that is so many days after 1970.
fn day_of(number: i64) -> Option<Date> {
    Date::constant(1970, 1, 1).checked_add(Span::new().try_days(number).ok()?).ok()
}

/// What a code that is told means: whose it is, and who was a customer already. Nothing where its time is over, or
/// where it was not made here.
fn read(work: Work<'_>, loaded: &Loaded, told: &str) -> Option<(String, Timestamp)> {
    let Visit { code, day } = ids::read_visit(&work.home.index_key, told)?;
    (ids::store_of_referral(&code)? == work.home.store).then_some(())?;
    let Some((day, days)) = day else {
        // Without the day on which the friend came: whoever registers now.
        let since = work.now.checked_sub(limits::REFERRAL_GRACE_HOURS.hours()).ok()?;
        return Some((code, since));
    };
    let first = day_of(day)?;
    let last = first.checked_add(Span::new().try_days(days).ok()?).ok()?;
    let registered = loaded.profile.registered_at.or(loaded.profile.seen_at).unwrap_or(work.now);
    (local_day(registered, &work.rules.zone) <= last).then_some(())?;
    Some((code, start_of_day(first, &work.rules.zone)?))
}

/// Whether an account was there, or has ordered, before a moment. Whoever has brought a friend was there: so nobody is
/// paid for going round in a ring.
fn is_older(work: Work<'_>, loaded: &Loaded, since: Timestamp) -> Outcome<bool> {
    let registered = loaded.profile.registered_at.or(loaded.profile.seen_at);
    let was_there = registered.map_or(loaded.existed, |at| at < since);
    Ok(was_there
        || has_order_before(work.sql, &loaded.owner, since)?
        || has_friends(work.sql, &loaded.owner)?)
}

fn has_order_before(sql: &Sql, owner: &Owner, since: Timestamp) -> Outcome<bool> {
    #[derive(Deserialize)]
    struct Any {}
    let any: Option<Any> = sql.first(
        "SELECT 1 AS one FROM orders WHERE account = ? AND placed_ms < ?
         AND json_extract(json, '$.order.status') <> 'cancelled' LIMIT 1",
        vec![owner.key().into(), since.as_millisecond().into()],
    )?;
    Ok(any.is_some())
}

/// What a person's token or the shop says may tell who invited them. Answers whether the profile has changed.
pub(in super::super) fn of_person(
    work: Work<'_>,
    loaded: &mut Loaded,
    told: Option<&str>,
    network: Option<&str>,
) -> Outcome<bool> {
    let Owner::Customer(customer) = loaded.owner.clone() else { return Ok(false) };
    let referrals = &work.rules.program.referrals;
    if !referrals.enabled || !work.rules.program.enabled {
        return Ok(false);
    }
    let email = loaded.profile.email.as_deref();
    let hash = email.map(|email| person_hash(&work.home.index_key, email));
    let is_new_address = hash.is_some() && loaded.profile.known_as != hash;
    let begun = told.map_or(Ok(false), |told| begin(work, loaded, told, network, hash.is_some()))?;
    if let Some(hash) = hash.clone().filter(|_| is_new_address || begun) {
        let about = Some(&loaded.owner);
        send(work, about, &Errand::Know { hash, customer: customer.clone(), invited: begun })?;
    }
    if is_new_address {
        if let Some(hash) = std::mem::replace(&mut loaded.profile.known_as, hash) {
            send(work, None, &Errand::Forget { hash, customer })?;
        }
        return Ok(true);
    }
    Ok(false)
}

/// An account is told a code: the first one counts, and whoever invited later is told so.
fn begin(
    work: Work<'_>,
    loaded: &Loaded,
    told: &str,
    network: Option<&str>,
    has_address: bool,
) -> Outcome<bool> {
    let owner = &loaded.owner;
    if let Some(mut referred) = load(work.sql, owner)? {
        let code = ids::read_visit(&work.home.index_key, told).map(|visit| visit.code);
        let others = &mut referred.others;
        if let Some(code) = code
            && code != referred.code
            && !others.contains(&code)
            && others.len() < limits::REFERRED_AGAIN
        {
            others.push(code.clone());
            save(work.sql, owner, &referred)?;
            let late = Referred { code, verdict: Some(ReferralRefusal::AlreadyReferred), ..referred };
            tell(work, loaded, &late)?;
        }
        return Ok(false);
    }
    let Some((code, since)) = read(work, loaded, told) else { return Ok(false) };
    let verdict = is_older(work, loaded, since)?.then_some(ReferralRefusal::AlreadyCustomer);
    let mut referred = new(work, code, since, verdict);
    referred.network = network.map(str::to_owned);
    referred.asking = has_address;
    let (orders, order) = orders_now(work, owner, &referred)?;
    let referred = Referred { orders, order, ..referred };
    save(work.sql, owner, &referred)?;
    if !has_address {
        tell(work, loaded, &referred)?;
    }
    Ok(true)
}

const fn new(work: Work<'_>, code: String, since: Timestamp, verdict: Option<ReferralRefusal>) -> Referred {
    Referred {
        code,
        since,
        at: work.now,
        asking: false,
        verdict,
        terms: ReferralTerms::of(&work.rules.program),
        network: None,
        orders: FriendOrders::None,
        order: None,
        seq: 1,
        settled: None,
        others: Vec::new(),
    }
}

/// Tells the inviter's shard all that is known.
fn tell(work: Work<'_>, loaded: &Loaded, referred: &Referred) -> Outcome<()> {
    let Owner::Customer(customer) = &loaded.owner else { return Ok(()) };
    let email = loaded.profile.email.as_deref();
    let first_name = loaded.profile.name.as_deref().and_then(|name| name.split_whitespace().next());
    let news = News {
        code: referred.code.clone(),
        customer: customer.clone(),
        name: first_name.map(str::to_owned),
        hash: email.map(|email| person_hash(&work.home.index_key, email)),
        verdict: referred.verdict,
        terms: referred.terms,
        at: referred.at,
        network: referred.network.clone(),
        orders: referred.orders,
        order: referred.order.clone(),
        seq: referred.seq,
    };
    send(work, Some(&loaded.owner), &Errand::News(Box::new(news)))
}

/// The address's shard has answered.
pub(super) fn known(work: Work<'_>, known: Known) -> Outcome<()> {
    let Known { customer, is_anothers, was_referred, first } = known;
    let loaded = Loaded::load(work.sql, Owner::Customer(customer))?;
    if !loaded.existed {
        return Ok(());
    }
    let verdict = if is_anothers {
        Some(ReferralRefusal::AlreadyCustomer)
    } else {
        was_referred.then_some(ReferralRefusal::AlreadyReferred)
    };
    let referred = match (load(work.sql, &loaded.owner)?, first) {
        (Some(referred), _) if !referred.asking => return Ok(()),
        // A letter that came before the link was followed was first.
        (Some(referred), Some((code, at))) if code != referred.code && at < referred.since => {
            let late = Referred { verdict: Some(ReferralRefusal::AlreadyReferred), ..referred.clone() };
            tell(work, &loaded, &late)?;
            let mut others = referred.others.clone();
            others.push(referred.code.clone());
            let first = Referred { code, since: at, others, verdict: None, ..referred };
            let older = is_older(work, &loaded, at)?.then_some(ReferralRefusal::AlreadyCustomer);
            Referred { verdict: older.or(verdict), ..first }
        }
        (Some(referred), _) => Referred { verdict: referred.verdict.or(verdict), ..referred },
        (None, Some((code, at))) => {
            // Recognized by the address alone: a customer who was there before was not invited by it.
            if is_older(work, &loaded, at)? || !work.rules.program.referrals.enabled {
                return Ok(());
            }
            new(work, code, at, verdict)
        }
        (None, None) => return Ok(()),
    };
    let (orders, order) = orders_now(work, &loaded.owner, &referred)?;
    let referred = Referred { asking: false, orders, order, ..referred };
    save(work.sql, &loaded.owner, &referred)?;
    tell(work, &loaded, &referred)
}

/// What the friend's orders are now: the one that counts, as long as it does, or the first that does.
fn orders_now(work: Work<'_>, owner: &Owner, referred: &Referred) -> Outcome<(FriendOrders, Option<String>)> {
    let rows: Vec<JsonRow> = work.sql.rows(
        "SELECT json FROM orders WHERE account = ? ORDER BY placed_ms, id LIMIT ?",
        vec![owner.key().into(), limits::REFERRED_ORDERS.into()],
    )?;
    let mut records = Vec::with_capacity(rows.len());
    for row in rows {
        let record: OrderRecord = serde_json::from_str(&row.json).map_err(|error| broken("order", error))?;
        records.push(record);
    }
    let program = &work.rules.program;
    let good = |record: &&OrderRecord| counts(program, &record.order, referred.terms.order_min);
    let known = referred.order.as_deref();
    let counting = records
        .iter()
        .filter(|record| known == Some(record.order.id.as_str()))
        .chain(&records)
        .filter(good)
        .find_map(|record| record.award.as_ref().map(|award| (record, award)));
    if let Some((record, award)) = counting {
        let on = local_day(award.at, &work.rules.zone);
        return Ok((FriendOrders::Counts { on }, Some(record.order.id.clone())));
    }
    let stands = records.iter().any(|record| !record.order.is_cancelled());
    let orders = if stands { FriendOrders::Placed } else { FriendOrders::None };
    Ok((orders, None))
}

/// An order of somebody who may have been invited was told, and is written.
pub(in super::super) fn with_order(work: Work<'_>, owner: &Owner, record: &OrderRecord) -> Outcome<()> {
    let Some(mut referred) = load(work.sql, owner)? else { return Ok(()) };
    if referred.settled.is_some() {
        return Ok(());
    }
    let before = referred.clone();
    if record.order.placed_at < referred.since && !record.order.is_cancelled() {
        referred.verdict.get_or_insert(ReferralRefusal::AlreadyCustomer);
    }
    let (orders, order) = orders_now(work, owner, &referred)?;
    let mut referred = Referred { orders, order: order.or_else(|| before.order.clone()), ..referred };
    if referred == before {
        return Ok(());
    }
    referred.seq = referred.seq.saturating_add(1);
    save(work.sql, owner, &referred)?;
    if referred.asking {
        return Ok(());
    }
    tell(work, &Loaded::load(work.sql, owner.clone())?, &referred)
}

/// The review is over: the friend gets what was promised, if the order counts still.
pub(super) fn settle(work: Work<'_>, id: String, code: &str, customer: String, at: Timestamp) -> Outcome<()> {
    let owner = Owner::Customer(customer);
    let (counts, friend_points) = match load(work.sql, &owner)?.filter(|referred| referred.code == code) {
        None => (false, 0),
        Some(Referred { settled: Some(points), .. }) => (true, points),
        Some(referred) => {
            let (orders, _) = orders_now(work, &owner, &referred)?;
            let good = referred.verdict.is_none() && matches!(orders, FriendOrders::Counts { .. });
            let points = referred.terms.invitee_points;
            if good {
                let referred = Referred { settled: Some(points), ..referred };
                save(work.sql, &owner, &referred)?;
                pay(work, &owner, &id, points, at)?;
            }
            (good, if good { points } else { 0 })
        }
    };
    send(work, None, &Errand::Settled { id, counts, friend_points, at })
}

/// Points of an invitation, as of a moment.
pub(super) fn pay(work: Work<'_>, owner: &Owner, id: &str, points: i64, at: Timestamp) -> Outcome<()> {
    let mut loaded = Loaded::load(work.sql, owner.clone())?;
    if points <= 0 || !loaded.existed {
        return Ok(());
    }
    // As of the moment when it was due, however late it is done.
    let work = Work { now: at.min(work.now), ..work };
    loaded.run(work.rules, &Command::Earn { source: format!("referral:{id}"), points }, work.now)?;
    loaded.save(work)
}

/// Everything that is kept of who invited an account.
pub(super) fn export(sql: &Sql, owner: &Owner) -> Outcome<Option<serde_json::Value>> {
    let referred = load(sql, owner)?;
    referred.map(|one| serde_json::to_value(one).map_err(|error| broken("referred", error))).transpose()
}

/// The account is erased: nothing of the friend is left, here or with whoever invited them.
pub(in super::super) fn erase(work: Work<'_>, loaded: &Loaded) -> Outcome<()> {
    let Owner::Customer(customer) = &loaded.owner else { return Ok(()) };
    if let Some(Referred { code, others, .. }) = load(work.sql, &loaded.owner)? {
        for code in others.into_iter().chain([code]) {
            send(work, None, &Errand::Gone { code, customer: Some(customer.clone()) })?;
        }
    }
    if let Some(hash) = loaded.profile.known_as.clone() {
        send(work, None, &Errand::Forget { hash, customer: customer.clone() })?;
    }
    work.sql.run("DELETE FROM referred WHERE account = ?", vec![loaded.owner.key().into()])
}
