//! How a locale writes things: the browser's `Intl`, and the merchant's own name for points.

use fidela_rules::program::{Plural, pick};
use fidela_rules::sorted::Sorted;
use jiff::civil::Date;
use wasm_bindgen::prelude::wasm_bindgen;

use crate::decimal;
use crate::sentences::{Arg, Sentence};
use crate::texts::{Texts, fill};

#[wasm_bindgen(module = "/src/intl.js")]
extern "C" {
    type BrowserFormats;
    #[wasm_bindgen(constructor)]
    fn new(locale: &str, home: &str, currency: &str, zone: &str) -> BrowserFormats;
    #[wasm_bindgen(method)]
    fn digits(this: &BrowserFormats) -> u32;
    #[wasm_bindgen(method)]
    fn number(this: &BrowserFormats, n: f64) -> String;
    #[wasm_bindgen(method)]
    fn money(this: &BrowserFormats, decimal: &str) -> String;
    #[wasm_bindgen(method)]
    fn percent(this: &BrowserFormats, share: f64) -> String;
    #[wasm_bindgen(method)]
    fn plural(this: &BrowserFormats, n: f64) -> String;
    #[wasm_bindgen(method)]
    fn day(this: &BrowserFormats, moment: &str, is_day: bool) -> String;
    #[wasm_bindgen(method)]
    fn today(this: &BrowserFormats) -> String;
}

/// Writes numbers, money, days and sentences as one locale and one store do.
pub struct Formats {
    browser: BrowserFormats,
    digits: usize,
    locale: String,
    names: Sorted<Plural>,
}

impl Formats {
    /// For a locale, and a store's own locale, currency (ISO 4217), time zone (IANA) and names for points.
    pub fn new(
        locale: &str,
        home: &str,
        currency: &str,
        zone: &str,
        names: impl Into<Sorted<Plural>>,
    ) -> Self {
        let browser = BrowserFormats::new(locale, home, currency, zone);
        let digits = usize::try_from(browser.digits()).unwrap_or(2);
        Self { browser, digits, locale: locale.to_owned(), names: names.into() }
    }

    /// The locale that it writes for.
    pub fn locale(&self) -> &str {
        &self.locale
    }

    /// How many digits the currency has after its point.
    pub fn digits(&self) -> usize {
        self.digits
    }

    /// Which plural form so many take: `one`, `few`, `many`, `other`.
    pub fn plural(&self, n: i64) -> String {
        self.browser.plural(whole(n.saturating_abs()))
    }

    /// A whole number: `1,240`.
    pub fn number(&self, n: i64) -> String {
        self.browser.number(whole(n))
    }

    /// Minor units as money: `20.00 lei`, with the currency's own digits.
    pub fn money(&self, minor: i64) -> String {
        self.browser.money(&decimal::of_minor(minor, self.digits))
    }

    /// Basis points as a share: `2.5 %`.
    pub fn percent(&self, bps: i64) -> String {
        self.browser.percent(whole(bps) / 10_000.0)
    }

    /// The word that follows so many points: the merchant's for this language, or the language's own.
    pub fn unit(&self, texts: &Texts, points: i64) -> String {
        let category = self.plural(points);
        let word = pick(&self.names, &self.locale).map_or("", |names| names.get(&category));
        if word.is_empty() { texts.unit(&category).to_owned() } else { word.to_owned() }
    }

    /// Points with their word: `12 points`.
    pub fn points(&self, texts: &Texts, points: i64) -> String {
        [self.number(points).as_str(), " ", &self.unit(texts, points)].concat()
    }

    /// A local day: `12 March`, with the year where it is another one.
    pub fn day(&self, day: &str) -> String {
        self.browser.day(day, true)
    }

    /// The store's local day of a moment.
    pub fn moment(&self, at: &str) -> String {
        self.browser.day(at, false)
    }

    /// Today, by the store's clock.
    pub fn today(&self) -> Date {
        let today = self.browser.today();
        let mut parts = today.split('-');
        let mut next = || parts.next()?.parse::<i16>().ok();
        let (Some(year), Some(month), Some(day)) = (next(), next(), next()) else { return Date::default() };
        let small = |n: i16| i8::try_from(n).unwrap_or(1);
        Date::new(year, small(month), small(day)).unwrap_or_default()
    }

    /// A sentence with its numbers.
    pub fn say(&self, texts: &Texts, sentence: &Sentence) -> String {
        let values: Vec<(&str, String)> =
            sentence.args.iter().map(|(name, arg)| (*name, self.write(texts, arg))).collect();
        fill(texts.get(sentence.key), |name| {
            values.iter().find(|(known, _)| *known == name).map(|(_, value)| value.as_str())
        })
    }

    fn write(&self, texts: &Texts, arg: &Arg) -> String {
        match arg {
            Arg::Points(points) => self.points(texts, *points),
            Arg::Money(minor) => self.money(*minor),
            Arg::Percent(bps) => self.percent(*bps),
            Arg::Day(day) => self.day(day),
            Arg::Words(words) => words.clone(),
        }
    }
}

impl std::fmt::Debug for Formats {
    fn fmt(&self, to: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        to.debug_struct("Formats").field("locale", &self.locale).finish_non_exhaustive()
    }
}

/// Numbers go to JavaScript as its own; every one of ours is within ±(2^53 − 1), so nothing is lost.
#[expect(clippy::as_conversions, clippy::cast_precision_loss, reason = "within ±(2^53 − 1)")]
fn whole(n: i64) -> f64 {
    n as f64
}
