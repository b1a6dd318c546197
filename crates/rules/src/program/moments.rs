//! Days and moments, read in the one form that a program has them in.
//!
//! `jiff` reads more than RFC 3339, and explains what it could not read: together a third of what the widget would
//! have to load, for a fault that here is one word.

use jiff::civil::{Date, DateTime, Time};
use jiff::tz::Offset;
use jiff::{Timestamp, ToSpan as _};

/// `2026-03-10`.
pub(super) fn day(text: &str) -> Option<Date> {
    let mut parts = text.split('-');
    let year = digits(parts.next()?, 4)?;
    let month = digits(parts.next()?, 2)?;
    let day = digits(parts.next()?, 2)?;
    if parts.next().is_some() {
        return None;
    }
    Date::new(year, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok()
}
