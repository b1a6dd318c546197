//! `cargo xtask`: one entry for every task of the project. `cargo xtask help` lists them.
#![expect(clippy::disallowed_methods, reason = "native: the clock that wasm lacks is here")]

use std::process::ExitCode;

use anyhow::{Result, bail};

mod args;
mod backup;
mod bench;
mod console;
mod deploy;
mod guide;
#[cfg(test)]
mod house;
mod openapi;
mod paths;
mod reader;
mod rows;
mod run;
mod serve;
mod size;
mod test;
mod tools;
mod vectors;
mod wasm;

const HELP: &str = "\
cargo xtask <task>

  build [edge|widget|console] [--fast]
                             build what is missing or out of date, into build/; fast: larger and slower
  serve [--port 8787] [--data DIR] [--operator-key KEY] [--test-clock] [--no-shop]
                             the edge and the demo shop on this machine
  test [--quick|--all]       everything; --quick without browser and long runs, --all with the long ones
  vectors FILE...            run cases of rules and ledger
  size                       what a page and the edge weigh, against the budgets
  rows                       each row of the mission with the tests that prove it
  openapi                    write the API's description that the edge serves
  bench [NAME]               benchmarks: rules, ledger, sheets; `import` and `console` with a real edge
  backup DIR FILE            copy a data directory into one archive
  restore FILE DIR           and back, into a directory that does not exist yet
  deploy-check               would Cloudflare take it? (offline)
";

fn main() -> ExitCode {
    match dispatch() {
        Ok(code) => code,
        Err(error) => {
            // One sentence, and no backtrace: what goes wrong here is about the machine, not about this code.
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn dispatch() -> Result<ExitCode> {
    let mut args = args::Args::from_env();
    let task = args.positional().unwrap_or_default();
    match task.as_str() {
        "build" => wasm::main(args),
        "serve" => serve::main(args),
        "test" => test::main(args),
        "vectors" => vectors::main(args),
        "size" => size::main(args),
        "rows" => rows::main(args),
        "bench" => bench::main(args),
        "backup" => backup::backup(args),
        "restore" => backup::restore(args),
        "openapi" => openapi::main(args),
        "deploy-check" => deploy::main(args),
        "" | "help" | "--help" | "-h" => {
            print!("{HELP}");
            Ok(ExitCode::SUCCESS)
        }
        other => bail!("there is no task `{other}`: `cargo xtask help` lists them"),
    }
}
