//! The only place that reads the time.

use jiff::Timestamp;

/// Milliseconds since 1970, as the runtime tells them: they stand still while the CPU works.
pub(crate) fn now_ms() -> u64 {
    worker::Date::now().as_millis()
}

/// Now.
pub(crate) fn now() -> Timestamp {
    i64::try_from(now_ms())
        .ok()
        .and_then(|ms| Timestamp::from_millisecond(ms).ok())
        .unwrap_or(Timestamp::UNIX_EPOCH)
}
