//! Every object of a text, with all its properties, and how they belong together: versions,
//! relationships and markings, resolved once through indexes.
//!
//! This is for looking at objects. What is only matched goes through [`crate::read()`], which holds
//! one object at a time.

mod record;

pub use crate::validate::Family;
pub use record::{Field, Record};

use crate::Value;
use crate::json::Reader;
use std::borrow::Cow;
use std::collections::HashMap;

/// The objects of a text.
#[derive(Debug, Default)]
pub struct Collection<'a> {
    records: Vec<Record<'a>>,
    /// By `id`: its versions, oldest first.
    versions: HashMap<String, Vec<usize>>,
    /// By the `id` of the source and of the target: relationships and sightings.
    from: HashMap<String, Vec<usize>>,
    to: HashMap<String, Vec<usize>>,
    /// Values that stood where an object should, or objects without `type`.
    misplaced: u64,
}

/// It is no JSON.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not JSON at byte {offset}")]
pub struct NotJson {
    /// The first byte that does not fit.
    pub offset: usize,
}

impl<'a> Collection<'a> {
    /// Reads a bundle, a list of objects, an object, or several of these one behind the other.
    /// What is no object is counted ([`Collection::misplaced`]) and left out.
    ///
    /// # Errors
    /// When it is no JSON to its end.
    pub fn read(text: &'a str) -> Result<Self, NotJson> {
        let mut all = Self::default();
        let mut reader = Reader::new(text);
        while reader.peek().is_some() {
            let document = reader.value(0);
            all.take(document.map_err(|error| NotJson { offset: error.offset })?.into(), 2);
        }
        all.index();
        Ok(all)
    }

    /// Takes what a document holds; a bundle may stand in a list, and a list in a bundle.
    fn take(&mut self, value: Value<'a>, depth: u8) {
        match value {
            Value::List(items) if depth > 0 => {
                items.into_iter().for_each(|one| self.take(one, depth - 1));
            }
            Value::Dict(mut pairs) => {
                let kind = pairs.iter().find(|(key, _)| key == "type").map(|(_, value)| value);
                // A TAXII envelope has objects and no type.
                let wraps = kind.is_none_or(|kind| kind.as_text() == Some("bundle"));
                let objects = pairs.iter().position(|(key, _)| key == "objects" && wraps);
                match objects.map(|at| pairs.swap_remove(at).1) {
                    Some(objects @ Value::List(_)) if depth > 0 => self.take(objects, 1),
                    _ => match Record::new(Value::Dict(pairs)) {
                        Some(record) if record.kind() != "bundle" => self.records.push(record),
                        Some(_) => {}
                        None => self.misplaced += 1,
                    },
                }
            }
            _ => self.misplaced += 1,
        }
    }

    fn index(&mut self) {
        for (number, record) in self.records.iter().enumerate() {
            if let Some(id) = record.id() {
                self.versions.entry(id.to_owned()).or_default().push(number);
            }
        }
        for versions in self.versions.values_mut() {
            // Of two with the same time, the later in the text is the newer.
            versions.sort_by_key(|number| self.records.get(*number).and_then(Record::modified));
        }
        for (number, record) in self.records.iter().enumerate() {
            let newest = record
                .id()
                .is_none_or(|id| self.versions.get(id).and_then(|all| all.last()) == Some(&number));
            if record.family() != Family::Sro || !newest || record.is_revoked() {
                continue;
            }
            let (source, target) = match record.kind() {
                "sighting" => ("where_sighted_refs", "sighting_of_ref"),
                _ => ("source_ref", "target_ref"),
            };
            for id in record.identifiers(source) {
                self.from.entry(id.to_owned()).or_default().push(number);
            }
            for id in record.identifiers(target) {
                self.to.entry(id.to_owned()).or_default().push(number);
            }
        }
    }

    /// Every object, in the order of the text; all versions.
    pub fn records(&self) -> impl Iterator<Item = &Record<'a>> {
        self.records.iter()
    }

    /// Values that stood where an object should, or had no `type`.
    #[must_use]
    pub fn misplaced(&self) -> u64 {
        self.misplaced
    }

    /// The newest version of an object, by `modified` (section 3.6).
    #[must_use]
    pub fn newest(&self, id: &str) -> Option<&Record<'a>> {
        self.versions(id).last()
    }

    /// Every version of an object, the oldest first.
    pub fn versions(&self, id: &str) -> impl DoubleEndedIterator<Item = &Record<'a>> {
        self.at(self.versions.get(id))
    }

    /// Relationships whose source it is, and sightings where it saw something: the newest of each
    /// that is not revoked.
    pub fn relationships_from(&self, id: &str) -> impl Iterator<Item = &Record<'a>> {
        self.at(self.from.get(id))
    }

    /// Relationships whose target it is, and sightings of it.
    pub fn relationships_to(&self, id: &str) -> impl Iterator<Item = &Record<'a>> {
        self.at(self.to.get(id))
    }

    /// The identifiers of the markings that apply to a property of an object, given as a selector
    /// (`description`, `external_references.[0].url`); to the object as a whole for an empty one.
    /// Section 7.2: granular markings beside those of the object.
    #[must_use]
    pub fn markings<'r>(&self, record: &'r Record<'a>, selector: &str) -> Vec<Cow<'r, str>> {
        let mut found: Vec<Cow<'r, str>> =
            record.identifiers("object_marking_refs").map(Cow::Borrowed).collect();
        let Some(Value::List(granular)) = record.value().property("granular_markings") else {
            return found;
        };
        for marking in granular {
            let Some(Value::List(selectors)) = marking.property("selectors") else { continue };
            let covers = |one: &Value<'_>| {
                let rest = one.as_text().and_then(|one| selector.strip_prefix(one));
                rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
            };
            if let (true, Some(id)) = (
                selectors.iter().any(covers),
                marking.property("marking_ref").and_then(Value::as_text),
            ) {
                found.push(Cow::Borrowed(id));
            }
        }
        found
    }

    fn at(&self, numbers: Option<&Vec<usize>>) -> impl DoubleEndedIterator<Item = &Record<'a>> {
        let numbers = numbers.map_or(&[][..], Vec::as_slice).to_vec();
        numbers.into_iter().filter_map(|number| self.records.get(number))
    }
}
