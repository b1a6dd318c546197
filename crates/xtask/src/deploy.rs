//! `cargo xtask deploy-check`: would Cloudflare take it? No account and no network are needed to know.

use std::process::{Command, ExitCode, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use fidela_harness::{TempDir, free_port, http, spawn_guarded};

use crate::args::Args;
use crate::paths::root;
use crate::run::output;
use crate::{tools, wasm};

/// `wrangler dev` compiles a bundle of its own before it answers.
const START: Duration = Duration::from_mins(1);

pub(crate) fn main(args: Args) -> Result<ExitCode> {
    args.done()?;
    check()?;
    Ok(ExitCode::SUCCESS)
}

/// Deploys without deploying, and starts the Worker under `wrangler dev`.
pub(crate) fn check() -> Result<()> {
    wasm::build_all()?;
    let wrangler = tools::wrangler()?;
    let temp = TempDir::new("deploy-check")?;
    let command = |args: &[&str]| {
        let mut command = Command::new(&wrangler);
        command.args(args).current_dir(root().join("edge"));
        // Its settings and caches go with the temporary directory, and it asks nothing and tells nobody.
        command.env("XDG_CONFIG_HOME", temp.path()).env("CI", "1").env("WRANGLER_SEND_METRICS", "false");
        command
    };
    let printed = output(command(&["deploy", "--dry-run", "--outdir"]).arg(temp.path().join("out")))?;
    let upload =
        printed.lines().find(|line| line.contains("Total Upload")).context("wrangler told no size")?;
    println!("wrangler deploy --dry-run: {}", upload.trim());

    let port = free_port()?.to_string();
    let log = temp.path().join("wrangler.log");
    let out = std::fs::File::create(&log)?;
    let mut dev = command(&["dev", "--ip", "127.0.0.1", "--port", &port, "--persist-to"]);
    dev.arg(temp.path().join("state")).stdin(Stdio::null()).stdout(out.try_clone()?).stderr(out);
    let mut dev = spawn_guarded(&mut dev)?;
    let started_at = Instant::now();
    let url = format!("http://127.0.0.1:{port}");
    loop {
        match http::request("GET", &url, "/healthz", &[], &[]) {
            Ok(answer) if answer.ok() => break,
            Ok(answer) => bail!("wrangler dev: GET /healthz answered {}: {}", answer.status, answer.text()),
            Err(_) if started_at.elapsed() < START && dev.try_wait()?.is_none() => {
                std::thread::sleep(Duration::from_millis(100));
            }
            Err(error) => {
                bail!("wrangler dev does not answer ({error:#}):\n{}", std::fs::read_to_string(&log)?)
            }
        }
    }
    println!("wrangler dev: GET /healthz answered after {} ms", started_at.elapsed().as_millis());
    dev.stop()?;
    Ok(())
}
