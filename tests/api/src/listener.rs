//! A webhook endpoint: what the shop's server would listen with.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header::LOCATION};
use serde_json::Value;

use crate::sign;

/// Patience with a busy machine; what is waited for comes within milliseconds.
const PATIENCE: Duration = Duration::from_secs(20);

/// A request that came.
#[derive(Debug, Clone)]
pub struct Received {
    /// `webhook-id`.
    pub id: String,
    /// `webhook-timestamp`.
    pub timestamp: String,
    /// `webhook-signature`.
    pub signature: String,
    headers: HeaderMap,
    /// The raw body.
    pub body: Vec<u8>,
    /// The HTTP status that it was answered with.
    pub answered: u16,
}

impl Received {
    /// Another header.
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }

    /// The event.
    pub fn event(&self) -> Value {
        serde_json::from_slice(&self.body).expect("an event is JSON")
    }

    /// Its `type`.
    pub fn kind(&self) -> String {
        self.event()["type"].as_str().expect("a type").to_owned()
    }

    /// Whether this secret has signed it.
    pub fn is_signed_by(&self, secret: &str) -> bool {
        let signature = sign::webhook(secret, &self.id, &self.timestamp, &self.body);
        self.signature.split(' ').any(|one| one == signature)
    }
}

#[derive(Debug)]
struct Seen {
    answers: u16,
    received: Vec<Received>,
}

/// A server that takes events.
#[derive(Debug)]
pub struct Listener {
    url: String,
    seen: Arc<Mutex<Seen>>,
    task: tokio::task::JoinHandle<()>,
}

impl Listener {
    /// One on a free port, which answers 200.
    pub async fn start() -> Self {
        let seen = Arc::new(Mutex::new(Seen { answers: 200, received: Vec::new() }));
        let socket = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let url = format!("http://{}/events", socket.local_addr().expect("an address"));
        let router = Router::new().fallback(receive).with_state(Arc::clone(&seen));
        let task = tokio::spawn(async move { axum::serve(socket, router).await.expect("it serves") });
        Self { url, seen, task }
    }

    /// Its address.
    pub fn url(&self) -> &str {
        &self.url
    }

    fn seen(&self) -> std::sync::MutexGuard<'_, Seen> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// From now on it answers with this HTTP status.
    pub fn answer(&self, status: u16) {
        self.seen().answers = status;
    }

    /// All that has come so far.
    pub fn received(&self) -> Vec<Received> {
        self.seen().received.clone()
    }

    /// Waits until so many have come, and answers all of them.
    pub async fn until(&self, count: usize) -> Vec<Received> {
        let waited = tokio::time::timeout(PATIENCE, async {
            while self.received().len() < count {
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        });
        let came = waited.await.is_ok();
        let received = self.received();
        assert!(came, "{} of {count} events came: {received:?}", received.len());
        received
    }

    /// The types of what has come so far, in its order.
    pub fn kinds(&self) -> Vec<String> {
        self.received().iter().map(Received::kind).collect()
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn receive(
    State(seen): State<Arc<Mutex<Seen>>>,
    headers: HeaderMap,
    body: Bytes,
) -> (StatusCode, [(axum::http::HeaderName, &'static str); 1]) {
    let header =
        |name: &str| headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default().to_owned();
    let mut seen = seen.lock().unwrap_or_else(PoisonError::into_inner);
    let answered = seen.answers;
    seen.received.push(Received {
        id: header("webhook-id"),
        timestamp: header("webhook-timestamp"),
        signature: header("webhook-signature"),
        body: body.to_vec(),
        headers: headers.clone(),
        answered,
    });
    (StatusCode::from_u16(answered).expect("an HTTP status"), [(LOCATION, "/elsewhere")])
}
