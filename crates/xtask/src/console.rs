//! The merchant's console, from Rust to what the edge serves under `/console/`.
//!
//! ```text
//! build/assets/console/   index.html                       the page; names today's files
//!                         console-HASH.js, -HASH.wasm, -HASH.css
//!                         reader-HASH.js, -HASH.wasm       what reads a spreadsheet that is dropped (`reader.rs`)
//!                         LANGUAGE-HASH.json               texts of all areas
//!                         *.br                             the brotli twin of each
//!                         preview.html                     the frame that shows the widget
//!                         manifest.json                    which hash is today's
//! ```

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, ensure};
use serde_json::{Map, Value};

use crate::paths::{root, short_hash};
use crate::reader::Reader;
use crate::run::output;
use crate::tools;
use crate::wasm::{
    CONSOLE, Effort, SMALLEST, Work, bind, compile, esbuild, files, is_current, optimize, replace_files,
    stamp,
};

/// The languages that everything here speaks.
pub(crate) const LANGUAGES: [&str; 5] = ["en", "es", "fr", "pt-BR", "ro"];
/// Sentences that the widget and the edge say as well: what a program gives, why, and why points cannot be used.
const SHARED: [(&str, &[&str]); 2] = [
    ("widget/locales", &["bound", "earn", "refusal", "unit"]),
    ("edge/locales", &["card", "earn", "reward", "stamp", "why"]),
];
/// Old enough for everybody who signs in to a console; its colours are written with `light-dark()`, of 2024.
pub(crate) const TARGET: &str = "--target=es2022,chrome123,firefox120,safari17.5";

/// Builds the console where it is out of date.
pub(crate) fn build(effort: Effort) -> Result<()> {
    tools::wasm_target()?;
    let npm = tools::npm_tools()?;
    tools::bindgen()?;
    let source = root().join("www/console");
    let is_fast = effort == Effort::Fast;
    let compiled = compile("fidela-console", if is_fast { "wasm-quick" } else { CONSOLE }, &[])?;
    let reader = Reader::compile(effort)?;
    let languages = texts(&source.join("locales"))?;
    let mut inputs = vec![fs::read(&compiled)?];
    for file in ["index.html", "entry.js", "preview.html", "preview.js"] {
        inputs.push(fs::read(source.join(file))?);
    }
    for file in tree(&source.join("style"))? {
        inputs.push(fs::read(file)?);
    }
    inputs.extend(languages.values().map(|text| text.to_string().into_bytes()));
    inputs.extend(reader.inputs()?);
    let out = root().join("build/assets/console");
    let stamp = effort.stamp(&stamp(&inputs.iter().map(Vec::as_slice).collect::<Vec<_>>())?);
    if is_current(&out, &stamp) {
        return Ok(());
    }
    println!("build: console");
    let work = Work::new("console")?;
    let assets = work.path().join("assets");
    fs::create_dir_all(&assets)?;
    let mut manifest = Map::new();
    let mut locales = Map::new();
    for (language, text) in &languages {
        let text = serde_json::to_vec(text)?;
        let file = format!("{language}-{}.json", short_hash(&[&text]));
        fs::write(assets.join(&file), text)?;
        locales.insert(language.clone(), file.into());
    }
    bind("page", &compiled, work.path(), "console")?;
    let wasm = work.path().join("console_bg.wasm");
    if !is_fast {
        optimize(&npm, &SMALLEST, &wasm)?;
    }
    let wasm = keep(&assets, &mut manifest, "console", "wasm", &wasm)?;
    let reader = reader.write(&npm, work.path(), &assets, &mut manifest)?;
    let locales = Value::from(locales);
    fs::copy(source.join("entry.js"), work.path().join("entry.js"))?;
    let defines = [
        format!("--define:WASM={wasm}"),
        format!("--define:LOCALES={locales}"),
        format!("--define:READER={reader}"),
    ];
    let mut args = vec!["entry.js", "--bundle", TARGET, "--outfile=console.min.js"];
    args.extend(defines.iter().map(String::as_str));
    esbuild(&npm, work.path(), &args)?;
    let script = keep(&assets, &mut manifest, "console", "js", &work.path().join("console.min.js"))?;
    let sheet = source.join("style/main.css");
    let sheet = sheet.to_str().context("a path that is not text")?;
    esbuild(&npm, work.path(), &[sheet, "--bundle", TARGET, "--outfile=console.min.css"])?;
    let style = keep(&assets, &mut manifest, "console", "css", &work.path().join("console.min.css"))?;
    let page = fs::read_to_string(source.join("index.html"))?;
    let page = [("SCRIPT", &script), ("STYLE", &style), ("PROGRAM", &wasm)]
        .iter()
        .fold(page, |page, (name, file)| page.replace(name, file.as_str().unwrap_or_default()));
    fs::write(assets.join("index.html"), page)?;
    // The frame in which the console shows the widget.
    let preview = source.join("preview.js");
    let preview = preview.to_str().context("a path that is not text")?;
    esbuild(&npm, work.path(), &[preview, TARGET, "--outfile=preview.min.js"])?;
    let preview = keep(&assets, &mut manifest, "preview", "js", &work.path().join("preview.min.js"))?;
    let page = fs::read_to_string(source.join("preview.html"))?;
    fs::write(assets.join("preview.html"), page.replace("PREVIEW", preview.as_str().unwrap_or_default()))?;
    let mut command = Command::new(tools::node()?);
    command.arg(root().join("crates/xtask/tools/compress.mjs")).arg(if is_fast {
        "measure"
    } else {
        "write"
    });
    output(command.args(files(&assets)?))?;
    manifest.insert("locales".to_owned(), locales);
    fs::write(assets.join("manifest.json"), serde_json::to_vec_pretty(&manifest)?)?;
    fs::write(assets.join(".stamp"), stamp)?;
    replace_files(&assets, &out)
}

