//! Patterns that ask for more than a value: they run on the engine of `stix`, over the objects
//! that a fact becomes ([`model::Fact::objects`]), and only where one of these objects is of a
//! type that the pattern speaks of.

use crate::indicator::IndicatorId;
use crate::knowledge::Intel;
use crate::lookup::Part;
use crate::normalise::normalise;
use foldhash::fast::RandomState;
use hashbrown::HashMap;
use model::fact::{OBJECT_TYPES, Object, Property};
use model::normal;
use std::borrow::Cow;
use std::collections::BTreeMap;
use stix::pattern::{
    Comparison, ComparisonExpression, ObservationExpression, Pattern, Step, Version,
};
use stix::{Instant, Matcher, Observation, Run, Span, Value};

/// All patterns that run on the engine.
#[derive(Default)]
pub(crate) struct Patterns {
    compiled: Vec<Compiled>,
    /// Which patterns speak of objects of a type.
    by_type: HashMap<Box<str>, Vec<u32>, RandomState>,
    /// Memory of all of them, in bytes.
    memory: usize,
}

struct Compiled {
    indicator: u32,
    matcher: Matcher,
    /// The pattern as its publisher wrote it.
    text: Box<str>,
}

/// Candidates of patterns over several observations that are kept for one source, over all
/// patterns: at most 128 MiB.
const MAX_CANDIDATES: usize = 1 << 21;

/// Bytes of a pattern that are told of a match.
const SHOWN: usize = 400;

impl Patterns {
    /// Compiles a pattern of an indicator, within `most` bytes of memory for all.
    ///
    /// # Errors
    /// Why it cannot be held against anything, in words.
    pub(crate) fn add(&mut self, text: &str, indicator: u32, most: usize) -> Result<(), String> {
        let full = || {
            let mebibytes = most >> 20;
            format!("its pattern is not run: all patterns take more than {mebibytes} MiB of memory")
        };
        if self.memory >= most {
            return Err(full());
        }
        let mut pattern = Pattern::parse_leniently(text, Version::V21)
            .map_err(|error| format!("its pattern cannot be compiled: {error}"))?;
        pattern.change_comparisons(&mut normalise);
        if pattern.never_matches() {
            return Err("its pattern can never match".into());
        }
        possible(pattern.root())?;
        let matcher = Matcher::new(&pattern)
            .map_err(|error| format!("its pattern cannot be compiled: {error}"))?;
        let memory = matcher.memory() + text.len() + size_of::<Compiled>();
        if memory > most - self.memory {
            return Err(full());
        }
        self.memory += memory;
        let number = self.compiled.len() as u32;
        for kind in matcher.object_types() {
            self.by_type.entry(kind.into()).or_default().push(number);
        }
        self.compiled.push(Compiled { indicator, matcher, text: text.into() });
        Ok(())
    }
}

impl Patterns {
    /// Every pattern that is kept, as its publisher wrote it, and the indicator's number.
    pub(crate) fn texts(&self) -> impl Iterator<Item = (u32, &str)> {
        self.compiled.iter().map(|one| (one.indicator, &*one.text))
    }

    /// How many indicators from this number on have a pattern here and are in use.
    pub(crate) fn in_use(&self, first: usize, is_dead: impl Fn(u32) -> bool) -> u64 {
        let numbers = self.compiled.iter().map(|one| one.indicator);
        let mut live: Vec<u32> =
            numbers.filter(|number| *number as usize >= first && !is_dead(*number)).collect();
        live.dedup();
        live.len() as u64
    }
}

/// The pattern as it is told of a match.
fn shown(text: &str) -> &str {
    let end = (0..=text.len().min(SHOWN)).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0);
    text.get(..end).unwrap_or("")
}

/// Whether any evidence that is read could satisfy an expression; else the property that nothing
/// shows. Recursion is bounded: reading refuses what is nested deeper.
fn possible(node: &ObservationExpression) -> Result<(), String> {
    match node {
        ObservationExpression::One(inner) => in_brackets(inner),
        ObservationExpression::And(all) | ObservationExpression::FollowedBy(all) => {
            all.iter().try_for_each(possible)
        }
        ObservationExpression::Or(all) => any(all.iter().map(possible)),
        ObservationExpression::Qualified { of, .. } => possible(of),
    }
}

fn in_brackets(node: &ComparisonExpression) -> Result<(), String> {
    match node {
        ComparisonExpression::One(one) => shows(one),
        ComparisonExpression::And(all) => all.iter().try_for_each(in_brackets),
        ComparisonExpression::Or(all) => any(all.iter().map(in_brackets)),
    }
}

