//! An order as it is now: what it does to points is decided by `fidela_ledger::orders`.

use std::rc::Rc;

use fidela_ledger::orders::{OrderRecord, Telling, Terms, tell as tell_ledger};
use fidela_protocol::Code;
use fidela_protocol::merchant::{AppliedPoints, BalanceNow, OrderAward, OrderReward, OrderState};
use fidela_rules::Order;

use super::accounts::{JsonRow, Loaded};
use super::ops::Work;
use super::redemptions::{self, RedemptionRecord};
use super::{Owner, Rules, guests, missions, outbox, referrals};
use crate::failure::{Outcome, broken};
use crate::objects::Reply;

/// HTTP's *precondition required*: that the order is nobody else's.
pub(crate) const UNKNOWN: u16 = 428;

/// `PUT /v1/orders/{id}`. An order that is known here is nobody else's; of another one that has to be `owned`.
pub(super) fn tell(work: Work<'_>, owner: Owner, order: Order, owned: bool) -> Outcome<Reply> {
    match owner {
        Owner::Guest(email) => guests::tell(work, email, order, owned),
        customer @ Owner::Customer(_) => {
            if !owned && record(work, &customer, &order.id)?.is_none() {
                return Reply::json(UNKNOWN, &serde_json::json!({}));
            }
            Reply::json(200, &take_in(work, customer, order)?)
        }
    }
}

/// An order as it is known.
pub(super) fn get(work: Work<'_>, owner: Owner, id: &str) -> Outcome<Reply> {
    match owner {
        Owner::Guest(email) => guests::get(work, email, id),
        customer @ Owner::Customer(_) => {
            Reply::json(200, &state(record(work, &customer, id)?.ok_or(Code::NotFound)?))
        }
    }
}

/// A guest's order, kept until somebody claims it.
pub(super) fn waiting_state(order: Order) -> Outcome<Reply> {
    let award = OrderAward { reason: Some("waits_for_sign_in".to_owned()), ..OrderAward::default() };
    Reply::json(
        200,
        &OrderState {
            order,
            changed: true,
            award,
            redemption: None,
            over_limit: false,
            reward: None,
            balance: None,
        },
    )
}

pub(super) fn record(work: Work<'_>, owner: &Owner, id: &str) -> Outcome<Option<OrderRecord>> {
    let row: Option<JsonRow> = work
        .sql
        .first("SELECT json FROM orders WHERE account = ? AND id = ?", vec![owner.key().into(), id.into()])?;
    row.map(|row| serde_json::from_str(&row.json).map_err(|error| broken("order", error))).transpose()
}

/// Takes a snapshot in, and says what it did.
pub(super) fn take_in(work: Work<'_>, owner: Owner, mut order: Order) -> Outcome<OrderState> {
    let known = record(work, &owner, &order.id)?;
    let mut loaded = Loaded::load(work.sql, owner.clone())?;
    if loaded.profile.email.is_none() {
        // Told with an order, so not verified: enough to be found by, not enough to claim anything.
        loaded.profile.email = order.customer.as_ref().and_then(|customer| customer.email.clone());
    }
    let redemption = redemption_of(work, &owner, known.as_ref(), &order)?;
    if let Some((_, RedemptionRecord { reward: Some(reward), .. })) = &redemption {
        // A redemption that keeps a reward says which: the shop does not have to say it again.
        order.reward_id.get_or_insert_with(|| reward.id.clone());
    }
    let earlier = earlier_rules(work, known.as_ref())?;
    let earlier = |version| {
        earlier.iter().find(|rules| rules.version == version).map(|rules: &Rc<Rules>| &rules.program)
    };
    let telling = Telling {
        program: &work.rules.program,
        version: work.rules.version,
        earlier: &earlier,
        zone: &work.rules.zone,
        spent: loaded.spent,
        groups: &loaded.profile.groups,
        terms: redemption
            .as_ref()
            .map(|(id, redemption)| Terms { hold: id, confirmed_discount: redemption.confirmed_discount }),
        now: work.now,
    };
    let is_new = known.is_none();
    let spent_by_it = known.as_ref().map_or(0, |known| known.spend);
    let told = tell_ledger(&mut loaded.account, known, order, telling)?;
    let record = told.record;
    loaded.append(told.entries);
    let spent_before = loaded.spent;
    loaded.spent = loaded.spent.saturating_add(record.spend).saturating_sub(spent_by_it);
    loaded.orders = loaded.orders.saturating_add(i64::from(is_new));

    missions::with_order(work, &mut loaded, &record)?;
    let redemption = match redemption {
        Some((id, mut redemption)) if record.burn.is_some() || record.reward.is_some() => {
            redemption.order_id = Some(record.order.id.clone());
            redemption.over_limit = record.burn.as_ref().is_some_and(|burn| burn.over_limit);
            redemptions::save(work, &id, &redemption)?;
            Some(redemptions::state(&id, &redemption, &loaded.account)?)
        }
        _ => None,
    };
    let balances = loaded.account.balances();
    let json = serde_json::to_string(&record).map_err(|error| broken("order", error))?;
    work.sql.run(
        "INSERT OR REPLACE INTO orders VALUES (?, ?, ?, ?)",
        vec![
            owner.key().into(),
            record.order.id.as_str().into(),
            record.order.placed_at.as_millisecond().into(),
            json.into(),
        ],
    )?;
    let spent = (spent_before, loaded.spent);
    if !loaded.existed {
        loaded.profile.seen_at = Some(work.now);
    }
    loaded.save(work)?;
    referrals::with_order(work, &owner, &record)?;
    outbox::emit_level(work, &owner, spent, &format!("{}@{}", record.order.id, work.now))?;
    let balance =
        BalanceNow { available: balances.available, pending: balances.pending, held: balances.held };
    Ok(OrderState { redemption, balance: Some(balance), changed: told.changed, ..state(record) })
}

