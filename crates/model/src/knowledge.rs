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
    /// What is known of the signatures, where agencies signed it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub signed: Option<Box<Signed>>,
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

/// What is known of the signatures of an advisory.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Signed {
    /// Agencies that could have signed and did not.
    pub not_signed_by: Vec<String>,
    /// How many had to sign.
    pub threshold: u64,
    /// When it was signed, RFC 3339, where that is stated.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub issued: Option<String>,
    /// Whole days from then to the time of examination.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub age_days: Option<i64>,
    /// When the signatures expire, RFC 3339.
    pub expires: String,
    /// When something of the metadata expired, RFC 3339; it had been accepted before that.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expired: Option<String>,
    /// Whether an older state than the one known before would have been noticed.
    pub rollback_seen: bool,
    /// Whom the advisory holds responsible, quoted.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub attributions: Vec<Attribution>,
}

/// A statement of who is behind something, as an advisory makes it. Nothing of it is ours.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attribution {
    /// What is attributed.
    pub what: String,
    /// Whom to.
    pub to: String,
    /// Who says so, where that is stated.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<String>,
    /// How sure they are, 0–100, where they say so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub confidence: Option<u8>,
    /// The word of ICD 203 for that.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub likelihood: Option<String>,
    /// In their words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    /// Sources: name and address.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub references: Vec<String>,
    /// What others say of it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub opinions: Vec<Opinion>,
}

/// What somebody thinks of an attribution.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Opinion {
    /// `strongly-disagree` to `strongly-agree`.
    pub opinion: String,
    /// Who thinks so, where that is stated.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<String>,
    /// Why.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub explanation: Option<String>,
}
