//! Points that come by themselves: for registering, and on the birthday (`rules.md`, *Bonuses*).
//!
//! What the program in force does not give at its moment is never given later: neither what fell into a pause of
//! the program, nor what had been before the bonus was switched on.

use super::Ledger;
use crate::calendar::local_day;
use crate::command::Done;
use crate::entry::Change;
use crate::person::{Birthday, PersonEvent, birthday_source};
use jiff::Timestamp;
use jiff::civil::Date;

/// Once per account for ever.
const REGISTRATION: &str = "bonus:registration";

impl Ledger<'_> {
    pub(super) fn know(&mut self, birthday: Option<Date>, registered_at: Option<Timestamp>) -> Done {
        let person = self.account.person;
        let mut done = Done::Replayed;
        if let Some(on) = birthday.filter(|on| person.birthday.is_none_or(|known| known.on != *on)) {
            let same_day = person.birthday.filter(|known| known.is_kept_on(on));
            let since = same_day.map_or(self.now, |known| known.since);
            let birthday = Birthday { on, since };
            self.book(Change::Person(PersonEvent::BirthdayKnown { birthday }));
            done = Done::Ok;
        }
        if let Some(registered_at) = registered_at.filter(|at| person.registered_at != Some(*at)) {
            self.book(Change::Person(PersonEvent::Registered { registered_at }));
            self.registration(registered_at);
            done = Done::Ok;
        }
        done
    }

    /// Without `since` nobody is paid: a first synchronisation would pay every old customer.
    fn registration(&mut self, registered_at: Timestamp) {
        let bonus = self.program.bonuses.registration.as_ref().filter(|_| self.program.enabled);
        let Some(bonus) = bonus.filter(|bonus| bonus.since.is_some_and(|since| registered_at >= since))
        else {
            return;
        };
        self.bonus(REGISTRATION, bonus.points);
    }

    /// A birthday's moment has come. Says whether points came of it.
    pub(super) fn birthday(&mut self, at: Timestamp, year: i16) -> bool {
        let bonus = self.program.bonuses.birthday.filter(|_| self.program.enabled);
        let Some(bonus) = bonus.filter(|bonus| bonus.since.is_none_or(|since| since <= at)) else {
            return false;
        };
        let (now, today) = (self.now, self.today);
        (self.now, self.today) = (at, local_day(at, self.zone));
        let paid = self.bonus(&birthday_source(year), bonus.points);
        (self.now, self.today) = (now, today);
        self.pay_debts(at, None);
        paid
    }

    /// A bonus that was given before is not given again, whatever it was then; and one that no number can hold
    /// any more is not given: there is nobody who could be told.
    fn bonus(&mut self, source: &str, points: i64) -> bool {
        self.account.source(source).is_none() && self.earn(source, points) == Ok(Done::Ok)
    }
}
