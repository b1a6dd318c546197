//! What reads spreadsheets in the console's page (`www/console/reader`): a program of its own, which only a file that is
//! dropped has fetched.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};
use serde_json::{Map, Value};

use crate::console::{LANGUAGES, TARGET, keep};
use crate::paths::root;
use crate::tools::NpmTools;
use crate::wasm::{CONSOLE, Effort, SMALLEST, bind, compile, esbuild, optimize};

/// How the edge names what a code of a spreadsheet means.
const SENTENCE: &str = "import.";

/// The reader, compiled, and what goes with it.
pub(crate) struct Reader {
    wasm: PathBuf,
    /// Language → code → sentence. The edge says the same of the same codes; English is the program's own.
    sentences: Value,
    is_fast: bool,
}

impl Reader {
    pub(crate) fn compile(effort: Effort) -> Result<Self> {
        let is_fast = effort == Effort::Fast;
        let wasm = compile("fidela-reader", if is_fast { "wasm-quick" } else { CONSOLE }, &[])?;
        Ok(Self { wasm, sentences: sentences(&root().join("edge/locales"))?, is_fast })
    }

    /// What it is made of.
    pub(crate) fn inputs(&self) -> Result<Vec<Vec<u8>>> {
        let worker = fs::read(root().join("www/console/reader/worker.js"))?;
        Ok(vec![fs::read(&self.wasm)?, worker, self.sentences.to_string().into_bytes()])
    }

    /// `reader-HASH.wasm` and `reader-HASH.js` among the assets; answers the name of the latter.
    pub(crate) fn write(
        &self,
        npm: &NpmTools,
        work: &Path,
        assets: &Path,
        manifest: &mut Map<String, Value>,
    ) -> Result<Value> {
        bind("page", &self.wasm, work, "reader")?;
        let wasm = work.join("reader_bg.wasm");
        if !self.is_fast {
            optimize(npm, &SMALLEST, &wasm)?;
        }
        let wasm = keep(assets, manifest, "reader", "wasm", &wasm)?;
        fs::copy(root().join("www/console/reader/worker.js"), work.join("worker.js"))?;
        let defines = [format!("--define:WASM={wasm}"), format!("--define:SENTENCES={}", self.sentences)];
        // The last of two formats wins: a classic script, since workers that are modules are younger than our browsers.
        let mut args = vec!["worker.js", "--bundle", TARGET, "--format=iife", "--outfile=reader.min.js"];
        args.extend(defines.iter().map(String::as_str));
        esbuild(npm, work, &args)?;
        keep(assets, manifest, "reader", "js", &work.join("reader.min.js"))
    }
}

fn sentences(dir: &Path) -> Result<Value> {
    let mut languages = Map::new();
    for language in LANGUAGES.into_iter().filter(|language| *language != "en") {
        let path = dir.join(format!("{language}.json"));
        let text = fs::read(&path).with_context(|| format!("cannot read {}", path.display()))?;
        let all: BTreeMap<String, Value> =
            serde_json::from_slice(&text).with_context(|| path.display().to_string())?;
        let own =
            all.into_iter().filter_map(|(key, text)| Some((key.strip_prefix(SENTENCE)?.to_owned(), text)));
        let own: Map<String, Value> = own.collect();
        for (code, _) in fidela_sheets::codes() {
            ensure!(own.contains_key(code), "{}: {SENTENCE}{code} is missing", path.display());
        }
        languages.insert(language.to_owned(), own.into());
    }
    Ok(languages.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_wrong_with_a_spreadsheet_is_said_in_every_language() {
        let sentences = sentences(&root().join("edge/locales")).unwrap();
        assert_eq!(sentences.as_object().unwrap().len(), LANGUAGES.len() - 1);
        assert!(sentences["fr"]["email_invalid"].as_str().unwrap().starts_with("Ce n'est pas"));
    }
}
