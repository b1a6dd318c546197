//! What happens by itself: holds run out, lots become usable, lots lapse, birthdays come, each at its own moment.

use crate::account::{Account, HoldStatus, LotState};
use crate::calendar::{day_after, end_of_day, local_day, start_of_day};
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use std::collections::BTreeMap;

/// What is due, in the order in which it happens at one moment.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Due {
    RunsOut { hold: String },
    RewardRunsOut { hold: String },
    Matures { lot: usize },
    Lapses { lot: usize },
    Birthday { year: i16 },
}

/// Everything due up to a moment, in the order in which it happens.
pub(crate) fn due_until(account: &Account, now: Timestamp, zone: &TimeZone) -> Vec<(Timestamp, Due)> {
    // Looking a midnight up costs more than comparing days: only days that may have come are looked up.
    let horizon = day_after(local_day(now, zone));
    // And each of them once: many lots lapse on the same day.
    let mut midnights: BTreeMap<Date, Option<Timestamp>> = BTreeMap::new();
    let mut midnight =
        |day: Date| *midnights.entry(day).or_insert_with(|| start_of_day(day, zone).filter(|at| *at <= now));
    let mut due: Vec<(Timestamp, Due)> = Vec::new();
    for (id, hold) in &account.holds {
        if hold.status == HoldStatus::Open && hold.until <= now {
            due.push((hold.until, Due::RunsOut { hold: id.clone() }));
        }
    }
    for (id, hold) in account.cards.holds() {
        if hold.status == HoldStatus::Open && hold.until <= now {
            due.push((hold.until, Due::RewardRunsOut { hold: id.to_owned() }));
        }
    }
    for (index, lot) in account.lots.iter().enumerate().filter(|(_, lot)| lot.state != LotState::Lapsed) {
        if lot.state == LotState::Pending
            && lot.usable_from <= horizon
            && let Some(at) = midnight(lot.usable_from)
        {
            due.push((at, Due::Matures { lot: index }));
        }
        if let Some(day) = lot.last_day.filter(|day| *day <= horizon)
            && let Some(at) = day.tomorrow().ok().and_then(&mut midnight)
        {
            due.push((at, Due::Lapses { lot: index }));
        }
    }
    due.extend(account.birthdays_until(now, zone).into_iter().map(|(at, year)| (at, Due::Birthday { year })));
    due.sort();
    due
}

impl Account {
    /// The next moment at which something happens by itself, if nothing else does before.
    pub fn next_due(&self, zone: &TimeZone) -> Option<Timestamp> {
        let holds =
            self.holds.values().filter(|hold| hold.status == HoldStatus::Open).map(|hold| hold.until).min();
        let rewards = self.cards.holds().filter(|(_, hold)| hold.status == HoldStatus::Open);
        let rewards = rewards.map(|(_, hold)| hold.until).min();
        let pending = self.lots.iter().filter(|lot| lot.state == LotState::Pending);
        let usable = pending.map(|lot| lot.usable_from).min().and_then(|day| start_of_day(day, zone));
        let alive = self.lots.iter().filter(|lot| lot.state != LotState::Lapsed);
        let lapse = alive.filter_map(|lot| lot.last_day).min().and_then(|day| end_of_day(day, zone));
        [holds, rewards, usable, lapse, self.next_birthday(zone)].into_iter().flatten().min()
    }
}
