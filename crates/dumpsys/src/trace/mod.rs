//! What services remember of apps and users, besides what they did and may do.

mod meminfo;
mod procstats;
mod sensorservice;
mod user;

pub use meminfo::{MeminfoReader, Process};
pub use procstats::ProcstatsReader;
pub use sensorservice::SensorServiceReader;
pub use user::{User, UserReader};

use std::collections::HashSet;

/// A service names an app.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Trace<'a> {
    /// Package name; empty where only the uid is known.
    pub package: &'a str,
    /// Linux uid, where stated.
    pub uid: Option<u32>,
    /// What is remembered, in words.
    pub what: &'a str,
    /// When last, as written.
    pub last: Option<&'a str>,
}

/// How many different entries of one service are told.
const MAX_TOLD: usize = 20_000;

/// Remembers what was told, so that a table that repeats itself is told once.
#[derive(Debug, Default)]
pub(crate) struct Told(HashSet<String>);

impl Told {
    /// Whether it was not told before.
    pub(crate) fn first(&mut self, what: &str) -> bool {
        if self.0.contains(what) || self.0.len() >= MAX_TOLD {
            return false;
        }
        self.0.insert(what.to_owned())
    }
}
