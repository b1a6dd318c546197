//! Sentences for people, in the caller's language: what a refusal says, and which limits bound a quote. The words
//! are the widget's own, so that a shopper reads the same wherever it is decided.

use std::collections::BTreeMap;

use fidela_protocol::Problem;
use fidela_protocol::missions::CompletionResult;
use fidela_rules::program::Plural;
use fidela_rules::quote::Bound;
use fidela_ui::explain::Tell;
use fidela_ui::sentences::{bound, refusal, refusal_of};
use fidela_ui::{Formats, Sentence, Texts};
use serde_json::{Map, Value};

use crate::call::Call;
use crate::config::StoreConfig;

/// A language: its tag, the widget's catalogue, and sentences that the widget does not know: for problems, and for why
/// an order earned what it earned.
struct Language {
    tag: &'static str,
    widget: &'static str,
    own: &'static str,
}

const LANGUAGES: [Language; 5] = [
    // English sentences for problems stand beside their codes.
    Language {
        tag: "en",
        widget: include_str!("../../widget/locales/en.json"),
        own: include_str!("../locales/en.json"),
    },
    Language {
        tag: "es",
        widget: include_str!("../../widget/locales/es.json"),
        own: include_str!("../locales/es.json"),
    },
    Language {
        tag: "fr",
        widget: include_str!("../../widget/locales/fr.json"),
        own: include_str!("../locales/fr.json"),
    },
    Language {
        tag: "pt-BR",
        widget: include_str!("../../widget/locales/pt-BR.json"),
        own: include_str!("../locales/pt-BR.json"),
    },
    Language {
        tag: "ro",
        widget: include_str!("../../widget/locales/ro.json"),
        own: include_str!("../locales/ro.json"),
    },
];

/// The first language of `Accept-Language` that we speak; English otherwise.
fn language(call: &Call) -> &'static Language {
    language_of(&call.header("accept-language").unwrap_or_default())
}

fn language_of(wished: &str) -> &'static Language {
    let [english, ..] = &LANGUAGES;
    spoken(wished).unwrap_or(english)
}

/// The first of the wished languages that we speak.
fn spoken(wished: &str) -> Option<&'static Language> {
    wished.split(',').filter_map(|range| range.split([';', '-', '_']).next()).find_map(|wish| {
        LANGUAGES
            .iter()
            .find(|known| known.tag.split('-').next() == Some(wish.trim().to_lowercase().as_str()))
    })
}

/// The tag of a locale's language, if we speak it.
pub(crate) fn tag_of(locale: &str) -> Option<&'static str> {
    spoken(locale).map(|language| language.tag)
}

/// Words of ours in a language, where no store is known.
pub(crate) fn word_in(tag: &str, key: &str) -> String {
    plain(language_of(tag), key).unwrap_or_default()
}

/// Words of ours in the caller's language, with its tag, where no store is known.
pub(crate) fn word_for(call: &Call, key: &str) -> (&'static str, String) {
    let language = language(call);
    (language.tag, plain(language, key).unwrap_or_default())
}

/// The tags of the languages that we speak.
pub(crate) fn languages() -> impl Iterator<Item = &'static str> {
    LANGUAGES.iter().map(|language| language.tag)
}

/// Speaks one language, for one store.
pub(crate) struct Speaker {
    tag: &'static str,
    texts: Texts,
    formats: Formats,
}

impl Speaker {
    /// In the caller's language.
    pub(crate) fn of(call: &Call, store: &StoreConfig) -> Self {
        Self::in_language(language(call), store)
    }

    /// In the store's own language.
    pub(crate) fn at_home(store: &StoreConfig) -> Self {
        Self::in_locale(&store.locale, store)
    }

    /// In the language of a locale, or the first of several.
    pub(crate) fn in_locale(locale: &str, store: &StoreConfig) -> Self {
        Self::in_language(language_of(locale), store)
    }

