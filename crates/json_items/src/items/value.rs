//! Finds the end of one value, and holds its bytes while they are within the bounds.

use super::Items;
use crate::nesting::Fed;
use crate::{Error, scalar};
use std::io::Read;

/// A value that lies behind the mark.
pub(super) struct Span {
    pub(super) start: u64,
    /// Its length, if it is held whole.
    pub(super) held: Option<usize>,
    pub(super) problem: Option<Error>,
}

impl<R: Read> Items<R> {
    /// One value of a sequence. What is no value costs the rest of its line.
    pub(super) fn line(&mut self, byte: u8, first: bool) -> Result<Span, Error> {
        self.nesting.reset(true);
        if matches!(byte, b'{' | b'[' | b'"') {
            return self.bracketed(self.bounds.item_bytes);
        }
        let span = self.scalar(self.bounds.item_bytes, true)?;
        if !matches!(span.problem, Some(Error::Syntax { .. })) {
            return Ok(span);
        }
        if first {
            let offset = span.start;
            return Err(Error::Syntax { offset, expected: "a JSON value", fatal: true });
        }
        self.window.advance(span.held.unwrap_or(0));
        loop {
            let rest = self.window.held();
            match memchr::memchr(b'\n', rest) {
                Some(at) => {
                    self.window.advance(at);
                    break;
                }
                None => self.window.advance(rest.len()),
            }
            if !self.more()? {
                break;
            }
        }
        Ok(Span { held: None, ..span })
    }

    /// One element or member that starts with `byte`; at most `keep` bytes of it are held.
    pub(super) fn value(&mut self, byte: u8, keep: usize) -> Result<Span, Error> {
        self.nesting.reset(false);
        match byte {
            b'{' | b'[' | b'"' => self.bracketed(keep),
            _ => self.scalar(keep, false),
        }
    }

    /// A string, an object or an array.
    fn bracketed(&mut self, keep: usize) -> Result<Span, Error> {
        let start = self.window.offset();
        let (mut length, mut dropped) = (0, false);
        loop {
            let fresh = self.window.held().get(length..).unwrap_or(&[]);
            let fresh_bytes = fresh.len();
            match self.nesting.feed(fresh) {
                Fed::End(count) => {
                    length += count;
                    break;
                }
                Fed::All => length += fresh_bytes,
            }
            if dropped || length > keep || self.nesting.too_deep || self.window.is_full() {
                self.window.advance(std::mem::take(&mut length));
                dropped = true;
            }
            if !self.more()? {
                if dropped {
                    break;
                }
                return Err(self.truncated());
            }
        }
        if dropped || length > keep {
            self.window.advance(length);
            dropped = true;
        }
        let problem = if self.nesting.too_deep {
            Some(Error::TooDeep { offset: start })
        } else if dropped {
            Some(Error::TooLong { offset: start })
        } else {
            let broken = self.nesting.broken;
            broken.map(|(at, expected)| Error::Syntax {
                offset: start + at,
                expected,
                fatal: false,
            })
        };
        Ok(Span { start, held: (!dropped).then_some(length), problem })
    }

    /// `true`, `false`, `null` or a number; only where `may_end` may the input end with it.
    fn scalar(&mut self, keep: usize, may_end: bool) -> Result<Span, Error> {
        let start = self.window.offset();
        let (mut length, mut dropped) = (0, false);
        loop {
            let fresh = self.window.held().get(length..).unwrap_or(&[]);
            let (count, ended) = match fresh.iter().position(|b| !scalar::continues(*b)) {
                Some(at) => (at, true),
                None => (fresh.len(), false),
            };
            length += count;
            if ended {
                break;
            }
            if dropped || length > keep || self.window.is_full() {
                self.window.advance(std::mem::take(&mut length));
                dropped = true;
            }
            if !self.more()? {
                if may_end || dropped {
                    break;
                }
                return Err(self.truncated());
            }
        }
        if dropped || length > keep {
            self.window.advance(length);
            return Ok(Span { start, held: None, problem: Some(Error::TooLong { offset: start }) });
        }
        let token = self.window.held().get(..length).unwrap_or(&[]);
        let wrong = (!scalar::is_scalar(token)).then_some(Error::Syntax {
            offset: start,
            expected: "a value",
            fatal: false,
        });
        // A byte that starts no value has to be passed over, or nothing would move.
        let stuck = length == 0 && !matches!(self.window.held().first(), Some(b',' | b']'));
        Ok(Span { start, held: Some(if stuck { 1 } else { length }), problem: wrong })
    }

    /// Passes over white space. The byte after it, which is not passed over.
    pub(super) fn significant(&mut self) -> Result<Option<u8>, Error> {
        loop {
            let held = self.window.held();
            let space = |b: &u8| matches!(b, b' ' | b'\t' | b'\n' | b'\r');
            if let Some(at) = held.iter().position(|b| !space(b)) {
                let byte = held.get(at).copied();
                self.window.advance(at);
                return Ok(byte);
            }
            self.window.advance(held.len());
            if !self.more()? {
                return Ok(None);
            }
        }
    }

    pub(super) fn more(&mut self) -> Result<bool, Error> {
        let offset = self.window.offset();
        self.window.more().map_err(|source| Error::Io { offset, source })
    }

    pub(super) fn truncated(&self) -> Error {
        Error::Truncated { offset: self.window.offset() + self.window.held().len() as u64 }
    }

    pub(super) fn unexpected(&self, expected: &'static str) -> Error {
        Error::Syntax { offset: self.window.offset(), expected, fatal: false }
    }

    pub(super) fn fatal(&self, expected: &'static str) -> Error {
        Error::Syntax { offset: self.window.offset(), expected, fatal: true }
    }

    pub(super) fn expected_here(&self, expected: &'static str) -> Error {
        if self.window.held().is_empty() { self.truncated() } else { self.fatal(expected) }
    }
}
