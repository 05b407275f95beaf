//! What is known of one indicator.

use crate::entries::{Entry, flag};
use crate::lookup::Part;
use crate::texts::Span;
use jiff::Timestamp;
use model::{Knowledge, Strength};
use std::borrow::Cow;

/// Number of an indicator within one [`crate::Intel`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct IndicatorId {
    /// The part of the knowledge: what was built, or a prepared index.
    pub(crate) part: u16,
    pub(crate) number: u32,
}

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

/// A family, campaign or report that indicators belong to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Family {
    pub(crate) name: Span,
    pub(crate) attack: Vec<Span>,
}

/// What is known of one indicator.
#[derive(Clone, Copy)]
pub struct Indicator<'k> {
    pub(crate) part: &'k Part,
    pub(crate) entry: Entry,
}

impl<'k> Indicator<'k> {
    /// STIX id.
    #[must_use]
    pub fn id(&self) -> Cow<'k, str> {
        if self.entry.is(flag::TEXT_ID) {
            return Cow::Borrowed(self.part.texts.show(text_of(&self.entry.id)));
        }
        let hex = const_hex::encode(self.entry.id);
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

    /// Its name, if it has one.
    #[must_use]
    pub fn name(&self) -> Option<&'k str> {
        Some(self.part.texts.show(self.entry.name)).filter(|name| !name.is_empty())
    }

    /// Malware families (or campaigns, tools, actors) that it indicates, as the advisory names
    /// them; the names of reports that list it where it indicates none.
    pub fn families(&self) -> impl Iterator<Item = &'k str> + use<'k> {
        let part = self.part;
        part.lists.show(self.entry.families).filter_map(|number| {
            let family = part.families.get(number as usize)?;
            Some(part.texts.show(family.name))
        })
    }

    /// ATT&CK technique ids, its own and those of its families, sorted.
    #[must_use]
    pub fn attack(&self) -> Vec<&'k str> {
        let part = self.part;
        let families = part.lists.show(self.entry.families);
        let theirs = families.filter_map(|number| part.families.get(number as usize));
        let theirs = theirs.flat_map(|family| family.attack.iter().copied());
        let spans = part.lists.spans(self.entry.attack).chain(theirs);
        let mut ids: Vec<_> = spans.map(|span| part.texts.show(span)).collect();
        ids.sort_unstable();
        ids.dedup();
        ids
    }

    /// How sure its author is, 0–100; `None` where not stated.
    #[must_use]
    pub fn confidence(&self) -> Option<u8> {
        Some(self.entry.confidence).filter(|sure| *sure <= 100)
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

    /// Whether a host name that it names stands for itself alone, and for none below it.
    #[must_use]
    pub fn is_exact_host(&self) -> bool {
        self.entry.is(flag::EXACT_HOST)
    }

    /// From when it is valid.
    #[must_use]
    pub fn valid_from(&self) -> Option<Timestamp> {
        let stated = Some(self.part.window(self.entry.window).0).filter(|at| *at != i64::MIN)?;
        Timestamp::from_microsecond(stated).ok()
    }

    /// Until when it is valid.
    #[must_use]
    pub fn valid_until(&self) -> Option<Timestamp> {
        let stated = Some(self.part.window(self.entry.window).1).filter(|at| *at != i64::MAX)?;
        Timestamp::from_microsecond(stated).ok()
    }

    /// Where `at` lies to the time in which it is valid.
    #[must_use]
    pub fn window(&self, at: Timestamp) -> Window {
        let (at, (from, until)) = (at.as_microsecond(), self.part.window(self.entry.window));
        if at < from {
            Window::Before
        } else if at >= until {
            Window::After
        } else {
            Window::Within
        }
    }

    /// Where it was published.
    pub fn references(&self) -> impl Iterator<Item = Reference<'k>> + use<'k> {
        let part = self.part;
        let mut spans = part.lists.spans(self.entry.references);
        std::iter::from_fn(move || {
            let source_name = part.texts.show(spans.next()?);
            let url = Some(part.texts.show(spans.next()?)).filter(|url| !url.is_empty());
            Some(Reference { source_name, url })
        })
    }

    /// The advisory it stands in.
    #[must_use]
    pub fn knowledge(&self) -> Option<&'k Knowledge> {
        self.part.knowledge.get(usize::from(self.entry.knowledge))
    }
}

/// Where the text of an id stands, as an entry keeps it.
pub(crate) fn text_of(id: &[u8; 16]) -> Span {
    let [a, b, c, d, e, f, g, h, ..] = *id;
    Span { start: u32::from_le_bytes([a, b, c, d]), len: u32::from_le_bytes([e, f, g, h]) }
}

/// As an entry keeps where the text of an id stands.
pub(crate) fn id_of(text: Span) -> [u8; 16] {
    let mut id = [0; 16];
    let bytes = text.start.to_le_bytes().into_iter().chain(text.len.to_le_bytes());
    id.iter_mut().zip(bytes).for_each(|(to, from)| *to = from);
    id
}
