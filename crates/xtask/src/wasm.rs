//! `cargo xtask build`: from Rust to what workerd and browsers load.
//!
//! ```text
//! build/edge/     index.js, index_bg.wasm          for edge/workerd.capnp and edge/wrangler.toml
//! build/assets/   console/                         the merchant's console (`console.rs`)
//!                 fidela.js                        the loader, by its one fixed name
//!                 panel-HASH.js, panel-HASH.wasm   named by content, to be cached for ever (entry.js with its glue)
//!                 LANGUAGE-HASH.json               texts
//!                 import-KIND-LANGUAGE.xlsx  the empty spreadsheets that merchants fill
//!                 openapi.json                     the API's description, without its spaces
//!                 guide.html, guide-HASH.css  the guide to the API
//!                 *.br                             the brotli twin of each
//!                 manifest.json                    which hash is today's
//! ```
//! Cargo decides what to compile again. The steps after it leave a stamp of what they read, and are skipped where
//! that is still the same.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

use anyhow::{Context, Result, bail};
use fidela_sheets::{Language, template};
use serde_json::{Map, Value};

use crate::args::Args;
use crate::paths::{remove, root, short_hash, target};
use crate::run::{cargo, output, run};
use crate::tools::{self, NpmTools};
use crate::{console, guide};

/// To be raised when a step below changes what it makes of the same input.
const RECIPE: &str = "3";

/// What rustc emits for this target since 1.82, and every runtime we support has; `wasm-opt` has to be told.
const WASM_FEATURES: [&str; 6] = [
    "--enable-bulk-memory",
    "--enable-multivalue",
    "--enable-mutable-globals",
    "--enable-nontrapping-float-to-int",
    "--enable-reference-types",
    "--enable-sign-ext",
];

/// What makes a page's program smallest after compression. More than one pass: each finds what the one before it
/// uncovered, 1 % of it in all. What is not tiny stays a function, also where it has one caller: brotli finds functions
/// that are alike, but not their copies within others, which is 4 % of it. Nothing lies in the first kilobyte of memory,
/// where the stack ends.
pub(crate) const SMALLEST: [&str; 10] = [
    "--one-caller-inline-max-function-size=20",
    "--always-inline-max-function-size=4",
    "--low-memory-unused",
    "-Oz",
    "--flatten",
    "--rereloop",
    "-Oz",
    "-Oz",
    "--strip-producers",
    "--strip-target-features",
];

/// The profile of what merchants load.
pub(crate) const CONSOLE: &str = "wasm-console";

/// What a page of the console shows is no type of its own: each would be compiled for each place that shows it. A sixth
/// of the console's weight.
const ERASED: &str = "--cfg erase_components";

/// wasm-bindgen lists a JavaScript snippet once for each function that is taken from it, and each time means the same.
const SNIPPETS: &str = "--log-override:duplicate-object-key=silent";

/// What `build/assets/manifest.json` says, under the names that the loader knows them by.
type Manifest = Map<String, Value>;

pub(crate) fn main(mut args: Args) -> Result<ExitCode> {
    let effort = if args.flag("--fast") { Effort::Fast } else { Effort::Full };
    let what = args.positional();
    args.done()?;
    match what.as_deref() {
        None => {
            build_edge(effort)?;
            build_widget()?;
            console::build(effort)?;
        }
        Some("edge") => build_edge(effort)?,
        Some("widget") => build_widget()?,
        Some("console") => console::build(effort)?,
        Some(other) => bail!("`{other}` cannot be built: edge, widget or console"),
    }
    Ok(ExitCode::SUCCESS)
}

/// Builds what is out of date.
pub(crate) fn build_all() -> Result<()> {
    build_edge(Effort::Full)?;
    build_widget()?;
    console::build(Effort::Full)
}

/// The same for whoever works here: what was last built with `--fast` is built so again, and the rest as it is used.
pub(crate) fn build_as_before() -> Result<()> {
    build_edge(Effort::of(&root().join("build/edge")))?;
    build_widget()?;
    console::build(Effort::of(&root().join("build/assets/console")))
}

/// How long a build may take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Effort {
    /// As it is used.
    Full,
    /// `--fast`, for whoever changes something and wants to see it: nothing is made small.
    Fast,
}

impl Effort {
    /// How what is in a directory was built.
    fn of(out: &Path) -> Self {
        let stamp = fs::read_to_string(out.join(".stamp")).unwrap_or_default();
        if stamp.ends_with(HASTY) { Self::Fast } else { Self::Full }
    }

