//! Diagnostics of lists: what is wrong with an indicator, with a stable code and its place.
//! Each code has a page in docs/lint-codes.md; a test holds the two together.

mod codes;
mod stix2;

pub use codes::{CODES, Code, Severity};

use crate::{Genuine, Import, Record, Suppressions, too_broad};
use jiff::Timestamp;
use serde::Serialize;
use std::collections::HashMap;
use std::hash::{BuildHasher, RandomState};
use std::io::Read;

/// One thing that is wrong.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Diagnostic {
    /// `L001` …; see [`CODES`].
    pub code: &'static str,
    /// How bad it is.
    pub severity: Severity,
    /// What is wrong, with the value.
    pub message: String,
    /// Id of the object, or the record within the list.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub object: Option<String>,
    /// JSON path within the file.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub path: Option<String>,
    /// Line, from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub line: Option<u64>,
    /// Column in bytes, from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub column: Option<u64>,
    /// Byte range in the file.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub byte: Option<(u64, u64)>,
}

/// What a file is held against.
#[derive(Clone, Copy)]
pub struct Against<'a> {
    /// The time that ends of validity are held against.
    pub now: Timestamp,
    /// Warning lists.
    pub suppressions: &'a Suppressions,
    /// Genuine apps.
    pub genuine: &'a Genuine,
}

/// Diagnostics of one file that are told; the rest is counted.
pub const MAX_TOLD: usize = 100_000;

/// What was found in one file.
#[derive(Clone, Debug, Default)]
pub struct Linted {
    /// In the order of the file.
    pub diagnostics: Vec<Diagnostic>,
    /// How many there are; more than `diagnostics` holds where there are very many.
    pub total: u64,
}

impl Linted {
    pub(crate) fn push(&mut self, diagnostic: Diagnostic) {
        self.total += 1;
        if self.diagnostics.len() < MAX_TOLD {
            self.diagnostics.push(diagnostic);
        }
    }
}

/// A place of a diagnostic.
#[derive(Clone, Debug, Default)]
pub(crate) struct Place {
    pub(crate) object: Option<String>,
    pub(crate) path: Option<String>,
    pub(crate) line: Option<u64>,
    pub(crate) column: Option<u64>,
    pub(crate) byte: Option<(u64, u64)>,
}

impl Place {
    pub(crate) fn says(&self, code: &'static Code, message: impl Into<String>) -> Diagnostic {
        Diagnostic {
            code: code.code,
            severity: code.severity,
            message: message.into(),
            object: self.object.clone(),
            path: self.path.clone(),
            line: self.line,
            column: self.column,
            byte: self.byte,
        }
    }
}

/// Lints a file of STIX objects, whatever its size.
///
/// # Errors
/// When it cannot be read as JSON to its end.
pub fn stix2(reader: impl Read, against: &Against<'_>) -> Result<Linted, String> {
    stix2::lint(reader, against)
}

/// Lints the records of lists of any other format.
#[must_use]
pub fn records(import: &Import, against: &Against<'_>) -> Linted {
    let mut linted = Linted::default();
    let mut known = Known::default();
    for skipped in import.skipped() {
        let line = skipped
            .place
            .strip_prefix("line ")
            .and_then(|rest| rest.split([',', ' ']).next().and_then(|line| line.parse().ok()));
        let object = Some(skipped.place.clone()).filter(|_| line.is_none());
        let place = Place { object, line, ..Place::default() };
        let code = match skipped.reason.contains("no SHA") || skipped.reason.contains("no MD5") {
            true => &codes::HASH,
            false => &codes::NOT_UNDERSTOOD,
        };
        linted.push(place.says(code, &skipped.reason));
    }
    for record in import.records() {
        let place = Place {
            object: record.origin.record.clone(),
            line: record.origin.line,
            ..Place::default()
        };
        of_value(record, &place, against, &mut known, &mut linted);
        if record.trust == crate::Trust::Unsourced {
            let message = format!("{} has no source but the file's name", record.value.text);
            linted.push(place.says(&codes::UNSOURCED, message));
        }
    }
    linted
}

/// Values of a list that are held against each other.
const MAX_KNOWN: usize = 4_000_000;

/// Where each value was named first.
pub(crate) struct Known {
    first: HashMap<u64, String>,
    state: RandomState,
    most: usize,
    full: bool,
}

impl Default for Known {
    fn default() -> Self {
        Self::of(MAX_KNOWN)
    }
}

impl Known {
    /// Knows so many values.
    fn of(most: usize) -> Self {
        Self { first: HashMap::new(), state: RandomState::new(), most, full: false }
    }

    /// Whether the next value is the first that there is no room for.
    fn is_full_now(&mut self) -> bool {
        self.first.len() >= self.most && !std::mem::replace(&mut self.full, true)
    }
}

/// What is wrong with a value, whatever it stands in.
pub(crate) fn of_value(
    record: &Record,
    place: &Place,
    against: &Against<'_>,
    known: &mut Known,
    linted: &mut Linted,
) {
    let value = &record.value;
    let named = format!("{} {}", value.kind.name(), value.text);
    let hash = known.state.hash_one((value, record.port, record.exact_host));
    let here = match (&place.object, place.line) {
        (Some(object), Some(line)) => format!("{object} (line {line})"),
        (Some(object), None) => object.clone(),
        (None, line) => format!("line {}", line.unwrap_or(0)),
    };
    if let Some(first) = known.first.get(&hash) {
        linted.push(place.says(&codes::DUPLICATE, format!("{named} is named by {first} already")));
    } else if known.first.len() < known.most {
        known.first.insert(hash, here);
    } else if known.is_full_now() {
        let most = known.most;
        let message = format!("values beyond the first {most} are not held against each other");
        linted.push(place.says(&codes::NOT_UNDERSTOOD, message));
    }
    if let Some(why) = too_broad(value) {
        linted.push(place.says(&codes::BROAD, format!("{named}: {why}")));
    }
    if let Some(list) = against.suppressions.name(value) {
        linted.push(place.says(&codes::WARNING_LIST, format!("{named} stands on {list}")));
    }
    if let Some(why) = against.genuine.why(value) {
        linted.push(place.says(&codes::GENUINE, format!("{named}: {why}")));
    }
    let ends = record.valid_until.as_deref().and_then(|at| at.parse::<Timestamp>().ok());
    if let Some(end) = ends.filter(|end| *end <= against.now) {
        linted.push(place.says(&codes::EXPIRED, format!("{named} was valid until {end}")));
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)] // A test may.
mod tests {
    use super::*;
    use crate::{Kind, Origin, Trust, Value};

    #[test]
    fn so_many_values_are_held_against_each_other() {
        let (suppressions, genuine) = (Suppressions::default(), Genuine::default());
        let now = Timestamp::UNIX_EPOCH;
        let against = Against { now, suppressions: &suppressions, genuine: &genuine };
        let (mut known, mut linted) = (Known::of(2), Linted::default());
        for name in ["a.example", "b.example", "c.example", "a.example", "d.example", "c.example"] {
            let origin = Origin { file: "x".into(), line: None, record: None };
            let value = Value::new(Kind::Domain, name).unwrap();
            let record = Record::new(value, origin, Trust::Vendor);
            of_value(&record, &Place::default(), &against, &mut known, &mut linted);
        }
        let told: Vec<&str> = linted.diagnostics.iter().map(|one| one.code).collect();
        assert_eq!(told, ["L016", "L002"], "{:?}", linted.diagnostics);
        assert!(linted.diagnostics[0].message.contains("beyond the first 2"));
    }
}