/// Puts a file among the assets, named by its content, and its name into the manifest.
pub(crate) fn keep(
    assets: &Path,
    manifest: &mut Map<String, Value>,
    name: &str,
    kind: &str,
    from: &Path,
) -> Result<Value> {
    let content = fs::read(from)?;
    let file = Value::from(format!("{name}-{}.{kind}", short_hash(&[&content])));
    fs::write(assets.join(file.as_str().unwrap_or_default()), content)?;
    manifest.insert(format!("{name}_{kind}"), file.clone());
    Ok(file)
}

/// Every file below a directory, in order.
fn tree(dir: &Path) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    for path in files(dir).with_context(|| dir.display().to_string())? {
        if path.is_dir() {
            found.extend(tree(&path)?);
        } else {
            found.push(path);
        }
    }
    Ok(found)
}

/// The texts of each language: `locales/AREA/LANGUAGE.json`, each key after its area's name (`shell.sign_out`).
pub(crate) fn texts(dir: &Path) -> Result<Map<String, Value>> {
    let mut languages: Map<String, Value> =
        LANGUAGES.map(|language| (language.to_owned(), Value::Object(Map::new()))).into_iter().collect();
    for area in files(dir)? {
        let name = area.file_name().and_then(|name| name.to_str()).context("an area's name")?.to_owned();
        for (language, all) in &mut languages {
            let path = area.join(format!("{language}.json"));
            let text = fs::read(&path).with_context(|| format!("cannot read {}", path.display()))?;
            let text: Map<String, Value> =
                serde_json::from_slice(&text).with_context(|| path.display().to_string())?;
            for (key, text) in text {
                ensure!(text.is_string(), "{}: {key} is no text", path.display());
                if let Some(all) = all.as_object_mut() {
                    all.insert(format!("{name}.{key}"), text);
                }
            }
        }
    }
    for (language, all) in &mut languages {
        for (catalogue, areas) in SHARED {
            let path = root().join(catalogue).join(format!("{language}.json"));
            let text = fs::read(&path).with_context(|| format!("cannot read {}", path.display()))?;
            let text: Map<String, Value> =
                serde_json::from_slice(&text).with_context(|| path.display().to_string())?;
            let shared = text
                .into_iter()
                .filter(|(key, _)| key.split_once('.').is_some_and(|(area, _)| areas.contains(&area)));
            if let Some(all) = all.as_object_mut() {
                all.extend(shared);
            }
        }
    }
    Ok(languages)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    /// The same keys in each language, apart from plural forms that a language has not; the same places to fill in.
    #[test]
    fn the_console_says_the_same_in_every_language() {
        let dir = root().join("www/console/locales");
        let languages = texts(&dir).unwrap();
        let base = |key: &str| {
            let plural =
                key.rsplit_once('.').filter(|(_, form)| ["one", "few", "many", "other"].contains(form));
            plural.map_or_else(|| key.to_owned(), |(stem, _)| format!("{stem}.other"))
        };
        let keys = |language: &str| -> BTreeSet<String> {
            languages[language].as_object().unwrap().keys().map(|key| base(key)).collect()
        };
        let places = |text: &str| -> BTreeSet<String> {
            let parts = text.split('{').skip(1).filter_map(|rest| rest.split_once('}'));
            parts.map(|(name, _)| name.to_owned()).collect()
        };
        let english = languages["en"].as_object().unwrap();
        assert!(english.len() > 20);
        for language in LANGUAGES {
            let missing: Vec<_> = keys("en").difference(&keys(language)).cloned().collect();
            assert!(missing.is_empty(), "{language} lacks {missing:?}");
            let unknown: Vec<_> = keys(language).difference(&keys("en")).cloned().collect();
            assert!(unknown.is_empty(), "{language} alone has {unknown:?}");
            for (key, text) in languages[language].as_object().unwrap() {
                let text = text.as_str().unwrap();
                assert!(!text.trim().is_empty(), "{language}: {key} is empty");
                let own = english.get(key).or_else(|| english.get(&base(key))).and_then(Value::as_str);
                if key.strip_suffix(".one").is_none() {
                    assert_eq!(places(text), places(own.unwrap_or_default()), "{language}: {key}");
                }
                // A language that counts in few or many has the general form as well.
                assert!(languages[language].get(base(key)).is_some(), "{language} lacks {}", base(key));
            }
        }
    }
}
