//! One advisory while it is read: versions, relationships, patterns.

use crate::compile::{Compiled, compile};
use crate::extension::{EXTENSION_ID, Extension};
use crate::gap::KnowledgeGap;
use crate::index::Key;
use crate::indicator::{Entry, Family, ObjectId, Run};
use crate::lookup::{COMM, Intel};
use crate::texts::Span;
use foldhash::fast::RandomState;
use hashbrown::{HashMap, HashSet};
use jiff::Timestamp;
use model::AtomKind;
use std::hash::BuildHasher;
use stix::{Common, NamedKind, Object, ObjectError, Text};

/// References that one indicator keeps.
const MAX_REFERENCES: usize = 64;

/// What became of an advisory's indicators.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Counts {
    pub(crate) in_use: u64,
    pub(crate) revoked: u64,
    pub(crate) not_compiled: u64,
}

/// An object's id as a key: a number for its type, and 16 bytes.
type ObjectKey = (u8, [u8; 16]);

struct NamedEntry {
    kind: NamedKind,
    modified: i64,
    revoked: bool,
    /// Number of the family, where the kind is one.
    family: u32,
    /// ATT&CK id, where the kind is a technique that has one.
    technique: Option<Span>,
}

struct Relation {
    source: ObjectKey,
    target: ObjectKey,
    id: u64,
}

/// What belongs to which indicator (by its number).
type Pairs<T> = Vec<(u32, T)>;

/// The state while one advisory is read.
pub(crate) struct Bundle<'b> {
    intel: &'b mut Intel,
    knowledge: u16,
    name: &'b str,
    /// The first entry of this advisory.
    first: usize,
    not_compiled: u64,
    indicators: HashMap<ObjectKey, u32, RandomState>,
    named: HashMap<ObjectKey, NamedEntry, RandomState>,
    relations: Vec<Relation>,
    revoked_relations: HashSet<u64, RandomState>,
    /// Which report lists which object.
    listed: Vec<(ObjectKey, ObjectKey)>,
    clock: [(String, i64); 3],
    last_target: (String, ObjectKey),
    state: RandomState,
}

impl<'b> Bundle<'b> {
    pub(crate) fn new(intel: &'b mut Intel, knowledge: u16, name: &'b str) -> Self {
        let first = intel.entries.len();
        Self {
            intel,
            knowledge,
            name,
            first,
            not_compiled: 0,
            indicators: HashMap::default(),
            named: HashMap::default(),
            relations: Vec::new(),
            revoked_relations: HashSet::default(),
            listed: Vec::new(),
            clock: Default::default(),
            last_target: Default::default(),
            state: RandomState::default(),
        }
    }

    /// Takes one object.
    pub(crate) fn object(&mut self, object: &Object<'_>) {
        match object {
            Object::Indicator(indicator) => self.indicator(indicator),
            Object::Named(named) => self.named(named),
            Object::Relationship(relationship) => {
                let id = self.state.hash_one(&*relationship.common.id);
                if relationship.common.revoked {
                    self.revoked_relations.insert(id);
                } else {
                    let source = self.key(&relationship.source);
                    let target = self.target(&relationship.target);
                    self.relations.push(Relation { source, target, id });
                }
            }
            Object::Other(_) => {}
        }
    }

    /// Takes note of an object that could not be read.
    pub(crate) fn malformed(&mut self, error: ObjectError) {
        self.not_compiled += 1;
        let reason = format!("object {} is malformed: {}", error.index, error.reason);
        self.gap(error.id, Some(error.offset), reason);
    }

    /// Takes back what was added.
    pub(crate) fn forget(self) {
        for entry in self.intel.entries.iter_mut().skip(self.first) {
            entry.dead = true;
            entry.revoked = false;
        }
    }

    /// Follows the relationships, once all objects are known.
    pub(crate) fn finish(mut self) -> Counts {
        let (families, attack) = self.follow();
        self.assign(families, attack);
        let mut counts = Counts { not_compiled: self.not_compiled, ..Counts::default() };
        for entry in self.intel.entries.iter().skip(self.first) {
            counts.in_use += u64::from(!entry.dead);
            counts.revoked += u64::from(entry.revoked);
        }
        counts
    }

