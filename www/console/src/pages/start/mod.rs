//! /console/start: from an empty store to points on a page, step by step.

mod first_order;
mod first_program;
mod form;
mod tag;

use fidela_protocol::drafts::Setup;
use leptos::prelude::*;

use crate::api;
use crate::shell::at;
use crate::texts::t;
use crate::ui::{Badge, Icon, Load, Page, Tone, icon, load};

/// The area.
#[component]
pub fn Start() -> impl IntoView {
    let setup: Load<Setup> = load(|| async { api::get("/v1/setup").await });
    let is_done = move |step: usize| {
        setup.get().is_some_and(|setup| match step {
            0 => setup.set_up,
            1 => !setup.tag_seen.is_empty(),
            _ => setup.first_order_at.is_some(),
        })
    };
    let progress = ["program", "tag", "order"].into_iter().enumerate().map(|(step, key)| {
        view! {
            <li class:done=move || is_done(step)>
                <span class="step-mark" aria-hidden="true">
                    {move || if is_done(step) { icon(Icon::Check) } else { (step + 1).to_string().into_any() }}
                </span>
                <span>{t(&format!("start.step.{key}"))}</span>
                {move || is_done(step).then(|| view! { <span class="unseen">{t("start.done")}</span> })}
            </li>
        }
    });
    let progress: Vec<_> = progress.collect();
    // Another look at the store's state redraws what it shows, and not the forms that somebody is filling in.
    let is_set_up = Memo::new(move |_| setup.get().map(|setup| setup.set_up));
    view! {
        <Page title=t("start.title") lead=t("start.lead")>
            <ol class="steps">{progress}</ol>
            {move || match is_set_up.get() {
                None => setup.view(|_| ()),
                Some(false) => view! { <form::FirstProgram setup=setup /> }.into_any(),
                Some(true) => view! {
                    <section class="card done-card">
                        <div class="card-head">
                            <h2>{t("start.program_runs")}</h2>
                            <Badge tone=Tone::Good>{t("start.done")}</Badge>
                        </div>
                        <p>
                            {t("start.program_runs_text")}" "
                            <a href=at("program")>{t("start.to_program")}</a>" · "<a href=at("look")>{t("start.to_look")}</a>
                        </p>
                    </section>
                    <tag::Tag setup=setup />
                    <first_order::FirstOrder setup=setup />
                }
                .into_any(),
            }}
        </Page>
    }
}
