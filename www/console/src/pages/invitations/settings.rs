//! What an invitation gives, when, and how often.

use leptos::prelude::*;

use crate::pages::program::document::{Document, Unit, document};
use crate::texts::{t, tf, tn};
use crate::ui::{Card, MoneyField, Note, NumberField, Toggle, Tone};

/// The part of the page.
pub fn view() -> AnyView {
    let doc = document();
    doc.view(move || {
        let set_min = move |minor: Option<i64>| doc.set("referrals.order_min", minor.unwrap_or(0));
        view! {
            <div class="form">
                {switch(doc)}
                <Card title=t("invitations.gives") help=t("invitations.gives_help")>
                    <div class="row">
                        {points(doc, "referrals.inviter_points", "inviter_points")}
                        {points(doc, "referrals.invitee_points", "invitee_points")}
                    </div>
                </Card>
                <Card title=t("invitations.counts") help=t("invitations.counts_help")>
                    <div class="row">
                        <MoneyField
                            label=t("invitations.order_min")
                            help=t("invitations.order_min_help")
                            value=doc.int("referrals.order_min")
                            error=doc.fault("referrals.order_min", Unit::Money)
                            on_change=set_min
                        />
                        {number(doc, "referrals.review_days", "review_days", "invitations.days")}
                    </div>
                    <div class="row">
                        {number(doc, "referrals.max_per_month", "max_per_month", "")}
                        {number(doc, "referrals.expires_days", "expires_days", "invitations.days")}
                    </div>
                    <p class="soft">{move || story(doc)}</p>
                </Card>
            </div>
        }
    })
}

fn switch(doc: Document) -> AnyView {
    let on = doc.flag("referrals.enabled", false);
    let off =
        move || (!on.get()).then(|| view! { <Note tone=Tone::Info><p>{t("invitations.off")}</p></Note> });
    view! {
        <Card>
            <Toggle
                label=t("invitations.enabled")
                help=t("invitations.enabled_help")
                value=on
                on_change=move |on: bool| doc.set("referrals.enabled", on)
                error=doc.fault("referrals.enabled", Unit::Number)
            />
            {off}
        </Card>
    }
    .into_any()
}

fn points(doc: Document, at: &'static str, word: &'static str) -> AnyView {
    let set = move |points: Option<i64>| doc.set(at, points.unwrap_or(0));
    view! {
        <NumberField
            label=t(&format!("invitations.{word}"))
            help=t(&format!("invitations.{word}_help"))
            value=doc.int(at)
            error=doc.fault(at, Unit::Number)
            unit=t("invitations.points")
            on_change=set
        />
    }
    .into_any()
}

fn number(doc: Document, at: &'static str, word: &'static str, unit: &'static str) -> AnyView {
    let unit = MaybeProp::derive(move || (!unit.is_empty()).then(|| t(unit)));
    let set = move |number: Option<i64>| doc.set(at, number);
    view! {
        <NumberField
            label=t(&format!("invitations.{word}"))
            help=t(&format!("invitations.{word}_help"))
            value=doc.int(at)
            error=doc.fault(at, Unit::Number)
            unit=unit
            on_change=set
        />
    }
    .into_any()
}

/// All of it in a sentence.
fn story(doc: Document) -> String {
    let int = |at: &str| doc.int(at.to_owned()).get().unwrap_or(0);
    let days = tn("invitations.after_days", int("referrals.review_days"));
    let from = int("referrals.order_min");
    if from > 0 {
        tf("invitations.story_from", &[("money", &doc.money(from)), ("after", &days)])
    } else {
        tf("invitations.story", &[("after", &days)])
    }
}
