//! How the Worker in front asks a shard.

use jiff::Timestamp;
use worker::Env;

use super::{Home, ShardCall, ShardOp, Terms, Visitor};
use crate::call::{Call, Keyed};
use crate::config::{self, StoreConfig};
use crate::failure::Outcome;
use crate::objects::store::{self, StoreCall, StoreOp};
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
    let is_order = matches!(op, ShardOp::TellOrder { .. });
    let is_shopper = visitor.is_some() || matches!(op, ShardOp::PutCustomer { .. });
    let mut reply = call_from(&from.env, from.now, store, shard, key, visitor, op).await?;
    if reply.status == 200 {
        let firsts = [
            (true, is_order && store.firsts.order_at.is_none()),
            (false, is_shopper && !store.firsts.shopper),
        ];
        for (is_order, _) in firsts.into_iter().filter(|(_, is_first)| *is_first) {
            note_first(from, store, is_order).await;
        }
    }
    if is_quote || reply.status >= 400 {
        reply.edit(|body| speech::translate(from, store, body))?;
    }
    Ok(reply)
}

/// Tells the store of its first shopper or its first order. Where that fails, the next one is told of.
async fn note_first(from: &Call, store: &StoreConfig, is_order: bool) {
    let op = StoreOp::NoteFirst { is_order };
    let told = store::call(from, &store.store_id, &StoreCall::ours(from.now, op)).await;
    if told.is_ok() {
        config::read_anew(&store.store_id);
    }
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
