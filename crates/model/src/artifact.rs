//! One file (or one dumpsys service) inside the evidence, and how far it was read.

use serde::{Deserialize, Serialize};

/// How far an artifact was read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// Read to its end and understood.
    Read,
    /// Some of it was read; a gap says what was not.
    Partly,
    /// Nothing of it could be read; a gap says why.
    Failed,
    /// Expected in this kind of source, and not there.
    Missing,
    /// Known, but no parser of this version reads it.
    NotSupported,
    /// Not known to this version.
    Unknown,
}

impl Status {
    /// Whether this status makes a report incomplete.
    #[must_use]
    pub fn leaves_a_gap(self) -> bool {
        matches!(self, Status::Partly | Status::Failed | Status::Missing)
    }
}

/// One file of a source, or one service inside a dumpstate text.
///
/// `path` is relative to the PATH the user gave, uses `/`, crosses into an
/// archive (or into the services of a dumpstate) with `!/`, and writes bytes
/// that are not UTF-8 as `%XX`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Artifact {
    /// Where it lies; see the type's description.
    pub path: String,
    /// SHA-256 of all its bytes (inflated), lower-case hex; `None` where it was not
    /// read to its end, is missing, or is a service inside another artifact.
    pub sha256: Option<String>,
    /// Length in bytes (inflated), where known.
    pub size: Option<u64>,
    /// Id of the parser that read it, if one did.
    pub read_by: Option<String>,
    /// How far it was read.
    pub status: Status,
    /// What a reader should know about the status, in a few words.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub note: Option<String>,
}

impl Artifact {
    /// An artifact of which nothing is known but its status.
    #[must_use]
    pub fn bare(path: impl Into<String>, status: Status) -> Self {
        Self { path: path.into(), sha256: None, size: None, read_by: None, status, note: None }
    }
}
