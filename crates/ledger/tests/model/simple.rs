//! The model: what orders come to is computed anew from the newest snapshots each time, and each point is a thing
//! of its own that lies somewhere. No sums are kept, so none can be kept wrong.

use super::{Edition, GOLD_FROM, HOLD_HOURS, PER_ORDER_MIN, SILVER_BPS, STAMPS, Snapshot, USED};
use std::collections::BTreeMap;

/// An order: its newest snapshot, and how it was awarded.
struct Known {
    newest: Snapshot,
    /// Edition of the program, and money spent before.
    award: Option<(usize, i64)>,
    /// Points earned by each of its sources, with the place of the source.
    sources: Vec<(i64, usize)>,
    burned: bool,
}

/// Points that came together: days are counted from the first.
struct Lot {
    source: Option<usize>,
    usable_from: i64,
    last_day: Option<i64>,
    usable: bool,
    lapsed: bool,
}

#[derive(Default)]
struct Source {
    keep: i64,
    lot: usize,
    /// Points of its lot that lapsed, and how many of them a clawback counted.
    lapsed: i64,
    counted: i64,
}

/// One point owed, and the lot that paid it.
struct Debt {
    open: bool,
    paid_by: Option<usize>,
}

/// Where one point of a redemption came from.
enum Unit {
    Lot(usize),
    Debt(usize),
}

struct Redemption {
    units: Vec<Unit>,
    points: i64,
    until: i64,
    open: bool,
    spent: bool,
    given_back: i64,
}

pub(crate) struct Simple {
    editions: Vec<Edition>,
    orders: BTreeMap<usize, Known>,
    /// Hours since the first midnight.
    now: i64,
    lots: Vec<Lot>,
    /// Free points, each by its lot.
    points: Vec<usize>,
    sources: Vec<Source>,
    debts: Vec<Debt>,
    redemptions: BTreeMap<usize, Redemption>,
    used_rewards: i64,
}

impl Simple {
    pub(crate) fn new(first: Edition) -> Self {
        Self {
            editions: vec![first],
            orders: BTreeMap::new(),
            now: 0,
            lots: Vec::new(),
            points: Vec::new(),
            sources: Vec::new(),
            debts: Vec::new(),
            redemptions: BTreeMap::new(),
            used_rewards: 0,
        }
    }

    pub(crate) fn edit(&mut self, edition: Edition) {
        self.editions.push(edition);
    }

    // Money, level, stamps: from the newest snapshots, each time.

    pub(crate) fn spent(&self) -> i64 {
        let awarded = self.orders.values().filter(|order| order.award.is_some());
        let kept = awarded.filter(|order| order.newest.status != "cancelled");
        kept.map(|Known { newest, .. }| newest.price - USED[newest.order] * 100 - newest.refunded).sum()
    }

    /// From which money the level is reached, and what is missing for the next.
    pub(crate) fn level(&self) -> (Option<i64>, Option<i64>) {
        let spent = self.spent();
        if spent >= GOLD_FROM {
            (Some(GOLD_FROM), None)
        } else if spent >= 0 {
            (Some(0), Some(GOLD_FROM - spent))
        } else {
            (None, Some(-spent))
        }
    }

    fn is_over(newest: &Snapshot) -> bool {
        let paid = newest.price - USED[newest.order] * 100;
        newest.status == "cancelled" || (newest.refunded > 0 && newest.refunded >= paid)
    }

    fn all_stamps(&self) -> i64 {
        let stamps = self.orders.values().filter(|order| {
            order.award.is_some_and(|(edition, _)| {
                let left = order.newest.price - order.newest.refunded;
                !Self::is_over(&order.newest) && left >= self.editions[edition].stamp_min
            })
        });
        i64::try_from(stamps.count()).unwrap()
    }

    /// Full cards give rewards; a reward that is used cannot be taken back.
    fn rewards(&self) -> i64 {
        (self.all_stamps() / STAMPS).max(self.used_rewards)
    }

    pub(crate) fn stamps(&self) -> i64 {
        self.all_stamps() - STAMPS * self.rewards()
    }

    pub(crate) fn free_rewards(&self) -> i64 {
        self.rewards() - self.used_rewards
    }

    pub(crate) fn use_reward(&mut self, more: i64) {
        self.used_rewards += more;
    }

    /// What an order earns now, under the edition of its award.
    fn earns(&self, order: &Known) -> i64 {
        let Some((edition, spent_before)) = order.award else { return 0 };
        let Snapshot { price, refunded, status, .. } = order.newest;
        if status == "cancelled" {
            return 0;
        }
        let edition = &self.editions[edition];
        let base = (price - refunded - USED[order.newest.order] * 100).max(0);
        let bps = if spent_before >= GOLD_FROM {
            edition.gold_bps
        } else if spent_before >= 0 {
            SILVER_BPS
        } else {
            0
        };
        let share = base * bps / (10_000 * 100);
        let each = if price - refunded >= PER_ORDER_MIN && base > 0 { edition.per_order } else { 0 };
        if edition.sum { share + each } else { share.max(each) }
    }

