//! Invitations in review: what speaks for looking at each, and the merchant's yes or no.

use fidela_protocol::referrals::Referral;
use gloo_net::http::Method;
use leptos::prelude::*;
use serde_json::json;

use super::referral;
use crate::api::{self, Answer, Call, Page};
use crate::texts::{t, tf};
use crate::ui::{Button, Card, Dialog, Empty, Icon, Kind, Note, TextArea, Toggle, Tone, failed, load, toast};

/// What is about to be decided.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Asked {
    id: String,
    approve: bool,
    friend: String,
}

/// The part of the page.
pub fn view() -> AnyView {
    let only_signals = RwSignal::new(false);
    let all = load(move || {
        let signals = if only_signals.get() { "&signals=true" } else { "" };
        let path = format!("/v1/referrals?state=in_review&limit=100{signals}");
        async move { api::get::<Page<Referral>>(&path).await }
    });
    let asked = RwSignal::new(None::<Asked>);
    let open = RwSignal::new(false);
    let ask = Callback::new(move |what: Asked| {
        asked.set(Some(what));
        open.set(true);
    });
    let more = RwSignal::new(false);
    let go_on = move || {
        let Some(Page { next: Some(next), .. }) = untrack(|| all.get()) else { return };
        more.set(true);
        let signals = if only_signals.get_untracked() { "&signals=true" } else { "" };
        let path = format!("/v1/referrals?state=in_review&limit=100{signals}&after={}", api::encode(&next));
        leptos::task::spawn_local(async move {
            let answer = api::get::<Page<Referral>>(&path).await;
            let _ = more.try_set(false);
            match (answer, untrack(|| all.get())) {
                (Ok(page), Some(mut known)) => {
                    known.items.extend(page.items);
                    known.next = page.next;
                    all.set(known);
                }
                (Err(failure), _) => failed(&failure),
                _ => {}
            }
        });
    };
    view! {
        <div class="form">
            <Card title=t("invitations.review.title") help=t("invitations.review.help")>
                <Toggle
                    label=t("invitations.only_signals")
                    value=only_signals
                    on_change=move |on: bool| only_signals.set(on)
                />
                {all.view(move |page| {
                    let go_on = page.next.is_some().then(|| {
                        view! { <Button busy=more on_press=go_on>{t("shell.more")}</Button> }
                    });
                    view! { {list(page.items, ask)} {go_on} }
                })}
            </Card>
            <Decide open=open asked=asked done=Callback::new(move |id: String| {
                if let Some(mut known) = untrack(|| all.get()) {
                    known.items.retain(|referral| referral.id != id);
                    all.set(known);
                }
            }) />
        </div>
    }
    .into_any()
}

fn list(items: Vec<Referral>, ask: Callback<Asked>) -> AnyView {
    if items.is_empty() {
        return view! { <Empty title=t("invitations.review.none") text=t("invitations.review.none_text")>""</Empty> }
            .into_any();
    }
    let cards: Vec<_> = items.into_iter().map(|referral| card(&referral, ask)).collect();
    view! { <ul class="queue">{cards}</ul> }.into_any()
}

fn card(referral: &Referral, ask: Callback<Asked>) -> AnyView {
    let signals: Vec<_> = referral
        .signals
        .iter()
        .map(|sign| {
            let said = referral::sign(*sign);
            view! { <Note tone=Tone::Warn><p>{said}</p></Note> }
        })
        .collect();
    let quiet = signals.is_empty().then(|| view! { <p class="soft">{t("invitations.no_signals")}</p> });
    let until =
        referral.review_until.map(|day| tf("invitations.review_until", &[("day", &referral::day(day))]));
    let order = referral.order_id.as_ref().map(|id| {
        view! { <dt>{t("invitations.order")}</dt><dd>{id.clone()}</dd> }
    });
    let points = referral::points(referral).map(|said| view! { <p>{said}</p> });
    let friend = referral.friend_id.clone().unwrap_or_else(|| t("invitations.nobody_yet"));
    let decide = |approve: bool| {
        let asked = Asked { id: referral.id.clone(), approve, friend: friend.clone() };
        move || ask.run(asked.clone())
    };
    let name = |key: &str| tf(key, &[("friend", &friend)]);
    view! {
        <li class="waiting">
            <dl class="facts">
                <dt>{t("invitations.inviter")}</dt><dd>{referral::shopper(&referral.inviter_id)}</dd>
                <dt>{t("invitations.friend")}</dt><dd>{referral::friend(referral)} " · " {referral::via(referral.via)}</dd>
                {order}
            </dl>
            {points}
            <p class="soft">{until}</p>
            {signals}
            {quiet}
            <div class="buttons">
                <Button picture=Icon::Check label=name("invitations.approve_of") on_press=decide(true)>{t("invitations.approve")}</Button>
                <Button kind=Kind::Danger picture=Icon::Close label=name("invitations.refuse_of") on_press=decide(false)>{t("invitations.refuse")}</Button>
            </div>
        </li>
    }
    .into_any()
}

/// Asks once more, with room for a note.
#[component]
fn Decide(open: RwSignal<bool>, asked: RwSignal<Option<Asked>>, done: Callback<String>) -> impl IntoView {
    let note = RwSignal::new(String::new());
    let busy = RwSignal::new(false);
    Effect::new(move |_| {
        if open.get() {
            note.set(String::new());
        }
    });
    let approves = move || asked.with(|asked| asked.as_ref().is_some_and(|asked| asked.approve));
    let title = Signal::derive(move || {
        t(if approves() { "invitations.approve_title" } else { "invitations.refuse_title" })
    });
    let confirm = Callback::new(move |()| {
        let Some(Asked { id, approve, .. }) = asked.get_untracked() else { return };
        busy.set(true);
        leptos::task::spawn_local(async move {
            let decided = decide(&id, approve, &note.get_untracked()).await;
            let _ = busy.try_set(false);
            match decided {
                Ok(_) => {
                    let _ = open.try_set(false);
                    toast(
                        Tone::Good,
                        t(if approve { "invitations.approved" } else { "invitations.refused" }),
                    );
                    done.run(id);
                }
                Err(failure) => failed(&failure),
            }
        });
    });
    view! {
        <Dialog open=open title=title>
            {
                let approve = untrack(approves);
                let friend = asked.get_untracked().map(|asked| asked.friend).unwrap_or_default();
                let text = if approve { "invitations.approve_text" } else { "invitations.refuse_text" };
                view! {
                    <form on:submit=move |event| {
                        event.prevent_default();
                        if !busy.get_untracked() {
                            confirm.run(());
                        }
                    }>
                        <p>{tf(text, &[("friend", &friend)])}</p>
                        <TextArea
                            label=t("invitations.note")
                            help=t("invitations.note_help")
                            value=note
                            rows=3
                            on_input=move |text: String| note.set(text)
                        />
                        <div class="buttons">
                            <Button on_press=move || open.set(false)>{t("shell.cancel")}</Button>
                            <Button kind=if approve { Kind::Primary } else { Kind::Danger } busy=busy>
                                {t(if approve { "invitations.approve" } else { "invitations.refuse" })}
                            </Button>
                        </div>
                    </form>
                }
            }
        </Dialog>
    }
}

async fn decide(id: &str, approve: bool, note: &str) -> Answer<Referral> {
    let word = if approve { "approve" } else { "refuse" };
    let note = Some(note.trim()).filter(|note| !note.is_empty());
    let path = format!("/v1/referrals/{}/{word}", api::encode(id));
    api::read(Call::new(Method::POST, &path).json(&json!({ "note": note })).await?).await
}
