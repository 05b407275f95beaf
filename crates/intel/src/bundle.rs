//! One advisory while it is read: which version of each indicator counts, and its values.

use crate::compile::{Compiled, Refused, compile};
use crate::engine;
use crate::entries::{Entry, flag};
use crate::extension::{EXTENSION_ID, Extension, Scope};
use crate::gap::{Gaps, KnowledgeGap};
use crate::index::Key;
use crate::indicator::id_of;
use crate::limits::Limits;
use crate::lookup::{COMM, Part};
use crate::object_key::{INDICATOR, Keys, ObjectKey};
use crate::payload;
use crate::relations::{Indicators, Relations};
use jiff::Timestamp;
use model::AtomKind;
use stix::{Common, Object, ObjectError, Text};

const FULL: &str = "there is too much text";

/// References that one indicator keeps.
const MAX_REFERENCES: usize = 64;

/// What became of an advisory's indicators.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Counts {
    pub(crate) in_use: u64,
    pub(crate) revoked: u64,
    pub(crate) not_compiled: u64,
    pub(crate) patterns: u64,
}

/// The state while one advisory is read.
pub(crate) struct Bundle<'b> {
    intel: &'b mut Part,
    knowledge: u16,
    name: &'b str,
    /// The first entry of this advisory.
    first: usize,
    limits: Limits,
    not_compiled: u64,
    gaps: Gaps,
    /// Time of change of each entry of this advisory.
    modified: Vec<i64>,
    /// A hash of each one's pattern.
    patterns: Vec<u32>,
    /// The window of the indicator last seen: most of an advisory share one.
    window: ((i64, i64), u32),
    indicators: Indicators,
    relations: Relations,
    keys: Keys,
    clock: [(String, i64); 3],
}

impl<'b> Bundle<'b> {
    pub(crate) fn new(intel: &'b mut Part, knowledge: u16, name: &'b str, limits: Limits) -> Self {
        let first = intel.entries.len();
        Self {
            intel,
            knowledge,
            name,
            first,
            limits,
            not_compiled: 0,
            gaps: Gaps::new(limits.gaps),
            modified: Vec::new(),
            patterns: Vec::new(),
            window: ((i64::MIN, i64::MAX), 0),
            indicators: Indicators::default(),
            relations: Relations::default(),
            keys: Keys::default(),
            clock: Default::default(),
        }
    }

    /// Takes one object.
    pub(crate) fn object(&mut self, object: &Object<'_>) {
        match object {
            Object::Indicator(indicator) => self.indicator(indicator),
            Object::Named(named) => {
                if self.relations.len() >= self.limits.relations {
                    return self.too_many_relations(&named.common);
                }
                let modified = self.time(0, named.common.modified.as_ref()).unwrap_or(i64::MIN);
                self.relations.name(named, modified, &mut self.keys, self.intel);
            }
            Object::Relationship(relationship) => {
                if self.relations.len() >= self.limits.relations {
                    return self.too_many_relations(&relationship.common);
                }
                self.relations.relate(relationship, &mut self.keys);
            }
            Object::Other(_) => {}
        }
    }

    /// An indicator whose family this would name goes without it.
    fn too_many_relations(&mut self, common: &Common<'_>) {
        let most = self.limits.relations;
        self.unused(common, format!("there are more than {most} relationships and named objects"));
    }

    /// Takes note of an object that could not be read.
    pub(crate) fn malformed(&mut self, error: ObjectError) {
        self.not_compiled += 1;
        let reason = format!("object {} is malformed: {}", error.index, error.reason);
        self.gap(error.id, error.offset, reason);
    }

    /// Takes back what was added.
    pub(crate) fn forget(self) {
        for entry in self.intel.entries.list().iter_mut().skip(self.first) {
            entry.set(flag::DEAD, true);
            entry.set(flag::REVOKED, false);
        }
    }

    /// Follows the relationships, once all objects are known.
    pub(crate) fn finish(self) -> Counts {
        self.relations.assign(&self.indicators, self.intel);
        self.intel.gaps.extend(self.gaps.finish());
        let mut counts = Counts { not_compiled: self.not_compiled, ..Counts::default() };
        let intel = &*self.intel;
        counts.patterns = intel.patterns.in_use(self.first, |number| intel.is_dead(number));
        for entry in self.intel.entries.list().iter().skip(self.first) {
            counts.in_use += u64::from(!entry.is(flag::DEAD));
            counts.revoked += u64::from(entry.is(flag::REVOKED));
        }
        counts
    }

