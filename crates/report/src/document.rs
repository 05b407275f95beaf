//! The document `tamarisk.report/1`.

use crate::{sentence, sort};
use jiff::Timestamp;
use model::{Artifact, Finding, Gap, Knowledge, Outcome, Source, SourceId, Strength};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The name of this document's shape, and its version. Within /1 fields are only added.
pub const SCHEMA: &str = "tamarisk.report/1";

/// `provenance.isolation` where parsers run in the process of the command.
pub const NOT_ISOLATED: &str = "none, reading ran in the process of the command";

/// What a report is made of; see [`Report::new`].
#[derive(Clone, Debug)]
pub struct Parts {
    /// What was looked at, in any order.
    pub sources: Vec<Source>,
    /// What was read of it, in any order.
    pub artifacts: Vec<(SourceId, Artifact)>,
    /// What could not be read or compiled; `None` where it belongs to no source.
    pub gaps: Vec<(Option<SourceId>, Gap)>,
    /// What was found.
    pub findings: Vec<Finding>,
    /// What it was judged by.
    pub knowledge: Vec<Knowledge>,
    /// How many indicators were in use, for the sentence of a negative result.
    pub indicators: u64,
    /// How many rules were in use, for the same sentence.
    pub rules: u64,
    /// Version of the program.
    pub version: String,
    /// The time validity and ages were held against (`--now`, else the clock).
    pub examined_at: Timestamp,
    /// The limits on reading, by name.
    pub limits: BTreeMap<String, u64>,
    /// How parsers were kept apart from the rest; see [`NOT_ISOLATED`].
    pub isolation: String,
}

/// What an examination came to, and all that it rests on.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Report {
    /// Always [`SCHEMA`].
    pub schema: String,
    /// What it came to.
    pub outcome: Outcome,
    /// What that means, in a sentence or two. Never that a phone is free of anything.
    pub statement: String,
    /// What was looked at, by id.
    pub sources: Vec<Source>,
    /// What was read, and what was not.
    pub coverage: Coverage,
    /// What was found: the strongest first, then by source, subject and first place.
    pub findings: Vec<Finding>,
    /// What it was judged by.
    pub knowledge: Vec<Knowledge>,
    /// What made this report.
    pub provenance: Provenance,
}

/// What was read, and what was not.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Coverage {
    /// Whether all that this version says that it reads was read, and all it was given to
    /// judge by was understood.
    pub complete: bool,
    /// By source, then path.
    pub artifacts: Vec<CoveredArtifact>,
    /// By source, then artifact, then position; those of no source first.
    pub gaps: Vec<CoveredGap>,
}

/// An artifact and the source it lies in.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CoveredArtifact {
    /// The source.
    pub source: SourceId,
    /// The artifact.
    #[serde(flatten)]
    pub artifact: Artifact,
}

/// A gap and the source it lies in.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CoveredGap {
    /// The source, if it belongs to one.
    pub source: Option<SourceId>,
    /// The gap.
    #[serde(flatten)]
    pub gap: Gap,
}

/// What made a report.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Provenance {
    /// `tamarisk`.
    pub tool: String,
    /// Its version.
    pub version: String,
    /// RFC 3339, UTC.
    pub examined_at: String,
    /// The limits on reading, by name.
    pub limits: BTreeMap<String, u64>,
    /// How parsers were kept apart from the rest.
    pub isolation: String,
}

impl Report {
    /// Puts everything in order, and works out completeness, outcome and statement.
    ///
    /// It is complete when no artifact is partly read, failed or missing, when there is no
    /// gap, and when every indicator and rule could be compiled. Notes do not change the outcome.
    #[must_use]
    pub fn new(parts: Parts) -> Self {
        let mut parts = parts;
        sort::parts(&mut parts);
        let complete = parts.gaps.is_empty()
            && !parts.artifacts.iter().any(|(_, artifact)| artifact.status.leaves_a_gap())
            && parts.knowledge.iter().all(|knowledge| knowledge.not_compiled == 0);
        let outcome = outcome(&parts.findings, complete);
        let statement = sentence::statement(outcome, &parts);
        let artifacts = parts.artifacts.into_iter();
        let gaps = parts.gaps.into_iter();
        Self {
            schema: SCHEMA.into(),
            outcome,
            statement,
            sources: parts.sources,
            coverage: Coverage {
                complete,
                artifacts: artifacts
                    .map(|(source, artifact)| CoveredArtifact { source, artifact })
                    .collect(),
                gaps: gaps.map(|(source, gap)| CoveredGap { source, gap }).collect(),
            },
            findings: parts.findings,
            knowledge: parts.knowledge,
            provenance: Provenance {
                tool: "tamarisk".into(),
                version: parts.version,
                examined_at: parts.examined_at.to_string(),
                limits: parts.limits,
                isolation: parts.isolation,
            },
        }
    }

    /// What `tamarisk check` exits with: 0 nothing matched and all was read, 1 findings,
    /// 3 nothing matched but not all was read. (2, an error, leaves no report.)
    #[must_use]
    pub fn exit_code(&self) -> u8 {
        match self.outcome {
            Outcome::StrongMatch | Outcome::NeedsReview | Outcome::ExposureOnly => 1,
            Outcome::NoMatchAllRead => 0,
            Outcome::NoMatchNotAllRead => 3,
        }
    }

    /// The findings of one strength.
    pub(crate) fn findings_of(&self, strength: Strength) -> impl Iterator<Item = &Finding> {
        self.findings.iter().filter(move |finding| finding.strength == strength)
    }

    /// The path of a source, for people; found by halving, since `sources` is by id.
    #[must_use]
    pub(crate) fn source_path(&self, id: SourceId) -> &str {
        let at = self.sources.binary_search_by_key(&id, |source| source.id).ok();
        at.and_then(|at| self.sources.get(at)).map_or("", |source| &source.path)
    }
}

fn outcome(findings: &[Finding], complete: bool) -> Outcome {
    match findings.iter().map(|finding| finding.strength).min() {
        Some(Strength::Strong) => Outcome::StrongMatch,
        Some(Strength::Review) => Outcome::NeedsReview,
        Some(Strength::Exposure) => Outcome::ExposureOnly,
        Some(Strength::Note) | None if complete => Outcome::NoMatchAllRead,
        Some(Strength::Note) | None => Outcome::NoMatchNotAllRead,
    }
}
