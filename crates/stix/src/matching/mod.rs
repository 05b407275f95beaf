//! Holding patterns against observations.
//!
//! A [`Matcher`] is compiled once. Each source of observations gets a [`Run`]: it takes
//! observations one by one, keeps those that satisfy some observation expression of the pattern
//! (at most [`MAX_CANDIDATES`] of each), and decides at the end. What is decided, and where that
//! differs from OASIS' own matcher, stands in `docs/design/stix-patterns.md`.
//!
//! ```
//! use stix::{Instant, Matcher, Observation, Span, Value, pattern::Pattern};
//!
//! let pattern: Pattern = "[app:id = 'org.example'] FOLLOWEDBY [url:value LIKE '%.example/%']".parse()?;
//! let matcher = Matcher::new(&pattern)?;
//! let mut run = matcher.run();
//! for (number, (object, property, value)) in
//!     [("app", "id", "org.example"), ("url", "value", "http://a.example/b")].into_iter().enumerate()
//! {
//!     let properties = vec![
//!         ("type".into(), Value::text(object)),
//!         (property.into(), Value::text(value)),
//!     ];
//!     run.observe(number as u64, &Observation {
//!         span: Some(Span::at(Instant::new(number as i64, 0))),
//!         number: 1,
//!         objects: vec![("0".into(), Value::Dict(properties))],
//!     });
//! }
//! let verdict = run.finish();
//! assert!(verdict.matched);
//! assert_eq!(verdict.observations, [0, 1]);
//! # Ok::<(), stix::pattern::PatternError>(())
//! ```

mod compare;
mod compile;
mod flow;
mod like;
mod plan;
mod regular;
mod solve;
mod walk;

use crate::pattern::{Pattern, PatternError};
use crate::{Observation, Span};
use compile::Leaf;
use plan::Plan;
use std::collections::BTreeSet;

/// Observations that are kept for each observation expression.
pub const MAX_CANDIDATES: usize = 10_000;

/// A pattern, compiled.
#[derive(Debug)]
pub struct Matcher {
    leaves: Vec<Leaf>,
    plan: Plan,
    types: BTreeSet<Box<str>>,
}

/// What a pattern came to over the observations of one source.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Verdict {
    /// Whether the observations satisfy the pattern.
    pub matched: bool,
    /// The numbers of observations that do, ascending. For a pattern that one observation
    /// satisfies: each that does, up to [`MAX_CANDIDATES`]. For others: one set of observations
    /// that together do.
    pub observations: Vec<u64>,
    /// Observations that could not take part because the pattern asks for times and they state
    /// none. Above 0, a pattern that did not match might have.
    pub untimed: u64,
    /// Observations beyond [`MAX_CANDIDATES`] that were let go. Above 0, a pattern that did not
    /// match might have.
    pub dropped: u64,
    /// Whether the search for a fitting set of observations was given up. It was not found then.
    pub undecided: bool,
    /// The first comparison that had no answer: a value that is compared with a time and is
    /// none, and the like. It counts as not satisfied.
    pub error: Option<PatternError>,
}

impl Matcher {
    /// Compiles a pattern.
    ///
    /// # Errors
    /// When a regular expression cannot be compiled within bounds, or OR between observation
    /// expressions and REPEATS multiply to more cases than are tried.
    pub fn new(pattern: &Pattern) -> Result<Self, PatternError> {
        let mut leaves = Vec::new();
        let plan = Plan::new(pattern.root(), &mut leaves)?;
        let types = pattern.object_types().into_iter().map(Into::into).collect();
        Ok(Self { leaves, plan, types })
    }

    /// Bytes of memory that it takes, with what its regular expressions may learn while they
    /// search; of what the allocator adds, nothing.
    #[must_use]
    pub fn memory(&self) -> usize {
        let types = self.types.iter().map(|kind| size_of::<Box<str>>() + kind.len());
        size_of::<Self>()
            + self.leaves.iter().map(Leaf::memory).sum::<usize>()
            + self.plan.memory()
            + types.sum::<usize>()
    }

    /// Whether observations with objects of this type can take part.
    #[must_use]
    pub fn speaks_of(&self, object_type: &str) -> bool {
        self.types.contains(object_type)
    }

    /// The types of objects that it speaks of.
    pub fn object_types(&self) -> impl Iterator<Item = &str> {
        self.types.iter().map(|one| &**one)
    }

    /// Whether one observation alone decides: one observation expression, or several joined by
    /// OR, without qualifiers. For such a pattern, [`Matcher::holds`] says all there is.
    #[must_use]
    pub fn is_single(&self) -> bool {
        self.plan.is_single() && self.leaves.len() == 1
    }

    /// Whether this observation satisfies some observation expression of the pattern.
    ///
    /// # Errors
    /// When it satisfies none, and a comparison had no answer ([`Verdict::error`]).
    pub fn holds(&self, observation: &Observation<'_>) -> Result<bool, PatternError> {
        let scene = walk::Scene::new(observation);
        let held = self.leaves.iter().any(|leaf| leaf.holds(&scene));
        match scene.error.take() {
            Some(error) if !held => Err(error),
            _ => Ok(held),
        }
    }

    /// Begins with the observations of one source.
    #[must_use]
    pub fn run(&self) -> Run<'_> {
        let candidates = self.leaves.iter().map(|_| Vec::new()).collect();
        Run { matcher: self, candidates, dropped: 0, error: None }
    }
}

/// An observation that satisfies an observation expression.
#[derive(Clone, Copy, Debug)]
struct Candidate {
    number: u64,
    span: Option<Span>,
    count: u64,
}

/// A pattern while it is held against the observations of one source.
#[derive(Debug)]
pub struct Run<'m> {
    matcher: &'m Matcher,
    /// For each observation expression.
    candidates: Vec<Vec<Candidate>>,
    dropped: u64,
    error: Option<PatternError>,
}

impl Run<'_> {
    /// Takes one observation. `number` names it in the verdict; numbers differ.
    pub fn observe(&mut self, number: u64, observation: &Observation<'_>) {
        self.observe_within(number, observation, &mut { usize::MAX });
    }

    /// As [`Run::observe`], for many patterns at once: `room` is how many candidates may be kept
    /// yet of all of them. Beyond, they are let go ([`Verdict::dropped`]).
    pub fn observe_within(&mut self, number: u64, observation: &Observation<'_>, room: &mut usize) {
        let scene = walk::Scene::new(observation);
        let candidate =
            Candidate { number, span: observation.span, count: observation.number.max(1) };
        for (leaf, kept) in self.matcher.leaves.iter().zip(&mut self.candidates) {
            if leaf.holds(&scene) {
                match kept.len() < MAX_CANDIDATES && *room > 0 {
                    true => {
                        kept.push(candidate);
                        *room -= 1;
                    }
                    false => self.dropped += 1,
                }
            }
        }
        if self.error.is_none() {
            self.error = scene.error.take();
        }
    }

    /// Decides, at the end of the source.
    #[must_use]
    pub fn finish(self) -> Verdict {
        let mut verdict = solve::decide(&self.matcher.plan, &self.candidates);
        verdict.dropped = self.dropped;
        verdict.error = self.error;
        verdict
    }
}
