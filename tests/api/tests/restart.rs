//! A server that loses its power comes back on the same port.

use anyhow::Result;
use fidela_harness::{Edge, EdgeConfig, TempDir};

#[test]
fn a_killed_server_comes_back() -> Result<()> {
    let data = TempDir::new("restart")?;
    let mut edge = Edge::start(EdgeConfig::from_env(data.path())?)?;
    assert!(edge.get("/healthz")?.ok());
    edge.kill9()?;
    assert!(edge.get("/healthz").is_err());
    edge.restart()?;
    assert!(edge.get("/healthz")?.ok());
    Ok(())
}
