//! Bindings of `browser.js`.

use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen::{JsValue, closure::Closure};
use web_sys::{Element, Event, HtmlElement};

#[wasm_bindgen(module = "/src/browser.js")]
extern "C" {
    /// The place inside a new shadow root with these styles.
    pub(crate) fn attach(host: &HtmlElement, css: &str, locale: &str) -> HtmlElement;
    /// Calls with the value of the attribute `view` whenever it is written.
    pub(crate) fn wishes(host: &HtmlElement, wished: &JsValue);
    /// Adds the store's custom properties.
    pub(crate) fn dress(host: &HtmlElement, names: Vec<String>, values: Vec<String>);
    /// Fires `fidela:{name}`.
    pub(crate) fn emit(host: &HtmlElement, name: &str, detail: &JsValue);

    pub(crate) fn storage_get(name: &str) -> Option<String>;
    /// What outlasts a reload where `keep` says so.
    pub(crate) fn storage_set(name: &str, value: &str, keep: bool);
    pub(crate) fn storage_remove(name: &str);
    /// What outlasts the page where `keep` says so.
    pub(crate) fn remember(name: &str, value: &str, keep: bool);
    pub(crate) fn recall(name: &str) -> Option<String>;
    /// Deletes everything that was ever stored here.
    pub(crate) fn forget();
    pub(crate) fn uuid() -> String;

    /// Whether the text is on the clipboard now.
    pub(crate) async fn copy(text: &str) -> JsValue;
    /// Whether the device has a share sheet.
    pub(crate) fn can_share() -> bool;
    pub(crate) fn share(title: &str, text: &str, url: &str);
    /// One more friend in the form that a click is in.
    pub(crate) fn add_friend(event: &Event);
    /// What is filled in of the form that is sent, as the edge wants it.
    pub(crate) fn friends(event: &Event) -> String;
    /// What is wrong with a field that was sent, by its path; nothing: its friend is done with.
    pub(crate) fn answer_friend(path: &str, fault: Option<&str>);
    /// A token from the shop's own address; `undefined` where nobody is signed in.
    #[wasm_bindgen(catch)]
    pub(crate) async fn fetch_token(url: &str) -> Result<JsValue, JsValue>;
    pub(crate) async fn wait(ms: f64);

    pub(crate) fn online() -> bool;
    pub(crate) fn watch(looked: &Closure<dyn Fn()>, changed: &Closure<dyn Fn(String)>);
    /// Tells the shop's other tabs that points were held or let go.
    pub(crate) fn tell(store: &str);

    pub(crate) fn keep_focus(event: &Event);
    pub(crate) fn show(dialog: &Element);
    /// Whether the dialog that an event is about is open.
    pub(crate) fn is_shown(event: &Event) -> bool;
    /// Whether a click hit the dialog itself and not what lies around it.
    pub(crate) fn inside(event: &Event) -> bool;
    /// From tab to tab by keys.
    pub(crate) fn move_tab(event: &Event);

    /// A new `<fidela-panel>`, at the end of the page.
    pub(crate) fn add_dialog(mark: &str) -> HtmlElement;
    /// An icon by its path. It says nothing to those who hear the page: the words beside it do.
    pub(crate) fn draw(element: &Element, path: &str);
    pub(crate) fn listen(element: &Element, event: &str, run: &JsValue);
    pub(crate) fn set_interval(run: &JsValue) -> i32;
    pub(crate) fn clear_interval(timer: i32);
    /// A custom property, by CSSOM: a page's policy that forbids inline styles allows it.
    pub(crate) fn set_property(element: &Element, name: &str, value: &str);
    /// A checkbox: its attribute is only how it started.
    pub(crate) fn tick(checkbox: &Element, on: bool);
    pub(crate) fn close(dialog: &Element);
    /// A moment of RFC 3339 in milliseconds.
    pub(crate) fn parse_moment(moment: &str) -> f64;
}
