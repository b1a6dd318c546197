//! Pictures of a store's pages, and its colours.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::merchant::FieldFault;

/// What a picture is for, which decides what is asked of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum PictureUse {
    /// What networks show of an invitation's link, and the page that invitees open.
    Social,
    /// Stands at the head of the store's pages.
    Logo,
}

impl PictureUse {
    /// The use that a word names.
    pub fn of_word(word: &str) -> Option<Self> {
        match word {
            "social" => Some(Self::Social),
            "logo" => Some(Self::Logo),
            _ => None,
        }
    }
}

/// `GET /v1/pictures`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct PictureList {
    /// By name.
    pub items: Vec<Picture>,
}

/// A picture that a merchant has uploaded.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Picture {
    /// What the program and the theme call it.
    pub name: String,
    /// What it is for.
    #[serde(rename = "use")]
    pub used_for: PictureUse,
    /// Where it is, from this server's root; another picture has another address.
    pub url: String,
    /// `image/png`, `image/jpeg`, `image/webp` or `image/svg+xml`: what its bytes are.
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
    /// What was taken out of it, each once: a camera's notes, and what has no place in an SVG.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub removed: Vec<String>,
    /// What is allowed but may surprise, in the caller's language.
    #[serde(default)]
    pub warnings: Vec<PictureWarning>,
}

/// Something about a picture that is allowed but may surprise.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct PictureWarning {
    /// A stable word: `cut_by_networks`.
    pub code: String,
    /// What happens, and what to do about it.
    pub title: String,
}

/// `PUT /v1/theme`: what the store's widget, letters and pages look like. What is not said is as it comes.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Theme {
    /// Buttons and what stands out: `#rgb` or `#rrggbb`.
    #[serde(default)]
    pub accent: Option<String>,
    /// Words on them; if not said, black or white, whichever reads better.
    #[serde(default)]
    pub on_accent: Option<String>,
    /// What everything stands on; only together with `text`. Chosen, there are no dark colours.
    #[serde(default)]
    pub surface: Option<String>,
    /// Words on it.
    #[serde(default)]
    pub text: Option<String>,
    /// Font families, the first that is there: `Inter, "Segoe UI", sans-serif`.
    #[serde(default)]
    pub font: Option<String>,
    /// How round corners are, 0 to 32 pixels.
    #[serde(default)]
    pub radius: Option<i64>,
    /// Name of a picture that was uploaded as a logo.
    #[serde(default)]
    pub logo: Option<String>,
}

/// `GET /v1/theme`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ThemeState {
    /// As told.
    pub theme: Theme,
    /// Where the logo is, from this server's root, if there is one.
    pub logo_url: Option<String>,
    /// How well words can be read.
    pub contrast: Contrast,
    /// What is allowed but may surprise: `low_contrast`, `unknown_picture`.
    pub warnings: Vec<FieldFault>,
}

/// Contrast by WCAG, in hundredths: 450 is 4.5:1, the least for words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Contrast {
    /// Of `on_accent` on `accent`.
    pub on_accent: u32,
    /// Of `text` on `surface`.
    pub text: u32,
}
