//! Lines of a stream, for offsets that only rise; memory is the lines of one item.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::io::{self, Read};
use std::rc::Rc;

/// Newlines that were read and not asked for yet.
#[derive(Debug, Default)]
struct Seen {
    newlines: VecDeque<u64>,
    read: u64,
}

/// Notes line feeds of what passes through; made by [`counting`].
#[derive(Debug)]
pub struct Counting<R> {
    reader: R,
    seen: Rc<RefCell<Seen>>,
}

/// Tells lines and columns; made by [`counting`].
#[derive(Debug)]
pub struct Places {
    seen: Rc<RefCell<Seen>>,
    line: u64,
    /// Offset of the first byte of that line.
    start: u64,
}

/// A reader and what tells its lines. Give the reader to [`crate::Items`], and ask for the line of
/// each item before the next is taken.
#[must_use]
pub fn counting<R: Read>(reader: R) -> (Counting<R>, Places) {
    let seen = Rc::new(RefCell::new(Seen::default()));
    (Counting { reader, seen: Rc::clone(&seen) }, Places { seen, line: 1, start: 0 })
}

impl<R: Read> Read for Counting<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let count = self.reader.read(into)?;
        let mut seen = self.seen.borrow_mut();
        let at = seen.read;
        for (n, _) in into.iter().take(count).enumerate().filter(|(_, b)| **b == b'\n') {
            seen.newlines.push_back(at + n as u64);
        }
        seen.read += count as u64;
        Ok(count)
    }
}

impl Places {
    /// Line and column, both from 1, of an offset that is not before the last one asked for.
    pub fn of(&mut self, offset: u64) -> (u64, u64) {
        let mut seen = self.seen.borrow_mut();
        while let Some(newline) = seen.newlines.front().filter(|newline| **newline < offset) {
            self.start = newline + 1;
            self.line += 1;
            seen.newlines.pop_front();
        }
        (self.line, offset.saturating_sub(self.start) + 1)
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)] // A test may.
mod tests {
    use super::*;

    #[test]
    fn offsets_become_lines() {
        let (mut reader, mut places) = counting(&b"ab\ncd\n\nx"[..]);
        io::copy(&mut reader, &mut io::sink()).unwrap();
        assert_eq!(places.of(0), (1, 1));
        assert_eq!(places.of(2), (1, 3));
        assert_eq!(places.of(4), (2, 2));
        assert_eq!(places.of(7), (4, 1));
    }
}