    fn indicator(&mut self, one: &stix::Indicator<'_>) {
        let key = self.keys.key(&one.common.id);
        let modified = self.time(0, one.common.modified.as_ref()).unwrap_or(i64::MIN);
        let pattern = self.keys.hash(&one.pattern) as u32;
        let older = self.indicators.get(&key, self.intel.entries.list());
        if let Some(number) = older {
            let place = (number as usize).wrapping_sub(self.first);
            let known = self.modified.get(place).copied().unwrap_or(i64::MIN);
            let other = self.patterns.get(place).is_some_and(|known| *known != pattern);
            let Some(entry) = self.intel.entries.list().get_mut(number as usize) else { return };
            let was_revoked = entry.is(flag::REVOKED);
            if (modified, one.common.revoked) <= (known, was_revoked) {
                if modified == known && other && !was_revoked {
                    let reason = "a version of it with the same `modified` has another pattern; \
                                  the first counts";
                    self.unused(&one.common, reason.to_owned());
                }
                return;
            }
            entry.set(flag::DEAD, true);
            entry.set(flag::REVOKED, false);
        }
        let number = u32::try_from(self.intel.entries.len()).ok();
        let Some(number) = number.filter(|number| (*number as usize) < self.limits.indicators)
        else {
            let most = self.limits.indicators;
            return self.unused(&one.common, format!("there are more than {most} indicators"));
        };
        let entry = self.entry(one, key);
        // Where it cannot be used, it keeps a place for the id all the same, so that an older
        // version that follows stays unused.
        let kept = match &entry {
            Ok(entry) => *entry,
            Err((id, _)) => Entry { flags: flag::DEAD | id.1, id: id.0, ..Entry::default() },
        };
        self.intel.entries.push(kept);
        self.modified.push(modified);
        self.patterns.push(pattern);
        self.indicators.insert(key, number, self.intel.entries.list());
        if let Err((_, reason)) = entry {
            return self.unused(&one.common, reason);
        }
        if one.common.revoked {
            return;
        }
        let compiled = self.compile(one, number);
        if compiled == 0
            && let Some(entry) = self.intel.entries.list().get_mut(number as usize)
        {
            entry.set(flag::DEAD, true);
        }
    }

    /// What is kept of an indicator, without its values and relationships; where it cannot be
    /// used, its id as it is kept, and why.
    fn entry(
        &mut self,
        one: &stix::Indicator<'_>,
        key: ObjectKey,
    ) -> Result<Entry, (([u8; 16], u8), String)> {
        let id = match key {
            (tag, bytes) if tag == INDICATOR => (bytes, 0),
            _ => match self.intel.texts.keep(&one.common.id) {
                Some(span) => (id_of(span), flag::TEXT_ID),
                None => return Err((([0; 16], flag::TEXT_ID), FULL.into())),
            },
        };
        self.described(one, id).map_err(|reason| (id, reason))
    }

    fn described(
        &mut self,
        one: &stix::Indicator<'_>,
        (id, flags): ([u8; 16], u8),
    ) -> Result<Entry, String> {
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
        let name = self.intel.texts.intern(one.name.as_deref().unwrap_or("")).ok_or(FULL)?;
        let mut references = Vec::new();
        for reference in common.references.iter().take(MAX_REFERENCES) {
            let source = self.intel.texts.intern(&reference.source_name).ok_or(FULL)?;
            let url = self.intel.texts.intern(reference.url.as_deref().unwrap_or(""));
            let url = url.ok_or(FULL)?;
            references.extend([source.start, source.len, url.start, url.len]);
        }
        let references = self.intel.lists.intern(&references).ok_or(FULL)?;
        let window = self.window((valid_from, valid_until)).ok_or(FULL)?;
        let mut entry = Entry {
            id,
            name,
            window,
            references,
            knowledge: self.knowledge,
            port: extension.port.unwrap_or(0),
            confidence: common.confidence.unwrap_or(u8::MAX),
            ceiling: extension.ceiling,
            flags,
            ..Entry::default()
        };
        entry.set(flag::DEAD | flag::REVOKED, common.revoked);
        entry.set(flag::EXACT_HOST, extension.scope == Some(Scope::Host));
        Ok(entry)
    }

