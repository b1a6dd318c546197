//! `cargo xtask test`: everything, in the order in which a mistake is cheapest to find.
//!
//! A step that fails does not stop the others, so that one run tells all; but what needs a build does not run
//! without it. The last line is `N passed, N failed`: what the runners counted, and one for each step that failed
//! without counting (formatting, lints, budgets).

use std::io::{BufRead, BufReader};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Stdio};
use std::time::Instant;

use anyhow::{Context, Result, bail, ensure};
use fidela_harness::{TempDir, free_port};

use crate::args::Args;
use crate::paths::root;
use crate::run::cargo;
use crate::{deploy, rows, size, tools, wasm};

/// What runs as wasm, and is linted as such.
const WASM_PACKAGES: [&str; 4] = ["fidela-edge", "fidela-widget", "fidela-console", "fidela-reader"];

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Scope {
    /// Without browser and long runs.
    Quick,
    Usual,
    /// With long runs.
    All,
}

/// Cases that passed and failed.
#[derive(Clone, Copy, Default, Debug, PartialEq, Eq)]
struct Counts {
    passed: u64,
    failed: u64,
}

struct Report {
    counts: Counts,
    times: Vec<(&'static str, u64, bool)>,
}

pub(crate) fn main(mut args: Args) -> Result<ExitCode> {
    let scope = match (args.flag("--quick"), args.flag("--all")) {
        (true, _) => Scope::Quick,
        (false, true) => Scope::All,
        (false, false) => Scope::Usual,
    };
    args.done()?;
    // Known before the long part begins: these only tell what is missing on this machine.
    tools::node()?;
    tools::wasm_target()?;
    let started_at = Instant::now();
    let mut report = Report { counts: Counts::default(), times: Vec::new() };

    report.step("format", || counted(cargo().args(["fmt", "--all", "--check"])));
    report.step("lints", || {
        counted(cargo().args(["clippy", "--quiet", "--workspace", "--all-targets", "--", "-D", "warnings"]))
    });
    report.step("lints of wasm", || {
        let packages = WASM_PACKAGES.iter().flat_map(|name| ["--package", name]);
        let mut command = cargo();
        command.args(["clippy", "--quiet", "--target", "wasm32-unknown-unknown"]).args(packages);
        counted(command.args(["--", "-D", "warnings"]))
    });
    // Licences, bans and sources. Built where it is missing only with `--all`: it takes some minutes.
    if let Some(deny) = tools::cargo_deny(scope == Scope::All)? {
        report.step("dependencies", || {
            let mut command = Command::new(deny);
            counted(command.current_dir(root()).args([
                "--log-level",
                "error",
                "check",
                "licenses",
                "bans",
                "sources",
            ]))
        });
    }
    report.step("unit and property tests", || {
        // The bindgen tool is the library's own business; the API tests come when there is a server to ask.
        let mut command = cargo();
        command.args(["test", "--quiet", "--workspace", "--no-fail-fast"]);
        counted(
            command.args(["--exclude", "fidela-bindgen", "--exclude", "fidela-api-tests"]).envs(long(scope)),
        )
    });
    if let Some(files) = vector_files()? {
        report.step("vectors", || counted(Command::new(std::env::current_exe()?).arg("vectors").args(files)));
    }
    report.step("rows", || Ok(Counts { passed: 0, failed: rows::check(false)?.into() }));
    if report.step("build", || wasm::build_all().map(|()| Counts::default())) {
        report.step("size", || Ok(Counts { passed: 0, failed: size::check()?.into() }));
        report.step("API tests", || {
            tools::sample_interpreters();
            let mut command = cargo();
            command.args(["test", "--quiet", "--package", "fidela-api-tests", "--no-fail-fast"]);
            counted(command.envs(servers()?).envs(long(scope)))
        });
        if scope > Scope::Quick && has_end_to_end_tests() {
            report.step("end-to-end tests", || end_to_end(scope));
        }
        if scope == Scope::All {
            report.step("deploy check", || deploy::check().map(|()| Counts::default()));
        }
    }
    Ok(report.close(started_at.elapsed().as_secs()))
}

impl Report {
    /// Runs one step and answers whether nothing in it failed.
    fn step(&mut self, name: &'static str, work: impl FnOnce() -> Result<Counts>) -> bool {
        println!("\n== {name}");
        let started_at = Instant::now();
        let counts = work().unwrap_or_else(|error| {
            println!("error: {error:#}");
            Counts { passed: 0, failed: 1 }
        });
        let seconds = started_at.elapsed().as_secs();
        println!("-- {name}: {seconds} s");
        self.counts.passed += counts.passed;
        self.counts.failed += counts.failed;
        self.times.push((name, seconds, counts.failed == 0));
        counts.failed == 0
    }

