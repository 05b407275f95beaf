//! The one door: observations in, findings and gaps out.

use crate::source::SourceState;
use crate::{Brands, RuleSet, indicators};
use intel::Intel;
use jiff::Timestamp;
use model::{Finding, Gap, Observation, SourceId};

/// What observations are held against.
#[derive(Clone, Copy)]
pub struct Knowledge<'k> {
    /// Published values.
    pub intel: &'k Intel,
    /// Rule pages.
    pub rules: &'k RuleSet,
    /// Genuine apps.
    pub brands: &'k Brands,
}

/// Observations whose values are looked up together ([`Intel::lookup_all`]).
const TOGETHER: usize = 64;

/// How much judging may keep of one source. Reaching a limit leaves a gap.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Subjects with something that counts, and packages. Default 200,000.
    pub subjects: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { subjects: 200_000 }
    }
}

/// Holds observations against knowledge.
///
/// Facts of one source may come in any order; what depends on their order is only which rows of
/// evidence are kept (the first 20). Two sources are never joined.
pub struct Judge<'k> {
    knowledge: Knowledge<'k>,
    now: Timestamp,
    limits: Limits,
    open: Vec<(SourceId, SourceState<'k>)>,
    /// What came and is not judged yet: values of many observations are looked up together.
    waiting: Vec<(SourceId, Observation)>,
    findings: Vec<Finding>,
    gaps: Vec<Gap>,
}

/// What judging came to.
#[derive(Clone, Debug, Default)]
pub struct Judgement {
    /// Strongest first; then by source, subject and id.
    pub findings: Vec<Finding>,
    /// What could not be judged. Errors in the knowledge itself are told by
    /// [`RuleSet::gaps`] and [`Brands::gaps`].
    pub gaps: Vec<Gap>,
}

impl<'k> Judge<'k> {
    /// A judge with the default limits; `now` is the time against which ages and windows of
    /// validity are held where an observation has none.
    #[must_use]
    pub fn new(knowledge: &Knowledge<'k>, now: Timestamp) -> Self {
        Self::with_limits(knowledge, now, Limits::default())
    }

    /// A judge with limits of its own.
    #[must_use]
    pub fn with_limits(knowledge: &Knowledge<'k>, now: Timestamp, limits: Limits) -> Self {
        let knowledge = *knowledge;
        let (open, findings, gaps) = (Vec::new(), Vec::new(), Vec::new());
        let waiting = Vec::with_capacity(TOGETHER);
        Self { knowledge, now, limits, open, waiting, findings, gaps }
    }

    /// Takes one observation of a source.
    pub fn observe(&mut self, source: SourceId, observation: Observation) {
        self.waiting.push((source, observation));
        if self.waiting.len() == TOGETHER {
            self.judge_waiting();
        }
    }

    /// Judges what came, in the order in which it came.
    fn judge_waiting(&mut self) {
        let waiting = std::mem::take(&mut self.waiting);
        let found = indicators::look_up(self.knowledge.intel, waiting.iter().map(|(_, seen)| seen));
        let mut found = found.as_slice();
        for (number, (source, seen)) in waiting.iter().enumerate() {
            let (own, rest) =
                found.split_at(found.partition_point(|one| one.observation <= number));
            found = rest;
            let at = match self.open.iter().rposition(|(id, _)| id == source) {
                Some(at) => at,
                None => {
                    self.open.push((*source, SourceState::default()));
                    self.open.len() - 1
                }
            };
            if let Some((_, state)) = self.open.get_mut(at) {
                state.observe(&self.knowledge, self.now, self.limits, seen, own);
            }
        }
        self.waiting = waiting;
        self.waiting.clear();
    }

    /// No more observations of this source will come: joins, judges, and frees what was kept.
    pub fn end_source(&mut self, source: SourceId) {
        self.judge_waiting();
        if let Some(at) = self.open.iter().position(|(id, _)| *id == source) {
            let (_, state) = self.open.swap_remove(at);
            let found = state.end(&self.knowledge, self.now, source);
            self.findings.extend(found.findings);
            self.gaps.extend(found.gaps);
        }
    }

    /// Judges the sources that are still open, and puts the findings in order.
    #[must_use]
    pub fn finish(mut self) -> Judgement {
        self.judge_waiting();
        let mut open: Vec<SourceId> = self.open.iter().map(|(id, _)| *id).collect();
        open.sort_unstable();
        open.into_iter().for_each(|source| self.end_source(source));
        self.findings.sort_by(|a, b| {
            let key = |f: &Finding| (f.strength, f.subject.source);
            key(a)
                .cmp(&key(b))
                .then_with(|| a.subject.cmp(&b.subject))
                .then_with(|| a.id.cmp(&b.id))
        });
        Judgement { findings: self.findings, gaps: self.gaps }
    }
}
