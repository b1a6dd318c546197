//! Lumo, the demo shop: ceramics and coffee, with Fidela's points.
//!
//! It uses Fidela as any merchant would and knows nothing of its code: one script tag ([`pages`]), a token it
//! signs itself ([`token`]), and the HTTP API with its secret key ([`fidela`]). Its pages work without
//! JavaScript; only the widget needs it.

mod assets;
mod cart;
mod catalog;
mod clock;
mod config;
mod earned;
mod fidela;
mod held;
mod money;
mod order;
mod outbox;
mod pages;
mod shopper;
mod state;
mod token;
mod visit;

use std::net::{Ipv4Addr, SocketAddr};
use std::process::ExitCode;
use std::sync::Arc;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::routing::get;
use tokio::net::TcpListener;

use crate::config::Config;
use crate::fidela::Fidela;
use crate::outbox::Outbox;
use crate::state::Store;

/// The largest form that the shop reads, in bytes.
const BODY_MAX_BYTES: usize = 16 * 1_024;

/// What every page has at hand.
pub(crate) struct App {
    config: Config,
    store: Arc<Store>,
    fidela: Arc<Fidela>,
    outbox: Arc<Outbox>,
}

#[tokio::main]
async fn main() -> ExitCode {
    match run().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("storefront: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn run() -> Result<(), Box<dyn std::error::Error>> {
    let config = Config::from_env()?;
    let store = Arc::new(Store::open(&config.data_dir)?);
    let fidela = Arc::new(Fidela::new(&config)?);
    let outbox = Outbox::new();
    tokio::spawn(Arc::clone(&outbox).run(Arc::clone(&store), Arc::clone(&fidela)));

    let address = SocketAddr::from((Ipv4Addr::LOCALHOST, config.port));
    let listener = TcpListener::bind(address)
        .await
        .map_err(|error| format!("cannot listen on {address}: {error}. Is another shop running there?"))?;
    println!("Lumo is open at http://{}", listener.local_addr()?);
    let app = Arc::new(App { config, store, fidela, outbox });
    axum::serve(listener, router(app)).with_graceful_shutdown(stopped()).await?;
    Ok(())
}

fn router(app: Arc<App>) -> Router {
    let around = axum::middleware::from_fn_with_state(Arc::clone(&app), visit::around_pages);
    pages::routes()
        .layer(around)
        .route("/healthz", get(|| async { "ok" }))
        .merge(assets::routes())
        .layer(DefaultBodyLimit::max(BODY_MAX_BYTES))
        .with_state(app)
}

/// Returns when the process is asked to stop, so that answers under way are finished.
async fn stopped() {
    let interrupted = tokio::signal::ctrl_c();
    #[cfg(unix)]
    if let Ok(mut terminated) = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) {
        tokio::select! {
            _ = interrupted => {}
            _ = terminated.recv() => {}
        }
        return;
    }
    let _ = interrupted.await;
}
