//! The service `meminfo`: running processes by their whole names, which `ps` cuts to 15
//! characters in a bug report.
//!
//! Source: AOSP `services/core/java/com/android/server/am/ActivityManagerService.java` (from 14 on
//! `AppProfiler.java`), `dumpApplicationMemoryUsage` and `MemItem` (Android 7 to 16):
//! `    577,760K: com.x (pid 6609 / activities)` below `Total RSS by process:` or
//! `Total PSS by process:`.

use crate::{Line, Reader, Tell, Unread};
use std::collections::HashSet;

/// How many processes are told.
const MAX_TOLD: usize = 50_000;

/// A process that ran.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Process<'a> {
    /// Its name, whole (`com.x:remote`).
    pub name: &'a str,
    /// Process id.
    pub pid: u32,
}

/// Reads the lines of the service: each process once.
#[derive(Debug, Default)]
pub struct MeminfoReader {
    list: bool,
    told: HashSet<u32>,
    unread: Unread,
}

impl Reader for MeminfoReader {
    type Event<'e> = Process<'e>;

    fn line(&mut self, line: &Line<'_>, tell: &mut Tell<'_, Self>) {
        if line.bytes.first() != Some(&b' ') {
            let total = line.bytes.starts_with(b"Total ");
            self.list = total && line.bytes.trim_ascii_end().ends_with(b" by process:");
            return;
        }
        if !self.list {
            return;
        }
        let text = line.text();
        let Some((_, process)) = text.split_once("K: ") else {
            return self.unread.add(line.place);
        };
        // A name holds what the process was started as; the last bracket is the system's.
        let Some((name, rest)) = process.rsplit_once(" (pid ") else {
            return self.unread.add(line.place);
        };
        let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
        let pid = rest.get(..digits).and_then(|pid| pid.parse().ok());
        let Some(pid) = pid.filter(|_| !name.is_empty()) else {
            return self.unread.add(line.place);
        };
        if self.told.len() < MAX_TOLD && self.told.insert(pid) {
            tell(&Process { name, pid }, line.place);
        }
    }

    fn unread(&self) -> Unread {
        self.unread
    }
}