    fn indicator(&mut self, one: &stix::Indicator<'_>) {
        let key = self.key(&one.common.id);
        let modified = self.time(0, one.common.modified.as_ref()).unwrap_or(i64::MIN);
        let older = self.indicators.get(&key).copied();
        if let Some(entry) = older.and_then(|n| self.intel.entries.get_mut(n as usize)) {
            let newer = (modified, one.common.revoked) > (entry.modified, entry.revoked);
            if !newer {
                return;
            }
            entry.dead = true;
            entry.revoked = false;
        }
        let Some(number) = u32::try_from(self.intel.entries.len()).ok().filter(|n| *n < u32::MAX)
        else {
            return self.unused(&one.common, "there are too many indicators".into());
        };
        self.indicators.insert(key, number);
        match self.entry(one, key, modified) {
            Ok(entry) => self.intel.entries.push(entry),
            Err(reason) => {
                // A place for the id, so that an older version that follows stays unused.
                self.intel.entries.push(Entry { dead: true, ..Self::blank(modified) });
                return self.unused(&one.common, reason);
            }
        }
        if one.common.revoked {
            return;
        }
        let compiled = self.compile(one, number);
        if compiled == 0
            && let Some(entry) = self.intel.entries.get_mut(number as usize)
        {
            entry.dead = true;
        }
    }

    fn blank(modified: i64) -> Entry {
        Entry {
            id: ObjectId::Uuid([0; 16]),
            name: Span::default(),
            valid_from: i64::MIN,
            valid_until: i64::MAX,
            modified,
            references: Run::default(),
            families: Run::default(),
            attack: Run::default(),
            knowledge: 0,
            port: 0,
            confidence: None,
            ceiling: None,
            dead: false,
            revoked: false,
        }
    }

