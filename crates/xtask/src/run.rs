//! Running other programs.

use std::process::Command;

use anyhow::{Context, Result, bail};

/// `cargo`, the same one that runs us.
pub(crate) fn cargo() -> Command {
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.current_dir(crate::paths::root());
    command
}

/// Runs a command with its output on ours, and fails if it does.
pub(crate) fn run(command: &mut Command) -> Result<()> {
    let status = command.status().with_context(|| format!("cannot start {}", name(command)))?;
    if !status.success() {
        bail!("{} failed ({status})", name(command));
    }
    Ok(())
}

/// Runs a command and answers what it printed; its complaints come with the error.
pub(crate) fn output(command: &mut Command) -> Result<String> {
    let output = command.output().with_context(|| format!("cannot start {}", name(command)))?;
    if !output.status.success() {
        // wasm-opt and npm explain themselves at length; what went wrong stands at the end, or at the beginning.
        let complaints = String::from_utf8_lossy(&output.stderr).into_owned();
        let lines: Vec<&str> = complaints.trim().lines().collect();
        let told = if lines.len() > 30 {
            [&lines[..15], &["…"], &lines[lines.len() - 15..]].concat().join("\n")
        } else {
            lines.join("\n")
        };
        bail!("{} failed ({}): {told}", name(command), output.status);
    }
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

/// The command as a person would type it, with at most a few words.
fn name(command: &Command) -> String {
    let program = command.get_program().to_string_lossy().into_owned();
    let program = program.rsplit('/').next().unwrap_or_default().to_owned();
    let words = command.get_args().take(4).map(|word| word.to_string_lossy().into_owned());
    format!("`{}`", std::iter::once(program).chain(words).collect::<Vec<_>>().join(" "))
}
