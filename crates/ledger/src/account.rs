//! An account's state, and how entries change it. Nothing here decides: [`Account::apply`] only books.

use crate::cards::Cards;
use crate::entry::{Change, Entry, Return, Take};
use crate::person::Person;
use fidela_rules::num::{OutOfRange, Wide};
use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Whether a lot's points can be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LotState {
    /// Not yet.
    Pending,
    /// Yes.
    Usable,
    /// No more: its last day has ended.
    Lapsed,
}

/// Points that arrived together.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Lot {
    /// Its source, by its place in the account; none for points given by hand.
    pub source: Option<usize>,
    /// Points neither taken nor held.
    pub left: i64,
    /// First local day.
    pub usable_from: Date,
    /// Last local day, if it lapses.
    pub last_day: Option<Date>,
    /// Whether its points can be used.
    pub state: LotState,
    /// Whether it holds points that came back after their own lot had lapsed.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub grace: bool,
}

/// How a hold stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum HoldStatus {
    /// Points are kept.
    Open,
    /// Its time ended.
    RanOut,
    /// It was let go.
    Released,
    /// It was spent.
    Committed,
}

/// Where a redemption's points came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Part {
    /// From a lot.
    Lot(Take),
    /// From nowhere: they became this debt.
    Debt {
        /// By its place in the account.
        debt: usize,
        /// How many.
        points: i64,
    },
}

/// Points kept for a cart, or spent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hold {
    /// Points in all.
    pub points: i64,
    /// When it runs out.
    pub until: Timestamp,
    /// How it stands.
    pub status: HoldStatus,
    /// Whether the shop confirmed it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub confirmed: bool,
    /// Given back in all so far.
    pub restored: i64,
    /// What is held or spent and not given back, in the order it was taken.
    pub(crate) parts: Vec<Part>,
}

/// Points owed, and what has been paid of them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Debt {
    pub(crate) open: i64,
    /// In the order it was paid.
    pub(crate) paid: Vec<Take>,
}

/// Where points came from, and how many of them stay earned.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Source {
    /// Its name.
    pub id: String,
    /// Points earned.
    pub earned: i64,
    /// Points that stay earned.
    pub keep: i64,
    /// Of its own points, what lapsed unused.
    pub lapsed: i64,
    /// Of that, what a clawback counted.
    pub(crate) lapsed_counted: i64,
    /// What a clawback could not take and did not make debt of.
    pub let_go: i64,
    /// Its first lot.
    pub(crate) lot: usize,
}

/// Sums over an account's whole life, in points.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Totals {
    /// Earned from sources.
    pub earned: i64,
    /// Taken back from sources.
    pub clawed: i64,
    /// Given (or, below zero, taken) by hand.
    pub adjusted: i64,
    /// Spent and not given back.
    pub spent: i64,
    /// Lapsed.
    pub lapsed: i64,
}

/// Balances, in points.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Balances {
    /// Usable now, less what is owed.
    pub available: i64,
    /// Not usable yet.
    pub pending: i64,
    /// Kept for carts.
    pub held: i64,
}

impl Balances {
    /// The balance that a lot's points count in.
    const fn of(&mut self, state: LotState) -> Option<&mut i64> {
        match state {
            LotState::Usable => Some(&mut self.available),
            LotState::Pending => Some(&mut self.pending),
            LotState::Lapsed => None,
        }
    }
}

/// An account of points.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Account {
    /// The latest moment seen: time never goes back.
    pub(crate) seen: Option<Timestamp>,
    pub(crate) lots: Vec<Lot>,
    pub(crate) holds: BTreeMap<String, Hold>,
    pub(crate) debts: Vec<Debt>,
    pub(crate) sources: Vec<Source>,
    /// Points of adjustments that had a key, by key.
    #[serde(default)]
    pub(crate) adjustments: BTreeMap<String, i64>,
    /// Stamp cards and rewards.
    #[serde(default, skip_serializing_if = "Cards::is_empty")]
    pub(crate) cards: Cards,
    /// What is known of its person.
    #[serde(default, skip_serializing_if = "Person::is_empty")]
    pub(crate) person: Person,
    pub(crate) totals: Totals,
    /// Kept in step by every entry, so that no balance is ever counted over all lots.
    balances: Balances,
    owed: i64,
}

