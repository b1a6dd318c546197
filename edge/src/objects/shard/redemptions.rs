//! Points held for a cart, and what becomes of them.

use fidela_ledger::{Account, Command, HoldStatus};
use fidela_protocol::shopper::{QuoteAnswer, Redemption, RedemptionStatus, TaxShare};
use fidela_protocol::{Code, Problem};
use fidela_rules::quote::{Quote, Redeemer};
use fidela_rules::{Cart, quote};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::Owner;
use super::accounts::Loaded;
use super::idempotency::Kept;
use super::ops::Work;
use crate::failure::{Outcome, broken};
use crate::ids;
use crate::objects::Reply;

/// What the ledger does not know of a redemption. Its hold has the same id.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct RedemptionRecord {
    pub(super) points: i64,
    pub(super) discount: i64,
    pub(super) tax: Vec<TaxShare>,
    pub(super) created_at: Timestamp,
    /// What was decided with the shop's own cart.
    pub(super) confirmed_discount: Option<i64>,
    pub(super) order_id: Option<String>,
    pub(super) over_limit: bool,
}

pub(super) fn load(work: Work<'_>, id: &str) -> Outcome<Option<(String, RedemptionRecord)>> {
    #[derive(Deserialize)]
    struct Row {
        account: String,
        json: String,
    }
    let row: Option<Row> =
        work.sql.first("SELECT account, json FROM redemption WHERE id = ?", vec![id.into()])?;
    row.map(|Row { account, json }| {
        let record = serde_json::from_str(&json).map_err(|error| broken("redemption", error))?;
        Ok((account, record))
    })
    .transpose()
}

pub(super) fn save(work: Work<'_>, id: &str, record: &RedemptionRecord) -> Outcome<()> {
    let json = serde_json::to_string(record).map_err(|error| broken("redemption", error))?;
    work.sql.run("UPDATE redemption SET json = ? WHERE id = ?", vec![json.into(), id.into()])
}

/// A redemption as it stands in its account.
pub(super) fn state(id: &str, record: &RedemptionRecord, account: &Account) -> Outcome<Redemption> {
    let hold = account.hold(id).ok_or_else(|| broken("redemption", "it has no hold"))?;
    let status = match hold.status {
        HoldStatus::Open if hold.confirmed => RedemptionStatus::Confirmed,
        HoldStatus::Open => RedemptionStatus::Held,
        HoldStatus::RanOut => RedemptionStatus::Expired,
        HoldStatus::Released => RedemptionStatus::Released,
        HoldStatus::Committed => RedemptionStatus::Committed,
    };
    Ok(Redemption {
        id: id.to_owned(),
        code: ids::redemption_code(id),
        customer_id: None,
        points: record.points,
        discount: record.discount,
        tax: record.tax.clone(),
        status,
        created_at: record.created_at,
        expires_at: hold.until,
        order_id: record.order_id.clone(),
        restored: hold.restored,
        over_limit: record.over_limit,
    })
}

/// Open redemptions of an account, newest first.
pub(super) fn open(work: Work<'_>, owner: &Owner, account: &Account) -> Outcome<Vec<Redemption>> {
    let mut open = Vec::new();
    for (id, _) in account.holds().filter(|(_, hold)| hold.status == HoldStatus::Open) {
        if let Some((account_key, record)) = load(work, id)?
            && account_key == owner.key()
        {
            open.push(state(id, &record, account)?);
        }
    }
    open.sort_by_key(|redemption| std::cmp::Reverse(redemption.created_at));
    Ok(open)
}

/// An account as it is now, for reading: nothing of this is written.
fn known(work: Work<'_>, customer: String) -> Outcome<Loaded> {
    let mut loaded = Loaded::load(work.sql, Owner::Customer(customer))?;
    if !loaded.existed {
        return Err(Code::NotFound.into());
    }
    loaded.bring_to(work.rules, work.now);
    Ok(loaded)
}

fn decide(work: Work<'_>, loaded: &Loaded, cart: &Cart, points: Option<i64>) -> Outcome<Quote> {
    let redeemer =
        Redeemer { available: loaded.account.balances().available, groups: &loaded.profile.groups };
    Ok(quote(&work.rules.program, &cart.basket(), redeemer, points)?)
}

/// `POST /v1/quotes` and `POST /v1/me/quotes`.
pub(super) fn quote_only(
    work: Work<'_>,
    customer: String,
    cart: &Cart,
    points: Option<i64>,
) -> Outcome<Reply> {
    let loaded = known(work, customer)?;
    Reply::json(200, &QuoteAnswer::new(decide(work, &loaded, cart, points)?, Vec::new()))
}

