//! All text of the knowledge in one piece: no allocation per indicator.

use crate::pages::{Bytes, PAGE};
use foldhash::fast::RandomState;
use hashbrown::HashTable;
use std::hash::BuildHasher;

/// A text in [`Texts`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub(crate) struct Span {
    pub(crate) start: u32,
    pub(crate) len: u32,
}

/// Bytes of a text that is kept; what is longer is cut.
const MAX_TEXT: usize = 8 << 10;

/// Texts, written one behind the other; texts that repeat are kept once.
#[derive(Default)]
pub(crate) struct Texts {
    pub(crate) all: Bytes,
    known: HashTable<Span>,
    state: RandomState,
}

impl Texts {
    /// Texts of a prepared file.
    pub(crate) fn prepared(all: Bytes) -> Self {
        Self { all, ..Self::default() }
    }

    /// The text.
    pub(crate) fn show(&self, span: Span) -> &str {
        part(&self.all, span)
    }

    /// Keeps a text that is not expected to repeat. `None` once there are 4 GiB.
    pub(crate) fn keep(&mut self, text: &str) -> Option<Span> {
        let Bytes::Memory(all) = &mut self.all else { return None };
        let end = (0..=text.len().min(MAX_TEXT)).rev().find(|at| text.is_char_boundary(*at))?;
        let text = text.get(..end)?;
        // No text crosses from one page of a prepared file to the next.
        if all.len() % PAGE + text.len() > PAGE {
            all.resize(all.len().next_multiple_of(PAGE), 0);
        }
        let start = u32::try_from(all.len()).ok()?;
        let len = u32::try_from(text.len()).ok()?;
        start.checked_add(len)?;
        all.extend_from_slice(text.as_bytes());
        Some(Span { start, len })
    }

    /// Keeps a text once, however often it is given.
    pub(crate) fn intern(&mut self, text: &str) -> Option<Span> {
        if text.is_empty() {
            return Some(Span::default());
        }
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
        if let Bytes::Memory(all) = &mut self.all {
            all.shrink_to_fit();
        }
    }
}

fn part(all: &Bytes, span: Span) -> &str {
    let bytes = all.get(span.start as usize, span.len as usize).unwrap_or(&[]);
    std::str::from_utf8(bytes).unwrap_or("")
}
