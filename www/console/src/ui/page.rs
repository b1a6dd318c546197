//! A page and what stands in it: cards, notes, badges, tabs, and what is shown while there is nothing.

use leptos::prelude::*;

use super::button::Button;
use super::icons::{Icon, icon};
use crate::browser;
use crate::texts::t;

/// A page: its title is the heading and the window's, and takes the focus when the page comes.
#[component]
pub fn Page(
    /// What the page is called.
    #[prop(into)]
    title: Signal<String>,
    /// A sentence on what it is for.
    #[prop(optional, into)]
    lead: MaybeProp<String>,
    /// What can be done on the whole of it, beside the title.
    #[prop(optional, into)]
    actions: Option<ViewFn>,
    /// Its address above, and what that is called: a way back.
    #[prop(optional, into)]
    back: Option<(String, String)>,
    /// What stands on it.
    children: Children,
) -> impl IntoView {
    Effect::new(move |_| browser::title(&format!("{} · Fidela", title.get())));
    browser::focus("page-title");
    view! {
        <div class="page">
            {back.map(|(href, name)| view! { <a class="back" href=href>{icon(Icon::Next)}{name}</a> })}
            <div class="page-head">
                <div>
                    <h1 id="page-title" tabindex="-1">{title}</h1>
                    {move || lead.get().map(|lead| view! { <p class="lead">{lead}</p> })}
                </div>
                {actions.map(|actions| view! { <div class="page-actions">{actions.run()}</div> })}
            </div>
            {children()}
        </div>
    }
}

/// A part of a page, with its heading.
#[component]
pub fn Card(
    /// Its heading.
    #[prop(optional, into)]
    title: MaybeProp<String>,
    /// A sentence below it.
    #[prop(optional, into)]
    help: MaybeProp<String>,
    /// What can be done with it, beside its heading.
    #[prop(optional, into)]
    actions: Option<ViewFn>,
    /// What stands in it.
    children: Children,
) -> impl IntoView {
    view! {
        <section class="card">
            {move || title.get().map(|title| view! { <div class="card-head"><h2>{title}</h2>{actions.as_ref().map(ViewFn::run)}</div> })}
            {move || help.get().map(|help| view! { <p class="card-help">{help}</p> })}
            {children()}
        </section>
    }
}

/// How something is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Tone {
    /// As usual.
    #[default]
    Plain,
    /// Well.
    Good,
    /// To be looked at.
    Warn,
    /// Wrong.
    Bad,
    /// To be known.
    Info,
}

impl Tone {
    const fn class(self) -> &'static str {
        match self {
            Self::Plain => "plain",
            Self::Good => "good",
            Self::Warn => "warn",
            Self::Bad => "bad",
            Self::Info => "info",
        }
    }
}

/// A word on the state of something.
#[component]
pub fn Badge(
    /// How it is.
    #[prop(optional)]
    tone: Tone,
    /// The word.
    children: Children,
) -> impl IntoView {
    view! { <span class=format!("badge {}", tone.class())>{children()}</span> }
}

/// A sentence that should not be missed.
#[component]
pub fn Note(
    /// How it is.
    #[prop(optional)]
    tone: Tone,
    /// The sentence, and perhaps what to do.
    children: Children,
) -> impl IntoView {
    let picture = match tone {
        Tone::Good => Icon::Check,
        Tone::Plain | Tone::Info => Icon::Info,
        Tone::Warn | Tone::Bad => Icon::Warning,
    };
    view! { <div class=format!("note {}", tone.class())>{icon(picture)}<div>{children()}</div></div> }
}

/// What is shown where there is nothing yet: what it would be, and what to do.
#[component]
pub fn Empty(
    /// What is not there.
    #[prop(into)]
    title: String,
    /// What to do.
    #[prop(into)]
    text: String,
    /// Buttons, or links.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    view! {
        <div class="empty">
            <h2>{title}</h2>
            <p>{text}</p>
            {children.map(|children| children())}
        </div>
    }
}

/// While something is on its way.
#[component]
pub fn Loading() -> impl IntoView {
    view! { <div class="loading" role="status"><span class="spinner" aria-hidden="true"></span>{t("shell.loading")}</div> }
}

/// What went wrong, and a way to try again.
#[component]
pub fn ErrorBox(
    /// What.
    #[prop(into)]
    sentence: String,
    /// What trying again does.
    #[prop(optional, into)]
    retry: Option<Callback<()>>,
) -> impl IntoView {
    view! {
        <div class="note bad" role="alert">
            {icon(Icon::Warning)}
            <div>
                <p>{sentence}</p>
                {retry.map(|retry| view! { <Button on_press=retry>{t("shell.retry")}</Button> })}
            </div>
        </div>
    }
}

/// Links to the parts of an area, as tabs: address and name of each. `current` is the address that is shown.
#[component]
pub fn Tabs(
    /// What they are tabs of.
    #[prop(into)]
    label: String,
    /// Address and name of each.
    items: Vec<(String, String)>,
    /// The one that is shown.
    #[prop(into)]
    current: Signal<String>,
    /// What stands behind the names, of as many as have something.
    #[prop(optional)]
    marks: Vec<AnyView>,
) -> impl IntoView {
    let mut marks = marks.into_iter();
    let links = items.into_iter().map(|(href, name)| {
        let own = href.clone();
        view! {
            <a href=href aria-current=move || (current.get() == own).then_some("page")>{name}{marks.next()}</a>
        }
    });
    let links: Vec<_> = links.collect();
    // On a phone there are more of them than fit.
    Effect::new(move |_| {
        current.track();
        request_animation_frame(|| browser::reveal(".tabs [aria-current]"));
    });
    view! { <nav class="tabs" aria-label=label>{links}</nav> }
}
