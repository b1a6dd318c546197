//! /console/program: what earns points and what they are good for.
//!
//! - [`document`]: the program as it is being edited, for all of the console. [`path`]: places in it.
//! - [`inputs`], [`items`]: fields and lists that know it. [`sections`]: the parts of it, field by field.
//! - [`draft`], [`conflict`], [`history`]: the draft that the team shares, two people at once, and earlier versions.
//! - [`bar`]: changes, faults, publishing. [`preview`]: what a sample order would earn and could use.

pub mod bar;
pub mod conflict;
pub mod document;
pub mod draft;
pub mod history;
pub mod inputs;
pub mod items;
pub mod path;
pub mod preview;
pub mod sections;

use fidela_ui::explain::Tell;
use fidela_ui::sentences::rate;
use leptos::prelude::*;

use self::bar::PublishBar;
use self::document::{Document, document};
use self::inputs::wrong_badge;
use self::preview::Preview;
use self::sections::Teller;
use crate::shell::{at, rest};
use crate::texts::{t, tn};
use crate::ui::{Icon, Page, Tabs, icon};

/// A part of the program: its address, where it is in the document, and its fields.
struct Part {
    name: &'static str,
    within: &'static [&'static str],
    fields: fn(Document) -> AnyView,
}

const PARTS: [Part; 6] = [
    Part { name: "earning", within: &["earning"], fields: sections::earning },
    Part { name: "using", within: &["redemption"], fields: sections::using },
    Part { name: "expiry", within: &["expiry", "refunds"], fields: sections::expiry },
    Part { name: "bonuses", within: &["bonuses"], fields: sections::bonuses },
    Part { name: "stamp-cards", within: &["stamp_cards"], fields: sections::stamp_cards },
    Part { name: "basics", within: &["enabled", "currency", "timezone", "points"], fields: sections::basics },
];

/// The area.
#[component]
pub fn ProgramArea() -> impl IntoView {
    let here = rest();
    let is_history = Memo::new(move |_| here.get() == "history");
    move || if is_history.get() { view! { <history::History /> }.into_any() } else { editor(here) }
}

fn editor(here: Memo<String>) -> AnyView {
    let doc = document();
    let name = move || Some(here.get()).filter(|name| PARTS.iter().any(|part| part.name == *name));
    let title = Signal::derive(move || match name() {
        Some(name) => t(&format!("program.title.{name}")),
        None => t("shell.menu.program"),
    });
    let lead = MaybeProp::derive(move || {
        Some(t(&name().map_or_else(|| "program.lead".to_owned(), |name| format!("program.lead.{name}"))))
    });
    let body = move || {
        let shown = PARTS.iter().find(|part| part.name == here.get());
        match shown {
            Some(part) => {
                let fields = part.fields;
                view! {
                    <div class="columns aside editor">
                        <div class="editor-fields">{fields(doc)}</div>
                        <Preview />
                    </div>
                }
                .into_any()
            }
            None => view! {
                <div class="columns aside editor">
                    {overview(doc)}
                    <Preview />
                </div>
            }
            .into_any(),
        }
    };
    let body = StoredValue::new(body);
    view! {
        <Page title=title lead=lead>
            {tabs(doc, here)}
            {doc.view(move || view! { {move || body.with_value(|body| body())} <PublishBar has_preview=true /> })}
        </Page>
    }
    .into_any()
}

/// The links to the parts of the area.
fn tabs(doc: Document, here: Memo<String>) -> AnyView {
    let address = |name: &str| at(&format!("program/{name}"));
    let mut items = vec![(at("program"), t("program.tab.overview"))];
    items.extend(PARTS.iter().map(|part| (address(part.name), t(&format!("program.tab.{}", part.name)))));
    items.push((address("history"), t("history.title")));
    // The overview has nothing that could be wrong.
    let mut marks = vec![().into_any()];
    marks.extend(PARTS.iter().map(|part| {
        part.within.iter().map(|within| wrong_badge(doc, *within)).collect::<Vec<_>>().into_any()
    }));
    let current = Signal::derive(move || match here.get().as_str() {
        "" => at("program"),
        name => address(name),
    });
    view! { <Tabs label=t("shell.menu.program") items current marks /> }.into_any()
}

/// Each part in a line, and the way to it.
fn overview(doc: Document) -> AnyView {
    let cards = PARTS.iter().map(|part| {
        let name = part.name;
        let told = move || said(doc, name);
        let badges: Vec<_> = part.within.iter().map(|within| wrong_badge(doc, *within)).collect();
        view! {
            <li>
                <a class="part" href=at(&format!("program/{name}"))>
                    <span class="part-words">
                        <strong>{t(&format!("program.title.{name}"))}</strong>
                        <span class="soft">{told}</span>
                    </span>
                    {badges}
                    {icon(Icon::Next)}
                </a>
            </li>
        }
    });
    let cards: Vec<_> = cards.collect();
    view! {
        <div class="editor-fields">
            <section class="card switch-card">{inputs::switch(doc, "enabled", true)}</section>
            <ul class="parts">{cards}</ul>
        </div>
    }
    .into_any()
}

/// What a part does, in words.
fn said(doc: Document, part: &str) -> String {
    let Some(program) = doc.checked().with(|checked| checked.program.clone()) else {
        return t(&format!("program.lead.{part}"));
    };
    let count = |n: usize| i64::try_from(n).unwrap_or(i64::MAX);
    let teller = Teller(doc);
    match part {
        "earning" => {
            let on = program.earning.programs.iter().filter(|one| one.enabled);
            let told: Vec<String> = on.take(3).map(|one| teller.say(&rate(&one.rate))).collect();
            if told.is_empty() { t("program.no_programs") } else { told.join(" · ") }
        }
        "using" => {
            let rules = &program.redemption;
            match rules.max_bps {
                _ if !rules.enabled => t("program.said.using_off"),
                Some(bps) => {
                    crate::texts::tf("program.said.using_share", &[("percent", &doc.formats().percent(bps))])
                }
                None => t("program.said.using"),
            }
        }
        "expiry" => {
            let kind = doc.word("expiry.type", "never").get();
            t(&format!("program.c.expiry.type.{kind}"))
        }
        "bonuses" => {
            let both = [program.bonuses.registration.is_some(), program.bonuses.birthday.is_some()];
            let names = ["program.registration", "program.birthday"];
            let on: Vec<String> =
                names.iter().zip(both).filter(|(_, on)| *on).map(|(name, _)| t(name)).collect();
            if on.is_empty() { t("shell.none") } else { on.join(" · ") }
        }
        "stamp-cards" => match program.stamp_cards.len() {
            0 => t("shell.none"),
            cards => tn("program.said.cards", count(cards)),
        },
        _ => {
            let value = program.points.value;
            let formats = doc.formats();
            let points = crate::texts::points(&formats, value.points);
            format!("{points} = {} · {}", formats.money(value.minor), program.timezone)
        }
    }
}
