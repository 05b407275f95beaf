//! Which objects of an advisory have a name, and which indicator belongs to them.

use crate::entries::{Entry, flag};
use crate::indicator::Family;
use crate::lookup::Part;
use crate::object_key::{INDICATOR, Keys, ObjectKey};
use crate::texts::{Span, Texts};
use foldhash::fast::RandomState;
use hashbrown::{HashMap, HashSet, HashTable};
use std::hash::BuildHasher;
use stix::{Common, Named, NamedKind};

/// The indicators of an advisory by id: their numbers. Ids that are UUIDs stand in the entries
/// already, so that a number is all that is kept of them.
#[derive(Default)]
pub(crate) struct Indicators {
    by_uuid: HashTable<u32>,
    others: HashMap<ObjectKey, u32, RandomState>,
    state: RandomState,
}

impl Indicators {
    pub(crate) fn get(&self, key: &ObjectKey, entries: &[Entry]) -> Option<u32> {
        let (tag, id) = key;
        if *tag != INDICATOR {
            return self.others.get(key).copied();
        }
        let same = |number: &u32| has_id(entries, *number, id);
        self.by_uuid.find(self.state.hash_one(id), same).copied()
    }

    /// Notes the number of an indicator whose entry is there, in place of an older one.
    pub(crate) fn insert(&mut self, key: ObjectKey, number: u32, entries: &[Entry]) {
        let (tag, id) = key;
        if tag != INDICATOR {
            self.others.insert(key, number);
            return;
        }
        let hash = self.state.hash_one(id);
        if let Some(known) = self.by_uuid.find_mut(hash, |known| has_id(entries, *known, &id)) {
            *known = number;
            return;
        }
        let state = &self.state;
        let rehash =
            |known: &u32| entries.get(*known as usize).map_or(0, |one| state.hash_one(one.id));
        self.by_uuid.insert_unique(hash, number, rehash);
    }
}

fn has_id(entries: &[Entry], number: u32, id: &[u8; 16]) -> bool {
    entries.get(number as usize).is_some_and(|one| one.id == *id && !one.is(flag::TEXT_ID))
}

/// What belongs to which indicator (by its number).
type Pairs<T> = Vec<(u32, T)>;

/// What objects say of each other; followed once all of them are known.
#[derive(Default)]
pub(crate) struct Relations {
    named: HashMap<ObjectKey, NamedEntry, RandomState>,
    relationships: Vec<Relationship>,
    revoked: HashSet<u64, RandomState>,
    /// Which report lists which object.
    listed: Vec<(ObjectKey, ObjectKey)>,
}

struct NamedEntry {
    kind: NamedKind,
    modified: i64,
    revoked: bool,
    /// Number of the family, where the kind is one.
    family: u32,
    /// ATT&CK id, where the kind is a technique that has one.
    technique: Option<Span>,
}

struct Relationship {
    source: ObjectKey,
    target: ObjectKey,
    id: u64,
}

impl Relations {
    /// How much is kept.
    pub(crate) fn len(&self) -> usize {
        self.named.len() + self.relationships.len() + self.revoked.len() + self.listed.len()
    }

    /// Takes a relationship.
    pub(crate) fn relate(&mut self, one: &stix::Relationship<'_>, keys: &mut Keys) {
        let id = keys.hash(&one.common.id);
        if one.common.revoked {
            self.revoked.insert(id);
        } else {
            let source = keys.key(&one.source);
            let target = keys.repeated(&one.target);
            self.relationships.push(Relationship { source, target, id });
        }
    }

    /// Takes an object that has a name. `modified` is in microseconds since 1970.
    pub(crate) fn name(
        &mut self,
        one: &Named<'_>,
        modified: i64,
        keys: &mut Keys,
        intel: &mut Part,
    ) {
        let key = keys.key(&one.common.id);
        if self
            .named
            .get(&key)
            .is_some_and(|older| (modified, one.common.revoked) <= (older.modified, older.revoked))
        {
            return;
        }
        let name = one.name.as_deref().unwrap_or("");
        let Some(name) = intel.texts.intern(name) else { return };
        let technique = match one.kind {
            NamedKind::AttackPattern => technique(&one.common, &mut intel.texts),
            _ => None,
        };
        let Ok(family) = u32::try_from(intel.families.len()) else { return };
        intel.families.push(Family { name, attack: Vec::new() });
        let revoked = one.common.revoked;
        self.named.insert(key, NamedEntry { kind: one.kind, modified, revoked, family, technique });
        if matches!(one.kind, NamedKind::Report | NamedKind::Grouping) && !revoked {
            for listed in &one.object_refs {
                if listed.starts_with("indicator--") {
                    let listed = keys.key(listed);
                    self.listed.push((key, listed));
                }
            }
        }
    }