impl Account {
    /// The latest moment seen.
    pub const fn seen(&self) -> Option<Timestamp> {
        self.seen
    }

    /// Its lots, in the order they came to be.
    pub fn lots(&self) -> &[Lot] {
        &self.lots
    }

    /// Its holds, by id.
    pub fn holds(&self) -> impl Iterator<Item = (&str, &Hold)> {
        self.holds.iter().map(|(id, hold)| (id.as_str(), hold))
    }

    /// A hold, of any status.
    pub fn hold(&self, id: &str) -> Option<&Hold> {
        self.holds.get(id)
    }

    /// A source, if anything was earned from it.
    pub fn source(&self, id: &str) -> Option<&Source> {
        self.sources.iter().find(|source| source.id == id)
    }

    /// What is left of a source's own points: neither spent, held nor lapsed.
    pub fn left_of(&self, source: &str) -> i64 {
        let own = self.sources.iter().position(|known| known.id == source);
        let lots = self.lots.iter().filter(|lot| lot.source.is_some() && lot.source == own);
        sum(lots.filter(|lot| lot.state != LotState::Lapsed).map(|lot| lot.left))
    }

    /// What is known of its person.
    pub const fn person(&self) -> &Person {
        &self.person
    }

    /// Its stamp cards and rewards.
    pub const fn cards(&self) -> &Cards {
        &self.cards
    }

    /// Sums over its whole life.
    pub const fn totals(&self) -> Totals {
        self.totals
    }

    /// Points owed.
    pub const fn owed(&self) -> i64 {
        self.owed
    }

    /// Points kept for carts.
    pub const fn held(&self) -> i64 {
        self.balances.held
    }

    /// Balances as of the latest moment seen.
    pub const fn balances(&self) -> Balances {
        self.balances
    }

    /// The same balances, counted anew over all lots, holds and debts: what tests compare with.
    pub fn counted(&self) -> Balances {
        let left = |state| sum(self.lots.iter().filter(|lot| lot.state == state).map(|lot| lot.left));
        let open = self.holds.values().filter(|hold| hold.status == HoldStatus::Open);
        Balances {
            available: left(LotState::Usable).saturating_sub(sum(self.debts.iter().map(|debt| debt.open))),
            pending: left(LotState::Pending),
            held: sum(open.map(|hold| hold.points)),
        }
    }

    /// The law of conservation: available + pending + held + spent + lapsed = earned − clawed ± adjusted.
    pub fn is_conserved(&self) -> bool {
        let balances = self.balances();
        let wide = |n: i64| Wide::of(n);
        let now = wide(balances.available) + wide(balances.pending) + wide(balances.held);
        let totals = self.totals;
        now + wide(totals.spent) + wide(totals.lapsed)
            == wide(totals.earned) - wide(totals.clawed) + wide(totals.adjusted)
    }

    /// Whether so many more earned points fit: each sum by itself, and all that ever came in together, so
    /// that whatever returns later fits as well.
    pub(crate) fn has_room_to_earn(&self, points: i64) -> Result<(), OutOfRange> {
        let earned = (Wide::of(self.totals.earned) + points.into()).fit()?;
        (Wide::of(earned) + self.totals.adjusted.into()).fit()?;
        Ok(())
    }

    /// Whether so many more points given by hand fit.
    pub(crate) fn has_room_for_credit(&self, points: i64) -> Result<(), OutOfRange> {
        let Totals { earned, adjusted, .. } = self.totals;
        (Wide::of(earned) + adjusted.into() + points.into()).fit()?;
        Ok(())
    }

