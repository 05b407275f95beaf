//! What is kept of the observations that count toward a finding.

use crate::moment::{self, Moment};
use jiff::civil::Date;
use model::{Evidence, Finding, Observation, Position, SourceId, Strength, Time};
use std::fmt::Write as _;
use std::sync::Arc;

/// Longest text of a row, in bytes; a setting's value can have megabytes.
const TEXT: usize = 400;

/// One row of evidence, kept until its source ends.
#[derive(Clone, Debug)]
pub(crate) struct Row {
    /// Number of the observation within its source.
    pub(crate) order: u64,
    artifact: Arc<str>,
    position: Position,
    time: Option<Box<Time>>,
    text: Box<str>,
}

impl Row {
    pub(crate) fn new(order: u64, seen: &Observation) -> Self {
        let mut text = Cut { text: String::new() };
        let _ = write!(text, "{}", seen.fact);
        Self {
            order,
            artifact: Arc::clone(&seen.artifact),
            position: seen.position.clone(),
            time: seen.time.clone().map(Box::new),
            text: text.text.into(),
        }
    }

    pub(crate) fn into_evidence(self, source: SourceId) -> Evidence {
        Evidence {
            source,
            artifact: self.artifact.to_string(),
            sha256: None,
            position: Some(self.position),
            time: self.time.map(|time| *time),
            text: self.text.into(),
        }
    }
}

/// Takes text up to [`TEXT`] bytes, then stops the writer, so that a huge value costs little.
struct Cut {
    text: String,
}

impl std::fmt::Write for Cut {
    fn write_str(&mut self, part: &str) -> std::fmt::Result {
        let room = TEXT.saturating_sub(self.text.len());
        if part.len() <= room {
            self.text.push_str(part);
            return Ok(());
        }
        let end = (0..=room).rev().find(|at| part.is_char_boundary(*at)).unwrap_or(0);
        self.text.push_str(part.get(..end).unwrap_or_default());
        self.text.push('…');
        Err(std::fmt::Error)
    }
}

/// What a subject has of one leaf or one indicator: a count, first and last day, few rows.
#[derive(Clone, Debug, Default)]
pub(crate) struct Tally {
    pub(crate) count: u64,
    pub(crate) first: Option<Date>,
    pub(crate) last: Option<Date>,
    /// Distinct values seen, where the leaf counts them; `None` where it counts facts.
    pub(crate) distinct: Option<Vec<Box<str>>>,
    /// The first rows, in the order read.
    pub(crate) rows: Vec<Row>,
    /// When they happened, in order, where a rule asks for order; the newest of them.
    pub(crate) moments: Vec<Moment>,
    /// The strongest way in which an indicator matched; rules leave it.
    pub(crate) strength: Option<Strength>,
    /// Number of the last observation counted: one that matches in two ways counts once.
    counted: u64,
}

impl Tally {
    /// Counts one observation, and keeps its row while there are fewer than `rows`.
    pub(crate) fn add(&mut self, order: u64, seen: &Observation, rows: usize) {
        if self.counted == order {
            return;
        }
        self.counted = order;
        self.count += 1;
        if let Some(day) = seen.time.as_ref().and_then(|time| date(time.sort_key())) {
            self.first = Some(self.first.map_or(day, |first| first.min(day)));
            self.last = Some(self.last.map_or(day, |last| last.max(day)));
        }
        if self.rows.len() < rows {
            if self.rows.is_empty() {
                self.rows.reserve_exact(1);
            }
            self.rows.push(Row::new(order, seen));
        }
    }

    /// Notes when an observation happened; of more than `most`, the newest are kept. `at` names the
    /// field that says when, `number` one whose value is kept.
    pub(crate) fn add_moment(
        &mut self,
        order: u64,
        seen: &Observation,
        (at, number): (Option<&str>, Option<&str>),
        most: usize,
    ) {
        if self.moments.last().is_some_and(|last| last.row.order == order) {
            return;
        }
        if let Some(moment) = Moment::of(order, seen, at, number) {
            moment::keep(&mut self.moments, moment, most);
        }
    }

    /// Notes a value, while fewer than `most` are kept.
    pub(crate) fn add_distinct(&mut self, value: &str, most: u64) {
        let list = self.distinct.get_or_insert_default();
        if (list.len() as u64) < most && !list.iter().any(|known| **known == *value) {
            list.push(value.into());
        }
    }

    /// What `at_least` is held against: distinct values where they are counted, else facts.
    pub(crate) fn amount(&self) -> u64 {
        self.distinct.as_ref().map_or(self.count, |list| list.len() as u64)
    }

    /// Joins what another form of the same subject has.
    pub(crate) fn merge(&mut self, other: Tally) {
        self.count += other.count;
        self.first = [self.first, other.first].into_iter().flatten().min();
        self.last = [self.last, other.last].into_iter().flatten().max();
        self.strength = [self.strength, other.strength].into_iter().flatten().min();
        for value in other.distinct.unwrap_or_default() {
            self.add_distinct(&value, u64::MAX);
        }
        for moment in other.moments {
            moment::keep(&mut self.moments, moment, moment::OF_DEVICE);
        }
        self.rows.extend(other.rows);
        self.rows.sort_by_key(|row| row.order);
        self.rows.truncate(Finding::MAX_EVIDENCE);
    }
}

/// The day that a time starts with.
fn date(text: &str) -> Option<Date> {
    text.get(..10)?.parse().ok()
}
