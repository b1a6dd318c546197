//! Two people have edited the same program: what the other has done is shown, and nothing is lost.

use fidela_protocol::scopes::Author;
use fidela_rules::changes::changes;
use leptos::prelude::*;
use serde_json::Value;

use super::document::document;
use super::draft::sync;
use super::history::{Changes, who};
use super::path::Clash;
use crate::texts::{self, moment, t, tf};
use crate::ui::{Button, Dialog, Kind};

/// What both have changed, each as they have it.
fn clashing(clashes: Vec<Clash>) -> AnyView {
    if clashes.is_empty() {
        return ().into_any();
    }
    let both: Vec<_> = clashes
        .into_iter()
        .flat_map(|clash| {
            let mut found = changes(&clash.theirs, &clash.mine);
            for change in &mut found {
                change.path = match change.path.as_str() {
                    "" => clash.path.clone(),
                    inner => format!("{}.{inner}", clash.path),
                };
            }
            found
        })
        .collect();
    view! {
        <h3>{t("history.clashes")}</h3>
        <p class="help">{t("history.clashes_help")}</p>
        <Changes changes=both />
    }
    .into_any()
}

fn theirs(before: &Value, after: &Value) -> AnyView {
    view! {
        <h3>{t("history.theirs")}</h3>
        <Changes changes=changes(before, after) />
    }
    .into_any()
}

/// The dialogs of both conflicts: somebody has published meanwhile, or saved the draft. Once in a page that edits the
/// program.
#[component]
pub fn Conflicts() -> impl IntoView {
    let doc = document();
    let published = doc.conflict();
    let is_published = RwSignal::new(false);
    Effect::new(move |_| is_published.set(published.with(Option::is_some)));
    // Escape, and the dialog's cross: what was typed stays, and so does the conflict until the next attempt.
    Effect::new(move |_| {
        if !is_published.get() && published.with_untracked(Option::is_some) {
            published.set(None);
        }
    });
    let saved = sync().conflict();
    let is_saved = RwSignal::new(false);
    Effect::new(move |_| is_saved.set(saved.with(Option::is_some)));
    Effect::new(move |_| {
        if !is_saved.get() && saved.with_untracked(Option::is_some) {
            sync().keep_both();
        }
    });
    view! {
        <Dialog open=is_published title=t("history.conflict")>
            {move || published.get().map(|conflict| {
                let by = conflict.theirs.by.clone().and_then(|by| serde_json::from_value::<Author>(by).ok());
                let version = texts::number(i64::try_from(conflict.theirs.version).unwrap_or(0));
                let when = moment(&conflict.theirs.since);
                let before = doc.base().with_untracked(|base| base.as_ref().map(|base| base.program.clone()));
                view! {
                    <p>{tf("history.conflict_published", &[("n", &version), ("who", &who(by.as_ref())), ("when", &when)])}</p>
                    {theirs(&before.unwrap_or_default(), &conflict.theirs.program)}
                    {clashing(conflict.clashes)}
                    <div class="buttons end">
                        <Button on_press=move |()| doc.take_theirs()>{t("history.take_theirs")}</Button>
                        <Button kind=Kind::Primary on_press=move |()| doc.rebase()>{t("history.merge")}</Button>
                    </div>
                }
            })}
        </Dialog>
        <Dialog open=is_saved title=t("history.conflict")>
            {move || saved.get().map(|conflict| {
                let when = moment(&conflict.theirs.updated_at.to_string());
                view! {
                    <p>{tf("history.conflict_draft", &[("who", &who(conflict.theirs.by.as_ref())), ("when", &when)])}</p>
                    {theirs(&conflict.before, &conflict.theirs.program)}
                    {clashing(conflict.clashes)}
                    <div class="buttons end">
                        <Button on_press=move |()| sync().take_theirs()>{t("history.take_theirs")}</Button>
                        <Button kind=Kind::Primary on_press=move |()| sync().keep_both()>{t("history.merge")}</Button>
                    </div>
                }
            })}
        </Dialog>
    }
}
