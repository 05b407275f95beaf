//! What an input holds, as a survey of it tells.

use crate::SourceKind;
use serde::{Deserialize, Serialize};

/// One member of an archive: enough to open it again without reading the directory anew.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Member {
    /// Path within the archive: `/` as separator, bytes that are not UTF-8 as `%XX`.
    pub path: String,
    /// Offset of its local header in the archive.
    pub offset: u64,
    /// Compressed size in bytes, by the central directory.
    pub compressed: u64,
    /// Size in bytes, by the central directory.
    pub size: u64,
    /// Compression method (0 stored, 8 deflate; APPNOTE.TXT 4.4.5).
    pub method: u16,
    /// CRC-32, by the central directory.
    pub crc32: u32,
    /// Whether it is encrypted with a password.
    pub encrypted: bool,
}

/// What the input of a job turned out to be.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Recognised {
    /// The kind of source.
    pub kind: SourceKind,
    /// Folder inside the archive that the source lies in, with a trailing `/`; empty for its root.
    pub root: String,
    /// The members, in path order. Empty where the input is no archive, or is read in one go.
    pub members: Vec<Member>,
}
