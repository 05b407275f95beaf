//! How much one artifact, and one source, may cost.

use std::collections::BTreeMap;

/// Budgets for hostile evidence. Reaching one leaves a gap, never a silent cut.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Bytes one artifact may inflate to. Default 16 GiB: bug reports of 1 GB are real.
    pub inflated_bytes: u64,
    /// How many times larger than its compressed form an artifact may become, once it is
    /// beyond 64 MiB. Default 200 (a dumpstate inflates about 12 times; a zip bomb 1,000 times).
    pub ratio: u64,
    /// Archives inside archives. Default 4.
    pub depth: u32,
    /// Members of one archive. Default 1,000,000.
    pub members: u64,
    /// Bytes an artifact may have that must be held whole (an APK). Default 1 GiB.
    pub whole_bytes: u64,
    /// Bytes of one record: a line of text, an element of a JSON array. Default 1 MiB.
    pub record_bytes: usize,
    /// Nesting of JSON. Default 64.
    pub json_depth: usize,
    /// Bytes of a nested archive kept in memory before it is spooled to an encrypted,
    /// unlinked temporary file. Default 32 MiB.
    pub spool_memory: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            inflated_bytes: 16 << 30,
            ratio: 200,
            depth: 4,
            members: 1_000_000,
            whole_bytes: 1 << 30,
            record_bytes: 1 << 20,
            json_depth: 64,
            spool_memory: 32 << 20,
        }
    }
}

impl Limits {
    /// The limits by name, as a report states them.
    #[must_use]
    pub fn named(&self) -> BTreeMap<String, u64> {
        [
            ("inflated_bytes", self.inflated_bytes),
            ("ratio", self.ratio),
            ("depth", u64::from(self.depth)),
            ("members", self.members),
            ("whole_bytes", self.whole_bytes),
            ("record_bytes", self.record_bytes as u64),
            ("json_depth", self.json_depth as u64),
            ("spool_memory", self.spool_memory),
        ]
        .map(|(name, limit)| (name.to_owned(), limit))
        .into()
    }
}
