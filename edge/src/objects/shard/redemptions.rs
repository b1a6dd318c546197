//! Points and rewards held for a cart, and what becomes of them. One redemption may keep both: the reward is taken off
//! first, and points pay of what is left (`rules.md`, *Stamp cards*). The ledger has a hold of the same id for each.

use std::collections::BTreeSet;

use fidela_ledger::{Account, Command, HoldStatus, Reward, RewardStatus};
use fidela_protocol::shopper::{QuoteAnswer, Redemption, RedemptionStatus, RewardUse, TaxShare};
use fidela_protocol::{Code, Problem};
use fidela_rules::quote::{Quote, Redeemer, quote_measured};
use fidela_rules::reward::RewardDiscount;
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
    /// The reward that is held beside the points.
    #[serde(default)]
    pub(super) reward: Option<RewardUse>,
}

/// What is to be held.
pub(super) struct Wish {
    /// Points; none means as many as possible, or with a reward none.
    pub(super) points: Option<i64>,
    /// A reward to use before.
    pub(super) reward: Option<String>,
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

/// What the ledger knows of a redemption's holds, of points or of a reward: they are made, prolonged and ended together.
struct HoldNow {
    status: HoldStatus,
    until: Timestamp,
    is_confirmed: bool,
    restored: i64,
}

fn hold_of(account: &Account, id: &str) -> Option<HoldNow> {
    let of_points = account.hold(id).map(|hold| HoldNow {
        status: hold.status,
        until: hold.until,
        is_confirmed: hold.confirmed,
        restored: hold.restored,
    });
    of_points.or_else(|| {
        account.cards().hold(id).map(|hold| HoldNow {
            status: hold.status,
            until: hold.until,
            is_confirmed: hold.confirmed,
            restored: 0,
        })
    })
}

/// A redemption as it stands in its account.
pub(super) fn state(id: &str, record: &RedemptionRecord, account: &Account) -> Outcome<Redemption> {
    let hold = hold_of(account, id).ok_or_else(|| broken("redemption", "it has no hold"))?;
    let status = match hold.status {
        HoldStatus::Open if hold.is_confirmed => RedemptionStatus::Confirmed,
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
        reward: record.reward.clone(),
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
    let of_points = account.holds().filter(|(_, hold)| hold.status == HoldStatus::Open).map(|(id, _)| id);
    let cards = account.cards();
    let of_rewards = cards.holds().filter(|(_, hold)| hold.status == HoldStatus::Open).map(|(id, _)| id);
    let mut open = Vec::new();
    for id in of_points.chain(of_rewards).collect::<BTreeSet<_>>() {
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

/// What a reward and points take off a cart: the reward first, points on what is left.
struct Decision {
    reward: Option<RewardUse>,
    quote: Quote,
}

impl Decision {
    fn of(
        work: Work<'_>,
        cart: &Cart,
        redeemer: Redeemer<'_>,
        points: Option<i64>,
        reward: Option<&Reward>,
    ) -> Outcome<Self> {
        let (program, basket) = (&work.rules.program, cart.basket());
        let Some(reward) = reward else {
            return Ok(Self { reward: None, quote: quote(program, &basket, redeemer, points)? });
        };
        let taken_off = fidela_rules::reward::reward(program, &reward.terms, &basket)?;
        let quote = match points {
            None | Some(0) => Quote { points: 0, discount: 0, tax: Vec::new(), bounds: Vec::new() },
            Some(_) => {
                let left = basket.measure().and_then(|measured| taken_off.left_of(measured));
                quote_measured(program, &basket, left, redeemer, points)?
            }
        };
        let RewardDiscount { discount, tax, line, .. } = taken_off;
        let tax = tax.into_iter().map(TaxShare::from).collect();
        let reward = RewardUse { id: reward.id.clone(), card: reward.card.clone(), discount, tax, line };
        Ok(Self { reward: Some(reward), quote })
    }
}

/// A reward that can be used, or why it cannot.
fn usable<'a>(account: &'a Account, id: &str) -> Outcome<&'a Reward> {
    let reward = account.cards().reward(id).ok_or(Code::RewardNotFound)?;
    match reward.status {
        RewardStatus::Issued => Ok(reward),
        RewardStatus::Held => Err(Code::RewardHeld.into()),
        RewardStatus::Used => Err(Code::RewardUsed.into()),
        RewardStatus::Removed => Err(Code::RewardRemoved.into()),
        RewardStatus::TakenBack => Err(Code::RewardTakenBack.into()),
    }
}

fn decide(work: Work<'_>, loaded: &Loaded, cart: &Cart, wish: &Wish) -> Outcome<Decision> {
    let redeemer =
        Redeemer { available: loaded.account.balances().available, groups: &loaded.profile.groups };
    let reward = wish.reward.as_deref().map(|id| usable(&loaded.account, id)).transpose()?;
    Decision::of(work, cart, redeemer, wish.points, reward)
}

/// `POST /v1/quotes` and `POST /v1/me/quotes`.
pub(super) fn quote_only(work: Work<'_>, customer: String, cart: &Cart, wish: Wish) -> Outcome<Reply> {
    let loaded = known(work, customer)?;
    let Decision { reward, quote } = decide(work, &loaded, cart, &wish)?;
    Reply::json(200, &QuoteAnswer::new(quote, reward))
}

/// `POST /v1/redemptions` and `POST /v1/me/redemptions`.
pub(super) fn hold(work: Work<'_>, customer: String, cart: &Cart, wish: Wish) -> Outcome<Kept> {
    let mut loaded = known(work, customer)?;
    let Decision { reward, quote: Quote { points, discount, tax, .. } } = decide(work, &loaded, cart, &wish)?;
    let id = ids::new_redemption(&work.home.store, work.home.shard)?;
    if let Some(reward) = &reward {
        let command = Command::HoldReward { id: id.clone(), reward: reward.id.clone(), minutes: None };
        loaded.run(work.rules, &command, work.now)?;
    }
    if points > 0 {
        loaded.run(work.rules, &Command::Hold { id: id.clone(), points, minutes: None }, work.now)?;
    }
    let record = RedemptionRecord {
        points,
        discount,
        tax: tax.into_iter().map(TaxShare::from).collect(),
        created_at: work.now,
        confirmed_discount: None,
        order_id: None,
        over_limit: false,
        reward,
    };
    let json = serde_json::to_string(&record).map_err(|error| broken("redemption", error))?;
    work.sql.run(
        "INSERT INTO redemption VALUES (?, ?, ?)",
        vec![id.as_str().into(), loaded.owner.key().into(), json.into()],
    )?;
    let (redemption, account) = (state(&id, &record, &loaded.account)?, loaded.owner.key());
    loaded.save(work)?;
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
    // First the holds, so that what was let go or spent is said as that, whatever the cart is like.
    if record.reward.is_some() {
        loaded.run(work.rules, &Command::ConfirmReward { id: id.to_owned() }, work.now)?;
    }
    if record.points > 0 {
        loaded.run(work.rules, &Command::Confirm { id: id.to_owned() }, work.now)?;
    }
    let reward = record.reward.as_ref().and_then(|reward| loaded.account.cards().reward(&reward.id));
    let redeemer = Redeemer { available: record.points, groups: &loaded.profile.groups };
    let decide = |points| Decision::of(work, cart, redeemer, Some(points), reward);
    let allowed = |points: i64, discount: i64| serde_json::json!({ "points": points, "discount": discount });
    let decided = decide(record.points).map_err(|failure| failure.with("allowed", allowed(0, 0)))?;
    let wished = discount.unwrap_or(record.discount);
    let Quote { points, discount, .. } = decided.quote;
    let least = i64::from(record.points > 0);
    if wished < least || wished > discount {
        let problem = Problem::new(Code::DiscountMismatch).with("actual", wished);
        return Err(problem.with("allowed", allowed(points, discount)).into());
    }
    let value = work.rules.program.points.value;
    let step = work.rules.program.redemption.step;
    let bought = value.points_for(wished.into()).up_to_step(step.into()).fit()?;
    let Decision { reward, quote } = decide(bought)?;
    record.confirmed_discount = Some(wished);
    record.discount = wished;
    record.tax = quote.tax.into_iter().map(TaxShare::from).collect();
    record.reward = reward;
    save(work, id, &record)?;
    let redemption = for_merchant(&loaded, state(id, &record, &loaded.account)?);
    let account = loaded.owner.key();
    loaded.save(work)?;
    Ok(Kept::same(200, &redemption)?.about(account))
}

/// `POST /v1/redemptions/{id}/commit`.
pub(super) fn commit(work: Work<'_>, id: &str) -> Outcome<Reply> {
    let of_points = Command::Commit { id: id.to_owned(), must: false };
    finish(work, id, None, &of_points, &Command::CommitReward { id: id.to_owned() })
}

/// `POST /v1/redemptions/{id}/release` and `DELETE /v1/me/redemptions/{id}`.
pub(super) fn release(work: Work<'_>, id: &str, visitor: Option<&str>) -> Outcome<Reply> {
    let of_points = Command::Release { id: id.to_owned() };
    finish(work, id, visitor, &of_points, &Command::ReleaseReward { id: id.to_owned() })
}

fn finish(
    work: Work<'_>,
    id: &str,
    visitor: Option<&str>,
    of_points: &Command,
    of_reward: &Command,
) -> Outcome<Reply> {
    let (mut loaded, record) = found(work, id, visitor)?;
    if record.reward.is_some() {
        loaded.run(work.rules, of_reward, work.now)?;
    }
    if record.points > 0 {
        loaded.run(work.rules, of_points, work.now)?;
    }
    let redemption = state(id, &record, &loaded.account)?;
    let redemption = if visitor.is_none() { for_merchant(&loaded, redemption) } else { redemption };
    loaded.save(work)?;
    Reply::json(200, &redemption)
}
