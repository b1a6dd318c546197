//! The library of missions: what each kind is called, what it is worth, and how its completion is known.
//!
//! **Suggested points** follow from what a mission asks of a shopper. An hour is worth some 12 euros, so a minute is
//! worth 20 cents; [`CENTS`] says, by order of magnitude, what a cent is in other currencies; and the program says how
//! many points are worth that much. They are rounded up to one digit, because nobody offers 137 points. With 100 points
//! a euro, an account (5 minutes) gives 100 points; with a point a leu, it gives 5. A donation gives back a tenth.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use fidela_protocol::library::LibraryMission;
use fidela_protocol::plan::{Allowance, Plan};
use fidela_rules::num::{MAX, Wide};
use fidela_rules::program::{
    self, MISSION_KINDS_ONCE, Mission, MissionPoints, Notify, PointsValue, Program, ShowIn, Verify,
};
use serde::Deserialize;

use crate::config::StoreConfig;
use crate::icons;

/// What a minute of a shopper's time is worth, euro cents.
const CENTS_A_MINUTE: i64 = 20;

/// Minor units that are worth about a euro cent; where a currency is not listed, one is. Only the order of magnitude
/// matters, and a merchant looks at what is suggested.
const CENTS: [(&str, i64); 22] = [
    ("ARS", 1_500),
    ("BRL", 5),
    ("CLP", 10),
    ("COP", 4_500),
    ("CZK", 25),
    ("DKK", 7),
    ("HUF", 400),
    ("INR", 100),
    ("JPY", 2),
    ("KRW", 15),
    ("MAD", 10),
    ("MDL", 20),
    ("MXN", 20),
    ("NOK", 10),
    ("PEN", 4),
    ("PLN", 4),
    ("RON", 5),
    ("SEK", 10),
    ("TRY", 50),
    ("UAH", 50),
    ("UYU", 45),
    ("XOF", 7),
];

/// A kind of mission.
pub(crate) struct Kind {
    /// As in the program.
    pub(crate) word: &'static str,
    /// Its built-in icon.
    pub(crate) icon: &'static str,
    /// What it asks of a shopper. A first order asks little and brings much: it is worth what ten minutes are.
    minutes: i64,
    /// How completion can be known; the first is suggested.
    verify: &'static [Verify],
    /// How often one shopper may complete it; none means without limit.
    limit: Option<i64>,
}

/// From the shop's own events.
const BY_ITSELF: &[Verify] = &[Verify::Automatic];
/// The merchant knows it from another tool; or takes the shopper's word.
const TOLD: &[Verify] = &[Verify::ImportOrApi, Verify::Claim];
/// Nobody but the shopper knows.
const CLAIMED: &[Verify] = &[Verify::Claim, Verify::ImportOrApi];
/// The merchant alone: it is paid by an amount, or too much to take somebody's word for.
const BY_MERCHANT: &[Verify] = &[Verify::ImportOrApi];

/// All kinds, in the order in which they are offered.
pub(crate) const KINDS: [Kind; 13] = [
    Kind { word: "create_account", icon: "account", minutes: 5, verify: BY_ITSELF, limit: Some(1) },
    Kind { word: "complete_profile", icon: "profile", minutes: 3, verify: BY_ITSELF, limit: Some(1) },
    Kind { word: "first_order", icon: "order", minutes: 10, verify: BY_ITSELF, limit: Some(1) },
    Kind { word: "newsletter", icon: "newsletter", minutes: 2, verify: TOLD, limit: Some(1) },
    Kind { word: "review", icon: "review", minutes: 5, verify: BY_MERCHANT, limit: Some(10) },
    Kind { word: "follow_social", icon: "social", minutes: 1, verify: CLAIMED, limit: Some(1) },
    Kind { word: "download_app", icon: "app", minutes: 4, verify: TOLD, limit: Some(1) },
    Kind { word: "survey", icon: "survey", minutes: 5, verify: TOLD, limit: Some(1) },
    Kind { word: "event", icon: "event", minutes: 30, verify: BY_MERCHANT, limit: Some(12) },
    Kind { word: "tutorial", icon: "tutorial", minutes: 10, verify: TOLD, limit: Some(1) },
    Kind { word: "training", icon: "training", minutes: 30, verify: BY_MERCHANT, limit: Some(1) },
    Kind { word: DONATION, icon: "donation", minutes: 0, verify: BY_MERCHANT, limit: None },
    Kind { word: CUSTOM, icon: "custom", minutes: 5, verify: TOLD, limit: Some(1) },
];

/// Paid in proportion to its amount.
const DONATION: &str = "donation";
/// The merchant's own.
const CUSTOM: &str = "custom";

/// What people read of a kind.
#[derive(Deserialize)]
struct Said {
    name: String,
    description: String,
}

type Catalogue = BTreeMap<String, Said>;

/// A language's tag, its file, and what was read of it.
struct Language(&'static str, &'static str, OnceLock<Catalogue>);

