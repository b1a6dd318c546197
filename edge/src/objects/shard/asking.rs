//! How the Worker in front asks a shard.

use jiff::Timestamp;

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
    let home = home_of(store, shard);
    let is_quote = matches!(op, ShardOp::Quote { .. });
    let call = ShardCall { home, now: from.now, key, visitor, terms: Terms::of(store), op };
    let mut reply = ask(&from.env, "SHARD", &name(&store.store_id, shard), &call).await?;
    if is_quote || reply.status >= 400 {
        reply.edit(|body| speech::translate(from, store, body))?;
    }
    Ok(reply)
}

/// Runs everything of a shard that is due up to a moment, on a test server.
pub(crate) async fn call_at(from: &Call, store: &StoreConfig, shard: u16, to: Timestamp) -> Outcome<Reply> {
    let home = home_of(store, shard);
    let call =
        ShardCall { home, now: to, key: None, visitor: None, terms: Terms::of(store), op: ShardOp::Advance };
    ask(&from.env, "SHARD", &name(&store.store_id, shard), &call).await
}

fn home_of(store: &StoreConfig, shard: u16) -> Home {
    Home {
        store: store.store_id.clone(),
        shard,
        index_key: store.index_key.clone(),
        version: store.program_version,
    }
}
