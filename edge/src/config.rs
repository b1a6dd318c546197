//! A store's configuration, kept in memory: at most 5 s old, never an older version than one already seen.

use std::cell::{OnceCell, RefCell};
use std::collections::BTreeMap;
use std::rc::Rc;

use fidela_protocol::Code;
use fidela_protocol::messages::Messages;
use fidela_protocol::pictures::Theme;
use fidela_protocol::plan::Plan;
use fidela_protocol::scopes::{Author, Scope};
use fidela_protocol::team::Member;
use fidela_rules::Program;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::call::Call;
use crate::failure::{Outcome, broken};
use crate::hooks::Endpoint;
use crate::limits;
use crate::objects::store::{Firsts, StoreCall, StoreOp};
use crate::objects::{self};
use crate::pictures::Shown;
use crate::platform::clock;

/// What requests need to know of a store.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct StoreConfig {
    /// `st_…`.
    pub(crate) store_id: String,
    /// What people read.
    pub(crate) name: String,
    /// The store's own language.
    pub(crate) locale: String,
    /// Origins whose pages may call as a shopper.
    pub(crate) origins: Vec<String>,
    /// How many shards its accounts are spread over.
    pub(crate) shards: u16,
    /// Secrets that sign shopper tokens; two can be live.
    pub(crate) identity_secrets: Vec<String>,
    /// Secrets that sign the generic webhook; two can be live.
    pub(crate) webhook_secrets: Vec<String>,
    /// By shop platform, what it signs its webhooks with; two can be live.
    #[serde(default)]
    pub(crate) platform_secrets: BTreeMap<String, Vec<String>>,
    /// Key of the e-mail index: addresses are found by their keyed hash only.
    pub(crate) index_key: String,
    /// Live secret keys.
    pub(crate) keys: Vec<LiveKey>,
    /// Who may sign in to its console.
    #[serde(default)]
    pub(crate) team: Vec<Person>,
    /// Names of people who no longer may, and of keys that are revoked, by id: the record of who did what has theirs.
    #[serde(default)]
    pub(crate) former: BTreeMap<String, String>,
    /// Sessions that have ended before their time.
    #[serde(default)]
    pub(crate) ended_sessions: Vec<String>,
    /// The store's own icons: the hash of each by its name.
    #[serde(default)]
    pub(crate) icons: BTreeMap<String, String>,
    /// Pictures of its pages, by name.
    #[serde(default)]
    pub(crate) pictures: BTreeMap<String, Shown>,
    /// CSS custom properties.
    pub(crate) theme: BTreeMap<String, String>,
    /// What they come from, and what else pages look like.
    #[serde(default)]
    pub(crate) look: Theme,
    /// What the operator lets it use; none: everything.
    pub(crate) plan: Option<Plan>,
    /// How many days ahead a shopper is told that points expire.
    pub(crate) expiring_days: u16,
    /// Where events go.
    pub(crate) endpoints: Vec<Endpoint>,
    /// What it says of its letters.
    pub(crate) messages: Messages,
    /// What it has seen for the first time.
    #[serde(default)]
    pub(crate) firsts: Firsts,
    /// Version of the program in force.
    pub(crate) program_version: u64,
    /// The program in force, with every default written out.
    pub(crate) program: Value,
    /// Grows with each change of any of this.
    pub(crate) revision: u64,
    /// The program, once somebody has asked for it.
    #[serde(skip)]
    pub(crate) read: OnceCell<Rc<Program>>,
}

impl StoreConfig {
    /// The program in force, read once for all requests that this configuration serves.
    pub(crate) fn program(&self) -> Outcome<Rc<Program>> {
        if let Some(program) = self.read.get() {
            return Ok(Rc::clone(program));
        }
        let program =
            serde_json::from_value(self.program.clone()).map_err(|error| broken("program", error))?;
        Ok(Rc::clone(self.read.get_or_init(|| Rc::new(program))))
    }

    /// Whoever an id is of, with a name where one is known still.
    pub(crate) fn author(&self, id: &str) -> Author {
        let person = self.team.iter().find(|person| person.member.id == id).map(|person| &person.member.name);
        let key = || self.keys.iter().find(|key| key.id == id).map(|key| &key.name);
        let name = person.or_else(key).or_else(|| self.former.get(id)).cloned().unwrap_or_default();
        Author { name, ..Author::of_id(id) }
    }

    /// Whether its plan limits grants of points.
    pub(crate) fn limits_grants(&self) -> bool {
        self.plan.as_ref().is_some_and(|plan| plan.allowance().quotas.grants_per_month.is_some())
    }
}

/// A secret key that has not been revoked.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct LiveKey {
    /// `key_…`.
    pub(crate) id: String,
    /// What people read.
    pub(crate) name: String,
    /// What it may do.
    pub(crate) scopes: Vec<Scope>,
    /// SHA-256 of the whole key, hex.
    pub(crate) hash: String,
}

/// Somebody who may sign in.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Person {
    /// Who.
    pub(crate) member: Member,
    /// Of their sessions: those of earlier ones have ended.
    pub(crate) generation: u32,
}

struct Cached {
    config: Rc<StoreConfig>,
    read_ms: u64,
}

thread_local! {
    static CACHE: RefCell<BTreeMap<String, Cached>> = const { RefCell::new(BTreeMap::new()) };
}

/// Stores that one isolate remembers: 1,000 of some 20 kB.
const CACHED_STORES: usize = 1_000;

/// A store's configuration. A store that does not exist is `None`.
pub(crate) async fn of(call: &Call, store: &str) -> Outcome<Option<Rc<StoreConfig>>> {
    let demanded = match call.header("fidela-program-version") {
        None => 0,
        Some(version) => version.parse::<u64>().map_err(|_| Code::ProgramVersionUnknown)?,
    };
    let fresh = CACHE.with_borrow(|cache| {
        cache
            .get(store)
            .filter(|cached| clock::now_ms().saturating_sub(cached.read_ms) < limits::CONFIG_AGE_MS)
            .map(|cached| Rc::clone(&cached.config))
    });
    if let Some(config) = fresh.filter(|config| config.program_version >= demanded) {
        return Ok(Some(config));
    }
    let reply = objects::store::call(call, store, &StoreCall::of(call, None, StoreOp::Config)).await?;
    if reply.status == 404 {
        return Ok(None);
    }
    let config = remember(reply.read()?);
    if config.program_version < demanded {
        return Err(Code::ProgramVersionUnknown.into());
    }
    Ok(Some(config))
}

/// Keeps what was read, unless something newer is known already.
fn remember(config: StoreConfig) -> Rc<StoreConfig> {
    CACHE.with_borrow_mut(|cache| {
        if cache.len() >= CACHED_STORES {
            cache.clear();
        }
        let known = cache.get(&config.store_id).filter(|known| known.config.revision > config.revision);
        let config = known.map_or_else(|| Rc::new(config), |known| Rc::clone(&known.config));
        let read_ms = clock::now_ms();
        cache.insert(config.store_id.clone(), Cached { config: Rc::clone(&config), read_ms });
        config
    })
}

/// A store has changed: its next request reads it anew. What is known stays, so that an older answer which is still
/// on its way does not take its place.
pub(crate) fn read_anew(store: &str) {
    CACHE.with_borrow_mut(|cache| {
        if let Some(cached) = cache.get_mut(store) {
            cached.read_ms = 0;
        }
    });
}
