//! Where bytes come from: a folder, a zip, a zip inside age, a nested bug report.
//!
//! The two traits of the design: [`Tree`] (where bytes come from) and [`Parser`] (what bytes
//! mean). A [`Tree`] hands out [`Blob`]s with positional reads and sequential streams; a
//! [`Parser`] takes an [`Input`] and tells an [`Emitter`] what it saw. A [`Job`] is one piece
//! of work for the reading function of the `parsers` crate. A [`Scanner`] holds a user's own patterns
//! against the same bytes.
//!
//! Invariant: nothing here opens a path by name; the host opens, and hands handles over.

mod age;
mod backup;
mod blob;
mod emitter;
mod input;
mod job;
mod limits;
mod os;
mod parser;
mod scanner;
mod scratch;
mod spool;
mod tree;
mod zip;

pub use age::{AgeError, AgeLock, Secrets, age_lock, decrypted, is_age, is_age_prefix, unlock};
pub use backup::{BackupError, BackupTree, Passwords, is_backup_lock, is_backup_prefix};
pub use blob::{Blob, BlobReader};
pub use emitter::Emitter;
pub use input::{Digests, Hashed, Input};
pub use job::{FileKey, Job, Journal, Role};
pub use limits::Limits;
pub use parser::{Parser, Reads};
pub use scanner::{Scan, Scanned, Scanner};
pub use scratch::Scratch;
pub use tree::Tree;
pub use zip::{ListingGap, ZipError, ZipTree, display_path};
