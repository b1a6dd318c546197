//! `<fidela-panel>`: the loader defines it and hands each one over; here it gets its shadow root and its panel.

use std::cell::RefCell;
use std::rc::Rc;

use fidela_client::json;
use fidela_ui::Texts;
use leptos::mount::{UnmountHandle, mount_to_renderer};
use leptos::tachys::view::any_view::AnyViewState;
use wasm_bindgen::closure::Closure;
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::HtmlElement;

use crate::app::{self, CartNow, app};
use crate::config::{Config, Page, token_of};
use crate::panel::{Place, View, panel};
use crate::{browser, session};

/// Marks the one that the launcher opens.
const DIALOG: &str = "data-dialog";

/// What an event says: nothing that names a person.
pub(crate) type Detail<'a> = &'a [(&'a str, JsValue)];

struct Mounted {
    host: HtmlElement,
    place: Rc<Place>,
    /// Ends the panel when it goes.
    _panel: UnmountHandle<AnyViewState>,
}

thread_local! {
    static MOUNTED: RefCell<Vec<Mounted>> = const { RefCell::new(Vec::new()) };
}

/// Called by `entry.js`, once, with the script tag and the texts of one language.
#[wasm_bindgen]
pub fn start(config: Config, texts: &str) {
    let app = app::start(Page::read(config), Texts::read(&json::read(texts).unwrap_or_default()));
    if app.page.store.is_empty() {
        return;
    }
    let looked = Closure::new(session::look_again);
    let changed = Closure::new(|store: String| session::changed(&store));
    browser::watch(&looked, &changed);
    // They live as long as the page.
    looked.forget();
    changed.forget();
    session::load();
}

/// A `<fidela-panel>` came into the page, or is still there.
fn mount(host: HtmlElement) {
    // Those that went meanwhile end here. Taken out first: ending one runs code that may look at the list.
    let gone: Vec<_> =
        MOUNTED.with_borrow_mut(|all| all.extract_if(.., |one| !one.host.is_connected()).collect());
    drop(gone);
    if position(&host).is_some() {
        return;
    }
    let dialog = host.has_attribute(DIALOG);
    if let Some(theme) = app().page.theme.as_deref().filter(|_| !host.has_attribute("data-theme")) {
        let _ = host.set_attribute("data-theme", theme);
    }
    let root = browser::attach(&host, &app().page.style, &app().page.locale);
    let view = View::named(host.get_attribute("view").as_deref());
    let place = Rc::new(Place::new(dialog, view));
    let wished = Rc::downgrade(&place);
    let wished: Closure<dyn Fn(String)> = Closure::new(move |view: String| {
        if let Some((place, view)) = wished.upgrade().zip(View::wished(Some(&view))) {
            place.view.set(view);
        }
    });
    browser::wishes(&host, &wished.into_js_value());
    let (themed, placed) = (host.clone(), Rc::clone(&place));
    let panel = mount_to_renderer(&root, move || panel(&placed).follow(move |_| dress(&themed)).view());
    fire_on(&host, "ready", &[]);
    MOUNTED.with_borrow_mut(|all| all.push(Mounted { host, place, _panel: panel }));
}

/// What a page's script pushed: `[method, ...args]`.
#[wasm_bindgen]
pub fn call(call: &js_sys::Array) {
    match call.get(0).as_string().as_deref() {
        Some("setCart") => set_cart(&call.get(1)),
        Some("setShopper") => session::set_shopper(token_of(&call.get(1))),
        Some("open") => open(View::wished(call.get(1).as_string().as_deref())),
        Some("consent") => {
            let granted = call.get(1).is_truthy();
            app().page.allowed.set(granted);
            if !granted {
                browser::forget();
            }
        }
        // The loader's own: a panel is in the page.
        Some("mount") => {
            if let Ok(host) = call.get(1).dyn_into() {
                mount(host);
            }
        }
        // Others come from a page that is newer than this.
        _ => {}
    }
}

/// A cart that is none, or not one that we understand, is no cart.
fn set_cart(cart: &JsValue) {
    // As text, because that is what goes to the edge; read back, it is only what JSON can say.
    let told = js_sys::JSON::stringify(cart).ok().and_then(|text| text.as_string());
    let told = told.filter(|text| text != "null");
    let read = told.as_ref().map(|text| json::read(text).as_ref().and_then(fidela_ui::cart::read));
    if let Some(None) = read {
        fire("error", &[("code", "invalid_cart".into())]);
    }
    let cart = read.flatten().filter(|cart| !cart.lines.is_empty());
    let is_news = app().cart.peek(|old| old.as_ref().map(|old| &old.cart) != cart.as_ref());
    if is_news {
        let now = cart.zip(told).map(|(cart, told)| Rc::new(CartNow { told, cart }));
        app().cart.set(now);
        app().trouble.set(None);
        session::tell_again(app());
    }
}

/// Opens the dialog at the launcher; a page has one.
fn open(view: Option<View>) {
    let there =
        MOUNTED.with_borrow(|all| all.iter().find(|one| one.place.dialog).map(|one| Rc::clone(&one.place)));
    let place = there.or_else(|| {
        // Its arrival in the page mounts it.
        mount(browser::add_dialog(DIALOG));
        MOUNTED.with_borrow(|all| all.iter().find(|one| one.place.dialog).map(|one| Rc::clone(&one.place)))
    });
    if let Some(place) = place {
        if let Some(view) = view {
            place.view.set(view);
        }
        place.open.set(true);
        // What the last opening told is told.
        app().arrived.set(String::new());
        session::tell_arrived();
        session::look_again();
    }
}

/// The store's colours, on the element and on the launcher: below what the page itself says.
fn dress(host: &HtmlElement) {
    let Some(store) = app().known_store() else { return };
    let theme = &store.public.theme;
    if theme.iter().any(|(name, _)| name == "surface") && !host.has_attribute("data-theme") {
        // Colours that were chosen together are not mixed with ours for the dark.
        let _ = host.set_attribute("data-theme", "light");
    }
    let (names, values): (Vec<String>, Vec<String>) = theme.iter().cloned().unzip();
    browser::dress(&app().page.launcher, names.clone(), values.clone());
    browser::dress(host, names, values);
}

/// Whether somebody can see a panel: an open dialog, or one in the page.
pub(crate) fn is_seen() -> bool {
    MOUNTED.with_borrow(|all| all.iter().any(|one| !one.place.dialog || one.place.open.now()))
}

/// Fires an event on the panel in use: the open dialog, or the first of the page.
pub(crate) fn fire(name: &str, detail: Detail<'_>) {
    let host = MOUNTED.with_borrow(|all| {
        let open = all.iter().find(|one| one.place.dialog && one.place.open.now());
        open.or_else(|| all.first()).map(|one| one.host.clone())
    });
    // Before there is a panel, the launcher speaks: shoppers point at it before they open it.
    fire_on(host.as_ref().unwrap_or(&app().page.launcher), name, detail);
}

fn fire_on(host: &HtmlElement, name: &str, detail: Detail<'_>) {
    let object = js_sys::Object::new();
    for (field, value) in detail {
        let _ = js_sys::Reflect::set(&object, &JsValue::from_str(field), value);
    }
    browser::emit(host, name, &object);
}

fn position(host: &HtmlElement) -> Option<usize> {
    MOUNTED.with_borrow(|all| all.iter().position(|one| &one.host == host))
}
