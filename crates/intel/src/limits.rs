//! What an index may cost, whatever advisories hold.

/// Bounds of one index. What lies beyond is a gap, and the rest is in use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Indicators of all advisories, those of older versions included.
    pub indicators: usize,
    /// Relationships, and objects that they lead to, of one advisory.
    pub relations: usize,
    /// Memory of all patterns that run on the engine, in bytes ([`stix::Matcher::memory`] and the
    /// text).
    pub pattern_bytes: usize,
    /// Objects not in use that are told one by one, of one advisory; the rest is counted by
    /// reason.
    pub gaps: usize,
}

impl Default for Limits {
    /// 33,554,432 indicators and as many relations, 1 GiB of patterns, 1,000 gaps.
    fn default() -> Self {
        Self { indicators: 1 << 25, relations: 1 << 25, pattern_bytes: 1 << 30, gaps: 1000 }
    }
}
