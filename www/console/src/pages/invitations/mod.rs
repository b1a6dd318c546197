//! /console/invitations

use leptos::prelude::*;

use crate::texts::t;
use crate::ui::Page;

/// The area.
#[component]
pub fn Invitations() -> impl IntoView {
    view! { <Page title=t("shell.menu.invitations")>""</Page> }
}
