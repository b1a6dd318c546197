//! Every limit, with its arithmetic. Those of an order stand in `fidela_rules::order`, those of a program in
//! `fidela_rules::program`.

/// A request's body: 500 lines of some 500 bytes are 250 kB, a program with 200 rules some 300 kB.
pub(crate) const BODY_BYTES: usize = 1 << 20;
/// An `Idempotency-Key`.
pub(crate) const IDEMPOTENCY_KEY_CHARS: usize = 255;
/// How long a keyed write's answer is kept: longer than any client retries.
pub(crate) const REPLAY_DAYS: i64 = 30;
/// Rows of one page.
pub(crate) const PAGE_ROWS: usize = 200;
/// Rows of a page, if not said.
pub(crate) const PAGE_ROWS_DEFAULT: usize = 50;
/// A store's name, a key's name, a customer's name.
pub(crate) const NAME_CHARS: usize = 200;
/// A reason that people read.
pub(crate) const TEXT_CHARS: usize = 2_000;
/// Origins of one store.
pub(crate) const ORIGINS: usize = 50;
/// Keys of one store that are not revoked.
pub(crate) const KEYS: usize = 50;
/// Groups of one customer.
pub(crate) const GROUPS: usize = 64;
/// A shopper token: some 300 bytes of claims; 64 groups of 100 characters are 6 kB.
pub(crate) const TOKEN_BYTES: usize = 16 << 10;
/// Lifetime of a shopper token, seconds.
pub(crate) const TOKEN_SECONDS: i64 = 24 * 60 * 60;
/// Clocks of a shop and ours may differ by so much, seconds.
pub(crate) const CLOCK_SKEW_SECONDS: i64 = 60;
/// A webhook's signature is good for so long either way, seconds (Standard Webhooks).
pub(crate) const WEBHOOK_SECONDS: i64 = 300;
/// How old a store's configuration in memory may be, milliseconds.
pub(crate) const CONFIG_AGE_MS: u64 = 5_000;
/// Accounts that one alarm brings up to date: some 200 × 1 ms, well within one alarm's time.
pub(crate) const DUE_ACCOUNTS: usize = 200;
/// How many days ahead a shopper is told that points expire, if the store does not say.
pub(crate) const EXPIRING_DAYS: u16 = 30;
/// The same, at most: a year and a day.
pub(crate) const EXPIRING_DAYS_MOST: u16 = 366;
/// Add-ons of one plan.
pub(crate) const ADD_ONS: usize = 50;
/// Soonest days listed on the shopper's page.
pub(crate) const LISTED_DAYS: usize = 12;
