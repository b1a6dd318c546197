//! *Missions*: what else earns points. The edge says all of it in the reader's language; here it is shown.

use fidela_client::{MissionNow, MissionState};
use fidela_rules::json::Json;

use super::common::{joined, note, state, welcome};
use crate::app::app;
use crate::dom::{El, el};
use crate::icons::Icon;
use crate::texts::text;
use crate::{browser, session};

/// A shopper's own; strangers see those of the store.
fn told<T>(look: impl FnOnce(&Json) -> T) -> T {
    match (app().me(), app().known_store()) {
        (Some(me), _) => look(&me.missions),
        (None, Some(store)) => look(&store.public.missions),
        (None, None) => look(&Json::Null),
    }
}

/// Whether there are any.
pub(crate) fn has_missions() -> bool {
    told(|missions| missions.as_list().is_some_and(|all| !all.is_empty()))
}

/// Those that are open or come soon, then those that are done.
pub(crate) fn missions() -> Vec<El> {
    vec![el("div", "slot").inside(|| {
        let all = told(fidela_client::missions);
        let mut shown = if app().me().is_some() { Vec::new() } else { welcome() };
        match section("missions.open", &all, false) {
            Some(section) => shown.push(section),
            None => shown.push(state(Icon::Flag, text("missions.none.title"), text("missions.none"))),
        }
        shown.extend(section("missions.done", &all, true));
        shown
    })]
}

fn section(heading: &'static str, missions: &[MissionNow], done: bool) -> Option<El> {
    let mut cards = Vec::new();
    for mission in missions {
        if (mission.state == MissionState::Done) == done {
            cards.push(card(mission));
        }
    }
    (!cards.is_empty()).then(|| {
        let heading = el("h3", "").text(text(heading));
        el("section", "cards").part("missions").with(heading).all(cards)
    })
}

fn card(mission: &MissionNow) -> El {
    let class = match mission.state {
        MissionState::Open => "card mission",
        MissionState::Soon => "card mission soon",
        MissionState::Done => "card mission done",
    };
    let gives = el("span", "chip").text(&mission.gives);
    let gives = if mission.state == MissionState::Done {
        let done = el("span", "chip").icon(Icon::Check).with(el("span", "").text(text("mission.done")));
        vec![done, el("span", "small").text(&mission.gives)]
    } else {
        vec![gives]
    };
    let line = |class: &str, line: &str| (!line.is_empty()).then(|| el("span", class).text(line));
    let foot = el("div", "foot")
        .all(gives)
        .maybe(line("small", &joined(&mission.details)))
        .maybe(may_claim(mission).then(|| claim(mission)));
    let words = el("div", "grow")
        .with(el("h4", "").text(&mission.title))
        .maybe(line("small what", &mission.text))
        .with(foot)
        .slot(trouble(mission));
    el("article", class).part("mission").with(picture(&mission.icon)).with(words)
}

/// A line drawing of ours takes the text's colour; a merchant's picture is shown as it is.
fn picture(path: &str) -> El {
    let address = [&app().page.edge, path].concat();
    let field = el("span", "badge");
    if path.starts_with("/icons/") {
        let mask = ["url(\"", &address, "\")"].concat();
        field.with(el("span", "drawn").follow(move |drawn| browser::set_property(drawn, "--icon", &mask)))
    } else {
        field.with(el("img", "").attr("alt", "").attr("src", &address))
    }
}

fn may_claim(mission: &MissionNow) -> bool {
    let is_on = app().known_store().is_some_and(|store| store.program.enabled)
        && app().me().is_some_and(|me| me.enabled);
    is_on && mission.claim && mission.state == MissionState::Open
}

/// "I have done it".
fn claim(mission: &MissionNow) -> El {
    let (id, once) = (mission.id.clone(), mission.once);
    el("button", "secondary")
        .part("button claim")
        .attr("type", "button")
        .attr_from("aria-disabled", || app().busy.get().to_string())
        // Several buttons of one name: what each is about belongs to it.
        .attr("aria-label", &[text("mission.claim"), ": ", &mission.title].concat())
        .text(text("mission.claim"))
        .click(move || session::claim(id.clone(), once))
}

/// What went wrong with this one, beside it; pressing the button again is the way to try again.
fn trouble(mission: &MissionNow) -> impl Fn() -> Vec<El> + 'static {
    let id = mission.id.clone();
    move || {
        let is_here = app().claimed.with(|claimed| *claimed == id);
        let trouble = app().trouble.get().filter(|_| is_here);
        trouble.map(|trouble| note(Icon::Alert, &trouble)).into_iter().collect()
    }
}
