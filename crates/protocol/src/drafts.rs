//! A program on its way: its versions with who made them, the draft that a team shares, what the widget would show
//! under a draft, and how far a new store is.

use crate::merchant::{FieldFault, PreviewAccount};
use crate::pictures::{Theme, ThemeState};
use crate::referrals::MyInvitations;
use crate::scopes::Author;
use crate::shopper::{HistoryPage, Me, PublicStore};
use fidela_rules::changes::ProgramChange;
use fidela_rules::named;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// A row of `GET /v1/program/versions`, newest first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct VersionRow {
    /// Counts from 1.
    pub version: u64,
    /// When it came into force.
    pub since: Timestamp,
    /// Who published it; nobody knows of versions from before that was written down.
    pub by: Option<Author>,
    /// What is different from the version before, at most 50; none in the first.
    pub changes: Vec<ProgramChange>,
    /// How many more there are.
    #[serde(default)]
    pub more: u64,
}

/// `PUT /v1/program/draft`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct PutDraft {
    /// The program as far as it is: any object, also one with faults.
    pub program: Value,
    /// The version that it was edited from. As the draft had it, if not said; where there is none, the one in force.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub based_on: Option<u64>,
}

/// `GET /v1/program/draft`: what the team is working on. It decides nothing until it is published.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ProgramDraft {
    /// Whether there is one. If not, this is the program in force, to begin with.
    pub saved: bool,
    /// As told.
    pub program: Value,
    /// The version that it was edited from.
    pub based_on: u64,
    /// The version in force: another one than `based_on` where somebody has published meanwhile.
    pub version: u64,
    /// Grows with each change; also the `ETag`.
    pub revision: u64,
    /// When it was last changed.
    pub updated_at: Timestamp,
    /// By whom.
    pub by: Option<Author>,
    /// What has to be mended before it can be published.
    pub faults: Vec<FieldFault>,
}

/// `POST /v1/preview/me`: what the widget would show.
#[derive(Debug, Clone, Default, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct PreviewMe {
    /// A draft; the program in force, if not said.
    #[serde(default)]
    pub program: Option<Value>,
    /// What it would look like; as it is, if not said.
    #[serde(default, deserialize_with = "named::maybe")]
    pub theme: Option<Theme>,
    /// A shopper who is made up.
    #[serde(default, deserialize_with = "named::object")]
    pub account: PreviewAccount,
    /// The shopper's language; the store's, if not said.
    #[serde(default)]
    pub locale: Option<String>,
}

/// What the widget would read, request by request, of a shopper who is made up.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct MePreview {
    /// `GET /v1/stores/{store}/public`.
    pub public: PublicStore,
    /// `GET /v1/me`.
    pub me: Me,
    /// `GET /v1/me/ledger`.
    pub ledger: HistoryPage,
    /// `GET /v1/me/invitations`.
    pub invitations: MyInvitations,
    /// `GET /v1/theme`: how well its words can be read.
    pub look: ThemeState,
}

/// `GET /v1/setup`: how far a new store is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Setup {
    /// `st_…`: what the script tag names.
    pub store_id: String,
    /// Version of the program in force.
    pub program_version: u64,
    /// Whether the merchant has given it a program: a store made without one has one that is switched off.
    pub set_up: bool,
    /// Pages of the store's origins that the widget was seen on, newest first.
    pub tag_seen: Vec<SeenOrigin>,
    /// Pages of other origins that it was seen on within the last quarter of an hour, newest first, at most 5: where one of
    /// them is the shop, it has to be added to the store's origins.
    pub unknown_origins: Vec<SeenOrigin>,
    /// Whether a shopper is known.
    pub shoppers: bool,
    /// When the first order was told.
    pub first_order_at: Option<Timestamp>,
}

/// An origin whose pages have the widget.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct SeenOrigin {
    /// `https://shop.example`.
    pub origin: String,
    /// When it was last written down: at most once an hour.
    pub at: Timestamp,
}
