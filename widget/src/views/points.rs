//! *Points*: the balance and what will become of it, the level, the ways to earn, the history.

use std::rc::Rc;

use fidela_client::{CardNow, HistoryItem, LevelNow, Me, RewardNow, Shape};
use fidela_rules::json::Json;
use fidela_rules::program::Display;
use fidela_ui::{Arg, Sentence};

use super::common::{badge, earning, list, localized, note, told};
use crate::app::{Store, app};
use crate::dom::{El, el};
use crate::icons::Icon;
use crate::panel::{Place, View};
use crate::session;
use crate::texts::text;

/// Days of pending or lapsing points that are told; the rest is in the sums.
const DAYS: usize = 2;

pub(crate) fn points(place: &Rc<Place>) -> Vec<El> {
    let place = Rc::clone(place);
    let summary = move || {
        let (Some(me), Some(store)) = (app().me(), app().known_store()) else { return Vec::new() };
        [
            Some(balance(&place, store, &me)),
            debt(store, &me),
            facts(store, &me),
            level(store, &me),
            rewards(&place, &me),
            cards(store, &me),
            earning(&me.offers),
        ]
        .into_iter()
        .flatten()
        .collect()
    };
    vec![el("div", "slot").inside(summary), history()]
}

fn balance(place: &Rc<Place>, store: &Store, me: &Me) -> El {
    let shown = me.available.max(0);
    let (number, unit, worth) = match store.program.points.display {
        Display::Points => (
            store.formats.number(shown),
            store.formats.unit(&app().texts, shown),
            Sentence::new("balance.worth").money(me.available_value),
        ),
        Display::Money => (
            store.formats.money(me.available_value),
            String::new(),
            Sentence::new("balance.as_points").points(shown),
        ),
    };
    let worth = if shown > 0 { store.say(&worth) } else { String::new() };
    let big = el("p", "big")
        .with(el("span", "number").text(&number))
        .with(el("span", "").text(" "))
        .with(el("span", "unit").text(&unit));
    let redeems = store.program.enabled && store.program.redemption.enabled && me.available > 0;
    let way = redeems.then(|| {
        let place = Rc::clone(place);
        let way = el("button", "text").attr("type", "button").text(text("balance.use"));
        way.click(move || place.view.set(View::Redeem))
    });
    el("section", "hero")
        .part("balance")
        .with(el("h3", "label").text(text("balance")))
        .with(big)
        .with(el("p", "worth").with(el("span", "").text(&worth)).maybe(way))
}

fn debt(store: &Store, me: &Me) -> Option<El> {
    (me.available < 0).then(|| {
        let debt = store.say(&Sentence::new("balance.debt").points(me.available.saturating_neg()));
        note(Icon::Alert, &debt).attr("class", "note warn")
    })
}

/// What becomes of the balance: what is kept, what comes, what lapses; what was used, and what has lapsed.
fn facts(store: &Store, me: &Me) -> Option<El> {
    let say = |key, points| store.say(&Sentence::new(key).points(points));
    let on = |key, points, day: &str| {
        store.say(&Sentence::new(key).points(points).with("date", Arg::Day(day.to_owned())))
    };
    let mut facts = Vec::new();
    if me.held > 0 {
        facts.push((Icon::Cart, say("balance.held", me.held)));
    }
    for day in me.pending_days.iter().take(DAYS) {
        facts.push((Icon::Clock, on("balance.pending", day.points, &day.on)));
    }
    if me.pending > 0 && me.pending_days.is_empty() {
        facts.push((Icon::Clock, say("balance.pending_some", me.pending)));
    }
    for day in me.expiring.iter().take(DAYS) {
        facts.push((Icon::Hourglass, on("balance.expiring", day.points, &day.on)));
    }
    for (icon, key, points) in
        [(Icon::Tag, "balance.used", me.used), (Icon::Clock, "balance.expired", me.expired)]
    {
        if points > 0 {
            facts.push((icon, say(key, points)));
        }
    }
    let row = |(shown, line): (Icon, String)| el("li", "").icon(shown).with(el("span", "").text(&line));
    (!facts.is_empty()).then(|| el("ul", "facts").part("facts").all(facts.into_iter().map(row).collect()))
}

fn level(store: &Store, me: &Me) -> Option<El> {
    let level = me.level.as_ref()?;
    let name = level.name.as_ref().and_then(localized);
    let back = (level.bps > 0).then(|| {
        let back = Sentence::new("level.back").with("percent", Arg::Percent(level.bps));
        el("span", "chip").text(&store.say(&back))
    });
    let heading = el("h3", "grow").text(name.as_deref().unwrap_or(text("level.none")));
    let line = el("div", "line").with(badge(Icon::Medal)).with(heading).maybe(back);
    Some(el("section", "card").part("level").with(line).all(next_level(store, level, me.spent)))
}

