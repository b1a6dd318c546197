//! Elements, and what of them follows the state.
//!
//! Leptos keeps track of what depends on what; the elements are made here. Its own views are typed by their whole
//! structure, and for these two tabs weighed four times as much as everything else in the panel: 175 kB of 235
//! (brotli). Here every element is one type and every reaction one boxed function.
//!
//! **Invariant**: no `style` attribute and no markup from text. A page's policy may forbid the first, and the
//! second would let a merchant's name for a product run in a shopper's browser.

use std::cell::RefCell;
use std::rc::Rc;

use reactive_graph::effect::RenderEffect;
use reactive_graph::signal::ArcTrigger;
use reactive_graph::traits::{Notify, Track};
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Element, Event, HtmlElement};

use crate::browser;

/// A value that is seen to change.
pub(crate) struct Shared<T> {
    value: RefCell<T>,
    changed: ArcTrigger,
}

impl<T> Shared<T> {
    pub(crate) fn new(value: T) -> Self {
        Self { value: RefCell::new(value), changed: ArcTrigger::new() }
    }

    /// Looks at it; whoever does so inside a reaction reacts again when it changes.
    pub(crate) fn with<U>(&self, look: impl FnOnce(&T) -> U) -> U {
        self.changed.track();
        look(&self.value.borrow())
    }

    /// Looks at it as it is now.
    pub(crate) fn peek<U>(&self, look: impl FnOnce(&T) -> U) -> U {
        look(&self.value.borrow())
    }

    pub(crate) fn update(&self, change: impl FnOnce(&mut T)) {
        change(&mut self.value.borrow_mut());
        self.changed.notify();
    }

    pub(crate) fn set(&self, value: T) {
        self.update(|old| *old = value);
    }
}

impl<T: Clone> Shared<T> {
    pub(crate) fn get(&self) -> T {
        self.with(T::clone)
    }

    pub(crate) fn now(&self) -> T {
        self.peek(T::clone)
    }
}

impl<T: PartialEq> Shared<T> {
    /// Nobody reacts where nothing is new.
    pub(crate) fn settle(&self, value: T) {
        if self.peek(|old| *old != value) {
            self.set(value);
        }
    }
}

/// Reactions live as long as the reaction that made them, or as the panel.
pub(crate) struct Kept {
    _reactions: Vec<RenderEffect<Kept>>,
    timers: Vec<i32>,
}

impl Drop for Kept {
    fn drop(&mut self) {
        self.timers.iter().copied().for_each(browser::clear_interval);
    }
}

thread_local! {
    static SCOPE: RefCell<Kept> = const { RefCell::new(Kept { _reactions: Vec::new(), timers: Vec::new() }) };
}

/// Runs it, and answers what it made.
pub(crate) fn scope(run: &dyn Fn()) -> Kept {
    let empty = Kept { _reactions: Vec::new(), timers: Vec::new() };
    let outer = SCOPE.replace(empty);
    run();
    SCOPE.replace(outer)
}

/// Runs now, and again whenever something that it looked at has changed.
pub(crate) fn react(run: impl Fn() + 'static) {
    react_boxed(Box::new(run));
}

fn react_boxed(run: Box<dyn Fn()>) {
    let reaction = RenderEffect::new(move |old: Option<Kept>| {
        // What it made the last time stops before it makes it anew.
        drop(old);
        scope(&*run)
    });
    SCOPE.with_borrow_mut(|scope| scope._reactions.push(reaction));
}

/// A value that follows others, and is news only when it is another one.
pub(crate) fn follow<T: PartialEq + 'static>(compute: impl Fn() -> T + 'static) -> Rc<Shared<T>> {
    let value = Rc::new(Shared::new(compute()));
    let follower = Rc::clone(&value);
    react(move || follower.settle(compute()));
    value
}

/// Every second, until the reaction that asked for it is over.
pub(crate) fn every_second(run: impl Fn() + 'static) {
    let run: Closure<dyn Fn()> = Closure::new(run);
    let timer = browser::set_interval(&run.into_js_value());
    SCOPE.with_borrow_mut(|scope| scope.timers.push(timer));
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
            element.set_text_content(None);
            for child in children() {
                let _ = element.append_child(&child.0);
            }
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
