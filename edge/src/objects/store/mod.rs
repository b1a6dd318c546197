//! The `Store` object: what is small and seldom changes about one store. Program versions, keys, secrets.
//!
//! Each call is one transaction; nothing here awaits between its first read and its last write.

mod audit;
mod endpoints;
mod icons;
mod imports;
mod ops;
mod pictures;
mod plan;
mod secrets;
mod setup;
mod team;
mod versions;

use fidela_protocol::drafts::PutDraft;
use fidela_protocol::events::CreateEndpoint;
use fidela_protocol::imports::ImportEntry;
use fidela_protocol::library::Icon;
use fidela_protocol::merchant::{CreateKey, CreateStore, StoreSettings};
use fidela_protocol::messages::Messages;
use fidela_protocol::pictures::{Picture, Theme};
use fidela_protocol::plan::Plan;
use fidela_protocol::scopes::Author;
use fidela_protocol::team::{AddMember, PutMember};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use worker::{DurableObject, Env, Request, Response, Result, State, durable_object};

use crate::call::{Call, Keyed, json};
use crate::config::StoreConfig;
use crate::failure::{Outcome, broken};
use crate::objects::shard::Lent;
use crate::objects::{Reply, ask, failed};
use crate::platform::storage::Storage;

/// Each step runs once, in order; steps are added, never changed.
const SCHEMA: &[&str] = &[
    "CREATE TABLE setting (name TEXT PRIMARY KEY, json TEXT NOT NULL) WITHOUT ROWID",
    "CREATE TABLE program (version INTEGER PRIMARY KEY, since TEXT NOT NULL, json TEXT NOT NULL, warnings TEXT NOT NULL)",
    "CREATE TABLE secret_key (id TEXT PRIMARY KEY, name TEXT NOT NULL, hash TEXT NOT NULL, created_at TEXT NOT NULL, revoked_at TEXT) WITHOUT ROWID",
    crate::objects::shard::idempotency::TABLE,
    crate::objects::shard::idempotency::ACCOUNT,
    plan::LENT,
    endpoints::TABLE,
    icons::TABLE,
    imports::TABLE,
    pictures::TABLE,
    // What it may do; none: everything.
    "ALTER TABLE secret_key ADD COLUMN scopes TEXT",
    versions::AUTHOR,
    versions::DRAFT,
    setup::TAG_SEEN,
    team::MEMBERS,
    team::LINKS,
    team::ENDED,
    audit::TABLE,
    audit::BY_OBJECT,
];

/// A call of the Worker in front.
#[derive(Serialize, Deserialize)]
pub(crate) struct StoreCall {
    /// The request's time.
    pub(crate) now: Timestamp,
    /// Of a keyed write.
    pub(crate) key: Option<Keyed>,
    /// Who asks, where it is somebody: a person of the team, a key, the operator.
    #[serde(default)]
    pub(crate) by: Option<Author>,
    /// What is asked.
    pub(crate) op: StoreOp,
}

impl StoreCall {
    /// On a request's behalf, by whoever it proved to come from.
    pub(crate) fn of(call: &Call, key: Option<Keyed>, op: StoreOp) -> Self {
        Self { now: call.now, key, by: call.author.get().cloned(), op }
    }

    /// On nobody's behalf.
    pub(crate) const fn ours(now: Timestamp, op: StoreOp) -> Self {
        Self { now, key: None, by: None, op }
    }
}

