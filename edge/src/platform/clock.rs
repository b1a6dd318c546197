//! The only place that reads the time.

/// Milliseconds since 1970, as the runtime tells them: they stand still while the CPU works.
pub(crate) fn now_ms() -> u64 {
    worker::Date::now().as_millis()
}
