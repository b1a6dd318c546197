//! *Invite*: the shopper's link and the ways to pass it on, letters to friends, and what became of them.

use fidela_client::{Invitation, Inviting};
use fidela_rules::json::Json;

use super::common::{badge, list, more, note, told};
use super::ticket::copy;
use crate::app::{Store, app};
use crate::dom::{El, el};
use crate::icons::Icon;
use crate::session::{LETTERS, SENT};
use crate::signal::follow;
use crate::texts::text;
use crate::{browser, session};

pub(crate) fn invite() -> Vec<El> {
    let pages = &app().invite;
    if !pages.peek(|pages| pages.loading) {
        session::load_page(pages, false);
    }
    // The form keeps what is written in it: what is around it is drawn anew only when it came or went.
    let state = follow(|| pages.with(|pages| (false, pages.failed, false, pages.told != Json::Null)));
    vec![el("div", "slot").inside(move || match state.get() {
        (_, _, _, true) => pages.peek(|pages| ways(Inviting::of(&pages.told))),
        (_, true, _, _) => vec![more(pages, text("retry"), false)],
        _ => ["bone tall", "bone", "bone"].map(|class| el("div", class)).into(),
    })]
}

/// All there is to do, and what came of it.
fn ways(told: Inviting<'_>) -> Vec<El> {
    let fact = |icon, line: &str| {
        (!line.is_empty()).then(|| el("li", "").icon(icon).with(el("span", "").text(line)))
    };
    let gives =
        el("ul", "facts").maybe(fact(Icon::Gift, told.gives())).maybe(fact(Icon::Star, told.friend_gets()));
    let lead = el("section", "hero")
        .part("invite")
        .with(el("h3", "lead").text(told.title()))
        .maybe((!told.body().is_empty()).then(|| el("p", "").text(told.body())))
        .with(gives);
    let mut shown = vec![lead, link(told)];
    if told.letters() {
        shown.push(letters());
    }
    shown.push(list(&app().invite, "invitations", ["invite.history", "invite.none"], line));
    shown
}

fn link(told: Inviting<'_>) -> El {
    let address = el("input", "grow")
        .part("link")
        .attr("readonly", "")
        .attr("aria-label", text("invite.link"))
        .attr("value", told.link());
    let network = |(name, url): (&str, &str)| {
        el("a", "network")
            .attr("href", url)
            .attr("target", "_blank")
            .attr("rel", "noopener noreferrer")
            .text(name)
    };
    let share = browser::can_share().then(|| {
        let (title, said, link) = (told.title().to_owned(), told.shared().to_owned(), told.link().to_owned());
        el("button", "primary")
            .part("button")
            .attr("type", "button")
            .text(text("invite.share"))
            .click(move || browser::share(&title, &said, &link))
    });
    el("section", "card")
        .with(el("h3", "").text(text("invite.link")))
        .with(el("div", "line").with(address).with(copy(told.link(), "invite.copy_failed")))
        .maybe(share)
        .with(el("div", "networks").part("networks").all(told.networks().map(network).collect()))
}

/// One friend to begin with; what is written is read when it is sent.
fn letters() -> El {
    let field = |name, kind, label| {
        let label = el("label", "").with(el("span", "label").text(text(label)));
        let input = el("input", "").attr("name", name).attr("type", kind).attr("maxlength", "200");
        el("div", "").with(label.with(input)).with(el("p", "fault"))
    };
    let friend = el("fieldset", "friend")
        .with(el("legend", "label").text(text("invite.friend")))
        .with(field("first_name", "text", "invite.first_name"))
        .with(field("last_name", "text", "invite.last_name"))
        .with(field("email", "email", "invite.email"));
    let add = el("button", "text")
        .part("button")
        .attr("type", "button")
        .text(text("invite.add"))
        .on("click", |event| browser::add_friend(&event));
    let send = el("button", "primary wide")
        .part("button")
        .attr_from("aria-disabled", || app().busy.get().to_string())
        .text(text("invite.send"));
    let said = || {
        app().claimed.with(|about| match about.as_str() {
            LETTERS => app().trouble.get().map(|trouble| note(Icon::Alert, &trouble)),
            SENT => Some(note(Icon::Check, text("invite.sent"))),
            _ => None,
        })
    };
    el("form", "card letters")
        .part("letters")
        .attr("novalidate", "")
        .on("submit", |event| session::invite(browser::friends(&event)))
        .with(el("h3", "").text(text("invite.form")))
        .with(friend)
        .with(add)
        .with(send)
        .slot(move || said().into_iter().collect())
}

fn line(store: &Store, told_of: &Json) -> Option<El> {
    let item = Invitation::of(told_of);
    if item.text().is_empty() {
        return None;
    }
    let points = item.points();
    let icon = match points {
        1.. => Icon::Check,
        _ if item.is_over() => Icon::Close,
        _ => Icon::Hourglass,
    };
    let name = if item.name().is_empty() { text("invite.friend") } else { item.name() };
    let details = [item.text().to_owned(), store.formats.moment(item.at())];
    let delta =
        (points > 0).then(|| el("span", "delta plus").text(&["+", &store.formats.number(points)].concat()));
    Some(el("li", "row").with(badge(icon)).with(told(name, &details)).maybe(delta))
}
