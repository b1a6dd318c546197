//! `cargo xtask bench [NAME]`: benchmarks, as the examples `bench` of the pure crates, and of imports into a real edge.

use std::process::ExitCode;

use anyhow::{Result, bail};

use crate::args::Args;
use crate::paths::root;
use crate::run::{cargo, run};
use crate::{tools, wasm};

/// The crates that have an `examples/bench.rs`.
const CRATES: [&str; 3] = ["rules", "ledger", "sheets"];
/// The benchmark that needs an edge.
const IMPORT: &str = "import";

pub(crate) fn main(mut args: Args) -> Result<ExitCode> {
    let only = args.positional();
    args.done()?;
    if only.as_deref() == Some(IMPORT) {
        wasm::build_all()?;
        let workerd = tools::npm_tools()?.workerd()?;
        let mut bench = cargo();
        bench.args(["run", "--quiet", "--release", "--example", "bench", "--package", "fidela-api-tests"]);
        run(bench.env("FIDELA_WORKERD", workerd).env("FIDELA_ROOT", root()))?;
        return Ok(ExitCode::SUCCESS);
    }
    let has_bench = |name: &&str| root().join(format!("crates/{name}/examples/bench.rs")).is_file();
    let chosen: Vec<&str> = CRATES
        .into_iter()
        .filter(|name| only.as_deref().is_none_or(|only| only == *name))
        .filter(has_bench)
        .collect();
    if chosen.is_empty() {
        bail!("there is no such benchmark: they are {} and {IMPORT}", CRATES.join(", "));
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
