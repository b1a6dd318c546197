//! The panel that a shop's page loads when a shopper wants it.
//!
//! `loader.js` is what every page loads; it imports `entry.js`, which starts this program and hands it each
//! `<fidela-panel>` of the page. What is shared by them lives in [`app`], what talks to the edge in [`session`],
//! what is seen in [`panel`] and [`views`]. What points may pay is decided by `fidela_rules`, the same code that
//! decides at the edge.
//!
//! The page belongs to the shop: nothing here may throw into it, and where something goes wrong the panel says so
//! inside itself.
#![cfg(target_arch = "wasm32")]
#![deny(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

/// A panel is no server: a small allocator does.
#[global_allocator]
static ALLOCATOR: talc::wasm::WasmDynamicTalc = talc::wasm::new_wasm_dynamic_allocator();

mod app;
mod browser;
mod config;
mod dom;
#[expect(unreachable_pub, reason = "what goes to JavaScript has to be `pub`, and nobody else reaches it")]
mod element;
mod icons;
mod panel;
mod session;
mod signal;
mod texts;
mod views;
