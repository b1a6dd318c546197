//! `/s/{store}`: what the program gives and asks, for whoever is not signed in. It works without JavaScript; with it,
//! the widget stands at its end.

use fidela_protocol::missions::MissionNow;
use fidela_rules::program::{EarningProgram, Level, PercentOf, ShowIn, StampCard};
use fidela_ui::Sentence;
use fidela_ui::sentences::{self, Arg};
use jiff::civil::Date;
use maud::{Markup, PreEscaped, html};

use super::{NAMES, STYLE, Scene, languages};
use crate::page::Page;
use crate::{explain, icons};

/// Stamps that are drawn: more would fill a phone.
const DRAWN_STAMPS: i64 = 12;

/// The whole page, handed on as what it is made of.
pub(crate) fn render<T>(scene: &Scene<'_>, today: Date, then: impl FnOnce(&Page<'_>) -> T) -> T {
    let Scene { store, program, speaker, .. } = *scene;
    let path = format!("{}/s/{}", scene.root, store.store_id);
    let name = scene.store_name();
    let heading = scene.word("stranger.title");
    let title = format!("{heading} – {name}");
    let lead = scene.filled(scene.word("landing.lead"), 0, None).line();
    let body = html! {
        main.program {
            header.card.hero.gives[program.bonuses.registration.is_some()] { div.inner {
                (scene.brand())
                h1 { (heading) }
                p.lead { (lead) }
                @if !program.enabled { p { (scene.word("paused")) } }
                (welcome(scene))
                (scene.to_shop())
                @if scene.shop().is_none() { p.small { (scene.word("stranger.sign_in")) } }
            } }
            div.cards {
                (earning(scene, today))
                (missions(scene, today))
                (levels(scene))
                (cards(scene))
                (using(scene))
                (inviting(scene))
            }
            // It may show itself in the page where it is there: on its own it takes no room.
            fidela-panel {}
        }
        (languages(&path, speaker.tag()))
        script async src={ (scene.root) "/fidela.js" } data-store=(store.store_id) data-locale=(speaker.tag()) data-consent="ask" {}
    };
    let address = format!("{}/s/{}", scene.public_url, store.store_id);
    let head = html! {
        (scene.mark())
        meta name="description" content=(lead);
        link rel="canonical" href={ (address) "?lang=" (speaker.tag()) };
        @for (tag, _) in NAMES { link rel="alternate" hreflang=(tag) href={ (address) "?lang=" (tag) }; }
        link rel="alternate" hreflang="x-default" href=(address);
    };
    let (language, look) = (speaker.tag(), &store.look);
    then(&Page { status: 200, language, title: &title, head, indexed: true, look, style: STYLE, body })
}

fn card(title: &str, what: &Markup) -> Markup {
    html! { section.card { div.inner { h2 { (title) } (what) } } }
}

/// The message that is shown before somebody registers (S3.8).
fn welcome(scene: &Scene<'_>) -> Markup {
    let Some(bonus) = &scene.program.bonuses.registration else { return html! {} };
    let message = bonus.message.as_ref().map(|message| message.get(scene.speaker.tag()));
    let message = message
        .filter(|message| !message.trim().is_empty())
        .unwrap_or_else(|| scene.word("invited.registered"));
    html! {
        ul.gifts { li { strong { (scene.points(bonus.points)) } span dir="auto" { (message) } } }
    }
}

fn earning(scene: &Scene<'_>, today: Date) -> Markup {
    let runs =
        |one: &&EarningProgram| one.enabled && fidela_rules::earn::in_window(today, one.from, one.until);
    let running: Vec<_> = scene.program.earning.programs.iter().filter(runs).collect();
    let told = |one: &EarningProgram| {
        let conditions: Vec<String> = sentences::conditions(one).iter().map(|one| scene.say(one)).collect();
        (scene.say(&sentences::rate(&one.rate)), conditions.join(" · "))
    };
    let list = html! {
        ul { @for (gives, conditions) in running.iter().map(|one| told(one)) {
            li { strong { (gives) } span { (conditions) } }
        } }
    };
    if running.is_empty() {
        html! {}
    } else {
        card(scene.word("earn.title"), &list)
    }
}

/// An icon of ours is drawn in the text's colour; a merchant's own is a picture.
fn icon(scene: &Scene<'_>, address: &str) -> Markup {
    let built_in = address.strip_prefix("/icons/").and_then(|file| file.strip_suffix(".svg"));
    html! {
        div.icon aria-hidden="true" {
            @if let Some(drawing) = built_in.and_then(icons::built_in) {
                (PreEscaped(drawing))
            } @else {
                img src={ (scene.root) (address) } alt="" width="24" height="24" loading="lazy";
            }
        }
    }
}

