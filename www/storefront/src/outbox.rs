//! Tells Fidela what happened, in the order it happened, and again until it has heard.
//!
//! A shop must not lose an order because its loyalty program is away: pages put a snapshot into the state's
//! outbox, in the same write as the order itself, and go on. One task empties it.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{Notify, watch};

use crate::fidela::{CallError, Fidela, RawAnswer};
use crate::order::Answer;
use crate::state::{Outgoing, StateError, Store};

/// How long until the next attempt.
const RETRY_AFTER: Duration = Duration::from_secs(3);
/// How long a page waits to be able to show Fidela's answer.
const PAGE_WAITS: Duration = Duration::from_secs(4);

/// The page's end of the outbox.
pub(crate) struct Outbox {
    wake: Notify,
    rounds: watch::Sender<u64>,
}

impl Outbox {
    /// An outbox that nobody empties yet.
    pub(crate) fn new() -> Arc<Self> {
        Arc::new(Self { wake: Notify::new(), rounds: watch::Sender::new(0) })
    }

    /// Asks for the message to be sent now, and waits (not long) until it was tried once.
    pub(crate) async fn deliver(&self, store: &Store, id: u64) {
        let mut rounds = self.rounds.subscribe();
        self.wake.notify_one();
        let tried = async {
            while store.read(|data| data.outbox.iter().any(|it| it.id == id && it.attempts == 0)).await {
                if rounds.changed().await.is_err() {
                    break;
                }
            }
        };
        // Late is fine: the order is placed, and its page says that Fidela has not answered yet.
        let _ = tokio::time::timeout(PAGE_WAITS, tried).await;
    }

    /// Empties the outbox for ever. What an earlier run of the shop left is sent at once.
    pub(crate) async fn run(self: Arc<Self>, store: Arc<Store>, fidela: Arc<Fidela>) {
        loop {
            if let Err(error) = self.round(&store, &fidela).await {
                eprintln!("storefront: {error}");
            }
            let empty = store.read(|data| data.outbox.is_empty()).await;
            if empty {
                self.wake.notified().await;
            } else {
                let _ = tokio::time::timeout(RETRY_AFTER, self.wake.notified()).await;
            }
        }
    }

    /// Tries every message once, oldest first. After one that failed, later ones to the same path wait:
    /// snapshots of one order arrive in order.
    async fn round(&self, store: &Store, fidela: &Fidela) -> Result<(), StateError> {
        let waiting: Vec<Outgoing> = store.read(|data| data.outbox.clone()).await;
        let mut failed = BTreeSet::new();
        let mut away = false;
        for message in waiting {
            if failed.contains(&message.path) || away {
                store.change(|data| missed(&mut data.outbox, message.id)).await?;
            } else {
                match fidela.tell(message.post, &message.path, &message.body).await {
                    Ok(answer) if !answer.is_passing() => settle(store, &message, answer).await?,
                    outcome => {
                        if message.attempts == 0 {
                            let why = match &outcome {
                                Ok(answer) => format!("status {}", answer.status),
                                Err(error) => error.to_string(),
                            };
                            eprintln!("storefront: {} is told again later: {why}", message.path);
                        }
                        away = matches!(outcome, Err(CallError::Unavailable(_)));
                        failed.insert(message.path.clone());
                        store.change(|data| missed(&mut data.outbox, message.id)).await?;
                    }
                }
            }
            self.rounds.send_modify(|rounds| *rounds = rounds.wrapping_add(1));
        }
        Ok(())
    }
}

/// Notes that a message was tried, or would have been.
fn missed(outbox: &mut [Outgoing], id: u64) {
    if let Some(message) = outbox.iter_mut().find(|message| message.id == id) {
        message.attempts = message.attempts.saturating_add(1);
    }
}

/// Takes an answered message out and keeps the answer with its order.
async fn settle(store: &Store, message: &Outgoing, answer: RawAnswer) -> Result<(), StateError> {
    if answer.status >= 400 {
        eprintln!("storefront: Fidela answered {} to {}: {}", answer.status, message.path, answer.body);
    }
    let told_ms = message.body.get("updated_at").and_then(serde_json::Value::as_str);
    let told_ms = told_ms.and_then(|text| text.parse::<jiff::Timestamp>().ok());
    let told_status = message.body.get("status").cloned().unwrap_or_default();
    store
        .change(|data| {
            data.outbox.retain(|kept| kept.id != message.id);
            let order = message.order_id.as_ref().and_then(|id| data.orders.get_mut(id));
            let Some(order) = order else { return };
            order.keep_answer(Answer {
                order_status: serde_json::from_value(told_status).unwrap_or(order.status),
                updated_ms: told_ms.map_or(order.updated_ms, jiff::Timestamp::as_millisecond),
                http_status: answer.status,
                body: answer.body,
            });
        })
        .await
}