    /// Whether so many more points can be spent, some of them owed.
    pub(crate) fn has_room_to_spend(&self, points: i64, owed: i64) -> Result<(), OutOfRange> {
        (Wide::of(self.totals.spent) + points.into()).fit()?;
        self.has_room_to_owe(owed)
    }

    /// Whether so many more points can be owed.
    pub(crate) fn has_room_to_owe(&self, points: i64) -> Result<(), OutOfRange> {
        (Wide::of(self.owed) + points.into()).fit()?;
        Ok(())
    }

    /// Books an entry. It was decided with this very state: what it names is there.
    pub fn apply(&mut self, entry: &Entry) {
        self.seen = self.seen.max(Some(entry.at));
        match &entry.change {
            Change::Earned { source, points, usable_from, usable, last_day } => {
                let lot = self.lots.len();
                self.sources.push(Source {
                    id: source.clone(),
                    earned: *points,
                    keep: *points,
                    lapsed: 0,
                    lapsed_counted: 0,
                    let_go: 0,
                    lot,
                });
                let state = if *usable { LotState::Usable } else { LotState::Pending };
                let source = self.sources.len().checked_sub(1);
                self.new_lot(source, *points, *usable_from, *last_day, state, false);
                add(&mut self.totals.earned, *points);
            }
            Change::Credited { points, usable_from, last_day, key, .. } => {
                self.new_lot(None, *points, *usable_from, *last_day, LotState::Usable, false);
                add(&mut self.totals.adjusted, *points);
                self.remember_adjustment(key.as_ref(), *points);
            }
            Change::Debited { takes, key, .. } => {
                let points = self.take(takes);
                sub(&mut self.totals.adjusted, points);
                self.remember_adjustment(key.as_ref(), points.saturating_neg());
            }
            Change::Matured { lot } => {
                if let Some(lot) = self.lots.get_mut(*lot) {
                    lot.state = LotState::Usable;
                    sub(&mut self.balances.pending, lot.left);
                    add(&mut self.balances.available, lot.left);
                }
            }
            Change::Lapsed { lot, points } => {
                if let Some(lot) = self.lots.get_mut(*lot) {
                    if let Some(balance) = self.balances.of(lot.state) {
                        sub(balance, lot.left);
                    }
                    lot.state = LotState::Lapsed;
                    lot.left = 0;
                }
                self.lapse(*lot, *points);
            }
            Change::Prolonged { last_day } => {
                for lot in self.lots.iter_mut().filter(|lot| lot.state != LotState::Lapsed) {
                    // A lot that never lapses goes on never lapsing: that is later than any day.
                    lot.last_day = lot.last_day.map(|day| day.max(*last_day));
                }
            }
            Change::Held { hold, points, until, takes } => {
                self.take(takes);
                let hold_state = Hold {
                    points: *points,
                    until: *until,
                    status: HoldStatus::Open,
                    confirmed: false,
                    restored: 0,
                    parts: takes.iter().copied().map(Part::Lot).collect(),
                };
                self.holds.insert(hold.clone(), hold_state);
                add(&mut self.balances.held, *points);
            }
            Change::Confirmed { hold, until, takes } => {
                self.take(takes);
                if let Some(hold) = self.holds.get_mut(hold) {
                    if hold.status != HoldStatus::Open {
                        add(&mut self.balances.held, hold.points);
                    }
                    hold.status = HoldStatus::Open;
                    hold.confirmed = true;
                    hold.until = *until;
                    hold.parts.extend(takes.iter().copied().map(Part::Lot));
                }
            }
            Change::RanOut { hold } => self.close_hold(hold, HoldStatus::RanOut),
            Change::Released { hold } => self.close_hold(hold, HoldStatus::Released),
            Change::Committed { hold, burned, takes, owed } => {
                if let Some(points) = *burned {
                    let (status, until) = (HoldStatus::RanOut, entry.at);
                    let parts = Vec::new();
                    let new = Hold { points, until, status, confirmed: false, restored: 0, parts };
                    self.holds.insert(hold.clone(), new);
                }
                let parts = self.spend(takes, *owed);
                if let Some(hold) = self.holds.get_mut(hold) {
                    if hold.status == HoldStatus::Open {
                        sub(&mut self.balances.held, hold.points);
                    }
                    hold.status = HoldStatus::Committed;
                    hold.parts.extend(parts);
                    let points = hold.points;
                    add(&mut self.totals.spent, points);
                }
            }
            Change::Restored { hold, total, made_good, struck, returns } => {
                let mut delta = 0;
                if let Some(hold) = self.holds.get_mut(hold) {
                    delta = total.saturating_sub(hold.restored);
                    hold.restored = *total;
                }
                sub(&mut self.totals.spent, delta);
                for good in made_good {
                    if let Some(source) = self.sources.iter_mut().find(|s| s.id == good.source) {
                        sub(&mut source.let_go, good.points);
                    }
                    add(&mut self.totals.clawed, good.points);
                    sub(&mut delta, good.points);
                }
                self.unwind(hold, delta, *struck);
                for back in returns {
                    self.give_back(back);
                }
            }
            Change::Retaken { hold, total, takes, owed } => {
                let parts = self.spend(takes, *owed);
                if let Some(hold) = self.holds.get_mut(hold) {
                    let again = hold.restored.saturating_sub(*total);
                    hold.restored = *total;
                    hold.parts.extend(parts);
                    add(&mut self.totals.spent, again);
                }
            }
            Change::ClawedBack { source, keep, lapsed_before, takes, owed, let_go } => {
                let taken = self.take(takes);
                if *owed > 0 {
                    self.new_debt(*owed);
                }
                add(&mut self.totals.clawed, taken.saturating_add(*owed));
                if let Some(source) = self.sources.iter_mut().find(|s| s.id == *source) {
                    source.keep = *keep;
                    add(&mut source.lapsed_counted, *lapsed_before);
                    add(&mut source.let_go, *let_go);
                }
            }
            Change::Reinstated { source, keep, let_go, lapsed_before, returned } => {
                if let Some(source) = self.sources.iter_mut().find(|s| s.id == *source) {
                    source.keep = *keep;
                    sub(&mut source.lapsed_counted, *lapsed_before);
                    sub(&mut source.let_go, *let_go);
                }
                if let Some(back) = returned {
                    sub(&mut self.totals.clawed, back.points);
                    self.give_back(back);
                }
            }
            Change::Person(event) => self.person.apply(event),
            Change::Card(event) => self.cards.apply(event, entry.at),
            Change::DebtPaid { debt, take } => {
                self.take(std::slice::from_ref(take));
                if let Some(debt) = self.debts.get_mut(*debt) {
                    sub(&mut debt.open, take.points);
                    debt.paid.push(*take);
                    self.no_longer_owed(take.points);
                }
            }
        }
    }

