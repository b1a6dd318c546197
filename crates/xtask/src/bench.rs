//! `cargo xtask bench [NAME]`: benchmarks, as the examples `bench` of the pure crates, and of imports into a real edge
//! (`import`) and of the console's list and reports in a large store (`console [SHOPPERS]`).

use std::process::ExitCode;

use anyhow::{Result, bail};

use crate::args::Args;
use crate::paths::root;
use crate::run::{cargo, run};
use crate::{tools, wasm};

/// The crates that have an `examples/bench.rs`.
const CRATES: [&str; 3] = ["rules", "ledger", "sheets"];
/// The benchmarks that need an edge, and their examples.
const OF_EDGE: [(&str, &str); 2] = [("import", "bench"), ("console", "bench_console")];

pub(crate) fn main(mut args: Args) -> Result<ExitCode> {
    let only = args.positional();
    let more = args.positional();
    args.done()?;
    if let Some((_, example)) = OF_EDGE.iter().find(|(name, _)| only.as_deref() == Some(name)) {
        wasm::build_all()?;
        let workerd = tools::npm_tools()?.workerd()?;
        let mut bench = cargo();
        bench.args([
            "run",
            "--quiet",
            "--release",
            "--example",
            example,
            "--package",
            "fidela-api-tests",
            "--",
        ]);
        run(bench.args(more).env("FIDELA_WORKERD", workerd).env("FIDELA_ROOT", root()))?;
        return Ok(ExitCode::SUCCESS);
    }
    let has_bench = |name: &&str| root().join(format!("crates/{name}/examples/bench.rs")).is_file();
    let chosen: Vec<&str> = CRATES
        .into_iter()
        .filter(|name| only.as_deref().is_none_or(|only| only == *name))
        .filter(has_bench)
        .collect();
    if chosen.is_empty() {
        let of_edge = OF_EDGE.map(|(name, _)| name).join(", ");
        bail!("there is no such benchmark: they are {}, {of_edge}", CRATES.join(", "));
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
