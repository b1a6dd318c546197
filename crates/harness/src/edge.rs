//! One running edge.

use std::fs::{self, File};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};

use crate::http::{self, Response};
use crate::process::{Guarded, spawn_guarded};

/// How long a server may take until it answers.
const START: Duration = Duration::from_secs(20);

/// What a server is started with. Fields can be set freely before [`Edge::start`].
#[derive(Debug, Clone)]
pub struct EdgeConfig {
    /// The `workerd` binary itself: npm's wrapper script would be killed in its place.
    pub workerd: PathBuf,
    /// The checkout, with `edge/workerd.capnp`, `build/edge` and `build/assets`.
    pub root: PathBuf,
    /// Where the database files are kept; made if it is missing.
    pub data: PathBuf,
    /// `None` takes a free port at the first start, and keeps it.
    pub port: Option<u16>,
    /// The secret that creates stores.
    pub operator_key: String,
    /// Whether the server takes the time from `Fidela-Test-Clock`.
    pub test_clock: bool,
    /// What others call the server; its own address where `None`.
    pub public_url: Option<String>,
    /// Whether webhooks may go to addresses on this machine and in private networks, as tests and the demo
    /// shop need it.
    pub private_network: bool,
    /// How letters leave.
    pub mail: Mail,
    /// At most so many open files (`ulimit -n`); the system's own limit where `None`.
    pub open_files: Option<u32>,
    /// Where the server's log goes; to our own output where `None`.
    pub log: Option<PathBuf>,
}

impl EdgeConfig {
    /// For tests: binaries from the environment, a free port, operator key `operator`, a log in the data directory.
    pub fn from_env(data: &Path) -> Result<Self> {
        let var = |name: &str| {
            std::env::var_os(name)
                .map(PathBuf::from)
                .with_context(|| format!("{name} is not set: run these tests through `cargo xtask test`"))
        };
        let mut config = Self::new(&var("FIDELA_WORKERD")?, &var("FIDELA_ROOT")?, data);
        config.log = Some(data.join("workerd.log"));
        config.private_network = true;
        Ok(config)
    }

    /// A server of the checkout `root` with its data in `data`, and everything else as a test wants it.
    pub fn new(workerd: &Path, root: &Path, data: &Path) -> Self {
        Self {
            workerd: workerd.to_owned(),
            root: root.to_owned(),
            data: data.to_owned(),
            port: None,
            operator_key: "operator".to_owned(),
            test_clock: false,
            public_url: None,
            private_network: false,
            mail: Mail::Files,
            open_files: None,
            log: None,
        }
    }

    /// With the test clock.
    #[must_use]
    pub fn test_clock(mut self) -> Self {
        self.test_clock = true;
        self
    }
}

/// How letters leave.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Mail {
    /// Not at all.
    Off,
    /// Each as a file in the data directory's `mail`, with a page that shows them at `/mail`.
    Files,
    /// To a provider at an address, which knows us by a token.
    Http {
        /// Where it takes letters.
        url: String,
        /// What it knows us by.
        token: String,
    },
}

/// A running edge. It ends when this value goes, or when this process does.
#[derive(Debug)]
pub struct Edge {
    config: EdgeConfig,
    port: u16,
    url: String,
    process: Guarded,
}

impl Edge {
    /// Starts a server and waits until `GET /healthz` answers.
    pub fn start(config: EdgeConfig) -> Result<Self> {
        let port = match config.port {
            Some(port) => port,
            None => free_port()?,
        };
        let process = spawn(&config, port)?;
        let mut edge = Self { url: format!("http://127.0.0.1:{port}"), config, port, process };
        edge.wait_until_ready()?;
        Ok(edge)
    }

    /// Its address, without a slash at the end.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Its port on 127.0.0.1.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Its process id, as long as it runs.
    pub fn pid(&self) -> u32 {
        self.process.id()
    }

    /// What it was started with.
    pub fn config(&self) -> &EdgeConfig {
        &self.config
    }

    /// `GET` of a path.
    pub fn get(&self, path: &str) -> Result<Response> {
        http::request("GET", &self.url, path, &[], &[])
    }

    /// Ends it as a power cut would (`kill -9`). [`Self::restart`] starts it again.
    pub fn kill9(&mut self) -> Result<()> {
        Ok(self.process.kill9()?)
    }

    /// Asks it to end, and waits for that.
    pub fn stop(&mut self) -> Result<()> {
        Ok(self.process.stop()?)
    }

    /// Starts it (again) with the same port and data; ends it first if it still runs.
    pub fn restart(&mut self) -> Result<()> {
        self.process.stop()?;
        self.process = spawn(&self.config, self.port)?;
        self.wait_until_ready()
    }

