//! Tools that are not Rust crates, and where they come from.
//!
//! A machine needs Rust (rustup) and Node 20; everything else is fetched here, says so in one line, and is kept in
//! a per-user cache under a name that holds its version. Another checkout finds it there.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail, ensure};

use crate::paths::{cache, find_program, remove, root, short_hash};
use crate::run::{cargo, output, run};

const WASM_TARGET: &str = "wasm32-unknown-unknown";
const OLDEST_NODE: u32 = 20;

/// The npm packages of `crates/xtask/tools/package.json`.
#[derive(Debug)]
pub(crate) struct NpmTools {
    modules: PathBuf,
}

impl NpmTools {
    /// The `workerd` binary of this machine, not npm's wrapper script: whoever kills it must hit the server.
    pub(crate) fn workerd(&self) -> Result<PathBuf> {
        self.platform_binary("@cloudflare", "workerd-", "bin/workerd")
    }

    /// The `esbuild` binary of this machine.
    pub(crate) fn esbuild(&self) -> Result<PathBuf> {
        self.platform_binary("@esbuild", "", "bin/esbuild")
    }

    /// `wasm-opt` is itself wasm, in a script for Node.
    pub(crate) fn wasm_opt(&self) -> PathBuf {
        self.modules.join(".bin/wasm-opt")
    }

    fn platform_binary(&self, scope: &str, prefix: &str, file: &str) -> Result<PathBuf> {
        fs::read_dir(self.modules.join(scope))
            .into_iter()
            .flatten()
            .flatten()
            .filter(|entry| entry.file_name().to_string_lossy().starts_with(prefix))
            .map(|entry| entry.path().join(file))
            .find(|path| path.is_file())
            .with_context(|| format!("npm installed no {scope}/{prefix}* for this kind of machine"))
    }
}

/// Node, at least version 20.
pub(crate) fn node() -> Result<PathBuf> {
    const ADVICE: &str = "install Node.js 20 or newer (https://nodejs.org) and try again";
    let Some(node) = find_program("node") else { bail!("there is no `node` on the PATH: {ADVICE}") };
    let version = output(Command::new(&node).arg("--version"))?;
    let major =
        version.trim().trim_start_matches('v').split('.').next().and_then(|word| word.parse::<u32>().ok());
    match major {
        Some(major) if major >= OLDEST_NODE => Ok(node),
        _ => bail!("Node {} is too old: {ADVICE}", version.trim()),
    }
}

/// The pinned npm packages: workerd, esbuild, binaryen.
pub(crate) fn npm_tools() -> Result<NpmTools> {
    let modules = npm_packages("tools", "workerd, esbuild and binaryen", &root().join("crates/xtask/tools"))?;
    Ok(NpmTools { modules })
}

/// Wrangler, which only `deploy-check` needs: it is large.
pub(crate) fn wrangler() -> Result<PathBuf> {
    let modules = npm_packages("wrangler", "wrangler", &root().join("crates/xtask/tools/wrangler"))?;
    Ok(modules.join(".bin/wrangler"))
}

/// `npm ci` of a checked-in lock into the cache; answers its `node_modules`.
fn npm_packages(name: &str, what: &str, from: &Path) -> Result<PathBuf> {
    node()?;
    let lock = fs::read(from.join("package-lock.json"))?;
    let dir = cache()?.join(format!("npm-{name}-{}", short_hash(&[&lock])));
    if !dir.exists() {
        println!("tools: npm installs {what} into {}", dir.display());
        let draft = dir.with_extension(format!("draft-{}", std::process::id()));
        remove(&draft)?;
        fs::create_dir_all(&draft)?;
        for file in ["package.json", "package-lock.json"] {
            fs::copy(from.join(file), draft.join(file))?;
        }
        npm_ci(&draft)?;
        publish(&draft, &dir)?;
    }
    Ok(dir.join("node_modules"))
}

