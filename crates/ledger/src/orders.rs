//! An order's life: what telling an order does to its shopper's points, stamps and rewards (`rules.md`, *An
//! order's life*, *Redemption and refunds*, *Stamp cards*).
//!
//! Snapshots come in any order and any number; the newest decides. So nothing here depends on the way, only
//! on the newest snapshot and on whether a status that awards was ever reached.

mod reward;

pub use reward::{RewardFault, RewardRecord, RewardState};

use crate::account::{Account, HoldStatus};
use crate::calendar::local_day;
use crate::command::{Command, Refusal};
use crate::engine::execute;
use crate::entry::Entry;
use fidela_rules::earn::{Applied, Award, Earner, Look, earn};
use fidela_rules::num::Wide;
use fidela_rules::quote::{Redeemer, quote};
use fidela_rules::refund::points_to_restore;
use fidela_rules::stamps::{CardLook, Stamping, stamps};
use fidela_rules::trace::{Traced, trace};
use fidela_rules::{Order, Program};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};

/// What is known of an order.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct OrderRecord {
    /// The newest snapshot.
    pub order: Order,
    /// Its award, once a status that awards was reached.
    pub award: Option<AwardRecord>,
    /// What it burned, once its points discount was told.
    pub burn: Option<BurnRecord>,
    /// The reward that it was placed with.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reward: Option<RewardRecord>,
    /// What it adds to the money its shopper has spent, minor units.
    pub spend: i64,
}

/// An award keeps what it was decided with, for every later look at it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct AwardRecord {
    /// When.
    pub at: Timestamp,
    /// Version of the program.
    pub version: u64,
    /// Money spent before, minor units.
    pub spent_before: i64,
    /// Groups of the shopper.
    pub groups: Vec<String>,
    /// What was earned, by source.
    pub sources: Vec<EarnedSource>,
    /// Points that stay earned now.
    pub points: i64,
    /// The programs that give them.
    pub applied: Vec<AppliedRecord>,
    /// Why nothing is earned at all.
    pub reason: Option<String>,
    /// Each program, what it would have given, and why it gave nothing or lost.
    pub considered: Vec<Traced>,
    /// Each stamp card, and whether the order stamps it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub stamps: Vec<CardLook>,
}

/// Points of one source.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EarnedSource {
    /// `order:{id}` or `order_extra:{n}:{id}`.
    pub source: String,
    /// Points.
    pub earned: i64,
}

/// What one program gives.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AppliedRecord {
    /// Its id.
    pub program: String,
    /// Points.
    pub points: i64,
}

/// What an order burned.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BurnRecord {
    /// The holds it spent, with the points of each.
    pub holds: Vec<BurnedHold>,
    /// Points that its discount bought.
    pub points: i64,
    /// Whether it took more off than the rules allowed or the balance covered.
    pub over_limit: bool,
    /// Version of the program.
    pub version: u64,
}

/// A hold that an order spent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BurnedHold {
    /// Its id.
    pub hold: String,
    /// Its points.
    pub points: i64,
}

/// A redemption that an order names, if it belongs to this account and to no other order.
#[derive(Debug, Clone, Copy)]
pub struct Terms<'a> {
    /// Its hold.
    pub hold: &'a str,
    /// The discount that was decided with the shop's own cart, minor units; none if it never was.
    pub confirmed_discount: Option<i64>,
}

/// What telling an order needs to know.
#[derive(Clone, Copy)]
pub struct Telling<'a> {
    /// The program in force.
    pub program: &'a Program,
    /// Its version.
    pub version: u64,
    /// An earlier version, for orders that were awarded under it.
    pub earlier: &'a dyn Fn(u64) -> Option<&'a Program>,
    /// The store's time zone.
    pub zone: &'a TimeZone,
    /// Money the shopper has spent, minor units.
    pub spent: i64,
    /// Groups of the shopper.
    pub groups: &'a [String],
    /// The redemption that the order names.
    pub terms: Option<Terms<'a>>,
    /// Now.
    pub now: Timestamp,
}

/// What telling an order did.
#[derive(Debug, Clone)]
pub struct Told {
    /// What is known of it now.
    pub record: OrderRecord,
    /// What happened to the account.
    pub entries: Vec<Entry>,
    /// Whether the snapshot told anything new.
    pub changed: bool,
}