    /// A stamp that says so.
    pub(crate) fn stamp(self, stamp: &str) -> String {
        match self {
            Self::Full => stamp.to_owned(),
            Self::Fast => format!("{stamp}{HASTY}"),
        }
    }
}

/// How the stamp of a fast build ends.
const HASTY: &str = " fast";

fn build_edge(effort: Effort) -> Result<()> {
    tools::wasm_target()?;
    let npm = tools::npm_tools()?;
    tools::bindgen()?;
    let compiled = compile("fidela-edge", "wasm-edge", &[])?;
    let shim = fs::read(root().join("edge/shim.js"))?;
    let out = root().join("build/edge");
    let stamp = stamp(&[&fs::read(&compiled)?, &shim])?;
    let is_fast = effort == Effort::Fast;
    // What was built at leisure from the same input serves who is in a hurry.
    if is_current(&out, &stamp) || is_fast && is_current(&out, &effort.stamp(&stamp)) {
        return Ok(());
    }
    println!("build: edge");
    let work = Work::new("edge")?;
    bind("edge", &compiled, work.path(), "index")?;
    fs::write(work.path().join("shim.js"), shim)?;
    esbuild(
        &npm,
        work.path(),
        &[
            "shim.js",
            "--bundle",
            "--external:./index_bg.wasm",
            "--external:cloudflare:*",
            "--outfile=bundle.js",
        ],
    )?;
    // workerd takes a compiled module from a plain import, and knows no source phase.
    let bundle = fs::read_to_string(work.path().join("bundle.js"))?.replace("import source ", "import ");
    fs::write(work.path().join("bundle.js"), bundle)?;
    // Not smaller at any price: this one has to be compiled and to decide fast. Names stay, for its stack traces.
    // The way out of a panic that `reset_state_function` builds in needs exceptions; browsers of 2023 lack them.
    if !is_fast {
        optimize(
            &npm,
            &["-O", "--debuginfo", "--enable-exception-handling"],
            &work.path().join("index_bg.wasm"),
        )?;
    }
    fs::create_dir_all(&out)?;
    fs::rename(work.path().join("bundle.js"), out.join("index.js"))?;
    fs::rename(work.path().join("index_bg.wasm"), out.join("index_bg.wasm"))?;
    fs::write(out.join(".stamp"), effort.stamp(&stamp))?;
    Ok(())
}

fn build_widget() -> Result<()> {
    tools::wasm_target()?;
    let npm = tools::npm_tools()?;
    // `crates/bindgen` has to know which numbers are addresses.
    let compiled = compile("fidela-widget", "wasm-web", &["-Clink-arg=--emit-relocs"])?;
    let source = root().join("widget");
    let loader = fs::read(source.join("loader.js")).ok();
    let entry = fs::read(source.join("entry.js"))?;
    let style = fs::read(source.join("src/style.css"))?;
    let locales = read_locales(&source.join("locales"))?;
    let openapi: Value = serde_json::from_slice(&fs::read(root().join("edge/openapi.json"))?)
        .context("edge/openapi.json: `cargo xtask openapi` writes it")?;
    let openapi = serde_json::to_vec(&openapi)?;
    let guide = guide::read(&root().join("www/guide"))?;
    let out = root().join("build/assets");
    let mut inputs =
        vec![fs::read(&compiled)?, loader.clone().unwrap_or_default(), entry.clone(), openapi.clone()];
    inputs.extend([guide.page.clone().into_bytes(), guide.style.clone()]);
    for (name, text) in &locales {
        inputs.extend([name.clone().into_bytes(), text.clone()]);
    }
    let templates = templates()?;
    inputs.extend(templates.iter().map(|(_, bytes)| bytes.clone()));
    let stamp = stamp(&inputs.iter().map(Vec::as_slice).collect::<Vec<_>>())?;
    if is_current(&out, &stamp) {
        return Ok(());
    }
    println!("build: widget");
    let work = Work::new("widget")?;
    let assets = work.path().join("assets");
    fs::create_dir_all(&assets)?;
    fs::write(assets.join("openapi.json"), openapi)?;
    fs::write(assets.join("guide.html"), guide.page)?;
    fs::write(assets.join(guide.style_name), guide.style)?;
    let mut languages = Manifest::new();
    for (name, text) in &locales {
        // Read and written, so that it carries no spaces and is known to be JSON.
        let text: Value =
            serde_json::from_slice(text).with_context(|| format!("widget/locales/{name}.json"))?;
        let text = serde_json::to_vec(&text)?;
        let file = format!("{name}-{}.json", short_hash(&[&text]));
        fs::write(assets.join(&file), text)?;
        languages.insert(name.clone(), file.into());
    }
    let mut manifest = web_bundle(&npm, &work, &compiled, &assets, "panel", [&entry, &style], languages)?;
    if let Some(loader) = loader {
        fs::write(work.path().join("loader.js"), loader)?;
        minify_loader(&npm, work.path(), &assets, &manifest)?;
        manifest.insert("loader".to_owned(), "fidela.js".into());
    }
    let mut command = Command::new(tools::node()?);
    command.arg(root().join("crates/xtask/tools/compress.mjs")).arg("write").args(files(&assets)?);
    output(&mut command)?;
    // They are compressed already.
    for (file, bytes) in templates {
        fs::write(assets.join(file), bytes)?;
    }
    fs::write(assets.join("manifest.json"), serde_json::to_vec_pretty(&manifest)?)?;
    fs::write(assets.join(".stamp"), stamp)?;
    replace_files(&assets, &out)
}