    fn in_language(language: &'static Language, store: &StoreConfig) -> Self {
        let catalogue = |text| serde_json::from_str::<Map<String, Value>>(text).unwrap_or_default();
        let mut texts = catalogue(language.widget);
        texts.extend(catalogue(language.own));
        let texts = Texts::of(serde_json::from_value(Value::Object(texts)).ok());
        Self { tag: language.tag, texts, formats: formats(language, store) }
    }

    /// The language's tag.
    pub(crate) const fn tag(&self) -> &'static str {
        self.tag
    }

    /// How it writes a number, an amount or a day by itself.
    pub(crate) fn write(&self) -> (&Formats, &Texts) {
        (&self.formats, &self.texts)
    }

    /// A sentence with its numbers.
    pub(crate) fn say(&self, sentence: &Sentence) -> String {
        self.formats.say(&self.texts, sentence)
    }

    /// Words without numbers.
    pub(crate) fn word<'t>(&'t self, key: &'t str) -> &'t str {
        self.texts.get(key)
    }
}

impl Tell for Speaker {
    fn tag(&self) -> &str {
        self.tag
    }

    fn say(&self, sentence: &Sentence) -> String {
        Self::say(self, sentence)
    }
}

fn formats(language: &Language, store: &StoreConfig) -> Formats {
    let text = |name: &str| store.program.get(name).and_then(Value::as_str).unwrap_or_default();
    let names = store.program.pointer("/points/name").cloned().unwrap_or_default();
    let names: BTreeMap<String, Plural> = serde_json::from_value(names).unwrap_or_default();
    Formats::new(language.tag, &store.locale, text("currency"), text("timezone"), names)
}

/// Puts the caller's language into what an object answered: a refusal's title, a quote's sentences.
pub(crate) fn translate(call: &Call, store: &StoreConfig, body: &mut Map<String, Value>) {
    let language = language(call);
    let speaker = || Speaker::of(call, store);
    if let Some(code) = body.get("code").and_then(Value::as_str) {
        let number = |name: &str| body.get(name).and_then(Value::as_i64).unwrap_or_default();
        let title = match refusal_of(code, number) {
            Some(refused) => Some(speaker().say(&refusal(&refused))),
            None => plain(language, code),
        };
        if let Some(title) = title {
            body.insert("title".to_owned(), title.into());
        }
    } else if let Some(bounds) = body.get("bounds") {
        let bounds: Vec<Bound> = serde_json::from_value(bounds.clone()).unwrap_or_default();
        let speaker = speaker();
        let sentences: Vec<String> =
            bounds.iter().filter_map(bound).map(|sentence| speaker.say(&sentence)).collect();
        body.insert("sentences".to_owned(), sentences.into());
    }
}

/// The sentence of one of several that was refused, in the caller's language.
pub(crate) fn refused(call: &Call, store: &StoreConfig, result: &mut CompletionResult) {
    let Some(code) = result.code.clone() else { return };
    let mut body = result.numbers.clone();
    body.insert("code".to_owned(), code.clone().into());
    translate(call, store, &mut body);
    let english = || fidela_protocol::Code::of_refusal(&code).sentence().to_owned();
    result.title = Some(body.get("title").and_then(Value::as_str).map_or_else(english, str::to_owned));
}

/// What a code means, in the caller's language.
pub(crate) fn code(call: &Call, code: &str) -> String {
    plain(language(call), code)
        .unwrap_or_else(|| fidela_protocol::Code::of_refusal(code).sentence().to_owned())
}

/// A problem of the Worker itself, in the caller's language.
pub(crate) fn problem(call: &Call, problem: Problem) -> Problem {
    match plain(language(call), problem.code) {
        Some(title) => Problem { title, ..problem },
        None => problem,
    }
}

/// A sentence that needs no numbers.
fn plain(language: &Language, code: &str) -> Option<String> {
    let problems: Map<String, Value> = serde_json::from_str(language.own).ok()?;
    problems.get(code)?.as_str().map(str::to_owned)
}
