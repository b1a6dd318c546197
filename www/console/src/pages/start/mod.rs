//! /console/start

use leptos::prelude::*;

use crate::texts::t;
use crate::ui::Page;

/// The area.
#[component]
pub fn Start() -> impl IntoView {
    view! { <Page title=t("shell.menu.start")>""</Page> }
}
