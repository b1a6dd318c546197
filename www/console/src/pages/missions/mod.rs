//! /console/missions: what else earns points than orders. They are a part of the program, and published with it.
//!
//! - [`catalogue`]: the library, pictures and the plan. [`mission`]: a mission's fields. [`icons`]: choosing and sending a picture.

mod catalogue;
mod icons;
mod mission;

use leptos::prelude::*;
use serde_json::Value;

use self::catalogue::{Kind, Plan};
use crate::pages::program::bar::PublishBar;
use crate::pages::program::document::{Document, document};
use crate::pages::program::items::{Items, items, picture};
use crate::pages::program::{path, sections};
use crate::texts::{t, tf};
use crate::ui::{Badge, Card, Empty, Icon, Note, Page, Tone, icon};

/// The area.
#[component]
pub fn Missions() -> impl IntoView {
    let doc = document();
    catalogue::load();
    view! {
        <Page title=t("shell.menu.missions") lead=t("missions.lead")>
            {doc.view(move || view! { {missions(doc)} <PublishBar /> })}
        </Page>
    }
}

fn missions(doc: Document) -> AnyView {
    let opened = RwSignal::new(None);
    let count = doc.len("missions");
    let empty = move || {
        (count.get() == 0).then(|| view! { <Empty title=t("missions.none") text=t("missions.none_text") /> })
    };
    let library = catalogue::library();
    let plan = catalogue::plan();
    let kinds = doc.get("missions");
    let quota = {
        let plan = plan.clone();
        move || plan.get().map(|plan| quota(doc, kinds, &plan))
    };
    let offers = move || {
        let (plan, all) = (plan.get(), kinds.get().unwrap_or_default());
        let offers = library.get().into_iter().map(|kind| offer(doc, kind, plan.as_ref(), &all, opened));
        offers.collect::<Vec<_>>()
    };
    view! {
        <Card title=t("missions.yours") help=t("missions.yours_help")>
            {quota}
            {items(doc, Items { list: "missions", head: mission::head, body: mission::fields }, opened)}
            {empty}
        </Card>
        <Card title=t("missions.library") help=t("missions.library_help")>
            <ul class="library">{offers}</ul>
        </Card>
    }
    .into_any()
}

/// How many of the merchant's own there are.
fn customs(missions: &Value) -> u32 {
    let all = missions.as_array().map(Vec::as_slice).unwrap_or_default();
    let own = all.iter().filter(|one| one.get("kind").and_then(Value::as_str) == Some("custom"));
    u32::try_from(own.count()).unwrap_or(u32::MAX)
}

/// What the plan allows, and how much of it is used: S0.7.
fn quota(_doc: Document, missions: Signal<Option<Value>>, plan: &Plan) -> AnyView {
    let (limit, grants) = (plan.custom_missions, plan.grants_per_month);
    let granted = plan.grants_this_month;
    let used = move || customs(&missions.get().unwrap_or_default());
    let own = move || {
        let used = used();
        match limit {
            Some(limit) => {
                let text =
                    tf("missions.own_of", &[("used", &used.to_string()), ("limit", &limit.to_string())]);
                let is_full = used >= limit;
                let width =
                    format!("{}%", used.saturating_mul(100).checked_div(limit.max(1)).unwrap_or(0).min(100));
                view! {
                    <p><strong>{text}</strong></p>
                    <div class="meter" aria-hidden="true"><span style:inline-size=width></span></div>
                    {is_full.then(|| view! { <p class="help">{t("missions.own_full")}</p> })}
                }
                .into_any()
            }
            None => {
                view! { <p class="soft">{tf("missions.own", &[("used", &used.to_string())])}</p> }.into_any()
            }
        }
    };
    let grants = grants.map(|limit| {
        let text = tf("missions.grants", &[("used", &granted.to_string()), ("limit", &limit.to_string())]);
        view! { <p class="soft">{text}</p> }
    });
    view! { <div class="quota">{own}{grants}</div> }.into_any()
}

