//! /console/program

pub mod document;
pub mod path;

use leptos::prelude::*;

use crate::texts::t;
use crate::ui::Page;

/// The area.
#[component]
pub fn ProgramArea() -> impl IntoView {
    view! { <Page title=t("shell.menu.program")>""</Page> }
}
