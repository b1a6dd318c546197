//! `cargo xtask size`: what a page and the edge weigh, against the budgets.

use std::fs;
use std::process::{Command, ExitCode};

use anyhow::{Context, Result};
use serde_json::Value;

use crate::args::Args;
use crate::paths::root;
use crate::run::output;
use crate::{tools, wasm};

/// One request on every page of the shop, so it must not be felt.
const LOADER_MAX: u64 = 1_000;
/// What we aim at for everything that opening the panel loads.
const PANEL_AIM: u64 = 60_000;
/// And what fails.
const PANEL_MAX: u64 = 90_000;
/// What we aim at for all that the console loads at first, texts included.
const CONSOLE_AIM: u64 = 400_000;
/// And what fails.
const CONSOLE_MAX: u64 = 760_000;
/// What we aim at for what reads a spreadsheet in the console, with its sentences.
const READER_AIM: u64 = 120_000;
/// And what fails.
const READER_MAX: u64 = 180_000;
/// What Cloudflare takes from a free account, compressed by gzip.
const EDGE_MAX_GZIP: u64 = 3 * 1024 * 1024;

pub(crate) fn main(args: Args) -> Result<ExitCode> {
    args.done()?;
    wasm::build_all()?;
    Ok(if check()? == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Prints the table and answers how many budgets are broken.
pub(crate) fn check() -> Result<u32> {
    let assets = root().join("build/assets");
    let manifest: Value = serde_json::from_slice(&fs::read(assets.join("manifest.json"))?)?;
    let name = |key: &str| manifest.get(key).and_then(Value::as_str).map(str::to_owned);
    let mut rows = Vec::new();
    for (title, key) in [("loader", "loader"), ("panel, wasm", "panel_wasm"), ("panel, glue", "panel_js")] {
        if let Some(file) = name(key) {
            rows.push((title.to_owned(), assets.join(file)));
        }
    }
    for (language, file) in manifest.get("locales").and_then(Value::as_object).into_iter().flatten() {
        rows.push((format!("texts, {language}"), assets.join(file.as_str().unwrap_or_default())));
    }
    let console = assets.join("console");
    let of_console: Value = serde_json::from_slice(&fs::read(console.join("manifest.json"))?)?;
    for (title, key) in [
        ("console, wasm", "console_wasm"),
        ("console, glue", "console_js"),
        ("console, style", "console_css"),
        ("reader, wasm", "reader_wasm"),
        ("reader, glue", "reader_js"),
    ] {
        if let Some(file) = of_console.get(key).and_then(Value::as_str) {
            rows.push((title.to_owned(), console.join(file)));
        }
    }
    for (language, file) in of_console.get("locales").and_then(Value::as_object).into_iter().flatten() {
        rows.push((format!("says, {language}"), console.join(file.as_str().unwrap_or_default())));
    }
    rows.push(("edge, wasm".to_owned(), root().join("build/edge/index_bg.wasm")));
    rows.push(("edge, glue".to_owned(), root().join("build/edge/index.js")));

    let script = root().join("crates/xtask/tools/compress.mjs");
    let files = rows.iter().map(|(_, file)| file);
    let printed = output(Command::new(tools::node()?).arg(script).arg("measure").args(files))?;
    let sizes: Value = serde_json::from_str(&printed)?;
    println!("{:<14} {:>10} {:>10} {:>10}", "bytes", "raw", "gzip", "brotli");
    let mut measured = Vec::new();
    for (title, file) in rows {
        let size = sizes.get(file.to_string_lossy().as_ref()).context("a file that was not measured")?;
        let number = |key: &str| size.get(key).and_then(Value::as_u64).unwrap_or(u64::MAX);
        println!("{title:<14} {:>10} {:>10} {:>10}", number("raw"), number("gzip"), number("brotli"));
        measured.push((title, number("gzip"), number("brotli")));
    }
    let brotli = |wanted: &str| -> Vec<u64> {
        measured.iter().filter(|row| row.0.starts_with(wanted)).map(|row| row.2).collect()
    };
    let edge_gzip = measured.iter().filter(|row| row.0.starts_with("edge")).map(|row| row.1).sum();
    // A shopper loads one language, so the largest of them counts.
    let panel = brotli("panel").iter().sum::<u64>() + brotli("texts").into_iter().max().unwrap_or(0);

    let mut broken = 0;
    let mut judge = |what: &str, size: u64, aim: u64, max: u64| {
        let verdict = match size {
            size if size > max => "TOO LARGE",
            size if size > aim => "over the aim",
            _ => "ok",
        };
        broken += u32::from(size > max);
        println!("{what}: {size} of at most {max} ({verdict})");
    };
    if name("loader").is_some() {
        judge("loader, brotli", brotli("loader").iter().sum(), LOADER_MAX, LOADER_MAX);
    }
    judge("panel with one language, brotli", panel, PANEL_AIM, PANEL_MAX);
    let console = brotli("console").iter().sum::<u64>() + brotli("says").into_iter().max().unwrap_or(0);
    judge("console with one language, brotli", console, CONSOLE_AIM, CONSOLE_MAX);
    // Fetched by whoever drops a spreadsheet, and then only.
    judge("reader of spreadsheets, brotli", brotli("reader").iter().sum(), READER_AIM, READER_MAX);
    judge("edge, gzip", edge_gzip, EDGE_MAX_GZIP, EDGE_MAX_GZIP);
    Ok(broken)
}
