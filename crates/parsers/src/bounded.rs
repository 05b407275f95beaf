//! How much one job may tell.

use model::{Fact, Gap, Item, Status};
use std::sync::Arc;

/// Passes on what a job yields, but for observations beyond a limit: how many these were is a gap of the
/// artifact that they are of.
pub(crate) struct Bounded<'s> {
    most: u64,
    told: u64,
    /// How many were left out, and of which artifact.
    left_out: Option<(Arc<str>, u64)>,
    sink: &'s mut dyn FnMut(Item),
}

impl<'s> Bounded<'s> {
    pub(crate) fn new(most: u64, sink: &'s mut dyn FnMut(Item)) -> Self {
        Self { most, told: 0, left_out: None, sink }
    }

    /// Takes the next item.
    pub(crate) fn item(&mut self, item: Item) {
        match item {
            // There is one for each artifact, and no list of files can be held against without it.
            Item::Observation(seen) if !matches!(seen.fact, Fact::FileHashed(_)) => {
                if self.told < self.most {
                    self.told += 1;
                    return (self.sink)(Item::Observation(seen));
                }
                match &mut self.left_out {
                    Some((artifact, count)) if *artifact == seen.artifact => *count += 1,
                    _ => {
                        self.finish();
                        self.left_out = Some((seen.artifact, 1));
                    }
                }
            }
            Item::Artifact(mut artifact) => {
                if self.left_out.as_ref().is_some_and(|(own, _)| **own == *artifact.path) {
                    self.finish();
                    if artifact.status == Status::Read {
                        artifact.status = Status::Partly;
                    }
                }
                (self.sink)(Item::Artifact(artifact));
            }
            other => (self.sink)(other),
        }
    }

    /// Says what was left out last.
    pub(crate) fn finish(&mut self) {
        let Some((artifact, count)) = self.left_out.take() else { return };
        let most = self.most;
        let reason =
            format!("{count} more observations than the limit of {most}; they were left out");
        (self.sink)(Item::Gap(Gap {
            artifact: Some(artifact.to_string()),
            position: None,
            reason,
        }));
    }
}
