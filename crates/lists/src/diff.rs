//! What two sets of lists have not in common.

use crate::bundle::{Key, merged};
use crate::flatten::Flat;
use crate::{Record, Value};
use serde::Serialize;
use std::collections::BTreeSet;

/// A property's name and how it is told of records with one value.
type Said = (&'static str, fn(&[&Record]) -> String);

/// One difference.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Change {
    /// The value.
    #[serde(flatten)]
    pub value: Value,
    /// The port it is narrowed to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub port: Option<u16>,
    /// What is different, property by property: name, before, after.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub properties: Vec<(&'static str, String, String)>,
}

/// All differences, by value.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Diff {
    /// Only in the second.
    pub added: Vec<Change>,
    /// Only in the first.
    pub removed: Vec<Change>,
    /// In both, and not the same.
    pub changed: Vec<Change>,
    /// In both, and the same.
    pub same: u64,
}

/// Compares two sets by what their indicators name and say; ids and times of making do not count.
#[must_use]
pub fn diff(before: &Flat, after: &Flat) -> Diff {
    let (before, after) = (merged(&before.records), merged(&after.records));
    let mut diff = Diff::default();
    for (key, old) in &before {
        match after.get(key) {
            None => diff.removed.push(change(key, Vec::new())),
            Some(new) => match differing(old, new) {
                properties if properties.is_empty() => diff.same += 1,
                properties => diff.changed.push(change(key, properties)),
            },
        }
    }
    let added = after.keys().filter(|key| !before.contains_key(key));
    diff.added.extend(added.map(|key| change(key, Vec::new())));
    diff
}

fn change(key: &Key, properties: Vec<(&'static str, String, String)>) -> Change {
    Change { value: key.value.clone(), port: key.port, properties }
}

fn differing(old: &[&Record], new: &[&Record]) -> Vec<(&'static str, String, String)> {
    let said: [Said; 4] = [
        ("families", |records| {
            let all: BTreeSet<&str> =
                records.iter().flat_map(|r| r.families.iter().map(String::as_str)).collect();
            all.into_iter().collect::<Vec<_>>().join(", ")
        }),
        ("alerts", |records| match records.iter().all(|record| record.context.is_some()) {
            true => "no".to_owned(),
            false => "yes".to_owned(),
        }),
        ("confidence", |records| {
            let stated = records.iter().filter_map(|record| record.confidence).max();
            stated.map_or_else(String::new, |sure| sure.to_string())
        }),
        ("valid_until", |records| {
            let ends = records.iter().filter_map(|record| record.valid_until.clone());
            ends.max().unwrap_or_default()
        }),
    ];
    let both = said.into_iter().map(|(name, of)| (name, of(old), of(new)));
    both.filter(|(_, old, new)| old != new).collect()
}
