//! Who may sign in to a store's console: its people, the links that were sent to them, and sessions that ended before
//! their time.

use std::collections::BTreeMap;

use fidela_protocol::Code;
use fidela_protocol::Problem;
use fidela_protocol::ids::base32;
use fidela_protocol::merchant::Page;
use fidela_protocol::scopes::Role;
use fidela_protocol::team::{AddMember, Member, Owner, PutMember};
use jiff::{Timestamp, ToSpan};
use serde::{Deserialize, Serialize};

use super::ops::{bump, moment, settings};
use crate::config::Person;
use crate::failure::{Outcome, broken};
use crate::limits;
use crate::objects::Reply;
use crate::objects::shard::idempotency::Kept;
use crate::platform::crypto;
use crate::platform::storage::Sql;

/// People. Whoever was removed keeps a name, for the record of who did what, and no address.
pub(super) const MEMBERS: &str = "CREATE TABLE member (id TEXT PRIMARY KEY, email TEXT NOT NULL, name TEXT NOT NULL, role TEXT NOT NULL, generation INTEGER NOT NULL, added_at TEXT NOT NULL, signed_in_at TEXT, removed_at TEXT) WITHOUT ROWID";
/// Links that were sent and not used: of each, what its token hashes to.
pub(super) const LINKS: &str = "CREATE TABLE sign_in_link (hash TEXT PRIMARY KEY, member TEXT NOT NULL, until_ms INTEGER NOT NULL) WITHOUT ROWID";
/// Sessions that were signed out of, until they would have ended anyway.
pub(super) const ENDED: &str =
    "CREATE TABLE ended_session (id TEXT PRIMARY KEY, until_ms INTEGER NOT NULL) WITHOUT ROWID";

#[derive(Deserialize)]
struct Stored {
    id: String,
    email: String,
    name: String,
    role: String,
    generation: u32,
    added_at: String,
    signed_in_at: Option<String>,
    removed_at: Option<String>,
}

impl Stored {
    fn role(&self) -> Outcome<Role> {
        serde_json::from_value(self.role.as_str().into()).map_err(|error| broken("role", error))
    }

    fn into_member(self) -> Outcome<Member> {
        let role = self.role()?;
        let signed_in_at = self.signed_in_at.as_deref().map(moment).transpose()?;
        let added_at = moment(&self.added_at)?;
        Ok(Member { id: self.id, email: self.email, name: self.name, role, added_at, signed_in_at })
    }
}

/// What the Worker in front sends to whoever asks to sign in.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct NewLink {
    /// Whose: the letter goes to the address that the team has, not to what somebody typed.
    pub(crate) email: String,
    /// Whose.
    pub(crate) name: String,
    /// What proves that they got it.
    pub(crate) secret: String,
}

/// Who has used a link.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct SignedIn {
    /// Who.
    pub(crate) member: Member,
    /// Of their sessions: those of earlier ones have ended.
    pub(crate) generation: u32,
}

/// Somebody who was removed, and whose address leads here no more.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Removed {
    /// As it was; none where they had been removed before.
    pub(crate) email: Option<String>,
}

fn all(sql: &Sql) -> Outcome<Vec<Stored>> {
    sql.rows(
        "SELECT id, email, name, role, generation, added_at, signed_in_at, removed_at FROM member ORDER BY added_at, id",
        vec![],
    )
}

fn live(sql: &Sql) -> Outcome<Vec<Stored>> {
    Ok(all(sql)?.into_iter().filter(|stored| stored.removed_at.is_none()).collect())
}

/// People and names as the Worker in front keeps them.
pub(super) fn known(sql: &Sql) -> Outcome<(Vec<Person>, BTreeMap<String, String>)> {
    let (mut people, mut former) = (Vec::new(), BTreeMap::new());
    for stored in all(sql)? {
        if stored.removed_at.is_some() {
            former.insert(stored.id, stored.name);
        } else {
            let generation = stored.generation;
            people.push(Person { member: stored.into_member()?, generation });
        }
    }
    Ok((people, former))
}

