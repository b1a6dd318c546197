//! A store's own icons.

use std::collections::BTreeMap;

use fidela_protocol::library::{Icon, IconList};
use fidela_protocol::{Code, Problem};
use fidela_rules::Program;
use fidela_rules::program::Warning;
use serde::{Deserialize, Serialize};

use super::ops::{bump, settings};
use crate::failure::{Outcome, broken};
use crate::objects::Reply;
use crate::platform::storage::Sql;
use crate::{icons, limits};

/// `info` is what the API tells of it, `data` its bytes in base64.
pub(super) const TABLE: &str =
    "CREATE TABLE icon (name TEXT PRIMARY KEY, hash TEXT NOT NULL, info TEXT NOT NULL, data TEXT NOT NULL)";

/// An icon with its picture.
#[derive(Serialize, Deserialize)]
pub(crate) struct Stored {
    /// Of its bytes.
    pub(crate) hash: String,
    /// What the API tells of it.
    pub(crate) icon: Icon,
    /// Its bytes, base64.
    pub(crate) data: String,
}

#[derive(Deserialize)]
struct Row {
    hash: String,
    info: String,
    data: String,
}

#[derive(Deserialize)]
struct Info {
    info: String,
}

#[derive(Deserialize)]
struct Hash {
    name: String,
    hash: String,
}

fn read(info: &str) -> Outcome<Icon> {
    serde_json::from_str(info).map_err(|error| broken("icon", error))
}

fn row(sql: &Sql, name: &str) -> Outcome<Option<Row>> {
    sql.first("SELECT hash, info, data FROM icon WHERE name = ?", vec![name.into()])
}

/// The hash of each by its name.
pub(super) fn hashes(sql: &Sql) -> Outcome<BTreeMap<String, String>> {
    let rows: Vec<Hash> = sql.rows("SELECT name, hash FROM icon", vec![])?;
    Ok(rows.into_iter().map(|Hash { name, hash }| (name, hash)).collect())
}

/// `GET /v1/icons`.
pub(super) fn list(sql: &Sql) -> Outcome<Reply> {
    settings(sql)?;
    let rows: Vec<Info> = sql.rows("SELECT info FROM icon ORDER BY name", vec![])?;
    let items = rows.iter().map(|row| read(&row.info)).collect::<Outcome<_>>()?;
    Reply::json(200, &IconList { items, built_in: icons::all_built_in() })
}

/// One with its picture.
pub(super) fn get(sql: &Sql, name: &str) -> Outcome<Reply> {
    let Row { hash, info, data } = row(sql, name)?.ok_or(Code::NotFound)?;
    Reply::json(200, &Stored { hash, icon: read(&info)?, data })
}

/// `PUT /v1/icons/{icon}`. The same bytes again are the same icon.
pub(super) fn put(sql: &Sql, icon: Icon, hash: &str, data: String) -> Outcome<Reply> {
    settings(sql)?;
    let known = row(sql, &icon.name)?;
    if let Some(known) = known.as_ref().filter(|known| known.hash == hash) {
        return Reply::json(200, &read(&known.info)?);
    }
    if known.is_none() && hashes(sql)?.len() >= limits::ICONS {
        return Err(Problem::new(Code::TooManyIcons).with("limit", limits::ICONS).into());
    }
    let info = serde_json::to_string(&icon).map_err(|error| broken("icon", error))?;
    let values = vec![icon.name.as_str().into(), hash.into(), info.into(), data.into()];
    sql.run("INSERT OR REPLACE INTO icon VALUES (?, ?, ?, ?)", values)?;
    bump(sql)?;
    Reply::json(200, &icon)
}

/// `DELETE /v1/icons/{icon}`. One that is not there is deleted.
pub(super) fn delete(sql: &Sql, name: &str) -> Outcome<Reply> {
    if row(sql, name)?.is_some() {
        sql.run("DELETE FROM icon WHERE name = ?", vec![name.into()])?;
        bump(sql)?;
    }
    Ok(Reply::empty(204))
}

/// Missions whose icon nobody has: they are shown with their kind's.
pub(super) fn unknown(sql: &Sql, program: &Program) -> Outcome<Vec<Warning>> {
    let own = hashes(sql)?;
    let unknown = program.missions.iter().enumerate().filter(|(_, mission)| {
        let has = |name: &String| own.contains_key(name) || icons::built_in(name).is_some();
        mission.icon.as_ref().is_some_and(|name| !has(name))
    });
    let path = |i| format!("missions[{i}].icon");
    Ok(unknown.map(|(i, _)| Warning { path: path(i), code: "unknown_icon" }).collect())
}
