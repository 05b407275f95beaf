//! A DEX file: its tables, held against its bytes.

use crate::bytes::slice;
use crate::header::{HEADER_BYTES, Header, Table, is_dex};
use crate::oddity::{Oddity, OddityKind};
use std::fmt;

/// DEX files that one container may hold. Android Studio's largest builds have some 100.
const MOST_FILES: usize = 1_000;

/// How often the strings of all files may fill the container together. Each string of an ordinary
/// file has bytes of its own; made ones may name the same long text many thousand times.
const MOST_TEXT: usize = 16;

/// Why bytes are no DEX.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DexError {
    /// They do not begin as one.
    #[error("expected `dex\\n` and a version at byte {at}")]
    Magic {
        /// Byte in the container.
        at: usize,
    },
    /// Too short for a header, or of another byte order than little endian.
    #[error("expected a header of {HEADER_BYTES} bytes in little-endian order at byte {at}")]
    Header {
        /// Byte in the container.
        at: usize,
    },
}

/// A DEX file.
#[derive(Clone)]
pub struct Dex<'a> {
    /// The bytes that offsets count from: the file, or from version 41 on the container of
    /// several files that share their data.
    pub(crate) container: &'a [u8],
    /// Where this file's header stands in the container.
    at: usize,
    pub(crate) header: Header,
    /// Bytes behind the stated end, where they are more than padding.
    pub(crate) behind: usize,
    problems: Vec<Oddity>,
}

impl<'a> Dex<'a> {
    /// The DEX files that stand at the start of `bytes`: one up to version 40, from version 41
    /// on one after the other.
    ///
    /// # Errors
    /// Where no first file can be read. Trouble behind it is a problem of the last one.
    pub fn all(bytes: &'a [u8]) -> Result<Vec<Self>, DexError> {
        let mut text = bytes.len().saturating_mul(MOST_TEXT);
        let mut files = vec![Self::at(bytes, 0, &mut text)?];
        while files.len() < MOST_FILES
            && let Some(last) = files.last_mut()
            && let Some(next) = last.next(bytes.len())
        {
            match Self::at(bytes, next, &mut text) {
                Ok(file) => files.push(file),
                Err(error) => {
                    let what = error.to_string();
                    last.problems.push(Oddity { kind: OddityKind::Trailing, at: next, what });
                    break;
                }
            }
        }
        Ok(files)
    }

    /// Where the next file of a container of `len` bytes starts.
    fn next(&self, len: usize) -> Option<usize> {
        let own = self.header.is_shared() && self.header.file_size >= HEADER_BYTES;
        let next = self.at.checked_add(self.header.file_size)?;
        (own && next < len).then_some(next)
    }

    fn at(container: &'a [u8], at: usize, text: &mut usize) -> Result<Self, DexError> {
        if !container.get(at..).is_some_and(is_dex) {
            return Err(DexError::Magic { at });
        }
        let header = Header::read(container, at).ok_or(DexError::Header { at })?;
        // Up to version 40 nothing beyond the stated size belongs to the file.
        let stated = header.file_size;
        let own = if header.is_shared() || stated < HEADER_BYTES {
            None
        } else {
            container.get(..stated)
        };
        let behind = own.and_then(|_| container.get(stated..)).unwrap_or_default();
        let behind = if behind.iter().all(|byte| *byte == 0) { 0 } else { behind.len() };
        let own = own.unwrap_or(container);
        let mut dex = Self { container: own, at, header, behind, problems: Vec::new() };
        dex.hold_against_bytes(stated);
        dex.hold_strings(text);
        Ok(dex)
    }

    /// Cuts the table of strings where together they have more text than may be.
    fn hold_strings(&mut self, text: &mut usize) {
        for index in 0..self.string_count() {
            let len = self.string(index).map_or(0, |string| string.as_bytes().len());
            let Some(left) = text.checked_sub(len) else {
                let what =
                    format!("strings from number {index} on name the same text again and again");
                let (kind, at) = (OddityKind::SharedText, self.at + 56);
                self.problems.push(Oddity { kind, at, what });
                self.header.strings.count = index as usize;
                return;
            };
            *text = left;
        }
    }

    /// Cuts every table to what the file holds.
    fn hold_against_bytes(&mut self, stated: usize) {
        let (at, len) = (self.at, self.container.len());
        let mut problem = |kind, at, what: String| self.problems.push(Oddity { kind, at, what });
        if at.saturating_add(stated) > len {
            let what = format!("{stated} bytes are stated, {} are there", len - at);
            problem(OddityKind::Size, at + 32, what);
        } else if stated < HEADER_BYTES {
            let what = format!("{stated} bytes are stated, less than a header has");
            problem(OddityKind::Size, at + 32, what);
        }
        if ![35, 37, 38, 39, 40, 41].contains(&self.header.version) {
            let what = format!("version {} is not known", self.header.version);
            problem(OddityKind::Version, at + 4, what);
        }
        let expected = if self.header.is_shared() { 0x78 } else { HEADER_BYTES };
        if self.header.header_size != expected {
            let what = format!("a header of {} bytes, not {expected}", self.header.header_size);
            problem(OddityKind::HeaderSize, at + 36, what);
        }
        let header = &mut self.header;
        for (name, table, item, field) in [
            ("strings", &mut header.strings, 4, 56),
            ("types", &mut header.types, 4, 64),
            ("prototypes", &mut header.protos, 12, 72),
            ("fields", &mut header.fields, 8, 80),
            ("methods", &mut header.methods, 8, 88),
            ("classes", &mut header.classes, 32, 96),
        ] {
            let there = len.saturating_sub(table.at) / item;
            if table.count > there {
                let what = format!("{} {name} are stated, {there} can be there", table.count);
                problem(OddityKind::Table, at + field, what);
                table.count = there;
            }
        }
    }

    /// What the header states; counts are cut to what is there.
    #[must_use]
    pub fn header(&self) -> &Header {
        &self.header
    }

    /// Where this file's header stands in the container.
    #[must_use]
    pub fn offset(&self) -> usize {
        self.at
    }

    /// What is damaged about the file as a whole, so that a part of it is not read.
    /// [`crate::oddities`] looks at all that is in it.
    #[must_use]
    pub fn problems(&self) -> &[Oddity] {
        &self.problems
    }

    /// The item with this index of a table whose items have `size` bytes.
    pub(crate) fn item(&self, table: Table, size: usize, index: u32) -> Option<&'a [u8]> {
        let index = usize::try_from(index).ok().filter(|index| *index < table.count)?;
        slice(self.container, table.at.checked_add(index * size)?, size)
    }
}

impl fmt::Debug for Dex<'_> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Dex").field("at", &self.at).field("header", &self.header).finish()
    }
}
