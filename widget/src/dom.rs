//! Elements, and what of them follows the state.
//!
//! Every element is one type, and every reaction one boxed function (see [`crate::react`]): what a view costs is what
//! it says, not a program of its own.
//!
//! **Invariant**: no `style` attribute and no markup from text. A page's policy may forbid the first, and the
//! second would let a merchant's name for a product run in a shopper's browser.

use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Element, Event, HtmlElement};

use crate::browser;
use crate::react::{keep_timer, react};

/// Every second, until the reaction that asked for it is over.
pub(crate) fn every_second(run: impl Fn() + 'static) {
    let run: Closure<dyn Fn()> = Closure::new(run);
    let timer = browser::set_interval(&run.into_js_value());
    keep_timer(timer);
}

/// An element.
#[derive(Clone)]
pub(crate) struct El(pub(crate) HtmlElement);

/// A new element, with its classes.
pub(crate) fn el(tag: &str, class: &str) -> El {
    let element = El(browser::create(tag));
    if class.is_empty() { element } else { element.attr("class", class) }
}

impl El {
    pub(crate) fn attr(self, name: &str, value: &str) -> Self {
        set(&self.0, name, value);
        self
    }

    /// Its part, by which a shop's style sheet reaches it.
    pub(crate) fn part(self, name: &str) -> Self {
        self.attr("part", name)
    }

    pub(crate) fn text(self, text: &str) -> Self {
        self.0.set_text_content(Some(text));
        self
    }

    pub(crate) fn with(self, child: Self) -> Self {
        let _ = self.0.append_child(&child.0);
        self
    }

    pub(crate) fn maybe(self, child: Option<Self>) -> Self {
        match child {
            Some(child) => self.with(child),
            None => self,
        }
    }

    pub(crate) fn all(self, children: Vec<Self>) -> Self {
        children.into_iter().fold(self, Self::with)
    }

    /// An attribute that follows.
    pub(crate) fn attr_from(self, name: &'static str, value: impl Fn() -> String + 'static) -> Self {
        let element = self.0.clone();
        react(move || set(&element, name, &value()));
        self
    }

    /// A text that follows.
    pub(crate) fn text_from(self, text: impl Fn() -> String + 'static) -> Self {
        let element = self.0.clone();
        react(move || element.set_text_content(Some(&text())));
        self
    }

    /// What is inside follows.
    pub(crate) fn inside(self, children: impl Fn() -> Vec<Self> + 'static) -> Self {
        let element = self.0.clone();
        react(move || {
            let mut inside = Vec::new();
            for child in children() {
                inside.push(child.0);
            }
            browser::refill(&element, inside);
        });
        self
    }

    /// A place among others whose content follows.
    pub(crate) fn slot(self, children: impl Fn() -> Vec<Self> + 'static) -> Self {
        self.with(el("div", "slot").inside(children))
    }

    pub(crate) fn on(self, event: &str, run: impl Fn(Event) + 'static) -> Self {
        let run: Closure<dyn Fn(Event)> = Closure::new(run);
        browser::listen(&self.0, event, &run.into_js_value());
        self
    }

    pub(crate) fn click(self, run: impl Fn() + 'static) -> Self {
        self.on("click", move |_| run())
    }
}

/// A control's value is a property: its attribute is only where it started.
fn set(element: &HtmlElement, name: &str, value: &str) {
    if name == "value" {
        let _ = js_sys::Reflect::set(element, &JsValue::from_str(name), &JsValue::from_str(value));
    } else {
        let _ = AsRef::<Element>::as_ref(element).set_attribute(name, value);
    }
}

/// The value of the control that an event is about.
pub(crate) fn value_of(event: &Event) -> String {
    let target = event.target().unwrap_or_else(|| JsValue::UNDEFINED.unchecked_into());
    js_sys::Reflect::get(&target, &JsValue::from_str("value"))
        .ok()
        .and_then(|v| v.as_string())
        .unwrap_or_default()
}
