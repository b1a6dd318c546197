//! The `Directory` objects, a fixed number of them: which stores an address belongs to, for whoever wants to sign in and
//! knows no store. Addresses are found by their keyed hash; which of the objects has one, the hash says.
//!
//! Whether an address is known is not to be seen from outside: every request to sign in is written down and answered,
//! and what comes of it happens afterwards. A letter that cannot be sent now is sent later, as long as its link would be
//! good.

mod posting;

use std::rc::Rc;

use fidela_protocol::Code;
use fidela_protocol::ids::base32;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use worker::{DurableObject, Env, Request, Response, Result, State, durable_object};

use crate::call::{Call, json};
use crate::failure::{Failure, Outcome, broken};
use crate::ids;
use crate::network;
use crate::objects::{Reply, ask, failed};
use crate::platform::storage::Storage;
use crate::platform::{crypto, env};
use posting::Posting;

/// Each step runs once, in order; steps are added, never changed.
const SCHEMA: &[&str] = &[
    "CREATE TABLE membership (person TEXT NOT NULL, store TEXT NOT NULL, PRIMARY KEY (person, store)) WITHOUT ROWID",
    "CREATE TABLE asked (seq INTEGER PRIMARY KEY AUTOINCREMENT, person TEXT NOT NULL, at_ms INTEGER NOT NULL)",
    "CREATE INDEX asked_by_person ON asked (person, at_ms)",
    "CREATE TABLE waiting (seq INTEGER PRIMARY KEY AUTOINCREMENT, person TEXT NOT NULL, email TEXT NOT NULL, locale TEXT, tries INTEGER NOT NULL, due_ms INTEGER NOT NULL, sent TEXT NOT NULL)",
    // Set: it is no link that they wait for, but the letter that they are in a team. JSON.
    "ALTER TABLE waiting ADD COLUMN welcome TEXT",
    // As which member of the store's team somebody has been greeted.
    "ALTER TABLE membership ADD COLUMN greeted TEXT",
];

/// How many there are. A number for ever: it says where an address is.
const OBJECTS: u8 = 16;

/// A call of the Worker in front.
#[derive(Serialize, Deserialize)]
struct DirectoryCall {
    /// The request's time.
    now: Timestamp,
    /// Whether it is a test server's, on which alarms do nothing.
    test_clock: bool,
    /// What is asked.
    op: Op,
}

/// What can be asked of a directory.
#[derive(Serialize, Deserialize)]
#[serde(tag = "op", rename_all = "snake_case")]
enum Op {
    /// Somebody is in a store's team. Natural.
    Join {
        /// Hash of their address.
        person: String,
        /// The store.
        store: String,
    },
    /// And no more. Natural.
    Leave {
        /// Hash of their address.
        person: String,
        /// The store.
        store: String,
    },
    /// Somebody who has joined is told so. Natural: each member is, once.
    Greet {
        /// Hash of the address.
        person: String,
        /// As the team has it.
        email: String,
        /// Into which team, and by whom.
        welcome: Welcome,
    },
    /// Somebody of a network wants to sign in, whoever that is.
    Knock {
        /// Hash of the network.
        network: String,
    },
    /// Somebody wants to sign in.
    SignIn {
        /// Hash of the address.
        person: String,
        /// As typed.
        email: String,
        /// The letter's language.
        locale: Option<String>,
    },
}

/// What somebody is told who was let into a store's team.
#[derive(Serialize, Deserialize)]
pub(crate) struct Welcome {
    /// The store.
    pub(crate) store: String,
    /// Who they are there.
    pub(crate) member: String,
    /// Their name, as the team has it.
    pub(crate) name: String,
    /// The name of whoever let them in.
    pub(crate) by: String,
}

/// Addresses that differ in capitals alone are one.
pub(crate) fn plain(email: &str) -> String {
    email.trim().to_ascii_lowercase()
}

/// Hash of an address by each of the operator's keys: the first is the one to write with.
fn people(call: &Call, email: &str) -> Vec<[u8; 32]> {
    let keys = env::var(&call.env, "OPERATOR_KEY").unwrap_or_default();
    let text = format!("person of a team\n{}", plain(email));
    ids::operator_keys(&keys).map(|key| crypto::hmac(key.as_bytes(), text.as_bytes())).collect()
}