static LANGUAGES: [Language; 5] = [
    Language("en", include_str!("../library/en.json"), OnceLock::new()),
    Language("es", include_str!("../library/es.json"), OnceLock::new()),
    Language("fr", include_str!("../library/fr.json"), OnceLock::new()),
    Language("pt-BR", include_str!("../library/pt-BR.json"), OnceLock::new()),
    Language("ro", include_str!("../library/ro.json"), OnceLock::new()),
];

/// A kind by its name.
pub(crate) fn of(kind: &str) -> Option<&'static Kind> {
    KINDS.iter().find(|one| one.word == kind)
}

fn said(kind: &str, language: &str) -> Option<&'static Said> {
    let [english, ..] = &LANGUAGES;
    let Language(_, text, read) = LANGUAGES.iter().find(|one| one.0 == language).unwrap_or(english);
    // A test holds that each is one, and has every kind.
    read.get_or_init(|| serde_json::from_str(text).unwrap_or_default()).get(kind)
}

/// What a mission of a kind is called where its merchant has not named it. The language is a [`Speaker::tag`].
///
/// [`Speaker::tag`]: crate::speech::Speaker::tag
pub(crate) fn name(kind: &str, language: &str) -> &'static str {
    said(kind, language).map_or("", |said| &said.name)
}

/// What to do for a mission of a kind, where its merchant does not say.
pub(crate) fn description(kind: &str, language: &str) -> &'static str {
    said(kind, language).map_or("", |said| &said.description)
}

/// Points that are worth what it asks, in a program's own points.
fn points(kind: &Kind, program: &Program) -> MissionPoints {
    let value = program.points.value;
    if kind.word == DONATION {
        let every = value.minor.saturating_mul(10).min(MAX);
        return MissionPoints::PerAmount { every, points: value.points };
    }
    let cent = CENTS.iter().find(|(currency, _)| *currency == program.currency).map_or(1, |(_, cent)| *cent);
    let minor = kind.minutes.saturating_mul(CENTS_A_MINUTE).saturating_mul(cent);
    MissionPoints::Fixed { points: worth(value, minor) }
}

/// The points that are worth so much, rounded up to one digit.
fn worth(value: PointsValue, minor: i64) -> i64 {
    let points = value.points_for(Wide::of(minor)).fit().unwrap_or(MAX).max(1);
    let mut unit = 1_i64;
    while points.checked_div(unit).is_some_and(|digits| digits >= 10) {
        unit = unit.saturating_mul(10);
    }
    let below = points.checked_rem(unit).unwrap_or(0);
    let up = if below == 0 { 0 } else { unit.saturating_sub(below) };
    points.saturating_add(up).min(MAX)
}

/// An id that the program does not have yet: the kind's own, or with a number.
fn id(kind: &str, program: &Program) -> String {
    let taken = |id: &str| program.missions.iter().any(|mission| mission.id == id);
    (1..=program.missions.len().saturating_add(1))
        .map(|n| if n == 1 { kind.to_owned() } else { format!("{kind}-{n}") })
        .find(|id| !taken(id))
        .unwrap_or_default()
}

/// A mission that can be put into a program as it stands. It has no name: it is shown with the library's, in each
/// shopper's language, until the merchant gives it one.
fn mission(kind: &Kind, program: &Program) -> Mission {
    Mission {
        id: id(kind.word, program),
        kind: kind.word.to_owned(),
        name: None,
        description: None,
        icon: Some(kind.icon.to_owned()),
        enabled: true,
        from: None,
        until: None,
        since: None,
        points: points(kind, program),
        limit_per_shopper: kind.limit,
        show_in: vec![ShowIn::Widget, ShowIn::Landing],
        notify: Notify { email: true, toast: true },
        verify: kind.verify.first().copied().unwrap_or(Verify::ImportOrApi),
    }
}

/// Why a mission cannot be added: what `PUT /v1/program` would say.
fn refusal(mission: &Mission, program: &Program, plan: Option<&Plan>) -> Option<String> {
    let mut with = program.clone();
    with.missions.push(mission.clone());
    let read = serde_json::to_value(&with).ok().map(|document| program::read(&document, |_| true))?;
    if let Err(faults) = read {
        return faults.first().map(|fault| fault.code.to_owned());
    }
    let allowed = Allowance::of(plan).check(Some(program), &with);
    allowed.err().map(|_| "plan_limit_reached".to_owned())
}

/// Every kind for a store's program, in a language.
pub(crate) fn all(store: &StoreConfig, program: &Program, language: &str) -> Vec<LibraryMission> {
    let listed = KINDS.iter().map(|kind| {
        let mission = mission(kind, program);
        let reason = refusal(&mission, program, store.plan.as_ref());
        LibraryMission {
            kind: kind.word.to_owned(),
            name: name(kind.word, language).to_owned(),
            description: description(kind.word, language).to_owned(),
            icon: kind.icon.to_owned(),
            icon_url: icons::address(store, Some(kind.icon), kind.word),
            minutes: kind.minutes,
            verify: kind.verify.to_vec(),
            once: MISSION_KINDS_ONCE.contains(&kind.word),
            added: program.missions.iter().any(|mission| mission.kind == kind.word),
            available: reason.is_none(),
            reason,
            mission,
        }
    });
    listed.collect()
}