/// Takes in a snapshot of an order. The account is changed as the entries say.
pub fn tell(
    account: &mut Account,
    known: Option<OrderRecord>,
    told: Order,
    telling: Telling<'_>,
) -> Result<Told, Refusal> {
    let reaches = telling.program.enabled
        && !told.is_cancelled()
        && telling.program.earning.award_statuses.contains(&told.status);
    let (mut record, changed) = match known {
        None => (OrderRecord { order: told, award: None, burn: None, reward: None, spend: 0 }, true),
        Some(known) if decides_over(&told, &known.order) => {
            let changed = told != known.order;
            (OrderRecord { order: told, ..known }, changed)
        }
        Some(known) => {
            // Late: no field of it counts, only that its status was reached.
            let changed = reaches && known.award.is_none();
            (known, changed)
        }
    };
    // What is due by itself happens first, under the program in force: also where the snapshot is old news, and
    // not under the version of the award, with which some of the commands below are carried out.
    let (_, entries) = execute(account, telling.program, telling.zone, None, telling.now);
    let mut work = Work { account, telling, entries };
    if changed {
        work.award(&mut record, reaches)?;
        work.burn(&mut record)?;
        // After the stamps: a reward that comes back with one can be used again.
        work.reward(&mut record)?;
    }
    Ok(Told { record, entries: work.entries, changed })
}

/// Whether a snapshot decides over another: the newer one does. Of two that claim the same moment, the one
/// that is further along, so that the way they came does not matter.
fn decides_over(told: &Order, known: &Order) -> bool {
    let rank = |order: &Order| {
        let refunded = order.measure().map(|m| order.refunded_total(&m)).unwrap_or_default();
        (order.is_cancelled(), refunded, serde_json::to_string(order).unwrap_or_default())
    };
    match told.updated_at().cmp(&known.updated_at()) {
        std::cmp::Ordering::Greater => true,
        std::cmp::Ordering::Less => false,
        std::cmp::Ordering::Equal => rank(told) >= rank(known),
    }
}

struct Work<'w, 'a> {
    account: &'w mut Account,
    telling: Telling<'a>,
    entries: Vec<Entry>,
}

