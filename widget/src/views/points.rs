//! *Points*: the balance and what will become of it, the level, the ways to earn, the history.

use std::sync::Arc;

use fidela_protocol::shopper::{HistoryItem, LevelNow, Me};
use fidela_rules::program::Display;
use fidela_ui::{Arg, Sentence, sentences};
use leptos::prelude::*;

use super::common::{earning, localized};
use crate::app::{Store, app};
use crate::icons::{Icon, icon};
use crate::panel::{Place, View};
use crate::session;
use crate::texts::text;

/// Days of pending or lapsing points that are told; the rest is in the sums.
const DAYS: usize = 2;

pub(crate) fn points(place: Place) -> AnyView {
    let summary = move || {
        let me = app().shopper.with(|shopper| shopper.me().cloned())?;
        let store = app().known_store()?;
        Some(about(place, store, &me))
    };
    view! {
        {summary}
        {history()}
    }
    .into_any()
}

fn about(place: Place, store: &'static Store, me: &Arc<Me>) -> AnyView {
    view! {
        {balance(place, store, me)}
        {level(store, me)}
        {earning(store, Some(&me.groups))}
    }
    .into_any()
}

fn balance(place: Place, store: &'static Store, me: &Me) -> AnyView {
    let shown = me.available.max(0);
    let (number, unit, worth) = match store.program.points.display {
        Display::Points => (
            store.formats.number(shown),
            store.formats.unit(&app().texts, shown),
            Some(Sentence::new("balance.worth").money(me.available_value)),
        ),
        Display::Money => (
            store.formats.money(me.available_value),
            String::new(),
            Some(Sentence::new("balance.as_points").points(shown)),
        ),
    };
    let worth = worth.filter(|_| shown > 0).map(|sentence| store.say(&sentence));
    let debt = (me.available < 0).then(|| {
        let debt = store.say(&Sentence::new("balance.debt").points(me.available.saturating_neg()));
        view! {
            <p class="note warn">
                {icon(Icon::Alert)}
                <span>{debt}</span>
            </p>
        }
    });
    let day = |key, points, day| store.say(&Sentence::new(key).points(points).with("date", Arg::Day(day)));
    let mut facts = Vec::new();
    if me.held > 0 {
        facts.push((Icon::Cart, store.say(&Sentence::new("balance.held").points(me.held))));
    }
    for pending in me.pending_days.iter().take(DAYS) {
        facts.push((Icon::Clock, day("balance.pending", pending.points, pending.on)));
    }
    if me.pending > 0 && me.pending_days.is_empty() {
        facts.push((Icon::Clock, store.say(&Sentence::new("balance.pending_some").points(me.pending))));
    }
    for lapsing in me.expiring.iter().take(DAYS) {
        facts.push((Icon::Hourglass, day("balance.expiring", lapsing.points, lapsing.on)));
    }
    let facts: Vec<AnyView> = facts
        .into_iter()
        .map(|(shown, line)| view! { <li>{icon(shown)}<span>{line}</span></li> }.into_any())
        .collect();
    let facts = (!facts.is_empty()).then(|| view! { <ul class="facts" part="facts">{facts}</ul> });
    let redeems = store.program.enabled && store.program.redemption.enabled && me.available > 0;
    let way = redeems.then(|| {
        view! {
            <button class="text" type="button" on:click=move |_| place.view.set(View::Redeem)>
                {text("balance.use")}
            </button>
        }
    });
    view! {
        <section class="hero" part="balance">
            <h3 class="label">{text("balance")}</h3>
            <p class="big">
                <span class="number">{number}</span>
                " "
                <span class="unit">{unit}</span>
            </p>
            <p class="worth">{worth} {way}</p>
        </section>
        {debt}
        {facts}
    }
    .into_any()
}

