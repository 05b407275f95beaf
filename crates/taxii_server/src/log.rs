//! What goes on, for the operator: one line of JSON for each request, written by a thread of its
//! own so that a slow disk does not slow the answers. No password, query or object is in it.

use serde::Serialize;
use std::io::Write;
use std::sync::mpsc::{SyncSender, TrySendError, sync_channel};
use std::sync::{Arc, atomic::AtomicU64, atomic::Ordering::Relaxed};
use std::thread::JoinHandle;

/// Lines that wait to be written; further ones are dropped and counted.
const WAITING: usize = 4096;

/// One line.
#[derive(Debug, Serialize)]
#[serde(rename_all = "snake_case", tag = "event")]
pub(crate) enum Line {
    /// A request was answered.
    Request {
        at: String,
        account: Option<String>,
        address: String,
        method: String,
        path: String,
        status: u16,
        bytes: Option<u64>,
        micros: u64,
    },
    /// Something that an operator should look at.
    Trouble { at: String, message: String },
    /// Lines were dropped because the log could not be written fast enough.
    Dropped { lines: u64 },
}

/// Where lines go. Cheap to clone.
#[derive(Clone, Default)]
pub struct Log {
    to: Option<SyncSender<Line>>,
    dropped: Arc<AtomicU64>,
}

impl Log {
    /// Writes lines to `out`; the thread ends when the last copy of the log has gone.
    #[must_use]
    pub fn new(mut out: Box<dyn Write + Send>) -> (Self, JoinHandle<()>) {
        let (to, lines) = sync_channel::<Line>(WAITING);
        let dropped = Arc::new(AtomicU64::new(0));
        let log = Self { to: Some(to), dropped: Arc::clone(&dropped) };
        let writer = std::thread::spawn(move || {
            while let Ok(line) = lines.recv() {
                write(&mut out, &line);
                while let Ok(line) = lines.try_recv() {
                    write(&mut out, &line);
                }
                let lines = dropped.swap(0, Relaxed);
                if lines > 0 {
                    write(&mut out, &Line::Dropped { lines });
                }
                let _ = out.flush();
            }
        });
        (log, writer)
    }

    pub(crate) fn line(&self, line: Line) {
        if let Some(to) = &self.to
            && let Err(TrySendError::Full(_)) = to.try_send(line)
        {
            self.dropped.fetch_add(1, Relaxed);
        }
    }

    /// Whether anybody reads it.
    pub(crate) fn is_on(&self) -> bool {
        self.to.is_some()
    }
}

/// Whoever reads the log may have gone; serving goes on.
fn write(out: &mut dyn Write, line: &Line) {
    let _ = harmless::json::write_line(out, line);
}
