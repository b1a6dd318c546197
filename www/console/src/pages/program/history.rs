//! /console/program/history: every version of the program, who published it and what it changed, and the way back.

use fidela_protocol::drafts::VersionRow;
use fidela_protocol::merchant::ProgramVersion;
use fidela_protocol::scopes::{Author, AuthorKind};
use fidela_rules::changes::{ChangeKind, ProgramChange, changes};
use gloo_net::http::Method;
use leptos::prelude::*;
use serde_json::Value;

use super::document::document;
use crate::api::{self, Call, Page as Items};
use crate::shell::{at, rest};
use crate::texts::{self, find, moment, t, tf, tn};
use crate::ui::{Badge, Button, Dialog, Empty, Icon, Kind, Load, Page, Tone, failed, icon, load, toast};

/// Versions on one page of the list.
const AT_ONCE: usize = 20;

/// Who it was, in words: “by Ana”.
pub fn who(by: Option<&Author>) -> String {
    match by {
        None => t("history.by_nobody"),
        Some(Author { kind: AuthorKind::Key, name, .. }) => tf("history.by_key", &[("name", name)]),
        Some(Author { kind: AuthorKind::Operator, .. }) => t("history.by_operator"),
        Some(Author { name, .. }) => tf("history.by", &[("name", name)]),
    }
}

/// A path without what stands in brackets: what a field of that kind is called in the texts.
fn kind_of(path: &str) -> String {
    path.split('[').map(|part| part.split_once(']').map_or(part, |(_, rest)| rest)).collect()
}

/// What stands in brackets: which card, which mission.
fn things_of(path: &str) -> String {
    let inside = path.split('[').skip(1).filter_map(|part| part.split_once(']').map(|(inside, _)| inside));
    let named = inside.map(|thing| {
        thing.parse::<usize>().map_or_else(
            |_| thing.to_owned(),
            |n| texts::number(i64::try_from(n).unwrap_or(0).saturating_add(1)),
        )
    });
    named.collect::<Vec<_>>().join(" · ")
}

/// What a field is called; its own path where it has no name of its own.
fn name_of(path: &str) -> String {
    let kind = kind_of(path);
    let part = kind.split('.').next().unwrap_or_default();
    let part = find(&format!("program.part.{part}"));
    // Its own name, or that of fields which end like it; what is left over (a language) stands behind it.
    let mut above = kind.as_str();
    while !above.is_empty() {
        let ends = std::iter::successors(Some(above), |ends| ends.split_once('.').map(|(_, rest)| rest));
        let named = ends.into_iter().find_map(|ends| find(&format!("program.f.{ends}")));
        if let Some(name) = named {
            let rest = kind.get(above.len()..).unwrap_or_default().trim_start_matches('.');
            let name = if rest.is_empty() { name } else { format!("{name} ({rest})") };
            return part.map_or_else(|| name.clone(), |part| format!("{part} · {name}"));
        }
        above = above.rsplit_once('.').map_or("", |(parent, _)| parent);
    }
    part.unwrap_or_else(|| kind.replace(['.', '_'], " "))
}

/// Fields that are money, by the last of their names.
const MONEY: [&str; 7] = ["minor", "every", "order_min", "order_max", "max_discount", "spend_from", "amount"];

/// A value as people read it.
fn written(path: &str, value: Option<&Value>) -> String {
    let field = path.rsplit('.').next().unwrap_or_default();
    match value {
        None | Some(Value::Null) => t("history.nothing"),
        Some(Value::Bool(on)) => t(if *on { "history.on" } else { "history.off" }),
        Some(Value::Number(number)) => match number.as_i64() {
            Some(number) if field.ends_with("bps") => texts::percent(number),
            Some(number) if MONEY.contains(&field) => texts::money(number),
            Some(number) => texts::number(number),
            None => number.to_string(),
        },
        Some(Value::String(text)) if text.is_empty() => t("history.nothing"),
        Some(Value::String(text)) => text.clone(),
        Some(Value::Array(items)) if items.is_empty() => t("history.nothing"),
        Some(Value::Array(items)) => {
            items.iter().map(|item| written(path, Some(item))).collect::<Vec<_>>().join(", ")
        }
        Some(Value::Object(fields)) => {
            let name = fields.get("name").filter(|name| !name.is_null()).or_else(|| fields.get("id"));
            match name {
                Some(Value::Object(texts)) => {
                    let here = texts.get(texts::locale()).or_else(|| texts.values().next());
                    written(path, here)
                }
                Some(name) => written(path, Some(name)),
                // A rate, a reward, a condition: its fields, one after the other.
                None => {
                    let said = fields.iter().filter(|(_, value)| !value.is_null());
                    let said = said.map(|(name, value)| match value {
                        Value::String(word) if name == "type" || name == "match" => word.replace('_', " "),
                        value => format!("{} {}", name.replace('_', " "), written(name, Some(value))),
                    });
                    said.collect::<Vec<_>>().join(", ")
                }
            }
        }
    }
}

