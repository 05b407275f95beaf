//! A fact with the place it was read and the time it happened.

use crate::{Artifact, Fact, Gap, Position, Recognised, Time};
use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use std::sync::Arc;

/// A fact + where it was read + when it happened, if known.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Observation {
    /// What was seen.
    #[serde(flatten)]
    pub fact: Fact,
    /// Path of the artifact it was read from (see [`Artifact::path`]).
    pub artifact: Arc<str>,
    /// Where in the artifact.
    pub position: Position,
    /// When it happened, as far as the evidence says.
    pub time: Option<Time>,
    /// Id of the parser that read it.
    pub parser: Cow<'static, str>,
}

/// What reading yields: a stream of these, in the order read.
#[allow(clippy::large_enum_variant)] // Nearly all items are observations; boxing them would cost.
#[derive(Clone, Debug, PartialEq)]
pub enum Item {
    /// What the input of a job turned out to be; first and only item of a survey that succeeds.
    Recognised(Recognised),
    /// Something was seen.
    Observation(Observation),
    /// Something could not be read.
    Gap(Gap),
    /// An artifact is done: its hash, its size, how far it was read.
    Artifact(Artifact),
}
