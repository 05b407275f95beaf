//! The section `PROCESSES AND THREADS` (until Android 7 also `PROCESSES`) as facts: a table of `ps`.
//!
//! Source: AOSP `cmds/dumpstate/dumpstate.cpp`: `ps -A -T -Z -O pri,nice,rtprio,sched,pcy,time` from
//! Android 8 on, `ps -P` and `ps -t -p -P` before. The names are the kernel's, of at most 15
//! characters; the service `meminfo` has whole ones.

use super::Out;
use crate::android::ps::{Header, process};
use dumpsys::{Line, Reader, Tell, Unread};
use model::fact::ProcessRunning;

/// Reads the rows below the header: each process once, at its first thread.
#[derive(Default)]
pub(in super::super) struct ProcessReader {
    header: Option<Header>,
    unread: Unread,
}

impl Reader for ProcessReader {
    type Event<'e> = ProcessRunning;

    fn line(&mut self, line: &Line<'_>, tell: &mut Tell<'_, Self>) {
        let text = line.text();
        if text.trim().is_empty() {
            return;
        }
        let Some(header) = &self.header else {
            self.header = Header::read(&text);
            if self.header.is_none() {
                self.unread.count += 1;
                self.unread.first.get_or_insert(line.place);
            }
            return;
        };
        match process(header, &text) {
            Ok(Some(fact)) => tell(&fact, line.place),
            Ok(None) => {}
            Err(_) => {
                self.unread.count += 1;
                self.unread.first.get_or_insert(line.place);
            }
        }
    }

    fn unread(&self) -> Unread {
        self.unread
    }
}

pub(in super::super) fn fact(process: &ProcessRunning, out: &mut Out<'_, '_>) {
    out.fact(process.clone(), None);
}
