//! One test server for the whole binary, or one of a test's own.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, PoisonError, Weak};

use anyhow::Result;
use fidela_harness::{Edge, EdgeConfig, TempDir};
use reqwest::Client;

use crate::http::Ask;

/// What `EdgeConfig::from_env` starts servers with.
pub const OPERATOR_KEY: &str = "operator";

/// A running server with its data.
#[derive(Debug)]
pub struct Server {
    edge: Mutex<Edge>,
    url: String,
    test_clock: bool,
    data: TempDir,
    stores: AtomicU32,
}

impl Server {
    /// The test server that all tests of a binary share. It ends with the last test that uses it.
    pub fn shared() -> Arc<Self> {
        static SHARED: Mutex<Weak<Server>> = Mutex::new(Weak::new());
        let mut shared = SHARED.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(server) = shared.upgrade() {
            return server;
        }
        let server = Self::own(EdgeConfig::test_clock);
        *shared = Arc::downgrade(&server);
        server
    }

    /// A server of a test's own.
    pub fn own(configure: impl FnOnce(EdgeConfig) -> EdgeConfig) -> Arc<Self> {
        Arc::new(Self::start(configure).expect("a server"))
    }

    fn start(configure: impl FnOnce(EdgeConfig) -> EdgeConfig) -> Result<Self> {
        let data = TempDir::new("api")?;
        let config = configure(EdgeConfig::from_env(data.path())?);
        let test_clock = config.test_clock;
        let edge = Edge::start(config)?;
        let url = edge.url().to_owned();
        Ok(Self { edge: Mutex::new(edge), url, test_clock, data, stores: AtomicU32::new(0) })
    }

    /// A request to a path, without any header.
    pub fn ask(&self, http: &Client, method: &str, path: &str) -> Ask {
        Ask::new(http, method, format!("{}{path}", self.url))
    }

    /// Its port on 127.0.0.1.
    pub fn port(&self) -> u16 {
        self.with_edge(|edge| edge.port())
    }

    /// Whether it takes the time from requests.
    pub fn has_test_clock(&self) -> bool {
        self.test_clock
    }

    /// Its address.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Where its database files are.
    pub fn data(&self) -> &Path {
        self.data.path()
    }

    /// Its log.
    pub fn log(&self) -> PathBuf {
        self.with_edge(|edge| edge.config().log.clone()).expect("tests keep a log")
    }

    /// A number that no other store of this server has.
    pub fn next_store(&self) -> u32 {
        self.stores.fetch_add(1, Ordering::Relaxed)
    }

    /// Does something to the process itself.
    pub fn with_edge<T>(&self, work: impl FnOnce(&mut Edge) -> T) -> T {
        work(&mut self.edge.lock().unwrap_or_else(PoisonError::into_inner))
    }
}
