//! What STIX has no property for, as a property extension (STIX 2.1, section 7.3).

use model::Strength;
use serde::{Deserialize, Serialize};

/// Id of the extension definition; a version-5 UUID, see docs/design/advisory.md.
pub const EXTENSION_ID: &str = "extension-definition--11b6419c-95ab-5484-8513-cd94394e0fd1";

/// The properties that the extension adds to an indicator.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Extension {
    /// The TCP or UDP port that the address was published with.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub port: Option<u16>,
    /// The most that a match may weigh.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ceiling: Option<Strength>,
    /// Whether a host name stands for itself alone, or for all below it too.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scope: Option<Scope>,
}

/// What a host name stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Scope {
    /// Itself alone.
    Host,
    /// Itself and all below it; so it is where nothing is stated.
    Subdomains,
}
