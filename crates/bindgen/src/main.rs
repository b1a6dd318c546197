//! `fidela-bindgen edge|web|page IN.wasm OUT_DIR NAME`: what the `wasm-bindgen` command does, and no more.
//!
//! The command and the library have to be of exactly the same version. As a crate of this workspace the tool
//! follows `Cargo.lock` by itself, and nobody has to install anything. `cargo xtask` builds it once per version
//! into a cache of the user's, because it takes longer to compile than everything else in the task runner.

mod unused;

use std::collections::HashMap;
use std::fs;
use std::path::Path;

use anyhow::{Result, bail};
use walrus::Module;
use wasm_bindgen_cli_support::Bindgen;

use crate::unused::without_panics;

fn main() -> Result<()> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let [target, input, out_dir, name] = args.as_slice() else {
        bail!("usage: fidela-bindgen edge|web|page IN.wasm OUT_DIR NAME");
    };
    let mut bindgen = Bindgen::new();
    bindgen.out_name(name).typescript(false).demangle(false);
    match target.as_str() {
        // A module that imports its wasm by the source phase, and whose instance can be thrown away after a
        // panic: both are what `worker-build` asks for.
        "edge" => bindgen
            .input_path(input)
            .module(true)?
            .reset_state_function(true)
            .force_enable_abort_handler(true)
            .generate(out_dir),
        // Without the default path the page has to say where the wasm is, which it must, because that name carries
        // a hash. The names in it go when it is optimized.
        "web" => {
            bindgen.input_bytes(name, without_panics(&fs::read(input)?)?);
            let mut output = bindgen.web(true)?.omit_default_module_path(true).generate_output()?;
            let names = shorten(output.wasm_mut(), &format!("./{name}_bg.js"));
            output.emit(out_dir)?;
            let glue = Path::new(out_dir).join(name).with_extension("js");
            let text = fs::read_to_string(&glue)?;
            Ok(fs::write(glue, rename(&text, &names))?)
        }
        // The same for a page where no byte is counted, and a panic says what it is.
        "page" => bindgen.input_path(input).web(true)?.omit_default_module_path(true).generate(out_dir),
        other => bail!("no such target: {other}"),
    }
}

/// Gives short names to what the program and its glue call each other by: each name of `wasm-bindgen` carries a hash,
/// which no compression makes smaller, and is there twice.
fn shorten(module: &mut Module, glue: &str) -> HashMap<String, String> {
    let mut names = HashMap::new();
    let mut short = |long: &str| {
        let next = format!("w{}", names.len());
        names.entry(long.to_owned()).or_insert(next).clone()
    };
    for import in module.imports.iter_mut().filter(|import| import.module == glue) {
        import.name = short(&import.name);
    }
    for export in module.exports.iter_mut().filter(|export| export.name.starts_with("_ZN")) {
        export.name = short(&export.name);
    }
    names
}

/// A text with other words in it.
fn rename(text: &str, names: &HashMap<String, String>) -> String {
    let is_word = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '$');
    let mut renamed = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(from) = rest.find(is_word) {
        let (before, after) = rest.split_at(from);
        let (word, after) = after.split_at(after.find(|c| !is_word(c)).unwrap_or(after.len()));
        renamed.push_str(before);
        renamed.push_str(names.get(word).map_or(word, String::as_str));
        rest = after;
    }
    renamed + rest
}
