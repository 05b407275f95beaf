//! What bytes mean: the trait, and how a parser states what it reads.

use crate::{Emitter, Input};
use model::{SourceKind, Status};

/// What a parser reads, for `tamarisk formats` and for choosing it.
#[derive(Clone, Copy, Debug)]
pub struct Reads {
    /// The kinds of source it reads from.
    pub sources: &'static [SourceKind],
    /// The artifacts, in words (`packages.json`, `settings_*.txt`).
    pub artifacts: &'static str,
    /// What it takes from them, in words.
    pub takes: &'static str,
}

/// Turns one artifact into observations and gaps. It knows no indicator and no severity.
pub trait Parser: Sync {
    /// Short stable name, shown as `read_by` and `parser`.
    fn id(&self) -> &'static str;

    /// What it reads, for people.
    fn reads(&self) -> Reads;

    /// Whether it reads the artifact with this path (below the root of its source, without
    /// the source's own prefix) in this kind of source.
    fn claims(&self, source: SourceKind, path: &str) -> bool;

    /// Reads the artifact. Never fails and never panics: what cannot be read is told to `out`
    /// as a gap, and the status says how far it came.
    fn parse(&self, input: &mut Input<'_>, out: &mut Emitter<'_>) -> Status;
}