    fn remember_adjustment(&mut self, key: Option<&String>, points: i64) {
        if let Some(key) = key {
            self.adjustments.insert(key.clone(), points);
        }
    }

    fn new_lot(
        &mut self,
        source: Option<usize>,
        left: i64,
        usable_from: Date,
        last_day: Option<Date>,
        state: LotState,
        grace: bool,
    ) {
        self.lots.push(Lot { source, left, usable_from, last_day, state, grace });
        if let Some(balance) = self.balances.of(state) {
            add(balance, left);
        }
    }

    fn new_debt(&mut self, points: i64) {
        self.debts.push(Debt { open: points, paid: Vec::new() });
        add(&mut self.owed, points);
        sub(&mut self.balances.available, points);
    }

    fn no_longer_owed(&mut self, points: i64) {
        sub(&mut self.owed, points);
        add(&mut self.balances.available, points);
    }

    /// Takes points out of lots, and says how many.
    fn take(&mut self, takes: &[Take]) -> i64 {
        for take in takes {
            if let Some(lot) = self.lots.get_mut(take.lot) {
                sub(&mut lot.left, take.points);
                if let Some(balance) = self.balances.of(lot.state) {
                    sub(balance, take.points);
                }
            }
        }
        sum(takes.iter().map(|take| take.points))
    }