/// What can be asked of a store.
#[derive(Serialize, Deserialize)]
#[serde(tag = "op", rename_all = "snake_case")]
pub(crate) enum StoreOp {
    /// Make it. Idempotent by key; answers its secrets once.
    Create {
        /// Its id, which follows from the request.
        store: String,
        /// As asked.
        request: Box<CreateStore>,
    },
    /// What requests need to know. 404 where there is no such store.
    Config,
    /// A version of the program, or the newest.
    Program {
        /// Which.
        version: Option<u64>,
    },
    /// A new version of the program. Natural: the same program again is the same version.
    PutProgram {
        /// As told.
        program: Value,
        /// The version that was edited.
        if_match: Option<u64>,
    },
    /// Versions of the program, newest first.
    Versions {
        /// Older than this one.
        after: Option<u64>,
        /// How many.
        limit: usize,
    },
    /// The draft, or the program in force to begin with.
    Draft,
    /// Saves the draft. Natural: the same program again is the same revision.
    PutDraft {
        /// As told.
        draft: Box<PutDraft>,
        /// What the caller has seen.
        seen: Seen,
    },
    /// Discards the draft. Natural.
    DeleteDraft {
        /// What the caller has seen.
        seen: Seen,
    },
    /// How far the store is.
    Setup,
    /// The widget was seen on pages of the store's. Natural.
    NoteTag {
        /// Whose pages.
        origin: String,
    },
    /// The widget was seen on pages of an origin that is not the store's. Kept in memory alone.
    NoteStranger {
        /// Whose pages.
        origin: String,
        /// Whether the call had a token that the shop has signed.
        signed: bool,
    },
    /// The first shopper, or the first order. Natural.
    NoteFirst {
        /// Which of them.
        is_order: bool,
    },
    /// The plan. Natural.
    SetPlan {
        /// As told by the operator.
        plan: Box<Plan>,
    },
    /// The settings. Natural.
    SetSettings {
        /// As told.
        settings: StoreSettings,
    },
    /// What it says of its letters. Natural.
    SetMessages {
        /// As told.
        messages: Box<Messages>,
    },
    /// Some more of a month's grants for a shard that has none left.
    LendGrants {
        /// Which.
        shard: u16,
        /// What it has.
        lent: Lent,
    },
    /// What shards gave back of a month's grants, with what they used.
    TakeBackGrants {
        /// By shard.
        given_back: Vec<(u16, Lent)>,
    },
    /// All webhook endpoints, without their secrets.
    Endpoints,
    /// A new webhook endpoint. Idempotent by key; answers the secret once.
    CreateEndpoint {
        /// As asked.
        request: CreateEndpoint,
    },
    /// Another secret for an endpoint. Idempotent by key; answers the secret once.
    RotateSecret {
        /// Which.
        id: String,
        /// Whether the one so far goes on signing.
        keep_old: bool,
    },
    /// Ends an endpoint. Natural.
    DeleteEndpoint {
        /// Which.
        id: String,
    },
    /// An endpoint wants nothing any more. Natural.
    SwitchEndpointOff {
        /// Which.
        id: String,
    },
    /// What a shop platform signs its webhooks with. Natural.
    SetPlatform {
        /// Which.
        platform: String,
        /// As told.
        secrets: Vec<String>,
    },
    /// All icons, without their pictures.
    Icons,
    /// One icon, with its picture.
    Icon {
        /// Its name.
        name: String,
    },
    /// A picture under a name. Natural.
    PutIcon {
        /// What is known of it.
        icon: Box<Icon>,
        /// Of its bytes.
        hash: String,
        /// Its bytes, base64.
        data: String,
    },
    /// No picture under a name. Natural.
    DeleteIcon {
        /// Which.
        name: String,
    },
    /// All pictures, without their bytes.
    Pictures,
    /// One picture, without its bytes.
    Picture {
        /// Its name.
        name: String,
    },
    /// A picture's bytes.
    PictureBytes {
        /// Of them.
        hash: String,
    },
    /// A picture under a name. Natural.
    PutPicture {
        /// What is known of it.
        picture: Box<Picture>,
        /// Of its bytes.
        hash: String,
        /// Its bytes, base64.
        data: String,
    },
    /// No picture under a name. Natural.
    DeletePicture {
        /// Which.
        name: String,
    },
    /// What pages look like. Natural.
    SetTheme {
        /// As told.
        theme: Box<Theme>,
    },
    /// All imports.
    Imports,
    /// A new import, or one that is known. Natural.
    AddImport {
        /// What is known of it.
        entry: ImportEntry,
    },
    /// Where an import stands. Natural.
    NoteImport {
        /// What is known of it.
        entry: ImportEntry,
    },
    /// No such import any more. Natural.
    ForgetImport {
        /// Which.
        id: String,
    },
    /// All keys, without their secrets.
    Keys,
    /// A new key. Idempotent by key; answers the secret once.
    CreateKey {
        /// As asked.
        request: CreateKey,
    },
    /// Ends a key. Natural.
    RevokeKey {
        /// Which.
        id: String,
    },
    /// The secrets that sign shopper tokens, without themselves.
    IdentitySecrets,
    /// Another one. Idempotent by key; answers the secret once.
    CreateIdentitySecret,
    /// One no more. Natural.
    RemoveIdentitySecret {
        /// Which.
        id: String,
    },
    /// Everybody who may sign in.
    Team,
    /// Somebody more. Idempotent by key.
    AddMember {
        /// As asked.
        request: AddMember,
    },
    /// Somebody's name and role. Natural.
    PutMember {
        /// Who.
        id: String,
        /// As told.
        told: PutMember,
    },
    /// Somebody no more. Natural; answers the address that leads here no more.
    RemoveMember {
        /// Who.
        id: String,
    },
    /// A link to sign in for whoever has an address; 404 where nobody has.
    NewLink {
        /// The address.
        email: String,
    },
    /// A link's token has come back.
    UseLink {
        /// What it hashes to.
        hash: String,
    },
    /// Somebody signs out. Natural.
    EndSession {
        /// Who.
        member: String,
        /// Of which session.
        session: String,
        /// When it would have ended.
        until: Timestamp,
        /// Of all of theirs.
        everywhere: bool,
    },
    /// Somebody did something. The same told again is written down once.
    Note {
        /// What.
        noted: Noted,
    },
    /// What was done, newest first.
    Audit {
        /// Before this one.
        after: Option<i64>,
        /// At most so many.
        limit: usize,
    },
}

