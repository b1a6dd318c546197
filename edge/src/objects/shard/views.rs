//! What is read: the shopper's page, the merchant's list and detail, histories, a person's data.
//!
//! What is due by itself is counted in before anything is shown, but a read writes nothing.

use fidela_ledger::{Change, Entry, LotState, local_day};
use fidela_protocol::Code;
use fidela_protocol::merchant::CustomerDetail;
use fidela_protocol::missions::{MissionNow, Toast};
use fidela_protocol::scopes::Author;
use fidela_protocol::shopper::{
    DayPoints, HistoryItem, HistoryPage, LevelNow, Me, NextLevel, OfferNow, Redemption,
};
use fidela_rules::Program;
use fidela_rules::levels::{Standing, level_of};
use fidela_rules::num::Wide;
use fidela_rules::offers::{OFFERS_AHEAD_DAYS, offers};
use fidela_rules::program::Level;
use jiff::Timestamp;
use serde_json::json;
use std::collections::BTreeMap;

use super::accounts::{Loaded, StoredEntry, documents, history};
use super::ops::Work;
use super::{Owner, Rules, cards, imports, missions, orders as order_pages, redemptions, referrals};
use crate::failure::{Outcome, broken};
use crate::objects::Reply;
use crate::{ids, limits};

/// A customer who is known, as of now.
fn known(work: Work<'_>, customer: &str) -> Outcome<Loaded> {
    let mut loaded = Loaded::load(work.sql, Owner::Customer(customer.to_owned()))?;
    if !loaded.existed {
        return Err(Code::NotFound.into());
    }
    loaded.bring_to(work.rules, work.now);
    Ok(loaded)
}

/// `GET /v1/me`.
pub(super) fn me(work: Work<'_>, customer: &str) -> Outcome<Reply> {
    Reply::json(200, &page_of(work, customer, &known(work, customer)?)?)
}

/// `GET /v1/customers/{id}`.
pub(super) fn customer(work: Work<'_>, customer: String) -> Outcome<Reply> {
    Reply::json(200, &detail(work, customer)?)
}

/// Everything about one shopper.
pub(super) fn detail(work: Work<'_>, customer: String) -> Outcome<CustomerDetail> {
    let loaded = known(work, &customer)?;
    Ok(CustomerDetail {
        email: loaded.profile.email.clone(),
        birthday: loaded.profile.birthday,
        registered_at: loaded.profile.registered_at,
        orders: u64::try_from(loaded.orders).unwrap_or(0),
        mail_off_at: loaded.profile.mail_off_at,
        me: page_of(work, &customer, &loaded)?,
    })
}

fn page_of(work: Work<'_>, customer: &str, loaded: &Loaded) -> Outcome<Me> {
    let beside = Beside {
        missions: missions::of(work, &loaded.owner)?,
        toasts: missions::toasts(work, &loaded.owner)?,
        redemptions: redemptions::open(work, &loaded.owner, &loaded.account)?,
    };
    let days = work.terms.expiring_days;
    compose(work.rules, days, work.now, customer, loaded, beside)
}

/// What stands beside an account on its page.
pub(super) struct Beside {
    pub(super) missions: Vec<MissionNow>,
    pub(super) toasts: Vec<Toast>,
    pub(super) redemptions: Vec<Redemption>,
}

