//! What all reading together may cost. It is counted where results are told in order, so that the
//! place at which it ends does not depend on the number of threads.

use crate::Options;
use model::{Artifact, Gap};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

/// How much was read, and whether that is enough.
pub(crate) struct Budget<'o> {
    options: &'o Options<'o>,
    bytes: AtomicU64,
    /// Nothing more is told: the piece in which the budget ended is done.
    over: AtomicBool,
}

impl<'o> Budget<'o> {
    pub(crate) fn new(options: &'o Options<'o>) -> Self {
        Self { options, bytes: AtomicU64::new(0), over: AtomicBool::new(false) }
    }

    /// Counts an artifact that is told.
    pub(crate) fn count(&self, artifact: &Artifact) {
        self.bytes.fetch_add(artifact.size.unwrap_or(0), Ordering::Relaxed);
    }

    /// A piece is told to its end: where the budget is spent, it was the last.
    pub(crate) fn piece_done(&self) {
        let bytes = self.bytes.load(Ordering::Relaxed);
        let spent = bytes > self.options.limits.total_bytes || self.is_late();
        self.over.fetch_or(spent, Ordering::Relaxed);
    }

    /// Whether no piece is to be begun any more. One that was begun before its time is not told.
    pub(crate) fn is_spent(&self) -> bool {
        self.is_over() || self.is_late()
    }

    /// Whether nothing more is told.
    pub(crate) fn is_over(&self) -> bool {
        self.over.load(Ordering::Relaxed)
    }

    fn is_late(&self) -> bool {
        self.options.progress.out_of_time.load(Ordering::Relaxed)
    }

    /// What is to be said of a source that was not read to its end.
    pub(crate) fn gap(&self) -> Gap {
        let limits = &self.options.limits;
        let reason = if self.bytes.load(Ordering::Relaxed) > limits.total_bytes {
            format!(
                "the rest of this source was not read: all artifacts together have more than the limit of {} bytes",
                limits.total_bytes
            )
        } else {
            format!(
                "the rest of this source was not read: all of it took more than the limit of {} seconds",
                limits.total_seconds
            )
        };
        Gap { artifact: None, position: None, reason }
    }
}
