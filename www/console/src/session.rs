//! Who is signed in, and to which store.

use std::collections::BTreeMap;

use fidela_rules::program::Plural;
use leptos::prelude::*;
use serde::Deserialize;
use serde_json::Value;

use crate::{api, texts};

/// `GET /v1/session`.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct Session {
    /// `st_…`.
    pub store_id: String,
    /// What people read.
    pub store_name: String,
    /// The store's own language.
    pub locale: String,
    /// Who it is.
    pub member: Member,
    /// What they may do: `orders`, `customers`, `erase`, `program`, `settings`, `keys`.
    pub scopes: Vec<String>,
}

/// A member of the store's team.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct Member {
    /// `mb_…`.
    pub id: String,
    /// Where links go.
    pub email: String,
    /// What people read.
    pub name: String,
    /// `owner` or `staff`.
    pub role: String,
}

/// The program in force: the parts that every page needs to write numbers.
#[derive(Debug, Clone, Default, Deserialize)]
struct InForce {
    program: Value,
}

/// What is known of who is here.
#[derive(Debug, Clone, PartialEq)]
pub enum Who {
    /// Not asked yet.
    Unknown,
    /// Nobody: the sign-in page is all there is.
    Nobody,
    /// It could not be found out; `sentence` says why.
    Failed(String),
    /// Somebody.
    Somebody(Session),
}

thread_local! {
    // The page's own, and nobody's in particular: it outlives each component.
    static WHO: ArcRwSignal<Who> = ArcRwSignal::new(Who::Unknown);
}

/// Who is here, now and later.
pub fn who() -> ArcRwSignal<Who> {
    WHO.with(Clone::clone)
}

/// The session, where there is one. Not followed: with another one, all of the frame is made anew.
pub fn current() -> Option<Session> {
    match who().get_untracked() {
        Who::Somebody(session) => Some(session),
        _ => None,
    }
}

/// Whether whoever is here may do something. Only what is shown depends on it: the API decides by itself.
pub fn may(scope: &str) -> bool {
    current().is_some_and(|session| session.scopes.iter().any(|known| known == scope))
}

/// Asks who is here, and how their store writes numbers.
pub async fn load() {
    let found = match api::get::<Session>("/v1/session").await {
        Ok(session) => {
            let _ = learn_formats(&session.locale).await;
            Who::Somebody(session)
        }
        Err(failure) if failure.status() == 401 => Who::Nobody,
        Err(failure) => Who::Failed(failure.sentence()),
    };
    who().set(found);
}

/// Learns how the store writes numbers; to be called again when currency, time zone or names of points have changed.
pub async fn learn_formats(home: &str) -> api::Answer<()> {
    let InForce { program } = api::get("/v1/program").await?;
    let text =
        |key: &str, otherwise: &str| program.get(key).and_then(Value::as_str).unwrap_or(otherwise).to_owned();
    let names = program.pointer("/points/name").cloned().unwrap_or_default();
    let names: BTreeMap<String, Plural> = serde_json::from_value(names).unwrap_or_default();
    texts::of_store(home, &text("currency", "EUR"), &text("timezone", "UTC"), names);
    Ok(())
}

/// The session has run out: whoever works here is asked to sign in again, and comes back to the same address.
pub(crate) fn ended() {
    who().set(Who::Nobody);
}
