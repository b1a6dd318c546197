//! Reading JSON objects field by field, keeping every fault with its path instead of stopping at the first.

use super::read::{Fault, Warning};
use super::texts::{Plural, Text};
use crate::json::{Json, field};
use crate::num;
use crate::sorted::Sorted;
use jiff::Timestamp;
use jiff::civil::{Date, DateTime, Time};
use jiff::tz::Offset;
use std::cell::RefCell;

/// Longest text that people read.
pub(super) const MAX_TEXT: usize = 2_000;
/// Longest name.
pub(super) const MAX_NAME: usize = 200;
/// Longest id.
pub(super) const MAX_ID: usize = 255;

/// Where faults and warnings gather.
#[derive(Default)]
pub(super) struct Report {
    pub(super) faults: RefCell<Vec<Fault>>,
    pub(super) warnings: RefCell<Vec<Warning>>,
}

impl Report {
    pub(super) fn fault(&self, path: impl Into<String>, code: &'static str) {
        self.faults.borrow_mut().push(Fault { path: path.into(), code, min: None, max: None });
    }

    fn range(&self, path: String, min: i64, max: i64) {
        let fault = Fault { path, code: "out_of_range", min: Some(min), max: Some(max) };
        self.faults.borrow_mut().push(fault);
    }

    fn too_many(&self, path: &str, max: usize) {
        let max = i64::try_from(max).ok();
        self.faults.borrow_mut().push(Fault { path: path.to_owned(), code: "too_many", min: None, max });
    }

    fn too_long(&self, path: &str, max: usize) {
        let max = i64::try_from(max).ok();
        self.faults.borrow_mut().push(Fault { path: path.to_owned(), code: "too_long", min: None, max });
    }

    pub(super) fn warn(&self, path: impl Into<String>, code: &'static str) {
        self.warnings.borrow_mut().push(Warning { path: path.into(), code });
    }
}

/// An object of the document, with the path that led to it.
pub(super) struct Fields<'a> {
    map: Option<&'a [(String, Json)]>,
    pub(super) path: String,
    seen: RefCell<Vec<&'static str>>,
    pub(super) report: &'a Report,
}

impl<'a> Fields<'a> {
    /// The object at a path; anything else there is a fault.
    pub(super) fn new(value: &'a Json, path: String, report: &'a Report) -> Self {
        let map = value.as_object();
        if map.is_none() {
            report.fault(path.clone(), "object_expected");
        }
        Self { map, path, seen: RefCell::default(), report }
    }

    /// An object that was left out: everything in it has its default.
    fn absent(path: String, report: &'a Report) -> Self {
        Self { map: None, path, seen: RefCell::default(), report }
    }

    /// Path of a field of this object.
    pub(super) fn at(&self, name: &str) -> String {
        if self.path.is_empty() { name.to_owned() } else { format!("{}.{name}", self.path) }
    }