    fn close(self, seconds: u64) -> ExitCode {
        println!();
        for (name, seconds, passed) in self.times {
            println!("{:<26} {:>5} s  {}", name, seconds, if passed { "ok" } else { "FAILED" });
        }
        println!("{:<26} {seconds:>5} s", "in all");
        println!("{} passed, {} failed", self.counts.passed, self.counts.failed);
        if self.counts.failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
    }
}

/// Tests read this to decide how long to run.
fn long(scope: Scope) -> Vec<(&'static str, &'static str)> {
    match scope {
        Scope::Quick => vec![("FIDELA_QUICK", "1")],
        Scope::Usual => vec![],
        Scope::All => vec![("FIDELA_LONG", "1")],
    }
}

/// What `fidela_harness` needs to start servers.
fn servers() -> Result<Vec<(&'static str, PathBuf)>> {
    Ok(vec![("FIDELA_WORKERD", tools::npm_tools()?.workerd()?), ("FIDELA_ROOT", root())])
}

fn end_to_end(scope: Scope) -> Result<Counts> {
    tools::e2e_packages()?;
    let dir = root().join("tests/e2e");
    let mut command = Command::new(dir.join("node_modules/.bin/playwright"));
    command.args(["test", "--reporter=list"]).current_dir(&dir).envs(servers()?).envs(long(scope));
    // Their servers are started by this very program: `cargo run` inside would ask for cargo's lock.
    command.env("FIDELA_XTASK", std::env::current_exe()?);
    let data = TempDir::new("e2e")?;
    command.env("E2E_DATA", data.path()).env("E2E_PORT", free_pair()?.to_string());
    if let Some(chrome) = tools::chromium()? {
        command.env("CHROME", chrome);
    }
    counted(&mut command)
}

fn has_end_to_end_tests() -> bool {
    let entries = std::fs::read_dir(root().join("tests/e2e")).into_iter().flatten().flatten();
    entries.map(|entry| entry.file_name()).any(|name| name.to_string_lossy().ends_with(".spec.ts"))
}

/// A port for the edge such that the next one, the shop's, is free too.
fn free_pair() -> Result<u16> {
    let is_free = |port: u16| TcpListener::bind(("127.0.0.1", port)).is_ok();
    for _ in 0..100 {
        let port = free_port()?;
        if port.checked_add(1).is_some_and(is_free) {
            return Ok(port);
        }
    }
    bail!("no two free ports side by side on 127.0.0.1")
}

fn vector_files() -> Result<Option<Vec<PathBuf>>> {
    let is_vectors = |path: &Path| path.extension().is_some_and(|kind| kind == "json");
    let mut files = Vec::new();
    for entry in std::fs::read_dir(root().join("tests/vectors")).into_iter().flatten() {
        files.extend(Some(entry?.path()).filter(|path| is_vectors(path)));
    }
    files.sort();
    Ok(if files.is_empty() { None } else { Some(files) })
}

/// Runs a command, passes on what it prints, and adds up the cases that it says passed and failed.
fn counted(command: &mut Command) -> Result<Counts> {
    let program = command.get_program().to_string_lossy().into_owned();
    let mut child =
        command.stdout(Stdio::piped()).spawn().with_context(|| format!("cannot start {program}"))?;
    let mut counts = Counts::default();
    let pipe = child.stdout.take().context("a child without its output")?;
    for line in BufReader::new(pipe).split(b'\n') {
        let line = String::from_utf8_lossy(&line?).into_owned();
        let found = count(&line);
        if !is_noise(&line) {
            println!("{line}");
        }
        counts.passed += found.passed;
        counts.failed += found.failed;
    }
    let status = child.wait()?;
    ensure!(status.success() || counts.failed > 0, "{program} failed ({status})");
    Ok(counts)
}

/// Cargo says at length, for each crate, that it has no tests of some kind.
fn is_noise(line: &str) -> bool {
    let line = line.trim();
    line.is_empty()
        || line == "running 0 tests"
        || line.starts_with("test result: ok. 0 passed; 0 failed; 0 ignored")
}

/// The cases in one closing line: cargo's `test result: ok. 3 passed; 1 failed; …`, Playwright's `  3 passed (2s)`
/// and `  1 failed`, and our own `3 passed, 1 failed`. Any other line counts nothing.
fn count(line: &str) -> Counts {
    let line = without_colours(line);
    let text = line.trim();
    let text = match text.strip_prefix("test result: ") {
        Some(rest) => rest.split_once(". ").map_or("", |(_, counts)| counts),
        None => text,
    };
    let mut counts = Counts::default();
    for part in text.split([';', ',']) {
        let mut words = part.trim().splitn(2, ' ');
        let (Some(Ok(number)), Some(what)) = (words.next().map(str::parse::<u64>), words.next()) else {
            return counts;
        };
        match what.split(" (").next().unwrap_or_default() {
            "passed" => counts.passed += number,
            // A test that passes only the second time, or was not reached, has not passed.
            "failed" | "flaky" | "did not run" | "interrupted" => counts.failed += number,
            _ => {}
        }
    }
    counts
}

fn without_colours(line: &str) -> String {
    let mut parts = line.split('\u{1b}');
    let mut plain = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        plain.push_str(
            part.split_once(|letter: char| letter.is_ascii_alphabetic()).map_or("", |(_, rest)| rest),
        );
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::{Counts, count};

    #[test]
    fn closing_lines_are_counted_and_no_others() {
        let check = |line: &str, passed, failed| assert_eq!(count(line), Counts { passed, failed }, "{line}");
        check(
            "test result: ok. 12 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.03s",
            12,
            0,
        );
        check("test result: FAILED. 3 passed; 2 failed; 0 ignored; 0 measured; 0 filtered out", 3, 2);
        check("\u{1b}[32m  7 passed\u{1b}[39m\u{1b}[2m (3.4s)\u{1b}[22m", 7, 0);
        check("  1 failed", 0, 1);
        check("  2 did not run", 0, 2);
        check("41 passed, 3 failed", 41, 3);
        check("running 12 tests", 0, 0);
        check("  ✓  1 [chromium] › S3.1 points arrive (2.1s)", 0, 0);
    }
}
