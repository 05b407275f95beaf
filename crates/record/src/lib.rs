//! The versioned external shape of what was read: `tamarisk.record/1`, JSON lines.
//!
//! Each line is one object whose `record` names what it is: `source`, `artifact`,
//! `observation`, `gap`, and `end`, which is last and holds counts. `source` and `end` carry
//! `schema`. Within /1 fields are only added, so a reader skips fields that it does not know.
//! Between the host and a worker there is a sixth one, `recognised`; it is internal and never
//! part of what `tamarisk read` prints.
//!
//! An observation's `subject` and `atoms` are written for whoever reads the lines elsewhere;
//! decoding ignores them, since [`model::Fact`] yields them again. What is decoded equals what
//! was encoded.
//!
//! ```
//! use model::{Gap, Item, SourceId};
//! let gap = Gap { artifact: Some("a.zip!/b".into()), position: None, reason: "cut".into() };
//! let mut line = Vec::new();
//! record::write_item(&mut line, SourceId(0), &Item::Gap(gap.clone()))?;
//! let (source, item) = record::Record::from_line(&line).unwrap().into_item().unwrap();
//! assert_eq!((source, item), (SourceId(0), Item::Gap(gap)));
//! # Ok::<(), std::io::Error>(())
//! ```

mod decode;
mod encode;
mod schema;

pub use ::harmless::{self, json};
pub use decode::DecodeError;
pub use encode::write_item;
pub use schema::{field_schema, schema, shared_definitions};

use model::{Artifact, Gap, Item, Observation, Recognised, Source, SourceId};
use serde::{Deserialize, Serialize};

/// The name of this shape, and its version.
pub const SCHEMA: &str = "tamarisk.record/1";

/// One line.
#[allow(clippy::large_enum_variant)] // Nearly all are observations; boxing them would cost.
#[derive(Clone, Debug, PartialEq)]
pub enum Record {
    /// What was given to look at; before anything that was read from it.
    Source(Source),
    /// What the input of a job turned out to be. Internal, between host and worker.
    Recognised(SourceId, Recognised),
    /// An artifact is done: its hash, its size, how far it was read.
    Artifact(SourceId, Artifact),
    /// Something was seen.
    Observation(SourceId, Observation),
    /// Something could not be read; `None` where it belongs to no source (a PATH that
    /// could not be opened).
    Gap(Option<SourceId>, Gap),
    /// The last line.
    End(Counts),
}

/// How many records of each kind stand before the end.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counts {
    /// Sources.
    pub sources: u64,
    /// Artifacts.
    pub artifacts: u64,
    /// Observations.
    pub observations: u64,
    /// Gaps.
    pub gaps: u64,
}

impl Counts {
    /// Counts what reading yielded; a survey's answer is no record and counts as nothing.
    pub fn count(&mut self, item: &Item) {
        match item {
            Item::Recognised(_) => {}
            Item::Observation(_) => self.observations += 1,
            Item::Gap(_) => self.gaps += 1,
            Item::Artifact(_) => self.artifacts += 1,
        }
    }
}

impl Record {
    /// What was read from a source, as a record.
    #[must_use]
    pub fn from_item(source: SourceId, item: Item) -> Self {
        match item {
            Item::Recognised(recognised) => Record::Recognised(source, recognised),
            Item::Observation(observation) => Record::Observation(source, observation),
            Item::Gap(gap) => Record::Gap(Some(source), gap),
            Item::Artifact(artifact) => Record::Artifact(source, artifact),
        }
    }

    /// What was read, and from which source; `None` for a `source`, an `end`, and a gap
    /// that belongs to no source.
    #[must_use]
    pub fn into_item(self) -> Option<(SourceId, Item)> {
        match self {
            Record::Recognised(source, recognised) => Some((source, Item::Recognised(recognised))),
            Record::Artifact(source, artifact) => Some((source, Item::Artifact(artifact))),
            Record::Observation(source, seen) => Some((source, Item::Observation(seen))),
            Record::Gap(Some(source), gap) => Some((source, Item::Gap(gap))),
            Record::Gap(None, _) | Record::Source(_) | Record::End(_) => None,
        }
    }
}
