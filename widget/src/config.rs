//! What the loader passes on: the script tag's attributes, and two functions of its own.

use std::cell::Cell;

use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;
use web_sys::HtmlElement;

#[wasm_bindgen]
extern "C" {
    /// `entry.js` makes it.
    pub(crate) type Config;
    #[wasm_bindgen(method, getter)]
    fn edge(this: &Config) -> String;
    #[wasm_bindgen(method, getter)]
    fn store(this: &Config) -> Option<String>;
    #[wasm_bindgen(method, getter)]
    fn locale(this: &Config) -> String;
    #[wasm_bindgen(method, getter)]
    fn shopper(this: &Config) -> Option<String>;
    #[wasm_bindgen(method, getter, js_name = tokenUrl)]
    fn token_url(this: &Config) -> Option<String>;
    #[wasm_bindgen(method, getter)]
    fn theme(this: &Config) -> Option<String>;
    #[wasm_bindgen(method, getter)]
    fn style(this: &Config) -> String;
    #[wasm_bindgen(method, getter)]
    fn launcher(this: &Config) -> HtmlElement;
    /// Shows a balance on the launcher, and remembers it for the token's shopper where that is allowed.
    #[wasm_bindgen(method)]
    fn label(this: &Config, text: Option<String>);
    #[wasm_bindgen(method, getter)]
    fn consent(this: &Config) -> Option<String>;
}

/// The script tag, read once.
pub(crate) struct Page {
    pub(crate) edge: String,
    pub(crate) store: String,
    pub(crate) locale: String,
    pub(crate) token: Option<String>,
    pub(crate) token_url: Option<String>,
    pub(crate) theme: Option<String>,
    /// What every panel looks like.
    pub(crate) style: String,
    pub(crate) launcher: HtmlElement,
    /// Whether anything may be stored: `data-consent="ask"` waits for the page's word.
    pub(crate) allowed: Cell<bool>,
    config: Config,
}

impl Page {
    pub(crate) fn read(config: Config) -> Self {
        Self {
            edge: config.edge(),
            store: printable(config.store().unwrap_or_default()),
            locale: printable(config.locale()),
            token: config.shopper().and_then(token),
            token_url: config.token_url().filter(|url| !url.is_empty()),
            theme: config.theme(),
            style: config.style(),
            launcher: config.launcher(),
            allowed: Cell::new(config.consent().as_deref() != Some("ask")),
            config,
        }
    }

    pub(crate) fn label(&self, text: &str) {
        self.config.label(Some(text.to_owned()));
    }
}

/// What goes into a header has to be fit for one: a browser refuses anything else.
fn printable(text: String) -> String {
    if text.bytes().all(|b| b.is_ascii_graphic()) { text } else { String::new() }
}

/// A token is three parts of base64url; anything else is none.
pub(crate) fn token(text: String) -> Option<String> {
    let is_token = |b: u8| b.is_ascii_alphanumeric() || b"-_.=".contains(&b);
    Some(text).filter(|text| !text.is_empty() && text.bytes().all(is_token))
}

/// The same, from whatever a page's script said.
pub(crate) fn token_of(value: &JsValue) -> Option<String> {
    value.as_string().and_then(token)
}
