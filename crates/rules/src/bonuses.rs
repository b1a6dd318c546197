//! Points that come by themselves (`rules.md`, *Bonuses*): since when a bonus is switched on, and the day on which
//! a birthday is kept. They are paid by the ledger.

use crate::program::Program;
use jiff::Timestamp;
use jiff::civil::Date;

/// The kind of mission that registering completes.
pub const CREATE_ACCOUNT: &str = "create_account";

/// Days that a birthday has to be known before: otherwise everybody's would be tomorrow.
pub const BIRTHDAY_KNOWN_DAYS: i64 = 30;

impl Program {
    /// Writes down since when the bonuses (and the mission to create an account) of a program that comes into force at `now` are switched on, so that no
    /// change of the program ever pays for the past. `before` is the program that was in force.
    ///
    /// A bonus goes on as it was if it was on before; it counts as switched on anew where the whole program had
    /// been switched off: what fell into the pause is not made up for. For registrations a moment that the
    /// merchant names stands; for birthdays none can be named.
    pub fn switch_on(&mut self, before: Option<&Self>, now: Timestamp) {
        let whole = before.filter(|before| before.enabled);
        let before = whole.map(|before| &before.bonuses);
        if !self.enabled {
            // Nothing is earned: what is on will be so from the moment the program is taken up again.
            if let Some(birthday) = &mut self.bonuses.birthday {
                birthday.since = None;
            }
            return;
        }
        if let Some(registration) = &mut self.bonuses.registration {
            let known = before.and_then(|before| before.registration.as_ref()?.since);
            registration.since = registration.since.or(known).or(Some(now));
        }
        if let Some(birthday) = &mut self.bonuses.birthday {
            let known = before.and_then(|before| before.birthday).map(|birthday| birthday.since);
            // One that is on without a moment has been on for as long as anybody knows.
            birthday.since = known.unwrap_or(Some(now));
        }
        for mission in self.missions.iter_mut().filter(|mission| mission.kind == CREATE_ACCOUNT) {
            let known = whole.and_then(|before| before.mission(&mission.id)).filter(|known| known.enabled);
            let known = known.and_then(|known| known.since);
            mission.since = mission.since.or(known).or(mission.enabled.then_some(now));
        }
    }
}

/// The day on which a birthday is kept in a year: 29 February on the 28th in common years.
pub fn birthday_in(birthday: Date, year: i16) -> Option<Date> {
    let day = |day| Date::new(year, birthday.month(), day).ok();
    // Only 29 February is a day that some years lack.
    day(birthday.day()).or_else(|| day(birthday.day().saturating_sub(1)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    fn program(enabled: bool, bonuses: &Value) -> Program {
        let program = json!({
            "currency": "RON", "timezone": "UTC", "points": { "value": { "points": 1, "minor": 100 } },
            "enabled": enabled, "bonuses": bonuses,
        });
        serde_json::from_value(program).unwrap()
    }

    // S2.5, S3.8
    #[test]
    fn a_bonus_is_on_from_the_moment_it_was_switched_on() {
        let (first, second) = (at("2026-03-10T09:00:00Z"), at("2026-04-10T09:00:00Z"));
        let on = json!({ "registration": { "points": 5 }, "birthday": { "points": 7 } });
        let since = |before: Option<&Program>, enabled, bonuses: &Value, now| {
            let mut program = program(enabled, bonuses);
            program.switch_on(before, now);
            let bonuses = &program.bonuses;
            let since = (
                bonuses.registration.as_ref().and_then(|bonus| bonus.since),
                bonuses.birthday.and_then(|bonus| bonus.since),
            );
            (program, since)
        };
        let (none, nothing) = since(None, true, &json!({}), first);
        assert_eq!(nothing, (None, None));
        let (was_on, told) = since(Some(&none), true, &on, first);
        assert_eq!(told, (Some(first), Some(first)));
        let more = json!({ "registration": { "points": 50 }, "birthday": { "points": 70 } });
        assert_eq!(since(Some(&was_on), true, &more, second).1, (Some(first), Some(first)), "it goes on");
        let (paused, told) = since(Some(&was_on), false, &on, second);
        assert_eq!(told, (None, None));
        assert_eq!(since(Some(&paused), true, &on, second).1, (Some(second), Some(second)));
        let named = json!({
            "registration": { "points": 5, "since": "2026-01-01T00:00:00Z" },
            "birthday": { "points": 7, "since": "2020-01-01T00:00:00Z" },
        });
        let january = at("2026-01-01T00:00:00Z");
        assert_eq!(since(Some(&none), true, &named, second).1, (Some(january), Some(second)));
        let (_, told) = since(Some(&program(true, &on)), true, &on, second);
        assert_eq!(told, (Some(second), None), "birthdays were on before anybody wrote it down");
    }

    // S2.5
    #[test]
    fn a_leap_days_birthday_is_kept_every_year() {
        let day = |text: &str| -> Date { text.parse().unwrap() };
        assert_eq!(birthday_in(day("2000-02-29"), 2027), Some(day("2027-02-28")));
        assert_eq!(birthday_in(day("2000-02-29"), 2028), Some(day("2028-02-29")));
        assert_eq!(birthday_in(day("1990-12-31"), 2027), Some(day("2027-12-31")));
    }
}
