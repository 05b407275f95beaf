//! The part of the input that is held in memory.

use std::io::{self, Read};

/// How much is read at once, and how large the window is to begin with.
const FIRST: usize = 256 << 10;

/// A window over a stream. What lies before `mark` may be dropped when more is read.
pub(crate) struct Window<R> {
    reader: R,
    bytes: Vec<u8>,
    mark: usize,
    filled: usize,
    base: u64,
    limit: usize,
    ended: bool,
}

impl<R: Read> Window<R> {
    /// A window that grows up to `limit` bytes behind the mark.
    pub(crate) fn new(reader: R, limit: usize) -> Self {
        let bytes = vec![0; FIRST.min(limit.max(64))];
        Self { reader, bytes, mark: 0, filled: 0, base: 0, limit: limit.max(64), ended: false }
    }

    /// What is held, from the mark on.
    pub(crate) fn held(&self) -> &[u8] {
        self.bytes.get(self.mark..self.filled).unwrap_or(&[])
    }

    /// Offset of the mark in the stream.
    pub(crate) fn offset(&self) -> u64 {
        self.base + self.mark as u64
    }

    /// Moves the mark forward.
    pub(crate) fn advance(&mut self, count: usize) {
        self.mark = self.filled.min(self.mark + count);
    }

    /// Whether no more can be held before the mark moves.
    pub(crate) fn is_full(&self) -> bool {
        self.filled - self.mark >= self.limit
    }

    /// Reads more behind what is held. `false` at the end of the stream, or when full.
    pub(crate) fn more(&mut self) -> io::Result<bool> {
        if self.ended || self.is_full() {
            return Ok(false);
        }
        if self.filled == self.bytes.len() {
            self.make_room();
        }
        loop {
            let Some(free) = self.bytes.get_mut(self.filled..) else { return Ok(false) };
            match self.reader.read(free) {
                Ok(0) => {
                    self.ended = true;
                    return Ok(false);
                }
                Ok(count) => {
                    self.filled = (self.filled + count).min(self.bytes.len());
                    return Ok(true);
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
    }

    /// Drops what lies before the mark, or grows when that would gain little.
    fn make_room(&mut self) {
        self.bytes.copy_within(self.mark..self.filled, 0);
        self.base += self.mark as u64;
        self.filled -= self.mark;
        self.mark = 0;
        if self.filled > self.bytes.len() / 2 {
            let size = (self.bytes.len() * 2).min(self.limit);
            self.bytes.resize(size.max(self.bytes.len()), 0);
        }
    }
}
