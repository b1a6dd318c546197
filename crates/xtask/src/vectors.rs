//! `cargo xtask vectors FILE…`: cases as data, against `rules` and `ledger`.
//!
//! A case passes if the answer has the same fields and the same numbers, and no others. Every difference is
//! printed with its path, and the last line is `N passed, N failed`.

use std::fs;
use std::process::ExitCode;

use anyhow::{Context, Result, ensure};
use serde_json::Value;

use crate::args::Args;

mod answer;

pub(crate) fn main(args: Args) -> Result<ExitCode> {
    let files = args.rest();
    ensure!(!files.is_empty(), "which files? `cargo xtask vectors FILE…`");
    let (mut passed, mut failed) = (0_u64, 0_u64);
    for file in &files {
        let text = fs::read(file).with_context(|| format!("cannot read {file}"))?;
        let document: Value = serde_json::from_slice(&text).with_context(|| format!("{file} is not JSON"))?;
        let cases = document
            .get("cases")
            .and_then(Value::as_array)
            .with_context(|| format!("{file} has no `cases`"))?;
        for case in cases {
            let differences = run(case);
            if differences.is_empty() {
                passed += 1;
                continue;
            }
            failed += 1;
            let word = |key: &str| case.get(key).and_then(Value::as_str).unwrap_or("(none)");
            println!("{file}: {}: {}", word("id"), word("why"));
            for difference in differences {
                println!("    {difference}");
            }
        }
    }
    println!("{passed} passed, {failed} failed");
    Ok(if failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Each difference between what a case expects and what we answer; none if it passes.
fn run(case: &Value) -> Vec<String> {
    let (Some(suite), Some(given), Some(expected)) =
        (case.get("suite").and_then(Value::as_str), case.get("given"), case.get("expect"))
    else {
        return vec!["a case needs `suite`, `given` and `expect`".to_owned()];
    };
    match answer::answer(suite, given) {
        Ok(actual) => {
            let mut differences = Vec::new();
            compare("", expected, &actual, &mut differences);
            differences
        }
        Err(why) => vec![why],
    }
}

fn compare(path: &str, expected: &Value, actual: &Value, differences: &mut Vec<String>) {
    match (expected, actual) {
        (Value::Object(expected), Value::Object(actual)) => {
            for (key, value) in expected {
                match actual.get(key) {
                    Some(found) => compare(&format!("{path}.{key}"), value, found, differences),
                    None => differences.push(format!("{path}.{key}: expected {value}, got nothing")),
                }
            }
            for (key, found) in actual.iter().filter(|(key, _)| !expected.contains_key(*key)) {
                differences.push(format!("{path}.{key}: expected nothing, got {found}"));
            }
        }
        (Value::Array(expected), Value::Array(actual)) => {
            for index in 0..expected.len().max(actual.len()) {
                let path = format!("{path}[{index}]");
                match (expected.get(index), actual.get(index)) {
                    (Some(value), Some(found)) => compare(&path, value, found, differences),
                    (Some(value), None) => differences.push(format!("{path}: expected {value}, got nothing")),
                    (None, found) => {
                        differences
                            .push(format!("{path}: expected nothing, got {}", found.unwrap_or(&Value::Null)));
                    }
                }
            }
        }
        _ if expected == actual => {}
        _ => differences.push(format!("{path}: expected {expected}, got {actual}")),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::compare;

    #[test]
    fn every_difference_is_found_and_named() {
        let mut differences = Vec::new();
        let expected = json!({"same": 1, "other": [1, 2], "missing": true});
        let actual = json!({"same": 1, "other": [1, 3, 4], "more": null});
        compare("", &expected, &actual, &mut differences);
        assert_eq!(
            differences,
            [
                ".missing: expected true, got nothing",
                ".other[1]: expected 2, got 3",
                ".other[2]: expected nothing, got 4",
                ".more: expected nothing, got null",
            ]
        );
    }
}