    /// A field's value; `null` is the same as absent.
    fn get(&self, name: &'static str) -> Option<&'a Json> {
        self.seen.borrow_mut().push(name);
        field(self.map?, name)
    }

    fn missing(&self, name: &str) {
        // Of what is no object at all, that alone is said.
        if self.map.is_some() {
            self.report.fault(self.at(name), "required");
        }
    }

    /// Whether a field is there, with whatever value.
    pub(super) fn has(&self, name: &'static str) -> bool {
        self.get(name).is_some()
    }

    /// Ends the reading of this object: reports every field that nobody asked for.
    pub(super) fn finish(self) {
        let seen = self.seen.borrow();
        for (name, _) in self.map.unwrap_or_default() {
            if !seen.iter().any(|known| known == name) {
                self.report.fault(self.at(name), "unknown_field");
            }
        }
    }

    /// A whole number within a range, if it is there.
    pub(super) fn int(&self, name: &'static str, min: i64, max: i64) -> Option<i64> {
        let value = self.get(name)?;
        let Some(num::Given(n)) = value.as_given() else {
            self.report.fault(self.at(name), "whole_number_expected");
            return None;
        };
        if !num::fits(n) {
            self.report.fault(self.at(name), "amount_out_of_range");
            return None;
        }
        if n < min || n > max {
            self.report.range(self.at(name), min, max);
            return None;
        }
        Some(n)
    }

    /// A whole number that has to be there; `min` stands in where it is not.
    pub(super) fn required_int(&self, name: &'static str, min: i64, max: i64) -> i64 {
        if self.get(name).is_none() {
            self.missing(name);
        }
        self.int(name, min, max).unwrap_or(min)
    }

    pub(super) fn flag(&self, name: &'static str, default: bool) -> bool {
        match self.get(name) {
            None => default,
            Some(Json::Flag(flag)) => *flag,
            Some(_) => {
                self.report.fault(self.at(name), "true_or_false_expected");
                default
            }
        }
    }

    /// A string of at most so many characters, not empty, if it is there.
    pub(super) fn string(&self, name: &'static str, max: usize) -> Option<String> {
        self.get(name).and_then(|value| string(value, &self.at(name), max, self.report))
    }

    pub(super) fn required_string(&self, name: &'static str, max: usize) -> String {
        if self.get(name).is_none() {
            self.missing(name);
        }
        self.string(name, max).unwrap_or_default()
    }

    /// One of a closed list of words.
    pub(super) fn word<T: Copy>(&self, name: &'static str, words: &[(&str, T)]) -> Option<T> {
        let value = self.get(name)?;
        let found = value.as_str().and_then(|word| words.iter().find(|(w, _)| *w == word));
        if found.is_none() {
            self.report.fault(self.at(name), "not_one_of_the_choices");
        }
        found.map(|(_, choice)| *choice)
    }

    /// A word that has to be there.
    pub(super) fn required_word<T: Copy>(&self, name: &'static str, words: &[(&str, T)]) -> Option<T> {
        if self.get(name).is_none() {
            self.missing(name);
        }
        self.word(name, words)
    }

    /// A calendar day, `2026-03-10`.
    pub(super) fn date(&self, name: &'static str) -> Option<Date> {
        let value = self.get(name)?;
        let date = value.as_str().and_then(read_day);
        if date.is_none() {
            self.report.fault(self.at(name), "date_expected");
        }
        date
    }

    /// A moment, RFC 3339.
    pub(super) fn moment(&self, name: &'static str) -> Option<Timestamp> {
        let value = self.get(name)?;
        let moment = value.as_str().and_then(read_moment);
        if moment.is_none() {
            self.report.fault(self.at(name), "timestamp_expected");
        }
        moment
    }

    /// An object; everything in it has its default where it is left out.
    pub(super) fn object(&self, name: &'static str) -> Fields<'a> {
        match self.get(name) {
            Some(value) => Fields::new(value, self.at(name), self.report),
            None => Fields::absent(self.at(name), self.report),
        }
    }

    /// An object that has to be there.
    pub(super) fn required_object(&self, name: &'static str) -> Fields<'a> {
        if self.get(name).is_none() {
            self.missing(name);
        }
        self.object(name)
    }

    /// An object, if it is there.
    pub(super) fn optional_object(&self, name: &'static str) -> Option<Fields<'a>> {
        self.get(name).map(|value| Fields::new(value, self.at(name), self.report))
    }

    /// A list of objects.
    pub(super) fn objects<T>(
        &self,
        name: &'static str,
        max: usize,
        read: impl Fn(Fields<'a>) -> T,
    ) -> Vec<T> {
        self.list(name, max, |value, path| Some(read(Fields::new(value, path, self.report))))
            .unwrap_or_default()
    }

    /// A list of strings without doubles, if it is there.
    pub(super) fn strings(&self, name: &'static str, max: usize) -> Option<Vec<String>> {
        self.list(name, max, |value, path| string(value, &path, MAX_ID, self.report))
    }

    /// A list of words of a closed list, if it is there.
    pub(super) fn words<T: Copy + PartialEq>(
        &self,
        name: &'static str,
        words: &[(&str, T)],
    ) -> Option<Vec<T>> {
        self.list(name, words.len(), |value, path| {
            let found = value.as_str().and_then(|word| words.iter().find(|(w, _)| *w == word));
            if found.is_none() {
                self.report.fault(path, "not_one_of_the_choices");
            }
            found.map(|(_, choice)| *choice)
        })
    }

    fn list<T>(
        &self,
        name: &'static str,
        max: usize,
        read: impl Fn(&'a Json, String) -> Option<T>,
    ) -> Option<Vec<T>> {
        let value = self.get(name)?;
        let path = self.at(name);
        let Some(items) = value.as_list() else {
            self.report.fault(path, "list_expected");
            return None;
        };
        if items.len() > max {
            self.report.too_many(&path, max);
            return None;
        }
        Some(items.iter().enumerate().filter_map(|(i, item)| read(item, format!("{path}[{i}]"))).collect())
    }

    /// A text that people read: a string, or one per locale.
    pub(super) fn text(&self, name: &'static str, max: usize) -> Option<Text> {
        let value = self.get(name)?;
        let path = self.at(name);
        match value {
            Json::Text(_) => string(value, &path, max, self.report).map(Text::Plain),
            Json::Object(map) => {
                let texts =
                    by_locale(map, &path, self.report, |value, path| string(value, path, max, self.report));
                (!texts.is_empty()).then_some(Text::ByLocale(texts))
            }
            _ => {
                self.report.fault(path, "text_expected");
                None
            }
        }
    }

    /// Counted names, per locale and plural category.
    pub(super) fn plurals(&self, name: &'static str) -> Sorted<Plural> {
        const CATEGORIES: &[&str] = &["zero", "one", "two", "few", "many", "other"];
        let Some(value) = self.get(name) else { return Sorted::default() };
        let path = self.at(name);
        let Some(map) = value.as_object() else {
            self.report.fault(path, "object_expected");
            return Sorted::default();
        };
        by_locale(map, &path, self.report, |value, path| {
            let Some(forms) = value.as_object() else {
                self.report.fault(path, "object_expected");
                return None;
            };
            let mut plural = Sorted::default();
            for (category, word) in forms {
                let path = format!("{path}.{category}");
                if !CATEGORIES.contains(&category.as_str()) {
                    self.report.fault(path, "unknown_field");
                } else if let Some(word) = string(word, &path, 40, self.report) {
                    plural.insert(category.clone(), word);
                }
            }
            if !forms.iter().any(|(category, _)| category == "other") {
                self.report.fault(format!("{path}.other"), "required");
            }
            Some(Plural(plural))
        })
    }
}

fn string(value: &Json, path: &str, max: usize, report: &Report) -> Option<String> {
    let Some(text) = value.as_str() else {
        report.fault(path, "text_expected");
        return None;
    };
    if text.trim().is_empty() {
        report.fault(path, "empty");
        return None;
    }
    if text.chars().count() > max {
        report.too_long(path, max);
        return None;
    }
    if text.chars().any(|c| c.is_control() && !matches!(c, '\n' | '\r' | '\t')) {
        report.fault(path, "control_character");
        return None;
    }
    Some(text.to_owned())
}

fn by_locale<T>(
    map: &[(String, Json)],
    path: &str,
    report: &Report,
    read: impl Fn(&Json, &str) -> Option<T>,
) -> Sorted<T> {
    let mut texts = Sorted::default();
    if map.len() > 40 {
        report.too_many(path, 40);
        return texts;
    }
    for (locale, value) in map {
        let path = format!("{path}.{locale}");
        let well_formed = (2..=35).contains(&locale.len())
            && locale
                .split('-')
                .all(|tag| (1..=8).contains(&tag.len()) && tag.bytes().all(|b| b.is_ascii_alphanumeric()));
        if !well_formed {
            report.fault(path, "locale_expected");
        } else if let Some(text) = read(value, &path) {
            texts.insert(locale.clone(), text);
        }
    }
    texts
}

// `jiff` reads more forms than the one that a program has days and moments in, and explains at length what it could
// not read: together a third of the code that the widget would have to load, for a fault that here is one word.

/// `2026-03-10`.
pub(super) fn read_day(text: &str) -> Option<Date> {
    let mut parts = text.split('-');
    let (year, month, day) = (parts.next()?, parts.next()?, parts.next()?);
    if parts.next().is_some() {
        return None;
    }
    let small = |text: &str| i8::try_from(digits(text, 2)?).ok();
    Date::new(i16::try_from(digits(year, 4)?).ok()?, small(month)?, small(day)?).ok()
}

/// RFC 3339: `2026-03-10T09:00:00Z`, `2026-03-10T11:00:00.5+02:00`.
fn read_moment(text: &str) -> Option<Timestamp> {
    let (day, rest) = text.split_once(['T', 't', ' '])?;
    let zone_at = rest.find(['Z', 'z', '+', '-'])?;
    let (clock, zone) = rest.split_at_checked(zone_at)?;
    let (clock, fraction) = clock.split_once('.').unwrap_or((clock, "0"));
    let mut parts = clock.split(':');
    let mut next = || i8::try_from(digits(parts.next()?, 2)?).ok();
    // A leap second is the one before it, as everywhere in `jiff`.
    let (hour, minute, second) = (next()?, next()?, next()?);
    let second = if second == 60 { 59 } else { second };
    if parts.next().is_some() || fraction.is_empty() || fraction.len() > 9 {
        return None;
    }
    let nanosecond = i32::try_from(digits(&format!("{fraction:0<9}"), 9)?).ok()?;
    let time = Time::new(hour, minute, second, nanosecond).ok()?;
    let there = Offset::UTC.to_timestamp(DateTime::from_parts(read_day(day)?, time)).ok()?;
    let ahead = match zone.as_bytes() {
        [b'Z' | b'z'] => 0,
        [sign, ..] => {
            let (hours, minutes) = zone.get(1..)?.split_once(':')?;
            let (hours, minutes) = (digits(hours, 2)?, digits(minutes, 2)?);
            if hours > 23 || minutes > 59 {
                return None;
            }
            let seconds = hours.checked_mul(3_600)?.checked_add(minutes.checked_mul(60)?)?;
            if *sign == b'-' { seconds.checked_neg()? } else { seconds }
        }
        [] => return None,
    };
    Timestamp::new(there.as_second().checked_sub(ahead)?, there.subsec_nanosecond()).ok()
}

/// Exactly so many digits, and nothing else.
fn digits(text: &str, many: usize) -> Option<i64> {
    let is_number = text.len() == many && text.bytes().all(|b| b.is_ascii_digit());
    if is_number { text.parse().ok() } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_read_as_jiff_reads_them() {
        for text in ["2026-03-10", "2024-02-29", "0001-01-01", "9999-12-31"] {
            assert_eq!(read_day(text), text.parse().ok(), "{text}");
        }
        for text in
            ["2026-3-10", "2023-02-29", "20260310", "2026-03-10T00:00", "+2026-03-10", "2026-03-1o", ""]
        {
            assert_eq!(read_day(text), None, "{text}");
        }
    }

    #[test]
    fn moments_are_read_as_jiff_reads_them() {
        let good = [
            "2026-03-10T09:00:00Z",
            "2026-03-10t09:00:00z",
            "2026-03-10 09:00:00Z",
            "2026-03-10T09:00:00.25Z",
            "2026-03-10T09:00:60Z",
            "2026-03-10T11:30:00.123456789+05:30",
            "1969-12-31T23:00:00.5-08:00",
        ];
        for text in good {
            let expect: Option<Timestamp> = text.parse().ok();
            assert!(expect.is_some(), "{text}");
            assert_eq!(read_moment(text), expect, "{text}");
        }
        let bad = [
            "2026-03-10",
            "2026-03-10T09:00:00",
            "2026-03-10T25:00:00Z",
            "2026-03-10T09:00:00+2",
            "2026-03-10T09:00:00.Z",
            "2026-03-10T09:00:00Zulu",
            "tomorrow",
        ];
        for text in bad {
            assert_eq!(read_moment(text), None, "{text}");
        }
    }
}
