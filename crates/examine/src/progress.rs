//! How far the reading is, for whoever shows it.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

/// How far the reading is; shared with whoever shows it.
///
/// What counts is artifacts, each by the bytes of it that were planned: an app is read three times
/// over (hash, contents, signatures), and a member of a damaged archive may not be read at all. While a
/// job is under way it counts for as much as it has read, but never for more than its artifact; once it
/// is done, for exactly that.
#[derive(Debug, Default)]
pub struct Progress {
    total: AtomicU64,
    /// Bytes of the artifacts that are done.
    finished: AtomicU64,
    /// The jobs under way: bytes read, bytes of the artifact.
    open: Mutex<Vec<(Arc<AtomicU64>, u64)>>,
    /// Set by whoever knows the clock when all of it has taken longer than
    /// [`Limits::total_seconds`](evidence::Limits::total_seconds): what was not begun is not read
    /// then, and is a gap.
    pub out_of_time: AtomicBool,
}

impl Progress {
    /// Bytes of all that is planned; 0 until that is known.
    #[must_use]
    pub fn total(&self) -> u64 {
        self.total.load(Ordering::Relaxed)
    }

    /// Bytes of it that are done; never more than [`Self::total`].
    #[must_use]
    pub fn done(&self) -> u64 {
        let open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        let under_way = open.iter().map(|(read, bytes)| read.load(Ordering::Relaxed).min(*bytes));
        let done = under_way.fold(self.finished.load(Ordering::Relaxed), u64::saturating_add);
        done.min(self.total())
    }

    pub(crate) fn plan(&self, bytes: u64) {
        self.total.store(bytes, Ordering::Relaxed);
    }

    /// A job begins on an artifact of so many bytes; yields what counts the bytes that it reads.
    pub(crate) fn begin(&self, bytes: u64) -> Arc<AtomicU64> {
        let read = Arc::new(AtomicU64::new(0));
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        open.push((Arc::clone(&read), bytes));
        read
    }

    /// The job that counts its bytes here is done, or has been given up.
    pub(crate) fn end(&self, read: &Arc<AtomicU64>) {
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(at) = open.iter().position(|(one, _)| Arc::ptr_eq(one, read)) {
            let (_, bytes) = open.swap_remove(at);
            self.finished.fetch_add(bytes, Ordering::Relaxed);
        }
    }

    /// An artifact of so many bytes is not read: it cannot be opened.
    pub(crate) fn pass(&self, bytes: u64) {
        self.finished.fetch_add(bytes, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Three apps of 100 bytes: one read three times over, one of which little is read, one that cannot
    /// be opened. Worked out by hand.
    #[test]
    fn each_artifact_counts_once() {
        let progress = Progress::default();
        assert_eq!((progress.done(), progress.total()), (0, 0));
        progress.plan(300);
        let first = progress.begin(100);
        first.fetch_add(40, Ordering::Relaxed);
        assert_eq!(progress.done(), 40);
        first.fetch_add(260, Ordering::Relaxed);
        assert_eq!(progress.done(), 100);
        let second = progress.begin(100);
        second.fetch_add(10, Ordering::Relaxed);
        assert_eq!(progress.done(), 110);
        progress.end(&first);
        assert_eq!(progress.done(), 110);
        // What is counted after its end, and an end told twice, change nothing.
        first.fetch_add(500, Ordering::Relaxed);
        progress.end(&first);
        assert_eq!(progress.done(), 110);
        progress.end(&second);
        assert_eq!(progress.done(), 200);
        progress.pass(100);
        assert_eq!((progress.done(), progress.total()), (300, 300));
    }

    /// A file that grows while it is read leaves the bar full, not fuller.
    #[test]
    fn it_is_never_more_than_all() {
        let progress = Progress::default();
        progress.plan(10);
        let read = progress.begin(20);
        read.fetch_add(50, Ordering::Relaxed);
        assert_eq!(progress.done(), 10);
        progress.end(&read);
        assert_eq!(progress.done(), 10);
    }
}
