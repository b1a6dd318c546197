//! `cargo xtask bench [NAME]`: native benchmarks, as the examples `bench` of the pure crates.

use std::process::ExitCode;

use anyhow::{Result, bail};

use crate::args::Args;
use crate::paths::root;
use crate::run::{cargo, run};

/// The crates that may have an `examples/bench.rs`.
const CRATES: [&str; 2] = ["rules", "ledger"];

pub(crate) fn main(mut args: Args) -> Result<ExitCode> {
    let only = args.positional();
    args.done()?;
    let has_bench = |name: &&str| root().join(format!("crates/{name}/examples/bench.rs")).is_file();
    let chosen: Vec<&str> = CRATES
        .into_iter()
        .filter(|name| only.as_deref().is_none_or(|only| only == *name))
        .filter(has_bench)
        .collect();
    if chosen.is_empty() {
        bail!("there is no such benchmark: they are the `examples/bench.rs` of {}", CRATES.join(" and "));
    }
    for name in chosen {
        println!("== {name}");
        run(cargo().args([
            "run",
            "--quiet",
            "--release",
            "--example",
            "bench",
            "--package",
            &format!("fidela-{name}"),
        ]))?;
    }
    Ok(ExitCode::SUCCESS)
}