/// The templates of imports, by the names that the edge asks for.
fn templates() -> Result<Vec<(String, Vec<u8>)>> {
    let mut templates = Vec::new();
    for kind in template::KINDS {
        for language in Language::ALL {
            let file = format!("import-{}-{}.xlsx", template::name(kind), language.code());
            templates.push((file, template::xlsx(kind, language)?));
        }
    }
    Ok(templates)
}

/// A crate for the browser as `NAME-HASH.wasm`, and `NAME-HASH.js`: its entry with the glue, minified.
///
/// The entry imports the glue as `./NAME.js` and is told today's names: `WASM` becomes a string in it, `LOCALES` an
/// object from language to file name, and `STYLE` the style sheet, minified. So whoever loads it needs to know one name alone.
fn web_bundle(
    npm: &NpmTools,
    work: &Work,
    compiled: &Path,
    assets: &Path,
    name: &str,
    [entry, style]: [&[u8]; 2],
    locales: Manifest,
) -> Result<Manifest> {
    bind("web", compiled, work.path(), name)?;
    let wasm = work.path().join(format!("{name}_bg.wasm"));
    optimize(npm, &SMALLEST, &wasm)?;
    let mut manifest = Manifest::new();
    let mut keep = |kind: &str, from: &Path| -> Result<Value> {
        let content = fs::read(from)?;
        let file = Value::from(format!("{name}-{}.{kind}", short_hash(&[&content])));
        fs::write(assets.join(file.as_str().unwrap_or_default()), content)?;
        manifest.insert(format!("{name}_{kind}"), file.clone());
        Ok(file)
    };
    let wasm = keep("wasm", &wasm)?;
    fs::write(work.path().join("entry.js"), entry)?;
    fs::write(work.path().join("style.css"), style)?;
    esbuild(
        npm,
        work.path(),
        &["style.css", "--target=chrome111,firefox113,safari16.4", "--outfile=style.min.css"],
    )?;
    let style = Value::from(fs::read_to_string(work.path().join("style.min.css"))?.trim());
    let locales = Value::from(locales);
    let glue = format!("{name}.min.js");
    let args = [
        "--bundle".to_owned(),
        // What wasm-bindgen warns of concerns whoever writes the entry.
        "--drop:console".to_owned(),
        "--target=es2022,safari16.4".to_owned(),
        format!("--define:WASM={wasm}"),
        format!("--define:LOCALES={locales}"),
        format!("--define:STYLE={style}"),
        format!("--outfile={glue}"),
    ];
    let args: Vec<_> = ["entry.js"].into_iter().chain(args.iter().map(String::as_str)).collect();
    esbuild(npm, work.path(), &args)?;
    keep("js", &work.path().join(glue))?;
    manifest.insert("locales".to_owned(), locales);
    Ok(manifest)
}

/// The loader learns today's name when it is built: `PANEL` becomes a string in it.
fn minify_loader(npm: &NpmTools, work: &Path, assets: &Path, manifest: &Manifest) -> Result<()> {
    let panel = manifest.get("panel_js").cloned().unwrap_or(Value::Null);
    let define = format!("--define:PANEL={panel}");
    let out = format!("--outfile={}", assets.join("fidela.js").display());
    // The last of the two formats wins; a classic script must leave no names behind in the page. Older targets have
    // no `import()`, which would be turned into something else.
    let args = ["loader.js", "--bundle", "--format=iife", "--target=es2020", &define, &out];
    esbuild(npm, work, &args)
}

