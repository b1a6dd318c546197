//! Texts and formatting, shared by the widget and the console.
//!
//! What is decided here is decided without a browser, so that it can be tested without one:
//!
//! - [`texts`]: one language's sentences, with their places to fill in.
//! - [`sentences`]: which sentence says a refusal, a limit, a line of history or a way to earn.
//! - [`explain`]: why an order earns what it earns, and what a stamp card asks and gives.
//! - [`slider`]: where a slider may stand.
//! - [`cart`]: a cart, as a page tells it.
//! - [`decimal`]: minor units as the decimal number that `Intl` formats; time left as `mm:ss`.
//!
//! What only the browser knows comes from its `Intl`, through [`formats`]: how a locale writes money and days,
//! and which plural a number takes. Nothing here is a table of such things, and nothing formats a float.

pub mod cart;
pub mod decimal;
pub mod explain;
pub mod formats;
pub mod sentences;
pub mod slider;
pub mod texts;

pub use formats::Formats;
pub use sentences::{Arg, Sentence};
pub use texts::Texts;
