//! Keyed writes: the same key and body answers the same status and body for 30 days.

use jiff::{Timestamp, ToSpan};
use serde::{Deserialize, Serialize};

use fidela_protocol::Code;

use crate::call::Keyed;
use crate::failure::{Outcome, broken};
use crate::limits;
use crate::objects::Reply;
use crate::platform::storage::Sql;

/// The table that keeps answers, in the same transaction as their effects.
pub(crate) const TABLE: &str = "CREATE TABLE idempotency (key TEXT PRIMARY KEY, hash TEXT NOT NULL, status INTEGER NOT NULL, body TEXT NOT NULL, at_ms INTEGER NOT NULL) WITHOUT ROWID";

/// Adds whose account an answer tells about, so that it goes when the account is erased.
pub(crate) const ACCOUNT: &str = "ALTER TABLE idempotency ADD COLUMN account TEXT";

/// An answer, and what a replay gets: secrets that are shown once are not kept.
pub(crate) struct Kept {
    reply: Reply,
    again: String,
    account: Option<String>,
}

impl Kept {
    /// A replay answers the same.
    pub(crate) fn same(status: u16, body: &impl Serialize) -> Outcome<Self> {
        Self::with_secret(status, body, body)
    }

    /// A replay answers something else.
    pub(crate) fn with_secret(status: u16, body: &impl Serialize, again: &impl Serialize) -> Outcome<Self> {
        let again = serde_json::to_string(again).map_err(|error| broken("answer", error))?;
        Ok(Self { reply: Reply::json(status, body)?, again, account: None })
    }

    /// An answer that tells about an account.
    #[must_use]
    pub(crate) fn about(self, account: String) -> Self {
        Self { account: Some(account), ..self }
    }
}

/// Runs a keyed write once. A refusal is not kept: nothing was done, and the same request may succeed later.
pub(crate) fn keyed(
    sql: &Sql,
    scope: &str,
    key: Option<Keyed>,
    now: Timestamp,
    work: impl FnOnce() -> Outcome<Kept>,
) -> Outcome<Reply> {
    #[derive(Deserialize)]
    struct Row {
        hash: String,
        status: u16,
        body: String,
    }
    let Keyed { key, hash } =
        key.ok_or_else(|| broken("idempotency", "a keyed write came without its key"))?;
    let key = format!("{scope}\n{key}");
    let known: Option<Row> = sql.first(
        "SELECT hash, status, body FROM idempotency WHERE key = ? AND at_ms >= ?",
        vec![key.as_str().into(), oldest_kept_ms(now).into()],
    )?;
    if let Some(known) = known {
        if known.hash != hash {
            return Err(Code::IdempotencyKeyReused.into());
        }
        return Ok(Reply::raw(known.status, known.body.into_bytes()));
    }
    let Kept { reply, again, account } = work()?;
    sql.run(
        "INSERT OR REPLACE INTO idempotency (key, hash, status, body, at_ms, account) VALUES (?, ?, ?, ?, ?, ?)",
        vec![
            key.into(),
            hash.into(),
            i64::from(reply.status).into(),
            again.into(),
            now.as_millisecond().into(),
            account.into(),
        ],
    )?;
    Ok(reply)
}

/// Forgets answers that are older than they have to be kept.
pub(crate) fn forget_old(sql: &Sql, now: Timestamp) -> Outcome<()> {
    sql.run("DELETE FROM idempotency WHERE at_ms < ?", vec![oldest_kept_ms(now).into()])
}

/// Answers from before this moment are not kept, milliseconds since 1970.
pub(crate) fn oldest_kept_ms(now: Timestamp) -> i64 {
    let oldest = now.checked_sub((24 * limits::REPLAY_DAYS).hours()).unwrap_or(Timestamp::UNIX_EPOCH);
    oldest.as_millisecond()
}

/// Forgets the answers about an account, whoever got them: they name its person.
pub(crate) fn forget_account(sql: &Sql, account: &str) -> Outcome<()> {
    sql.run("DELETE FROM idempotency WHERE account = ?", vec![account.into()])
}