/// Compiles one package to wasm, with what rustc is told besides; cargo knows whether it has to. Answers the file.
pub(crate) fn compile(package: &str, profile: &str, told: &[&str]) -> Result<PathBuf> {
    let target = target()?;
    let file = format!("{}.wasm", package.replace('-', "_"));
    let wasm = target.join("wasm32-unknown-unknown").join(profile).join(file);
    if !wasm.exists() {
        println!("build: cargo compiles {package} for the first time (a minute or two)");
    }
    let mut command = cargo();
    if profile == CONSOLE {
        command.env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUSTFLAGS", ERASED);
    }
    run(command
        .args(["rustc", "--quiet", "--package", package, "--lib", "--profile", profile])
        .args(["--target", "wasm32-unknown-unknown", "--target-dir"])
        .arg(&target)
        .arg("--")
        .args(told))?;
    Ok(wasm)
}

pub(crate) fn bind(target: &str, wasm: &Path, out: &Path, name: &str) -> Result<()> {
    output(Command::new(tools::bindgen()?).arg(target).arg(wasm).arg(out).arg(name)).map(|_| ())
}

pub(crate) fn esbuild(npm: &NpmTools, dir: &Path, args: &[&str]) -> Result<()> {
    let mut command = Command::new(npm.esbuild()?);
    command.args(["--format=esm", "--minify", "--log-level=warning", "--legal-comments=none", SNIPPETS]);
    run(command.args(args).current_dir(dir))
}

pub(crate) fn optimize(npm: &NpmTools, levels: &[&str], wasm: &Path) -> Result<()> {
    let draft = wasm.with_extension("opt");
    output(Command::new(npm.wasm_opt()).arg(wasm).args(levels).args(WASM_FEATURES).arg("-o").arg(&draft))?;
    Ok(fs::rename(draft, wasm)?)
}

/// Language → file content, of `widget/locales/*.json`.
fn read_locales(dir: &Path) -> Result<BTreeMap<String, Vec<u8>>> {
    let mut locales = BTreeMap::new();
    for entry in fs::read_dir(dir).into_iter().flatten() {
        let path = entry?.path();
        let name = path.file_stem().and_then(|stem| stem.to_str());
        if let (Some(name), Some("json")) = (name, path.extension().and_then(|extension| extension.to_str()))
        {
            locales.insert(name.to_owned(), fs::read(&path)?);
        }
    }
    Ok(locales)
}

/// What a build was made of: its inputs, the tools' versions, and these steps.
pub(crate) fn stamp(inputs: &[&[u8]]) -> Result<String> {
    let lock = fs::read(root().join("crates/xtask/tools/package-lock.json"))?;
    let bindgen = tools::locked_version("wasm-bindgen-cli-support")?;
    let mut parts: Vec<&[u8]> = vec![RECIPE.as_bytes(), &lock, bindgen.as_bytes()];
    parts.extend(inputs);
    Ok(short_hash(&parts))
}

pub(crate) fn is_current(out: &Path, stamp: &str) -> bool {
    fs::read_to_string(out.join(".stamp")).is_ok_and(|found| found == stamp)
}

pub(crate) fn files(dir: &Path) -> Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for entry in fs::read_dir(dir)? {
        files.push(entry?.path());
    }
    files.sort();
    Ok(files)
}

/// Moves the files of `new` into `old`, and then removes what is only there. The directory itself stays: a server
/// that runs keeps it open.
pub(crate) fn replace_files(new: &Path, old: &Path) -> Result<()> {
    fs::create_dir_all(old).with_context(|| format!("cannot create {}", old.display()))?;
    let arriving = files(new)?;
    let names: Vec<_> = arriving.iter().filter_map(|file| file.file_name()).collect();
    for name in &names {
        fs::rename(new.join(name), old.join(name))?;
    }
    // The console's directory is its own build's.
    let is_stale =
        |file: &PathBuf| !file.is_dir() && file.file_name().is_some_and(|name| !names.contains(&name));
    files(old)?.iter().filter(|file| is_stale(file)).try_for_each(|file| remove(file))
}

/// A directory for what lies between the steps; it goes when the build is done, and two builds do not meet in it.
pub(crate) struct Work(PathBuf);

impl Work {
    pub(crate) fn new(name: &str) -> Result<Self> {
        let path = root().join(format!("build/.work-{name}-{}", std::process::id()));
        remove(&path)?;
        fs::create_dir_all(&path)?;
        Ok(Self(path))
    }

    pub(crate) fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for Work {
    fn drop(&mut self) {
        let _ = remove(&self.0);
    }
}
