//! Points held for the cart: the code, the discount, the time left, and the way to let go.

use std::rc::Rc;

use fidela_client::Redemption;
use fidela_ui::{Sentence, decimal};
use wasm_bindgen_futures::spawn_local;

use crate::app::{Store, app};
use crate::dom::{El, el, every_second};
use crate::icons::Icon;
use crate::signal::Shared;
use crate::texts::text;
use crate::views::note;
use crate::{browser, session};

/// One that the shop's server has confirmed belongs to an order on its way: it is told, and left alone.
pub(crate) fn confirmed(store: &Store, held: &Redemption) -> El {
    let key = if held.points > 0 { "ticket.confirmed" } else { "ticket.confirmed_reward" };
    let line = Sentence::new(key).points(held.points).money(taken_off(held));
    note(Icon::Lock, &store.say(&line))
}

/// One that the shopper may still let go.
pub(crate) fn ticket(store: &Store, held: &Redemption) -> El {
    let code = el("div", "grow")
        .with(el("h3", "label").text(text("ticket.code")))
        .with(el("p", "code").part("code").text(&held.code));
    let left = el("p", "line small")
        .icon(Icon::Clock)
        .with(el("span", "").text(text("ticket.left")))
        .with(time_left(held));
    let id = held.id.clone();
    let release = el("button", "text")
        .part("button")
        .attr("type", "button")
        .attr_from("aria-disabled", || app().busy.get().to_string())
        .text(text("ticket.release"))
        .click(move || session::release(id.clone()));
    el("section", "ticket")
        .part("ticket")
        .with(el("p", "off").text(&store.say(&Sentence::new("ticket.off").money(taken_off(held)))))
        .maybe(
            (held.points > 0)
                .then(|| el("p", "").text(&store.say(&Sentence::new("ticket.held").points(held.points)))),
        )
        .maybe(held.reward.map(|_| el("p", "").text(text("ticket.reward"))))
        .with(el("div", "stub").with(code).with(copy(&held.code, "ticket.copy_failed")))
        .with(left)
        .with(release)
}

/// What points and reward take off together.
fn taken_off(held: &Redemption) -> i64 {
    held.discount.saturating_add(held.reward.unwrap_or(0))
}

/// A button that copies a text, and says so.
pub(crate) fn copy(code: &str, failed: &'static str) -> El {
    let code = Rc::<str>::from(code);
    let copied = Rc::new(Shared::new(false));
    let shown = Rc::clone(&copied);
    let label = move || text(if shown.get() { "ticket.copied" } else { "ticket.copy" }).to_owned();
    el("button", "secondary")
        .part("button")
        .attr("type", "button")
        .icon(Icon::Copy)
        .with(el("span", "").text_from(label))
        .click(move || {
            let (code, copied) = (Rc::clone(&code), Rc::clone(&copied));
            spawn_local(async move {
                let done = browser::copy(&code).await.is_truthy();
                copied.set(done);
                app().announce(text(if done { "ticket.copied" } else { failed }).to_owned());
            });
        })
}

/// Counts down by the edge's clock; when nothing is left, the edge is asked how things stand.
fn time_left(held: &Redemption) -> El {
    let until = browser::parse_moment(&held.expires_at);
    let left = move || seconds(until - app().now_ms());
    let shown = Rc::new(Shared::new(left()));
    let told = Rc::clone(&shown);
    every_second(move || {
        let (before, now) = (shown.now(), left());
        shown.settle(now);
        if before > 0 && now <= 0 {
            app().announce(text("ticket.over").to_owned());
            session::look_again();
        }
    });
    el("span", "clock")
        .part("time")
        .attr("role", "timer")
        .attr("aria-live", "off")
        .text_from(move || decimal::countdown(told.get()))
}

#[expect(
    clippy::as_conversions,
    clippy::cast_possible_truncation,
    reason = "a time in seconds, far below 2^53"
)]
fn seconds(milliseconds: f64) -> i64 {
    (milliseconds / 1_000.0) as i64
}
