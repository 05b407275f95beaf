//! All knowledge: what was built, and prepared indexes beside it.

use crate::entries::{Entry, flag};
use crate::gap::KnowledgeGap;
use crate::indicator::{Indicator, IndicatorId, Window};
use crate::lookup::{Match, Part};
use jiff::Timestamp;
use model::{Atom, AtomKind, Knowledge};

/// All indicators of all advisories, ready for look-ups. Whether one is valid at a time is asked
/// of [`Intel::window`]; an expired one is found all the same.
#[derive(Default)]
pub struct Intel {
    pub(crate) parts: Vec<Part>,
    pub(crate) knowledge: Vec<Knowledge>,
    pub(crate) gaps: Vec<KnowledgeGap>,
}

impl Intel {
    /// Calls `visit` with every indicator that is in use and that `atom` equals:
    /// - a host name: itself or any domain above it, label by label (a single label only
    ///   itself), unless the indicator names one host alone;
    /// - an address: itself or a network around it, the longest prefix first;
    /// - a path: itself or any folder above it;
    /// - a process name: itself, the package of `package:process`, and where it is 15 bytes
    ///   long, the first or last 15 bytes of a longer name;
    /// - package and property names whatever their case; all else exactly.
    ///
    /// One indicator may be visited more than once.
    #[inline]
    pub fn lookup<'k>(&'k self, atom: &Atom<'_>, visit: &mut dyn FnMut(Match<'k>)) {
        for part in &self.parts {
            part.lookup(atom, visit);
        }
    }

    /// As [`Intel::lookup`] for many atoms, which takes a fraction of the time: they wait for the
    /// memory together. `visit` takes the number of the atom and what it equals; what one atom
    /// equals in one index comes in the order of [`Intel::lookup`], and atoms in their order.
    pub fn lookup_all<'k>(&'k self, atoms: &[Atom<'_>], visit: &mut dyn FnMut(usize, Match<'k>)) {
        for part in &self.parts {
            part.lookup_all(atoms, visit);
        }
    }

    /// As [`Intel::lookup_all`] for hashes of files or certificates, in binary.
    pub fn lookup_digests<'k>(
        &'k self,
        kind: AtomKind,
        digests: &[&[u8]],
        visit: &mut dyn FnMut(usize, Match<'k>),
    ) {
        for part in &self.parts {
            part.lookup_digests(kind, digests, visit);
        }
    }

    /// What is known of an indicator that a look-up gave.
    ///
    /// The id must come from this [`Intel`]; any other gives an indicator without properties.
    #[must_use]
    pub fn indicator(&self, id: IndicatorId) -> Indicator<'_> {
        let part = self.parts.get(usize::from(id.part));
        let known = part.and_then(|part| Some((part, part.entries.get(id.number as usize)?)));
        let none = || (part.or(self.parts.first()), Entry { knowledge: u16::MAX, ..NONE });
        match known {
            Some((part, entry)) => Indicator { part, entry },
            None => {
                let (part, entry) = none();
                Indicator { part: part.unwrap_or(&EMPTY), entry }
            }
        }
    }

    /// Where `at` lies to the time in which the indicator is valid.
    #[must_use]
    pub fn window(&self, id: IndicatorId, at: Timestamp) -> Window {
        self.indicator(id).window(at)
    }

    /// The advisories, in the order added; those of prepared indexes last.
    #[must_use]
    pub fn knowledge(&self) -> &[Knowledge] {
        &self.knowledge
    }

    /// What of the advisories is not in use, in the order of the files.
    #[must_use]
    pub fn gaps(&self) -> &[KnowledgeGap] {
        &self.gaps
    }

    /// How many indicators are in use.
    #[must_use]
    pub fn total(&self) -> u64 {
        self.knowledge.iter().map(|one| one.indicators).sum()
    }

    /// All indicators that are in use, in the order added.
    pub fn indicators(&self) -> impl Iterator<Item = Indicator<'_>> {
        self.parts.iter().flat_map(|part| {
            let all = (0..part.entries.len()).filter_map(|number| part.entries.get(number));
            let live = all.filter(|entry| !entry.is(flag::DEAD));
            live.map(move |entry| Indicator { part, entry })
        })
    }

    /// Whether a prepared index could not be read somewhere, so that look-ups may have missed
    /// something.
    #[must_use]
    pub fn is_damaged(&self) -> bool {
        self.parts.iter().any(|part| part.source.as_ref().is_some_and(|file| file.has_failed()))
    }
}

/// Stands in for an id that is not of this [`Intel`].
const NONE: Entry = Entry {
    id: [0; 16],
    name: crate::texts::Span { start: 0, len: 0 },
    window: 0,
    references: 0,
    families: 0,
    attack: 0,
    knowledge: u16::MAX,
    port: 0,
    confidence: u8::MAX,
    ceiling: None,
    flags: flag::DEAD,
};

static EMPTY: std::sync::LazyLock<Part> = std::sync::LazyLock::new(Part::default);
