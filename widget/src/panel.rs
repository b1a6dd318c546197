//! The frame: a dialog or a part of the page, its tabs, what went wrong, and what is read aloud.

use std::rc::Rc;

use crate::app::{Shopper, StoreState, app};
use crate::dom::{El, el};
use crate::icons::Icon;
use crate::signal::{Followed, Shared, follow};
use crate::texts::text;
use crate::views::{
    has_missions, invite, message, missions, note, points, redeem, skeleton, stranger, toast,
};
use crate::{browser, session};

/// What a tab shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum View {
    Points,
    Missions,
    Invite,
    Redeem,
}

impl View {
    const ALL: [Self; 4] = [Self::Points, Self::Missions, Self::Invite, Self::Redeem];

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
            Self::Missions => "missions",
            Self::Invite => "invite",
            Self::Redeem => "redeem",
        }
    }

    fn label(self) -> &'static str {
        match self {
            Self::Points => text("tab.points"),
            Self::Missions => text("tab.missions"),
            Self::Invite => text("tab.invite"),
            Self::Redeem => text("tab.redeem"),
        }
    }

    fn icon(self) -> Icon {
        match self {
            Self::Points => Icon::Star,
            Self::Missions => Icon::Flag,
            Self::Invite => Icon::Plane,
            Self::Redeem => Icon::Tag,
        }
    }

    fn tab_id(self) -> &'static str {
        match self {
            Self::Points => "tab-points",
            Self::Missions => "tab-missions",
            Self::Invite => "tab-invite",
            Self::Redeem => "tab-redeem",
        }
    }

    /// Whether it has something for whoever looks: points are used by those who have them, friends are invited where
    /// that gives something, and missions are shown where there are some, or where the page asked for them.
    fn is_offered(self, place: &Place) -> bool {
        match self {
            Self::Points => true,
            Self::Missions => place.view.get() == self || has_missions(),
            Self::Invite => app().me().is_some_and(|me| me.invite),
            Self::Redeem => app().me().is_some(),
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

    /// The view that is shown: the one that is wished for, if it is offered.
    fn shown(&self) -> View {
        let wished = self.view.get();
        if wished.is_offered(self) { wished } else { View::Points }
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
        Kind::Expired => vec![message(Icon::Lock, text("expired.title"), text("expired"), true)],
        Kind::Stranger | Kind::Here => tabs(&place),
    })
}

fn tabs(place: &Rc<Place>) -> Vec<El> {
    let watched = Rc::clone(place);
    let shown = follow(move || watched.shown());
    let tabs = View::ALL.into_iter().map(|view| tab(place, &shown, view)).collect();
    // What is said beside a mission is not said twice.
    let trouble = || {
        let trouble = app().trouble.get().filter(|_| app().claimed.with(String::is_empty));
        trouble.map(|trouble| note(Icon::Alert, &trouble).attr("class", "note warn"))
    };
    let (counted, viewed, placed) = (Rc::clone(place), Rc::clone(&shown), Rc::clone(place));
    // One tab alone leads nowhere.
    let leads = move || View::ALL.iter().filter(|view| view.is_offered(&counted)).count() > 1;
    let class = move || if leads() { "tabs" } else { "gone" }.to_owned();
    let body = el("div", "body")
        .part("body")
        .attr("id", "body")
        .attr("role", "tabpanel")
        .attr("tabindex", "0")
        .attr_from("aria-labelledby", move || viewed.get().tab_id().to_owned())
        .slot(paused)
        .slot(move || match shown.get() {
            View::Points if app().me_now().is_some() => points(&placed),
            View::Points => stranger(),
            View::Missions => missions(),
            View::Invite => invite(),
            View::Redeem => redeem(),
        })
        .slot(move || trouble().into_iter().collect());
    vec![
        el("div", "")
            .attr_from("class", class)
            .part("tabs")
            .attr("role", "tablist")
            .attr("aria-labelledby", "title")
            .all(tabs),
        el("div", "slot").inside(toast),
        body,
    ]
}

fn tab(place: &Rc<Place>, shown: &Rc<Followed<View>>, view: View) -> El {
    let (offered, clicked) = (Rc::clone(place), Rc::clone(place));
    let (selected, reached) = (Rc::clone(shown), Rc::clone(shown));
    let tab = el("button", "")
        .attr_from("class", move || if view.is_offered(&offered) { "tab" } else { "gone" }.to_owned())
        .part("tab")
        .attr("type", "button")
        .attr("role", "tab")
        .attr("id", view.tab_id())
        .attr("aria-controls", "body")
        .attr_from("aria-selected", move || (selected.get() == view).to_string())
        .attr_from("tabindex", move || if reached.get() == view { "0" } else { "-1" }.to_owned())
        .icon(view.icon())
        .with(el("span", "").text(view.label()))
        .click(move || clicked.view.set(view));
    tab.on("keydown", |event| browser::move_tab(&event))
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