pub(crate) use audit::Noted;
pub(crate) use team::{NewLink, Removed, SignedIn};

/// What a store has of an icon.
pub(crate) use icons::Stored as StoredIcon;
/// What a store has of a picture.
pub(crate) use pictures::Stored as StoredPicture;
/// What a store has seen for the first time.
pub(crate) use setup::Firsts;
/// What `If-Match` says of a draft.
pub(crate) use versions::Seen;

/// Asks a store's object.
pub(crate) async fn call(call: &Call, store: &str, ask_for: &StoreCall) -> Outcome<Reply> {
    ask(&call.env, "STORE", &name(store), ask_for).await
}

/// The name of a store's object.
fn name(store: &str) -> String {
    format!("v1/{store}")
}

/// Asks a store's object for a version of its program, or the newest, from a shard.
pub(crate) async fn program(env: &Env, store: &str, version: Option<u64>, now: Timestamp) -> Outcome<Reply> {
    let op = StoreOp::Program { version };
    ask(env, "STORE", &name(store), &StoreCall::ours(now, op)).await
}

/// Asks a store's object for some more of a month's grants, from a shard.
pub(crate) async fn lend(env: &Env, store: &str, shard: u16, lent: Lent, now: Timestamp) -> Outcome<Reply> {
    let op = StoreOp::LendGrants { shard, lent };
    ask(env, "STORE", &name(store), &StoreCall::ours(now, op)).await
}

/// Asks a store's object for its configuration, from a shard.
pub(crate) async fn config(env: &Env, store: &str, now: Timestamp) -> Outcome<StoreConfig> {
    let reply = ask(env, "STORE", &name(store), &StoreCall::ours(now, StoreOp::Config)).await?;
    if reply.status != 200 {
        return Err(broken("configuration", format!("the store answered {}", reply.status)));
    }
    reply.read()
}

/// Tells a store's object that an endpoint wants nothing any more, from a shard.
pub(crate) async fn switch_endpoint_off(env: &Env, store: &str, id: &str, now: Timestamp) -> Outcome<()> {
    let op = StoreOp::SwitchEndpointOff { id: id.to_owned() };
    ask(env, "STORE", &name(store), &StoreCall::ours(now, op)).await?;
    Ok(())
}

/// Asks a store's object, for the shop's server.
pub(crate) async fn ask_for(from: &Call, store: &StoreConfig, op: StoreOp) -> Outcome<Reply> {
    let reply = call(from, &store.store_id, &StoreCall::of(from, None, op)).await?;
    told(from, store, reply)
}

/// What a store's object answered; what it refused, in the caller's language.
pub(crate) fn told(from: &Call, store: &StoreConfig, mut reply: Reply) -> Outcome<Reply> {
    if reply.status >= 400 {
        reply.edit(|body| crate::speech::translate(from, store, body))?;
    }
    Ok(reply)
}

/// Asks a store's object for a link with which whoever has an address signs in, from a directory.
pub(crate) async fn new_link(
    env: &Env,
    store: &str,
    email: &str,
    now: Timestamp,
) -> Outcome<Option<NewLink>> {
    let op = StoreOp::NewLink { email: email.to_owned() };
    let reply = ask(env, "STORE", &name(store), &StoreCall::ours(now, op)).await?;
    match reply.status {
        200 => reply.read().map(Some),
        404 => Ok(None),
        status => Err(broken("link", format!("the store answered {status}"))),
    }
}

/// Tells a store's object where one of its imports stands.
pub(crate) async fn note_import(env: &Env, store: &str, entry: &ImportEntry, now: Timestamp) -> Outcome<()> {
    let op = StoreOp::NoteImport { entry: entry.clone() };
    let reply = ask(env, "STORE", &name(store), &StoreCall::ours(now, op)).await?;
    if reply.status == 204 {
        Ok(())
    } else {
        Err(broken("import", format!("the store answered {}", reply.status)))
    }
}

/// Gives a store's object back what its shards did not use of a month's grants.
pub(crate) async fn take_back_grants(
    env: &Env,
    store: &str,
    given_back: Vec<(u16, Lent)>,
    now: Timestamp,
) -> Outcome<()> {
    let op = StoreOp::TakeBackGrants { given_back };
    ask(env, "STORE", &name(store), &StoreCall::ours(now, op)).await?;
    Ok(())
}

/// The durable object.
#[durable_object]
pub struct Store {
    storage: Storage,
    strangers: setup::Strangers,
}

impl DurableObject for Store {
    fn new(state: State, _env: Env) -> Self {
        Self { storage: Storage::new(&state), strangers: setup::Strangers::default() }
    }

    async fn fetch(&self, mut request: Request) -> Result<Response> {
        let body = request.bytes().await?;
        let answered = json(&body).and_then(|call| {
            self.storage.transaction(|sql| {
                sql.migrate(SCHEMA)?;
                ops::answer(sql, &self.strangers, call)
            })
        });
        answered.map_or_else(failed, Reply::into_response)
    }
}
