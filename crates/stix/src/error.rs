//! What can be wrong with a file, and with one object in it.

use std::io;

/// The file as a whole is no STIX.
#[derive(Debug, thiserror::Error)]
pub enum FileError {
    /// It could not be read.
    #[error("reading failed at byte {offset}: {source}")]
    Io {
        /// How far it came.
        offset: u64,
        /// What the reader said.
        source: io::Error,
    },
    /// It is not JSON, or not to its end.
    #[error("not JSON: at byte {offset}, expected {expected}")]
    NotJson {
        /// The first byte that does not fit.
        offset: u64,
        /// What should stand there.
        expected: &'static str,
    },
    /// It is JSON, but neither a bundle, nor a list of objects, nor one object.
    #[error("no STIX: {reason}")]
    NotStix {
        /// What is missing.
        reason: &'static str,
    },
}

/// One object could not be read; the others could.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("object {index} ({}) at byte {offset}: {reason}", id.as_deref().unwrap_or("no id"))]
pub struct ObjectError {
    /// Its place in the list, from 0.
    pub index: u64,
    /// Its `id`, if it could be told.
    pub id: Option<String>,
    /// Where it goes wrong, in bytes from the start of the file.
    pub offset: u64,
    /// What is wrong.
    pub reason: String,
}
