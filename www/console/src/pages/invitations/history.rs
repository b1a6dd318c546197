//! All invitations, newest first, with each step and its reason.

use fidela_protocol::referrals::Referral;
use leptos::prelude::*;

use super::referral::{self, STATES};
use crate::api::{self, Page};
use crate::texts::{moment, t};
use crate::ui::{Button, Card, Empty, Note, Select, TextField, Toggle, Tone, failed, load};

/// What is asked for.
#[derive(Clone, Copy)]
struct Filter {
    state: RwSignal<String>,
    signals: RwSignal<bool>,
    inviter: RwSignal<String>,
}

impl Filter {
    fn path(self, after: Option<&str>) -> String {
        let (state, inviter) = (self.state.get(), self.inviter.get());
        let parts = [
            (!state.is_empty()).then(|| format!("state={state}")),
            self.signals.get().then(|| "signals=true".to_owned()),
            (!inviter.trim().is_empty()).then(|| format!("inviter={}", api::encode(inviter.trim()))),
            after.map(|after| format!("after={}", api::encode(after))),
        ];
        let asked: Vec<_> =
            std::iter::once("limit=50".to_owned()).chain(parts.into_iter().flatten()).collect();
        format!("/v1/referrals?{}", asked.join("&"))
    }

    fn is_set(self) -> bool {
        !self.state.get().is_empty() || self.signals.get() || !self.inviter.get().trim().is_empty()
    }
}

/// The part of the page.
pub fn view() -> AnyView {
    let filter = Filter {
        state: RwSignal::new(String::new()),
        signals: RwSignal::new(false),
        inviter: RwSignal::new(String::new()),
    };
    let typed = RwSignal::new(String::new());
    let all = load(move || {
        let path = filter.path(None);
        async move { api::get::<Page<Referral>>(&path).await }
    });
    let more = RwSignal::new(false);
    let go_on = move || {
        let Some(Page { next: Some(next), .. }) = untrack(|| all.get()) else { return };
        more.set(true);
        let path = untrack(|| filter.path(Some(&next)));
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
    let choices: Vec<_> = std::iter::once((String::new(), t("invitations.all_states")))
        .chain(STATES.into_iter().map(|state| {
            let word = referral::word(state);
            (word.to_owned(), t(&format!("invitations.state.{word}")))
        }))
        .collect();
    view! {
        <Card title=t("invitations.history.title")>
            <form
                class="filters"
                on:submit=move |event| {
                    event.prevent_default();
                    filter.inviter.set(typed.get_untracked());
                }
            >
                <Select
                    label=t("invitations.state")
                    choices=Signal::derive(move || choices.clone())
                    value=filter.state
                    on_change=move |state: String| filter.state.set(state)
                />
                <TextField
                    label=t("invitations.inviter")
                    kind="search"
                    value=typed
                    on_input=move |text: String| typed.set(text)
                    on_leave=move |()| filter.inviter.set(typed.get_untracked())
                />
                <Toggle label=t("invitations.only_signals") value=filter.signals on_change=move |on: bool| filter.signals.set(on) />
            </form>
            {all.view(move |page| {
                let go_on = page.next.is_some().then(|| view! { <Button busy=more on_press=go_on>{t("shell.more")}</Button> });
                let is_set = untrack(|| filter.is_set());
                view! { {list(&page.items, is_set)} {go_on} }
            })}
        </Card>
    }
    .into_any()
}

fn list(items: &[Referral], is_set: bool) -> AnyView {
    if items.is_empty() {
        let text = if is_set { "invitations.history.none_such" } else { "invitations.history.none_text" };
        return view! { <Empty title=t("invitations.history.none") text=t(text)>""</Empty> }.into_any();
    }
    let items: Vec<_> = items.iter().map(item).collect();
    view! { <ul class="history">{items}</ul> }.into_any()
}

fn item(referral: &Referral) -> AnyView {
    let why = referral.reason.map(referral::reason).or_else(|| referral.not_sent.map(referral::not_sent));
    let signals: Vec<_> = referral
        .signals
        .iter()
        .map(|sign| {
            let said = referral::sign(*sign);
            view! { <Note tone=Tone::Warn><p>{said}</p></Note> }
        })
        .collect();
    let points = referral::points(referral).map(|said| view! { <p>{said}</p> });
    let order = referral.order_id.clone().map(|id| view! { <dt>{t("invitations.order")}</dt><dd>{id}</dd> });
    let until = referral
        .review_until
        .map(|day| view! { <dt>{t("invitations.review_ends")}</dt><dd>{referral::day(day)}</dd> });
    view! {
        <li>
            <details>
                <summary>
                    <span class="history-who">
                        <strong>{referral.inviter_id.clone()}</strong>
                        <span class="soft">" → " {referral.friend_id.clone().unwrap_or_else(|| t("invitations.nobody_yet"))}</span>
                    </span>
                    <span class="soft">{moment(&referral.at.to_string())}</span>
                    {referral::badge(referral.state)}
                    {why.map(|why| view! { <span class="history-why">{why}</span> })}
                </summary>
                <div class="history-body">
                    <dl class="facts">
                        <dt>{t("invitations.inviter")}</dt><dd>{referral::shopper(&referral.inviter_id)}</dd>
                        <dt>{t("invitations.friend")}</dt><dd>{referral::friend(referral)} " · " {referral::via(referral.via)}</dd>
                        {order}
                        {until}
                    </dl>
                    {points}
                    {signals}
                    {referral::steps(&referral.steps)}
                </div>
            </details>
        </li>
    }
    .into_any()
}
