//! Texts that people read: one for all, or one per locale; counted names have plural forms.

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A text, or one per locale.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(untagged)]
pub enum Text {
    /// The same in every language.
    Plain(String),
    /// By locale (`pt-BR`).
    ByLocale(BTreeMap<String, String>),
}

impl Text {
    /// The text for a locale: the locale itself, its language, English, or the first there is.
    pub fn get(&self, locale: &str) -> &str {
        match self {
            Self::Plain(text) => text,
            Self::ByLocale(texts) => pick(texts, locale).map_or("", String::as_str),
        }
    }
}

/// One word for each plural category of a language (CLDR: zero, one, two, few, many, other).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(transparent)]
pub struct Plural(pub BTreeMap<String, String>);

impl Plural {
    /// The word for a category, or the one for `other`.
    pub fn get(&self, category: &str) -> &str {
        self.0.get(category).or_else(|| self.0.get("other")).map_or("", String::as_str)
    }
}

/// What a map by locale has for a locale: itself, its language, another variant of it, English, the first.
pub fn pick<'a, T>(by_locale: &'a BTreeMap<String, T>, locale: &str) -> Option<&'a T> {
    let language = locale.split(['-', '_']).next().unwrap_or(locale);
    by_locale
        .get(locale)
        .or_else(|| by_locale.get(language))
        .or_else(|| by_locale.iter().find(|(key, _)| key.split('-').next() == Some(language)).map(|(_, v)| v))
        .or_else(|| by_locale.get("en"))
        .or_else(|| by_locale.values().next())
}
