//! Reading in worker processes that can do nothing but read.
//!
//! The host ([`Isolated`], an [`examine::Reader`]) starts its own program again as a worker
//! ([`serve`]). A worker is handed open descriptors and answers with items; it has no file
//! system, no network, no way to start a program or to reach another process, and limits on memory,
//! time and what it writes. Whatever it answers is checked again before it is used ([`wire`] for the
//! form, `check` for what it says), and a worker that crashes, hangs or breaks the rules becomes a
//! gap. What each layer stops, and what it does not, stands in `docs/threat-model.md`.
//!
//! Invariants: no secret stands in an argument or in the environment; nothing that a worker sends
//! makes the host panic, or take memory beyond [`LARGEST_FRAME`]; an item that is not about the
//! artifact of its job is refused.

mod check;
mod host;
mod job;
mod os;
mod quarantine;
mod trouble;
pub mod wire;
mod worker;

pub use check::Checker;
pub use host::Isolated;
pub use worker::{serve, serve_with};

use std::ffi::OsStr;
use std::path::Path;

/// The word by which the program knows that it is to be a worker: its only argument.
pub const WORKER: &str = "--worker-of-tamarisk";

/// The same, where it cannot confine itself.
pub const PLAIN_WORKER: &str = "--plain-worker-of-tamarisk";

/// How the program is to serve that was started with `word` as its only argument, if it is a worker.
#[must_use]
pub fn serving(word: &OsStr) -> Option<fn() -> u8> {
    if word == WORKER {
        return Some(serve);
    }
    (word == PLAIN_WORKER).then_some(worker::serve_plain)
}

/// The longest frame that a worker may send, in bytes. Only what a survey finds in an archive of a
/// million members comes near.
pub const LARGEST_FRAME: usize = 256 << 20;

/// What the host keeps; all else that Landlock and seccomp can take is given up. A file or folder
/// that is not there gives no right.
#[derive(Clone, Debug, Default)]
pub struct Rights<'p> {
    /// Read files, and list folders, here and below.
    pub read: Vec<&'p Path>,
    /// Run programs and their libraries, here and below.
    pub run: Vec<&'p Path>,
    /// Make, read, change and remove files, here and below.
    pub write: Vec<&'p Path>,
    /// Take files that were made in a folder of `write` below, under names that nothing has. None here can
    /// be opened, changed or removed.
    pub receive: Vec<&'p Path>,
    /// The same, also under names that files have: these can be removed, but not opened or changed.
    pub replace: Vec<&'p Path>,
    /// Remove empty folders below.
    pub tidy: Vec<&'p Path>,
    /// Talk to this terminal.
    pub terminal: Vec<&'p Path>,
    /// List folders, here and below.
    pub list: Vec<&'p Path>,
}

/// Whether rights can be given up so that files can still be moved from one folder to another
/// ([`Rights::receive`]); Landlock before Linux 5.19 moves none.
#[must_use]
pub fn moves_files() -> bool {
    os::moves_files()
}

/// Gives up what the host does not need, for good: from now on, this thread and all that it starts
/// have `rights` to files and no others, and reach no network and no other process that they did
/// not start. Tells what could not be set in force.
#[must_use]
pub fn confine_host(rights: &Rights<'_>) -> Vec<String> {
    os::confine_host(rights)
}
