//! Events that a log states more than once, since its files overlap, count once.

use hashbrown::HashSet;
use model::Observation;
use std::fmt::{self, Write};
use std::hash::{BuildHasher, Hasher, RandomState};

/// Files of intrusion logs are exports that overlap; a tombstone stands there as text and as a
/// protocol buffer. No other artifact repeats another.
const OVERLAPPING: [&str; 2] = ["intrusion_log", "tombstone"];

/// Events remembered of one source, 8 bytes each; beyond them repeats count again.
const MOST: usize = 4 << 20;

/// The events of one source that were seen.
#[derive(Default)]
pub(crate) struct Repeats {
    /// Keyed at random, so that nobody can write two events that pass for one.
    state: RandomState,
    seen: HashSet<u64>,
}

impl Repeats {
    /// Whether the same was seen in this source before, at another place.
    pub(crate) fn is_one(&mut self, seen: &Observation) -> bool {
        if !OVERLAPPING.contains(&&*seen.parser) || self.seen.len() >= MOST {
            return false;
        }
        let mut text = Hashed(self.state.build_hasher());
        // A hasher takes any text.
        let _ = write!(text, "{:?}{:?}", seen.fact, seen.time);
        !self.seen.insert(text.0.finish())
    }
}

struct Hashed<H>(H);

impl<H: Hasher> Write for Hashed<H> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.0.write(text.as_bytes());
        Ok(())
    }
}
