//! What the shop remembers, and how it survives a restart: one JSON file, replaced as a whole.
//!
//! Every change happens under one lock and is on disk before the visitor is answered, so that an order that
//! was shown is an order that exists, and Fidela will hear of it.

use std::collections::BTreeMap;
use std::io::Write;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use serde_json::Value;
use tokio::sync::Mutex;

use crate::cart::{Cart, hex};
use crate::clock;
use crate::order::Order;
use crate::shopper::{Shopper, seeded_shoppers};

/// The most sessions that are kept; beyond it the one not seen for longest is forgotten.
const SESSIONS_MAX: usize = 5_000;

/// Why the shop could not read or keep its state.
#[derive(Debug, thiserror::Error)]
pub(crate) enum StateError {
    /// The file or its directory.
    #[error("the shop's state in {} cannot be read or written: {source}", path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// The file holds something else.
    #[error("{} is not the shop's state ({source}); move it away to begin anew", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What the parser said.
        source: serde_json::Error,
    },
    /// The operating system gives no random bytes.
    #[error("the system gives no random bytes: {0}")]
    NoRandom(#[from] getrandom::Error),
}

/// A browser that has done something here.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Session {
    /// Who is signed in.
    pub(crate) shopper: Option<String>,
    /// What lies in the cart.
    pub(crate) cart: Cart,
    /// The order placed last: where a button that was pressed twice leads.
    #[serde(default)]
    pub(crate) last_order: Option<String>,
    /// A sentence for the next page, shown once.
    pub(crate) notice: Option<String>,
    /// When it was last used.
    pub(crate) seen_ms: i64,
}

/// Something Fidela has to be told, kept until it has answered.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Outgoing {
    /// Its number; what is told later has a larger one.
    pub(crate) id: u64,
    /// The path of the `PUT`, or of the `POST`.
    pub(crate) path: String,
    /// Whether it is a `POST`.
    #[serde(default)]
    pub(crate) post: bool,
    /// Its body.
    pub(crate) body: Value,
    /// The order that it tells of, if it is one.
    pub(crate) order_id: Option<String>,
    /// How often it was tried in vain.
    pub(crate) attempts: u32,
}

/// Everything in the file.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Data {
    /// By id.
    pub(crate) shoppers: BTreeMap<String, Shopper>,
    /// By the id in the cookie.
    pub(crate) sessions: BTreeMap<String, Session>,
    /// By id.
    pub(crate) orders: BTreeMap<String, Order>,
    /// What Fidela has not heard yet, oldest first.
    pub(crate) outbox: Vec<Outgoing>,
    /// The number that the next outgoing message gets.
    pub(crate) next_outgoing: u64,
}

impl Default for Data {
    /// A new shop begins with its old customers, and tells Fidela of them first of all: a birthday has to be known
    /// for a while before it is worth points.
    fn default() -> Self {
        let mut data = Self {
            shoppers: BTreeMap::new(),
            sessions: BTreeMap::new(),
            orders: BTreeMap::new(),
            outbox: Vec::new(),
            next_outgoing: 1,
        };
        for shopper in seeded_shoppers() {
            data.register(shopper);
        }
        data
    }
}

impl Data {
    /// The session of a cookie, made now if it is the first time that there is something to remember.
    pub(crate) fn session_mut(&mut self, id: &str) -> &mut Session {
        if !self.sessions.contains_key(id) && self.sessions.len() >= SESSIONS_MAX {
            let oldest = self.sessions.iter().min_by_key(|(_, session)| session.seen_ms);
            if let Some(oldest) = oldest.map(|(id, _)| id.clone()) {
                self.sessions.remove(&oldest);
            }
        }
        let session = self.sessions.entry(id.to_owned()).or_default();
        session.seen_ms = clock::now_ms();
        session
    }

    /// Puts something in the outbox and answers its number.
    pub(crate) fn send_later(&mut self, path: String, body: Value, order_id: Option<String>) -> u64 {
        let id = self.next_outgoing;
        self.next_outgoing += 1;
        self.outbox.push(Outgoing { id, path, post: false, body, order_id, attempts: 0 });
        id
    }

