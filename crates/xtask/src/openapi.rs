//! `cargo xtask openapi`: writes the OpenAPI document that the edge serves. A test fails when it is stale.

use std::fs;
use std::process::ExitCode;

use anyhow::{Context, Result};

use crate::args::Args;
use crate::paths;

/// The document as it should be checked in.
fn fresh() -> Result<String> {
    let mut text = serde_json::to_string_pretty(&fidela_protocol::openapi::document())?;
    text.push('\n');
    Ok(text)
}

pub(crate) fn main(args: Args) -> Result<ExitCode> {
    args.done()?;
    let file = paths::root().join("edge/openapi.json");
    fs::write(&file, fresh()?).with_context(|| format!("cannot write {}", file.display()))?;
    println!("wrote {}", file.display());
    Ok(ExitCode::SUCCESS)
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_checked_in_document_is_fresh() {
        let kept = std::fs::read_to_string(crate::paths::root().join("edge/openapi.json")).unwrap();
        assert!(kept == super::fresh().unwrap(), "edge/openapi.json is stale: run `cargo xtask openapi`");
    }
}
