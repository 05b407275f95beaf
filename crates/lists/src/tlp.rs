//! The Traffic Light Protocol as STIX marks it: the four markings of TLP 1 that STIX 2.1
//! defines (section 7.2.1.4), and those of TLP 2.0 by OASIS' extension.

use serde_json::{Value as Json, json};

/// With whom a list may be shared. The order is that of strictness.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Tlp {
    /// TLP:WHITE of version 1.
    White,
    /// TLP:CLEAR of version 2.0.
    Clear,
    /// TLP:GREEN.
    Green,
    /// TLP:AMBER.
    Amber,
    /// TLP:AMBER+STRICT of version 2.0.
    AmberStrict,
    /// TLP:RED.
    Red,
}

/// OASIS' extension for TLP 2.0.
const TLP_2: &str = "extension-definition--60a3c5c5-0d10-413e-aab3-9e08dde9e88d";

impl Tlp {
    /// Every marking.
    pub const ALL: [Tlp; 6] =
        [Tlp::White, Tlp::Clear, Tlp::Green, Tlp::Amber, Tlp::AmberStrict, Tlp::Red];

    /// From a tag such as `tlp:amber+strict` or `TLP:WHITE`, or a bare colour.
    #[must_use]
    pub fn from_tag(tag: &str) -> Option<Self> {
        let tag = tag.trim().to_ascii_lowercase();
        let colour = tag.strip_prefix("tlp:").unwrap_or(&tag).trim_matches(['"', ' ']);
        Some(match colour {
            "white" => Tlp::White,
            "clear" => Tlp::Clear,
            "green" => Tlp::Green,
            "amber" => Tlp::Amber,
            "amber+strict" => Tlp::AmberStrict,
            "red" => Tlp::Red,
            _ => return None,
        })
    }

    /// The tag that MISP uses.
    #[must_use]
    pub fn tag(self) -> &'static str {
        match self {
            Tlp::White => "tlp:white",
            Tlp::Clear => "tlp:clear",
            Tlp::Green => "tlp:green",
            Tlp::Amber => "tlp:amber",
            Tlp::AmberStrict => "tlp:amber+strict",
            Tlp::Red => "tlp:red",
        }
    }

    /// Id of OASIS' marking definition.
    #[must_use]
    pub fn id(self) -> &'static str {
        match self {
            Tlp::White => "marking-definition--613f2e26-407d-48c7-9eca-b8e91df99dc9",
            Tlp::Clear => "marking-definition--94868c89-83c2-464b-929b-a1a8aa3c8487",
            Tlp::Green => "marking-definition--34098fce-860f-48ae-8e50-ebd3cc5e41da",
            Tlp::Amber => "marking-definition--f88d31f6-486f-44da-b317-01333bde0b82",
            Tlp::AmberStrict => "marking-definition--939a9414-2ddd-4d32-a0cd-375ea402b003",
            Tlp::Red => "marking-definition--5e57c739-391a-4eb3-b6be-7d15ca92d5ed",
        }
    }

    /// The marking whose id this is.
    #[must_use]
    pub fn from_id(id: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.id() == id)
    }

    /// The marking definition, as OASIS publishes it.
    #[must_use]
    pub(crate) fn definition(self) -> Json {
        let colour = self.tag().trim_start_matches("tlp:");
        let name = format!("TLP:{}", colour.to_ascii_uppercase());
        match self {
            Tlp::Clear | Tlp::AmberStrict => json!({
                "type": "marking-definition", "spec_version": "2.1", "id": self.id(),
                "created": "2022-10-01T00:00:00.000Z", "name": name,
                "extensions": {TLP_2: {"extension_type": "property-extension", "tlp_2_0": colour}},
            }),
            _ => json!({
                "type": "marking-definition", "spec_version": "2.1", "id": self.id(),
                "created": "2017-01-20T00:00:00.000Z", "definition_type": "tlp", "name": name,
                "definition": {"tlp": colour},
            }),
        }
    }
}