/// A shopper's page.
pub(super) fn compose(
    rules: &Rules,
    expiring_days: u16,
    now: Timestamp,
    customer: &str,
    loaded: &Loaded,
    beside: Beside,
) -> Outcome<Me> {
    let account = &loaded.account;
    let balances = account.balances();
    let totals = account.totals();
    let program = &rules.program;
    let today = local_day(now, &rules.zone);
    let expiring = account.expiring_within(today, expiring_days.into());
    let value = program.points.value.value_of(Wide::of(balances.available.max(0))).fit()?;
    let mut pending: BTreeMap<_, i64> = BTreeMap::new();
    for lot in account.lots().iter().filter(|lot| lot.state == LotState::Pending && lot.left > 0) {
        let points = pending.entry(lot.usable_from).or_default();
        *points = points.saturating_add(lot.left);
    }
    let soonest = |days: &mut dyn Iterator<Item = DayPoints>| days.take(limits::LISTED_DAYS).collect();
    Ok(Me {
        customer_id: customer.to_owned(),
        name: loaded.profile.name.clone(),
        enabled: program.enabled,
        program_version: rules.version,
        available: balances.available,
        available_value: value,
        pending: balances.pending,
        pending_days: soonest(&mut pending.into_iter().map(|(on, points)| DayPoints { on, points })),
        held: balances.held,
        used: totals.spent,
        expired: totals.lapsed,
        expiring: soonest(
            &mut account.expiring().into_iter().map(|day| DayPoints { on: day.on, points: day.points }),
        ),
        expiring_soon: expiring.iter().fold(0, |sum: i64, day| sum.saturating_add(day.points)),
        spent: loaded.spent,
        level: level(program, loaded.spent)?,
        groups: loaded.profile.groups.clone(),
        offers: offers(program, &loaded.profile.groups, today, OFFERS_AHEAD_DAYS)
            .into_iter()
            .map(OfferNow::from)
            .collect(),
        cards: cards::of(program, account)?,
        rewards: cards::rewards(account),
        missions: beside.missions,
        toasts: beside.toasts,
        redemptions: beside.redemptions,
        invite: program.enabled && program.referrals.enabled,
        now,
    })
}

fn level(program: &Program, spent: i64) -> Outcome<Option<LevelNow>> {
    let name = |name: &Option<fidela_rules::program::Text>| -> Outcome<_> {
        name.as_ref().map(serde_json::to_value).transpose().map_err(|error| broken("level", error))
    };
    let Some(Standing { reached, next }) = level_of(program, spent)? else { return Ok(None) };
    let next = next
        .map(|next| -> Outcome<_> {
            let Level { spend_from, bps, .. } = *next.level;
            Ok(NextLevel { name: name(&next.level.name)?, spend_from, bps, missing: next.missing })
        })
        .transpose()?;
    Ok(Some(LevelNow {
        name: reached.map_or(Ok(None), |level| name(&level.name))?,
        spend_from: reached.map_or(0, |level| level.spend_from),
        bps: reached.map_or(0, |level| level.bps),
        next,
    }))
}

/// `GET /v1/me/ledger` and `GET /v1/customers/{id}/ledger`.
pub(super) fn ledger(work: Work<'_>, customer: String, after: Option<u64>, limit: usize) -> Outcome<Reply> {
    let loaded = known(work, &customer)?;
    let mut entries = loaded.unwritten(true);
    entries.retain(|stored| after.is_none_or(|after| stored.seq < after));
    entries.extend(history(work.sql, &loaded.owner, after, limit.saturating_add(1), false)?);
    let more = entries.len() > limit;
    entries.truncate(limit);
    let mut items: Vec<HistoryItem> = entries.into_iter().map(item).collect();
    for item in items.iter_mut().filter(|item| item.about.as_deref() == Some("referral")) {
        // Both have the same source; whoever did not invite was invited.
        if !referrals::is_own(work.sql, &loaded.owner, item.reference.as_deref())? {
            item.about = Some("invited".to_owned());
        }
    }
    let next = items.last().filter(|_| more).map(|last| last.seq.to_string());
    Reply::json(200, &HistoryPage { items, next })
}

/// One line of a shopper's history.
pub(super) fn item(StoredEntry { seq, entry }: StoredEntry) -> HistoryItem {
    let Entry { at, points, available, change } = entry;
    let mut item = HistoryItem {
        seq,
        at,
        kind: kind(&change).to_owned(),
        title: String::new(),
        points,
        available,
        about: None,
        reference: None,
        card: None,
        mission: None,
        stamps: 0,
        reason: None,
        by: None,
        usable_from: None,
        last_day: None,
    };
    match change {
        Change::Earned { source, usable_from, usable, last_day, .. } => {
            about_source(&mut item, &source);
            item.usable_from = (!usable).then_some(usable_from);
            item.last_day = last_day;
        }
        Change::ClawedBack { source, .. } | Change::Reinstated { source, .. } => {
            about_source(&mut item, &source);
        }
        Change::Credited { reason, last_day, who, .. } => {
            item.reason = reason;
            item.by = who.as_deref().map(Author::of_id);
            item.last_day = last_day;
        }
        Change::Debited { reason, who, .. } => {
            item.reason = reason;
            item.by = who.as_deref().map(Author::of_id);
        }
        Change::Held { hold, .. }
        | Change::Confirmed { hold, .. }
        | Change::RanOut { hold }
        | Change::Released { hold }
        | Change::Committed { hold, .. }
        | Change::Restored { hold, .. }
        | Change::Retaken { hold, .. } => {
            if hold.starts_with("rd_") {
                item.about = Some("redemption".to_owned());
                item.reference = Some(ids::redemption_code(&hold));
            } else {
                about_source(&mut item, hold.rsplit_once(':').map_or(&hold, |(source, _)| source));
            }
        }
        Change::Matured { .. }
        | Change::Lapsed { .. }
        | Change::Prolonged { .. }
        | Change::DebtPaid { .. }
        | Change::Person(_) => {}
        Change::Card(event) => cards::tell(&mut item, event),
    }
    item
}