    /// Follows the relationships and writes what they say into the entries of `indicators`.
    pub(crate) fn assign(&self, indicators: &Indicators, intel: &mut Part) {
        let (mut families, mut attack) = self.follow(indicators, intel);
        families.sort_by_key(|(indicator, _)| *indicator);
        families.dedup();
        attack.sort_by_key(|(indicator, _)| *indicator);
        attack.dedup();
        let Part { entries, lists, .. } = intel;
        let entries = entries.list();
        for group in families.chunk_by(|a, b| a.0 == b.0) {
            let numbers: Vec<u32> = group.iter().map(|(_, family)| *family).collect();
            let list = lists.intern(&numbers).unwrap_or(0);
            if let Some(entry) = group.first().and_then(|(n, _)| entries.get_mut(*n as usize)) {
                entry.families = list;
            }
        }
        for group in attack.chunk_by(|a, b| a.0 == b.0) {
            let spans = group.iter().flat_map(|(_, technique)| [technique.start, technique.len]);
            let list = lists.intern(&spans.collect::<Vec<u32>>()).unwrap_or(0);
            if let Some(entry) = group.first().and_then(|(n, _)| entries.get_mut(*n as usize)) {
                entry.attack = list;
            }
        }
    }

    /// Pairs of indicator and family, and of indicator and technique.
    fn follow(&self, indicators: &Indicators, intel: &mut Part) -> (Pairs<u32>, Pairs<Span>) {
        let (mut families, mut attack) = (Vec::new(), Vec::new());
        let Part { entries, families: families_met, .. } = intel;
        let entries = &*entries.list();
        for relation in &self.relationships {
            if self.revoked.contains(&relation.id) {
                continue;
            }
            let Some(target) = self.named.get(&relation.target).filter(|named| !named.revoked)
            else {
                continue;
            };
            if let Some(indicator) = indicators.get(&relation.source, entries) {
                match (target.kind, target.technique) {
                    (NamedKind::AttackPattern, Some(technique)) => {
                        attack.push((indicator, technique));
                    }
                    (kind, _) if names_a_family(kind) => families.push((indicator, target.family)),
                    _ => {}
                }
            } else if let Some(source) = self.named.get(&relation.source)
                && let Some(technique) = target.technique
                && let Some(family) = families_met.get_mut(source.family as usize)
            {
                family.attack.push(technique);
            }
        }
        let related: HashSet<u32, RandomState> = if self.listed.is_empty() {
            HashSet::default()
        } else {
            families.iter().map(|(indicator, _)| *indicator).collect()
        };
        for (report, listed) in &self.listed {
            if let (Some(report), Some(indicator)) =
                (self.named.get(report), indicators.get(listed, entries))
                && !report.revoked
                && !related.contains(&indicator)
            {
                families.push((indicator, report.family));
            }
        }
        (families, attack)
    }
}

/// The technique id of ATT&CK: `T` and digits, with a sub-technique behind a dot.
fn technique(common: &Common<'_>, texts: &mut Texts) -> Option<Span> {
    let id = common.references.iter().find_map(|reference| {
        let id = reference.external_id.as_deref()?;
        let digits = id.strip_prefix('T')?;
        let plain = |b: u8| b.is_ascii_digit() || b == b'.';
        (reference.source_name.starts_with("mitre")
            && (4..=8).contains(&digits.len())
            && digits.bytes().all(plain))
        .then_some(id)
    })?;
    texts.intern(id)
}

fn names_a_family(kind: NamedKind) -> bool {
    use NamedKind::{Campaign, IntrusionSet, Malware, ThreatActor, Tool};
    matches!(kind, Malware | Tool | Campaign | IntrusionSet | ThreatActor)
}
