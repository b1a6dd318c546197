//! The secrets that sign shopper tokens: the one in use, and the next.

use fidela_protocol::ids::base32;
use fidela_protocol::merchant::Page;
use fidela_protocol::team::{IdentitySecretCreated, IdentitySecretRow};
use fidela_protocol::{Code, Problem};
use jiff::Timestamp;

use super::ops::{Settings, bump, save, settings};
use crate::failure::Outcome;
use crate::limits;
use crate::objects::Reply;
use crate::objects::shard::idempotency::Kept;
use crate::platform::crypto;
use crate::platform::storage::Sql;

/// Characters of a secret that are shown, to know it by: 24 of its 256 bits.
const SHOWN: usize = 4;

/// A secret's id follows from it, so that those of old have one, too.
fn id_of(secret: &str) -> String {
    let hash = crypto::sha256(format!("identity secret\n{secret}").as_bytes());
    format!("is_{}", base32(hash.get(..10).unwrap_or_default()))
}

fn row(settings: &Settings, secret: &str) -> IdentitySecretRow {
    let id = id_of(secret);
    let from = secret.chars().count().saturating_sub(SHOWN);
    let ends_with = secret.chars().skip(from).collect();
    IdentitySecretRow { created_at: settings.identity_since.get(&id).copied(), ends_with, id }
}

pub(super) fn list(sql: &Sql) -> Outcome<Reply> {
    let settings = settings(sql)?;
    let items: Vec<_> = settings.identity_secrets.iter().map(|secret| row(&settings, secret)).collect();
    Reply::json(200, &Page { items, next: None })
}

pub(super) fn add(sql: &Sql, now: Timestamp) -> Outcome<Kept> {
    let mut settings = settings(sql)?;
    if settings.identity_secrets.len() >= limits::IDENTITY_SECRETS {
        return Err(Problem::new(Code::TooManySecrets).with("limit", limits::IDENTITY_SECRETS).into());
    }
    let secret = crypto::to_base64url(&crypto::random::<32>()?);
    settings.identity_since.insert(id_of(&secret), now);
    settings.identity_secrets.push(secret.clone());
    let row = row(&settings, &secret);
    save(sql, &settings)?;
    bump(sql)?;
    let created = IdentitySecretCreated { row, identity_secret: Some(secret) };
    let again = IdentitySecretCreated { identity_secret: None, ..created.clone() };
    Kept::with_secret(201, &created, &again)
}

pub(super) fn remove(sql: &Sql, id: &str) -> Outcome<Reply> {
    let mut settings = settings(sql)?;
    if settings.identity_removed.iter().any(|removed| removed == id) {
        return Ok(Reply::empty(204));
    }
    if !settings.identity_secrets.iter().any(|secret| id_of(secret) == id) {
        return Err(Code::NotFound.into());
    }
    if settings.identity_secrets.len() == 1 {
        return Err(Code::LastSecret.into());
    }
    settings.identity_secrets.retain(|secret| id_of(secret) != id);
    settings.identity_since.remove(id);
    settings.identity_removed.push(id.to_owned());
    let many = settings.identity_removed.len().saturating_sub(limits::REMOVED_SECRETS);
    settings.identity_removed.drain(..many);
    save(sql, &settings)?;
    bump(sql)?;
    Ok(Reply::empty(204))
}
