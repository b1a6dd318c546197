//! Stands in for `wasm-streams` 0.5, by `[patch.crates-io]`.
//!
//! Leptos always links its server functions, and they link that crate. It exports classes to JavaScript, and what is
//! exported stays in the program with all that it calls: 6 kB of a panel (brotli), for code that nobody calls,
//! because there are no server functions here. This has the few names that `server_fn` takes from it.

use futures_util::stream::{Empty, Stream, empty};
use wasm_bindgen::JsValue;

/// A stream of the browser's.
#[derive(Debug)]
pub struct ReadableStream(web_sys::ReadableStream);

impl ReadableStream {
    /// Around one of the browser's.
    pub fn from_raw(raw: web_sys::ReadableStream) -> Self {
        Self(raw)
    }

    /// Not of that stream, but an empty one.
    pub fn from_stream<S>(_: S) -> Self
    where
        S: Stream<Item = Result<JsValue, JsValue>> + 'static,
    {
        Self(JsValue::UNDEFINED.into())
    }

    /// The browser's own.
    pub fn into_raw(self) -> web_sys::ReadableStream {
        self.0
    }

    /// Nothing of what is in it.
    pub fn into_stream(self) -> Empty<Result<JsValue, JsValue>> {
        empty()
    }
}
