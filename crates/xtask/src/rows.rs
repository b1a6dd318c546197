//! `cargo xtask rows`: each row of the mission with the tests that prove it.
//!
//! `tests/rows.json` lists the rows; a test names the rows it proves (`S3.6`) in its name, its title, its comment
//! or its case's `rows`. A row that is called done and has no test fails the run.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::ExitCode;

use anyhow::{Context, Result};
use serde_json::Value;

use crate::args::Args;
use crate::paths::root;

/// Where tests are: all of the code, since unit tests stand beside what they test.
const PLACES: [&str; 5] = ["crates", "edge", "tests", "widget", "www"];
/// What tests are written in.
const KINDS: [&str; 4] = ["rs", "ts", "mjs", "json"];
/// What is not ours, or names all rows without proving any.
const SKIPPED: [&str; 5] = ["node_modules", "target", "rows.json", "test-results", "playwright-report"];

pub(crate) fn main(args: Args) -> Result<ExitCode> {
    args.done()?;
    Ok(if check(true)? == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Prints the table (or its last line alone) and answers how many rows claim to be done without a test.
pub(crate) fn check(verbose: bool) -> Result<u32> {
    let rows: Value = serde_json::from_slice(&fs::read(root().join("tests/rows.json"))?)?;
    let rows = rows.as_array().context("tests/rows.json is a list")?;
    let mut found = BTreeMap::<String, Vec<String>>::new();
    for place in PLACES {
        scan(&root().join(place), &mut found)?;
    }
    let (mut done, mut unproved) = (0, 0);
    for row in rows {
        let text = |key: &str| row.get(key).and_then(Value::as_str).unwrap_or_default();
        let claims = row.get("done").and_then(Value::as_bool).unwrap_or(false);
        let tests = found.get(text("id")).cloned().unwrap_or_default();
        let verdict = match (claims, tests.is_empty()) {
            (true, true) => "NO TEST",
            (true, false) => "done",
            (false, _) => "open",
        };
        done += u32::from(claims);
        unproved += u32::from(claims && tests.is_empty());
        if !verbose && verdict != "NO TEST" {
            continue;
        }
        println!("{:<6} {verdict:<8} {}", text("id"), text("title"));
        for test in &tests {
            println!("{:15} {test}", "");
        }
    }
    println!("{} rows: {done} done, {unproved} of them without a test", rows.len());
    Ok(unproved)
}

fn scan(path: &Path, found: &mut BTreeMap<String, Vec<String>>) -> Result<()> {
    let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
    if SKIPPED.contains(&name) {
        return Ok(());
    }
    if path.is_dir() {
        let mut entries = fs::read_dir(path)?
            .map(|entry| entry.map(|entry| entry.path()))
            .collect::<Result<Vec<_>, _>>()?;
        entries.sort();
        return entries.iter().try_for_each(|entry| scan(entry, found));
    }
    let kind = path.extension().and_then(|kind| kind.to_str()).unwrap_or_default();
    // The task runner talks about rows; it proves none.
    if !KINDS.contains(&kind) || path.starts_with(root().join("crates/xtask")) {
        return Ok(());
    }
    let Ok(text) = fs::read_to_string(path) else { return Ok(()) };
    let file = path.strip_prefix(root()).unwrap_or(path).display().to_string();
    for (number, line) in
        text.lines().enumerate().filter(|(_, line)| line.contains('S') || line.contains("_s"))
    {
        for id in ids(line) {
            let place =
                format!("{file}:{}  {}", number + 1, line.trim().chars().take(90).collect::<String>());
            let tests = found.entry(id).or_default();
            if !tests.contains(&place) {
                tests.push(place);
            }
        }
    }
    Ok(())
}

/// The ids in a line: `S3.10` anywhere, and `_s3_10` in the name of a Rust test.
fn ids(line: &str) -> Vec<String> {
    let mut ids = Vec::new();
    for (start, dot) in [('S', '.'), ('s', '_')] {
        for (at, _) in line.match_indices(start) {
            let before = line[..at].chars().next_back();
            if before.is_some_and(|letter| letter.is_ascii_alphanumeric())
                || (start == 's' && before != Some('_'))
            {
                continue;
            }
            let rest = &line[at + 1..];
            let system: String = rest.chars().take_while(char::is_ascii_digit).collect();
            let Some(rest) = rest[system.len()..].strip_prefix(dot) else { continue };
            let row: String = rest.chars().take_while(char::is_ascii_digit).collect();
            if !system.is_empty() && !row.is_empty() {
                ids.push(format!("S{system}.{row}"));
            }
        }
    }
    ids
}

#[cfg(test)]
mod tests {
    use super::ids;

    #[test]
    fn ids_are_found_in_titles_and_names() {
        assert_eq!(ids(r#"test("S3.1, S3.10: points arrive", …"#), ["S3.1", "S3.10"]);
        assert_eq!(ids("fn the_limit_holds_s2_4() {"), ["S2.4"]);
        assert!(ids("XS3.1 s3_1 S3 class_s S.1").is_empty());
    }
}
