//! Points held for the cart: the code, the discount, the time left, and the way to let go.

use fidela_protocol::shopper::{Redemption, RedemptionStatus};
use fidela_ui::{Sentence, decimal};
use leptos::leptos_dom::helpers::set_interval_with_handle;
use leptos::prelude::*;
use std::time::Duration;
use wasm_bindgen_futures::spawn_local;

use crate::app::{Store, app};
use crate::icons::{Icon, icon};
use crate::texts::text;
use crate::{browser, session};

/// One that the shop's server has confirmed belongs to an order on its way: it is told, and left alone.
pub(crate) fn ticket(store: &'static Store, held: &Redemption) -> AnyView {
    if held.status == RedemptionStatus::Confirmed {
        let line = Sentence::new("ticket.confirmed").points(held.points).money(held.discount);
        return view! {
            <p class="note">
                {icon(Icon::Lock)}
                <span>{store.say(&line)}</span>
            </p>
        }
        .into_any();
    }
    let id = held.id.clone();
    let code = held.code.clone();
    let copied = RwSignal::new(false);
    let copy = move |_| {
        let code = code.clone();
        spawn_local(async move {
            let done = browser::copy(&code).await.is_truthy();
            copied.set(done);
            app().announce(text(if done { "ticket.copied" } else { "ticket.copy_failed" }).to_owned());
        });
    };
    view! {
        <section class="ticket" part="ticket">
            <p class="off">{store.say(&Sentence::new("ticket.off").money(held.discount))}</p>
            <p>{store.say(&Sentence::new("ticket.held").points(held.points))}</p>
            <div class="stub">
                <div class="grow">
                    <h3 class="label">{text("ticket.code")}</h3>
                    <p class="code" part="code">{held.code.clone()}</p>
                </div>
                <button class="secondary" part="button" type="button" on:click=copy>
                    {icon(Icon::Copy)}
                    <span>{move || text(if copied.get() { "ticket.copied" } else { "ticket.copy" })}</span>
                </button>
            </div>
            <p class="line small">
                {icon(Icon::Clock)}
                <span>{text("ticket.left")}</span>
                {time_left(held)}
            </p>
            <button
                class="text"
                part="button"
                type="button"
                aria-disabled=move || app().busy.get().to_string()
                on:click=move |_| session::release(id.clone())
            >
                {text("ticket.release")}
            </button>
        </section>
    }
    .into_any()
}

/// Counts down by the edge's clock; when nothing is left, the edge is asked how things stand.
fn time_left(held: &Redemption) -> AnyView {
    let until = held.expires_at.as_second();
    let left = move || until.saturating_sub(seconds(app().now_ms()));
    let shown = RwSignal::new(left());
    let tick = move || {
        let before = shown.get_untracked();
        let now = left();
        shown.set(now);
        if before > 0 && now <= 0 {
            app().announce(text("ticket.over").to_owned());
            session::look_again();
        }
    };
    if let Ok(handle) = set_interval_with_handle(tick, Duration::from_secs(1)) {
        on_cleanup(move || handle.clear());
    }
    view! {
        <span class="clock" part="time" role="timer" aria-live="off">
            {move || decimal::countdown(shown.get())}
        </span>
    }
    .into_any()
}

#[expect(
    clippy::as_conversions,
    clippy::cast_possible_truncation,
    reason = "a time in seconds, far below 2^53"
)]
fn seconds(milliseconds: f64) -> i64 {
    (milliseconds / 1_000.0) as i64
}
