//! Programs that run now or soon, for a shopper to see (S4.5).

use crate::earn::{in_groups, in_window};
use crate::program::{EarningProgram, Program};
use jiff::civil::Date;
use serde::Serialize;

/// How far ahead offers are told, days.
pub const OFFERS_AHEAD_DAYS: i64 = 30;

/// A way to earn that is open now, or will be soon.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Offer<'p> {
    /// What it gives, to whom and for what.
    pub program: &'p EarningProgram,
    /// Days until it begins; 0 runs now.
    pub starts_in_days: i32,
    /// Days that are left after today, or after its first day where it has not begun; 0 is the last. None where
    /// it has no end.
    pub ends_in_days: Option<i32>,
}

/// Programs that run on a local day or begin within so many days after it, for a shopper of these groups: those
/// that run in the merchant's order, then the others, the soonest first. None while the whole program is off.
pub fn offers<'p>(program: &'p Program, groups: &[String], today: Date, ahead_days: i64) -> Vec<Offer<'p>> {
    // The end of the calendar, where so many days are beyond it.
    let horizon = jiff::Span::new().try_days(ahead_days).and_then(|span| today.checked_add(span));
    let horizon = horizon.unwrap_or(Date::MAX);
    let programs = program.earning.programs.iter().filter(|_| program.enabled);
    let mut offers: Vec<_> = programs
        .filter(|earning| earning.enabled && in_groups(&earning.groups, groups))
        .filter_map(|earning| {
            let begins = earning.from.filter(|from| *from > today).unwrap_or(today);
            let soon = begins <= horizon && in_window(begins, earning.from, earning.until);
            soon.then(|| Offer {
                program: earning,
                starts_in_days: days_between(today, begins),
                ends_in_days: earning.until.map(|until| days_between(begins, until)),
            })
        })
        .collect();
    // Stable: programs that begin on the same day stay in the merchant's order.
    offers.sort_by_key(|offer| offer.starts_in_days);
    offers
}

/// Whole days; between any two days of the calendar they fit.
fn days_between(from: Date, to: Date) -> i32 {
    from.until((jiff::Unit::Day, to)).map_or(0, |span| span.get_days())
}
