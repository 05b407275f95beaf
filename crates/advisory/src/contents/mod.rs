//! What a bundle says, for people who are about to sign it or rely on it.

mod attribution;

pub use attribution::{Attribution, Opinion, attributions, likelihood};

use serde::Deserialize;
use serde_json::value::RawValue;
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

/// The objects of a bundle (STIX 2.1), the newest version of each id.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Contents {
    /// By id.
    pub objects: BTreeMap<String, Seen>,
    /// Ids of the markings that objects bear.
    pub markings: BTreeSet<String>,
    /// Objects without type or id.
    pub unread: usize,
}

/// One object.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seen {
    /// `type`.
    pub kind: String,
    /// What it says in a few words: its pattern, name, or the two ends of a relationship.
    pub says: String,
    /// `modified`, as written.
    pub modified: String,
    /// `revoked`.
    pub revoked: bool,
    text: String,
}

/// How two versions of a bundle differ: ids of [`Contents::objects`].
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Changes {
    /// Only in the later one, and not revoked there.
    pub added: Vec<String>,
    /// In both, and other than before.
    pub changed: Vec<String>,
    /// Revoked, or no longer there.
    pub withdrawn: Vec<String>,
    /// The same.
    pub same: usize,
}

/// A bundle, whose objects are read one by one: what is asked of them differs.
#[derive(Deserialize)]
struct Document<'a> {
    #[serde(borrow, default)]
    objects: Vec<&'a RawValue>,
}

#[derive(Deserialize)]
struct Properties<'a> {
    #[serde(rename = "type", borrow)]
    kind: Cow<'a, str>,
    #[serde(borrow)]
    id: Cow<'a, str>,
    #[serde(borrow, default)]
    modified: Cow<'a, str>,
    #[serde(default)]
    revoked: bool,
    #[serde(borrow)]
    name: Option<Cow<'a, str>>,
    #[serde(borrow)]
    pattern: Option<Cow<'a, str>>,
    #[serde(borrow)]
    relationship_type: Option<Cow<'a, str>>,
    #[serde(borrow)]
    source_ref: Option<Cow<'a, str>>,
    #[serde(borrow)]
    target_ref: Option<Cow<'a, str>>,
    #[serde(borrow, default)]
    object_marking_refs: Vec<Cow<'a, str>>,
}

impl Contents {
    /// Reads a bundle.
    ///
    /// # Errors
    /// When it is no JSON object with a list of objects.
    pub fn read(bundle: &[u8]) -> Result<Self, serde_json::Error> {
        let document: Document<'_> = serde_json::from_slice(bundle)?;
        let mut contents = Self::default();
        for raw in document.objects {
            let Ok(all) = serde_json::from_str::<Properties<'_>>(raw.get()) else {
                contents.unread += 1;
                continue;
            };
            let markings = all.object_marking_refs.iter().map(|marking| marking.to_string());
            contents.markings.extend(markings);
            let older = contents.objects.get(&*all.id);
            if older.is_some_and(|older| *older.modified >= *all.modified) {
                continue;
            }
            let seen = Seen {
                says: says(&all),
                kind: all.kind.into_owned(),
                modified: all.modified.into_owned(),
                revoked: all.revoked,
                text: raw.get().to_owned(),
            };
            contents.objects.insert(all.id.into_owned(), seen);
        }
        Ok(contents)
    }

    /// What is other in `self` than it was in `before`.
    #[must_use]
    pub fn changes(&self, before: &Self) -> Changes {
        let mut changes = Changes::default();
        for (id, seen) in &self.objects {
            match before.objects.get(id) {
                Some(old) if old.text == seen.text => changes.same += 1,
                Some(old) if seen.revoked && !old.revoked => changes.withdrawn.push(id.clone()),
                Some(_) => changes.changed.push(id.clone()),
                None if seen.revoked => changes.withdrawn.push(id.clone()),
                None => changes.added.push(id.clone()),
            }
        }
        let gone = before.objects.keys().filter(|id| !self.objects.contains_key(*id));
        changes.withdrawn.extend(gone.cloned());
        changes
    }

    /// How many objects there are of each type, revoked ones apart (`indicator, revoked`).
    #[must_use]
    pub fn counts(&self) -> BTreeMap<String, usize> {
        let mut counts = BTreeMap::new();
        for seen in self.objects.values() {
            let revoked = if seen.revoked { ", revoked" } else { "" };
            *counts.entry(format!("{}{revoked}", seen.kind)).or_default() += 1;
        }
        counts
    }
}

impl Changes {
    /// Whether nothing is other.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.added.is_empty() && self.changed.is_empty() && self.withdrawn.is_empty()
    }
}

fn says(all: &Properties<'_>) -> String {
    let ends = (&all.source_ref, &all.relationship_type, &all.target_ref);
    if let (Some(source), Some(kind), Some(target)) = ends {
        return format!("{source} {kind} {target}");
    }
    let said = all.pattern.as_ref().or(all.name.as_ref());
    said.map(|text| text.to_string()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::Contents;

    fn bundle(objects: &str) -> Contents {
        Contents::read(format!(r#"{{"type":"bundle","objects":[{objects}]}}"#).as_bytes()).unwrap()
    }

    #[test]
    fn what_is_added_changed_and_withdrawn_is_told_apart() {
        let before = bundle(
            r#"{"type":"indicator","id":"i1","modified":"1","pattern":"a"},
               {"type":"indicator","id":"i2","modified":"1","pattern":"b"},
               {"type":"indicator","id":"i3","modified":"1","pattern":"c"},
               {"type":"malware","id":"m1","modified":"1","name":"M"}"#,
        );
        // An older version after a newer one does not count.
        let after = bundle(
            r#"{"type":"indicator","id":"i1","modified":"2","pattern":"a","revoked":true},
               {"type":"indicator","id":"i1","modified":"1","pattern":"a"},
               {"type":"indicator","id":"i2","modified":"2","pattern":"bb"},
               {"type":"malware","id":"m1","modified":"1","name":"M"},
               {"type":"relationship","id":"r1","relationship_type":"indicates","source_ref":"i2",
                "target_ref":"m1","object_marking_refs":
                ["marking-definition--94868c89-83c2-464b-929b-a1a8aa3c8487"]}, {"id":"x"}"#,
        );
        let changes = after.changes(&before);
        assert_eq!(changes.added, ["r1"]);
        assert_eq!(changes.changed, ["i2"]);
        assert_eq!(changes.withdrawn, ["i1", "i3"]);
        assert_eq!((changes.same, after.unread), (1, 1));
        assert_eq!(after.objects["r1"].says, "i2 indicates m1");
        assert_eq!(
            after.markings.iter().collect::<Vec<_>>(),
            ["marking-definition--94868c89-83c2-464b-929b-a1a8aa3c8487"]
        );
        assert_eq!(after.counts()["indicator, revoked"], 1);
        assert!(before.changes(&before).is_empty());
    }
}