impl<'a> Work<'_, 'a> {
    fn run(&mut self, program: &Program, command: &Command) -> Result<(), Refusal> {
        let Telling { zone, now, .. } = self.telling;
        let (done, entries) = execute(self.account, program, zone, Some(command), now);
        self.entries.extend(entries);
        done.map(|_| ())
    }

    fn version(&self, version: u64) -> &'a Program {
        let Telling { program, earlier, version: current, .. } = self.telling;
        if version == current { program } else { earlier(version).unwrap_or(program) }
    }

    /// Awards the order, or looks at its award again.
    fn award(&mut self, record: &mut OrderRecord, reaches: bool) -> Result<(), Refusal> {
        let Telling { version, spent, groups, now, zone, .. } = self.telling;
        let mut award = match record.award.take() {
            Some(award) => award,
            None if reaches => AwardRecord {
                at: now,
                version,
                spent_before: spent,
                groups: groups.to_vec(),
                sources: Vec::new(),
                points: 0,
                applied: Vec::new(),
                reason: None,
                considered: Vec::new(),
                stamps: Vec::new(),
            },
            None => return Ok(()),
        };
        let program = self.version(award.version);
        let earner = Earner { groups: &award.groups, spent_before: award.spent_before };
        let placed_on = local_day(record.order.placed_at, zone);
        let earned = earn(program, &record.order, earner, placed_on, Look::Again);
        let considered = trace(program, &record.order, earner, placed_on, &earned);
        let Award { points, applied, reason, .. } = earned;
        award.points = if record.order.is_cancelled() { 0 } else { points };
        award.applied = applied
            .into_iter()
            .map(|Applied { program, points }| AppliedRecord { program, points })
            .collect();
        award.reason = reason.map(|reason| reason.code().to_owned());
        award.considered = considered;
        if record.order.is_cancelled() {
            // What is considered says what it would earn; that it earns nothing has this reason.
            award.applied.clear();
            award.reason = Some("order_cancelled".to_owned());
        }
        let measured = record.order.measure()?;
        record.spend = record.order.spend(&measured)?;
        self.settle(program, &record.order.id, &mut award)?;
        award.stamps = self.stamp(program, &record.order)?;
        record.award = Some(award);
        Ok(())
    }

    /// Makes exactly `award.points` stay earned: earlier sources first, and what is beyond all of them as a
    /// source of its own.
    fn settle(&mut self, program: &Program, order: &str, award: &mut AwardRecord) -> Result<(), Refusal> {
        let mut rest = award.points;
        let mut keeps = Vec::new();
        for EarnedSource { source, earned } in &award.sources {
            let keep = rest.min(*earned);
            rest = rest.saturating_sub(keep);
            keeps.push(Command::Clawback { source: source.clone(), keep });
        }
        // Later sources give back first: a smaller order loses what its enlargement earned.
        for command in keeps.iter().rev() {
            self.run(program, command)?;
        }
        if rest > 0 {
            let source = match award.sources.len() {
                0 => format!("order:{order}"),
                n => format!("order_extra:{n}:{order}"),
            };
            self.run(program, &Command::Earn { source: source.clone(), points: rest })?;
            award.sources.push(EarnedSource { source, earned: rest });
        }
        Ok(())
    }

    /// Makes the order's stamps stand, or not, as it now is. Whether it stamps a card is decided under the
    /// version of its award; what a full card gives, under the program in force.
    fn stamp(&mut self, program: &Program, order: &Order) -> Result<Vec<CardLook>, Refusal> {
        let looks = stamps(program, order, Look::Again);
        for CardLook { card, outcome } in &looks {
            let stands = self.account.cards().stands(card, &order.id).unwrap_or(false);
            let (card, order) = (card.clone(), order.id.clone());
            match (*outcome == Stamping::Stamped, stands) {
                (true, false) => self.run(self.telling.program, &Command::Stamp { card, order })?,
                (false, true) => self.run(self.telling.program, &Command::Unstamp { card, order })?,
                (true, true) | (false, false) => {}
            }
        }
        Ok(looks)
    }

    /// Burns what the order's points discount bought, and gives back what was refunded of it.
    fn burn(&mut self, record: &mut OrderRecord) -> Result<(), Refusal> {
        let order = &record.order;
        let version = record.burn.as_ref().map_or(self.telling.version, |burn| burn.version);
        let program = self.version(version);
        let rules = &program.redemption;
        let discount = Wide::of(order.points_discount.0).at_least_zero();
        let bought = program.points.value.points_for(discount).up_to_step(rules.step.into()).fit()?;
        if record.burn.is_none() {
            if order.is_cancelled() {
                return self.let_go(program);
            }
            if bought == 0 {
                return Ok(());
            }
            let over_limit = self.is_over_limit(program, order, bought);
            let holds = self.spend_hold(program)?;
            record.burn = Some(BurnRecord { holds, points: bought, over_limit, version });
        }
        let Some(burn) = &mut record.burn else { return Ok(()) };
        let spent: i64 = burn.holds.iter().fold(0, |sum, hold| sum.saturating_add(hold.points));
        if bought > spent {
            // No hold covers it: what is missing becomes debt, and the record says so.
            let hold = format!("order:{}:{}", order.id, burn.holds.len());
            let points = bought.saturating_sub(spent);
            self.run(program, &Command::Burn { id: hold.clone(), points })?;
            burn.holds.push(BurnedHold { hold, points });
            burn.over_limit = true;
        }
        if self.account.owed() > 0 && self.entries.iter().any(made_debt) {
            burn.over_limit = true;
        }
        burn.points = bought;
        let back = points_to_restore(rules, order, bought)?;
        let unused = spent.saturating_sub(bought).max(0);
        self.restore(program, &burn.holds, back.saturating_add(unused))
    }

    /// A cart that became a cancelled order needs its points no more.
    fn let_go(&mut self, program: &Program) -> Result<(), Refusal> {
        let Some(Terms { hold, .. }) = self.telling.terms else { return Ok(()) };
        if self.account.hold(hold).is_some_and(|hold| hold.status == HoldStatus::Open) {
            self.run(program, &Command::Release { id: hold.to_owned() })?;
        }
        Ok(())
    }

    /// Whether the discount is more than was confirmed or, where nothing was, than the rules allow.
    fn is_over_limit(&self, program: &Program, order: &Order, bought: i64) -> bool {
        match self.telling.terms {
            None => true,
            Some(Terms { confirmed_discount: Some(confirmed), .. }) => order.points_discount.0 > confirmed,
            Some(Terms { confirmed_discount: None, .. }) => {
                let redeemer = Redeemer { available: bought, groups: self.telling.groups };
                !quote(program, &order.basket(), redeemer, Some(bought))
                    .is_ok_and(|quote| quote.discount >= order.points_discount.0)
            }
        }
    }

    /// Spends the hold of the redemption that the order names.
    fn spend_hold(&mut self, program: &Program) -> Result<Vec<BurnedHold>, Refusal> {
        let Some(Terms { hold, .. }) = self.telling.terms else { return Ok(Vec::new()) };
        let Some(points) = self.account.hold(hold).map(|hold| hold.points) else { return Ok(Vec::new()) };
        self.run(program, &Command::Commit { id: hold.to_owned(), must: true })?;
        Ok(vec![BurnedHold { hold: hold.to_owned(), points }])
    }

    /// Gives back so many points in all, of the first hold first.
    fn restore(&mut self, program: &Program, holds: &[BurnedHold], points: i64) -> Result<(), Refusal> {
        let mut rest = points;
        for BurnedHold { hold, points } in holds {
            let back = rest.min(*points);
            rest = rest.saturating_sub(back);
            self.run(program, &Command::Restore { id: hold.clone(), points: back })?;
        }
        Ok(())
    }
}

fn made_debt(entry: &Entry) -> bool {
    matches!(entry.change, crate::entry::Change::Committed { owed, .. } if owed > 0)
}