fn next_level(store: &Store, level: &LevelNow, spent: i64) -> Vec<El> {
    let Some(next) = &level.next else { return vec![el("p", "small").text(text("level.top"))] };
    let sentence = match next.name.as_ref().and_then(localized) {
        Some(name) => Sentence::new("level.more").money(next.missing).with("level", Arg::Words(name)),
        None => Sentence::new("level.more_unnamed").money(next.missing),
    };
    let sentence = store.say(&sentence);
    // In thousandths, so that no sum of money has to become a float.
    let way = i128::from(next.spend_from.saturating_sub(level.spend_from)).max(1);
    let gone = i128::from(spent.saturating_sub(level.spend_from)).clamp(0, way);
    let done = i64::try_from(gone * 1_000 / way).unwrap_or(0).to_string();
    let progress = el("progress", "").attr("max", "1000").attr("value", &done).attr("aria-label", &sentence);
    vec![progress, el("p", "small").text(&sentence)]
}

/// What full cards gave, to be used in the cart.
fn rewards(place: &Rc<Place>, me: &Me) -> Option<El> {
    let row = |reward: &RewardNow| {
        let card = me.cards.iter().find(|card| card.id == reward.card);
        let name = card.and_then(|card| card.name.as_ref()).and_then(localized);
        let place = Rc::clone(place);
        let way = el("button", "text")
            .part("button")
            .attr("type", "button")
            .text(text("rewards.use"))
            .click(move || place.view.set(View::Redeem));
        let details: Vec<String> = name.into_iter().collect();
        el("li", "row").with(badge(Icon::Gift)).with(told(&reward.gives, &details)).with(way)
    };
    let rows: Vec<El> = me.rewards.iter().map(row).collect();
    (!rows.is_empty()).then(|| {
        let heading = el("h3", "").text(text("rewards.title"));
        el("section", "").part("rewards").with(heading).with(el("ul", "").all(rows))
    })
}

/// Places that are drawn, at most; the count says how many there are.
const PLACES: i64 = 20;

/// Stamp cards with their stamps.
fn cards(store: &Store, me: &Me) -> Option<El> {
    let card = |card: &CardNow| {
        let number = |n: i64| Arg::Words(store.formats.number(n));
        let count =
            Sentence::new("cards.count").with("n", number(card.stamps)).with("all", number(card.required));
        let count = store.say(&count);
        let name = card.name.as_ref().and_then(localized);
        let heading = el("h4", "grow").text(name.as_deref().unwrap_or(text("cards.one")));
        let line = el("div", "line").with(heading).with(el("span", "chip").text(&count));
        // The count beside the name says it to those who hear the page.
        let place = |n: i64| {
            let place = el("span", if n < card.stamps { "stamp on" } else { "stamp" });
            if n < card.stamps { place.icon(Icon::Star) } else { place }
        };
        let places = (0..card.required.min(PLACES)).map(place).collect();
        let stamps = el("div", "stamps").attr("aria-hidden", "true").all(places);
        let gives = el("p", "small").icon(Icon::Gift).with(el("span", "").text(&card.gives));
        el("article", "card").part("card").with(line).with(stamps).with(gives)
    };
    let cards: Vec<El> = me.cards.iter().map(card).collect();
    (!cards.is_empty()).then(|| {
        let heading = el("h3", "").text(text("cards.title"));
        el("section", "cards").part("cards").with(heading).all(cards)
    })
}

fn history() -> El {
    let row = |store: &Store, told: &Json| HistoryItem::read(told).and_then(|item| line(store, &item));
    list(&app().history, "history", ["history.title", "history.empty"], row)
}

fn line(store: &Store, item: &HistoryItem) -> Option<El> {
    if item.title.is_empty() {
        return None;
    }
    let mut details = vec![store.formats.moment(&item.at)];
    if let Some(day) = item.usable_from.as_ref().filter(|_| item.kind == "earned") {
        details.push(store.say(&Sentence::new("history.usable_from").with("date", Arg::Day(day.clone()))));
    }
    if let Some(reason) = &item.reason {
        details.push(["“", reason, "”"].concat());
    }
    let delta = (item.points != 0).then(|| {
        let shown = match store.program.points.display {
            Display::Points => store.formats.number(item.points.saturating_abs()),
            Display::Money => store.formats.money(store.worth(item.points.saturating_abs())),
        };
        let (class, sign) = if item.points > 0 { ("delta plus", "+") } else { ("delta", "−") };
        el("span", class).text(&[sign, &shown].concat())
    });
    let order =
        item.reference.clone().filter(|_| item.kind == "earned" && item.about.as_deref() == Some("order"));
    let line = told(&item.title, &details).all(order.map_or_else(Vec::new, why));
    Some(el("li", "row").with(line).maybe(delta))
}

/// "Why?", and the answer below it.
fn why(order: String) -> Vec<El> {
    let (asked, shown) = (order.clone(), order.clone());
    let is_shown = move || app().why.with(|why| why.as_ref().is_some_and(|(id, _)| *id == asked)).to_string();
    let button = el("button", "text")
        .part("button")
        .attr("type", "button")
        .attr_from("aria-expanded", is_shown)
        .text(text("history.why"))
        .click(move || session::explain_order(order.clone()));
    let lines = move || {
        app().why.with(|why| {
            let told = why.as_ref().filter(|(id, _)| *id == shown).map(|(_, told)| told.as_slice());
            told.unwrap_or_default().iter().map(|line| el("li", "").text(line)).collect()
        })
    };
    vec![button, el("ul", "why small").inside(lines)]
}
