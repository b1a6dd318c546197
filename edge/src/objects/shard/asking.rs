//! How the Worker in front asks a shard.

use jiff::Timestamp;
use worker::Env;

use super::{Home, ShardCall, ShardOp, Terms, Visitor};
use crate::call::{Call, Keyed};
use crate::config::StoreConfig;
use crate::failure::Outcome;
use crate::objects::{Reply, ask};
use crate::speech;

/// The name of a store's shard.
fn name(store: &str, shard: u16) -> String {
    format!("v1/{store}/{shard}")
}

/// Asks one of a store's shards.
pub(crate) async fn call(
    from: &Call,
    store: &StoreConfig,
    shard: u16,
    key: Option<Keyed>,
    visitor: Option<Visitor>,
    op: ShardOp,
) -> Outcome<Reply> {
    let is_quote = matches!(op, ShardOp::Quote { .. });
    let mut reply = call_from(&from.env, from.now, store, shard, key, visitor, op).await?;
    if is_quote || reply.status >= 400 {
        reply.edit(|body| speech::translate(from, store, body))?;
    }
    Ok(reply)
}

/// The same from anywhere, in nobody's language.
pub(crate) async fn call_from(
    env: &Env,
    now: Timestamp,
    store: &StoreConfig,
    shard: u16,
    key: Option<Keyed>,
    visitor: Option<Visitor>,
    op: ShardOp,
) -> Outcome<Reply> {
    let call = ShardCall { home: home_of(store, shard), now, key, visitor, terms: Terms::of(store, env), op };
    ask(env, "SHARD", &name(&store.store_id, shard), &call).await
}

fn home_of(store: &StoreConfig, shard: u16) -> Home {
    Home {
        store: store.store_id.clone(),
        shard,
        index_key: store.index_key.clone(),
        version: store.program_version,
    }
}
