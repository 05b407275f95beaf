//! Patterns of advisories that ask for more than a value, over the observations of one source.

use crate::source::Key;
use hashbrown::HashMap;
use intel::{Decision, Intel, PatternMatch, PatternRuns};
use model::{Gap, Observation};

/// Observations of one source that are kept for patterns over several of them.
const MAX_KEPT: usize = 20_000;

/// The patterns and what they may still need.
#[derive(Default)]
pub(crate) struct Patterns<'k> {
    runs: Option<PatternRuns<'k>>,
    /// Observations that may take part in a pattern over several, by number, with what they are
    /// about.
    kept: HashMap<u64, (Key, Observation)>,
    full: bool,
}

/// A pattern that several observations satisfy together: what each is about, and the observation.
pub(crate) struct Together<'k> {
    pub(crate) found: PatternMatch<'k>,
    pub(crate) by: Vec<(u64, Key, Observation)>,
}

impl<'k> Patterns<'k> {
    /// Takes one observation, which is about `key`; `alone` gets every pattern that it satisfies
    /// alone.
    pub(crate) fn observe(
        &mut self,
        intel: &'k Intel,
        number: u64,
        seen: &Observation,
        key: impl FnOnce() -> Option<Key>,
        alone: &mut dyn FnMut(PatternMatch<'k>),
    ) {
        if intel.pattern_count() == 0 {
            return;
        }
        let runs = self.runs.get_or_insert_with(|| intel.run_patterns());
        if !runs.observe(number, seen, alone) {
            return;
        }
        if self.kept.len() == MAX_KEPT {
            self.full = true;
        } else if let Some(key) = key() {
            self.kept.insert(number, (key, seen.clone()));
        }
    }

    /// Decides, at the end of the source.
    pub(crate) fn end(mut self, intel: &Intel, gaps: &mut Vec<Gap>) -> Vec<Together<'k>> {
        let mut together = Vec::new();
        for Decision { found, observations, gap } in
            self.runs.take().into_iter().flat_map(PatternRuns::finish)
        {
            let by: Vec<_> = observations
                .iter()
                .filter_map(|number| {
                    let (key, seen) = self.kept.get(number)?;
                    Some((*number, key.clone(), seen.clone()))
                })
                .collect();
            let lost = (by.len() < observations.len() && self.full)
                .then(|| "more observations than are kept".to_owned());
            if let Some(reason) = gap.or(lost) {
                let indicator = intel.indicator(found.indicator);
                let advisory = indicator.knowledge().map_or("", |one| one.name.as_str());
                let reason = format!(
                    "advisory {advisory}, {}: its pattern was not decided: {reason}",
                    indicator.id()
                );
                gaps.push(Gap { artifact: None, position: None, reason });
            }
            if !by.is_empty() {
                together.push(Together { found, by });
            }
        }
        together
    }
}
