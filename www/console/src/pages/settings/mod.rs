//! /console/settings

use leptos::prelude::*;

use crate::texts::t;
use crate::ui::Page;

/// The area.
#[component]
pub fn Settings() -> impl IntoView {
    view! { <Page title=t("shell.menu.settings")>""</Page> }
}
