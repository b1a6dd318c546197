//! The one place where the shop asks for the time, and how it writes it down.

use std::time::{SystemTime, UNIX_EPOCH};

use jiff::Timestamp;

/// Milliseconds since 1970, UTC.
#[expect(
    clippy::disallowed_methods,
    reason = "a native server has a clock; this is the one place that reads it"
)]
pub(crate) fn now_ms() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
}

/// RFC 3339 with milliseconds, as Fidela reads it.
pub(crate) fn rfc3339(ms: i64) -> String {
    format!("{:.3}", Timestamp::from_millisecond(ms).unwrap_or_default())
}

/// A moment as shoppers read it. The demo shop keeps UTC and says so.
pub(crate) fn for_people(ms: i64) -> String {
    Timestamp::from_millisecond(ms).unwrap_or_default().strftime("%-d %b %Y, %H:%M UTC").to_string()
}

/// The time of day of an RFC 3339 moment, if it is one.
pub(crate) fn time_of(rfc3339: &str) -> Option<String> {
    let moment: Timestamp = rfc3339.parse().ok()?;
    Some(moment.strftime("%-d %b, %H:%M UTC").to_string())
}

#[cfg(test)]
mod tests {
    use super::{for_people, rfc3339};

    #[test]
    fn writes_moments() {
        assert_eq!(rfc3339(1_773_133_200_007), "2026-03-10T09:00:00.007Z");
        assert_eq!(rfc3339(1_773_133_200_000), "2026-03-10T09:00:00.000Z");
        assert_eq!(for_people(1_773_133_200_000), "10 Mar 2026, 09:00 UTC");
    }
}