    // Points: each lies in its lot, in a redemption, or is gone.

    pub(crate) fn balances(&self) -> (i64, i64, i64) {
        let count = |n: usize| i64::try_from(n).unwrap();
        let usable = count(self.points.iter().filter(|lot| self.lots[**lot].usable).count());
        let owed = count(self.debts.iter().filter(|debt| debt.open).count());
        let held = self.redemptions.values().filter(|redemption| redemption.open);
        let held = held.map(|redemption| count(redemption.units.len())).sum();
        (usable - owed, count(self.points.len()) - usable, held)
    }

    pub(crate) fn wait(&mut self, hours: i64) {
        for _ in 0..hours {
            self.now += 1;
            let ends = self.redemptions.iter().filter(|(_, one)| one.open && one.until == self.now);
            for order in ends.map(|(order, _)| *order).collect::<Vec<_>>() {
                self.let_go(order);
            }
            if self.now % 24 == 0 {
                self.midnight(self.now / 24);
            }
        }
    }

    fn midnight(&mut self, today: i64) {
        for lot in 0..self.lots.len() {
            if self.lots[lot].usable_from == today && !self.lots[lot].lapsed {
                self.lots[lot].usable = true;
                self.pay_debts();
            }
        }
        for lot in 0..self.lots.len() {
            if self.lots[lot].last_day.is_some_and(|day| day < today) && !self.lots[lot].lapsed {
                self.lots[lot].lapsed = true;
                let lapses = self.points.iter().filter(|point| **point == lot).count();
                self.points.retain(|point| *point != lot);
                self.lapse(lot, i64::try_from(lapses).unwrap());
            }
        }
    }

    fn lapse(&mut self, lot: usize, points: i64) {
        if let Some(source) = self.lots[lot].source {
            self.sources[source].lapsed += points;
        }
    }

    fn new_lot(&mut self, source: Option<usize>, points: i64, edition: usize, pending_days: i64) {
        let usable_from = self.now / 24 + pending_days;
        let last_day = self.editions[edition].expires_days.map(|days| usable_from + days);
        let usable = pending_days == 0;
        self.lots.push(Lot { source, usable_from, last_day, usable, lapsed: false });
        self.points.extend((0..points).map(|_| self.lots.len() - 1));
        self.pay_debts();
    }

    /// Comes back to its lot, or lapses with it.
    fn give_back(&mut self, lot: usize) {
        if self.lots[lot].lapsed { self.lapse(lot, 1) } else { self.points.push(lot) }
    }

    /// The lot of the point that is taken next, of those that are asked for.
    fn next(&self, which: impl Fn(usize) -> bool) -> Option<usize> {
        let free = self.points.iter().copied().filter(|lot| which(*lot));
        free.min_by_key(|lot| (self.lots[*lot].last_day.is_none(), self.lots[*lot].last_day, *lot))
    }

    fn take(&mut self, lot: usize) {
        let at = self.points.iter().position(|point| *point == lot).unwrap();
        self.points.remove(at);
    }

    fn next_usable(&self) -> Option<usize> {
        self.next(|lot| self.lots[lot].usable)
    }

    fn owe(&mut self) -> usize {
        self.debts.push(Debt { open: true, paid_by: None });
        self.debts.len() - 1
    }

    fn pay_debts(&mut self) {
        while let Some(debt) = self.debts.iter().position(|debt| debt.open)
            && let Some(lot) = self.next_usable()
        {
            self.take(lot);
            self.debts[debt] = Debt { open: false, paid_by: Some(lot) };
        }
    }

    /// So many points for a redemption, owed where there are none.
    fn units(&mut self, points: i64) -> Vec<Unit> {
        let unit = |simple: &mut Self| match simple.next_usable() {
            Some(lot) => {
                simple.take(lot);
                Unit::Lot(lot)
            }
            None => Unit::Debt(simple.owe()),
        };
        (0..points).map(|_| unit(self)).collect()
    }

    pub(crate) fn adjust(&mut self, points: i64) {
        if points > 0 {
            self.new_lot(None, points, self.editions.len() - 1, 0);
        } else if self.balances().0 >= -points {
            self.units(-points);
        }
    }

    pub(crate) fn hold(&mut self, order: usize) {
        let points = USED[order];
        if points == 0 || self.redemptions.contains_key(&order) || self.balances().0 < points {
            return;
        }
        let (units, until) = (self.units(points), self.now + HOLD_HOURS);
        let redemption = Redemption { units, points, until, open: true, spent: false, given_back: 0 };
        self.redemptions.insert(order, redemption);
    }

