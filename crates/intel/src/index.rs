//! From a value to the indicators that name it.

use crate::texts::{Span, Texts};
use foldhash::fast::RandomState;
use hashbrown::HashTable;
use model::AtomKind;
use std::hash::BuildHasher;

/// What a value is looked up as: an atom's kind, or one of the ways in which names are cut.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Key {
    /// The whole value of an atom.
    Whole(AtomKind),
    /// First 15 bytes of a longer process name: what Linux keeps of a native one.
    ProcessHead,
    /// Last 15 bytes of a longer process name: what Android keeps of a dotted one.
    ProcessTail,
    /// Last 15 bytes of a longer package name, which is its process' name too.
    PackageTail,
}

/// One value of one indicator. Values that are equal form a chain.
struct Value {
    indicator: u32,
    start: u32,
    len: u32,
    /// The next value that is equal, or [`LAST`].
    next: u32,
    /// The whole of a value that is cut.
    whole: u32,
    key: Key,
}

const LAST: u32 = u32::MAX;

/// All values of all indicators.
#[derive(Default)]
pub(crate) struct Index {
    values: Vec<Value>,
    /// The head of each chain.
    heads: HashTable<u32>,
    state: RandomState,
}

impl Index {
    /// Adds a value that stands in `texts`; `whole` is the number of the value that it is cut
    /// from. Its number, or `None` when there is no room.
    pub(crate) fn add(
        &mut self,
        texts: &Texts,
        key: Key,
        span: Span,
        indicator: u32,
        whole: Option<u32>,
    ) -> Option<u32> {
        let number = u32::try_from(self.values.len()).ok().filter(|number| *number != LAST)?;
        let text = texts.show(span);
        let hash = self.state.hash_one((key, text));
        let values = &self.values;
        let same = |head: &u32| {
            values.get(*head as usize).is_some_and(|v| v.key == key && v.text(texts) == text)
        };
        let next = match self.heads.find_mut(hash, same) {
            Some(head) => std::mem::replace(head, number),
            None => LAST,
        };
        let whole = whole.unwrap_or(number);
        self.values.push(Value { indicator, start: span.start, len: span.len, next, whole, key });
        if next == LAST {
            let (values, state) = (&self.values, &self.state);
            let rehash = |head: &u32| match values.get(*head as usize) {
                Some(value) => state.hash_one((value.key, value.text(texts))),
                None => 0,
            };
            self.heads.insert_unique(hash, number, rehash);
        }
        Some(number)
    }

    /// Calls `visit` with every indicator that has this value, and the whole value.
    pub(crate) fn find<'t>(
        &self,
        texts: &'t Texts,
        key: Key,
        text: &str,
        visit: &mut dyn FnMut(u32, &'t str),
    ) {
        let hash = self.state.hash_one((key, text));
        let values = &self.values;
        let same = |head: &u32| {
            values.get(*head as usize).is_some_and(|v| v.key == key && v.text(texts) == text)
        };
        let mut next = self.heads.find(hash, same).copied();
        while let Some(value) = next.and_then(|number| values.get(number as usize)) {
            if let Some(whole) = values.get(value.whole as usize) {
                visit(value.indicator, whole.text(texts));
            }
            next = (value.next != LAST).then_some(value.next);
        }
    }

    /// Gives back what was allocated ahead.
    pub(crate) fn seal(&mut self) {
        self.values.shrink_to_fit();
    }
}

impl Value {
    fn text<'t>(&self, texts: &'t Texts) -> &'t str {
        texts.show(Span { start: self.start, len: self.len })
    }
}
