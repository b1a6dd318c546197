//! What a merchant puts right by hand: points, stamps, rewards; each with a reason that the shopper reads.

use fidela_protocol::merchant::{Adjustment, CustomerDetail};
use gloo_net::http::Method;
use leptos::prelude::*;

use super::detail::{Shown, path};
use crate::api::{self, Answer, Call};
use crate::texts::{self, t, tf};
use crate::ui::{Button, Dialog, Kind, NumberField, TextField, Tone, failed, toast};

/// What is being put right.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Change {
    /// Points, of a balance that was seen as this.
    Points {
        /// The balance.
        seen: i64,
    },
    /// Stamps of a card.
    Stamps {
        /// Its id.
        card: String,
        /// What people read.
        name: String,
    },
    /// A reward is removed.
    Reward {
        /// Its id.
        id: String,
        /// What it gives.
        gives: String,
    },
}

impl Change {
    fn title(&self) -> String {
        match self {
            Self::Points { .. } => t("shoppers.adjust"),
            Self::Stamps { name, .. } => tf("shoppers.stamps_title", &[("card", name)]),
            Self::Reward { gives, .. } => tf("shoppers.remove_title", &[("reward", gives)]),
        }
    }
}

/// The dialog; open while something is being put right.
#[component]
pub(super) fn Adjust(shown: Shown) -> impl IntoView {
    let open = RwSignal::new(false);
    Effect::new(move |_| {
        if shown.change.with(Option::is_some) {
            open.set(true);
        }
    });
    Effect::new(move |_| {
        if !open.get() {
            shown.change.set(None);
        }
    });
    let title = Signal::derive(move || shown.change.get().as_ref().map(Change::title).unwrap_or_default());
    view! {
        <Dialog open=open title=title>
            {move || shown.change.get_untracked().map(|change| view! { <Form change=change shown=shown open=open /> })}
        </Dialog>
    }
}

#[component]
fn Form(change: Change, shown: Shown, open: RwSignal<bool>) -> impl IntoView {
    // The same key until it has been answered: what is sent twice is done once.
    let key = StoredValue::new(api::new_key());
    let busy = RwSignal::new(false);
    let amount = RwSignal::new(None::<i64>);
    let sets = RwSignal::new(false);
    let order = RwSignal::new(String::new());
    let reason = RwSignal::new(String::new());
    let change = StoredValue::new(change);
    let ready = Signal::derive(move || {
        let has_reason = !reason.with(|reason| reason.trim().is_empty());
        change.with_value(|change| match change {
            Change::Reward { .. } => true,
            Change::Points { .. } if sets.get() => {
                has_reason && amount.get().is_some() && !order.with(|order| order.trim().is_empty())
            }
            _ => has_reason && amount.get().is_some_and(|n| n != 0),
        })
    });
    let send = move || {
        busy.set(true);
        leptos::task::spawn_local(async move {
            let change = change.get_value();
            let wish = Wish {
                amount: amount.get_untracked(),
                sets: sets.get_untracked(),
                order: order.get_untracked(),
                reason: reason.get_untracked(),
            };
            let answer = put_right(&shown.id.get_value(), &key.get_value(), &change, wish).await;
            busy.set(false);
            match answer {
                Ok(known) => {
                    shown.done.run(known);
                    open.set(false);
                    toast(Tone::Good, t("shell.saved"));
                }
                Err(failure) => {
                    // It was answered: another try is another request.
                    if failure.status() > 0 {
                        key.set_value(api::new_key());
                    }
                    failed(&failure);
                }
            }
        });
    };
    let is_reward = change.with_value(|change| matches!(change, Change::Reward { .. }));
    let seen = change.with_value(|change| match change {
        Change::Points { seen } => Some(*seen),
        _ => None,
    });
    let label = if seen.is_some() { "shoppers.points_by" } else { "shoppers.stamps_by" };
    view! {
        <form on:submit=move |event| {
            event.prevent_default();
            if ready.get_untracked() && !busy.get_untracked() {
                send();
            }
        }>
            {seen.map(|seen| view! {
                <p class="soft">{tf("shoppers.has_now", &[("n", &texts::number(seen))])}</p>
                <fieldset>
                    <legend>{t("shoppers.how")}</legend>
                    <div class="choices">
                        <label class="choice">
                            <input type="radio" name="how" checked on:change=move |_| sets.set(false) />
                            <strong>{t("shoppers.how.by")}</strong>
                            <span>{t("shoppers.how.by_help")}</span>
                        </label>
                        <label class="choice">
                            <input type="radio" name="how" on:change=move |_| sets.set(true) />
                            <strong>{t("shoppers.how.set")}</strong>
                            <span>{t("shoppers.how.set_help")}</span>
                        </label>
                    </div>
                </fieldset>
            })}
            {(!is_reward).then(|| view! {
                {move || {
                    let name = if sets.get() { "shoppers.points_to" } else { label };
                    let help = if sets.get() { String::new() } else { t("shoppers.by_help") };
                    view! { <NumberField label=t(name) help=help value=amount on_change=move |n| amount.set(n) /> }
                }}
            })}
            {move || sets.get().then(|| view! {
                <TextField label=t("shoppers.order_id") help=t("shoppers.order_help") value=order on_input=move |text| order.set(text) />
            })}
            <TextField
                label=if is_reward { format!("{} ({})", t("shoppers.reason"), t("shell.optional")) } else { t("shoppers.reason") }
                help=t("shoppers.reason_help")
                value=reason
                on_input=move |text| reason.set(text)
            />
            <div class="buttons end">
                <Button on_press=move |()| open.set(false)>{t("shell.cancel")}</Button>
                <Button
                    kind=if is_reward { Kind::Danger } else { Kind::Primary }
                    busy=busy
                    disabled=Signal::derive(move || !ready.get())
                >
                    {t(if is_reward { "shoppers.remove_reward" } else { "shell.save" })}
                </Button>
            </div>
        </form>
    }
}

/// What was typed.
struct Wish {
    amount: Option<i64>,
    sets: bool,
    order: String,
    reason: String,
}

async fn put_right(id: &str, key: &str, change: &Change, wish: Wish) -> Answer<CustomerDetail> {
    let Wish { amount, sets, order, reason } = wish;
    let mut adjustment = Adjustment {
        points: None,
        set_to: None,
        seen: None,
        stamps: None,
        card: None,
        reason: reason.trim().to_owned(),
        order_id: None,
    };
    match change {
        Change::Points { seen } if sets => {
            adjustment.set_to = amount;
            adjustment.seen = Some(*seen);
            adjustment.order_id = Some(order.trim().to_owned());
        }
        Change::Points { .. } => adjustment.points = amount,
        Change::Stamps { card, .. } => {
            adjustment.stamps = amount;
            adjustment.card = Some(card.clone());
        }
        Change::Reward { id: reward, .. } => {
            let why = adjustment.reason;
            let query = if why.is_empty() { String::new() } else { format!("?reason={}", api::encode(&why)) };
            let path = path(id, &format!("/rewards/{}{query}", api::encode(reward)));
            return api::read(Call::new(Method::DELETE, &path).send().await?).await;
        }
    }
    api::post(&path(id, "/adjustments"), key, &adjustment).await
}
