//! What a pattern asks of the observations of a source, with OR and REPEATS resolved: several
//! alternatives, each of which wants so many observations that satisfy this, so many that
//! satisfy that, and sets limits to when they were.

use super::compile::Leaf;
use crate::Instant;
use crate::pattern::{
    ComparisonExpression, ObservationExpression, PatternCode, PatternError, QualifierKind,
};

/// Alternatives that are tried.
const MAX_ALTERNATIVES: usize = 256;

/// Kinds of observations that one alternative may want.
pub(super) const MAX_GROUPS: usize = 24;

/// The whole pattern: one of these must be met.
#[derive(Debug)]
pub(super) struct Plan {
    pub(super) alternatives: Vec<Alternative>,
}

/// One way to satisfy the pattern.
#[derive(Clone, Debug, Default)]
pub(super) struct Alternative {
    pub(super) groups: Vec<Group>,
    pub(super) limits: Vec<Limit>,
}

/// So many observations, each from one of the sources; no observation serves two groups.
#[derive(Clone, Debug)]
pub(super) struct Group {
    pub(super) sources: Vec<Source>,
    pub(super) want: u64,
}

/// Observations that satisfy an observation expression, and were in time.
#[derive(Clone, Debug)]
pub(super) struct Source {
    /// Index of the expression.
    pub(super) leaf: usize,
    /// Whether observations without a time are left out.
    pub(super) timed: bool,
    /// START and STOP.
    pub(super) windows: Vec<(Instant, Instant)>,
}

/// A limit to when the observations of groups (by index) were.
#[derive(Clone, Debug)]
pub(super) enum Limit {
    /// A span of this many nanoseconds touches all.
    Within { nanos: u128, groups: Vec<usize> },
    /// None of the former begins after any of the latter has ended.
    InOrder { before: Vec<usize>, after: Vec<usize> },
}

impl Plan {
    /// Plans a pattern; its observation expressions are added to `leaves`.
    pub(super) fn new(
        root: &ObservationExpression,
        leaves: &mut Vec<Leaf>,
    ) -> Result<Self, PatternError> {
        Ok(Self { alternatives: plan(root, leaves)? })
    }

    /// Bytes of memory beside its own.
    pub(super) fn memory(&self) -> usize {
        let source = |one: &Source| size_of::<Source>() + size_of_val(&*one.windows);
        let group =
            |one: &Group| size_of::<Group>() + one.sources.iter().map(source).sum::<usize>();
        let limit = |one: &Limit| {
            let groups = match one {
                Limit::Within { groups, .. } => groups.len(),
                Limit::InOrder { before, after } => before.len() + after.len(),
            };
            size_of::<Limit>() + groups * size_of::<usize>()
        };
        let alternative = |one: &Alternative| {
            size_of::<Alternative>()
                + one.groups.iter().map(group).sum::<usize>()
                + one.limits.iter().map(limit).sum::<usize>()
        };
        self.alternatives.iter().map(alternative).sum()
    }

    /// Whether one observation that satisfies any expression is all that is wanted.
    pub(super) fn is_single(&self) -> bool {
        self.alternatives.iter().all(|one| {
            one.wants_one()
                && one.groups.iter().flat_map(|group| &group.sources).all(Source::is_bare)
        })
    }
}

impl Source {
    fn is_bare(&self) -> bool {
        !self.timed && self.windows.is_empty()
    }
}

impl Alternative {
    /// Whether it wants one observation only.
    pub(super) fn wants_one(&self) -> bool {
        self.limits.is_empty() && matches!(self.groups.as_slice(), [Group { want: 1, .. }])
    }

    fn sources(&mut self) -> impl Iterator<Item = &mut Source> {
        self.groups.iter_mut().flat_map(|group| &mut group.sources)
    }

    /// Both, by different observations. Yields where the groups of the other now begin.
    fn join(&mut self, other: &Self) -> usize {
        let start = self.groups.len();
        self.groups.extend(other.groups.iter().cloned());
        let moved = |groups: &[usize]| groups.iter().map(|group| group + start).collect();
        self.limits.extend(other.limits.iter().map(|limit| match limit {
            Limit::Within { nanos, groups } => {
                Limit::Within { nanos: *nanos, groups: moved(groups) }
            }
            Limit::InOrder { before, after } => {
                Limit::InOrder { before: moved(before), after: moved(after) }
            }
        }));
        start
    }
}

type Planned = Result<Vec<Alternative>, PatternError>;

/// Recursion is bounded by the depth of the tree (`pattern::MAX_DEPTH`).
fn plan(node: &ObservationExpression, leaves: &mut Vec<Leaf>) -> Planned {
    match node {
        ObservationExpression::One(inner) => leaf(inner, leaves),
        ObservationExpression::Or(all) => either(all, leaves),
        ObservationExpression::And(all) => all_of(all, false, leaves),
        ObservationExpression::FollowedBy(all) => all_of(all, true, leaves),
        ObservationExpression::Qualified { of, by } => {
            let mut alternatives = plan(of, leaves)?;
            for qualifier in by {
                alternatives = qualified(alternatives, qualifier.kind, qualifier.offset)?;
            }
            Ok(alternatives)
        }
    }
}

