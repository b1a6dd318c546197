//! Webhook endpoints: where a store's events go, and what signs them.

use fidela_protocol::events::{CreateEndpoint, EndpointCreated, EndpointRow};
use fidela_protocol::ids::base32;
use fidela_protocol::merchant::Page;
use fidela_protocol::{Code, Problem};
use jiff::Timestamp;
use serde::Deserialize;

use super::ops::{JsonRow, bump};
use crate::failure::{Outcome, broken};
use crate::hooks::Endpoint;
use crate::limits;
use crate::objects::Reply;
use crate::objects::shard::idempotency::Kept;
use crate::platform::crypto;
use crate::platform::storage::Sql;

/// Endpoints. Of one that was removed only the id stays, so that removing it again is known to be that.
pub(super) const TABLE: &str = "CREATE TABLE endpoint (id TEXT PRIMARY KEY, json TEXT) WITHOUT ROWID";

/// All of them, the oldest first.
pub(super) fn all(sql: &Sql) -> Outcome<Vec<Endpoint>> {
    let rows: Vec<JsonRow> = sql.rows("SELECT json FROM endpoint WHERE json IS NOT NULL", vec![])?;
    let mut endpoints: Vec<Endpoint> = rows
        .iter()
        .map(|row| serde_json::from_str(&row.json).map_err(|error| broken("endpoint", error)))
        .collect::<Outcome<_>>()?;
    endpoints.sort_by(|a, b| (a.created_at, &a.id).cmp(&(b.created_at, &b.id)));
    Ok(endpoints)
}

fn one(sql: &Sql, id: &str) -> Outcome<Endpoint> {
    Ok(all(sql)?.into_iter().find(|endpoint| endpoint.id == id).ok_or(Code::NotFound)?)
}

fn save(sql: &Sql, endpoint: &Endpoint) -> Outcome<()> {
    let json = serde_json::to_string(endpoint).map_err(|error| broken("endpoint", error))?;
    sql.run("INSERT OR REPLACE INTO endpoint VALUES (?, ?)", vec![endpoint.id.as_str().into(), json.into()])?;
    bump(sql)
}

/// An endpoint without its secrets.
fn row(endpoint: Endpoint) -> EndpointRow {
    let Endpoint { id, url, events, description, created_at, off_since, secrets } = endpoint;
    EndpointRow { id, url, events, description, created_at, off_since, secrets: secrets.len() }
}

fn new_secret() -> Outcome<String> {
    Ok(format!("whsec_{}", crypto::to_base64(&crypto::random::<24>()?)))
}

pub(super) fn list(sql: &Sql) -> Outcome<Reply> {
    let items: Vec<EndpointRow> = all(sql)?.into_iter().map(row).collect();
    Reply::json(200, &Page { items, next: None })
}

fn shown_once(status: u16, endpoint: Endpoint, secret: String) -> Outcome<Kept> {
    let created = EndpointCreated { endpoint: row(endpoint), secret: Some(secret) };
    let again = EndpointCreated { secret: None, ..created.clone() };
    Kept::with_secret(status, &created, &again)
}

pub(super) fn create(sql: &Sql, request: CreateEndpoint, now: Timestamp) -> Outcome<Kept> {
    if all(sql)?.len() >= limits::ENDPOINTS {
        return Err(Problem::new(Code::TooManyEndpoints).with("limit", limits::ENDPOINTS).into());
    }
    let secret = new_secret()?;
    let CreateEndpoint { url, events, description } = request;
    let endpoint = Endpoint {
        id: format!("wh_{}", base32(&crypto::random::<10>()?)),
        url,
        events: events.unwrap_or_default(),
        description,
        created_at: now,
        off_since: None,
        secrets: vec![secret.clone()],
    };
    save(sql, &endpoint)?;
    shown_once(201, endpoint, secret)
}

pub(super) fn rotate_secret(sql: &Sql, id: &str, keep_old: bool) -> Outcome<Kept> {
    let mut endpoint = one(sql, id)?;
    let secret = new_secret()?;
    endpoint.secrets.truncate(usize::from(keep_old));
    endpoint.secrets.insert(0, secret.clone());
    save(sql, &endpoint)?;
    shown_once(200, endpoint, secret)
}

pub(super) fn delete(sql: &Sql, id: &str) -> Outcome<Reply> {
    #[derive(Deserialize)]
    struct Known {
        json: Option<String>,
    }
    let known: Option<Known> = sql.first("SELECT json FROM endpoint WHERE id = ?", vec![id.into()])?;
    if known.ok_or(Code::NotFound)?.json.is_some() {
        sql.run("UPDATE endpoint SET json = NULL WHERE id = ?", vec![id.into()])?;
        bump(sql)?;
    }
    Ok(Reply::empty(204))
}

/// An endpoint that has said that it wants nothing any more (410).
pub(super) fn switch_off(sql: &Sql, id: &str, now: Timestamp) -> Outcome<Reply> {
    if let Some(mut endpoint) = all(sql)?.into_iter().find(|endpoint| endpoint.id == id)
        && endpoint.off_since.is_none()
    {
        endpoint.off_since = Some(now);
        save(sql, &endpoint)?;
    }
    Ok(Reply::empty(204))
}
