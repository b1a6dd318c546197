//! `cargo xtask backup DIR FILE` and `restore FILE DIR`.
//!
//! A data directory is one SQLite database per durable object, each with its write-ahead log beside it, and a few
//! small files of `cargo xtask serve`. Copied while nobody writes, databases and logs together are a consistent
//! whole: SQLite finds them as after a power cut, which they are made for. Copied while the server runs they are
//! not, so a directory in use is refused. The archive holds secrets, and only its owner may read it.

use std::fs::{self, File, Permissions, TryLockError};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

use anyhow::{Context, Result, bail, ensure};

use crate::args::Args;
use crate::paths::remove;
use crate::run::output;

pub(crate) fn backup(mut args: Args) -> Result<ExitCode> {
    let dir = PathBuf::from(args.required("the data directory to copy")?);
    let file = PathBuf::from(args.required("the archive to write")?);
    args.done()?;
    ensure!(dir.is_dir(), "{} is not a directory", dir.display());
    ensure!(!file.exists(), "{} exists already: it is not overwritten", file.display());
    let _lock = lock(&dir)?;
    if let Some(who) = who_uses(&dir) {
        bail!("process {who} has files of {} open: stop the server, and try again", dir.display());
    }
    let draft = file.with_extension("draft");
    remove(&draft)?;
    File::create(&draft).with_context(|| format!("cannot write {}", draft.display()))?;
    fs::set_permissions(&draft, Permissions::from_mode(0o600))?;
    output(
        Command::new("tar").arg("-czf").arg(&draft).arg("--exclude=./.lock").arg("-C").arg(&dir).arg("."),
    )?;
    // Reading it back is the least that can be asked of a copy before it is called one.
    let listed = output(Command::new("tar").arg("-tzf").arg(&draft))?;
    let databases = listed
        .lines()
        .filter(|name| Path::new(name).extension().is_some_and(|kind| kind == "sqlite"))
        .count();
    File::open(&draft)?.sync_all()?;
    fs::rename(&draft, &file)?;
    println!("{}: {databases} databases, {} bytes", file.display(), fs::metadata(&file)?.len());
    Ok(ExitCode::SUCCESS)
}

pub(crate) fn restore(mut args: Args) -> Result<ExitCode> {
    let file = PathBuf::from(args.required("the archive to read")?);
    let dir = PathBuf::from(args.required("the data directory to make")?);
    args.done()?;
    ensure!(file.is_file(), "{} is not a file", file.display());
    ensure!(!dir.exists(), "{} exists already: it is not overwritten", dir.display());
    let draft = dir.with_extension("draft");
    remove(&draft)?;
    fs::create_dir_all(&draft).with_context(|| format!("cannot create {}", draft.display()))?;
    fs::set_permissions(&draft, Permissions::from_mode(0o700))?;
    output(Command::new("tar").arg("-xpzf").arg(&file).arg("-C").arg(&draft))?;
    fs::rename(&draft, &dir)?;
    println!("{}: restored; start it with `cargo xtask serve --data {}`", dir.display(), dir.display());
    Ok(ExitCode::SUCCESS)
}

/// Holds a data directory for ourselves as long as the answer lives. The system lets go of it when we end.
pub(crate) fn lock(dir: &Path) -> Result<File> {
    let path = dir.join(".lock");
    let file = File::options().create(true).append(true).open(&path);
    let file = file.with_context(|| format!("cannot write in {}", dir.display()))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => {
            bail!(
                "{} is in use by another `cargo xtask serve`: stop it, or name another directory",
                dir.display()
            )
        }
        Err(TryLockError::Error(error)) => {
            Err(error).with_context(|| format!("cannot lock {}", path.display()))
        }
    }
}

/// A process that has files in `dir` open: a workerd that was started by hand knows nothing of our lock. (Linux
/// only; elsewhere nobody is found.)
fn who_uses(dir: &Path) -> Option<String> {
    let dir = dir.canonicalize().ok()?;
    let own = std::process::id().to_string();
    fs::read_dir("/proc").ok()?.flatten().find_map(|process| {
        let id = process.file_name().to_string_lossy().into_owned();
        // Beside processes, by their numbers, /proc has `self` and other things.
        let open = id.parse::<u32>().is_ok()
            && id != own
            && fs::read_dir(process.path().join("fd"))
                .into_iter()
                .flatten()
                .flatten()
                .filter_map(|fd| fs::read_link(fd.path()).ok())
                .any(|file| file.starts_with(&dir));
        open.then_some(id)
    })
}