    /// Takes points out of lots, makes debt of what is missing, and says which parts that is.
    fn spend(&mut self, takes: &[Take], owed: i64) -> Vec<Part> {
        self.take(takes);
        let mut parts: Vec<Part> = takes.iter().copied().map(Part::Lot).collect();
        if owed > 0 {
            parts.push(Part::Debt { debt: self.debts.len(), points: owed });
            self.new_debt(owed);
        }
        parts
    }

    /// Points lapsed that belonged to a lot.
    fn lapse(&mut self, lot: usize, points: i64) {
        add(&mut self.totals.lapsed, points);
        let source = self.lots.get(lot).and_then(|lot| lot.source);
        if let Some(source) = source.and_then(|source| self.sources.get_mut(source)) {
            add(&mut source.lapsed, points);
        }
    }

    /// A hold ends without being spent: points go back to their lots, those of a lapsed lot lapse.
    fn close_hold(&mut self, id: &str, status: HoldStatus) {
        let Some(hold) = self.holds.get_mut(id) else { return };
        if hold.status == HoldStatus::Open {
            sub(&mut self.balances.held, hold.points);
        }
        hold.status = status;
        for part in std::mem::take(&mut hold.parts) {
            if let Part::Lot(Take { lot, points }) = part {
                self.give_back(&Return { lot, points, grace_from: None, grace_until: None });
            }
        }
    }

    /// Points come back to a lot; to one that lapsed, they lapse or live on in a lot of grace.
    fn give_back(&mut self, back: &Return) {
        let Some(lot) = self.lots.get_mut(back.lot) else { return };
        if let Some(balance) = self.balances.of(lot.state) {
            add(&mut lot.left, back.points);
            add(balance, back.points);
            return;
        }
        match (back.grace_from, back.grace_until) {
            (Some(from), until @ Some(_)) => {
                let source = lot.source;
                self.new_lot(source, back.points, from, until, LotState::Usable, true);
            }
            _ => self.lapse(back.lot, back.points),
        }
    }

    /// Takes the last `points` off a redemption's parts; of its debts, `struck` in all were still open.
    fn unwind(&mut self, hold: &str, points: i64, struck: i64) {
        let mut rest = points;
        let mut to_strike = struck;
        let Some(hold) = self.holds.get_mut(hold) else { return };
        while rest > 0
            && let Some(part) = hold.parts.last_mut()
        {
            let size = match part {
                Part::Lot(take) => &mut take.points,
                Part::Debt { points, .. } => points,
            };
            let popped = rest.min(*size);
            sub(size, popped);
            sub(&mut rest, popped);
            let emptied = *size == 0;
            if let Part::Debt { debt, .. } = *part
                && let Some(debt) = self.debts.get_mut(debt)
            {
                let open = popped.min(debt.open).min(to_strike);
                sub(&mut debt.open, open);
                sub(&mut to_strike, open);
                sub(&mut self.owed, open);
                add(&mut self.balances.available, open);
                let mut paid = popped.saturating_sub(open);
                while paid > 0
                    && let Some(last) = debt.paid.last_mut()
                {
                    let back = paid.min(last.points);
                    sub(&mut last.points, back);
                    sub(&mut paid, back);
                    if last.points == 0 {
                        debt.paid.pop();
                    }
                }
            }
            if emptied {
                hold.parts.pop();
            }
        }
    }
}

/// Every sum here was checked to fit before its entry was made; saturating only keeps a fault from
/// becoming a panic.
fn add(to: &mut i64, n: i64) {
    *to = to.saturating_add(n);
}

fn sub(from: &mut i64, n: i64) {
    *from = from.saturating_sub(n);
}

fn sum(all: impl Iterator<Item = i64>) -> i64 {
    all.fold(0, i64::saturating_add)
}
