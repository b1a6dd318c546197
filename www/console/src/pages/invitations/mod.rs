//! `/console/invitations`: what an invitation gives, its letter, its card on networks and its pages, the queue of those that
//! are looked at, and what became of each.
//!
//! What is edited here is the `referrals` part of the program: the document that the whole console edits
//! (`pages/program/document.rs`), published together. [`letters`] alone is of its own, because the API keeps those apart.
//!
//! - [`live`]: previews that follow what is typed. [`words`]: texts by language, with places to fill in.
//! - [`referral`]: one invitation in words, for [`queue`] and [`history`].

mod email;
mod history;
mod letter;
mod letters;
mod live;
mod pages;
mod picture;
mod queue;
mod referral;
mod settings;
mod social;
mod words;

use leptos::prelude::*;

use crate::pages::program::bar::PublishBar;
use crate::pages::program::conflict::Conflicts;
use crate::pages::program::document::document;
use crate::shell::{at, rest};
use crate::texts::t;
use crate::ui::{Page, Tabs};

const PARTS: [&str; 7] = ["settings", "email", "social", "pages", "review", "history", "letters"];

/// The area.
#[component]
pub fn Invitations() -> impl IntoView {
    let rest = rest();
    let part = Memo::new(move |_| {
        let rest = rest.get();
        PARTS.into_iter().find(|part| *part == rest).unwrap_or(PARTS[0])
    });
    let items = PARTS.map(|part| (link(part), t(&format!("invitations.tab.{part}")))).to_vec();
    let body = move || match part.get() {
        "email" => email::view(),
        "social" => social::view(),
        "pages" => pages::view(),
        "review" => queue::view(),
        "history" => history::view(),
        "letters" => letters::view(),
        _ => settings::view(),
    };
    let edits = Memo::new(move |_| matches!(part.get(), "settings" | "email" | "social" | "pages"));
    view! {
        <Page title=t("shell.menu.invitations") lead=t("invitations.lead")>
            <Tabs label=t("shell.menu.invitations") items=items current=Signal::derive(move || link(part.get())) />
            {body}
            {move || edits.get().then(publish)}
        </Page>
    }
}

/// What was changed is published together with whatever else was changed of the program; a conflict is told above it.
fn publish() -> AnyView {
    document().view(move || view! { <PublishBar /> <Conflicts /> })
}

/// The address of a part.
fn link(part: &str) -> String {
    at(&format!("invitations/{part}"))
}
