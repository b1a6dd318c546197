//! Local days and the moments at which they begin.

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Span, ToSpan};

/// The local day of a moment.
pub fn local_day(at: Timestamp, zone: &TimeZone) -> Date {
    zone.to_datetime(at).date()
}

/// A local midnight: the first instant of the day, also where clocks skip 00:00.
/// None only at the far ends of the calendar.
pub fn start_of_day(day: Date, zone: &TimeZone) -> Option<Timestamp> {
    day.to_zoned(zone.clone()).ok().map(|zoned| zoned.timestamp())
}

/// The moment at which a lot with this last day lapses.
pub(crate) fn end_of_day(day: Date, zone: &TimeZone) -> Option<Timestamp> {
    start_of_day(day.tomorrow().ok()?, zone)
}

/// So many months later, on the last day of the month where it is shorter; the end of the calendar if
/// that is beyond it.
pub(crate) fn months_later(day: Date, months: i64) -> Date {
    later(day, months, |months| Span::new().try_months(months).ok())
}

/// So many days later; the end of the calendar if that is beyond it.
pub(crate) fn days_later(day: Date, days: i64) -> Date {
    later(day, days, |days| Span::new().try_days(days).ok())
}

fn later(day: Date, n: i64, span: impl Fn(i64) -> Option<Span>) -> Date {
    span(n).and_then(|span| day.checked_add(span).ok()).unwrap_or(Date::MAX)
}

/// So many minutes later.
pub(crate) fn minutes_later(at: Timestamp, minutes: i64) -> Option<Timestamp> {
    at.checked_add(Span::new().try_minutes(minutes).ok()?).ok()
}

/// So many hours later.
pub(crate) fn hours_later(at: Timestamp, hours: i64) -> Option<Timestamp> {
    at.checked_add(Span::new().try_hours(hours).ok()?).ok()
}

/// The next day, or the same at the end of the calendar.
pub(crate) fn day_after(day: Date) -> Date {
    day.checked_add(1.day()).unwrap_or(day)
}
