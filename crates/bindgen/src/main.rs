//! `fidela-bindgen edge|web IN.wasm OUT_DIR NAME`: what the `wasm-bindgen` command does, and no more.
//!
//! The command and the library have to be of exactly the same version. As a crate of this workspace the tool
//! follows `Cargo.lock` by itself, and nobody has to install anything. `cargo xtask` builds it once per version
//! into a cache of the user's, because it takes longer to compile than everything else in the task runner.

use anyhow::{Result, bail};
use wasm_bindgen_cli_support::Bindgen;

fn main() -> Result<()> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let [target, input, out_dir, name] = args.as_slice() else {
        bail!("usage: fidela-bindgen edge|web IN.wasm OUT_DIR NAME");
    };
    let mut bindgen = Bindgen::new();
    bindgen.input_path(input).out_name(name).typescript(false).demangle(false);
    match target.as_str() {
        // A module that imports its wasm by the source phase, and whose instance can be thrown away after a
        // panic: both are what `worker-build` asks for.
        "edge" => bindgen.module(true)?.reset_state_function(true).force_enable_abort_handler(true),
        // Names are for the profiler alone; without the default path the page has to say where the wasm is,
        // which it must, because that name carries a hash.
        "web" => bindgen.web(true)?.omit_default_module_path(true).remove_name_section(true),
        other => bail!("no such target: {other}"),
    };
    bindgen.generate(out_dir)
}