fn any(mut all: impl Iterator<Item = Result<(), String>>) -> Result<(), String> {
    let first = all.next().unwrap_or(Ok(()));
    if first.is_ok() || all.any(|one| one.is_ok()) { Ok(()) } else { first }
}

fn shows(one: &Comparison) -> Result<(), String> {
    let keys: Vec<&str> = one
        .path
        .steps
        .iter()
        .filter_map(|step| match step {
            Step::Key(key) => Some(&**key),
            _ => None,
        })
        .collect();
    if is_shown(&one.path.object, &keys) {
        return Ok(());
    }
    Err(not_shown(&one.path.object, &keys))
}

/// Types of what only another operating system has.
const ELSEWHERE: &[(&str, &str)] =
    &[("configuration-profile", "iOS"), ("windows-registry-key", "Windows")];

/// Why nothing that is read can satisfy a comparison of this property.
pub(crate) fn not_shown(object: &str, keys: &[&str]) -> String {
    let path = format!("{object}:{}", keys.join("."));
    match ELSEWHERE.iter().find(|(kind, _)| *kind == object) {
        Some((_, system)) => {
            format!("`{path}` cannot be matched by what Android leaves: only {system} has it")
        }
        None => format!("no evidence that is read shows `{path}`"),
    }
}

/// Whether any fact becomes an object of this type with this property.
pub(crate) fn is_shown(object: &str, keys: &[&str]) -> bool {
    let known = OBJECT_TYPES.iter().find(|(kind, _)| *kind == object);
    let first = keys.first().copied().unwrap_or("");
    let algorithm = match (first, keys.get(1)) {
        ("hashes", Some(name)) => normal::algorithm(name).is_some(),
        ("cert", Some(name)) => *name == "subject" || normal::algorithm(name).is_some(),
        _ => true,
    };
    algorithm && known.is_some_and(|(_, properties)| properties.contains(&first))
}

/// A pattern that observations satisfy.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PatternMatch<'k> {
    /// Whose.
    pub indicator: IndicatorId,
    /// The pattern, cut behind 400 bytes.
    pub pattern: &'k str,
}

/// What a pattern over several observations came to at the end of a source.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decision<'k> {
    /// Which pattern.
    pub found: PatternMatch<'k>,
    /// Numbers of the observations that together satisfy it; empty where none do.
    pub observations: Vec<u64>,
    /// Why it might have been satisfied and was not, in words.
    pub gap: Option<String>,
}

/// All patterns while they are held against the observations of one source.
pub struct PatternRuns<'k> {
    parts: Vec<PartRuns<'k>>,
}

/// The patterns of one part.
struct PartRuns<'k> {
    part: &'k Part,
    /// Runs of patterns over several observations that met a candidate.
    runs: BTreeMap<u32, Run<'k>>,
    /// Patterns of one observation of which a comparison had no answer.
    unanswered: BTreeMap<u32, String>,
    wanted: Vec<u32>,
    /// Candidates that may be kept yet, of all patterns.
    room: usize,
}

impl Intel {
    /// How many patterns run on the engine.
    #[must_use]
    pub fn pattern_count(&self) -> usize {
        self.parts.iter().map(|part| part.patterns.compiled.len()).sum()
    }

    /// Begins with the observations of one source.
    #[must_use]
    pub fn run_patterns(&self) -> PatternRuns<'_> {
        let with = self.parts.iter().filter(|part| !part.patterns.compiled.is_empty());
        let parts = with.map(|part| {
            let (runs, unanswered, wanted) = Default::default();
            PartRuns { part, runs, unanswered, wanted, room: MAX_CANDIDATES }
        });
        PatternRuns { parts: parts.collect() }
    }
}

impl<'k> PatternRuns<'k> {
    /// Takes one observation. `visit` gets every pattern that it satisfies alone. Gives whether it
    /// may take part in a pattern over several observations.
    pub fn observe(
        &mut self,
        number: u64,
        seen: &model::Observation,
        visit: &mut dyn FnMut(PatternMatch<'k>),
    ) -> bool {
        let mut candidate = false;
        for part in &mut self.parts {
            candidate |= part.observe(number, seen, visit);
        }
        candidate
    }

    /// Decides the patterns over several observations, at the end of the source, in the order of
    /// the advisories.
    #[must_use]
    pub fn finish(self) -> Vec<Decision<'k>> {
        self.parts.into_iter().flat_map(PartRuns::finish).collect()
    }
}

