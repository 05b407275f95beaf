//! The Traffic Light Protocol as OASIS published it for STIX: the marking definitions of STIX 2.1,
//! section 7.2.1.4, and the extension for TLP 2.0 of the common objects repository.

/// A marking definition that OASIS published.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tlp {
    /// `id` of the marking definition.
    pub id: &'static str,
    /// As the definition states it: `white`, `amber+strict` …
    pub level: &'static str,
    /// As people write it: `TLP:WHITE` …
    pub name: &'static str,
}

/// TLP 1, `definition_type` is `tlp`.
pub const TLP: &[Tlp] = &[
    Tlp {
        id: "marking-definition--613f2e26-407d-48c7-9eca-b8e91df99dc9",
        level: "white",
        name: "TLP:WHITE",
    },
    Tlp {
        id: "marking-definition--34098fce-860f-48ae-8e50-ebd3cc5e41da",
        level: "green",
        name: "TLP:GREEN",
    },
    Tlp {
        id: "marking-definition--f88d31f6-486f-44da-b317-01333bde0b82",
        level: "amber",
        name: "TLP:AMBER",
    },
    Tlp {
        id: "marking-definition--5e57c739-391a-4eb3-b6be-7d15ca92d5ed",
        level: "red",
        name: "TLP:RED",
    },
];

/// The extension whose `tlp_2_0` states the level of TLP 2.0.
pub const TLP2_EXTENSION: &str = "extension-definition--60a3c5c5-0d10-413e-aab3-9e08dde9e88d";

/// TLP 2.0.
pub const TLP2: &[Tlp] = &[
    Tlp {
        id: "marking-definition--94868c89-83c2-464b-929b-a1a8aa3c8487",
        level: "clear",
        name: "TLP:CLEAR",
    },
    Tlp {
        id: "marking-definition--bab4a63c-aed9-4cf5-a766-dfca5abac2bb",
        level: "green",
        name: "TLP:GREEN",
    },
    Tlp {
        id: "marking-definition--55d920b0-5e8b-4f79-9ee9-91f868d9b421",
        level: "amber",
        name: "TLP:AMBER",
    },
    Tlp {
        id: "marking-definition--939a9414-2ddd-4d32-a0cd-375ea402b003",
        level: "amber+strict",
        name: "TLP:AMBER+STRICT",
    },
    Tlp {
        id: "marking-definition--e828b379-4e03-4974-9ac4-e53a884c97c1",
        level: "red",
        name: "TLP:RED",
    },
];

/// The TLP marking definition with this `id`, of either version.
#[must_use]
pub fn tlp(id: &str) -> Option<Tlp> {
    TLP.iter().chain(TLP2).find(|one| one.id == id).copied()
}
