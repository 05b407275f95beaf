//! The seam for patterns that are held against bytes: a user's own YARA rules.

use crate::Emitter;
use model::{Fact, Gap, Knowledge, Position};

/// Patterns that are held against the bytes of each artifact while it is read. It sees facts and
/// bytes and tells facts, as a parser does; what they weigh is for judging to say.
///
/// The crate that implements it is built only with the feature `yara` of `cli`; nothing else knows
/// it.
pub trait Scanner: Sync {
    /// Begins with one artifact.
    fn open(&self) -> Box<dyn Scan + '_>;

    /// Bytes an artifact, or a part of one, may have: it is held whole.
    fn most_bytes(&self) -> u64;

    /// The files of patterns, as the report names them.
    fn knowledge(&self) -> Vec<Knowledge>;

    /// What of them could not be loaded, and why.
    fn gaps(&self) -> Vec<Gap>;
}

/// The scanning of one artifact and of its parts.
pub trait Scan {
    /// Takes a fact that was read of the artifact. All of them come before its bytes.
    fn learn(&mut self, fact: &Fact);

    /// Holds the patterns against some bytes, and tells `out` what matched and what was not done.
    fn scan(&mut self, scanned: &Scanned<'_>, out: &mut Emitter<'_>);
}

/// Bytes to be scanned.
#[derive(Clone, Copy, Debug)]
pub struct Scanned<'a> {
    /// All of them.
    pub bytes: &'a [u8],
    /// The part of the artifact that they are, inflated; `None` for the artifact as it lies.
    pub member: Option<&'a str>,
    /// Where the part lies in the artifact; `None` for the artifact as it lies.
    pub at: Option<&'a Position>,
}