    /// The list that keeps these times.
    fn window(&mut self, times: (i64, i64)) -> Option<u32> {
        if self.window.0 != times {
            let (from, until) = (times.0 as u64, times.1 as u64);
            let words = [from as u32, (from >> 32) as u32, until as u32, (until >> 32) as u32];
            self.window = (times, self.intel.lists.intern(&words)?);
        }
        Some(self.window.1)
    }

    /// Puts the values of a pattern into the index; how many.
    fn compile(&mut self, one: &stix::Indicator<'_>, number: u32) -> usize {
        if let Some(other) = one.pattern_type.as_deref().filter(|kind| *kind != "stix") {
            self.unused(&one.common, format!("patterns of type `{other}` are not understood yet"));
            return 0;
        }
        let equalities = match stix::pattern::equalities(&one.pattern) {
            Ok(equalities) => equalities,
            // The short way gives up where more of the language is used.
            Err(_) => return self.engine(one, number),
        };
        let mut count = 0;
        let (mut refused, mut runs) = (None, false);
        for equality in &equalities {
            match compile(equality) {
                Ok(compiled) if self.add(&compiled, number).is_some() => count += 1,
                Ok(_) => refused = Some("there are too many values".to_owned()),
                Err(Refused::Value(reason)) => refused = refused.or(Some(reason)),
                // What is no value of the index may be a property that the engine knows.
                Err(Refused::Property(reason)) => {
                    let keys: Vec<&str> = equality.path.iter().map(AsRef::as_ref).collect();
                    match engine::is_shown(equality.object, &keys) {
                        true => runs = true,
                        false => refused = refused.or(Some(reason)),
                    }
                }
            }
        }
        if runs {
            match self.intel.patterns.add(&one.pattern, number, self.limits.pattern_bytes) {
                Ok(()) => count += 1,
                Err(reason) => refused = refused.or(Some(reason)),
            }
        }
        if let Some(reason) = refused {
            let part = if count > 0 { "a part of " } else { "" };
            self.unused(&one.common, format!("{part}its pattern cannot be compiled: {reason}"));
        }
        count
    }

    /// Hands a pattern to the engine; how many were taken.
    fn engine(&mut self, one: &stix::Indicator<'_>, number: u32) -> usize {
        match self.intel.patterns.add(&one.pattern, number, self.limits.pattern_bytes) {
            Ok(()) => 1,
            Err(reason) => {
                self.unused(&one.common, reason);
                0
            }
        }
    }

    /// Puts one value into the index, and the ways in which the kernel cuts it.
    fn add(&mut self, compiled: &Compiled<'_>, number: u32) -> Option<()> {
        let Part { index, networks, .. } = &mut *self.intel;
        let value = payload::of(compiled.kind, &compiled.text)?;
        index.add(Key::Whole(compiled.kind), value.bytes(), number, None)?;
        let whole = Some(value.bytes());
        let [v4, v6] = networks;
        let lengths = match compiled.kind {
            AtomKind::Ipv4 => Some(v4),
            AtomKind::Ipv6 => Some(v6),
            _ => None,
        };
        // The last byte of an address is the length of its prefix.
        if let (Some(lengths), Some(length)) = (lengths, value.bytes().last())
            && !lengths.contains(length)
        {
            lengths.push(*length);
        }
        let text = &*compiled.text;
        let Some(cut) = text.len().checked_sub(COMM).filter(|cut| *cut > 0) else {
            return Some(());
        };
        match compiled.kind {
            AtomKind::Process => {
                if let Some(head) = text.get(..COMM) {
                    index.add(Key::ProcessHead, head.as_bytes(), number, whole)?;
                }
                if let Some(tail) = text.get(cut..) {
                    index.add(Key::ProcessTail, tail.as_bytes(), number, whole)?;
                }
            }
            AtomKind::Package => {
                if let Some(tail) = text.get(cut..) {
                    index.add(Key::PackageTail, tail.as_bytes(), number, whole)?;
                }
            }
            _ => {}
        }
        Some(())
    }

    fn unused(&mut self, common: &Common<'_>, reason: String) {
        self.not_compiled += 1;
        self.gap(Some(common.id.to_string()), common.offset, reason);
    }

    fn gap(&mut self, object: Option<String>, offset: u64, reason: String) {
        let (knowledge, offset) = (self.name.to_owned(), Some(offset));
        self.gaps.push(KnowledgeGap { knowledge, object, offset, reason });
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
