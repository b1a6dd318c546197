//! /console/missions

use leptos::prelude::*;

use crate::texts::t;
use crate::ui::Page;

/// The area.
#[component]
pub fn Missions() -> impl IntoView {
    view! { <Page title=t("shell.menu.missions")>""</Page> }
}
