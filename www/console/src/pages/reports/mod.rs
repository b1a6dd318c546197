//! /console/reports

use leptos::prelude::*;

use crate::texts::t;
use crate::ui::Page;

/// The area.
#[component]
pub fn Reports() -> impl IntoView {
    view! { <Page title=t("shell.menu.reports")>""</Page> }
}
