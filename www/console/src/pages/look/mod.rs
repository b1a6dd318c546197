//! /console/look

use leptos::prelude::*;

use crate::texts::t;
use crate::ui::Page;

/// The area.
#[component]
pub fn Look() -> impl IntoView {
    view! { <Page title=t("shell.menu.look")>""</Page> }
}