    /// What is kept of an indicator, without its values and relationships.
    fn entry(
        &mut self,
        one: &stix::Indicator<'_>,
        key: ObjectKey,
        modified: i64,
    ) -> Result<Entry, String> {
        const FULL: &str = "there is too much text";
        let common = &one.common;
        let bound = |text: Option<&Text<'_>>, at: Option<i64>, what: &str| match (text, at) {
            (Some(text), None) => Err(format!("`{what}` is no time: {}", &**text)),
            _ => Ok(at),
        };
        let from = self.time(1, one.valid_from.as_ref());
        let until = self.time(2, one.valid_until.as_ref());
        let valid_from = bound(one.valid_from.as_ref(), from, "valid_from")?.unwrap_or(i64::MIN);
        let valid_until =
            bound(one.valid_until.as_ref(), until, "valid_until")?.unwrap_or(i64::MAX);
        if valid_until <= valid_from {
            return Err("`valid_until` is not later than `valid_from`".into());
        }
        let extension = match common.extension::<Extension>(EXTENSION_ID) {
            None => Extension::default(),
            Some(Ok(extension)) => extension,
            Some(Err(error)) => return Err(format!("its extension cannot be read: {error}")),
        };
        let id = match key {
            (tag, bytes) if tag == INDICATOR => ObjectId::Uuid(bytes),
            _ => ObjectId::Text(self.intel.texts.keep(&common.id).ok_or(FULL)?),
        };
        let name = self.intel.texts.intern(one.name.as_deref().unwrap_or("")).ok_or(FULL)?;
        let start = u32::try_from(self.intel.references.len()).map_err(|_| FULL)?;
        for reference in common.references.iter().take(MAX_REFERENCES) {
            let source = self.intel.texts.intern(&reference.source_name).ok_or(FULL)?;
            let url = self.intel.texts.intern(reference.url.as_deref().unwrap_or(""));
            self.intel.references.push((source, url.ok_or(FULL)?));
        }
        let len = common.references.len().min(MAX_REFERENCES) as u16;
        Ok(Entry {
            id,
            name,
            valid_from,
            valid_until,
            references: Run { start, len },
            knowledge: self.knowledge,
            port: extension.port.unwrap_or(0),
            confidence: common.confidence,
            ceiling: extension.ceiling,
            dead: common.revoked,
            revoked: common.revoked,
            ..Self::blank(modified)
        })
    }

    /// Puts the values of a pattern into the index; how many.
    fn compile(&mut self, one: &stix::Indicator<'_>, number: u32) -> usize {
        if let Some(other) = one.pattern_type.as_deref().filter(|kind| *kind != "stix") {
            self.unused(&one.common, format!("patterns of type `{other}` are not understood yet"));
            return 0;
        }
        let equalities = match stix::pattern::equalities(&one.pattern) {
            Ok(equalities) => equalities,
            Err(error) => {
                self.unused(&one.common, format!("its pattern cannot be compiled: {error}"));
                return 0;
            }
        };
        let mut count = 0;
        let mut refused = None;
        for equality in &equalities {
            match compile(equality) {
                Ok(compiled) if self.add(&compiled, number).is_some() => count += 1,
                Ok(_) => refused = Some("there are too many values".to_owned()),
                Err(reason) => refused = refused.or(Some(reason)),
            }
        }
        if let Some(reason) = refused {
            let part = if count > 0 { "a part of " } else { "" };
            self.unused(&one.common, format!("{part}its pattern cannot be compiled: {reason}"));
        }
        count
    }

    /// Puts one value into the index, and the ways in which the kernel cuts it.
    fn add(&mut self, compiled: &Compiled<'_>, number: u32) -> Option<()> {
        let Intel { texts, index, networks, .. } = &mut *self.intel;
        let span = texts.keep(&compiled.text)?;
        let whole = index.add(texts, Key::Whole(compiled.kind), span, number, None)?;
        if let Some((_, length)) = compiled.text.split_once('/') {
            let [v4, v6] = networks;
            let lengths = match compiled.kind {
                AtomKind::Ipv4 => Some(v4),
                AtomKind::Ipv6 => Some(v6),
                _ => None,
            };
            if let (Some(lengths), Ok(length)) = (lengths, length.parse())
                && !lengths.contains(&length)
            {
                lengths.push(length);
            }
        }
        if compiled.text.len() <= COMM {
            return Some(());
        }
        let cut = compiled.text.len() - COMM;
        let head = Span { start: span.start, len: COMM as u32 };
        let tail = Span { start: span.start + cut as u32, len: COMM as u32 };
        match compiled.kind {
            AtomKind::Process => {
                if compiled.text.is_char_boundary(COMM) {
                    index.add(texts, Key::ProcessHead, head, number, Some(whole))?;
                }
                if compiled.text.is_char_boundary(cut) {
                    index.add(texts, Key::ProcessTail, tail, number, Some(whole))?;
                }
            }
            AtomKind::Package if compiled.text.is_char_boundary(cut) => {
                index.add(texts, Key::PackageTail, tail, number, Some(whole))?;
            }
            _ => {}
        }
        Some(())
    }

    fn named(&mut self, one: &stix::Named<'_>) {
        let key = self.key(&one.common.id);
        let modified = self.time(0, one.common.modified.as_ref()).unwrap_or(i64::MIN);
        if self
            .named
            .get(&key)
            .is_some_and(|older| (modified, one.common.revoked) <= (older.modified, older.revoked))
        {
            return;
        }
        let name = one.name.as_deref().unwrap_or("");
        let Some(name) = self.intel.texts.intern(name) else { return };
        let technique = match one.kind {
            NamedKind::AttackPattern => self.technique(&one.common),
            _ => None,
        };
        let Ok(family) = u32::try_from(self.intel.families.len()) else { return };
        self.intel.families.push(Family { name, attack: Vec::new() });
        let revoked = one.common.revoked;
        self.named.insert(key, NamedEntry { kind: one.kind, modified, revoked, family, technique });
        if matches!(one.kind, NamedKind::Report | NamedKind::Grouping) && !revoked {
            for listed in &one.object_refs {
                if listed.starts_with("indicator--") {
                    let listed = self.key(listed);
                    self.listed.push((key, listed));
                }
            }
        }
    }

    /// The technique id of ATT&CK: `T` and digits, with a sub-technique behind a dot.
    fn technique(&mut self, common: &Common<'_>) -> Option<Span> {
        let id = common.references.iter().find_map(|reference| {
            let id = reference.external_id.as_deref()?;
            let digits = id.strip_prefix('T')?;
            let plain = |b: u8| b.is_ascii_digit() || b == b'.';
            (reference.source_name.starts_with("mitre")
                && (4..=8).contains(&digits.len())
                && digits.bytes().all(plain))
            .then_some(id)
        })?;
        self.intel.texts.intern(id)
    }

    /// Pairs of indicator and family, and of indicator and technique.
    fn follow(&mut self) -> (Pairs<u32>, Pairs<Span>) {
        let (mut families, mut attack) = (Vec::new(), Vec::new());
        for relation in &self.relations {
            if self.revoked_relations.contains(&relation.id) {
                continue;
            }
            let Some(target) = self.named.get(&relation.target).filter(|named| !named.revoked)
            else {
                continue;
            };
            if let Some(indicator) = self.indicators.get(&relation.source) {
                match (target.kind, target.technique) {
                    (NamedKind::AttackPattern, Some(technique)) => {
                        attack.push((*indicator, technique));
                    }
                    (kind, _) if names_a_family(kind) => families.push((*indicator, target.family)),
                    _ => {}
                }
            } else if let Some(source) = self.named.get(&relation.source)
                && let Some(technique) = target.technique
                && let Some(family) = self.intel.families.get_mut(source.family as usize)
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
                (self.named.get(report), self.indicators.get(listed))
                && !report.revoked
                && !related.contains(indicator)
            {
                families.push((*indicator, report.family));
            }
        }
        (families, attack)
    }

    /// Writes the pairs into the entries.
    fn assign(&mut self, mut families: Pairs<u32>, mut attack: Pairs<Span>) {
        families.sort_by_key(|(indicator, _)| *indicator);
        families.dedup();
        attack.sort_by_key(|(indicator, _)| *indicator);
        attack.dedup();
        let Intel { entries, families_of, attack_of, .. } = &mut *self.intel;
        for group in families.chunk_by(|a, b| a.0 == b.0) {
            let run = extend(families_of, group.iter().map(|(_, family)| *family));
            if let Some(entry) = group.first().and_then(|(n, _)| entries.get_mut(*n as usize)) {
                entry.families = run;
            }
        }
        for group in attack.chunk_by(|a, b| a.0 == b.0) {
            let run = extend(attack_of, group.iter().map(|(_, technique)| *technique));
            if let Some(entry) = group.first().and_then(|(n, _)| entries.get_mut(*n as usize)) {
                entry.attack = run;
            }
        }
    }

    fn unused(&mut self, common: &Common<'_>, reason: String) {
        self.not_compiled += 1;
        self.gap(Some(common.id.to_string()), None, reason);
    }

    fn gap(&mut self, object: Option<String>, offset: Option<u64>, reason: String) {
        let knowledge = self.name.to_owned();
        self.intel.gaps.push(KnowledgeGap { knowledge, object, offset, reason });
    }

    fn key(&self, id: &str) -> ObjectKey {
        match uuid_of(id) {
            Some((kind, bytes)) => (tag(kind), bytes),
            None => {
                let low = self.state.hash_one((0, id)).to_le_bytes();
                let high = self.state.hash_one((1, id)).to_le_bytes();
                let mut bytes = [0; 16];
                for (to, from) in bytes.iter_mut().zip(low.into_iter().chain(high)) {
                    *to = from;
                }
                (u8::MAX, bytes)
            }
        }
    }

    /// The key of a relationship's target. Most in a row have the same; the last is kept.
    fn target(&mut self, id: &str) -> ObjectKey {
        if self.last_target.0 != id {
            self.last_target = (id.to_owned(), self.key(id));
        }
        self.last_target.1
    }

    /// Microseconds since 1970. Objects of one advisory mostly repeat one time; the last of
    /// each property is kept (`slot`).
    fn time(&mut self, slot: usize, text: Option<&Text<'_>>) -> Option<i64> {
        let text: &str = text?;
        let last = self.clock.get_mut(slot)?;
        if last.0 != text {
            let at: Timestamp = text.parse().ok()?;
            *last = (text.to_owned(), at.as_microsecond());
        }
        Some(last.1)
    }
}

