//! The merchant's console: one place where a merchant sets up, sees and corrects what the API can do.
//!
//! It is a page like any other that calls the API; nothing is decided here, and what a role may not do is refused by
//! the API, not only hidden. What a program would do is shown by `fidela_rules`, the same code that decides at the edge.
//!
//! - [`shell`]: the frame, the menu, and which address shows which page ([`pages`], a directory for each area).
//! - [`api`]: a request and what came of it. [`session`]: who is signed in, and to which store.
//! - [`texts`]: sentences, numbers, money and days in the reader's language.
//! - [`ui`]: the pieces that pages are made of; what they look like is in `style/`.
#![deny(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]
#![allow(
    unreachable_pub,
    reason = "a program, which nobody links: what components make of themselves is `pub`"
)]
#![allow(clippy::must_use_candidate, reason = "a component's view is taken by the macro")]

mod api;
mod browser;
mod pages;
mod session;
mod shell;
mod texts;
mod ui;

use wasm_bindgen::prelude::wasm_bindgen;

/// Shows the console in the page. `locale`: what it speaks; `locales`: what it could speak, with commas between them;
/// `texts`: the sentences of `locale`, as JSON.
#[wasm_bindgen]
pub fn start(locale: &str, locales: &str, texts: &str) {
    console_error_panic_hook::set_once();
    texts::set(locale, locales, texts);
    leptos::mount::mount_to_body(shell::Shell);
}
