//! `/console/imports`: spreadsheets that are looked at in the page, sent, counted, and can be taken back.
//!
//! - [`list`]: all of them. [`new`]: a file, from the template to its upload. [`detail`]: one, how far it is and what its rows came
//!   to ([`rows`]).
//! - [`found`]: what the reader found in a file, in words. The reader is a program of its own (`www/console/reader`), which
//!   [`files`] has fetched when there is a file and not before.

mod detail;
mod files;
mod found;
mod list;
mod missions;
mod new;
mod rows;

use fidela_protocol::imports::{ImportKind, ImportStatus};
use leptos::prelude::*;

use crate::shell::{at, rest};
use crate::texts::t;
use crate::ui::{Badge, Tone};

/// The area.
#[component]
pub fn Imports() -> impl IntoView {
    let rest = rest();
    move || match rest.get().as_str() {
        "" => list::List().into_any(),
        "new" => new::New().into_any(),
        id => detail::Detail(detail::DetailProps { id: id.to_owned() }).into_any(),
    }
}

/// The address of one, or of a page of this area.
fn link(id: &str) -> String {
    at(&format!("imports/{id}"))
}

/// What its rows are.
fn kind(kind: ImportKind) -> String {
    t(match kind {
        ImportKind::Completions => "imports.kind.completions",
        ImportKind::Balances => "imports.kind.balances",
    })
}

/// The word for where one stands.
fn status(status: ImportStatus) -> AnyView {
    let (word, tone) = match status {
        ImportStatus::Reading => ("reading", Tone::Info),
        ImportStatus::Checking => ("checking", Tone::Info),
        ImportStatus::Ready => ("ready", Tone::Warn),
        ImportStatus::Running => ("running", Tone::Info),
        ImportStatus::Done => ("done", Tone::Good),
        ImportStatus::Reverting => ("reverting", Tone::Info),
        ImportStatus::Reverted => ("reverted", Tone::Plain),
    };
    view! { <Badge tone=tone>{t(&format!("imports.status.{word}"))}</Badge> }.into_any()
}
