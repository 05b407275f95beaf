//! What patterns are held against: objects seen together, and when.

use crate::{Instant, Value};
use std::borrow::Cow;

/// Objects that were seen together: an observed-data object of STIX, or what says the same.
#[derive(Clone, Debug, PartialEq)]
pub struct Observation<'a> {
    /// When, in UTC. Without it, the observation satisfies no FOLLOWEDBY, WITHIN or START.
    pub span: Option<Span>,
    /// How often (`number_observed`): it counts as this many observations; 0 counts as 1.
    pub number: u64,
    /// The objects (SCOs) by the name that references use: `id`, or the key in 2.0's map. Each is
    /// a [`Value::Dict`] with a `type`.
    pub objects: Vec<(Cow<'a, str>, Value<'a>)>,
}

/// From the first time to the last.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span {
    pub(crate) first: Instant,
    pub(crate) last: Instant,
}

impl Span {
    /// From one time to another; the earlier of them is the first.
    #[must_use]
    pub fn new(first: Instant, last: Instant) -> Self {
        Self { first: first.min(last), last: first.max(last) }
    }

    /// One point in time.
    #[must_use]
    pub fn at(time: Instant) -> Self {
        Self { first: time, last: time }
    }
}