    fn let_go(&mut self, order: usize) {
        let Some(redemption) = self.redemptions.get_mut(&order).filter(|one| one.open) else { return };
        redemption.open = false;
        for unit in std::mem::take(&mut redemption.units) {
            if let Unit::Lot(lot) = unit {
                self.give_back(lot);
            }
        }
        self.pay_debts();
    }

    // An order is told.

    pub(crate) fn tell(&mut self, told: &Snapshot) {
        let edition = self.editions.len() - 1;
        let Edition { enabled, at_paid, .. } = self.editions[edition];
        let awards = told.status == "delivered" || (at_paid && told.status == "paid");
        let spent_before = self.spent();
        let known = self.orders.remove(&told.order);
        let again = known.as_ref().is_some_and(|known| known.newest == *told);
        let fresh = Known { newest: told.clone(), award: None, sources: Vec::new(), burned: false };
        let mut known = known.unwrap_or(fresh);
        if told.age > known.newest.age {
            known.newest = told.clone();
        }
        if enabled && awards && !again && known.award.is_none() {
            known.award = Some((edition, spent_before));
        }
        self.earn(&mut known);
        self.burn(&mut known);
        self.orders.insert(told.order, known);
    }

    /// Makes what stays earned be what the order earns now: earlier sources first.
    fn earn(&mut self, known: &mut Known) {
        let Some((edition, _)) = known.award else { return };
        let mut rest = self.earns(known);
        let keeps: Vec<(usize, i64)> = known
            .sources
            .iter()
            .map(|(earned, source)| {
                let keep = rest.min(*earned);
                rest -= keep;
                (*source, keep)
            })
            .collect();
        for (source, keep) in keeps.into_iter().rev() {
            self.keep(source, keep);
        }
        if rest > 0 {
            let source = self.sources.len();
            self.sources.push(Source { keep: rest, lot: self.lots.len(), ..Source::default() });
            self.new_lot(Some(source), rest, edition, self.editions[edition].pending_days);
            known.sources.push((rest, source));
        }
    }

    fn keep(&mut self, source: usize, keep: i64) {
        while self.sources[source].keep > keep {
            self.sources[source].keep -= 1;
            let Source { lapsed, counted, .. } = self.sources[source];
            if counted < lapsed {
                self.sources[source].counted += 1;
                continue;
            }
            let own = self.next(|lot| self.lots[lot].source == Some(source));
            let usable = || self.next(|lot| self.lots[lot].usable);
            match own.or_else(usable).or_else(|| self.next(|_| true)) {
                Some(lot) => self.take(lot),
                None => {
                    self.owe();
                }
            }
        }
        while self.sources[source].keep < keep {
            self.sources[source].keep += 1;
            if self.sources[source].counted > 0 {
                self.sources[source].counted -= 1;
            } else {
                self.give_back(self.sources[source].lot);
            }
        }
        self.pay_debts();
    }

    /// Spends what the order's discount bought, once, and gives back what was refunded of it.
    fn burn(&mut self, known: &mut Known) {
        let Snapshot { order, price, refunded, status, .. } = known.newest;
        let points = USED[order];
        if !known.burned {
            if status == "cancelled" {
                self.let_go(order);
                return;
            }
            if points == 0 {
                return;
            }
            known.burned = true;
            if !self.redemptions.get(&order).is_some_and(|redemption| redemption.open) {
                let (units, until) = (self.units(points), self.now);
                let redemption = Redemption { units, points, until, open: true, spent: false, given_back: 0 };
                self.redemptions.insert(order, redemption);
            }
            let redemption = self.redemptions.get_mut(&order).unwrap();
            (redemption.open, redemption.spent) = (false, true);
        }
        let paid = price - points * 100;
        let back = if Self::is_over(&known.newest) {
            points
        } else if paid > 0 {
            points * refunded.min(paid) / paid
        } else {
            0
        };
        self.give_back_in_all(order, back);
    }

    fn give_back_in_all(&mut self, order: usize, points: i64) {
        loop {
            let redemption = self.redemptions.get_mut(&order).unwrap();
            assert!(redemption.spent && redemption.points >= points);
            if redemption.given_back == points {
                break;
            }
            if redemption.given_back > points {
                redemption.given_back -= 1;
                let unit = self.units(1);
                self.redemptions.get_mut(&order).unwrap().units.extend(unit);
                continue;
            }
            redemption.given_back += 1;
            match redemption.units.pop().unwrap() {
                Unit::Lot(lot) => self.give_back(lot),
                Unit::Debt(debt) => {
                    self.debts[debt].open = false;
                    if let Some(lot) = self.debts[debt].paid_by {
                        self.give_back(lot);
                    }
                }
            }
        }
        self.pay_debts();
    }
}
