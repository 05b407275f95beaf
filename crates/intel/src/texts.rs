//! All text of the knowledge in one piece: no allocation per indicator.

use foldhash::fast::RandomState;
use hashbrown::HashTable;
use std::hash::BuildHasher;

/// A text in [`Texts`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Span {
    pub(crate) start: u32,
    pub(crate) len: u32,
}

/// Texts, written one behind the other; texts that repeat are kept once.
#[derive(Default)]
pub(crate) struct Texts {
    all: String,
    known: HashTable<Span>,
    state: RandomState,
}

impl Texts {
    /// The text.
    pub(crate) fn show(&self, span: Span) -> &str {
        part(&self.all, span)
    }

    /// Keeps a text that is not expected to repeat. `None` once there are 4 GiB.
    pub(crate) fn keep(&mut self, text: &str) -> Option<Span> {
        let start = u32::try_from(self.all.len()).ok()?;
        let len = u32::try_from(text.len()).ok()?;
        start.checked_add(len)?;
        self.all.push_str(text);
        Some(Span { start, len })
    }

    /// Keeps a text once, however often it is given.
    pub(crate) fn intern(&mut self, text: &str) -> Option<Span> {
        let hash = self.state.hash_one(text);
        let all = &self.all;
        if let Some(span) = self.known.find(hash, |span| part(all, *span) == text) {
            return Some(*span);
        }
        let span = self.keep(text)?;
        let (all, state) = (&self.all, &self.state);
        self.known.insert_unique(hash, span, |span| state.hash_one(part(all, *span)));
        Some(span)
    }

    /// Forgets how to find repeats, and what was allocated ahead.
    pub(crate) fn seal(&mut self) {
        self.known = HashTable::new();
        self.all.shrink_to_fit();
    }
}

fn part(all: &str, span: Span) -> &str {
    let start = span.start as usize;
    all.get(start..start + span.len as usize).unwrap_or("")
}
