//! A judgement with its evidence.

use crate::{Position, SourceId, Time};
use serde::{Deserialize, Serialize};

/// How much a finding weighs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Strength {
    /// A published value equals what was seen, and the value is hard to share by chance.
    Strong,
    /// Worth a person's look: a rule, an imitation, or a value that others may share.
    Review,
    /// A link or host was seen in a text; nothing shows that it was opened or installed.
    Exposure,
    /// Worth knowing; changes neither outcome nor exit code.
    Note,
}

/// What an examination came to. None of these says that a phone is healthy.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// At least one strong finding.
    StrongMatch,
    /// Findings to look at, none strong.
    NeedsReview,
    /// Only links or hosts seen in texts.
    ExposureOnly,
    /// Nothing matched, and all that this version reads was read.
    NoMatchAllRead,
    /// Nothing matched, but not all was read.
    NoMatchNotAllRead,
}

/// What a finding is about.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct FindingSubject {
    /// `app`, `device`, `file`, `process` or `endpoint`.
    pub kind: String,
    /// Package, path, name, host or URL; `device` for the phone itself.
    pub value: String,
    /// The source it is in.
    pub source: SourceId,
    /// Android user, where one is known and it is not the owner (0).
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub user: Option<u32>,
}

/// What kind of knowledge a finding rests on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BecauseKind {
    /// A published value.
    Indicator,
    /// A rule page.
    Rule,
    /// The imitation of a genuine app.
    Impersonation,
    /// A YARA rule that the user gave.
    Yara,
}

/// Why a finding was made, and which knowledge said so.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Because {
    /// Kind of knowledge.
    pub kind: BecauseKind,
    /// STIX id of the indicator, id of the rule, `brand:<package>`, or `yara:<file>:<rule>`.
    pub id: String,
    /// The advisory, rule set or brand file it stands in, with its version.
    pub knowledge: String,
    /// The value that was matched (a pattern's constant, a genuine certificate …).
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub value: Option<String>,
    /// Malware family or campaign, quoted from the knowledge.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub family: Option<String>,
    /// Where the knowledge comes from: name and address of the publication.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub references: Vec<String>,
}

/// One row of evidence.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Evidence {
    /// The source.
    pub source: SourceId,
    /// Path of the artifact.
    pub artifact: String,
    /// SHA-256 of the artifact; filled when the artifact has been read to its end.
    pub sha256: Option<String>,
    /// Where in the artifact.
    pub position: Option<Position>,
    /// When it happened.
    pub time: Option<Time>,
    /// What stands there, in one line; untrusted text.
    pub text: String,
}

impl Evidence {
    /// What rows are ordered by: source, artifact, position.
    #[must_use]
    pub fn place(&self) -> (SourceId, &str, Option<&Position>) {
        (self.source, &self.artifact, self.position.as_ref())
    }
}

/// A judgement. Its evidence is never empty: [`Finding::new`] asks for the first row.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    /// Hash of what it rests on and of its subject; equal over runs.
    pub id: String,
    /// How much it weighs.
    pub strength: Strength,
    /// What it is about.
    pub subject: FindingSubject,
    /// One line for people.
    pub title: String,
    /// Why.
    pub because: Because,
    /// At most [`Finding::MAX_EVIDENCE`] rows.
    evidence: Vec<Evidence>,
    /// How many observations there were in all.
    pub evidence_total: u64,
    /// 0–100, or `None` where nobody stated it.
    pub confidence: Option<u8>,
    /// Innocent causes there could be.
    pub innocent: Vec<String>,
    /// What to do next.
    pub next: Vec<String>,
    /// ATT&CK Mobile technique ids.
    pub attack: Vec<String>,
}

impl Finding {
    /// How many rows of evidence a finding keeps.
    pub const MAX_EVIDENCE: usize = 20;

    /// A finding with its first row of evidence.
    #[must_use]
    pub fn new(
        id: String,
        strength: Strength,
        subject: FindingSubject,
        title: String,
        because: Because,
        first: Evidence,
    ) -> Self {
        Self {
            id,
            strength,
            subject,
            title,
            because,
            evidence: vec![first],
            evidence_total: 1,
            confidence: None,
            innocent: Vec::new(),
            next: Vec::new(),
            attack: Vec::new(),
        }
    }

    /// Counts one more observation, and keeps its row while there is room.
    pub fn add(&mut self, row: impl FnOnce() -> Evidence) {
        self.evidence_total += 1;
        if self.evidence.len() < Self::MAX_EVIDENCE {
            self.evidence.push(row());
        }
    }

    /// Puts the rows kept in the order of their places; rows of one place stay as read.
    pub fn sort_evidence(&mut self) {
        self.evidence.sort_by(|a, b| a.place().cmp(&b.place()));
    }

    /// The rows kept: as read, or by place once they were sorted.
    #[must_use]
    pub fn evidence(&self) -> &[Evidence] {
        &self.evidence
    }

    /// Fills in each row's artifact hash.
    pub fn resolve_hashes(&mut self, mut sha256: impl FnMut(SourceId, &str) -> Option<String>) {
        for row in &mut self.evidence {
            row.sha256 = sha256(row.source, &row.artifact);
        }
    }
}
