//! How far a new store is, and where its widget was seen.

use std::cell::RefCell;
use std::collections::BTreeMap;

use crate::answer::Answer;
use crate::call::Call;
use crate::config::StoreConfig;
use crate::failure::Outcome;
use crate::objects::store::{self, StoreCall, StoreOp};
use crate::platform::clock;
use crate::{auth, limits};

/// `GET /v1/setup`.
pub(crate) async fn get(call: &Call) -> Outcome<Answer> {
    let store = auth::merchant(call).await?.store;
    let reply = store::ask_for(call, &store, StoreOp::Setup).await?;
    Ok(reply.into_answer().header("cache-control", "no-store"))
}

/// When this Worker told a store of an origin, milliseconds since 1970.
#[derive(Default)]
struct Told {
    own: BTreeMap<String, u64>,
    strangers: BTreeMap<String, u64>,
}

thread_local! {
    static TOLD: RefCell<BTreeMap<String, Told>> = const { RefCell::new(BTreeMap::new()) };
}

/// Stores that one isolate remembers this of: each has some 50 origins at most.
const STORES: usize = 1_000;

/// Notes whose pages a request of the widget came from. `signed` says that it had a token which the shop has signed.
///
/// Of the store's own origins, once an hour; of others, a few at a time and in memory alone. What fails here fails
/// nobody's request.
pub(crate) async fn seen(call: &Call, store: &StoreConfig, signed: bool) {
    let Some(origin) = call.header("origin") else { return };
    let is_own = auth::allows(store, &origin);
    // Our own pages are no shop, and a page without an origin (`null`) cannot be allowed.
    if origin == call.edge
        || !super::settings::is_origin(&origin)
        || !is_news(&store.store_id, &origin, is_own)
    {
        return;
    }
    let op = if is_own { StoreOp::NoteTag { origin } } else { StoreOp::NoteStranger { origin, signed } };
    let noted = store::call(call, &store.store_id, &StoreCall::ours(call.now, op)).await;
    if noted.is_err() {
        worker::console_warn!("{}", serde_json::json!({ "event": "tag_not_noted" }));
    }
}

/// Whether the store is to be told of an origin, and remembers that it is.
fn is_news(store: &str, origin: &str, is_own: bool) -> bool {
    let now_ms = clock::now_ms();
    TOLD.with_borrow_mut(|stores| {
        if stores.len() >= STORES && !stores.contains_key(store) {
            stores.clear();
        }
        let told = stores.entry(store.to_owned()).or_default();
        let (known, wait_ms, kept_ms, most) = if is_own {
            let hour_ms = limits::TAG_NOTED_SECONDS.unsigned_abs().saturating_mul(1_000);
            (&mut told.own, hour_ms, hour_ms, limits::ORIGINS)
        } else {
            (&mut told.strangers, limits::STRANGER_TOLD_MS, limits::STRANGERS_WINDOW_MS, limits::STRANGERS)
        };
        known.retain(|_, at_ms| now_ms.saturating_sub(*at_ms) < kept_ms);
        match known.get(origin) {
            Some(at_ms) if now_ms.saturating_sub(*at_ms) < wait_ms => false,
            None if known.len() >= most => false,
            _ => {
                known.insert(origin.to_owned(), now_ms);
                true
            }
        }
    })
}
