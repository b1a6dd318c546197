//! Pieces that more than one view shows.

use fidela_client::Offer;
use fidela_rules::Order;
use fidela_rules::earn::{Earner, Look, earn};
use fidela_rules::json::Json;
use fidela_rules::num::Given;
use fidela_rules::program::Text;
use fidela_rules::sorted::Sorted;
use fidela_ui::Sentence;

use crate::app::{Pages, Store, app};
use crate::dom::{El, el};
use crate::icons::Icon;
use crate::panel::retry;
use crate::session;
use crate::signal::{Shared, follow};
use crate::texts::text;

/// Where content will be, while it is on its way: of the same size, so that nothing jumps.
pub(crate) fn skeleton() -> El {
    el("div", "body")
        .attr("aria-busy", "true")
        .with(el("p", "unseen").text(text("loading")))
        .with(el("div", "bone bar"))
        .with(el("div", "bone tall"))
        .with(el("div", "bone"))
        .with(el("div", "bone"))
        .with(el("div", "bone"))
}

/// A line that stands out, with its icon.
pub(crate) fn note(shown: Icon, line: &str) -> El {
    el("p", "note").part("notice").icon(shown).with(el("span", "").text(line))
}

/// An icon on a field of its own.
pub(crate) fn badge(shown: Icon) -> El {
    el("span", "badge").icon(shown)
}

/// A state without content: what it is, and what it means.
pub(crate) fn state(shown: Icon, heading: &str, line: &str) -> El {
    el("div", "state").with(badge(shown)).with(el("h3", "").text(heading)).with(el("p", "").text(line))
}

/// The same, alone in the panel, with what can be done about it.
pub(crate) fn message(shown: Icon, heading: &str, line: &str, again: bool) -> El {
    el("div", "body").with(state(shown, heading, line).maybe(again.then(retry)))
}

/// What arrived of itself, until it is put away.
pub(crate) fn toast() -> Vec<El> {
    let lines: Vec<El> = app().arrived.with(|all| all.lines().map(|line| el("p", "").text(line)).collect());
    if lines.is_empty() {
        return lines;
    }
    let close = el("button", "quiet round")
        .attr("type", "button")
        .attr("aria-label", text("close"))
        .icon(Icon::Close)
        .click(|| app().arrived.set(String::new()));
    let lines = el("div", "grow").all(lines);
    vec![el("div", "toast").part("toast").with(badge(Icon::Gift)).with(lines).with(close)]
}

/// What strangers see first: that signing in is worth it, and what joining brings.
pub(crate) fn welcome() -> Vec<El> {
    let Some(store) = app().known_store() else { return Vec::new() };
    let lead = el("div", "hero")
        .with(el("h3", "lead").text(text("stranger.title")))
        .with(el("p", "").text(text("stranger.sign_in")));
    let bonus = store.public.registration.as_ref().map(|(points, message)| {
        let own = message.as_ref().and_then(localized);
        note(Icon::Gift, &own.unwrap_or_else(|| store.say(&Sentence::new("stranger.bonus").points(*points))))
    });
    [Some(lead), bonus].into_iter().flatten().collect()
}

/// What strangers see: what the program gives.
pub(crate) fn stranger() -> Vec<El> {
    let Some(store) = app().known_store() else { return Vec::new() };
    let cart = move || {
        let points = app().cart.get().and_then(|now| earned(store, &now.cart, &[], 0, 0));
        let line = points.map(|points| store.say(&Sentence::new("stranger.cart").points(points)));
        line.map(|line| note(Icon::Cart, &line)).into_iter().collect()
    };
    let worth = store.program.points.value;
    let worth = store.say(&Sentence::new("stranger.worth").points(worth.points).money(worth.minor));
    let mut shown = welcome();
    shown.push(el("div", "slot").inside(cart));
    shown.extend(earning(&store.public.offers));
    shown.push(el("p", "small").text(&worth));
    shown
}