/// Sessions that have ended before their time.
pub(super) fn ended(sql: &Sql) -> Outcome<Vec<String>> {
    #[derive(Deserialize)]
    struct Row {
        id: String,
    }
    let rows: Vec<Row> = sql.rows("SELECT id FROM ended_session ORDER BY id", vec![])?;
    Ok(rows.into_iter().map(|row| row.id).collect())
}

pub(super) fn list(sql: &Sql) -> Outcome<Reply> {
    let items: Vec<Member> = live(sql)?.into_iter().map(Stored::into_member).collect::<Outcome<_>>()?;
    Reply::json(200, &Page { items, next: None })
}

fn insert(sql: &Sql, email: &str, name: &str, role: Role, now: Timestamp) -> Outcome<Member> {
    let member = Member {
        id: format!("mb_{}", base32(&crypto::random::<10>()?)),
        email: email.to_owned(),
        name: name.to_owned(),
        role,
        added_at: now,
        signed_in_at: None,
    };
    sql.run(
        "INSERT INTO member (id, email, name, role, generation, added_at) VALUES (?, ?, ?, ?, 1, ?)",
        vec![member.id.as_str().into(), email.into(), name.into(), word(role).into(), now.to_string().into()],
    )?;
    Ok(member)
}

const fn word(role: Role) -> &'static str {
    match role {
        Role::Owner => "owner",
        Role::Staff => "staff",
    }
}

/// The first person of a new store.
pub(super) fn insert_owner(sql: &Sql, owner: &Owner, now: Timestamp) -> Outcome<()> {
    insert(sql, &owner.email, &owner.name, Role::Owner, now).map(drop)
}

pub(super) fn add(sql: &Sql, request: &AddMember, now: Timestamp) -> Outcome<Kept> {
    settings(sql)?;
    let AddMember { email, name, role } = request;
    let team = live(sql)?;
    if team.iter().any(|known| known.email.eq_ignore_ascii_case(email)) {
        return Err(Code::AlreadyInTeam.into());
    }
    if team.len() >= limits::MEMBERS {
        return Err(Problem::new(Code::TooManyMembers).with("limit", limits::MEMBERS).into());
    }
    let member = insert(sql, email, name, *role, now)?;
    // Names of the past are kept, though not for ever.
    sql.run(
        "DELETE FROM member WHERE removed_at IS NOT NULL AND id NOT IN
         (SELECT id FROM member WHERE removed_at IS NOT NULL ORDER BY removed_at DESC LIMIT ?)",
        vec![limits::FORMER_MEMBERS.into()],
    )?;
    bump(sql)?;
    Kept::same(201, &member)
}

/// A store keeps an owner.
fn keep_an_owner(team: &[Stored], without: &str) -> Outcome<()> {
    let other = team.iter().any(|known| known.id != without && known.role == word(Role::Owner));
    if other { Ok(()) } else { Err(Code::LastOwner.into()) }
}

pub(super) fn put(sql: &Sql, id: &str, told: &PutMember) -> Outcome<Reply> {
    let team = live(sql)?;
    let known = team.iter().find(|known| known.id == id).ok_or(Code::NotFound)?;
    let was = known.role()?;
    if was == Role::Owner && told.role != Role::Owner {
        keep_an_owner(&team, id)?;
    }
    if was != told.role || known.name != told.name {
        sql.run(
            "UPDATE member SET name = ?, role = ? WHERE id = ?",
            vec![told.name.as_str().into(), word(told.role).into(), id.into()],
        )?;
        bump(sql)?;
    }
    let team = live(sql)?.into_iter().find(|known| known.id == id);
    Reply::json(200, &team.ok_or(Code::NotFound)?.into_member()?)
}

