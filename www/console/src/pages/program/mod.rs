//! /console/program

pub mod conflict;
pub mod document;
pub mod draft;
pub mod history;
pub mod path;

use leptos::prelude::*;

use crate::shell::rest;
use crate::texts::t;
use crate::ui::Page;

/// The area.
#[component]
pub fn ProgramArea() -> impl IntoView {
    let part = rest();
    move || {
        if part.get() == "history" {
            view! { <history::History /> }.into_any()
        } else {
            view! { <Page title=t("shell.menu.program")>""</Page> }.into_any()
        }
    }
}
