//! A store's team: who may sign in to the console, sessions, secrets that sign tokens, and the record of who did what.

use crate::scopes::{Author, Role, Scope};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// `POST /v1/sign_in`.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct SignIn {
    /// The address that a link is sent to, if it belongs to somebody of a team.
    pub email: String,
    /// The letter's language; the store's own, if not said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub locale: Option<String>,
}

/// `POST /v1/session`.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct CreateSession {
    /// What follows `#token=` in the letter's link.
    pub token: String,
}

/// Who is signed in, and what they may do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Session {
    /// `st_…`.
    pub store_id: String,
    /// What people read.
    pub store_name: String,
    /// The store's own language.
    pub locale: String,
    /// Who.
    pub member: Member,
    /// What they may do.
    pub scopes: Vec<Scope>,
    /// When they have to sign in again.
    pub expires_at: Timestamp,
}

/// A person of a store's team.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Member {
    /// `mb_…`.
    pub id: String,
    /// Where links to sign in are sent.
    pub email: String,
    /// What people read.
    pub name: String,
    /// What they may do.
    pub role: Role,
    /// Since when.
    pub added_at: Timestamp,
    /// When they last signed in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub signed_in_at: Option<Timestamp>,
}

/// `POST /v1/team`.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct AddMember {
    /// Where links to sign in are sent.
    pub email: String,
    /// What people read.
    pub name: String,
    /// What they may do.
    pub role: Role,
}

/// `PUT /v1/team/{member}`.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct PutMember {
    /// What people read.
    pub name: String,
    /// What they may do.
    pub role: Role,
}

/// The first person of a new store, who may do everything.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Owner {
    /// Where links to sign in are sent.
    pub email: String,
    /// What people read.
    pub name: String,
}

/// A secret that signs shopper tokens, without itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct IdentitySecretRow {
    /// `is_…`.
    pub id: String,
    /// Its last characters, to know it by.
    pub ends_with: String,
    /// When it was made; secrets of old do not say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub created_at: Option<Timestamp>,
}

/// A new one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct IdentitySecretCreated {
    /// Without itself.
    #[serde(flatten)]
    pub row: IdentitySecretRow,
    /// Shown once: a replay has `null` here.
    pub identity_secret: Option<String>,
}

/// Something that somebody did.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct AuditRow {
    /// Counts up.
    pub id: u64,
    /// When.
    pub at: Timestamp,
    /// Who.
    pub who: Author,
    /// What: the `operationId` of the request, as `PutProgram`.
    pub action: String,
    /// To what: a key's id, a customer's. None where it says all itself, or where it must not be kept.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub object: Option<String>,
    /// More for people: a name, a reason.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}