fn leaf(inner: &ComparisonExpression, leaves: &mut Vec<Leaf>) -> Planned {
    let source = Source { leaf: leaves.len(), timed: false, windows: Vec::new() };
    leaves.push(Leaf::new(inner)?);
    let groups = vec![Group { sources: vec![source], want: 1 }];
    Ok(vec![Alternative { groups, limits: Vec::new() }])
}

/// Expressions joined by OR. Those without qualifiers are one expression; alternatives that want
/// one observation become one that takes it from any of their sources.
fn either(all: &[ObservationExpression], leaves: &mut Vec<Leaf>) -> Planned {
    let mut bare = Vec::new();
    let mut one = Vec::new();
    let mut alternatives = Vec::new();
    for node in all {
        if let ObservationExpression::One(inner) = node {
            bare.push(inner.clone());
            continue;
        }
        for alternative in plan(node, leaves)? {
            match alternative.wants_one() {
                true => one.extend(alternative.groups.into_iter().flat_map(|g| g.sources)),
                false => alternatives.push(alternative),
            }
        }
        bounded(&alternatives, node)?;
    }
    if !bare.is_empty() {
        let merged = leaf(&ComparisonExpression::Or(bare), leaves)?;
        one.extend(merged.into_iter().flat_map(|a| a.groups).flat_map(|g| g.sources));
    }
    if !one.is_empty() {
        let groups = vec![Group { sources: one, want: 1 }];
        alternatives.push(Alternative { groups, limits: Vec::new() });
    }
    Ok(alternatives)
}

/// Expressions joined by AND, or by FOLLOWEDBY.
fn all_of(all: &[ObservationExpression], in_order: bool, leaves: &mut Vec<Leaf>) -> Planned {
    let mut whole = vec![Alternative::default()];
    for node in all {
        let parts = plan(node, leaves)?;
        let mut longer = Vec::new();
        for before in &whole {
            for part in &parts {
                let mut both = before.clone();
                let start = both.join(part);
                if in_order && start > 0 {
                    let (before, after) =
                        ((0..start).collect(), (start..both.groups.len()).collect());
                    both.limits.push(Limit::InOrder { before, after });
                    both.sources().for_each(|source| source.timed = true);
                }
                longer.push(both);
                bounded(&longer, node)?;
            }
        }
        whole = longer;
    }
    Ok(whole)
}

fn qualified(mut alternatives: Vec<Alternative>, by: QualifierKind, offset: usize) -> Planned {
    match by {
        QualifierKind::StartStop(start, stop) => {
            for source in alternatives.iter_mut().flat_map(Alternative::sources) {
                source.timed = true;
                source.windows.push((start, stop));
            }
            Ok(alternatives)
        }
        QualifierKind::Within(seconds) => {
            // Above 2^64 seconds all are within; the conversion saturates.
            let nanos = (seconds.min(1.8e19) * 1e9).round() as u128;
            for alternative in &mut alternatives {
                alternative.sources().for_each(|source| source.timed = true);
                if !alternative.wants_one() {
                    let groups = (0..alternative.groups.len()).collect();
                    alternative.limits.push(Limit::Within { nanos, groups });
                }
            }
            Ok(alternatives)
        }
        QualifierKind::Repeats(times) => repeated(alternatives, times, offset),
    }
}

/// So many times, by other observations each time. Where no limit binds the observations of one
/// time together, that is so many times as many observations.
fn repeated(mut alternatives: Vec<Alternative>, times: u64, offset: usize) -> Planned {
    if let [only] = alternatives.as_mut_slice()
        && only.limits.is_empty()
    {
        only.groups.iter_mut().for_each(|group| group.want = group.want.saturating_mul(times));
        return Ok(alternatives);
    }
    let mut chosen = vec![(0, Alternative::default())];
    for _ in 0..times {
        let mut longer = Vec::new();
        for (from, before) in &chosen {
            // Which alternative serves which time makes no difference: in ascending order.
            for (number, part) in alternatives.iter().enumerate().skip(*from) {
                let mut both = before.clone();
                both.join(part);
                if both.groups.len() > MAX_GROUPS || longer.len() == MAX_ALTERNATIVES {
                    return Err(too_many(offset));
                }
                longer.push((number, both));
            }
        }
        chosen = longer;
        if chosen.is_empty() {
            break;
        }
    }
    Ok(chosen.into_iter().map(|(_, alternative)| alternative).collect())
}

fn bounded(alternatives: &[Alternative], node: &ObservationExpression) -> Result<(), PatternError> {
    let large = alternatives.last().is_some_and(|one| one.groups.len() > MAX_GROUPS);
    match large || alternatives.len() > MAX_ALTERNATIVES {
        true => Err(too_many(first_offset(node))),
        false => Ok(()),
    }
}

fn too_many(offset: usize) -> PatternError {
    let expected = "OR, AND and REPEATS that come to at most 256 cases of 24 expressions each";
    PatternError::new(PatternCode::TooMany, offset, expected)
}

fn first_offset(node: &ObservationExpression) -> usize {
    let mut first = None;
    crate::pattern::in_observations(node, &mut |one| {
        first.get_or_insert(one.offset);
    });
    first.unwrap_or(0)
}