    /// Puts a completed mission in the outbox and answers the message's number. Told again, it counts once: by its
    /// reference or, where a mission can be done once only, by itself.
    pub(crate) fn complete(&mut self, mission: &str, body: Value) -> u64 {
        let id = self.send_later(format!("/v1/missions/{mission}/completions"), body, None);
        self.outbox.iter_mut().filter(|message| message.id == id).for_each(|message| message.post = true);
        id
    }

    /// Keeps a shopper, and answers the number of the message that lets Fidela know.
    pub(crate) fn register(&mut self, shopper: Shopper) -> u64 {
        let body = shopper.snapshot(clock::now_ms());
        let message = self.send_later(format!("/v1/customers/{}", shopper.id), body, None);
        self.shoppers.insert(shopper.id.clone(), shopper);
        message
    }

    /// Puts the present state of an order in the outbox and answers the message's number.
    pub(crate) fn tell_order(&mut self, order_id: &str) -> Option<u64> {
        let snapshot = self.orders.get(order_id)?.snapshot();
        Some(self.send_later(format!("/v1/orders/{order_id}"), snapshot, Some(order_id.to_owned())))
    }
}

/// The shop's memory.
pub(crate) struct Store {
    file: PathBuf,
    data: Mutex<Data>,
}

impl Store {
    /// Loads the state of a directory, or begins a new one there.
    pub(crate) fn open(dir: &Path) -> Result<Self, StateError> {
        let file = dir.join("shop.json");
        let io = |source| StateError::Io { path: file.clone(), source };
        std::fs::create_dir_all(dir).map_err(io)?;
        let data = match std::fs::read(&file) {
            Ok(bytes) => serde_json::from_slice(&bytes)
                .map_err(|source| StateError::Unreadable { path: file.clone(), source })?,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Data::default(),
            Err(error) => return Err(io(error)),
        };
        Ok(Self { file, data: Mutex::new(data) })
    }

    /// Looks at the state.
    pub(crate) async fn read<T>(&self, look: impl FnOnce(&Data) -> T) -> T {
        look(&*self.data.lock().await)
    }

    /// Changes the state and writes it down before it answers. The lock is kept while writing, so that files
    /// are replaced in the order of the changes.
    pub(crate) async fn change<T>(&self, change: impl FnOnce(&mut Data) -> T) -> Result<T, StateError> {
        let mut data = self.data.lock().await;
        let answer = change(&mut data);
        let path = self.file.clone();
        let bytes = serde_json::to_vec(&*data)
            .map_err(|source| StateError::Unreadable { path: self.file.clone(), source })?;
        let written = tokio::task::spawn_blocking(move || write_atomically(&path, &bytes)).await;
        written
            .map_err(std::io::Error::other)
            .flatten()
            .map_err(|source| StateError::Io { path: self.file.clone(), source })?;
        Ok(answer)
    }
}

/// Writes a new file beside the old one and puts it in its place: whoever reads finds one or the other.
fn write_atomically(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    let beside = path.with_extension("json.new");
    let mut file = std::fs::File::create(&beside)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    std::fs::rename(&beside, path)
}

/// Random bytes in hexadecimal, for session ids (16 bytes) and the ids of orders and shoppers (fewer).
pub(crate) fn random_id<const BYTES: usize>() -> Result<String, StateError> {
    let mut bytes = [0; BYTES];
    getrandom::fill(&mut bytes)?;
    Ok(hex(&bytes))
}

#[cfg(test)]
mod tests {
    use super::{Store, random_id};

    #[tokio::test]
    async fn survives_a_restart() {
        let dir = std::env::temp_dir().join(format!("lumo-{}", random_id::<8>().expect("random")));
        let store = Store::open(&dir).expect("a new directory");
        store.change(|data| data.session_mut("s").shopper = Some("ana".to_owned())).await.expect("kept");
        let again = Store::open(&dir).expect("the same directory");
        let shopper = again.read(|data| data.sessions["s"].shopper.clone()).await;
        assert_eq!(shopper.as_deref(), Some("ana"));
        std::fs::remove_dir_all(&dir).expect("ours");
    }
}
