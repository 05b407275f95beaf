//! One piece of work for the reading function.

use crate::{Limits, Passwords};
use model::{Member, SourceKind};
use std::fs::File;
use std::sync::Arc;
use std::sync::atomic::AtomicU64;
use zeroize::Zeroizing;

/// The unlocked 16-byte file key of an age file; enough to decrypt that one file.
#[derive(Clone)]
pub struct FileKey(pub Zeroizing<[u8; 16]>);

impl std::fmt::Debug for FileKey {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str("FileKey(hidden)")
    }
}

/// What the reading function is asked for.
#[derive(Clone, Debug)]
pub enum Role {
    /// Find out what the input is: yields one `Recognised`, or gaps.
    Survey,
    /// Hash the input itself, an archive whose members other jobs read; an encrypted one as it
    /// lies there, so that it can be compared with what was handed in.
    Container,
    /// Read the input itself, a file of a source of this kind.
    File {
        /// Kind of the source it belongs to.
        kind: SourceKind,
        /// Its path below the root of the source, by which a parser is chosen.
        path: String,
    },
    /// Read one member of the input, which is an archive.
    Member {
        /// Kind of the source it belongs to.
        kind: SourceKind,
        /// Its path below the root of the source, by which a parser is chosen.
        path: String,
        /// Where it lies in the archive, as the survey told.
        member: Member,
    },
}

/// A write-ahead log of SQLite (`-wal`) that lies beside the artifact of a job.
#[derive(Clone, Debug)]
pub enum Journal {
    /// A file of its own, opened for reading.
    File(Arc<File>),
    /// A member of the input.
    Member(Member),
}

/// One piece of work: open handles, what to do, how much it may cost, the unlocked key.
#[derive(Clone, Debug)]
pub struct Job {
    /// The input, opened for reading.
    pub input: Arc<File>,
    /// Path of the input as artifacts name it (see [`model::Artifact::path`]).
    pub path: String,
    /// What is asked for.
    pub role: Role,
    /// The journal that belongs to the artifact, a database.
    pub journal: Option<Journal>,
    /// Key of the age file that the input is, unlocked.
    pub key: Option<FileKey>,
    /// Passwords of Android backups, which may lie inside an archive, where only the reading
    /// function comes by them.
    pub passwords: Passwords,
    /// How much it may cost.
    pub limits: Limits,
    /// How many bytes of the input were read so far; the reading function adds to it, so that
    /// the host can show progress.
    pub progress: Arc<AtomicU64>,
}
