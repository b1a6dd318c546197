//! Sessions of people who are signed in to the console: a signed cookie, and what keeps pages of others from using it.
//!
//! The cookie says which store, who, and since when; a store's configuration says who is in its team, and which sessions
//! have ended. Nothing else is looked up.

use std::rc::Rc;

use fidela_protocol::scopes::{Author, AuthorKind};
use fidela_protocol::team::{Member, Session};
use fidela_protocol::{Code, Problem};
use jiff::{Timestamp, ToSpan};

use crate::answer::Answer;
use crate::call::Call;
use crate::config::{self, Person, StoreConfig};
use crate::failure::{Outcome, broken};
use crate::platform::crypto;
use crate::{auth, limits};

/// What the console sends with everything that writes: no form can, and no page of another origin may.
const HEADER: &str = "fidela-console";

/// Somebody's session, which is good now.
pub(crate) struct Known {
    /// The store they are signed in to.
    pub(crate) store: Rc<StoreConfig>,
    /// Who.
    pub(crate) member: Member,
    /// The session's own id.
    pub(crate) id: String,
    /// When they have to sign in again.
    pub(crate) until: Timestamp,
}

impl Known {
    /// Who they are, for the record.
    pub(crate) fn author(&self) -> Author {
        let Member { id, name, .. } = self.member.clone();
        Author { kind: AuthorKind::Member, id, name }
    }

    /// As the console reads it.
    pub(crate) fn shown(self) -> Session {
        Session {
            store_id: self.store.store_id.clone(),
            store_name: self.store.name.clone(),
            locale: self.store.locale.clone(),
            scopes: self.member.role.scopes().to_vec(),
            member: self.member,
            expires_at: self.until,
        }
    }
}

/// What a cookie says, in this order, with dots between.
struct Claims<'c> {
    store: &'c str,
    member: &'c str,
    generation: u32,
    session: &'c str,
    until: Timestamp,
}

/// Whether the world reaches this deployment by TLS: then browsers send the cookie by nothing else.
fn is_secure(call: &Call) -> bool {
    call.edge.starts_with("https://")
}

fn name(call: &Call) -> &'static str {
    if is_secure(call) { "__Host-fidela_session" } else { "fidela_session" }
}

fn cookie(call: &Call) -> Option<String> {
    let cookies = call.header("cookie")?;
    let wanted = name(call);
    let mut own = cookies.split(';').filter_map(|one| one.trim().split_once('='));
    own.find(|(name, _)| *name == wanted).map(|(_, value)| value.to_owned()).filter(|value| !value.is_empty())
}

/// Whether a request comes with a session, good or not.
pub(crate) fn is_there(call: &Call) -> bool {
    cookie(call).is_some()
}

fn mac(store: &StoreConfig, signed: &str) -> String {
    crypto::to_base64url(&crypto::hmac(store.index_key.as_bytes(), format!("session\n{signed}").as_bytes()))
}

fn read(signed: &str) -> Option<Claims<'_>> {
    let mut parts = signed.split('.');
    let (store, member, generation) = (parts.next()?, parts.next()?, parts.next()?.parse().ok()?);
    let (session, until) = (parts.next()?, parts.next()?.parse().ok()?);
    let until = Timestamp::from_second(until).ok()?;
    parts.next().is_none().then_some(Claims { store, member, generation, session, until })
}

/// Who is signed in.
pub(crate) async fn known(call: &Call) -> Outcome<Known> {
    let cookie = cookie(call).filter(|cookie| cookie.len() <= limits::SESSION_BYTES);
    let cookie = cookie.ok_or(Code::Unauthorized)?;
    let (signed, signature) = cookie.rsplit_once('.').ok_or(Code::Unauthorized)?;
    let claims = read(signed).ok_or(Code::Unauthorized)?;
    let id = format!("st_{}", claims.store);
    let mut store = auth::store(call, &id).await?.ok_or(Code::Unauthorized)?;
    if !crypto::same(mac(&store, signed).as_bytes(), signature.as_bytes()) || claims.until <= call.now {
        return Err(Code::Unauthorized.into());
    }
    // A good cookie that is newer than what is remembered of the store: somebody has just been let in, or has ended
    // all other sessions.
    if person(&store, claims.member).is_none_or(|person| person.generation < claims.generation) {
        config::read_anew(&id);
        store = auth::store(call, &id).await?.ok_or(Code::Unauthorized)?;
    }
    let person = person(&store, claims.member).filter(|person| person.generation == claims.generation);
    let person = person.cloned().ok_or(Code::Unauthorized)?;
    if store.ended_sessions.iter().any(|ended| ended == claims.session) {
        return Err(Code::Unauthorized.into());
    }
    let (session, until) = (claims.session.to_owned(), claims.until);
    Ok(Known { store, member: person.member, id: session, until })
}

fn person<'s>(store: &'s StoreConfig, member: &str) -> Option<&'s Person> {
    store.team.iter().find(|person| person.member.id == member)
}

/// Refuses what a page of somebody else's may have caused: a browser sends cookies whoever makes it send them. Pages of
/// other ports of the same machine, and of sister domains, count as somebody else's.
pub(crate) fn refuse_others(call: &Call) -> Outcome<()> {
    let refused = |detail: &str| Err(Problem::new(Code::CrossSiteRequest).detail(detail).into());
    let fetched = call.header("sec-fetch-site");
    if fetched.is_some_and(|site| !matches!(site.as_str(), "same-origin" | "none")) {
        return refused("The request comes from a page of another origin.");
    }
    if matches!(call.method.as_str(), "GET" | "HEAD") {
        return Ok(());
    }
    let origin = call.header("origin");
    if !origin.is_some_and(|origin| origin == call.edge || origin == call.origin) {
        return refused("`Origin` has to be this deployment's own.");
    }
    if call.header(HEADER).as_deref() != Some("1") {
        return refused("The header `Fidela-Console: 1` is missing.");
    }
    Ok(())
}

/// A new session of somebody who has just proved who they are; with the cookie that keeps it.
pub(crate) fn begin(
    call: &Call,
    store: Rc<StoreConfig>,
    member: Member,
    generation: u32,
) -> Outcome<(Known, String)> {
    let until = call.now.checked_add(limits::SESSION_HOURS.hours());
    let until = until.map_err(|error| broken("session", error))?;
    // As the cookie keeps it: whole seconds.
    let until = Timestamp::from_second(until.as_second()).map_err(|error| broken("session", error))?;
    let id = fidela_protocol::ids::base32(&crypto::random::<10>()?);
    let name_of_store = store.store_id.strip_prefix("st_").unwrap_or_default();
    let signed = format!("{name_of_store}.{}.{generation}.{id}.{}", member.id, until.as_second());
    let value = format!("{signed}.{}", mac(&store, &signed));
    let seconds = limits::SESSION_HOURS.saturating_mul(60).saturating_mul(60);
    let cookie = written(call, &value, seconds);
    Ok((Known { store, member, id, until }, cookie))
}

/// What a browser keeps; with nothing and for no time, what it forgets.
fn written(call: &Call, value: &str, seconds: i64) -> String {
    let secure = if is_secure(call) { "; Secure" } else { "" };
    format!("{}={value}; Path=/; HttpOnly; SameSite=Strict; Max-Age={seconds}{secure}", name(call))
}

/// An answer that ends the browser's part of a session.
pub(crate) fn forget(call: &Call, answer: Answer) -> Answer {
    answer.header("set-cookie", written(call, "", 0)).header("cache-control", "no-store")
}