/// `POST /v1/redemptions` and `POST /v1/me/redemptions`.
pub(super) fn hold(work: Work<'_>, customer: String, cart: &Cart, points: i64) -> Outcome<Kept> {
    let mut loaded = known(work, customer)?;
    let Quote { points, discount, tax, .. } = decide(work, &loaded, cart, Some(points))?;
    let id = ids::new_redemption(&work.home.store, work.home.shard)?;
    loaded.run(work.rules, &Command::Hold { id: id.clone(), points, minutes: None }, work.now)?;
    let record = RedemptionRecord {
        points,
        discount,
        tax: tax.into_iter().map(TaxShare::from).collect(),
        created_at: work.now,
        confirmed_discount: None,
        order_id: None,
        over_limit: false,
    };
    let json = serde_json::to_string(&record).map_err(|error| broken("redemption", error))?;
    work.sql.run(
        "INSERT INTO redemption VALUES (?, ?, ?)",
        vec![id.as_str().into(), loaded.owner.key().into(), json.into()],
    )?;
    let (redemption, account) = (state(&id, &record, &loaded.account)?, loaded.owner.key());
    loaded.save(work.sql, work.rules)?;
    Ok(Kept::same(201, &redemption)?.about(account))
}

/// The account of a redemption, brought to now, with its record. One that is not there, and one that is
/// somebody else's where a shopper asks, are the same.
fn found(work: Work<'_>, id: &str, visitor: Option<&str>) -> Outcome<(Loaded, RedemptionRecord)> {
    let (account, record) = load(work, id)?.ok_or(Code::HoldNotFound)?;
    let customer = account.strip_prefix("c:").ok_or_else(|| broken("redemption", "a guest has one"))?;
    if visitor.is_some_and(|visitor| visitor != customer) {
        return Err(Code::HoldNotFound.into());
    }
    Ok((known(work, customer.to_owned())?, record))
}

/// `GET /v1/redemptions/{id}`.
pub(super) fn get(work: Work<'_>, id: &str) -> Outcome<Reply> {
    let (loaded, record) = found(work, id, None)?;
    Reply::json(200, &for_merchant(&loaded, state(id, &record, &loaded.account)?))
}

/// A shop's server is told whose points they are.
fn for_merchant(loaded: &Loaded, redemption: Redemption) -> Redemption {
    let customer_id = match &loaded.owner {
        Owner::Customer(id) => Some(id.clone()),
        Owner::Guest(_) => None,
    };
    Redemption { customer_id, ..redemption }
}

/// `POST /v1/redemptions/{id}/confirm`: the limits are enforced with the shop's own cart.
pub(super) fn confirm(work: Work<'_>, id: &str, cart: &Cart, discount: Option<i64>) -> Outcome<Kept> {
    let (mut loaded, mut record) = found(work, id, None)?;
    let wished = discount.unwrap_or(record.discount);
    // First the hold, so that what was let go or spent is said as that, whatever the cart is like.
    loaded.run(work.rules, &Command::Confirm { id: id.to_owned() }, work.now)?;
    let redeemer = Redeemer { available: record.points, groups: &loaded.profile.groups };
    let allowed = quote(&work.rules.program, &cart.basket(), redeemer, Some(record.points));
    let none = |refusal: fidela_rules::Refusal| {
        Problem::refusal(&refusal).with("allowed", serde_json::json!({ "points": 0, "discount": 0 }))
    };
    let Quote { points, discount, .. } = allowed.map_err(none)?;
    if wished < 1 || wished > discount {
        let allowed = serde_json::json!({ "points": points, "discount": discount });
        return Err(Problem::new(Code::DiscountMismatch)
            .with("actual", wished)
            .with("allowed", allowed)
            .into());
    }
    let value = work.rules.program.points.value;
    let step = work.rules.program.redemption.step;
    let bought = value.points_for(wished.into()).up_to_step(step.into()).fit()?;
    let Quote { tax, .. } = quote(&work.rules.program, &cart.basket(), redeemer, Some(bought))?;
    record.confirmed_discount = Some(wished);
    record.discount = wished;
    record.tax = tax.into_iter().map(TaxShare::from).collect();
    save(work, id, &record)?;
    let redemption = for_merchant(&loaded, state(id, &record, &loaded.account)?);
    let account = loaded.owner.key();
    loaded.save(work.sql, work.rules)?;
    Ok(Kept::same(200, &redemption)?.about(account))
}

/// `POST /v1/redemptions/{id}/commit`.
pub(super) fn commit(work: Work<'_>, id: &str) -> Outcome<Reply> {
    finish(work, id, None, &Command::Commit { id: id.to_owned(), must: false })
}

/// `POST /v1/redemptions/{id}/release` and `DELETE /v1/me/redemptions/{id}`.
pub(super) fn release(work: Work<'_>, id: &str, visitor: Option<&str>) -> Outcome<Reply> {
    finish(work, id, visitor, &Command::Release { id: id.to_owned() })
}

fn finish(work: Work<'_>, id: &str, visitor: Option<&str>, command: &Command) -> Outcome<Reply> {
    let (mut loaded, record) = found(work, id, visitor)?;
    loaded.run(work.rules, command, work.now)?;
    let redemption = state(id, &record, &loaded.account)?;
    let redemption = if visitor.is_none() { for_merchant(&loaded, redemption) } else { redemption };
    loaded.save(work.sql, work.rules)?;
    Reply::json(200, &redemption)
}
