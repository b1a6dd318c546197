//! Many requests at once.

use std::sync::Arc;

use tokio::sync::Semaphore;
use tokio::task::JoinSet;

use crate::http::{Answer, Ask};

/// Sends all requests, so many of them at a time; the answers come in the order of the requests. HTTP/1.1 has
/// one request on a connection, so there are as many connections.
pub async fn at_once(connections: usize, requests: Vec<Ask>) -> Vec<Answer> {
    let permits = Arc::new(Semaphore::new(connections));
    let mut running = JoinSet::new();
    for (number, ask) in requests.into_iter().enumerate() {
        let permits = Arc::clone(&permits);
        running.spawn(async move {
            let _permit = permits.acquire_owned().await.expect("nobody closes it");
            (number, ask.send().await)
        });
    }
    let mut answers = running.join_all().await;
    answers.sort_by_key(|(number, _)| *number);
    answers.into_iter().map(|(_, answer)| answer).collect()
}
