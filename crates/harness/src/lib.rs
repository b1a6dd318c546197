//! Starts the built edge in `workerd`, the same way for `cargo xtask serve` and for tests.
//!
//! A test that wants a server of its own:
//!
//! ```no_run
//! # fn main() -> anyhow::Result<()> {
//! use fidela_harness::{Edge, EdgeConfig, TempDir};
//!
//! let data = TempDir::new("my-test")?;
//! let mut edge = Edge::start(EdgeConfig::from_env(data.path())?.test_clock())?;
//! assert!(edge.get("/healthz")?.ok());
//! edge.kill9()?;
//! edge.restart()?; // the same port, the same data
//! # Ok(()) }
//! ```
//! Where the binaries are comes from the environment, which `cargo xtask test` sets: `FIDELA_WORKERD` (the
//! `workerd` binary) and `FIDELA_ROOT` (the checkout with `build/edge` and `build/assets`).
#![expect(clippy::disallowed_methods, reason = "native: the clock that wasm lacks is here")]

mod edge;
pub mod http;
mod process;
mod temp;

pub use edge::{Edge, EdgeConfig, Mail, free_port};
pub use process::{Guarded, spawn_guarded};
pub use temp::TempDir;
