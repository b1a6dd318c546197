//! /console/shoppers

use leptos::prelude::*;

use crate::texts::t;
use crate::ui::Page;

/// The area.
#[component]
pub fn Shoppers() -> impl IntoView {
    view! { <Page title=t("shell.menu.shoppers")>""</Page> }
}