/// The ways to earn that are open now or soon, as the edge says.
pub(crate) fn earning(offers: &[Offer]) -> Option<El> {
    let row = |offer: &Offer| {
        let icon = if offer.runs { Icon::Plus } else { Icon::Clock };
        el("li", "row").with(badge(icon)).with(told(&offer.title, &offer.details))
    };
    let rows: Vec<El> = offers.iter().map(row).collect();
    (!rows.is_empty()).then(|| {
        let heading = el("h3", "").text(text("earn.title"));
        el("section", "").part("earning").with(heading).with(el("ul", "").all(rows))
    })
}

/// Short details in one line.
pub(crate) fn joined(details: &[String]) -> String {
    let mut line = String::new();
    for detail in details {
        if !line.is_empty() {
            line.push_str(" · ");
        }
        line.push_str(detail);
    }
    line
}

/// A line with what there is to say about it below.
pub(crate) fn told(title: &str, details: &[String]) -> El {
    let line = joined(details);
    let details = (!line.is_empty()).then(|| el("span", "small").text(&line));
    el("span", "grow").with(el("span", "").text(title)).maybe(details)
}

/// One of the shopper's lists, with its heading and what is said where it is empty.
pub(crate) fn list(
    pages: &'static Shared<Pages>,
    part: &str,
    [heading, empty]: [&'static str; 2],
    row: fn(&Store, &Json) -> Option<El>,
) -> El {
    // The list alone is drawn anew when a page comes, so that the button below it keeps the focus.
    let rows = move || {
        let Some(store) = app().known_store() else { return Vec::new() };
        pages.with(|pages| pages.items.iter().filter_map(|item| row(store, item)).collect())
    };
    let state = follow(move || pages.with(|p| (p.loading, p.failed, p.items.is_empty(), p.next.is_some())));
    let below = move || match state.get() {
        (true, _, true, _) => vec![el("div", "bone")],
        (false, true, is_empty, _) => vec![more(pages, text("retry"), !is_empty)],
        (false, false, true, _) => vec![el("p", "small").text(text(empty))],
        (_, _, false, true) => vec![more(pages, text("history.more"), true)],
        _ => Vec::new(),
    };
    el("section", "")
        .part(part)
        .with(el("h3", "").text(text(heading)))
        .with(el("ul", "history").inside(rows))
        .slot(below)
}

/// Loads a page: the first, or the next.
pub(crate) fn more(pages: &'static Shared<Pages>, label: &str, next: bool) -> El {
    el("button", "secondary wide")
        .part("button")
        .attr("type", "button")
        .attr_from("aria-disabled", || pages.with(|pages| pages.loading).to_string())
        .text(label)
        .click(move || {
            if !pages.peek(|pages| pages.loading) {
                session::load_page(pages, next);
            }
        })
}

/// What a cart will earn once it is an order that is awarded, with so much of it paid with points; nothing where
/// it earns nothing.
pub(crate) fn earned(
    store: &Store,
    cart: &fidela_rules::Cart,
    groups: &[String],
    spent_before: i64,
    points_discount: i64,
) -> Option<i64> {
    let status = store.program.earning.award_statuses.first().map_or("", String::as_str);
    // Its local day is said apart, by the store's clock.
    let order = cart.to_order("", jiff::Timestamp::UNIX_EPOCH, status);
    let order = Order { points_discount: Given(points_discount), ..order };
    let earner = Earner { groups, spent_before };
    let award = earn(&store.program, &order, earner, store.formats.today(), Look::First);
    (award.points > 0).then_some(award.points)
}

/// A text of the merchant's in the page's language: one for all, or one per locale.
pub(crate) fn localized(value: &Json) -> Option<String> {
    let found = match value {
        Json::Text(text) => text.clone(),
        Json::Object(by_locale) => {
            let mut texts = Sorted::default();
            for (locale, text) in by_locale {
                texts.insert(locale.clone(), text.as_str()?.to_owned());
            }
            Text::ByLocale(texts).get(&app().page.locale).to_owned()
        }
        _ => return None,
    };
    (!found.is_empty()).then_some(found)
}
