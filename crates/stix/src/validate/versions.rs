//! Which versions of which objects a text has, by two hashes of each.

use std::collections::HashSet;
use std::hash::{BuildHasher, RandomState};

/// Versions that are told apart.
const MOST: usize = 1 << 24;

/// `id` and `modified` of the objects met so far.
#[derive(Default)]
pub(super) struct Versions {
    met: HashSet<(u64, u64)>,
    states: [RandomState; 2],
    full: bool,
}

impl Versions {
    /// Takes a version; what is to be said of it.
    pub(super) fn add(&mut self, id: &str, modified: &str) -> Option<&'static str> {
        let [low, high] = &self.states;
        let version = (low.hash_one((id, modified)), high.hash_one((id, modified)));
        if self.met.len() < MOST {
            let message = "another version of this object here has the same `modified`";
            return (!self.met.insert(version)).then_some(message);
        }
        if self.met.contains(&version) {
            return Some("another version of this object here has the same `modified`");
        }
        let message = "from here on versions are not compared with each other: there are too many";
        (!std::mem::replace(&mut self.full, true)).then_some(message)
    }
}
