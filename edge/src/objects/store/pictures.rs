//! Pictures of a store's pages, and what the pages look like.

use std::collections::BTreeMap;

use fidela_protocol::pictures::{Picture, PictureList, PictureUse, Theme};
use fidela_protocol::{Code, Problem};
use fidela_rules::Program;
use fidela_rules::program::{Text, Warning};
use serde::{Deserialize, Serialize};

use super::ops::{bump, save, settings};
use crate::failure::{Outcome, broken};
use crate::limits;
use crate::objects::Reply;
use crate::pictures::Shown;
use crate::platform::storage::Sql;

/// `info` is what the API tells of it, `data` its bytes in base64.
pub(super) const TABLE: &str = "CREATE TABLE picture (name TEXT PRIMARY KEY, hash TEXT NOT NULL, info TEXT NOT NULL, data TEXT NOT NULL)";

/// A picture's bytes.
#[derive(Serialize, Deserialize)]
pub(crate) struct Stored {
    /// As `Content-Type` says it.
    pub(crate) kind: String,
    /// Its bytes, base64.
    pub(crate) data: String,
}

#[derive(Deserialize)]
struct Row {
    hash: String,
    info: String,
}

#[derive(Deserialize)]
struct Pixels {
    info: String,
    data: String,
}

#[derive(Deserialize)]
struct Count {
    n: usize,
}

fn read(info: &str) -> Outcome<Picture> {
    serde_json::from_str(info).map_err(|error| broken("picture", error))
}

fn row(sql: &Sql, name: &str) -> Outcome<Option<Row>> {
    sql.first("SELECT hash, info FROM picture WHERE name = ?", vec![name.into()])
}

fn all(sql: &Sql) -> Outcome<Vec<Picture>> {
    let rows: Vec<Row> = sql.rows("SELECT hash, info FROM picture ORDER BY name", vec![])?;
    rows.iter().map(|row| read(&row.info)).collect()
}

/// What pages need to know of each, by its name.
pub(super) fn shown(sql: &Sql) -> Outcome<BTreeMap<String, Shown>> {
    Ok(all(sql)?.into_iter().map(|picture| (picture.name.clone(), Shown::of(picture))).collect())
}

/// `GET /v1/pictures`.
pub(super) fn list(sql: &Sql) -> Outcome<Reply> {
    settings(sql)?;
    Reply::json(200, &PictureList { items: all(sql)? })
}

/// `GET /v1/pictures/{picture}`.
pub(super) fn get(sql: &Sql, name: &str) -> Outcome<Reply> {
    let Row { info, .. } = row(sql, name)?.ok_or(Code::NotFound)?;
    Reply::json(200, &read(&info)?)
}

/// The bytes that have a hash.
pub(super) fn bytes(sql: &Sql, hash: &str) -> Outcome<Reply> {
    let found = "SELECT info, data FROM picture WHERE hash = ? LIMIT 1";
    let Pixels { info, data } = sql.first(found, vec![hash.into()])?.ok_or(Code::NotFound)?;
    Reply::json(200, &Stored { kind: read(&info)?.kind, data })
}

/// `PUT /v1/pictures/{picture}`. The same bytes again, for the same use, are the same picture.
pub(super) fn put(sql: &Sql, picture: Picture, hash: &str, data: String) -> Outcome<Reply> {
    settings(sql)?;
    let known = row(sql, &picture.name)?;
    if let Some(known) = known.as_ref().filter(|known| known.hash == hash) {
        let known = read(&known.info)?;
        if known.used_for == picture.used_for {
            return Reply::json(200, &known);
        }
    }
    let Count { n } = sql
        .first("SELECT count(*) AS n FROM picture", vec![])?
        .ok_or_else(|| broken("pictures", "they cannot be counted"))?;
    if known.is_none() && n >= limits::PICTURES {
        return Err(Problem::new(Code::TooManyPictures).with("limit", limits::PICTURES).into());
    }
    let info = serde_json::to_string(&picture).map_err(|error| broken("picture", error))?;
    let values = vec![picture.name.as_str().into(), hash.into(), info.into(), data.into()];
    sql.run("INSERT OR REPLACE INTO picture VALUES (?, ?, ?, ?)", values)?;
    bump(sql)?;
    Reply::json(200, &picture)
}

/// `DELETE /v1/pictures/{picture}`. One that is not there is deleted.
pub(super) fn delete(sql: &Sql, name: &str) -> Outcome<Reply> {
    if row(sql, name)?.is_some() {
        sql.run("DELETE FROM picture WHERE name = ?", vec![name.into()])?;
        bump(sql)?;
    }
    Ok(Reply::empty(204))
}

/// Where a program names a picture for networks that nobody has uploaded: links go without.
pub(super) fn unknown(sql: &Sql, program: &Program) -> Outcome<Vec<Warning>> {
    let Some(image) = program.referrals.social.get("image") else { return Ok(Vec::new()) };
    let known = shown(sql)?;
    let is_unknown = |name: &str| known.get(name).is_none_or(|shown| shown.used_for != PictureUse::Social);
    let path = "referrals.social.image";
    let warning = |path: String| Warning { path, code: "unknown_picture" };
    Ok(match image {
        Text::Plain(name) => is_unknown(name).then(|| warning(path.to_owned())).into_iter().collect(),
        Text::ByLocale(names) => {
            let unknown = names.into_iter().filter(|(_, name)| is_unknown(name));
            unknown.map(|(locale, _)| warning(format!("{path}.{locale}"))).collect()
        }
    })
}

/// `PUT /v1/theme`. The same told again is no change.
pub(super) fn set_theme(sql: &Sql, theme: Theme) -> Outcome<Reply> {
    let mut settings = settings(sql)?;
    if settings.theme != theme {
        settings.theme = theme;
        save(sql, &settings)?;
        bump(sql)?;
    }
    Ok(Reply::empty(204))
}
