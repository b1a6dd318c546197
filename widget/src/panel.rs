//! The frame: a dialog or a part of the page, its two tabs, what went wrong, and what is read aloud.

use std::rc::Rc;

use js_sys::Reflect;
use wasm_bindgen::JsValue;

use crate::app::{Shopper, StoreState, app};
use crate::dom::{El, el};
use crate::icons::Icon;
use crate::signal::{Shared, follow};
use crate::texts::text;
use crate::views::{message, note, points, redeem, skeleton, stranger};
use crate::{browser, session};

/// What a tab shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum View {
    Points,
    Redeem,
}

impl View {
    const ALL: [Self; 2] = [Self::Points, Self::Redeem];

    /// The view of a name; the first where there is none of that name.
    pub(crate) fn named(name: Option<&str>) -> Self {
        Self::wished(name).unwrap_or(Self::Points)
    }

    /// The view of a name, if there is one.
    pub(crate) fn wished(name: Option<&str>) -> Option<Self> {
        Self::ALL.into_iter().find(|view| name == Some(view.name()))
    }

    fn name(self) -> &'static str {
        match self {
            Self::Points => "points",
            Self::Redeem => "redeem",
        }
    }

    fn label(self) -> &'static str {
        match self {
            Self::Points => text("tab.points"),
            Self::Redeem => text("tab.redeem"),
        }
    }

    fn icon(self) -> Icon {
        match self {
            Self::Points => Icon::Star,
            Self::Redeem => Icon::Tag,
        }
    }

    fn tab_id(self) -> &'static str {
        match self {
            Self::Points => "tab-points",
            Self::Redeem => "tab-redeem",
        }
    }

    fn other(self) -> Self {
        match self {
            Self::Points => Self::Redeem,
            Self::Redeem => Self::Points,
        }
    }
}

/// Where a panel is, and how it stands.
pub(crate) struct Place {
    /// At the launcher, or in the page.
    pub(crate) dialog: bool,
    pub(crate) view: Shared<View>,
    pub(crate) open: Shared<bool>,
}

impl Place {
    pub(crate) fn new(dialog: bool, view: View) -> Self {
        Self { dialog, view: Shared::new(view), open: Shared::new(false) }
    }
}

/// A whole panel.
pub(crate) fn panel(place: &Rc<Place>) -> El {
    let (tag, class) = if place.dialog { ("dialog", "panel dialog") } else { ("div", "panel inline") };
    let title = || app().known_store().map_or_else(|| text("title").to_owned(), |s| s.public.name.clone());
    let heading = el("h2", "").attr("id", "title").attr("tabindex", "-1").text_from(title);
    let close = place.dialog.then(|| {
        let place = Rc::clone(place);
        el("button", "quiet round")
            .part("close")
            .attr("type", "button")
            .attr("aria-label", text("close"))
            .icon(Icon::Close)
            .click(move || place.open.set(false))
    });
    // In the page a group, not a landmark: a page may have two of them, and they would go by one name.
    let role = if place.dialog { "dialog" } else { "group" };
    let panel = el(tag, class)
        .part("panel")
        .attr("role", role)
        .attr("aria-labelledby", "title")
        .with(el("div", "head").part("header").with(heading).maybe(close))
        .with(content(place))
        .with(said());
    if place.dialog { dialog(place, panel) } else { panel }
}

fn dialog(place: &Rc<Place>, panel: El) -> El {
    let (closed, clicked, shown) = (Rc::clone(place), Rc::clone(place), Rc::clone(place));
    panel
        .on("close", move |event| {
            // Told a moment later: by then it may have been opened again.
            if !browser::is_shown(&event) {
                closed.open.settle(false);
            }
        })
        .on("keydown", |event| browser::keep_focus(&event))
        .on("click", move |event| {
            if !browser::inside(&event) {
                clicked.open.set(false);
            }
        })
        .follow(move |dialog| {
            if shown.open.get() {
                // It has to be in the page to be shown, and it is put there after it is made.
                browser::show(dialog);
            } else {
                browser::close(dialog);
            }
        })
}

/// The live region: what happened, for those who hear the page. The same words twice are said twice.
fn said() -> El {
    el("p", "unseen").attr("role", "status").attr("aria-live", "polite").text_from(|| app().said.get())
}

