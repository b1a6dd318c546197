//! Shop platforms that tell a store's customers.

use serde::{Deserialize, Serialize};

/// `PUT /v1/platforms/{platform}`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct PlatformSecrets {
    /// What the platform signs its webhooks with: at most two, so that one can be changed; none disconnects it.
    pub secrets: Vec<String>,
}

/// A platform, without its secrets.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Platform {
    /// `shopify`.
    pub platform: String,
    /// How many secrets are live; without one, nothing that it tells is believed.
    pub secrets: u32,
    /// Where its webhooks go, from this server's root.
    pub webhook_path: String,
}

/// `GET /v1/platforms`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct PlatformList {
    /// Each that can be connected.
    pub items: Vec<Platform>,
}
