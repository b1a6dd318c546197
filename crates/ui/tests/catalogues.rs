//! The five languages say the same things, with the same places to fill in, and nothing that nobody asks for.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;

/// Each language with the plural categories that CLDR gives it for whole numbers.
const LANGUAGES: [(&str, &[&str]); 5] = [
    ("en", &["one", "other"]),
    ("es", &["one", "many", "other"]),
    ("fr", &["one", "many", "other"]),
    ("pt-BR", &["one", "many", "other"]),
    ("ro", &["one", "few", "other"]),
];

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn catalogue(language: &str) -> BTreeMap<String, String> {
    catalogue_in("widget/locales", language)
}

/// The widget's sentences are in its own catalogues; what the edge says for it, in the edge's.
fn catalogue_in(dir: &str, language: &str) -> BTreeMap<String, String> {
    let path = root().join(dir).join(format!("{language}.json"));
    let Value::Object(texts) = serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap() else {
        panic!("{language} is not an object");
    };
    texts.into_iter().map(|(key, text)| (key, text.as_str().unwrap().to_owned())).collect()
}

fn places(text: &str) -> BTreeSet<&str> {
    text.split('{').skip(1).filter_map(|rest| rest.split('}').next()).collect()
}

fn is_unit(key: &str) -> bool {
    key.starts_with("unit.")
}

#[test]
fn all_languages_have_the_same_keys_and_places() {
    let english = catalogue("en");
    for (language, _) in LANGUAGES {
        let texts = catalogue(language);
        let keys = |texts: &BTreeMap<String, String>| -> BTreeSet<String> {
            texts.keys().filter(|key| !is_unit(key)).cloned().collect()
        };
        assert_eq!(keys(&texts), keys(&english), "{language}");
        for (key, text) in texts.iter().filter(|(key, _)| !is_unit(key)) {
            assert!(!text.trim().is_empty(), "{language} {key}");
            assert_eq!(places(text), places(&english[key]), "{language} {key}: {text}");
        }
    }
}

#[test]
fn each_language_names_points_in_its_plurals() {
    for (language, categories) in LANGUAGES {
        let found: BTreeSet<String> = catalogue(language)
            .keys()
            .filter_map(|key| key.strip_prefix("unit.").map(str::to_owned))
            .collect();
        let expect: BTreeSet<String> = categories.iter().map(|&category| category.to_owned()).collect();
        assert_eq!(found, expect, "{language}");
    }
}

#[test]
fn there_is_a_test_for_each_catalogue() {
    let mut files: Vec<String> = fs::read_dir(root().join("widget/locales"))
        .unwrap()
        .filter_map(|entry| entry.unwrap().path().file_stem().map(|stem| stem.to_string_lossy().into_owned()))
        .collect();
    files.sort();
    assert_eq!(files, LANGUAGES.map(|(language, _)| language));
}

/// Keys are words in quotes in the sources, with a dot or alone; so what is asked for can be looked up.
#[test]
fn what_is_asked_for_is_there_and_what_is_there_is_asked_for() {
    let mut sources = String::new();
    for dir in ["widget/src", "widget/src/views", "crates/ui/src"] {
        for entry in fs::read_dir(root().join(dir)).unwrap() {
            let path = entry.unwrap().path();
            if path.extension().is_some_and(|extension| extension == "rs") {
                let text = fs::read_to_string(path).unwrap();
                sources.push_str(text.split("#[cfg(test)]").next().unwrap_or_default());
            }
        }
    }
    let english = catalogue("en");
    for key in english.keys().filter(|key| !is_unit(key)) {
        assert!(sources.contains(&format!("\"{key}\"")), "nobody asks for {key}");
    }
    let at_the_edge = catalogue_in("edge/locales", "en");
    let is_said = |key: &str| english.contains_key(key) || at_the_edge.contains_key(key);
    for call in ["text(\"", "Sentence::new(\""] {
        for rest in sources.split(call).skip(1) {
            let key = rest.split('"').next().unwrap_or_default();
            assert!(key.is_empty() || !key.contains('.') || is_said(key), "there is no {key}");
        }
    }
}
