//! How far a new store is: whether it has a program of its own, where its widget was seen, whether anybody came.

use std::cell::RefCell;

use fidela_protocol::drafts::{SeenOrigin, Setup};
use jiff::{Timestamp, ToSpan};
use serde::{Deserialize, Serialize};

use super::ops::{JsonRow, bump, settings};
use super::versions;
use crate::failure::{Outcome, broken};
use crate::limits;
use crate::objects::Reply;
use crate::platform::storage::Sql;

/// When the widget was last seen on pages of an origin of the store's.
pub(super) const TAG_SEEN: &str =
    "CREATE TABLE tag_seen (origin TEXT PRIMARY KEY, at TEXT NOT NULL) WITHOUT ROWID";

/// What a store has seen for the first time.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Firsts {
    /// Whether a shopper is known.
    pub(crate) shopper: bool,
    /// When the first order was told.
    pub(crate) order_at: Option<Timestamp>,
}

/// Origins that are not the store's, in memory alone: whoever calls costs no write, and there is room for a few.
#[derive(Default)]
pub(super) struct Strangers(RefCell<Vec<Stranger>>);

struct Stranger {
    seen: SeenOrigin,
    /// Whether the call had a token that the shop has signed: that is a page of the shop.
    signed: bool,
}

impl Strangers {
    /// Notes one. Whoever has a token goes before whoever has none.
    pub(super) fn note(&self, origin: String, signed: bool, now: Timestamp) {
        let mut all = self.0.borrow_mut();
        let oldest = now.checked_sub(limits::STRANGERS_MINUTES.minutes()).unwrap_or(now);
        let was_signed = all.iter().any(|one| one.seen.origin == origin && one.signed);
        all.retain(|one| one.seen.at > oldest && one.seen.origin != origin);
        let one = Stranger { seen: SeenOrigin { origin, at: now }, signed: signed || was_signed };
        if all.len() >= limits::STRANGERS {
            let Some(place) = all.iter_mut().find(|other| one.signed && !other.signed) else { return };
            *place = one;
        } else {
            all.push(one);
        }
    }

    fn told(&self, own: &[String], now: Timestamp) -> Vec<SeenOrigin> {
        let oldest = now.checked_sub(limits::STRANGERS_MINUTES.minutes()).unwrap_or(now);
        let all = self.0.borrow();
        let is_own = |seen: &SeenOrigin| own.iter().any(|origin| origin.eq_ignore_ascii_case(&seen.origin));
        let mut told: Vec<_> = all
            .iter()
            .map(|one| &one.seen)
            .filter(|seen| seen.at > oldest && !is_own(seen))
            .cloned()
            .collect();
        told.sort_by_key(|seen| std::cmp::Reverse(seen.at));
        told
    }
}

/// Notes that the widget was seen on pages of an origin of the store's, at most once an hour.
pub(super) fn note_tag(sql: &Sql, origin: &str, now: Timestamp) -> Outcome<Reply> {
    let own = settings(sql)?.origins;
    let Some(origin) = own.iter().find(|own| own.eq_ignore_ascii_case(origin)) else {
        return Ok(Reply::empty(204));
    };
    let known = seen(sql)?.into_iter().find(|seen| seen.origin == *origin);
    let fresh = known.is_some_and(|seen| {
        let age = now.duration_since(seen.at);
        !age.is_negative() && age.as_secs() < limits::TAG_NOTED_SECONDS
    });
    if !fresh {
        // Those that are not the store's any more go: there are never more than it has.
        for old in seen(sql)?.iter().filter(|old| !own.contains(&old.origin)) {
            sql.run("DELETE FROM tag_seen WHERE origin = ?", vec![old.origin.as_str().into()])?;
        }
        sql.run(
            "INSERT OR REPLACE INTO tag_seen VALUES (?, ?)",
            vec![origin.as_str().into(), now.to_string().into()],
        )?;
    }
    Ok(Reply::empty(204))
}

fn seen(sql: &Sql) -> Outcome<Vec<SeenOrigin>> {
    #[derive(Deserialize)]
    struct Row {
        origin: String,
        at: String,
    }
    let rows: Vec<Row> = sql.rows("SELECT origin, at FROM tag_seen", vec![])?;
    rows.into_iter()
        .map(|Row { origin, at }| {
            let at = at.parse().map_err(|error| broken("a stored moment", error))?;
            Ok(SeenOrigin { origin, at })
        })
        .collect()
}

/// What was seen for the first time.
pub(super) fn firsts(sql: &Sql) -> Outcome<Firsts> {
    let row: Option<JsonRow> = sql.first("SELECT json FROM setting WHERE name = 'firsts'", vec![])?;
    let read = row.map(|row| serde_json::from_str(&row.json)).transpose();
    Ok(read.map_err(|error| broken("firsts", error))?.unwrap_or_default())
}

/// Notes the first shopper, or the first order.
pub(super) fn note_first(sql: &Sql, is_order: bool, now: Timestamp) -> Outcome<Reply> {
    settings(sql)?;
    let before = firsts(sql)?;
    let order_at = before.order_at.or(is_order.then_some(now));
    let after = Firsts { shopper: before.shopper || !is_order, order_at };
    if after != before {
        let json = serde_json::to_string(&after).map_err(|error| broken("firsts", error))?;
        sql.run("INSERT OR REPLACE INTO setting VALUES ('firsts', ?)", vec![json.into()])?;
        bump(sql)?;
    }
    Ok(Reply::empty(204))
}

/// `GET /v1/setup`.
pub(super) fn get(sql: &Sql, strangers: &Strangers, now: Timestamp) -> Outcome<Reply> {
    let settings = settings(sql)?;
    let program = versions::row(sql, None)?.ok_or_else(|| broken("store", "it has no program"))?;
    let firsts = firsts(sql)?;
    let mut tag_seen = seen(sql)?;
    tag_seen.retain(|seen| settings.origins.contains(&seen.origin));
    tag_seen.sort_by_key(|seen| std::cmp::Reverse(seen.at));
    Reply::json(
        200,
        &Setup {
            unknown_origins: strangers.told(&settings.origins, now),
            store_id: settings.store_id,
            program_version: program.version,
            set_up: !settings.without_program || program.version > 1,
            tag_seen,
            shoppers: firsts.shopper,
            first_order_at: firsts.order_at,
        },
    )
}
