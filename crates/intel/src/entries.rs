//! What is kept of each indicator, 48 bytes each.

use crate::pages::{Bytes, PAGE};
use crate::texts::Span;
use model::Strength;

/// One indicator, as it is kept.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Entry {
    /// The UUID of its id; of an id without one, where its text stands.
    pub(crate) id: [u8; 16],
    pub(crate) name: Span,
    /// List of four numbers: `valid_from` and `valid_until`; 0 where neither is stated.
    pub(crate) window: u32,
    /// List of texts: source and address of each.
    pub(crate) references: u32,
    /// List of numbers of families.
    pub(crate) families: u32,
    /// List of texts: ATT&CK ids.
    pub(crate) attack: u32,
    pub(crate) knowledge: u16,
    /// 0 where not stated.
    pub(crate) port: u16,
    /// Above 100 where not stated.
    pub(crate) confidence: u8,
    pub(crate) ceiling: Option<Strength>,
    pub(crate) flags: u8,
}

/// Bits of [`Entry::flags`].
pub(crate) mod flag {
    /// Not found by look-ups: revoked, or a newer version is there.
    pub(crate) const DEAD: u8 = 1;
    pub(crate) const REVOKED: u8 = 2;
    /// Its id holds no UUID.
    pub(crate) const TEXT_ID: u8 = 4;
    /// A host name that stands for itself, and for none below it.
    pub(crate) const EXACT_HOST: u8 = 8;
}

impl Entry {
    pub(crate) fn is(&self, flag: u8) -> bool {
        self.flags & flag != 0
    }

    pub(crate) fn set(&mut self, flag: u8, on: bool) {
        if on {
            self.flags |= flag;
        } else {
            self.flags &= !flag;
        }
    }

    fn encode(&self) -> [u8; SIZE] {
        let mut out = [0; SIZE];
        let (id, rest) = out.split_at_mut(16);
        id.copy_from_slice(&self.id);
        let words = [
            self.name.start,
            self.name.len,
            self.window,
            self.references,
            self.families,
            self.attack,
            u32::from(self.knowledge) | u32::from(self.port) << 16,
            u32::from_le_bytes([self.confidence, ceiling_code(self.ceiling), self.flags, 0]),
        ];
        for (to, word) in rest.chunks_exact_mut(4).zip(words) {
            to.copy_from_slice(&word.to_le_bytes());
        }
        out
    }

    fn decode(bytes: &[u8]) -> Option<Self> {
        let (id, rest) = bytes.split_first_chunk::<16>()?;
        let mut words = rest.chunks_exact(4).filter_map(|word| word.first_chunk::<4>());
        let mut next = || words.next().map(|word| u32::from_le_bytes(*word));
        let name = Span { start: next()?, len: next()? };
        let (window, references, families, attack) = (next()?, next()?, next()?, next()?);
        let (both, [confidence, ceiling, flags, _]) = (next()?, next()?.to_le_bytes());
        let (knowledge, port) = (both as u16, (both >> 16) as u16);
        let ceiling = ceiling_of(ceiling);
        Some(Self {
            id: *id,
            name,
            window,
            references,
            families,
            attack,
            knowledge,
            port,
            confidence,
            ceiling,
            flags,
        })
    }
}

/// Bytes of an entry in a prepared file.
const SIZE: usize = 48;

/// Entries of a page; none crosses to the next.
const OF_PAGE: usize = PAGE / SIZE;

fn ceiling_code(ceiling: Option<Strength>) -> u8 {
    match ceiling {
        None => 0,
        Some(Strength::Strong) => 1,
        Some(Strength::Review) => 2,
        Some(Strength::Exposure) => 3,
        Some(Strength::Note) => 4,
    }
}

fn ceiling_of(code: u8) -> Option<Strength> {
    Some(match code {
        1 => Strength::Strong,
        2 => Strength::Review,
        3 => Strength::Exposure,
        4 => Strength::Note,
        _ => return None,
    })
}

/// All entries, by number.
pub(crate) enum Entries {
    Memory(Vec<Entry>),
    File { bytes: Bytes, count: usize },
}

impl Default for Entries {
    fn default() -> Self {
        Entries::Memory(Vec::new())
    }
}

impl Entries {
    pub(crate) fn len(&self) -> usize {
        match self {
            Entries::Memory(list) => list.len(),
            Entries::File { count, .. } => *count,
        }
    }

    pub(crate) fn get(&self, number: usize) -> Option<Entry> {
        match self {
            Entries::Memory(list) => list.get(number).copied(),
            Entries::File { bytes, .. } => {
                let at = number / OF_PAGE * PAGE + number % OF_PAGE * SIZE;
                Entry::decode(bytes.get(at, SIZE)?)
            }
        }
    }

    /// For those who build; of a prepared file, nothing can be changed.
    pub(crate) fn list(&mut self) -> &mut [Entry] {
        match self {
            Entries::Memory(list) => list,
            Entries::File { .. } => &mut [],
        }
    }

    pub(crate) fn push(&mut self, entry: Entry) {
        if let Entries::Memory(list) = self {
            list.push(entry);
        }
    }

    pub(crate) fn shrink(&mut self) {
        if let Entries::Memory(list) = self {
            list.shrink_to_fit();
        }
    }

    /// As they stand in a prepared file.
    pub(crate) fn encode(&self) -> Vec<u8> {
        let mut out = Vec::with_capacity(self.len() * SIZE);
        for number in 0..self.len() {
            if number > 0 && number % OF_PAGE == 0 {
                out.resize(out.len().next_multiple_of(PAGE), 0);
            }
            out.extend_from_slice(&self.get(number).unwrap_or_default().encode());
        }
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entries_are_what_they_were() {
        let entry = Entry {
            id: [7; 16],
            name: Span { start: 1, len: 2 },
            window: 3,
            references: 4,
            families: 5,
            attack: 6,
            knowledge: 7,
            port: 4432,
            confidence: 85,
            ceiling: Some(Strength::Exposure),
            flags: flag::REVOKED | flag::EXACT_HOST,
        };
        let read = Entry::decode(&entry.encode()).unwrap();
        assert_eq!(format!("{read:?}"), format!("{entry:?}"));
        assert_eq!(size_of::<Entry>(), SIZE);
    }
}
