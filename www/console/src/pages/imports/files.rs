//! Files: one that is looked at in a worker, and one that is sent.

use serde::Deserialize;
use wasm_bindgen::prelude::{Closure, wasm_bindgen};
use web_sys::File;

use crate::api::{Answer, Failure, Problem};
use crate::{session, texts};

#[wasm_bindgen(module = "/src/pages/imports/files.js")]
extern "C" {
    #[wasm_bindgen(js_name = look)]
    async fn look_at(
        file: &File,
        told: &str,
        progress: &Closure<dyn FnMut(f64, f64, u32)>,
    ) -> wasm_bindgen::JsValue;
    /// Whatever is being read is not needed any more.
    pub fn leave();
    #[wasm_bindgen(js_name = send)]
    async fn send_file(
        file: &File,
        path: &str,
        locale: &str,
        key: &str,
        progress: &Closure<dyn FnMut(f64, f64)>,
    ) -> wasm_bindgen::JsValue;
    /// The first file that was dropped.
    pub fn dropped(event: &web_sys::DragEvent) -> Option<File>;
    /// The first file that was chosen.
    pub fn chosen(event: &web_sys::Event) -> Option<File>;
}

/// What the reader finds in a file, as JSON. `progress`: bytes read, bytes in all, rows. Nothing where it could not be read
/// here, or another file came meanwhile.
pub async fn look(file: &File, told: &str, progress: impl FnMut(f64, f64, u32) + 'static) -> Option<String> {
    let progress = Closure::new(progress);
    look_at(file, told, &progress).await.as_string()
}

/// Sends a file. `progress`: bytes sent, bytes in all.
pub async fn send(
    file: &File,
    path: &str,
    key: &str,
    progress: impl FnMut(f64, f64) + 'static,
) -> Answer<String> {
    #[derive(Deserialize)]
    struct Sent {
        status: u16,
        text: String,
    }
    let progress = Closure::new(progress);
    let sent = send_file(file, path, texts::locale(), key, &progress).await.as_string().unwrap_or_default();
    let Sent { status, text } = serde_json::from_str(&sent).map_err(|_| Failure::Unreadable)?;
    match status {
        0 => Err(Failure::Offline),
        200..=299 => Ok(text),
        status => {
            let mut problem: Problem = serde_json::from_str(&text).map_err(|_| Failure::Unreadable)?;
            problem.status = status;
            if status == 401 {
                session::ended();
            }
            Err(Failure::Refused(Box::new(problem)))
        }
    }
}
