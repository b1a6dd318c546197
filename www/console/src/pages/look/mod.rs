//! /console/look: colours, font, corners and logo, with the shop's own widget beside them; and what points are called.

mod theme;
pub mod widget;
mod words;

use leptos::prelude::*;

use crate::shell::{at, rest};
use crate::texts::t;
use crate::ui::{Page, Tabs};

/// The area.
#[component]
pub fn Look() -> impl IntoView {
    let part = rest();
    let tabs = vec![(at("look"), t("look.tab.theme")), (at("look/words"), t("look.tab.words"))];
    let current = Signal::derive(move || if part.get() == "words" { at("look/words") } else { at("look") });
    view! {
        <Page title=t("look.title") lead=t("look.lead")>
            <Tabs label=t("look.title") items=tabs current=current />
            {move || if part.get() == "words" { view! { <words::Words /> }.into_any() } else { view! { <theme::ThemePart /> }.into_any() }}
        </Page>
    }
}