/// By what is known of store and shopper. Drawn anew only when the kind of it changes, so that nobody loses the
/// focus because a balance moved.
fn content(place: &Rc<Place>) -> El {
    #[derive(Clone, Copy, PartialEq)]
    enum Kind {
        Loading,
        Failed,
        Stranger,
        Expired,
        Here,
    }
    let kind = follow(|| match app().store.get() {
        StoreState::Loading => Kind::Loading,
        StoreState::Failed => Kind::Failed,
        StoreState::Here(_) => app().shopper.with(|shopper| match shopper {
            Shopper::Loading => Kind::Loading,
            Shopper::Stranger => Kind::Stranger,
            Shopper::Expired => Kind::Expired,
            Shopper::Failed => Kind::Failed,
            Shopper::Here(_) => Kind::Here,
        }),
    });
    let place = Rc::clone(place);
    el("div", "content").inside(move || match kind.get() {
        Kind::Loading => vec![skeleton()],
        Kind::Failed if browser::online() => {
            vec![message(Icon::Cloud, text("error.title"), text("error.unreachable"), true)]
        }
        Kind::Failed => vec![message(Icon::Cloud, text("offline.title"), text("offline.line"), true)],
        Kind::Stranger => stranger(),
        Kind::Expired => vec![message(Icon::Lock, text("expired.title"), text("expired"), true)],
        Kind::Here => tabs(&place),
    })
}

fn tabs(place: &Rc<Place>) -> Vec<El> {
    let tabs = View::ALL.into_iter().map(|view| tab(place, view)).collect();
    let trouble =
        || app().trouble.get().map(|trouble| note(Icon::Alert, &trouble).attr("class", "note warn"));
    let (viewed, shown) = (Rc::clone(place), Rc::clone(place));
    let body = el("div", "body")
        .part("body")
        .attr("id", "body")
        .attr("role", "tabpanel")
        .attr("tabindex", "0")
        .attr_from("aria-labelledby", move || viewed.view.get().tab_id().to_owned())
        .slot(paused)
        .slot(move || match shown.view.get() {
            View::Points => points(&shown),
            View::Redeem => redeem(),
        })
        .slot(move || trouble().into_iter().collect());
    vec![
        el("div", "tabs").part("tabs").attr("role", "tablist").attr("aria-labelledby", "title").all(tabs),
        body,
    ]
}

fn tab(place: &Rc<Place>, view: View) -> El {
    let (selected, reached, clicked, moved) =
        (Rc::clone(place), Rc::clone(place), Rc::clone(place), Rc::clone(place));
    let tab = el("button", "tab")
        .part("tab")
        .attr("type", "button")
        .attr("role", "tab")
        .attr("id", view.tab_id())
        .attr("aria-controls", "body")
        .attr_from("aria-selected", move || (selected.view.get() == view).to_string())
        .attr_from("tabindex", move || if reached.view.get() == view { "0" } else { "-1" }.to_owned())
        .icon(view.icon())
        .with(el("span", "").text(view.label()))
        .click(move || clicked.view.set(view));
    // Two tabs: every arrow leads to the other one, Home and End to the first and the last.
    tab.on("keydown", move |event| {
        let key = Reflect::get(&event, &JsValue::from_str("key")).ok().and_then(|key| key.as_string());
        let to = match key.as_deref() {
            Some("ArrowLeft" | "ArrowRight") => view.other(),
            Some("Home") => View::Points,
            Some("End") => View::Redeem,
            _ => return,
        };
        event.prevent_default();
        moved.view.set(to);
        browser::focus_on(&event, &["#", to.tab_id()].concat());
    })
}

/// The merchant has switched the program off: balances stay.
fn paused() -> Vec<El> {
    let is_off = app().known_store().is_some_and(|store| !store.program.enabled)
        || app().me().is_some_and(|me| !me.enabled);
    is_off.then(|| note(Icon::Pause, text("paused"))).into_iter().collect()
}

/// What a panel offers after a failure.
pub(crate) fn retry() -> El {
    el("button", "primary").part("button").attr("type", "button").text(text("retry")).click(session::retry)
}