/// What is different, in words: the field, and what it was and is.
#[component]
pub fn Changes(
    /// What is different.
    changes: Vec<ProgramChange>,
    /// How many more there are.
    #[prop(optional)]
    more: u64,
) -> impl IntoView {
    let rows = changes.into_iter().map(|change| {
        let ProgramChange { path, kind, before, after } = change;
        let is_order = before.as_ref().is_some_and(Value::is_array)
            && after.as_ref().is_some_and(Value::is_array)
            && matches!(path.as_str(), "stamp_cards" | "missions" | "earning.programs");
        let said = match kind {
            _ if is_order => t("history.order"),
            ChangeKind::Added if after.is_none() => t("history.added"),
            ChangeKind::Removed if path.ends_with(']') => t("history.removed"),
            ChangeKind::Added if path.ends_with(']') => t("history.added"),
            _ => {
                let (before, after) = (written(&path, before.as_ref()), written(&path, after.as_ref()));
                tf("history.from_to", &[("before", &before), ("after", &after)])
            }
        };
        let thing = things_of(&path);
        view! {
            <li>
                <span class="change-name">
                    {name_of(&path)}
                    {(!thing.is_empty()).then(|| view! { <small class="soft">" "{thing}</small> })}
                </span>
                <span class="change-said">{said}</span>
            </li>
        }
    });
    let rows: Vec<_> = rows.collect();
    let more = i64::try_from(more).unwrap_or(i64::MAX);
    view! {
        <ul class="changes">
            {rows}
            {(more > 0).then(|| view! { <li class="soft">{tn("history.more", more)}</li> })}
        </ul>
    }
}

/// An earlier program, to be published again: what is on is so from now, and not since it was on the last time.
fn again(mut program: Value) -> Value {
    for bonus in ["/bonuses/registration", "/bonuses/birthday"] {
        if let Some(Value::Object(bonus)) = program.pointer_mut(bonus) {
            bonus.remove("since");
        }
    }
    if let Some(Value::Array(missions)) = program.get_mut("missions") {
        for mission in missions.iter_mut().filter_map(Value::as_object_mut) {
            mission.remove("since");
        }
    }
    program
}

