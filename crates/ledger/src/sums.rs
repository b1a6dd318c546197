//! What entries come to by local day: the sums that reports are made of, and how much there is of points by the day
//! from which they can be used. Sums are kept where the entries are, in the same transaction, so that nobody ever has to
//! go through all entries of all accounts.

use crate::account::{Account, HoldStatus, LotState, Part, Totals};
use crate::calendar::local_day;
use crate::entry::{Change, Entry, Take};
use jiff::civil::Date;
use jiff::tz::TimeZone;
use std::collections::BTreeMap;

/// What is summed.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Sum {
    /// Earned, by the word that its sources begin with: `order`, `mission`, `referral`, `bonus`, `import`.
    Earned(String),
    /// Taken back from sources, less what was given again.
    ClawedBack,
    /// Given, or below zero taken, by hand.
    Adjusted,
    /// Spent, less what was given back.
    Used,
    /// Lapsed.
    Expired,
    /// Made debt of, less what was paid of it or struck off.
    Owed,
}

/// What entries did.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Sums {
    /// By what and by the day on which it happened; never zero.
    pub days: BTreeMap<(Sum, Date), i64>,
    /// Points left in lots or held, by the first day on which they can be used; never zero.
    pub lots: BTreeMap<Date, i64>,
}

impl Sums {
    /// What entries do to an account; the account is left as they make it.
    pub fn of(account: &mut Account, entries: &[Entry], zone: &TimeZone) -> Self {
        if entries.is_empty() {
            return Self::default();
        }
        let mut sums = Self::default();
        sums.count_lots(account, -1);
        let mut known: Option<(jiff::Timestamp, Date)> = None;
        for entry in entries {
            let (before, owed) = (account.totals(), account.owed());
            account.apply(entry);
            let after = account.totals();
            let moved = moved(&entry.change, before, after, account.owed().saturating_sub(owed));
            if moved.iter().all(|(_, points)| *points == 0) {
                continue;
            }
            // Many entries of one moment: looking a day up costs more than comparing.
            let day = match known {
                Some((at, day)) if at == entry.at => day,
                _ => local_day(entry.at, zone),
            };
            known = Some((entry.at, day));
            for (sum, points) in moved {
                add(&mut sums.days, (sum, day), points);
            }
        }
        sums.count_lots(account, 1);
        sums.days.retain(|_, points| *points != 0);
        sums.lots.retain(|_, points| *points != 0);
        sums
    }

    fn count_lots(&mut self, account: &Account, sign: i64) {
        for (day, points) in lots(account) {
            add(&mut self.lots, day, points.saturating_mul(sign));
        }
    }
}

/// Points that an account has, usable, pending or held, by the first day on which they can be used. What is owed is not
/// taken off.
pub fn lots(account: &Account) -> BTreeMap<Date, i64> {
    let mut days = BTreeMap::new();
    for lot in account.lots.iter().filter(|lot| lot.state != LotState::Lapsed && lot.left > 0) {
        add(&mut days, lot.usable_from, lot.left);
    }
    for hold in account.holds.values().filter(|hold| hold.status == HoldStatus::Open) {
        for part in &hold.parts {
            if let Part::Lot(Take { lot, points }) = part
                && let Some(lot) = account.lots.get(*lot)
            {
                add(&mut days, lot.usable_from, *points);
            }
        }
    }
    days
}

fn moved(change: &Change, before: Totals, after: Totals, owed: i64) -> [(Sum, i64); 6] {
    let kind = match change {
        Change::Earned { source, .. } => match source.split(':').next().unwrap_or_default() {
            "order_extra" => "order",
            word => word,
        },
        _ => "",
    };
    [
        (Sum::Earned(kind.to_owned()), after.earned.saturating_sub(before.earned)),
        (Sum::ClawedBack, after.clawed.saturating_sub(before.clawed)),
        (Sum::Adjusted, after.adjusted.saturating_sub(before.adjusted)),
        (Sum::Used, after.spent.saturating_sub(before.spent)),
        (Sum::Expired, after.lapsed.saturating_sub(before.lapsed)),
        (Sum::Owed, owed),
    ]
}

fn add<K: Ord>(to: &mut BTreeMap<K, i64>, key: K, points: i64) {
    if points != 0 {
        let sum = to.entry(key).or_default();
        *sum = sum.saturating_add(points);
    }
}
