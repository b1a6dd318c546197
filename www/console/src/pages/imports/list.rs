//! All imports of the store.

use fidela_protocol::imports::ImportEntry;
use leptos::prelude::*;

use super::missions::{self, Mission};
use super::{kind, link, status};
use crate::api::{self, Page as Items};
use crate::texts::{moment, t};
use crate::ui::{Card, Empty, Icon, Page, icon, load};

/// The page.
#[component]
pub fn List() -> impl IntoView {
    let all = load(|| async {
        let entries: Items<ImportEntry> = api::get("/v1/imports").await?;
        let any = entries.items.iter().any(|entry| entry.mission.is_some());
        let missions = if any { missions::all().await.unwrap_or_default() } else { Vec::new() };
        Ok((entries.items, missions))
    });
    view! {
        <Page title=t("shell.menu.imports") lead=t("imports.lead") actions=ViewFn::from(new_one)>
            {all.view(|(entries, missions)| shown(entries, &missions))}
        </Page>
    }
}

fn new_one() -> AnyView {
    view! { <a class="button primary" href=link("new")>{icon(Icon::Upload)}<span>{t("imports.new")}</span></a> }
        .into_any()
}

fn shown(entries: Vec<ImportEntry>, missions: &[Mission]) -> AnyView {
    if entries.is_empty() {
        return view! { <Empty title=t("imports.none") text=t("imports.none_text")>{new_one()}</Empty> }
            .into_any();
    }
    let rows: Vec<_> = entries
        .into_iter()
        .map(|entry| {
            let mission = entry.mission.as_deref().map(|id| name(id, missions));
            view! {
                <tr>
                    <td data-label=t("imports.kind")>
                        <span>
                            <a href=link(&entry.id)>{kind(entry.kind)}</a>
                            {mission.map(|name| view! { <span class="soft">" · " {name}</span> })}
                        </span>
                    </td>
                    <td data-label=t("imports.sent")>{moment(&entry.created_at.to_string())}</td>
                    <td data-label=t("imports.state")>{status(entry.status)}</td>
                </tr>
            }
        })
        .collect();
    view! {
        <Card>
            <div class="table-wrap">
                <table class="cards">
                    <thead>
                        <tr>
                            <th scope="col">{t("imports.kind")}</th>
                            <th scope="col">{t("imports.sent")}</th>
                            <th scope="col">{t("imports.state")}</th>
                        </tr>
                    </thead>
                    <tbody>{rows}</tbody>
                </table>
            </div>
        </Card>
    }
    .into_any()
}

/// What a mission is called, or was: it may have left the program.
pub fn name(id: &str, missions: &[Mission]) -> String {
    missions
        .iter()
        .find(|mission| mission.id == id)
        .map_or_else(|| id.to_owned(), |mission| mission.name.clone())
}