/// What an order's record says, without its shopper's balance.
pub(super) fn state(record: OrderRecord) -> OrderState {
    let over_limit = record.burn.as_ref().is_some_and(|burn| burn.over_limit);
    let award = record.award.map_or_else(OrderAward::default, |award| OrderAward {
        awarded: true,
        awarded_at: Some(award.at),
        points: award.points,
        applied: award
            .applied
            .into_iter()
            .map(|applied| AppliedPoints { program: applied.program, points: applied.points })
            .collect(),
        reason: award.reason,
        program_version: Some(award.version),
        considered: award.considered,
        stamps: award.stamps,
        explained: Vec::new(),
    });
    let reward = record.reward.map(|reward| OrderReward {
        id: reward.reward,
        state: word(&reward.state),
        fault: reward.fault.as_ref().map(word),
    });
    OrderState {
        order: record.order,
        changed: false,
        award,
        redemption: None,
        over_limit,
        reward,
        balance: None,
    }
}

/// The word of an enum without fields, as it goes over the wire.
pub(super) fn word(value: &impl serde::Serialize) -> String {
    serde_json::to_value(value).ok().and_then(|word| word.as_str().map(str::to_owned)).unwrap_or_default()
}

/// The redemption that the order names, if it is this account's and no other order's.
fn redemption_of(
    work: Work<'_>,
    owner: &Owner,
    known: Option<&OrderRecord>,
    order: &Order,
) -> Outcome<Option<(String, RedemptionRecord)>> {
    // Once an order has burned a redemption it keeps it, whatever later snapshots say or leave out.
    let burned = known
        .filter(|known| known.burn.is_some() || known.reward.is_some())
        .and_then(|known| known.order.redemption_id.clone());
    let Some(id) = burned.or_else(|| order.redemption_id.clone()) else { return Ok(None) };
    let Some((account, redemption)) = redemptions::load(work, &id)? else { return Ok(None) };
    let own = account == owner.key();
    let free = redemption.order_id.as_ref().is_none_or(|other| *other == order.id);
    Ok((own && free).then_some((id, redemption)))
}

/// The versions of the program that an order was decided under.
fn earlier_rules(work: Work<'_>, known: Option<&OrderRecord>) -> Outcome<Vec<Rc<Rules>>> {
    let versions = known.into_iter().flat_map(|known| {
        let award = known.award.as_ref().map(|award| award.version);
        award.into_iter().chain(known.burn.as_ref().map(|burn| burn.version))
    });
    let mut rules = Vec::new();
    for version in versions.filter(|version| *version != work.rules.version) {
        rules.extend((work.known)(work.sql, version)?);
    }
    Ok(rules)
}

/// Orders of one account, newest first.
pub(super) fn page(
    work: Work<'_>,
    owner: &Owner,
    after: Option<&str>,
    limit: usize,
) -> Outcome<Vec<OrderState>> {
    let before = match after {
        None => None,
        Some(id) => Some(record(work, owner, id)?.ok_or(Code::InvalidQuery)?.order),
    };
    let before_ms = before.as_ref().map_or(i64::MAX >> 11, |order| order.placed_at.as_millisecond());
    let before_id = before.map_or_else(|| "\u{10ffff}".to_owned(), |order| order.id);
    let rows: Vec<JsonRow> = work.sql.rows(
        "SELECT json FROM orders WHERE account = ? AND (placed_ms < ? OR (placed_ms = ? AND id < ?))
         ORDER BY placed_ms DESC, id DESC LIMIT ?",
        vec![
            owner.key().into(),
            before_ms.into(),
            before_ms.into(),
            before_id.into(),
            i64::try_from(limit).unwrap_or(i64::MAX).into(),
        ],
    )?;
    rows.iter()
        .map(|row| serde_json::from_str(&row.json).map(state).map_err(|error| broken("order", error)))
        .collect()
}
