//! Looking up many values at once.
//!
//! A look-up waits for the memory twice: for the table and for the record; and no processor can
//! guess whether it ends at the table, so that it hardly begins with the next one meanwhile. Here many values take each step together, without a decision between them that
//! depends on what was read: the waits of one step overlap.

use crate::hash;
use crate::index::{Found, HEADER, Index, Key};
use crate::payload::Payload;

/// Values that go together: enough that memory is always asked for something, and few enough that
/// what was fetched for the first is still near when it is wanted.
const WIDTH: usize = 64;

/// Values that are to be looked up in one index, each with a mark that the matches bear.
pub(crate) struct Batch<'i, 'a, T> {
    index: &'i Index,
    held: Vec<Held<'a, T>>,
}

struct Held<'a, T> {
    hash: u64,
    key: Key,
    value: Payload<'a>,
    mark: T,
}

impl<'i, 'a, T: Copy> Batch<'i, 'a, T> {
    pub(crate) fn new(index: &'i Index) -> Self {
        Self { index, held: Vec::with_capacity(WIDTH) }
    }

    /// Takes a value; looks all up that are held once there are enough.
    #[inline]
    pub(crate) fn push(
        &mut self,
        key: Key,
        value: Payload<'a>,
        mark: T,
        tell: &mut impl FnMut(T, Key, Found<'i>),
    ) {
        let hash = hash::of(self.index.seed, key.code(), value.bytes());
        self.held.push(Held { hash, key, value, mark });
        if self.held.len() == WIDTH {
            self.finish(tell);
        }
    }

    /// Looks up what is held: calls `tell` with mark, key and what was found, in the order in
    /// which the values came.
    pub(crate) fn finish(&mut self, tell: &mut impl FnMut(T, Key, Found<'i>)) {
        let index = self.index;
        // What passes is written always, and kept by counting on: no branch depends on it.
        let mut passed = [(0_u8, 0_u32); WIDTH];
        let mut count = 0;
        for (number, held) in self.held.iter().enumerate() {
            let (may_have, place) = index.bucket(held.hash);
            if let Some(slot) = passed.get_mut(count) {
                *slot = (number as u8, place);
            }
            count += usize::from(may_have);
        }
        let passed = passed.get(..count).unwrap_or(&[]);
        let mut headers = [[0_u8; HEADER]; WIDTH];
        for ((_, place), header) in passed.iter().zip(&mut headers) {
            *header = index.header(*place).unwrap_or_default();
        }
        for ((number, place), header) in passed.iter().zip(headers) {
            if let Some(held) = self.held.get(usize::from(*number)) {
                let span = (*place, index.end(held.hash));
                index.walk(span, header, held.key, held.value.bytes(), |found| {
                    tell(held.mark, held.key, found);
                });
            }
        }
        self.held.clear();
    }
}