/// Why a kind cannot be added now.
fn hindrance(kind: &Kind, plan: Option<&Plan>, missions: &Value) -> Option<&'static str> {
    let all = missions.as_array().map(Vec::as_slice).unwrap_or_default();
    let is_there = all.iter().any(|one| one.get("kind").and_then(Value::as_str) == Some(kind.word.as_str()));
    if kind.once && is_there {
        return Some("missions.added");
    }
    let plan = plan?;
    let (feature, is_full) = if kind.word == "custom" {
        ("custom_missions", plan.custom_missions.is_some_and(|limit| customs(missions) >= limit))
    } else {
        ("missions", false)
    };
    let has = plan.features.iter().any(|one| one == feature);
    (!has || is_full).then_some("missions.not_in_plan")
}

/// A kind of the library, to be added by a press (S4.1); one that makes sense once and is there says so (S4.2).
fn offer(
    doc: Document,
    kind: Kind,
    plan: Option<&Plan>,
    missions: &Value,
    opened: RwSignal<Option<usize>>,
) -> AnyView {
    let hindered = hindrance(&kind, plan, missions);
    let is_added = hindered == Some("missions.added");
    let told = mission::worth(doc, kind.mission.get("points").unwrap_or(&Value::Null));
    let look = catalogue::picture_of(Some(&kind.icon), &kind.word);
    let name = kind.name.clone();
    let add = {
        let kind = kind.clone();
        move |_| {
            let mut item = path::plain(&kind.mission);
            path::set(&mut item, "id", sections::new_id(doc, "missions", &kind.word).into());
            let at = doc.peek("missions").and_then(|list| list.as_array().map(Vec::len)).unwrap_or_default();
            doc.insert("missions", at, item);
            opened.set(Some(at));
            crate::ui::toast(Tone::Good, tf("missions.was_added", &[("name", &kind.name)]));
        }
    };
    let badge = match hindered {
        Some(key) => {
            let tone = if is_added { Tone::Good } else { Tone::Plain };
            view! { <Badge tone=tone>{t(key)}</Badge> }.into_any()
        }
        None => view! { <span class="offer-add">{icon(Icon::Plus)}{t("missions.add")}</span> }.into_any(),
    };
    view! {
        <li>
            <button type="button" class="offer" disabled=hindered.is_some() on:click=add>
                {picture(look)}
                <span class="offer-words">
                    <strong>{name}</strong>
                    <span class="soft">{kind.description}</span>
                    <span class="offer-foot"><span>{told}</span>{badge}</span>
                </span>
            </button>
        </li>
    }
    .into_any()
}

/// What was taken out of a picture, said to whoever sent it.
fn note(text: String) -> AnyView {
    view! { <Note tone=Tone::Warn><p>{text}</p></Note> }.into_any()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn kind(word: &str, once: bool) -> Kind {
        Kind { word: word.to_owned(), once, ..Kind::default() }
    }

    // S4.2, S0.7
    #[test]
    fn what_cannot_be_added_says_why() {
        let there = json!([{ "kind": "newsletter" }, { "kind": "custom" }, { "kind": "custom" }]);
        let plan = Plan {
            features: vec!["missions".to_owned(), "custom_missions".to_owned()],
            custom_missions: Some(2),
            ..Plan::default()
        };
        let check = |word: &str, once, missions: &Value, plan: Option<&Plan>| {
            hindrance(&kind(word, once), plan, missions)
        };
        assert_eq!(check("newsletter", true, &there, None), Some("missions.added"));
        assert_eq!(check("newsletter", true, &json!([]), None), None);
        assert_eq!(check("survey", false, &json!([{ "kind": "survey" }]), None), None);
        assert_eq!(check("custom", false, &there, Some(&plan)), Some("missions.not_in_plan"));
        assert_eq!(check("custom", false, &json!([{ "kind": "custom" }]), Some(&plan)), None);
        let bare = Plan::default();
        assert_eq!(check("survey", false, &there, Some(&bare)), Some("missions.not_in_plan"));
    }
}
