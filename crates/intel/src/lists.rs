//! Short lists of numbers that many indicators share: references, families, techniques, windows.
//! Equal lists are kept once.

use crate::pages::Bytes;
use crate::texts::Span;
use foldhash::fast::RandomState;
use hashbrown::HashTable;
use std::hash::BuildHasher;

/// Numbers of one list; more are left out.
const MAX_ITEMS: usize = 1024;

/// Lists by the place of their length. Place 0 is the empty list.
#[derive(Default)]
pub(crate) struct Lists {
    pub(crate) words: Bytes,
    known: HashTable<u32>,
    state: RandomState,
}

impl Lists {
    /// Lists of a prepared file.
    pub(crate) fn prepared(words: Bytes) -> Self {
        Self { words, ..Self::default() }
    }

    /// Keeps a list; its place, or `None` when there is no room.
    pub(crate) fn intern(&mut self, items: &[u32]) -> Option<u32> {
        let items = items.get(..MAX_ITEMS).unwrap_or(items);
        if items.is_empty() {
            return Some(0);
        }
        let hash = self.state.hash_one(items);
        let words = &self.words;
        let same = |place: &u32| of(words, *place).eq(items.iter().copied());
        if let Some(place) = self.known.find(hash, same) {
            return Some(*place);
        }
        let Bytes::Memory(bytes) = &mut self.words else { return None };
        if bytes.is_empty() {
            bytes.extend_from_slice(&0_u32.to_le_bytes());
        }
        let place = u32::try_from(bytes.len() / 4).ok()?;
        bytes.extend_from_slice(&(items.len() as u32).to_le_bytes());
        items.iter().for_each(|item| bytes.extend_from_slice(&item.to_le_bytes()));
        let (words, state) = (&self.words, &self.state);
        let rehash = |place: &u32| state.hash_one(&of(words, *place).collect::<Vec<u32>>()[..]);
        self.known.insert_unique(hash, place, rehash);
        Some(place)
    }

    /// The numbers of a list.
    pub(crate) fn show(&self, place: u32) -> impl Iterator<Item = u32> + '_ {
        of(&self.words, place)
    }

    /// A list of texts, two numbers each.
    pub(crate) fn spans(&self, place: u32) -> impl Iterator<Item = Span> + '_ {
        let mut items = of(&self.words, place);
        std::iter::from_fn(move || Some(Span { start: items.next()?, len: items.next()? }))
    }

    /// Forgets how to find repeats.
    pub(crate) fn seal(&mut self) {
        self.known = HashTable::new();
        if let Bytes::Memory(bytes) = &mut self.words {
            bytes.shrink_to_fit();
        }
    }
}

fn of(words: &Bytes, place: u32) -> impl Iterator<Item = u32> + '_ {
    let at = place as usize * 4;
    let length = if place == 0 { 0 } else { words.u32(at).unwrap_or(0) };
    (0..length.min(MAX_ITEMS as u32)).map_while(move |n| words.u32(at + 4 + n as usize * 4))
}
