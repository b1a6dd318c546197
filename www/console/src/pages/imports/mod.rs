//! /console/imports

use leptos::prelude::*;

use crate::texts::t;
use crate::ui::Page;

/// The area.
#[component]
pub fn Imports() -> impl IntoView {
    view! { <Page title=t("shell.menu.imports")>""</Page> }
}
