//! A spreadsheet, read in the console's page before it is sent, by the code that reads it at the edge.
//!
//! A program of its own, in a worker of its own (`worker.js`): it is fetched when somebody drops a file and not before, and the
//! page stays alive while it reads. [`look`] is what it does; here is how the worker calls it.
#![deny(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

mod look;

use wasm_bindgen::prelude::wasm_bindgen;

use crate::look::{Told, Watch};

/// A file that is being read.
#[wasm_bindgen]
#[derive(Debug)]
pub struct Look(look::Look);

#[wasm_bindgen]
impl Look {
    /// Of what a file is read with, as JSON ([`Told`]); nothing where that says nothing.
    pub fn of(told: &str) -> Option<Self> {
        let told: Told = serde_json::from_str(told).ok()?;
        look::Look::new(told).map(Self)
    }

    /// Takes the next bytes. False: no more of them is needed, there is no reading this file.
    pub fn feed(&mut self, bytes: &[u8]) -> bool {
        self.0.feed(bytes, &mut |_| {})
    }

    /// Rows that were read so far.
    pub fn rows(&self) -> u32 {
        self.0.rows()
    }

    /// There are no more bytes. `progress` is told the rows so far, now and then: a workbook's come all at the end. Answers
    /// what was found, as JSON.
    pub fn finish(self, progress: &js_sys::Function) -> String {
        let mut watch = |rows: u32| {
            // Whoever watches may fail; the file is read nevertheless.
            let _ = progress.call1(&wasm_bindgen::JsValue::NULL, &rows.into());
        };
        let watch: Watch<'_> = &mut watch;
        self.0.finish(watch)
    }
}
