//! A DEX file: its tables, held against its bytes.

use crate::bytes::slice;
use crate::header::{HEADER_BYTES, Header, Table, is_dex};
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

/// Something that is damaged or odd, though the rest can be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// Byte in the container.
    pub at: usize,
    /// What was found, with what was expected.
    pub what: String,
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
    problems: Vec<Problem>,
}

impl<'a> Dex<'a> {
    /// The DEX files that stand at the start of `bytes`: one up to version 40, from version 41
    /// on one after the other.
    ///
    /// # Errors
    /// Where no first file can be read. Trouble behind it is a [`Problem`] of the last one.
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
                    last.problems.push(Problem { at: next, what: error.to_string() });
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
        let mut dex =
            Self { container: own.unwrap_or(container), at, header, problems: Vec::new() };
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
                self.problems.push(Problem { at: self.at + 56, what });
                self.header.strings.count = index as usize;
                return;
            };
            *text = left;
        }
    }

    /// Cuts every table to what the file holds.
    fn hold_against_bytes(&mut self, stated: usize) {
        let (at, len) = (self.at, self.container.len());
        let mut problem = |at, what: String| self.problems.push(Problem { at, what });
        if at.saturating_add(stated) > len {
            problem(at + 32, format!("{stated} bytes are stated, {} are there", len - at));
        } else if stated < HEADER_BYTES {
            problem(at + 32, format!("{stated} bytes are stated, less than a header has"));
        }
        if ![35, 37, 38, 39, 40, 41].contains(&self.header.version) {
            problem(at + 4, format!("version {} is not known", self.header.version));
        }
        let expected = if self.header.is_shared() { 0x78 } else { HEADER_BYTES };
        if self.header.header_size != expected {
            let what = format!("a header of {} bytes, not {expected}", self.header.header_size);
            problem(at + 36, what);
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
                problem(
                    at + field,
                    format!("{} {name} are stated, {there} can be there", table.count),
                );
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

    /// What is damaged or odd about the file as a whole.
    #[must_use]
    pub fn problems(&self) -> &[Problem] {
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