/// `order:1001` is about the order 1001, and so is `order_extra:1:1001`.
fn about_source(item: &mut HistoryItem, source: &str) {
    if let Some((mission, reference)) = missions::of_source(source) {
        item.about = Some("mission".to_owned());
        item.reference = Some(reference.to_owned());
        item.mission = Some(mission);
        return;
    }
    let Some((about, reference)) = source.split_once(':') else { return };
    let (about, reference) = match about {
        "order_extra" => ("order", reference.split_once(':').map_or(reference, |(_, id)| id)),
        other => (other, reference),
    };
    item.about = Some(about.to_owned());
    item.reference = Some(reference.to_owned());
}

const fn kind(change: &Change) -> &'static str {
    match change {
        Change::Earned { .. } => "earned",
        Change::Credited { .. } => "credited",
        Change::Debited { .. } => "debited",
        Change::Matured { .. } => "matured",
        Change::Lapsed { .. } => "lapsed",
        Change::Prolonged { .. } => "prolonged",
        Change::Held { .. } => "held",
        Change::Confirmed { .. } => "confirmed",
        Change::RanOut { .. } => "ran_out",
        Change::Released { .. } => "released",
        Change::Committed { .. } => "committed",
        Change::Restored { .. } => "restored",
        Change::Retaken { .. } => "retaken",
        Change::ClawedBack { .. } => "clawed_back",
        Change::Reinstated { .. } => "reinstated",
        Change::DebtPaid { .. } => "debt_paid",
        Change::Card(event) => event.kind(),
        Change::Person(event) => event.kind(),
    }
}

/// `GET /v1/customers/{id}/orders`.
pub(super) fn orders(work: Work<'_>, customer: String, after: Option<&str>, limit: usize) -> Outcome<Reply> {
    let loaded = known(work, &customer)?;
    let mut items = order_pages::page(work, &loaded.owner, after, limit.saturating_add(1))?;
    let more = items.len() > limit;
    items.truncate(limit);
    let next = items.last().filter(|_| more).map(|last| last.order.id.clone());
    Reply::json(200, &json!({ "items": items, "next": next }))
}

/// `GET /v1/customers/{id}/export`: everything that is stored about a person.
pub(super) fn export(work: Work<'_>, customer: String) -> Outcome<Reply> {
    let loaded = known(work, &customer)?;
    let owner = &loaded.owner;
    let entries: Vec<_> = history(work.sql, owner, None, usize::MAX, true)?
        .into_iter()
        .rev()
        .chain(loaded.unwritten(false).into_iter().rev())
        .map(|stored| json!({ "seq": stored.seq, "entry": stored.entry }))
        .collect();
    let orders =
        documents(work.sql, "SELECT json FROM orders WHERE account = ? ORDER BY placed_ms, id", owner)?;
    let redemptions =
        documents(work.sql, "SELECT json FROM redemption WHERE account = ? ORDER BY id", owner)?;
    Reply::json(
        200,
        &json!({
            "customer_id": customer,
            "profile": loaded.profile,
            "account": loaded.account,
            "spent": loaded.spent,
            "ledger": entries,
            "orders": orders,
            "redemptions": redemptions,
            "completions": missions::all(work.sql, owner)?,
            "openings": imports::all(work.sql, owner)?,
            "invitations": referrals::export(work, owner)?,
        }),
    )
}
