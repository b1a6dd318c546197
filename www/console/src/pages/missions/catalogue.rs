//! What missions are made of: the library's kinds, the pictures that they can be shown with, and what the plan allows.

use leptos::prelude::*;
use serde::Deserialize;
use serde_json::Value;

use crate::api;
use crate::pages::program::items::Picture;
use crate::ui::failed;

/// A kind of the library (`GET /v1/missions/library`).
#[derive(Debug, Clone, PartialEq, Default, Deserialize)]
pub struct Kind {
    /// As in the program.
    #[serde(rename = "kind")]
    pub word: String,
    /// What people read.
    pub name: String,
    /// What to do.
    pub description: String,
    /// Name of its picture.
    pub icon: String,
    /// How its completion can be known; the first is suggested.
    pub verify: Vec<String>,
    /// Whether a store can have it once only.
    pub once: bool,
    /// To be put into the program as it stands.
    pub mission: Value,
}

/// A picture (`GET /v1/icons`).
#[derive(Debug, Clone, PartialEq, Default, Deserialize)]
pub struct Named {
    /// What missions call it.
    pub name: String,
    /// Where it is, from the server's root.
    pub url: String,
    /// What was taken out of it.
    #[serde(default)]
    pub removed: Vec<String>,
}

/// All pictures.
#[derive(Debug, Clone, PartialEq, Default, Deserialize)]
pub struct Icons {
    /// The store's own.
    pub items: Vec<Named>,
    /// Those that every store has.
    pub built_in: Vec<Named>,
}

/// What the plan allows, and how much of it is used.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Plan {
    /// What it has.
    pub features: Vec<String>,
    /// The most custom missions.
    pub custom_missions: Option<u32>,
    /// The most grants of points in a month.
    pub grants_per_month: Option<u32>,
    /// That many there were.
    pub grants_this_month: u32,
}

thread_local! {
    static LIBRARY: ArcRwSignal<Vec<Kind>> = ArcRwSignal::new(Vec::new());
    static ICONS: ArcRwSignal<Icons> = ArcRwSignal::new(Icons::default());
    static PLAN: ArcRwSignal<Option<Plan>> = ArcRwSignal::new(None);
}

/// The kinds, in the order in which they are offered.
pub fn library() -> ArcRwSignal<Vec<Kind>> {
    LIBRARY.with(Clone::clone)
}

/// The pictures.
pub fn icons() -> ArcRwSignal<Icons> {
    ICONS.with(Clone::clone)
}

/// The plan, once it is known.
pub fn plan() -> ArcRwSignal<Option<Plan>> {
    PLAN.with(Clone::clone)
}

/// Asks for all of it.
pub fn load() {
    leptos::task::spawn_local(async {
        match api::get::<api::Page<Kind>>("/v1/missions/library").await {
            Ok(page) => library().set(page.items),
            Err(failure) => failed(&failure),
        }
    });
    leptos::task::spawn_local(load_icons());
    leptos::task::spawn_local(async {
        if let Ok(state) = api::get::<Value>("/v1/plan").await {
            plan().set(Some(read_plan(&state)));
        }
    });
}

/// Asks for the pictures, also after one was sent.
pub async fn load_icons() {
    match api::get::<Icons>("/v1/icons").await {
        Ok(found) => icons().set(found),
        Err(failure) => failed(&failure),
    }
}

fn read_plan(state: &Value) -> Plan {
    let number =
        |at: &str| state.pointer(at).and_then(Value::as_u64).and_then(|number| u32::try_from(number).ok());
    let features = state.pointer("/allowed/features").and_then(Value::as_array).cloned().unwrap_or_default();
    Plan {
        features: features.iter().filter_map(|one| one.as_str().map(str::to_owned)).collect(),
        custom_missions: number("/allowed/quotas/custom_missions"),
        grants_per_month: number("/allowed/quotas/grants_per_month"),
        grants_this_month: number("/used/grants_this_month").unwrap_or(0),
    }
}

/// A kind by its word.
pub fn kind(word: &str) -> Option<Kind> {
    library().with(|all| all.iter().find(|one| one.word == word).cloned())
}

/// What a mission is shown with: the store's own picture by that name, the built-in one, or its kind's.
pub fn picture_of(name: Option<&str>, word: &str) -> Picture {
    icons().with(|icons| {
        let own = icons.items.iter().find(|one| Some(one.name.as_str()) == name);
        if let Some(own) = own {
            return Picture { address: own.url.clone(), is_mask: false };
        }
        let built_in = |name: &str| icons.built_in.iter().any(|one| one.name == name);
        let found = name.filter(|name| built_in(name)).map(str::to_owned);
        let found = found.or_else(|| kind(word).map(|kind| kind.icon)).unwrap_or_else(|| "custom".to_owned());
        Picture { address: format!("/icons/{found}.svg"), is_mask: true }
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_plan_is_read_with_what_it_comes_to() {
        let state = json!({
            "plan": { "name": "Start" },
            "allowed": { "features": ["missions"], "quotas": { "custom_missions": 3, "grants_per_month": null } },
            "used": { "custom_missions": 1, "grants_this_month": 7 }
        });
        let plan = read_plan(&state);
        assert_eq!((plan.custom_missions, plan.grants_per_month, plan.grants_this_month), (Some(3), None, 7));
        assert_eq!(plan.features, ["missions"]);
    }
}