fn level(store: &'static Store, me: &Me) -> AnyView {
    let Some(level) = &me.level else { return ().into_any() };
    let name = level.name.as_ref().and_then(localized);
    let back = (level.bps > 0).then(|| {
        let back = store.say(&Sentence::new("level.back").with("percent", Arg::Percent(level.bps)));
        view! { <span class="chip">{back}</span> }
    });
    let heading = name.unwrap_or_else(|| text("level.none").to_owned());
    view! {
        <section class="card" part="level">
            <div class="line">
                <span class="badge">{icon(Icon::Medal)}</span>
                <h3 class="grow">{heading}</h3>
                {back}
            </div>
            {next_level(store, level, me.spent)}
        </section>
    }
    .into_any()
}

fn next_level(store: &'static Store, level: &LevelNow, spent: i64) -> AnyView {
    let Some(next) = &level.next else {
        return view! { <p class="small">{text("level.top")}</p> }.into_any();
    };
    let sentence = match next.name.as_ref().and_then(localized) {
        Some(name) => Sentence::new("level.more").money(next.missing).with("level", Arg::Words(name)),
        None => Sentence::new("level.more_unnamed").money(next.missing),
    };
    let sentence = store.say(&sentence);
    // In thousandths, so that no sum of money has to become a float.
    let way = i128::from(next.spend_from.saturating_sub(level.spend_from)).max(1);
    let gone = i128::from(spent.saturating_sub(level.spend_from)).clamp(0, way);
    let done = (gone * 1_000 / way).to_string();
    view! {
        <progress max="1000" value=done aria-label=sentence.clone()></progress>
        <p class="small">{sentence}</p>
    }
    .into_any()
}

fn history() -> AnyView {
    // The list alone is drawn anew when a page comes, so that the button below it keeps the focus.
    let rows = move || {
        let Some(store) = app().known_store() else { return Vec::new() };
        app()
            .history
            .with(|history| history.items.iter().filter_map(|item| line(store, item)).collect::<Vec<_>>())
    };
    let state = Memo::new(move |_| {
        app().history.with(|history| {
            (history.loading, history.failed, history.items.is_empty(), history.next.is_some())
        })
    });
    let below = move || match state.get() {
        (true, _, true, _) => view! { <div class="bone"></div> }.into_any(),
        (false, true, ..) => more(text("retry"), !state.get().2),
        (false, false, true, _) => view! { <p class="small">{text("history.empty")}</p> }.into_any(),
        (_, _, false, true) => more(text("history.more"), true),
        _ => ().into_any(),
    };
    view! {
        <section part="history">
            <h3>{text("history.title")}</h3>
            <ul class="history">{rows}</ul>
            {below}
        </section>
    }
    .into_any()
}

fn more(label: &'static str, next: bool) -> AnyView {
    view! {
        <button
            class="secondary"
            part="button"
            type="button"
            aria-disabled=move || app().history.with(|history| history.loading).to_string()
            on:click=move |_| {
                if !app().history.with_untracked(|history| history.loading) {
                    session::load_history(next);
                }
            }
        >
            {label}
        </button>
    }
    .into_any()
}

fn line(store: &'static Store, item: &HistoryItem) -> Option<AnyView> {
    let sentence = store.say(&sentences::history(item)?);
    let mut details = vec![store.formats.moment(item.at)];
    if let Some(day) = item.usable_from.filter(|_| item.kind == "earned") {
        details.push(store.say(&Sentence::new("history.usable_from").with("date", Arg::Day(day))));
    }
    if let Some(reason) = &item.reason {
        details.push(format!("“{reason}”"));
    }
    let delta = (item.points != 0).then(|| {
        let shown = match store.program.points.display {
            Display::Points => store.formats.number(item.points.saturating_abs()),
            Display::Money => store.formats.money(store.worth(item.points.saturating_abs())),
        };
        let (class, sign) = if item.points > 0 { ("delta plus", "+") } else { ("delta", "−") };
        view! { <span class=class>{sign}{shown}</span> }
    });
    Some(
        view! {
            <li class="row">
                <span class="grow">
                    {sentence}
                    <span class="small">{details.join(" · ")}</span>
                </span>
                {delta}
            </li>
        }
        .into_any(),
    )
}
