//! What an attempt is, and all of them.

use crate::ground::Ground;
use crate::{descriptors, files, kernel, memory, network, processes, programs};
use std::io;

/// What an attempt came to: what was achieved, or how it was refused.
pub(crate) type Try = io::Result<String>;

/// What a process without confinement must come to.
#[derive(Clone, Copy)]
pub(crate) enum Control {
    /// It succeeds.
    Succeeds,
    /// It succeeds, and the host sees that it did.
    Seen,
    /// It succeeds where the system is such: who runs it, what the kernel is built with.
    Depends(&'static str),
    /// It is not run, and why.
    Omitted(&'static str),
}

/// A way out.
#[derive(Clone, Copy)]
pub(crate) struct Attempt {
    /// As the test is called, below its group.
    pub(crate) name: &'static str,
    pub(crate) control: Control,
    pub(crate) run: fn(&Ground) -> Try,
}

pub(crate) const fn attempt(
    name: &'static str,
    control: Control,
    run: fn(&Ground) -> Try,
) -> Attempt {
    Attempt { name, control, run }
}

/// Each group, by the file that holds it.
const GROUPS: &[(&str, &[&[Attempt]])] = &[
    ("files", files::ATTEMPTS),
    ("descriptors", descriptors::ATTEMPTS),
    ("programs", programs::ATTEMPTS),
    ("network", network::ATTEMPTS),
    ("processes", processes::ATTEMPTS),
    ("memory", memory::ATTEMPTS),
    ("kernel", kernel::ATTEMPTS),
];

/// All of them, with their whole names.
pub(crate) fn all() -> impl Iterator<Item = (String, Attempt)> {
    GROUPS.iter().flat_map(|(group, parts)| {
        parts
            .iter()
            .flat_map(|part| part.iter())
            .map(move |row| (format!("{group}::{}", row.name), *row))
    })
}

/// That something was refused, where no error of the system says so.
pub(crate) fn refused<T>(why: impl Into<String>) -> io::Result<T> {
    Err(io::Error::other(why.into()))
}
