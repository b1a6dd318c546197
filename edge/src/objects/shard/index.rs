//! What a shard knows for all the others: whose an order is, and where a key was first used.
//!
//! An order lives with its account, and a keyed write's answer with what it changed. That an order counts for one
//! account only, and a key for one request only, cannot be seen from there: so an order's id, and a key, name by
//! their hash the shard that decides it.

use fidela_protocol::Code;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::Owner;
use super::idempotency::oldest_kept_ms;
use super::ops::Work;
use crate::failure::{Outcome, broken};
use crate::objects::Reply;
use crate::platform::storage::Sql;

/// Whose each order is: an account's key, as [`Owner::key`] writes it.
pub(super) const ORDER_OWNER: &str =
    "CREATE TABLE order_owner (id TEXT PRIMARY KEY, owner TEXT NOT NULL) WITHOUT ROWID";
/// For erasing a person.
pub(super) const BY_OWNER: &str = "CREATE INDEX order_owner_owner ON order_owner (owner)";
/// Which shard answers a key of the shop's server.
pub(super) const KEY_HOME: &str = "CREATE TABLE key_home (key TEXT PRIMARY KEY, shard INTEGER NOT NULL, at_ms INTEGER NOT NULL) WITHOUT ROWID";

/// Whose an order is.
#[derive(Serialize, Deserialize)]
pub(crate) struct Owned {
    /// Who.
    pub(crate) owner: Owner,
}

/// The order is whoever's it was first told for.
pub(super) fn own_order(work: Work<'_>, id: &str, owner: Owner) -> Outcome<Reply> {
    if let Some(owner) = owner_of(work.sql, id)? {
        return Reply::json(200, &Owned { owner });
    }
    work.sql.run("INSERT INTO order_owner VALUES (?, ?)", vec![id.into(), owner.key().into()])?;
    Reply::json(200, &Owned { owner })
}

/// Whose an order is, if it was ever told.
pub(super) fn whose_order(work: Work<'_>, id: &str) -> Outcome<Reply> {
    let owner = owner_of(work.sql, id)?.ok_or(Code::NotFound)?;
    Reply::json(200, &Owned { owner })
}

/// A guest's order becomes somebody else's, unless it has become somebody's meanwhile.
pub(super) fn move_order(work: Work<'_>, id: &str, from: &Owner, to: &Owner) -> Outcome<Reply> {
    let values = vec![to.key().into(), id.into(), from.key().into()];
    work.sql.run("UPDATE order_owner SET owner = ? WHERE id = ? AND owner = ?", values)?;
    Ok(Reply::empty(204))
}

/// Forgets whose the orders of some accounts were.
pub(super) fn forget_orders(work: Work<'_>, owners: &[Owner]) -> Outcome<Reply> {
    for owner in owners {
        work.sql.run("DELETE FROM order_owner WHERE owner = ?", vec![owner.key().into()])?;
    }
    Ok(Reply::empty(204))
}

fn owner_of(sql: &Sql, id: &str) -> Outcome<Option<Owner>> {
    #[derive(Deserialize)]
    struct Row {
        owner: String,
    }
    let row: Option<Row> = sql.first("SELECT owner FROM order_owner WHERE id = ?", vec![id.into()])?;
    row.map(|row| Owner::of_key(&row.owner).ok_or_else(|| broken("an order's owner", row.owner))).transpose()
}

/// A key belongs to the first shard that it was used in; there its answer is kept.
pub(super) fn own_key(work: Work<'_>, key: &str, shard: u16) -> Outcome<Reply> {
    #[derive(Deserialize)]
    struct Row {
        shard: u16,
    }
    let known: Option<Row> = work.sql.first(
        "SELECT shard FROM key_home WHERE key = ? AND at_ms >= ?",
        vec![key.into(), oldest_kept_ms(work.now).into()],
    )?;
    match known {
        Some(known) if known.shard != shard => Err(Code::IdempotencyKeyReused.into()),
        Some(_) => Ok(Reply::empty(204)),
        None => {
            let values = vec![key.into(), i64::from(shard).into(), work.now.as_millisecond().into()];
            work.sql.run("INSERT OR REPLACE INTO key_home VALUES (?, ?, ?)", values)?;
            Ok(Reply::empty(204))
        }
    }
}

/// Forgets keys whose answers are not kept any more.
pub(super) fn forget_old(sql: &Sql, now: Timestamp) -> Outcome<()> {
    sql.run("DELETE FROM key_home WHERE at_ms < ?", vec![oldest_kept_ms(now).into()])
}
