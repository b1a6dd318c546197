//! Points that will lapse, by their last day: what a shopper sees, and whom to remind.

use crate::account::{Account, Lot, LotState};
use crate::calendar::{days_later, start_of_day};
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde::Serialize;
use std::collections::BTreeMap;

/// Points that lapse on the same day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Expiring {
    /// Their last local day.
    pub on: Date,
    /// How many.
    pub points: i64,
}

impl Account {
    /// Usable points by their last day, ascending; those that never lapse are not among them.
    pub fn expiring(&self) -> Vec<Expiring> {
        by_day(self.lots.iter().filter(|lot| lot.state == LotState::Usable))
    }

    /// Points that lapse by themselves within so many local days after `today`, which counts as day 0, by their
    /// last day, ascending: usable ones, and those that lapse although they cannot be used yet. What carts hold is
    /// not among them, because it does not lapse while it is held.
    pub fn expiring_within(&self, today: Date, days: i64) -> Vec<Expiring> {
        if days < 0 {
            return Vec::new();
        }
        let horizon = days_later(today, days);
        by_day(self.alive().filter(|lot| lot.last_day.is_some_and(|day| day <= horizon)))
    }

    /// The next moment at which points come within so many days of their last one, if nothing else happens before:
    /// the local midnight that begins the day of their reminder. Moments already seen are over.
    pub fn next_reminder(&self, days: i64, zone: &TimeZone) -> Option<Timestamp> {
        let span = jiff::Span::new().try_days(days.max(0)).ok()?;
        let first = |lot: &Lot| start_of_day(lot.last_day?.checked_sub(span).ok()?, zone);
        let ahead = |at: &Timestamp| self.seen.is_none_or(|seen| *at > seen);
        self.alive().filter(|lot| lot.left > 0).filter_map(first).filter(ahead).min()
    }

    fn alive(&self) -> impl Iterator<Item = &Lot> {
        self.lots.iter().filter(|lot| lot.state != LotState::Lapsed)
    }
}

fn by_day<'l>(lots: impl Iterator<Item = &'l Lot>) -> Vec<Expiring> {
    let mut days: BTreeMap<Date, i64> = BTreeMap::new();
    for lot in lots.filter(|lot| lot.left > 0) {
        if let Some(day) = lot.last_day {
            let points = days.entry(day).or_default();
            *points = points.saturating_add(lot.left);
        }
    }
    days.into_iter().map(|(on, points)| Expiring { on, points }).collect()
}