/// Tells the directory of somebody, or of a network: the one that the hash says.
async fn tell(call: &Call, hash: [u8; 32], op: impl FnOnce(String) -> Op) -> Outcome<()> {
    let [first, ..] = hash;
    let object = format!("v1/people/{}", first.checked_rem(OBJECTS).unwrap_or(0));
    let op = op(base32(&hash));
    let told = DirectoryCall { now: call.now, test_clock: call.test_clock, op };
    let reply = ask(&call.env, "DIRECTORY", &object, &told).await?;
    match reply.status {
        204 => Ok(()),
        429 => Err(Code::SignInLimitReached.into()),
        status => Err(broken("directory", format!("it answered {status}"))),
    }
}

/// An address belongs to a store's team.
pub(crate) async fn join(call: &Call, email: &str, store: &str) -> Outcome<()> {
    let person = people(call, email).into_iter().next().ok_or_else(|| broken("directory", "no operator"))?;
    tell(call, person, |person| Op::Join { person, store: store.to_owned() }).await
}

/// Sends somebody who has joined a letter that says so; once, however often this is asked for.
pub(crate) async fn greet(call: &Call, email: &str, welcome: Welcome) -> Outcome<()> {
    let person = people(call, email).into_iter().next().ok_or_else(|| broken("directory", "no operator"))?;
    tell(call, person, |person| Op::Greet { person, email: email.to_owned(), welcome }).await
}

/// And no more, under whichever key it was written.
pub(crate) async fn leave(call: &Call, email: &str, store: &str) -> Outcome<()> {
    for person in people(call, email) {
        tell(call, person, |person| Op::Leave { person, store: store.to_owned() }).await?;
    }
    Ok(())
}

/// Whoever has an address wants to sign in.
///
/// # Errors
///
/// `sign_in_limit_reached`, by the network and not by the address: whether anybody has that, nobody learns.
pub(crate) async fn sign_in(call: &Call, email: &str, locale: Option<&str>) -> Outcome<()> {
    let keys = env::var(&call.env, "OPERATOR_KEY").unwrap_or_default();
    if let Some(network) = ids::operator_keys(&keys).next().and_then(|key| network::hash(call, key)) {
        tell(call, network, |network| Op::Knock { network }).await?;
    }
    for person in people(call, email) {
        let (email, locale) = (plain(email), locale.map(str::to_owned));
        tell(call, person, |person| Op::SignIn { person, email, locale }).await?;
    }
    Ok(())
}

/// The durable object.
#[durable_object(alarm)]
pub struct Directory {
    state: State,
    posting: Rc<Posting>,
}

impl DurableObject for Directory {
    fn new(state: State, env: Env) -> Self {
        let posting = Rc::new(Posting::new(Storage::new(&state), env));
        Self { state, posting }
    }

    async fn fetch(&self, mut request: Request) -> Result<Response> {
        let body = request.bytes().await?;
        let answered = match json(&body) {
            Ok(call) => self.answer(call).await,
            Err(failure) => Err(failure),
        };
        answered.map_or_else(failed, Reply::into_response)
    }

    async fn alarm(&self) -> Result<Response> {
        let sent = self.posting.by_alarm().await;
        sent.map_err(|failure| worker::Error::RustError(format!("{failure:?}")))?;
        Response::ok("")
    }
}

impl Directory {
    async fn answer(&self, call: DirectoryCall) -> Outcome<Reply> {
        let DirectoryCall { now, test_clock, op } = call;
        let posting = &self.posting;
        match op {
            Op::Join { person, store } => posting.join(&person, &store)?,
            Op::Leave { person, store } => posting.leave(&person, &store)?,
            Op::Greet { person, email, welcome } => {
                posting.greet(&person, &email, &welcome, now)?;
                self.post(now, test_clock).await?;
            }
            Op::Knock { network } => {
                if !posting.knock(&network, now)? {
                    return Ok(Reply::empty(429));
                }
            }
            Op::SignIn { person, email, locale } => {
                posting.ask(&person, &email, locale, now)?;
                self.post(now, test_clock).await?;
            }
        }
        Ok(Reply::empty(204))
    }

    /// Has letters sent after the answer, whatever becomes of that.
    async fn post(&self, now: Timestamp, test_clock: bool) -> Outcome<()> {
        if !test_clock {
            self.posting.wake(now).await?;
        }
        let posting = Rc::clone(&self.posting);
        self.state.wait_until(async move {
            if let Err(failure) = posting.send(now).await {
                log(&failure);
            }
        });
        Ok(())
    }
}

/// Nobody waits for an answer any more.
fn log(failure: &Failure) {
    let line = serde_json::json!({ "event": "console_letter", "cause": format!("{failure:?}") });
    worker::console_error!("{line}");
}
