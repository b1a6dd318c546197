//! How an invitation looks before it is published.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::merchant::FieldFault;

/// `POST /v1/referrals/preview`.
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct PreviewInvitation {
    /// The program's `referrals`, as they would be; if not said, those in force.
    #[serde(default)]
    pub referrals: Option<Value>,
    /// The reader's language; if not said, the store's.
    #[serde(default)]
    pub locale: Option<String>,
}

/// What invitees and networks would see.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct InvitationPreview {
    /// The language that it is said in.
    pub locale: String,
    /// The whole page of `/r/{code}`, to be shown in an `<iframe sandbox srcdoc>`: its addresses are whole.
    pub html: String,
    /// What shoppers read where they invite.
    pub invite: InvitePreview,
    /// What the page says to networks.
    pub tags: Vec<Tag>,
    /// How networks show it.
    pub networks: Vec<NetworkPreview>,
    /// What is allowed but may surprise.
    pub warnings: Vec<FieldFault>,
}

/// The head of the page where shoppers invite.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct InvitePreview {
    /// Its title.
    pub title: String,
    /// Its text.
    pub body: String,
    /// What the shopper gets, and when.
    pub gives: String,
    /// What the friend gets.
    pub friend_gets: Option<String>,
}

/// A `<meta>` of the page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Tag {
    /// `og:title`, `twitter:card`, …
    pub name: String,
    /// What it says.
    pub content: String,
}

/// A link as one network shows it, as far as networks tell: they change it when they like.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct NetworkPreview {
    /// `facebook`, `x`, `whatsapp`, `telegram`, `linkedin`.
    pub id: String,
    /// What people call it.
    pub name: String,
    /// The title, cut where the network cuts it.
    pub title: String,
    /// The description, cut where the network cuts it; empty where it shows none.
    pub description: String,
    /// The host that it names.
    pub domain: String,
    /// The picture's address, if there is one.
    pub image: Option<String>,
    /// Whether the network cuts the picture's sides or its top and bottom.
    pub image_is_cut: bool,
}
