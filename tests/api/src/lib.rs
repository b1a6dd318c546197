//! What the API tests are written with.
//!
//! - [`server`]: one test server for the whole binary, or one of a test's own.
//! - [`store`]: a store of a test's own on it, its shop's server and its shoppers.
//! - [`http`]: requests that can be sent again, and answers that are looked at whole.
//! - [`bodies`]: programs, orders, carts.
//! - [`console`]: somebody of a store's team, signed in.
//! - [`html`]: pages, as a browser reads them.
//! - [`nasty`]: strings that would do something, if a page let them.
//! - [`sign`]: shopper tokens and webhooks.
//! - [`listener`]: a webhook endpoint.
//! - [`load`]: many requests at once.
//! - [`mail`]: letters, as a mail client reads them.
#![expect(clippy::missing_panics_doc, reason = "a test that finds what it does not expect panics")]

pub mod bodies;
pub mod console;
pub mod html;
pub mod http;
pub mod listener;
pub mod load;
pub mod mail;
pub mod nasty;
pub mod server;
pub mod sign;
pub mod store;

pub use bodies::{With, cart, line, order, program};
pub use http::{Answer, Ask};
pub use listener::Listener;
pub use server::Server;
pub use store::Store;

/// Whether the long runs were asked for (`cargo xtask test --all`).
pub fn long() -> bool {
    std::env::var_os("FIDELA_LONG").is_some()
}

/// A moment, from RFC 3339.
pub fn moment(text: &str) -> jiff::Timestamp {
    text.parse().unwrap_or_else(|error| panic!("{text}: {error}"))
}
