//! `fidela-bindgen edge|web IN.wasm OUT_DIR NAME`: what the `wasm-bindgen` command does, and no more.
//!
//! The command and the library have to be of exactly the same version. As a crate of this workspace the tool
//! follows `Cargo.lock` by itself, and nobody has to install anything. `cargo xtask` builds it once per version
//! into a cache of the user's, because it takes longer to compile than everything else in the task runner.

use std::collections::HashMap;
use std::fs;
use std::path::Path;

use anyhow::{Result, bail};
use walrus::ir::Value;
use walrus::{ConstExpr, Data, DataKind, FunctionBuilder, FunctionKind, Module};
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
        "edge" => bindgen
            .module(true)?
            .reset_state_function(true)
            .force_enable_abort_handler(true)
            .generate(out_dir),
        // Without the default path the page has to say where the wasm is, which it must, because that name carries
        // a hash. The names in it go when it is optimized.
        "web" => {
            let mut output = bindgen.web(true)?.omit_default_module_path(true).generate_output()?;
            silence(output.wasm_mut());
            let names = shorten(output.wasm_mut(), &format!("./{name}_bg.js"));
            output.emit(out_dir)?;
            let glue = Path::new(out_dir).join(name).with_extension("js");
            let text = fs::read_to_string(&glue)?;
            Ok(fs::write(glue, rename(&text, &names))?)
        }
        other => bail!("no such target: {other}"),
    }
}

/// Makes every panic a bare trap, which is what it comes to: a panic here aborts, and what it says on its way goes to
/// a standard error that a browser does not have. What panics say, and the code that puts it together, was 3 kB of a
/// page (brotli).
fn silence(module: &mut Module) {
    let panics: Vec<_> = module
        .funcs
        .iter_local()
        .map(|(id, _)| id)
        .filter(|id| module.funcs.get(*id).name.as_deref().is_some_and(is_panic))
        .collect();
    for id in panics {
        let ty = module.types.get(module.funcs.get(id).ty());
        let (params, results) = (ty.params().to_vec(), ty.results().to_vec());
        let arguments: Vec<_> = params.iter().map(|param| module.locals.add(*param)).collect();
        let mut builder = FunctionBuilder::new(&mut module.types, &params, &results);
        builder.func_body().unreachable();
        module.funcs.get_mut(id).kind = FunctionKind::Local(builder.local_func(arguments));
    }
    let data: Vec<_> = module.data.iter().map(Data::id).collect();
    for id in data {
        blank_places(module.data.get_mut(id));
    }
}

/// Whether it is one of the functions of Rust's own libraries that never return; by their mangled names.
fn is_panic(name: &str) -> bool {
    const NAMES: [&str; 8] = [
        "13expect_failed",
        "14handle_error",
        "14unwrap_failed",
        "13unwrap_failed",
        "16slice_index_fail",
        "16slice_error_fail",
        "18handle_alloc_error",
        "17capacity_overflow",
    ];
    let is_own = ["4core", "5alloc", "3std"].iter().any(|library| name.contains(library));
    let is_method = ["drop_in_place", "Payload", "panic_count"].iter().any(|part| name.contains(part));
    is_own && !is_method && (name.contains("4core9panicking") || NAMES.iter().any(|one| name.contains(one)))
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

/// The places in source files that panics name: a pointer to a path, its length, line and column.
fn blank_places(data: &mut Data) {
    let DataKind::Active { offset: ConstExpr::Value(Value::I32(start)), .. } = data.kind else { return };
    let start = usize::try_from(start).unwrap_or_default();
    let bytes = &mut data.value;
    let (mut places, mut paths) = (Vec::new(), Vec::new());
    for at in (0..bytes.len().saturating_sub(15)).filter(|at| (start + at) % 4 == 0) {
        let word = |i: usize| {
            let word = bytes.get(at + 4 * i..at + 4 * i + 4).and_then(|word| word.try_into().ok());
            word.map_or(usize::MAX, |word| u32::from_le_bytes(word) as usize)
        };
        let path = word(0).checked_sub(start).and_then(|from| Some(from..from.checked_add(word(1))?));
        let is_path = |text: &[u8]| text.len() < 200 && text.ends_with(b".rs") && text.is_ascii();
        if let Some(path) = path.filter(|path| bytes.get(path.clone()).is_some_and(is_path))
            && word(2) < 100_000
            && word(3) < 1_000
        {
            places.push(at..at + 16);
            paths.push(path);
        }
    }
    for range in places.into_iter().chain(paths) {
        if let Some(bytes) = bytes.get_mut(range) {
            bytes.fill(0);
        }
    }
}
