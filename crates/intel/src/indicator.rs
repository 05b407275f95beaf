//! What is known of one indicator.

use crate::lookup::Intel;
use crate::texts::Span;
use jiff::Timestamp;
use model::{Knowledge, Strength};
use std::borrow::Cow;

/// Number of an indicator within one [`Intel`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct IndicatorId(pub(crate) u32);

/// Where a time lies to the time in which an indicator is valid.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Window {
    /// Before `valid_from`.
    Before,
    /// In it, or no bounds are stated.
    Within,
    /// At or after `valid_until`.
    After,
}

/// Where an indicator was published.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reference<'k> {
    /// `source_name`.
    pub source_name: &'k str,
    /// `url`.
    pub url: Option<&'k str>,
}

/// The id of an object without its type: 16 bytes where it is a UUID, as nearly all are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ObjectId {
    Uuid([u8; 16]),
    /// The whole id as text.
    Text(Span),
}

/// A range of a list that all indicators share.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Run {
    pub(crate) start: u32,
    pub(crate) len: u16,
}

impl Run {
    pub(crate) fn of<T>(self, list: &[T]) -> &[T] {
        let start = self.start as usize;
        list.get(start..start + usize::from(self.len)).unwrap_or(&[])
    }
}

/// One indicator, as it is kept.
pub(crate) struct Entry {
    pub(crate) id: ObjectId,
    pub(crate) name: Span,
    /// Microseconds since 1970; `i64::MIN` where not stated.
    pub(crate) valid_from: i64,
    /// `i64::MAX` where not stated.
    pub(crate) valid_until: i64,
    pub(crate) modified: i64,
    pub(crate) references: Run,
    pub(crate) families: Run,
    pub(crate) attack: Run,
    pub(crate) knowledge: u16,
    /// 0 where not stated.
    pub(crate) port: u16,
    pub(crate) confidence: Option<u8>,
    pub(crate) ceiling: Option<Strength>,
    /// Not found by look-ups: revoked, or a newer version is there.
    pub(crate) dead: bool,
    pub(crate) revoked: bool,
}

impl Entry {
    /// Nothing is known of it.
    pub(crate) const BLANK: Self = Self {
        id: ObjectId::Uuid([0; 16]),
        name: Span { start: 0, len: 0 },
        valid_from: i64::MIN,
        valid_until: i64::MAX,
        modified: i64::MIN,
        references: Run { start: 0, len: 0 },
        families: Run { start: 0, len: 0 },
        attack: Run { start: 0, len: 0 },
        knowledge: 0,
        port: 0,
        confidence: None,
        ceiling: None,
        dead: false,
        revoked: false,
    };
}

/// A family, campaign or report that indicators belong to.
pub(crate) struct Family {
    pub(crate) name: Span,
    pub(crate) attack: Vec<Span>,
}

/// What is known of one indicator.
#[derive(Clone, Copy)]
pub struct Indicator<'k> {
    pub(crate) intel: &'k Intel,
    pub(crate) entry: &'k Entry,
}

impl<'k> Indicator<'k> {
    /// STIX id.
    #[must_use]
    pub fn id(&self) -> Cow<'k, str> {
        match self.entry.id {
            ObjectId::Text(span) => Cow::Borrowed(self.intel.texts.show(span)),
            ObjectId::Uuid(bytes) => {
                let hex = const_hex::encode(bytes);
                let part = |from: usize, to: usize| hex.get(from..to).unwrap_or("");
                Cow::Owned(format!(
                    "indicator--{}-{}-{}-{}-{}",
                    part(0, 8),
                    part(8, 12),
                    part(12, 16),
                    part(16, 20),
                    part(20, 32)
                ))
            }
        }
    }

    /// Its name, if it has one.
    #[must_use]
    pub fn name(&self) -> Option<&'k str> {
        Some(self.intel.texts.show(self.entry.name)).filter(|name| !name.is_empty())
    }

    /// Malware families (or campaigns, tools, actors) that it indicates, as the advisory names
    /// them; the names of reports that list it where it indicates none.
    pub fn families(&self) -> impl Iterator<Item = &'k str> + use<'k> {
        let intel = self.intel;
        let run = self.entry.families.of(&intel.families_of);
        run.iter().filter_map(|number| {
            let family = intel.families.get(*number as usize)?;
            Some(intel.texts.show(family.name))
        })
    }

    /// ATT&CK technique ids, its own and those of its families, sorted.
    #[must_use]
    pub fn attack(&self) -> Vec<&'k str> {
        let intel = self.intel;
        let own = self.entry.attack.of(&intel.attack_of).iter();
        let families = self.entry.families.of(&intel.families_of).iter();
        let theirs = families.filter_map(|number| intel.families.get(*number as usize));
        let spans = own.chain(theirs.flat_map(|family| &family.attack));
        let mut ids: Vec<_> = spans.map(|span| intel.texts.show(*span)).collect();
        ids.sort_unstable();
        ids.dedup();
        ids
    }

    /// How sure its author is, 0–100; `None` where not stated.
    #[must_use]
    pub fn confidence(&self) -> Option<u8> {
        self.entry.confidence
    }

    /// The most that a match may weigh, if its author set a limit.
    #[must_use]
    pub fn ceiling(&self) -> Option<Strength> {
        self.entry.ceiling
    }

    /// The port that its address was published with.
    #[must_use]
    pub fn port(&self) -> Option<u16> {
        Some(self.entry.port).filter(|port| *port != 0)
    }

    /// From when it is valid.
    #[must_use]
    pub fn valid_from(&self) -> Option<Timestamp> {
        let stated = Some(self.entry.valid_from).filter(|at| *at != i64::MIN)?;
        Timestamp::from_microsecond(stated).ok()
    }

    /// Until when it is valid.
    #[must_use]
    pub fn valid_until(&self) -> Option<Timestamp> {
        let stated = Some(self.entry.valid_until).filter(|at| *at != i64::MAX)?;
        Timestamp::from_microsecond(stated).ok()
    }

    /// Where `at` lies to the time in which it is valid.
    #[must_use]
    pub fn window(&self, at: Timestamp) -> Window {
        let at = at.as_microsecond();
        if at < self.entry.valid_from {
            Window::Before
        } else if at >= self.entry.valid_until {
            Window::After
        } else {
            Window::Within
        }
    }

    /// Where it was published.
    pub fn references(&self) -> impl Iterator<Item = Reference<'k>> + use<'k> {
        let intel = self.intel;
        self.entry.references.of(&intel.references).iter().map(|(name, url)| Reference {
            source_name: intel.texts.show(*name),
            url: Some(intel.texts.show(*url)).filter(|url| !url.is_empty()),
        })
    }

    /// The advisory it stands in.
    #[must_use]
    pub fn knowledge(&self) -> Option<&'k Knowledge> {
        self.intel.knowledge.get(usize::from(self.entry.knowledge))
    }
}
