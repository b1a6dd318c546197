//! The library of missions, and icons.

use fidela_rules::program::{Mission, Verify};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// `GET /v1/missions/library`: every kind of mission, ready to be added.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct MissionLibrary {
    /// Each kind.
    pub items: Vec<LibraryMission>,
}

/// A kind of mission.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct LibraryMission {
    /// The kind.
    pub kind: String,
    /// What shoppers read where the program's mission has no name; in the caller's language.
    pub name: String,
    /// What to do, where the program's mission does not say; in the caller's language.
    pub description: String,
    /// Name of its built-in icon.
    pub icon: String,
    /// Where that icon is.
    pub icon_url: String,
    /// What it asks of a shopper, about so many minutes; the suggested points follow from it.
    pub minutes: i64,
    /// How its completion can be known; the first is suggested.
    pub verify: Vec<Verify>,
    /// Whether a store can have it once only.
    pub once: bool,
    /// Whether the program has it.
    pub added: bool,
    /// Whether it can be added to the program as it is now.
    pub available: bool,
    /// Why not.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// What can be put into the program's `missions` as it stands.
    pub mission: Mission,
}

/// `GET /v1/icons`: what missions can be shown with.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct IconList {
    /// The store's own.
    pub items: Vec<Icon>,
    /// Those that every store has.
    pub built_in: Vec<BuiltInIcon>,
}

/// An icon that a merchant has uploaded.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Icon {
    /// What missions call it.
    pub name: String,
    /// Where it is, from this server's root; another picture has another address.
    pub url: String,
    /// `image/png`, `image/webp` or `image/svg+xml`: what its bytes are.
    #[serde(rename = "type")]
    pub kind: String,
    /// Pixels; of an SVG, its own units.
    pub width: u32,
    /// Pixels; of an SVG, its own units.
    pub height: u32,
    /// Size.
    pub bytes: u32,
    /// When it was uploaded.
    pub updated_at: Timestamp,
    /// What was taken out of an SVG because it has no place in a picture, each once.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub removed: Vec<String>,
}

/// An icon that every store has.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct BuiltInIcon {
    /// What missions call it.
    pub name: String,
    /// Where it is, from this server's root: one colour, `currentColor`, to be used as a mask.
    pub url: String,
}
