//! The frame: a dialog or a part of the page, its two tabs, what went wrong, and what is read aloud.

use leptos::html::{Button, Dialog};
use leptos::prelude::*;

use crate::app::{Shopper, StoreState, app};
use crate::icons::{Icon, icon};
use crate::texts::text;
use crate::views::{message, points, redeem, skeleton, stranger};
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
#[derive(Clone, Copy)]
pub(crate) struct Place {
    /// At the launcher, or in the page.
    pub(crate) dialog: bool,
    pub(crate) view: RwSignal<View>,
    pub(crate) open: RwSignal<bool>,
}

impl Place {
    pub(crate) fn new(dialog: bool, view: View) -> Self {
        Self { dialog, view: RwSignal::new(view), open: RwSignal::new(false) }
    }
}

/// A whole panel.
pub(crate) fn panel(place: Place) -> AnyView {
    if !place.dialog {
        return view! {
            <section class="panel inline" part="panel" aria-labelledby="title">
                {frame(place)}
            </section>
        }
        .into_any();
    }
    let dialog: NodeRef<Dialog> = NodeRef::new();
    Effect::new(move |_| {
        if let Some(dialog) = dialog.get() {
            if place.open.get() {
                browser::show(&dialog);
            } else {
                dialog.close();
            }
        }
    });
    view! {
        <dialog
            class="panel dialog"
            part="panel"
            aria-labelledby="title"
            node_ref=dialog
            on:close=move |_| place.open.set(false)
            on:keydown=move |event| browser::keep_focus(&event)
            on:click=move |event| {
                if dialog.get_untracked().is_some_and(|dialog| !browser::inside(&dialog, &event)) {
                    place.open.set(false);
                }
            }
        >
            {frame(place)}
        </dialog>
    }
    .into_any()
}

fn frame(place: Place) -> AnyView {
    let title =
        move || app().known_store().map_or_else(|| text("title").to_owned(), |s| s.public.name.clone());
    let close = place.dialog.then(|| {
        view! {
            <button
                class="quiet round"
                part="close"
                type="button"
                aria-label=text("close")
                on:click=move |_| place.open.set(false)
            >
                {icon(Icon::Close)}
            </button>
        }
    });
    view! {
        <header class="head" part="header">
            <h2 id="title" tabindex="-1">{title}</h2>
            {close}
        </header>
        {move || content(place)}
        <p class="unseen" role="status" aria-live="polite">{move || app().said.get()}</p>
    }
    .into_any()
}

/// By what is known of store and shopper. Drawn anew only when the kind of it changes, so that nobody loses the
/// focus because a balance moved.
fn content(place: Place) -> AnyView {
    #[derive(Clone, Copy, PartialEq)]
    enum Kind {
        Loading,
        Failed,
        Stranger,
        Expired,
        Here,
    }
    let kind = Memo::new(move |_| match app().store.get() {
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
    (move || match kind.get() {
        Kind::Loading => skeleton(),
        Kind::Failed => {
            let (heading, line) = if browser::online() {
                (text("error.title"), text("error.unreachable"))
            } else {
                (text("offline.title"), text("offline"))
            };
            message(Icon::Cloud, heading, line, Some((text("retry"), session::retry)))
        }
        Kind::Stranger => stranger(),
        Kind::Expired => {
            message(Icon::Lock, text("expired.title"), text("expired"), Some((text("retry"), session::retry)))
        }
        Kind::Here => tabs(place),
    })
    .into_any()
}

fn tabs(place: Place) -> AnyView {
    let buttons: Vec<AnyView> = View::ALL.into_iter().map(|view| tab(place, view)).collect();
    let trouble = move || {
        app().trouble.get().map(|trouble| {
            view! {
                <p class="note warn" part="notice">
                    {icon(Icon::Alert)}
                    <span>{trouble}</span>
                </p>
            }
        })
    };
    view! {
        <div class="tabs" part="tabs" role="tablist" aria-labelledby="title">
            {buttons}
        </div>
        <div
            class="body"
            part="body"
            id="body"
            role="tabpanel"
            tabindex="0"
            aria-labelledby=move || place.view.get().tab_id()
        >
            {paused}
            {move || match place.view.get() {
                View::Points => points(place),
                View::Redeem => redeem(place),
            }}
            {trouble}
        </div>
    }
    .into_any()
}

fn tab(place: Place, view: View) -> AnyView {
    let button: NodeRef<Button> = NodeRef::new();
    let is_on = move || place.view.get() == view;
    // Two tabs: every arrow leads to the other one, Home and End to the first and the last.
    let moved = move |event: leptos::ev::KeyboardEvent| {
        let to = match event.key().as_str() {
            "ArrowLeft" | "ArrowRight" => view.other(),
            "Home" => View::Points,
            "End" => View::Redeem,
            _ => return,
        };
        event.prevent_default();
        place.view.set(to);
        if let Some(button) = button.get_untracked() {
            browser::focus_on(&button, &format!("#{}", to.tab_id()));
        }
    };
    view! {
        <button
            class="tab"
            part="tab"
            type="button"
            role="tab"
            id=view.tab_id()
            aria-controls="body"
            aria-selected=move || if is_on() { "true" } else { "false" }
            tabindex=move || if is_on() { "0" } else { "-1" }
            node_ref=button
            on:click=move |_| place.view.set(view)
            on:keydown=moved
        >
            {icon(view.icon())}
            <span>{view.label()}</span>
        </button>
    }
    .into_any()
}

/// The merchant has switched the program off: balances stay.
fn paused() -> AnyView {
    let is_off = Memo::new(move |_| {
        app().known_store().is_some_and(|store| !store.program.enabled)
            || app().shopper.with(|shopper| shopper.me().is_some_and(|me| !me.enabled))
    });
    (move || {
        is_off.get().then(|| {
            view! {
                <p class="note" part="notice">
                    {icon(Icon::Pause)}
                    <span>{text("paused")}</span>
                </p>
            }
        })
    })
    .into_any()
}
