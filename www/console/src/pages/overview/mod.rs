//! `/console`: how the program is doing, and what waits for somebody.

use fidela_protocol::drafts::{ProgramDraft, Setup};
use fidela_protocol::imports::{ImportEntry, ImportStatus};
use fidela_protocol::reports::{ActivityReport, LiabilityReport};
use leptos::prelude::*;
use serde_json::Value;

use crate::api::{self, Page as Listed};
use crate::session;
use crate::shell::at;
use crate::texts::{formats, money, number, t, tf, tn};
use crate::ui::{Badge, Card, Icon, Note, Page, Tone, icon, load};

/// Days that the numbers are of.
const DAYS: i64 = 30;

/// The page.
#[component]
pub fn Overview() -> impl IntoView {
    let name = session::current().map(|session| session.store_name).unwrap_or_default();
    view! {
        <Page title=name>
            {setup()}
            {figures()}
            {todo()}
        </Page>
    }
}

/// How far a new store is; nothing, once its first order has arrived.
fn setup() -> AnyView {
    load(|| api::get::<Setup>("/v1/setup")).view(|setup| {
        let steps = [
            ("program", setup.set_up),
            ("tag", !setup.tag_seen.is_empty()),
            ("order", setup.first_order_at.is_some()),
        ];
        if steps.iter().all(|(_, done)| *done) {
            return ().into_any();
        }
        let is_new = !setup.set_up;
        let steps = steps.into_iter().enumerate().map(|(n, (step, done))| {
            view! {
                <li class:done=done>
                    <span class="step-mark" aria-hidden="true">{if done { icon(Icon::Check) } else { (n + 1).to_string().into_any() }}</span>
                    <span>{t(&format!("overview.step.{step}"))}</span>
                    <span class="unseen">{t(if done { "overview.done" } else { "overview.open" })}</span>
                </li>
            }
        });
        let steps: Vec<_> = steps.collect();
        view! {
            <section class="welcome">
                <div>
                    <h2>{t("overview.welcome")}</h2>
                    <p>{t("overview.welcome_text")}</p>
                </div>
                <ol class="steps">{steps}</ol>
                <a class="button primary" href=at("start")>{t(if is_new { "overview.begin" } else { "overview.go_on" })}</a>
            </section>
        }
        .into_any()
    })
}

/// What points came to of late.
fn figures() -> AnyView {
    let days = || {
        let today = formats().today();
        let from = today.saturating_sub(jiff::Span::new().days(DAYS - 1));
        format!("from={from}&until={today}")
    };
    let liability = load(move || {
        let path = format!("/v1/reports/liability?{}", days());
        async move { api::get::<LiabilityReport>(&path).await }
    });
    let activity = load(move || {
        let path = format!("/v1/reports/activity?{}", days());
        async move { api::get::<ActivityReport>(&path).await }
    });
    let outstanding = liability.view(|report| {
        view! {
            <a class="stat" href=at("reports/liability")>
                <span class="stat-name">{t("overview.outstanding")}</span>
                <span class="stat-value">{number(report.outstanding.points)}</span>
                <small>{tf("overview.worth", &[("money", &money(report.outstanding.value))])}</small>
            </a>
        }
    });
    let sums = activity.view(|report| {
        let sums = [
            ("earned", report.totals.earned),
            ("used", report.totals.used),
            ("expired", report.totals.expired),
        ];
        sums.map(|(name, points)| {
            view! {
                <a class="stat" href=at("reports/activity")>
                    <span class="stat-name">{t(&format!("overview.{name}"))}</span>
                    <span class="stat-value">{number(points)}</span>
                </a>
            }
        })
    });
    view! {
        <section class="figures">
            <h2>{t("overview.month")}</h2>
            <div class="stats">{outstanding}{sums}</div>
        </section>
    }
    .into_any()
}

/// Something that waits: how it is, what it is, what it means, and where to look.
fn waiting(tone: Tone, title: String, text: &str, path: &'static str) -> AnyView {
    view! {
        <li class="todo">
            <div>
                <strong>{title}</strong>
                <p class="soft">{t(text)}</p>
            </div>
            <Badge tone=tone><a href=at(path)>{t("overview.look")}</a></Badge>
        </li>
    }
    .into_any()
}

/// What waits for somebody. A list that cannot be asked for says nothing: its own page says why.
fn todo() -> AnyView {
    let found = load(|| async {
        let mut items: Vec<(Tone, String, &'static str, &'static str)> = Vec::new();
        let program = api::get::<Value>("/v1/program").await;
        if program.is_ok_and(|program| program.pointer("/program/enabled") == Some(&Value::Bool(false))) {
            items.push((Tone::Warn, t("overview.off"), "overview.off_text", "program"));
        }
        if api::get::<ProgramDraft>("/v1/program/draft").await.is_ok_and(|draft| draft.saved) {
            items.push((Tone::Info, t("overview.draft"), "overview.draft_text", "program"));
        }
        let review = api::get::<Listed<Value>>("/v1/referrals?state=in_review&limit=200").await;
        let reviews = review.map_or(0, |page| page.items.len());
        if let Some(n) = i64::try_from(reviews).ok().filter(|n| *n > 0) {
            let title = tn("overview.review", n);
            items.push((Tone::Info, title, "overview.review_text", "invitations/review"));
        }
        let imports = api::get::<Listed<ImportEntry>>("/v1/imports?limit=50").await;
        let checked = imports
            .map_or(0, |page| page.items.iter().filter(|entry| entry.status == ImportStatus::Ready).count());
        if let Some(n) = i64::try_from(checked).ok().filter(|n| *n > 0) {
            items.push((Tone::Info, tn("overview.imports", n), "overview.imports_text", "imports"));
        }
        Ok(items)
    });
    view! {
        <Card title=t("overview.todo")>
            {found.view(|items| {
                if items.is_empty() {
                    return view! { <Note tone=Tone::Good>{t("overview.todo_none")}</Note> }.into_any();
                }
                let items: Vec<_> =
                    items.into_iter().map(|(tone, title, text, path)| waiting(tone, title, text, path)).collect();
                view! { <ul class="todos">{items}</ul> }.into_any()
            })}
        </Card>
    }
    .into_any()
}
