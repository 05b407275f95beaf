//! What services remember of apps and users, besides what they did and may do.

mod content;
mod meminfo;
mod overlay;
mod procstats;
mod sensorservice;
mod user;
mod wifi;

pub use content::ContentReader;
pub use meminfo::{MeminfoReader, Process};
pub use overlay::OverlayReader;
pub use procstats::ProcstatsReader;
pub use sensorservice::SensorServiceReader;
pub use user::{User, UserReader};
pub use wifi::{WifiReader, WifiScannerReader};

use std::collections::HashSet;

/// A service names an app.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Trace<'a> {
    /// Package name; empty where only the uid is known.
    pub package: &'a str,
    /// Linux uid, where stated.
    pub uid: Option<u32>,
    /// Android user, where stated.
    pub user: Option<u32>,
    /// What is remembered, in words.
    pub what: &'a str,
    /// When first, as written.
    pub first: Option<&'a str>,
    /// When last, as written.
    pub last: Option<&'a str>,
    /// How often, where counted.
    pub count: Option<u64>,
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
