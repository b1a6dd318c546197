//! Child processes that never outlive their parent, however it ends.

use std::io;
use std::os::unix::process::CommandExt;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

/// How long a child may take to end by itself before it is killed.
const GRACE: Duration = Duration::from_secs(3);

/// A child process with a watchman who ends it when we are gone.
#[derive(Debug)]
pub struct Guarded {
    child: Child,
    watchman: Child,
}

/// Starts `command` in a process group of its own, so that Ctrl-C reaches only us and we end things in order.
///
/// The watchman is a shell that reads from a pipe of which we hold the other end. The system closes it when we
/// end, by `kill -9` too, and then he ends the child. (The kernel's own way, a signal at the parent's death, is
/// tied to the thread that started the child, and test runners start and end threads all the time.)
pub fn spawn_guarded(command: &mut Command) -> io::Result<Guarded> {
    let mut child = command.process_group(0).spawn()?;
    let script = "read -r _; kill -s TERM -- \"-$0\" || exit 0; sleep 3; kill -s KILL -- \"-$0\"";
    let watchman = Command::new("sh")
        .args(["-c", script, &child.id().to_string()])
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .process_group(0)
        .spawn();
    match watchman {
        Ok(watchman) => Ok(Guarded { child, watchman }),
        Err(error) => {
            let _ = child.kill();
            let _ = child.wait();
            Err(error)
        }
    }
}

impl Guarded {
    /// The child's process id.
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// Whether it has ended, and how.
    pub fn try_wait(&mut self) -> io::Result<Option<ExitStatus>> {
        self.child.try_wait()
    }

    /// Ends it as a power cut would (`kill -9`).
    pub fn kill9(&mut self) -> io::Result<()> {
        self.dismiss_watchman();
        self.child.kill()?;
        self.child.wait().map(|_| ())
    }

    /// Asks it and its own children to end, and kills it if it does not within three seconds.
    pub fn stop(&mut self) -> io::Result<()> {
        self.dismiss_watchman();
        if self.child.try_wait()?.is_some() {
            return Ok(());
        }
        let id = self.child.id().to_string();
        let _ =
            Command::new("kill").args(["-s", "TERM", "--", &format!("-{id}")]).stderr(Stdio::null()).status();
        let asked_at = Instant::now();
        while asked_at.elapsed() < GRACE {
            if self.child.try_wait()?.is_some() {
                return Ok(());
            }
            std::thread::sleep(Duration::from_millis(10));
        }
        self.kill9()
    }

    /// He must go first: once the child is waited for, its id may belong to somebody else.
    fn dismiss_watchman(&mut self) {
        let _ = self.watchman.kill();
        let _ = self.watchman.wait();
    }
}

impl Drop for Guarded {
    fn drop(&mut self) {
        let _ = self.stop();
    }
}