fn missions(scene: &Scene<'_>, today: Date) -> Markup {
    let missions: Vec<MissionNow> =
        explain::missions::shown(scene.speaker, scene.store, scene.program, ShowIn::Landing, today);
    let list = html! {
        ul { @for mission in &missions {
            li.with-icon {
                (icon(scene, &mission.icon))
                div {
                    strong dir="auto" { (mission.title) }
                    span { (mission.gives) @for detail in &mission.details { " · " (detail) } }
                    @if !mission.text.is_empty() { span dir="auto" { (mission.text) } }
                }
            }
        } }
    };
    if missions.is_empty() {
        html! {}
    } else {
        card(scene.word("landing.missions"), &list)
    }
}

fn levels(scene: &Scene<'_>) -> Markup {
    let levels = scene.program.levels();
    let row = |level: &Level| {
        let name = level.name.as_ref().map(|name| name.get(scene.speaker.tag())).unwrap_or_default();
        let from = match level.spend_from {
            0 => scene.word("landing.level_start").to_owned(),
            spend => scene.say(&Sentence::new("landing.level_from").money(spend)),
        };
        let least =
            (level.order_min > 0).then(|| scene.say(&Sentence::new("earn.min").money(level.order_min)));
        let details: Vec<String> = [Some(from), least].into_iter().flatten().collect();
        let back = scene.say(&Sentence::new("level.back").with("percent", Arg::Percent(level.bps)));
        html! {
            li.pair {
                div { strong dir="auto" { (name) } span { (details.join(" · ")) } }
                span.big { (back) }
            }
        }
    };
    let list = html! { ul { @for level in levels { (row(level)) } } };
    if levels.len() < 2 {
        html! {}
    } else {
        card(scene.word("landing.levels"), &list)
    }
}

fn cards(scene: &Scene<'_>) -> Markup {
    let cards: Vec<&StampCard> = scene.program.stamp_cards.iter().filter(|card| card.enabled).collect();
    let list = html! {
        ul { @for one in &cards {
            li {
                strong dir="auto" { (one.name.as_ref().map_or("", |name| name.get(scene.speaker.tag()))) }
                div.stamps aria-hidden="true" { @for _ in 0..one.orders_required.min(DRAWN_STAMPS) { i {} } }
                @for sentence in explain::card_for_shoppers(scene.speaker, one) { span { (sentence) } }
            }
        } }
    };
    if cards.is_empty() {
        html! {}
    } else {
        card(scene.word("cards.title"), &list)
    }
}

fn using(scene: &Scene<'_>) -> Markup {
    let rules = &scene.program.redemption;
    if !rules.enabled {
        return html! {};
    }
    let value = scene.program.points.value;
    let worth = scene.say(&Sentence::new("stranger.worth").points(value.points).money(value.minor));
    let money = |key, minor: Option<i64>| {
        minor.filter(|minor| *minor > 0).map(|minor| Sentence::new(key).money(minor))
    };
    let share = rules.max_bps.filter(|bps| *bps < 10_000).map(|bps| {
        let key = match rules.percent_of {
            PercentOf::Order => "landing.share.order",
            PercentOf::Items => "landing.share.items",
            PercentOf::Eligible => "landing.share.eligible",
        };
        Sentence::new(key).with("percent", Arg::Percent(bps))
    });
    let least = (rules.min_points > 1).then(|| Sentence::new("landing.use_from").points(rules.min_points));
    let most = rules.max_points.map(|points| Sentence::new("earn.max").points(points));
    let some = (rules.categories.is_some() || rules.products.is_some()).then(|| Sentence::new("earn.some"));
    let limits = [
        least,
        money("earn.min", rules.order_min),
        money("landing.order_max", rules.order_max),
        share,
        most,
        money("bound.max_discount", rules.max_discount),
        some,
    ];
    let limits: Vec<String> = limits.into_iter().flatten().map(|one| scene.say(&one)).collect();
    card(
        scene.word("landing.use"),
        &html! { ul { li { strong { (worth) } @for limit in &limits { span { (limit) } } } } },
    )
}

/// The page where shoppers invite is the widget's; here it is said what there is to get.
fn inviting(scene: &Scene<'_>) -> Markup {
    let referrals = &scene.program.referrals;
    if !referrals.enabled || !scene.program.enabled {
        return html! {};
    }
    let own = |name| scene.own(&referrals.invite_page, name);
    let points = referrals.invitee_points;
    let title = own("title").unwrap_or_else(|| scene.word("landing.invite"));
    let body = own("body").map(|body| scene.filled(body, points, None).paragraphs()).unwrap_or_default();
    let get = |key, points: i64| (points > 0).then(|| (scene.points(points), scene.word(key)));
    let gets = [get("landing.invite.you", referrals.inviter_points), get("landing.invite.friend", points)];
    card(
        &scene.filled(title, points, None).line(),
        &html! {
            @for paragraph in &body { p dir="auto" { (paragraph) } }
            ul { @for (points, whom) in gets.into_iter().flatten() { li { strong { (points) } span { (whom) } } } }
        },
    )
}