/// Playwright and axe, beside the end-to-end tests: Node finds packages from the file that imports them.
pub(crate) fn e2e_packages() -> Result<()> {
    node()?;
    let dir = root().join("tests/e2e");
    let hash = short_hash(&[&fs::read(dir.join("package-lock.json"))?]);
    let stamp = dir.join("node_modules/.fidela-lock");
    if fs::read_to_string(&stamp).ok().as_deref() != Some(hash.as_str()) {
        println!("tools: npm installs Playwright and axe into tests/e2e/node_modules");
        npm_ci(&dir)?;
        fs::write(stamp, hash)?;
    }
    Ok(())
}

fn npm_ci(dir: &Path) -> Result<()> {
    ensure!(
        find_program("npm").is_some(),
        "there is `node` but no `npm` on the PATH: install npm and try again"
    );
    // Install scripts are not needed by any of these packages, and not run.
    output(
        Command::new("npm")
            .args(["ci", "--ignore-scripts", "--no-audit", "--no-fund"])
            .env("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")
            .current_dir(dir),
    )
    .context("npm could not install what the project's lock names; is its registry in reach?")?;
    Ok(())
}

/// Makes sure that Rust can compile to wasm.
pub(crate) fn wasm_target() -> Result<()> {
    let sysroot = output(Command::new("rustc").args(["--print", "sysroot"]).current_dir(root()))
        .context("there is no working `rustc`: install Rust with rustup (https://rustup.rs)")?;
    if Path::new(sysroot.trim()).join("lib/rustlib").join(WASM_TARGET).is_dir() {
        return Ok(());
    }
    ensure!(
        find_program("rustup").is_some(),
        "this Rust cannot compile to {WASM_TARGET}, and there is no rustup to add it: install that target the \
         way this Rust was installed, or use rustup (https://rustup.rs)"
    );
    println!("tools: rustup adds the target {WASM_TARGET}");
    run(Command::new("rustup").args(["target", "add", WASM_TARGET]).current_dir(root()))
}

/// The project's own `wasm-bindgen` (crates/bindgen), built once per version of the library.
pub(crate) fn bindgen() -> Result<PathBuf> {
    let source = root().join("crates/bindgen");
    let version = locked_version("wasm-bindgen-cli-support")?;
    let read = |name: &str| fs::read(source.join(name));
    let parts = [read("Cargo.toml")?, read("src/main.rs")?, read("src/unused.rs")?];
    let hash = short_hash(&[version.as_bytes(), &parts[0], &parts[1], &parts[2]]);
    let dir = cache()?.join(format!("bindgen-{version}-{hash}"));
    let program = dir.join("fidela-bindgen");
    if !program.exists() {
        println!("tools: cargo builds wasm-bindgen {version} into {} (a minute or two, once)", dir.display());
        let draft = dir.with_extension(format!("draft-{}", std::process::id()));
        let built = draft.join("target");
        // A tenth of the time to compile, and still fast: it runs for a fraction of a second.
        run(cargo()
            .args(["build", "--quiet", "--release", "--package", "fidela-bindgen", "--target-dir"])
            .arg(&built)
            .envs([("CARGO_PROFILE_RELEASE_OPT_LEVEL", "1"), ("CARGO_PROFILE_RELEASE_STRIP", "true")]))?;
        fs::rename(built.join("release/fidela-bindgen"), draft.join("fidela-bindgen"))?;
        remove(&built)?;
        publish(&draft, &dir)?;
    }
    Ok(program)
}

