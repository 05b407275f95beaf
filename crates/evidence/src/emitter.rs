//! Where a parser tells what it saw.

use model::{Artifact, Fact, Gap, Item, Observation, Position, Time};
use std::borrow::Cow;
use std::sync::Arc;

/// Takes facts and gaps of one artifact, and stamps them with its path and the parser's id.
pub struct Emitter<'a> {
    artifact: Arc<str>,
    parser: &'static str,
    sink: &'a mut dyn FnMut(Item),
    gaps: u64,
}

impl<'a> Emitter<'a> {
    /// How many gaps one artifact may report one by one; the rest is counted in a last one.
    pub const MAX_GAPS: u64 = 100;

    /// An emitter for the artifact at `artifact` (see [`model::Artifact::path`]).
    pub fn new(artifact: Arc<str>, parser: &'static str, sink: &'a mut dyn FnMut(Item)) -> Self {
        Self { artifact, parser, sink, gaps: 0 }
    }

    /// The artifact's path.
    #[must_use]
    pub fn artifact(&self) -> &Arc<str> {
        &self.artifact
    }

    /// How many gaps were told so far.
    #[must_use]
    pub fn gaps(&self) -> u64 {
        self.gaps
    }

    /// Something was seen at `position`, and happened at `time`.
    pub fn fact(&mut self, fact: impl Into<Fact>, position: Position, time: Option<Time>) {
        (self.sink)(Item::Observation(Observation {
            fact: fact.into(),
            artifact: Arc::clone(&self.artifact),
            position,
            time,
            parser: Cow::Borrowed(self.parser),
        }));
    }

    /// Something could not be read.
    pub fn gap(&mut self, position: Option<Position>, reason: impl Into<String>) {
        self.gaps += 1;
        if self.gaps <= Self::MAX_GAPS {
            let artifact = Some(self.artifact.to_string());
            (self.sink)(Item::Gap(Gap { artifact, position, reason: reason.into() }));
        }
    }

    /// A part of the artifact that counts as an artifact of its own (a dumpsys service);
    /// `path` is written after the artifact's own path and `!/`.
    pub fn part(&mut self, mut part: Artifact) {
        part.path = format!("{}!/{}", self.artifact, part.path);
        (self.sink)(Item::Artifact(part));
    }

    /// Says how many gaps were not told one by one. Called once, when the artifact is done.
    pub fn finish(&mut self) {
        if self.gaps > Self::MAX_GAPS {
            let more = self.gaps - Self::MAX_GAPS;
            let artifact = Some(self.artifact.to_string());
            let reason = format!("{more} more places in this artifact could not be read");
            (self.sink)(Item::Gap(Gap { artifact, position: None, reason }));
        }
    }
}
