//! One value as a list gives it.

use crate::{Tlp, Value};
use serde::Serialize;
use std::sync::Arc;

/// Where a value stands.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Origin {
    /// The file, as it was given.
    pub file: Arc<str>,
    /// The line, from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub line: Option<u64>,
    /// The record within the file: a UUID, a pointer, the number of a row.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub record: Option<String>,
}

/// Who published a value.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Publication {
    /// Publisher or title.
    pub name: String,
    /// Where it can be read.
    pub url: Option<String>,
}

/// How far what a list says is trusted; docs/design/lists.md says which list has which.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Trust {
    /// The publisher that did the research released it.
    Vendor,
    /// A community or an agency keeps it, with provenance of its own.
    Community,
    /// Collected from others, which it cites.
    Collected,
    /// It says not where its values come from.
    Unsourced,
}

impl Trust {
    /// Its name in our documents.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Trust::Vendor => "vendor",
            Trust::Community => "community",
            Trust::Collected => "collected",
            Trust::Unsourced => "unsourced",
        }
    }

    /// Confidence (0–100) of a value whose source states none. Addresses change hands, so they
    /// are ten less sure.
    #[must_use]
    pub fn confidence(self, is_address: bool) -> u8 {
        let base = match self {
            Trust::Vendor => 85,
            Trust::Community => 70,
            Trust::Collected => 50,
            Trust::Unsourced => 30,
        };
        if is_address { base - 10 } else { base }
    }
}

/// One value, where it stands, and what its source says of it.
#[derive(Clone, Debug)]
pub struct Record {
    /// The value.
    pub value: Value,
    /// Where it stands.
    pub origin: Origin,
    /// Who published it; never empty (the file itself, where it names nobody).
    pub publications: Vec<Publication>,
    /// Malware families (campaigns, tools, actors) that used it, as the source names them.
    pub families: Vec<String>,
    /// What the source says of it in words.
    pub note: Option<String>,
    /// Day of publication or of the last change, `YYYY-MM-DD`.
    pub date: Option<String>,
    /// Since when it was seen, RFC 3339, where the source says so.
    pub first_seen: Option<String>,
    /// Until when it is valid, RFC 3339, where the source says so.
    pub valid_until: Option<String>,
    /// How far the list is trusted.
    pub trust: Trust,
    /// 0–100, where the source states it.
    pub confidence: Option<u8>,
    /// With whom it may be shared.
    pub tlp: Option<Tlp>,
    /// The port that an address was published with.
    pub port: Option<u16>,
    /// Whether the host name alone is meant, and none below it.
    pub exact_host: bool,
    /// Why it must never alert: context, or it would match half the world.
    pub context: Option<String>,
}

impl Record {
    /// A record with nothing but a value, a place and a grade.
    #[must_use]
    pub fn new(value: Value, origin: Origin, trust: Trust) -> Self {
        Self {
            value,
            origin,
            publications: Vec::new(),
            families: Vec::new(),
            note: None,
            date: None,
            first_seen: None,
            valid_until: None,
            trust,
            confidence: None,
            tlp: None,
            port: None,
            exact_host: false,
            context: None,
        }
    }
}
