//! What a judgement rests on, as the report names it.

use serde::{Deserialize, Serialize};

/// How far the origin of a body of knowledge is proved.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum KnowledgeStatus {
    /// Compiled into the program; no agency signed it.
    BuiltInUnsigned,
    /// Given by the user; nobody's signature was checked.
    Unsigned,
    /// Signatures were checked and reach the threshold.
    Verified,
    /// Was verified once, and has expired.
    Expired,
}

/// One advisory, rule set or set of brands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Knowledge {
    /// Its name.
    pub name: String,
    /// Its version; for a file without one, the start of its SHA-256.
    pub version: String,
    /// How far its origin is proved.
    pub status: KnowledgeStatus,
    /// Who signed it.
    pub signed_by: Vec<String>,
    /// How many indicators (or rules, or brands) of it are in use.
    pub indicators: u64,
    /// How many of these are patterns that ask for more than a value and run on the pattern engine;
    /// all others are looked up as values.
    #[serde(default)]
    pub patterns: u64,
    /// How many of them are revoked: never alerting.
    #[serde(default)]
    pub revoked: u64,
    /// How many could not be compiled; each is a gap too.
    #[serde(default)]
    pub not_compiled: u64,
    /// Values kept beside it as data for later rule pages, by type: not in use, and no gap.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub kept_aside: Vec<(String, u64)>,
}