fn names_a_family(kind: NamedKind) -> bool {
    use NamedKind::{Campaign, IntrusionSet, Malware, ThreatActor, Tool};
    matches!(kind, Malware | Tool | Campaign | IntrusionSet | ThreatActor)
}

fn extend<T>(list: &mut Vec<T>, more: impl Iterator<Item = T>) -> Run {
    let start = list.len();
    list.extend(more.take(usize::from(u16::MAX)));
    let len = (list.len() - start) as u16;
    u32::try_from(start).map_or(Run::default(), |start| Run { start, len })
}

/// The number of indicators among types.
const INDICATOR: u8 = 0;

/// A number for an object's type, so that ids of two types never mix.
fn tag(kind: &str) -> u8 {
    match kind {
        "indicator" => INDICATOR,
        "malware" => 1,
        "tool" => 2,
        "campaign" => 3,
        "intrusion-set" => 4,
        "threat-actor" => 5,
        "attack-pattern" => 6,
        "report" => 7,
        "grouping" => 8,
        "identity" => 9,
        "infrastructure" => 10,
        _ => 11,
    }
}

/// Type and UUID of an id. `None` where it is none in lower case.
fn uuid_of(id: &str) -> Option<(&str, [u8; 16])> {
    let at = id.len().checked_sub(36)?;
    let kind = id.get(..at)?.strip_suffix("--")?;
    let uuid = id.as_bytes().get(at..)?;
    let mut digits = [0_u8; 32];
    let (mut to, mut upper) = (digits.iter_mut(), false);
    for part in uuid.split(|b| *b == b'-').zip([8, 4, 4, 4, 12]) {
        if part.0.len() != part.1 {
            return None;
        }
        for b in part.0 {
            upper |= b.is_ascii_uppercase();
            *to.next()? = *b;
        }
    }
    let mut bytes = [0_u8; 16];
    const_hex::decode_to_slice(digits, &mut bytes).ok().filter(|()| !upper)?;
    Some((kind, bytes))
}

#[cfg(test)]
mod tests {
    use super::uuid_of;

    #[test]
    fn ids_are_type_and_uuid() {
        let (kind, bytes) = uuid_of("indicator--00112233-4455-6677-8899-aabbccddeeff").unwrap();
        assert_eq!(kind, "indicator");
        assert_eq!(bytes[..3], [0x00, 0x11, 0x22]);
        assert_eq!(bytes[15], 0xff);
        for bad in ["indicator--1", "indicator", "indicator--00112233-4455-6677-8899-AABBCCDDEEFF"]
        {
            assert_eq!(uuid_of(bad), None, "{bad}");
        }
    }
}