impl<'k> PartRuns<'k> {
    fn observe(
        &mut self,
        number: u64,
        seen: &model::Observation,
        visit: &mut dyn FnMut(PatternMatch<'k>),
    ) -> bool {
        let (part, patterns) = (self.part, &self.part.patterns);
        self.wanted.clear();
        for kind in seen.fact.object_types() {
            self.wanted.extend(patterns.by_type.get(*kind).into_iter().flatten());
        }
        if self.wanted.is_empty() {
            return false;
        }
        self.wanted.sort_unstable();
        self.wanted.dedup();
        let objects = seen.fact.objects();
        let at = seen.time.as_ref().and_then(|time| time.instant());
        let observation = Observation {
            span: at.map(|at| Span::at(Instant::from_microseconds(at.as_microsecond()))),
            number: 1,
            objects: objects.iter().enumerate().map(|(n, one)| (name(n), value(one))).collect(),
        };
        let mut candidate = false;
        for number_of in &self.wanted {
            let Some(one) = patterns.compiled.get(*number_of as usize) else { continue };
            if part.is_dead(one.indicator) {
                continue;
            }
            let held = one.matcher.holds(&observation);
            if let Err(error) = &held {
                let said = || format!("a comparison had no answer ({error})");
                self.unanswered.entry(*number_of).or_insert_with(said);
            }
            if held != Ok(true) {
                continue;
            }
            if one.matcher.is_single() {
                visit(one.told(part.number));
            } else {
                let run = self.runs.entry(*number_of).or_insert_with(|| one.matcher.run());
                run.observe_within(number, &observation, &mut self.room);
                candidate = true;
            }
        }
        candidate
    }

    fn finish(self) -> Vec<Decision<'k>> {
        let mut decided = Vec::new();
        let mut unanswered = self.unanswered;
        for (number, run) in self.runs {
            let Some(one) = self.part.patterns.compiled.get(number as usize) else { continue };
            let verdict = run.finish();
            let mut said = Vec::new();
            if verdict.untimed > 0 {
                said.push(format!("{} observations state no time in UTC", verdict.untimed));
            }
            if verdict.dropped > 0 {
                said.push(format!("{} observations were one too many", verdict.dropped));
            }
            if verdict.undecided {
                said.push("the search for a fitting set was given up".to_owned());
            }
            said.extend(unanswered.remove(&number));
            let gap = (!verdict.matched && !said.is_empty()).then(|| said.join("; "));
            let observations = if verdict.matched { verdict.observations } else { Vec::new() };
            decided.push(Decision { found: one.told(self.part.number), observations, gap });
        }
        for (number, said) in unanswered {
            let Some(one) = self.part.patterns.compiled.get(number as usize) else { continue };
            decided.push(Decision {
                found: one.told(self.part.number),
                observations: Vec::new(),
                gap: Some(said),
            });
        }
        decided
    }
}

impl Compiled {
    fn told(&self, part: u16) -> PatternMatch<'_> {
        let indicator = IndicatorId { part, number: self.indicator };
        PatternMatch { indicator, pattern: shown(&self.text) }
    }
}

/// Objects of one observation are named by their place.
fn name(place: usize) -> Cow<'static, str> {
    const FEW: [&str; 8] = ["0", "1", "2", "3", "4", "5", "6", "7"];
    FEW.get(place).map_or_else(|| Cow::Owned(place.to_string()), |name| Cow::Borrowed(*name))
}

/// An object as the engine takes it.
fn value<'a>(one: &'a Object<'a>) -> Value<'a> {
    let mut pairs = Vec::with_capacity(one.properties.len() + 1);
    pairs.push((Cow::Borrowed("type"), Value::text(one.kind)));
    for (name, property) in &one.properties {
        pairs.push((Cow::Borrowed(*name), of_property(property)));
    }
    Value::Dict(pairs)
}

fn of_property<'a>(property: &'a Property<'a>) -> Value<'a> {
    match property {
        Property::Text(text) => Value::text(text),
        Property::Integer(number) => Value::Integer(*number),
        Property::Bool(flag) => Value::Bool(*flag),
        Property::Reference(place) => Value::Text(name(*place)),
        Property::List(list) => Value::List(list.iter().map(|text| Value::text(text)).collect()),
        Property::Dict(pairs) => {
            let pairs = pairs.iter().map(|(name, text)| (Cow::Borrowed(*name), Value::text(text)));
            Value::Dict(pairs.collect())
        }
    }
}
