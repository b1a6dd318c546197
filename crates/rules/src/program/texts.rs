//! Texts that people read: one for all, or one per locale; counted names have plural forms.

use crate::sorted::Sorted;
use serde::{Deserialize, Serialize};

/// A text, or one per locale.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(untagged)]
pub enum Text {
    /// The same in every language.
    Plain(String),
    /// By locale (`pt-BR`).
    ByLocale(Sorted<String>),
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
pub struct Plural(pub Sorted<String>);

impl Plural {
    /// The word for a category, or the one for `other`.
    pub fn get(&self, category: &str) -> &str {
        self.0.get(category).or_else(|| self.0.get("other")).map_or("", String::as_str)
    }
}

/// What a map by locale has for a locale: itself, its language, another variant of it, English, the first.
pub fn pick<'a, T: 'a>(
    by_locale: impl IntoIterator<Item = (&'a String, &'a T)> + Copy,
    locale: &str,
) -> Option<&'a T> {
    let language = locale.split(['-', '_']).next().unwrap_or(locale);
    // The first of the best; nothing is better than the locale itself.
    let mut best: Option<(u8, &T)> = None;
    for (key, value) in by_locale {
        let rank = if key == locale {
            4
        } else if key == language {
            3
        } else if key.split('-').next() == Some(language) {
            2
        } else {
            u8::from(key == "en")
        };
        if best.is_none_or(|(of, _)| rank > of) {
            best = Some((rank, value));
        }
    }
    best.map(|(_, value)| value)
}
