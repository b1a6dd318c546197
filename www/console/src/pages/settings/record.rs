//! Who did what.

use fidela_protocol::scopes::{Author, AuthorKind};
use fidela_protocol::team::AuditRow;
use leptos::prelude::*;

use super::listed;
use crate::api::{self, Page};
use crate::texts::{find, moment, t};
use crate::ui::{Badge, Button, Empty, Tone, load};

/// The page.
#[component]
pub(super) fn Record() -> impl IntoView {
    let rows = RwSignal::new(Vec::<AuditRow>::new());
    let next = RwSignal::new(None::<String>);
    let busy = RwSignal::new(false);
    let loaded = load(|| api::get::<Page<AuditRow>>("/v1/audit?limit=50"));
    Effect::new(move |_| {
        if let Some(page) = loaded.get() {
            rows.set(page.items);
            next.set(page.next);
        }
    });
    let more = move |()| {
        let Some(after) = next.get_untracked() else { return };
        busy.set(true);
        leptos::task::spawn_local(async move {
            let page =
                api::get::<Page<AuditRow>>(&format!("/v1/audit?limit=50&after={}", api::encode(&after)))
                    .await;
            busy.set(false);
            match page {
                Ok(page) => {
                    rows.update(|rows| rows.extend(page.items));
                    next.set(page.next);
                }
                Err(why) => crate::ui::failed(&why),
            }
        });
    };
    let list = loaded.view(move |page| {
        if page.items.is_empty() {
            return view! { <Empty title=t("settings.record.nothing") text=t("settings.record.nothing_text") /> }.into_any();
        }
        view! {
            <table class="cards">
                <thead><tr><th scope="col">{t("settings.record.when")}</th><th scope="col">{t("settings.record.who")}</th><th scope="col">{t("settings.record.what")}</th></tr></thead>
                <tbody>{move || rows.get().into_iter().map(row).collect::<Vec<_>>()}</tbody>
            </table>
            {move || next.with(Option::is_some).then(|| view! { <div class="buttons"><Button busy=busy on_press=more>{t("shell.more")}</Button></div> })}
        }
        .into_any()
    });
    listed(t("settings.tab.record"), t("settings.record.help"), None, list)
}

fn row(row: AuditRow) -> AnyView {
    let AuditRow { at, who: Author { kind, name, id }, action, object, note, .. } = row;
    let (word, tone) = match kind {
        AuthorKind::Member => ("member", Tone::Info),
        AuthorKind::Key => ("key", Tone::Plain),
        AuthorKind::Operator => ("operator", Tone::Warn),
        AuthorKind::System => ("system", Tone::Plain),
    };
    let name = if name.is_empty() { id } else { name };
    // An action without a name of ours is one that is newer than this page.
    let what = find(&format!("settings.did.{action}")).unwrap_or(action);
    view! {
        <tr>
            <td data-label=t("settings.record.when")><time datetime=at.to_string()>{moment(&at.to_string())}</time></td>
            <td data-label=t("settings.record.who")><span>{name} " " <Badge tone=tone>{t(&format!("settings.record.{word}"))}</Badge></span></td>
            <td data-label=t("settings.record.what")><span>{what}{note.map(|note| view! { <br /><span>{note}</span> })}{object.map(|object| view! { <br /><code class="soft">{object}</code> })}</span></td>
        </tr>
    }
    .into_any()
}
