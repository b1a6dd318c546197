//! What the store may use, and how much of it is used.

use fidela_protocol::plan::PlanState;
use leptos::prelude::*;

use crate::api;
use crate::texts::{number, t, tf};
use crate::ui::{Badge, Card, Tone, load};

/// The page.
#[component]
pub(super) fn PlanPage() -> impl IntoView {
    load(|| api::get::<PlanState>("/v1/plan")).view(show)
}

fn meter(name: String, used: u32, limit: Option<u32>) -> AnyView {
    let (used, limit) = (i64::from(used), limit.map(i64::from));
    let Some(most) = limit else {
        return view! {
            <div class="quota"><span>{name}</span><strong>{tf("settings.plan.no_limit", &[("used", &number(used))])}</strong></div>
        }
        .into_any();
    };
    let share = if most == 0 { 100 } else { (used * 100 / most).clamp(0, 100) };
    let tone = if share >= 100 { "quota full" } else { "quota" };
    let label = name.clone();
    view! {
        <div class=tone>
            <span>{name}</span>
            <strong>{tf("settings.plan.of", &[("used", &number(used)), ("most", &number(most))])}</strong>
            <div class="meter" role="meter" aria-label=label aria-valuemin="0" aria-valuemax=most.to_string() aria-valuenow=used.min(most).to_string()>
                <span style:inline-size=format!("{share}%")></span>
            </div>
        </div>
    }
    .into_any()
}

fn show(state: PlanState) -> AnyView {
    let PlanState { plan, allowed, used } = state;
    let name = plan.as_ref().map_or_else(|| t("settings.plan.everything"), |plan| plan.name.clone());
    let add_ons: Vec<_> =
        plan.into_iter().flat_map(|plan| plan.add_ons).map(|one| view! { <li>{one.name}</li> }).collect();
    let features =
        allowed.features.iter().filter_map(|feature| serde_json::to_value(feature).ok()).filter_map(
            |feature| {
                let word = feature.as_str()?.to_owned();
                Some(view! { <Badge tone=Tone::Good>{t(&format!("settings.plan.feature.{word}"))}</Badge> })
            },
        );
    let features: Vec<_> = features.collect();
    let quotas = allowed.quotas;
    view! {
        <Card title=name help=t("settings.plan.help")>
            <div class="quotas">
                {meter(t("settings.plan.grants"), used.grants_this_month, quotas.grants_per_month)}
                {meter(t("settings.plan.missions"), used.custom_missions, quotas.custom_missions)}
                {meter(t("settings.plan.cards"), used.stamp_cards, quotas.stamp_cards)}
            </div>
            {(!features.is_empty()).then(|| view! { <h3>{t("settings.plan.features")}</h3><div class="badges">{features}</div> })}
            {(!add_ons.is_empty()).then(|| view! { <h3>{t("settings.plan.add_ons")}</h3><ul class="bullets">{add_ons}</ul> })}
        </Card>
    }
    .into_any()
}