/// `cargo deny`: what is on the PATH, what was built before, or, where `build` says so, built now (some minutes).
pub(crate) fn cargo_deny(build: bool) -> Result<Option<PathBuf>> {
    const VERSION: &str = "0.20.2";
    if let Some(program) = find_program("cargo-deny") {
        return Ok(Some(program));
    }
    let dir = cache()?.join(format!("cargo-deny-{VERSION}"));
    let program = dir.join("bin/cargo-deny");
    if !program.exists() {
        if !build {
            return Ok(None);
        }
        println!("tools: cargo builds cargo-deny {VERSION} into {} (some minutes, once)", dir.display());
        let draft = dir.with_extension(format!("draft-{}", std::process::id()));
        let mut command = cargo();
        command.args(["install", "cargo-deny", "--quiet", "--locked", "--no-default-features"]);
        run(command.args(["--version", VERSION, "--root"]).arg(&draft))?;
        publish(&draft, &dir)?;
    }
    Ok(Some(program))
}

/// A draft becomes the real thing at once, or not at all; whoever comes second throws theirs away.
fn publish(draft: &Path, dir: &Path) -> Result<()> {
    if dir.exists() {
        return remove(draft);
    }
    fs::rename(draft, dir).with_context(|| format!("cannot write {}", dir.display()))
}

/// The version of a package in `Cargo.lock`.
pub(crate) fn locked_version(package: &str) -> Result<String> {
    let lock = fs::read_to_string(root().join("Cargo.lock"))?;
    lock.split("[[package]]")
        .find(|entry| entry.contains(&format!("name = \"{package}\"\n")))
        .and_then(|entry| entry.split("version = \"").nth(1))
        .and_then(|rest| rest.split('"').next())
        .map(str::to_owned)
        .with_context(|| format!("{package} is not in Cargo.lock"))
}

/// What runs the samples of the guide to the API. Where one cannot be installed, its samples are not run, and the test
/// says so.
pub(crate) fn sample_interpreters() {
    let programs = [("curl", "curl"), ("php", "php-cli"), ("python3", "python3"), ("ruby", "ruby")];
    let missing = programs.iter().filter(|(program, _)| find_program(program).is_none());
    let packages: Vec<&str> = missing.map(|(_, package)| *package).collect();
    if !packages.is_empty() && !apt_get(&packages) {
        println!("tools: without {}, some samples of the guide are not run", packages.join(", "));
    }
}

/// Installs packages where that is possible: as root on Debian. Answers whether they are there now.
fn apt_get(packages: &[&str]) -> bool {
    let root_user = output(Command::new("id").arg("-u")).is_ok_and(|id| id.trim() == "0");
    if !root_user || find_program("apt-get").is_none() {
        return false;
    }
    println!("tools: apt-get installs {}", packages.join(", "));
    let env = ("DEBIAN_FRONTEND", "noninteractive");
    let apt = |args: &[&str]| output(Command::new("apt-get").args(args).envs([env]));
    let install = [&["install", "-y", "--no-install-recommends"], packages].concat();
    match apt(&["update"]).and_then(|_| apt(&install)) {
        Ok(_) => true,
        Err(error) => {
            println!("tools: apt-get could not ({error:#})");
            false
        }
    }
}

/// A Chromium for the end-to-end tests, or `None` where Playwright brings its own.
pub(crate) fn chromium() -> Result<Option<PathBuf>> {
    if let Some(chrome) = std::env::var_os("CHROME").map(PathBuf::from) {
        ensure!(chrome.is_file(), "CHROME names {}, which is not a file", chrome.display());
        return Ok(Some(chrome));
    }
    let installed =
        || ["chromium", "google-chrome", "chromium-browser"].iter().find_map(|name| find_program(name));
    if let Some(chrome) = installed() {
        return Ok(Some(chrome));
    }
    if apt_get(&["chromium"]) {
        return Ok(installed());
    }
    println!("tools: Playwright downloads its own Chromium");
    let playwright = root().join("tests/e2e/node_modules/.bin/playwright");
    output(
        Command::new(playwright)
            .args(["install", "--only-shell", "chromium"])
            .current_dir(root().join("tests/e2e")),
    )
    .context("no Chromium for the end-to-end tests: install one, or name one in CHROME")?;
    Ok(None)
}
