//! What an account knows of its person, as far as points come of it by themselves (`rules.md`, *Bonuses*).

use crate::account::Account;
use crate::calendar::{days_later, local_day, start_of_day};
use fidela_rules::bonuses::{BIRTHDAY_KNOWN_DAYS, birthday_in};
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};

/// What an account knows of its person.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Person {
    /// The birthday, with since when that very day of the year is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub birthday: Option<Birthday>,
    /// When the person registered in the shop, as told last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub registered_at: Option<Timestamp>,
}

/// A birthday.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Birthday {
    /// The day, with the year as told; only month and day count.
    pub on: Date,
    /// Since when it is known.
    pub since: Timestamp,
}

/// What became known of a person; no points move by that alone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum PersonEvent {
    /// A birthday, for the first time or another one.
    BirthdayKnown {
        /// The birthday.
        #[serde(flatten)]
        birthday: Birthday,
    },
    /// When the person registered.
    Registered {
        /// The moment.
        registered_at: Timestamp,
    },
}

impl PersonEvent {
    /// The stable word of what happened, the same as its tag.
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::BirthdayKnown { .. } => "birthday_known",
            Self::Registered { .. } => "registered",
        }
    }
}

impl Person {
    /// Whether nothing is known.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    pub(crate) fn apply(&mut self, event: &PersonEvent) {
        match event {
            PersonEvent::BirthdayKnown { birthday } => self.birthday = Some(*birthday),
            PersonEvent::Registered { registered_at } => self.registered_at = Some(*registered_at),
        }
    }
}

impl Birthday {
    /// Whether another day is kept as the same: the year may be corrected without waiting again.
    pub(crate) fn is_kept_on(&self, other: Date) -> bool {
        (self.on.month(), self.on.day()) == (other.month(), other.day())
    }
}

/// The source of a year's birthday.
pub(crate) fn birthday_source(year: i16) -> String {
    format!("bonus:birthday:{year}")
}

impl Account {
    /// The moment of the birthday in a year (its local midnight), if points may come of it: known early enough,
    /// not seen yet, and not paid.
    fn birthday_moment(&self, year: i16, zone: &TimeZone) -> Option<Timestamp> {
        let birthday = self.person.birthday?;
        let day = birthday_in(birthday.on, year)?;
        let known_on = local_day(birthday.since, zone);
        let at = start_of_day(day, zone)?;
        let waits = self.seen.is_some_and(|seen| at > seen);
        let known = days_later(known_on, BIRTHDAY_KNOWN_DAYS) <= day;
        (waits && known && self.source(&birthday_source(year)).is_none()).then_some(at)
    }

    /// Birthdays after the latest moment seen, up to a moment, with their years.
    pub(crate) fn birthdays_until(&self, now: Timestamp, zone: &TimeZone) -> Vec<(Timestamp, i16)> {
        let (Some(seen), Some(_)) = (self.seen, self.person.birthday) else { return Vec::new() };
        let years = local_day(seen, zone).year()..=local_day(now, zone).year();
        let moments = years.filter_map(|year| Some((self.birthday_moment(year, zone)?, year)));
        moments.filter(|(at, _)| *at <= now).collect()
    }

    /// The next birthday that points may come of.
    pub(crate) fn next_birthday(&self, zone: &TimeZone) -> Option<Timestamp> {
        let year = local_day(self.seen?, zone).year();
        // This year's may be over or paid, and next year's not known for long enough.
        (year..=year.saturating_add(2)).find_map(|year| self.birthday_moment(year, zone))
    }
}
