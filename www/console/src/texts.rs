//! Sentences, numbers, money and days, in the reader's language and with the store's currency and time zone.
//!
//! The catalogue is `locales/AREA/LANGUAGE.json`; a key is `area.name`. What a locale writes how is the browser's
//! `Intl`, through [`fidela_ui::Formats`]. Both are the page's own and never change while it is open: another language is
//! another load of the page.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

use fidela_rules::program::Plural;
use fidela_rules::sorted::Sorted;
use fidela_ui::texts::fill;
use fidela_ui::{Formats, Sentence, Texts};

use crate::browser;

struct Spoken {
    locale: String,
    locales: Vec<String>,
    texts: BTreeMap<String, String>,
    shared: Rc<Texts>,
    formats: Rc<Formats>,
    zone: String,
    currency: String,
}

/// Sentences that the widget and the edge say as well; `crates/xtask/src/console.rs` puts them into the catalogue.
const SHARED: [&str; 8] = ["bound", "card", "earn", "refusal", "reward", "stamp", "unit", "why"];

thread_local! {
    static SPOKEN: RefCell<Option<Spoken>> = const { RefCell::new(None) };
}

/// What the page speaks. An unreadable catalogue is an empty one: keys are shown, and seen at once.
pub(crate) fn set(locale: &str, locales: &str, texts: &str) {
    let texts: BTreeMap<String, String> = serde_json::from_str(texts).unwrap_or_default();
    let mut shared = Sorted::default();
    let is_shared = |key: &str| key.split_once('.').is_some_and(|(area, _)| SHARED.contains(&area));
    for (key, text) in texts.iter().filter(|(key, _)| is_shared(key)) {
        shared.insert(key.clone(), text.clone());
    }
    let shared = Rc::new(Texts::of(Some(shared)));
    let formats = Rc::new(Formats::new(locale, locale, "EUR", "UTC", BTreeMap::<String, Plural>::new()));
    let locales = locales.split(',').map(str::to_owned).collect();
    let (zone, currency) = ("UTC".to_owned(), "EUR".to_owned());
    SPOKEN.set(Some(Spoken { locale: locale.to_owned(), locales, texts, shared, formats, zone, currency }));
}

/// The store whose numbers are written from now on: its language, currency, time zone and names for points.
pub fn of_store(home: &str, currency: &str, zone: &str, names: BTreeMap<String, Plural>) {
    with(|spoken| {
        spoken.formats = Rc::new(Formats::new(&spoken.locale, home, currency, zone, names));
        zone.clone_into(&mut spoken.zone);
        currency.clone_into(&mut spoken.currency);
    });
}

fn with<T: Default>(look: impl FnOnce(&mut Spoken) -> T) -> T {
    SPOKEN.with_borrow_mut(|spoken| spoken.as_mut().map(look)).unwrap_or_default()
}

/// The language that the page speaks.
pub fn locale() -> &'static str {
    // One of a handful, kept for as long as the page: components pass it on freely.
    thread_local! {
        static KEPT: std::cell::OnceCell<&'static str> = const { std::cell::OnceCell::new() };
    }
    KEPT.with(|kept| *kept.get_or_init(|| with(|spoken| spoken.locale.clone()).leak()))
}

/// The store's currency (ISO 4217).
pub fn currency() -> String {
    with(|spoken| spoken.currency.clone())
}

/// The store's time zone (IANA).
pub fn zone() -> String {
    with(|spoken| spoken.zone.clone())
}

/// The languages that it could speak.
pub fn locales() -> Vec<String> {
    with(|spoken| spoken.locales.clone())
}

/// A sentence. A key without one answers itself.
pub fn t(key: &str) -> String {
    find(key).unwrap_or_else(|| key.to_owned())
}

/// A sentence, if there is one.
pub fn find(key: &str) -> Option<String> {
    with(|spoken| spoken.texts.get(key).cloned())
}

/// A sentence with values in its places: `tf("shell.of", &[("n", "3")])`.
pub fn tf(key: &str, values: &[(&str, &str)]) -> String {
    fill(&t(key), |name| values.iter().find(|(known, _)| *known == name).map(|(_, value)| *value))
}

/// A counted sentence, `key.one`, `key.other` and so on, with the number at `{n}`.
pub fn tn(key: &str, n: i64) -> String {
    let formats = formats();
    let form = formats.plural(n);
    let text = find(&format!("{key}.{form}")).unwrap_or_else(|| t(&format!("{key}.other")));
    let number = formats.number(n);
    fill(&text, |name| (name == "n").then_some(number.as_str()))
}

/// A sentence that the rules have something to say with, in the page's language, as `formats` writes its numbers.
pub fn say(formats: &Formats, sentence: &Sentence) -> String {
    let shared = SPOKEN.with_borrow(|spoken| spoken.as_ref().map(|spoken| Rc::clone(&spoken.shared)));
    shared.map_or_else(|| sentence.key.to_owned(), |texts| formats.say(&texts, sentence))
}

/// Points with their word: `12 points`.
pub fn points(formats: &Formats, points: i64) -> String {
    let shared = SPOKEN.with_borrow(|spoken| spoken.as_ref().map(|spoken| Rc::clone(&spoken.shared)));
    shared.map_or_else(|| formats.number(points), |texts| formats.points(&texts, points))
}

/// How the reader and the store write numbers, money and days.
pub fn formats() -> Rc<Formats> {
    let found = SPOKEN.with_borrow(|spoken| spoken.as_ref().map(|spoken| Rc::clone(&spoken.formats)));
    found
        .unwrap_or_else(|| Rc::new(Formats::new("en", "en", "EUR", "UTC", BTreeMap::<String, Plural>::new())))
}

/// A whole number.
pub fn number(n: i64) -> String {
    formats().number(n)
}

/// Minor units of the store's currency.
pub fn money(minor: i64) -> String {
    formats().money(minor)
}

/// Basis points.
pub fn percent(bps: i64) -> String {
    formats().percent(bps)
}

/// The store's local day of a moment (RFC 3339).
pub fn day_of(moment: &str) -> String {
    formats().moment(moment)
}

/// A moment with its time, in the store's time zone.
pub fn moment(moment: &str) -> String {
    browser::moment(locale(), &zone(), moment)
}
