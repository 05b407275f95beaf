//! What can be wrong, and where.

use std::io;

/// Something that could not be split. Offsets are bytes from the start of the input.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The reader failed. Fatal.
    #[error("reading failed at byte {offset}: {source}")]
    Io {
        /// How far it came.
        offset: u64,
        /// What the reader said.
        source: io::Error,
    },
    /// Not JSON at this place.
    #[error("not JSON at byte {offset}: expected {expected}")]
    Syntax {
        /// The first byte that does not fit.
        offset: u64,
        /// What should stand there.
        expected: &'static str,
        /// Whether nothing after it can be read; else the next item follows.
        fatal: bool,
    },
    /// The item that starts here has too many bytes; it was skipped.
    #[error("the item at byte {offset} is longer than the limit")]
    TooLong {
        /// Its first byte.
        offset: u64,
    },
    /// The item that starts here nests too deeply; it was skipped.
    #[error("the item at byte {offset} nests deeper than the limit")]
    TooDeep {
        /// Its first byte.
        offset: u64,
    },
    /// The input ends in the middle. Fatal.
    #[error("the input ends too early, at byte {offset}")]
    Truncated {
        /// Length of the input.
        offset: u64,
    },
}

impl Error {
    /// Whether no further item follows.
    #[must_use]
    pub fn is_fatal(&self) -> bool {
        match self {
            Error::Io { .. } | Error::Truncated { .. } => true,
            Error::Syntax { fatal, .. } => *fatal,
            Error::TooLong { .. } | Error::TooDeep { .. } => false,
        }
    }

    /// The byte it concerns.
    #[must_use]
    pub fn offset(&self) -> u64 {
        match self {
            Error::Io { offset, .. }
            | Error::Syntax { offset, .. }
            | Error::TooLong { offset }
            | Error::TooDeep { offset }
            | Error::Truncated { offset } => *offset,
        }
    }
}