    /// `Some` sentence if it has ended by itself.
    pub fn ended(&mut self) -> Result<Option<String>> {
        Ok(self.process.try_wait()?.map(|status| format!("workerd ended with {status}{}", self.log_tail())))
    }

    fn wait_until_ready(&mut self) -> Result<()> {
        let started_at = Instant::now();
        loop {
            if let Ok(answer) = self.get("/healthz") {
                ensure!(answer.ok(), "GET /healthz answered {}: {}", answer.status, answer.text());
                return Ok(());
            }
            if let Some(why) = self.ended()? {
                bail!("{why}");
            }
            if started_at.elapsed() > START {
                bail!("workerd does not answer on {} after {START:?}{}", self.url, self.log_tail());
            }
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    fn log_tail(&self) -> String {
        let text =
            self.config.log.as_ref().and_then(|path| fs::read_to_string(path).ok()).unwrap_or_default();
        let lines: Vec<&str> = text.lines().collect();
        let tail = lines[lines.len().saturating_sub(20)..].join("\n");
        if tail.is_empty() { String::new() } else { format!("; its log ends with\n{tail}") }
    }
}

fn spawn(config: &EdgeConfig, port: u16) -> Result<Guarded> {
    let assets = config.root.join("build/assets");
    for needed in [config.root.join("build/edge/index.js"), assets.clone()] {
        ensure!(needed.exists(), "{} is missing: run `cargo xtask build`", needed.display());
    }
    fs::create_dir_all(&config.data).with_context(|| format!("cannot create {}", config.data.display()))?;
    let data = config.data.canonicalize()?;
    // The shell sets the limit and becomes workerd, so that the process we know is workerd itself.
    let mut command = Command::new("sh");
    let limit = config.open_files.map_or(String::new(), |files| format!("ulimit -n {files} || exit 1; "));
    command.args(["-c", &format!("{limit}exec \"$0\" \"$@\"")]).arg(&config.workerd).arg("serve");
    command.arg(workerd_config(config)?);
    command.arg(format!("--socket-addr=http=127.0.0.1:{port}"));
    command.arg(format!("--directory-path=data={}", data.display()));
    command.arg(format!("--directory-path=assets={}", assets.display()));
    let mail = data.join("mail");
    fs::create_dir_all(&mail).with_context(|| format!("cannot create {}", mail.display()))?;
    command.arg(format!("--directory-path=mail={}", mail.display()));
    let files = if config.mail == Mail::Files { "1" } else { "" };
    let (mail_url, mail_token) = match &config.mail {
        Mail::Http { url, token } => (url.as_str(), token.as_str()),
        Mail::Off | Mail::Files => ("", ""),
    };
    let own_url = format!("http://127.0.0.1:{port}");
    command
        .env("OPERATOR_KEY", &config.operator_key)
        .env("TEST_CLOCK", if config.test_clock { "1" } else { "" })
        .env("PRIVATE_NETWORK", if config.private_network { "1" } else { "" })
        .env("PUBLIC_URL", config.public_url.as_ref().unwrap_or(&own_url))
        .env("MAIL_FILES", files)
        .env("MAIL_PAGE", files)
        .env("MAIL_FROM", "loyalty@fidela.test")
        .env("MAIL_HTTP_URL", mail_url)
        .env("MAIL_HTTP_TOKEN", mail_token)
        .stdin(Stdio::null());
    if let Some(path) = &config.log {
        let log = File::options().create(true).append(true).open(path)?;
        command.stdout(log.try_clone()?).stderr(log);
    }
    spawn_guarded(&mut command).with_context(|| format!("cannot start {}", config.workerd.display()))
}

/// The configuration as it is checked in, or a copy that may reach private networks. The copy's relative paths
/// stay true because it lies as deep in the checkout as the original.
fn workerd_config(config: &EdgeConfig) -> Result<PathBuf> {
    let original = config.root.join("edge/workerd.capnp");
    if !config.private_network {
        return Ok(original);
    }
    let text = fs::read_to_string(&original)?;
    let (closed, open) = (r#"allow = ["public"]"#, r#"allow = ["public", "private"]"#);
    ensure!(text.contains(closed), "{} no longer says {closed}", original.display());
    let copy = config.root.join("build/workerd-private.capnp");
    let text = text.replace(closed, open);
    // Tests start servers at the same time: never write what another one is just reading.
    if fs::read_to_string(&copy).ok().as_ref() != Some(&text) {
        let draft =
            copy.with_extension(format!("capnp-{}-{:?}", std::process::id(), std::thread::current().id()));
        fs::write(&draft, text)?;
        fs::rename(&draft, &copy)?;
    }
    Ok(copy)
}

/// A port that was free a moment ago.
pub fn free_port() -> Result<u16> {
    Ok(TcpListener::bind("127.0.0.1:0")?.local_addr()?.port())
}