pub(super) fn remove(sql: &Sql, id: &str, now: Timestamp) -> Outcome<Reply> {
    let known = all(sql)?.into_iter().find(|known| known.id == id).ok_or(Code::NotFound)?;
    if known.removed_at.is_some() {
        return Reply::json(200, &Removed { email: None });
    }
    if known.role()? == Role::Owner {
        keep_an_owner(&live(sql)?, id)?;
    }
    sql.run(
        "UPDATE member SET email = '', removed_at = ? WHERE id = ?",
        vec![now.to_string().into(), id.into()],
    )?;
    sql.run("DELETE FROM sign_in_link WHERE member = ?", vec![id.into()])?;
    bump(sql)?;
    Reply::json(200, &Removed { email: Some(known.email) })
}

/// A link for whoever has an address, if somebody has.
pub(super) fn new_link(sql: &Sql, email: &str, now: Timestamp) -> Outcome<Reply> {
    let known = live(sql)?.into_iter().find(|known| known.email.eq_ignore_ascii_case(email));
    let known = known.ok_or(Code::NotFound)?;
    let secret = base32(&crypto::random::<20>()?);
    let until = now.checked_add(limits::LINK_MINUTES.minutes()).map_err(|error| broken("link", error))?;
    sql.run("DELETE FROM sign_in_link WHERE until_ms <= ?", vec![now.as_millisecond().into()])?;
    sql.run(
        "INSERT INTO sign_in_link VALUES (?, ?, ?)",
        vec![
            crypto::sha256_hex(secret.as_bytes()).into(),
            known.id.as_str().into(),
            until.as_millisecond().into(),
        ],
    )?;
    Reply::json(200, &NewLink { email: known.email, name: known.name, secret })
}

/// Somebody has a link's token: it is used up.
pub(super) fn use_link(sql: &Sql, hash: &str, now: Timestamp) -> Outcome<Reply> {
    #[derive(Deserialize)]
    struct Row {
        member: String,
        until_ms: i64,
    }
    let row: Option<Row> =
        sql.first("SELECT member, until_ms FROM sign_in_link WHERE hash = ?", vec![hash.into()])?;
    let row = row.filter(|row| row.until_ms > now.as_millisecond()).ok_or(Code::LinkInvalid)?;
    let known = live(sql)?.into_iter().find(|known| known.id == row.member).ok_or(Code::LinkInvalid)?;
    sql.run("DELETE FROM sign_in_link WHERE hash = ?", vec![hash.into()])?;
    sql.run(
        "UPDATE member SET signed_in_at = ? WHERE id = ?",
        vec![now.to_string().into(), known.id.as_str().into()],
    )?;
    bump(sql)?;
    let generation = known.generation;
    let member = Member { signed_in_at: Some(now), ..known.into_member()? };
    Reply::json(200, &SignedIn { member, generation })
}

/// A session is signed out of; or all of this person's.
pub(super) fn end_session(
    sql: &Sql,
    member: &str,
    session: &str,
    until: Timestamp,
    everywhere: bool,
    now: Timestamp,
) -> Outcome<Reply> {
    #[derive(Deserialize)]
    struct Count {
        n: usize,
    }
    sql.run("DELETE FROM ended_session WHERE until_ms <= ?", vec![now.as_millisecond().into()])?;
    let ended: Option<Count> = sql.first("SELECT COUNT(*) AS n FROM ended_session", vec![])?;
    // The Worker in front remembers each of them: where they are very many, all of this person's end.
    if everywhere || ended.is_some_and(|ended| ended.n >= limits::ENDED_SESSIONS) {
        sql.run("UPDATE member SET generation = generation + 1 WHERE id = ?", vec![member.into()])?;
        sql.run("DELETE FROM sign_in_link WHERE member = ?", vec![member.into()])?;
    } else {
        sql.run(
            "INSERT OR REPLACE INTO ended_session VALUES (?, ?)",
            vec![session.into(), until.as_millisecond().into()],
        )?;
    }
    bump(sql)?;
    Ok(Reply::empty(204))
}
