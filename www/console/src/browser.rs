//! What only the browser does: clipboard, files, names of languages and currencies, settings of this browser.

use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::wasm_bindgen;

#[wasm_bindgen(module = "/src/browser.js")]
extern "C" {
    /// A moment (RFC 3339) with its time, as a locale writes it in a time zone.
    pub fn moment(locale: &str, zone: &str, at: &str) -> String;
    /// Keeps a setting of this browser; an empty one is forgotten.
    pub fn keep(name: &str, value: &str);
    /// A setting of this browser; empty where there is none.
    pub fn kept(name: &str) -> String;
    /// Has the reader save a file.
    pub fn save(name: &str, kind: &str, bytes: &[u8]);
    /// A `language`, `currency` or `region` by its code, as a locale calls it.
    pub fn display(locale: &str, kind: &str, code: &str) -> String;
    /// What this browser knows of `currency` or `timeZone`.
    pub fn supported(key: &str) -> Vec<String>;
    /// Whether this browser knows a time zone.
    #[wasm_bindgen(js_name = isZone)]
    pub fn is_zone(name: &str) -> bool;
    /// The time zone of whoever sits here.
    pub fn zone() -> String;
    /// Whether somebody looks at the page.
    pub fn is_visible() -> bool;
    /// The plural forms of a language, each with a number that takes it: `few:2`.
    pub fn plural_forms(locale: &str) -> Vec<String>;
    /// Sixteen random bytes, in hexadecimal.
    pub fn random() -> String;
    /// Scrolls what is wider than its place, so that the first element of a selector is seen.
    pub fn reveal(selector: &str);
    #[wasm_bindgen(js_name = copy)]
    async fn copy_text(text: &str) -> wasm_bindgen::JsValue;
}

/// Puts a text on the clipboard, and says whether that was allowed.
pub async fn copy(text: &str) -> bool {
    copy_text(text).await.is_truthy()
}

/// Loads the page again, as after another language was chosen.
pub fn reload() {
    if let Some(window) = web_sys::window() {
        let _ = window.location().reload();
    }
}

/// The page's own origin, `https://…`.
pub fn origin() -> String {
    web_sys::window().and_then(|window| window.location().origin().ok()).unwrap_or_default()
}

/// The page's root element.
pub fn root() -> Option<web_sys::HtmlElement> {
    web_sys::window()?.document()?.document_element()?.dyn_into().ok()
}

/// Sets the title of the page.
pub fn title(title: &str) {
    if let Some(document) = web_sys::window().and_then(|window| window.document()) {
        document.set_title(title);
    }
}

/// Moves the focus to an element of the page, once what is being shown is there.
pub fn focus(id: &str) {
    let id = id.to_owned();
    leptos::prelude::request_animation_frame(move || {
        let found = web_sys::window().and_then(|window| window.document()?.get_element_by_id(&id));
        if let Some(element) = found.and_then(|element| element.dyn_into::<web_sys::HtmlElement>().ok()) {
            let _ = element.focus();
        }
    });
}
