//! Elements, and what of them follows the state: Leptos' views, of one type.
//!
//! Each is an `HtmlElement` of Leptos with one kind of attribute ([`Attrs`]) and children of one kind (`AnyView`);
//! what follows the state is a boxed function in an effect. A type per element, as `view!` makes them, weighed more
//! than twice the panel's budget.
//!
//! **Invariant**: no `style` attribute and no markup from text. A page's policy may forbid the first, and the
//! second would let a merchant's name for a product run in a shopper's browser.

use leptos::prelude::*;
use leptos::tachys::html::attribute::{Attribute, NextAttribute};
use leptos::tachys::html::element::custom;
use send_wrapper::SendWrapper;
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Element, Event};

use crate::browser;
use crate::icons::Icon;

/// Every second, until the effect that asked for it is over.
pub(crate) fn every_second(run: impl Fn() + 'static) {
    let run: Closure<dyn Fn()> = Closure::new(run);
    let timer = browser::set_interval(&run.into_js_value());
    on_cleanup(move || browser::clear_interval(timer));
}

/// What an element is given.
enum Attr {
    /// Once.
    Fixed(&'static str, String),
    Text(String),
    Icon(Icon),
    /// Whenever something changes that the function looked at.
    Follows(Box<dyn Fn(&Element)>),
    /// When an event comes.
    On(&'static str, Closure<dyn Fn(Event)>),
}

/// All that one element is given.
struct Attrs(SendWrapper<Vec<Attr>>);

/// An element before it is in the page.
pub(crate) struct El {
    tag: &'static str,
    attrs: Vec<Attr>,
    children: Vec<AnyView>,
}

/// A new element, with its classes.
pub(crate) fn el(tag: &'static str, class: &str) -> El {
    let element = El { tag, attrs: Vec::new(), children: Vec::new() };
    if class.is_empty() { element } else { element.attr("class", class) }
}

impl El {
    fn given(mut self, attr: Attr) -> Self {
        self.attrs.push(attr);
        self
    }

    pub(crate) fn attr(self, name: &'static str, value: &str) -> Self {
        self.given(Attr::Fixed(name, value.to_owned()))
    }

    /// Its part, by which a shop's style sheet reaches it.
    pub(crate) fn part(self, name: &str) -> Self {
        self.attr("part", name)
    }

    /// A text, and nothing else in it.
    pub(crate) fn text(self, text: &str) -> Self {
        self.given(Attr::Text(text.to_owned()))
    }

    /// An icon before all that is in it.
    pub(crate) fn icon(self, icon: Icon) -> Self {
        self.given(Attr::Icon(icon))
    }

    pub(crate) fn with(mut self, child: Self) -> Self {
        self.children.push(child.view());
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

    /// What is done with it now, and again when something changes that was looked at.
    pub(crate) fn follow(self, run: impl Fn(&Element) + 'static) -> Self {
        self.given(Attr::Follows(Box::new(run)))
    }

    /// An attribute that follows.
    pub(crate) fn attr_from(self, name: &'static str, value: impl Fn() -> String + 'static) -> Self {
        self.follow(move |element| set(element, name, &value()))
    }

    /// A text that follows.
    pub(crate) fn text_from(self, text: impl Fn() -> String + 'static) -> Self {
        self.follow(move |element| element.set_text_content(Some(&text())))
    }

    /// What is inside follows.
    pub(crate) fn inside(self, children: impl Fn() -> Vec<Self> + 'static) -> Self {
        self.inside_boxed(Box::new(children))
    }

    fn inside_boxed(mut self, children: Box<dyn Fn() -> Vec<Self>>) -> Self {
        let children = SendWrapper::new(children);
        let views = move || children().into_iter().map(Self::view).collect::<Vec<_>>();
        self.children.push(views.into_any());
        self
    }

    /// A place among others whose content follows.
    pub(crate) fn slot(self, children: impl Fn() -> Vec<Self> + 'static) -> Self {
        self.with(el("div", "slot").inside(children))
    }

    pub(crate) fn on(self, event: &'static str, run: impl Fn(Event) + 'static) -> Self {
        self.given(Attr::On(event, Closure::new(run)))
    }

    pub(crate) fn click(self, run: impl Fn() + 'static) -> Self {
        self.on("click", move |_| run())
    }

    /// As Leptos has it.
    pub(crate) fn view(self) -> AnyView {
        let attrs = Attrs(SendWrapper::new(self.attrs));
        custom(self.tag).add_any_attr(attrs).child(self.children).into_any()
    }
}

impl Attribute for Attrs {
    const MIN_LENGTH: usize = 0;

    /// Its effects end with it.
    type State = (Element, Vec<RenderEffect<()>>);
    type AsyncOutput = Self;
    type Cloneable = Self;
    type CloneableOwned = Self;

    fn build(self, element: &Element) -> Self::State {
        let mut effects = Vec::new();
        for attr in self.0.take() {
            match attr {
                Attr::Fixed(name, value) => set(element, name, &value),
                Attr::Text(text) => element.set_text_content(Some(&text)),
                Attr::Icon(icon) => browser::draw(element, icon.path()),
                Attr::Follows(run) => {
                    let element = element.clone();
                    effects.push(RenderEffect::new(move |_| run(&element)));
                }
                Attr::On(event, run) => browser::listen(element, event, &run.into_js_value()),
            }
        }
        (element.clone(), effects)
    }

    fn rebuild(self, state: &mut Self::State) {
        let element = state.0.clone();
        *state = self.build(&element);
    }

    fn into_cloneable(self) -> Self {
        self
    }

    fn into_cloneable_owned(self) -> Self {
        self
    }

    // What follows is asked of a server that writes pages, and there is none.

    fn hydrate<const FROM_SERVER: bool>(self, element: &Element) -> Self::State {
        self.build(element)
    }

    fn html_len(&self) -> usize {
        0
    }

    fn to_html(self, _: &mut String, _: &mut String, _: &mut String, _: &mut String) {}

    fn dry_resolve(&mut self) {}

    async fn resolve(self) -> Self {
        self
    }
}

/// For those who add attributes to views of others, and nobody does: a copy has none.
impl Clone for Attrs {
    fn clone(&self) -> Self {
        Self(SendWrapper::new(Vec::new()))
    }
}

impl NextAttribute for Attrs {
    type Output<Other: Attribute> = (Self, Other);

    fn add_any_attr<Other: Attribute>(self, other: Other) -> (Self, Other) {
        (self, other)
    }
}

/// A control's value is a property: its attribute is only where it started.
fn set(element: &Element, name: &str, value: &str) {
    if name == "value" {
        let _ = js_sys::Reflect::set(element, &JsValue::from_str(name), &JsValue::from_str(value));
    } else {
        let _ = element.set_attribute(name, value);
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

/// Puts another one there.
pub(crate) fn set_value(event: &Event, value: &str) {
    if let Some(control) = event.target() {
        set(control.unchecked_ref(), "value", value);
    }
}