/// The page.
#[component]
pub fn History() -> impl IntoView {
    let list: Load<Items<VersionRow>> =
        load(|| async { api::get(&format!("/v1/program/versions?limit={AT_ONCE}")).await });
    let asks = RwSignal::new(false);
    let earlier = RwSignal::new(None::<(ProgramVersion, ProgramVersion)>);
    let busy = RwSignal::new(false);
    let look = move |version: u64| {
        busy.set(true);
        leptos::task::spawn_local(async move {
            let wanted = api::get::<ProgramVersion>(&format!("/v1/program/versions/{version}")).await;
            match (wanted, api::get::<ProgramVersion>("/v1/program").await) {
                (Ok(wanted), Ok(current)) => {
                    earlier.set(Some((wanted, current)));
                    asks.set(true);
                }
                (Err(failure), _) | (_, Err(failure)) => failed(&failure),
            }
            busy.set(false);
        });
    };
    let restore = move |()| {
        let Some((wanted, current)) = earlier.get_untracked() else { return };
        busy.set(true);
        leptos::task::spawn_local(async move {
            let call = Call::new(Method::PUT, "/v1/program").if_match(current.version);
            let answer = match call.json(&again(wanted.program)).await {
                Ok(response) => api::read::<ProgramVersion>(response).await,
                Err(failure) => Err(failure),
            };
            match answer {
                Ok(now) => {
                    let numbers = [
                        ("n", texts::number(whole(wanted.version))),
                        ("new", texts::number(whole(now.version))),
                    ];
                    let numbers: Vec<(&str, &str)> =
                        numbers.iter().map(|(name, n)| (*name, n.as_str())).collect();
                    toast(Tone::Good, tf("history.restored", &numbers));
                    asks.set(false);
                    document().refresh();
                    list.again();
                }
                // Somebody has published meanwhile: what would change now is shown before it is asked again.
                Err(failure) if failure.code() == "version_conflict" => {
                    failed(&failure);
                    if let Ok(current) = api::get::<ProgramVersion>("/v1/program").await {
                        earlier.update(|earlier| {
                            if let Some((_, known)) = earlier {
                                *known = current;
                            }
                        });
                    }
                    list.again();
                }
                Err(failure) => failed(&failure),
            }
            busy.set(false);
        });
    };
    let more = move |after: String| {
        leptos::task::spawn_local(async move {
            let path = format!("/v1/program/versions?limit={AT_ONCE}&after={}", api::encode(&after));
            match api::get::<Items<VersionRow>>(&path).await {
                Ok(page) => {
                    if let Some(mut shown) = untrack(move || list.get()) {
                        shown.items.extend(page.items);
                        shown.next = page.next;
                        list.set(shown);
                    }
                }
                Err(failure) => failed(&failure),
            }
        });
    };
    let rows = move |page: Items<VersionRow>| {
        let newest = page.items.first().map(|row| row.version);
        let alone = page.items.len() == 1;
        let items = page.items.into_iter().map(|row| {
            let VersionRow { version, since, by, changes, more } = row;
            let is_first = version == 1;
            let said = who(by.as_ref());
            view! {
                <li class="version">
                    <div class="version-head">
                        <h2>{tf("history.version", &[("n", &texts::number(whole(version)))])}</h2>
                        {(Some(version) == newest).then(|| view! { <Badge tone=Tone::Good>{t("history.in_force")}</Badge> })}
                        <p class="soft">{moment(&since.to_string())}", "{said}</p>
                    </div>
                    {if is_first {
                        view! { <p>{t("history.first")}</p> }.into_any()
                    } else {
                        view! { <Changes changes=changes more=more /> }.into_any()
                    }}
                    {(Some(version) != newest).then(|| view! {
                        <Button busy=busy picture=Icon::History on_press=move |()| look(version)>{t("history.restore")}</Button>
                    })}
                </li>
            }
        });
        let items: Vec<_> = items.collect();
        view! {
            <ol class="versions">{items}</ol>
            {alone.then(|| view! { <Empty title=t("history.empty") text=t("history.empty_text") /> })}
            {page.next.map(|next| view! {
                <Button on_press=move |()| more(next.clone())>{t("shell.more")}</Button>
            })}
        }
    };
    view! {
        <Page title=t("history.title") lead=t("history.lead")>
            {super::tabs(document(), rest())}
            {list.view(rows)}
            <Dialog
                open=asks
                title=Signal::derive(move || {
                    let version = earlier.with(|earlier| earlier.as_ref().map_or(0, |(wanted, _)| wanted.version));
                    tf("history.restore_title", &[("n", &texts::number(whole(version)))])
                })
            >
                {move || earlier.get().map(|(wanted, current)| {
                    let found = changes(&current.program, &again(wanted.program));
                    let found: Vec<_> = found.into_iter().filter(|change| change.path.rsplit('.').next() != Some("since")).collect();
                    if found.is_empty() {
                        return view! {
                            <p>{t("history.restore_same")}</p>
                            <div class="buttons end"><Button on_press=move |()| asks.set(false)>{t("shell.close")}</Button></div>
                        }
                        .into_any();
                    }
                    view! {
                        <p>{t("history.restore_text")}</p>
                        <Changes changes=found />
                        <div class="buttons end">
                            <Button on_press=move |()| asks.set(false)>{t("shell.cancel")}</Button>
                            <Button kind=Kind::Primary busy=busy on_press=restore>{t("history.restore_now")}</Button>
                        </div>
                    }
                    .into_any()
                })}
            </Dialog>
        </Page>
    }
}

/// A link to this page, for the editor.
#[component]
pub fn HistoryLink() -> impl IntoView {
    view! { <a class="button quiet" href=at("program/history")>{icon(Icon::History)}<span>{t("history.link")}</span></a> }
}

fn whole(version: u64) -> i64 {
    i64::try_from(version).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_path_is_a_kind_of_field_and_the_things_on_its_way() {
        assert_eq!(kind_of("earning.programs[base].rate.levels[0].bps"), "earning.programs.rate.levels.bps");
        assert_eq!(kind_of("missions[a.b]"), "missions");
        assert_eq!(kind_of("redemption.max_bps"), "redemption.max_bps");
    }

    #[test]
    fn what_goes_back_begins_now() {
        let old = json!({
            "bonuses": { "registration": { "points": 1, "since": "2026-01-01T00:00:00Z" }, "birthday": null },
            "missions": [{ "id": "a", "since": "2026-01-01T00:00:00Z" }],
        });
        let expected = json!({
            "bonuses": { "registration": { "points": 1 }, "birthday": null }, "missions": [{ "id": "a" }],
        });
        assert_eq!(again(old), expected);
    }
}
