//! What is told about a package beside its contents: problems and anomalies, within bounds.

use crate::anomaly::{Anomaly, AnomalyKind};
use std::collections::HashMap;

/// Something that is damaged, so that it could not be read, or not to its end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// Where: the name of a member, `zip`, or `signing block`.
    pub place: String,
    /// What was found, with what was expected.
    pub what: String,
}

/// Collects problems and anomalies; a hostile file cannot make it grow.
#[derive(Debug, Default)]
pub(crate) struct Remarks {
    pub(crate) problems: Vec<Problem>,
    pub(crate) anomalies: Vec<Anomaly>,
    of_kind: HashMap<AnomalyKind, usize>,
}

impl Remarks {
    const MOST: usize = 100;
    /// Of one kind; more of the same tell nothing new.
    const MOST_ALIKE: usize = 20;

    /// A problem.
    pub(crate) fn add(&mut self, place: &str, what: impl Into<String>) {
        if self.problems.len() < Self::MOST {
            let problem = Problem { place: place.to_owned(), what: what.into() };
            if !self.problems.contains(&problem) {
                self.problems.push(problem);
            }
        }
    }

    /// Takes over what another collection holds.
    pub(crate) fn take(&mut self, other: Remarks) {
        for Problem { place, what } in other.problems {
            self.add(&place, what);
        }
        for Anomaly { kind, member, offset, detail } in other.anomalies {
            self.odd_at(kind, member.as_deref().unwrap_or_default(), offset, detail);
        }
    }

    /// An anomaly of a member (empty: of the zip as a whole).
    pub(crate) fn odd(
        &mut self,
        kind: AnomalyKind,
        member: &str,
        offset: usize,
        detail: impl Into<String>,
    ) {
        self.odd_at(kind, member, offset as u64, detail);
    }

    /// As [`Remarks::odd`], for places of the file.
    pub(crate) fn odd_at(
        &mut self,
        kind: AnomalyKind,
        member: &str,
        offset: u64,
        detail: impl Into<String>,
    ) {
        let count = self.of_kind.entry(kind).or_default();
        if *count == Self::MOST_ALIKE {
            return;
        }
        let member = (!member.is_empty()).then(|| member.to_owned());
        let anomaly = Anomaly { kind, member, offset, detail: detail.into() };
        if !self.anomalies.contains(&anomaly) {
            *count += 1;
            self.anomalies.push(anomaly);
        }
    }
}
