//! What `logcat` prints: the logs of main, system, events, crash, radio and kernel, in every
//! format with a time (`threadtime`, with or without uid, year, zone and microseconds; `time`,
//! `long`) and in `brief`.
//!
//! Sources: AOSP `system/logging/liblog/logprint.cpp` (formats), `logcat/logcat.cpp` (dividers),
//! `services/core/java/com/android/server/am/EventLogTags.logtags` and `…/wm/EventLogTags.logtags`
//! (lists of the events log), Android 5 to 16; texts of services are named where they are read.

mod events;
mod head;
mod texts;

use crate::{Line, Reader, Tell, Unread};
use events::Events;
use head::{Head, Layout};
use std::collections::HashMap;

/// What a line of the log states.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogEvent<'e> {
    /// Time as written: `11-19 10:20:30.123`, with a year in front or a zone behind where the
    /// log was printed so, or seconds since the phone started (`12.345678`); empty where the
    /// format has none.
    pub when: &'e str,
    /// What.
    pub what: LogWhat<'e>,
}

/// See [`LogEvent`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LogWhat<'e> {
    /// A process of an app was started.
    Started {
        /// Android user.
        user: Option<u32>,
        /// Linux uid.
        uid: Option<u32>,
        /// Process id.
        pid: Option<u32>,
        /// Name of the process.
        process: &'e str,
        /// What it was started for, as written (`service`, `broadcast` …).
        kind: &'e str,
        /// Component it was started for.
        component: &'e str,
    },
    /// A process ended or stopped answering.
    Ended {
        /// Android user.
        user: Option<u32>,
        /// Linux uid, where stated.
        uid: Option<u32>,
        /// Process id.
        pid: Option<u32>,
        /// Name of the process.
        process: &'e str,
        /// `java_crash`, `native_crash`, `anr` or `killed`.
        how: &'static str,
        /// Signal (`SIGSEGV`).
        signal: Option<&'e str>,
        /// Exception or reason.
        reason: &'e str,
        /// File and line, or the address.
        place: &'e str,
    },
    /// A foreground service was started.
    Service {
        /// Android user.
        user: Option<u32>,
        /// Component, as written (short).
        component: &'e str,
        /// Types, as a number.
        types: &'e str,
        /// Why it was allowed to start.
        reason: &'e str,
    },
    /// An activity came to the front.
    Shown {
        /// Android user.
        user: Option<u32>,
        /// Component, as written (short).
        component: &'e str,
        /// Why.
        reason: &'e str,
    },
    /// A package was installed, replaced, removed or looked at by a verifier.
    Package {
        /// `session`, `installed`, `replaced`, `removed`, `failed` or `verified`.
        action: &'static str,
        /// Package.
        package: &'e str,
        /// Android user, where stated.
        user: Option<u32>,
        /// App id, where stated.
        app_id: Option<u32>,
        /// Package that installs, where stated.
        installer: Option<&'e str>,
        /// File, where stated.
        origin: Option<&'e str>,
    },
    /// A permission-guarded operation.
    Used {
        /// Package, where stated.
        package: &'e str,
        /// Linux uid, where stated.
        uid: Option<u32>,
        /// `CAMERA`, `RECORD_AUDIO` …
        op: &'e str,
        /// `accessed` or `rejected`.
        outcome: &'static str,
    },
    /// The log names an app, for something that no other event says.
    Traced {
        /// Package.
        package: &'e str,
        /// Android user, where stated.
        user: Option<u32>,
        /// What, in a word.
        what: &'static str,
    },
    /// What guards the phone changed, or was tried.
    Security {
        /// Name, as facts name it.
        event: &'static str,
        /// What it says.
        detail: &'e str,
        /// Package, where stated.
        package: Option<&'e str>,
    },
    /// A text that may hold links.
    Text {
        /// Tag of the line.
        tag: &'e str,
        /// The text.
        text: &'e str,
    },
}

/// Processes remembered, to name who logs; Android counts process ids to 32,768.
const MOST_PROCESSES: usize = 65_536;

/// Reads the lines of a log.
#[derive(Debug, Default)]
pub struct LogReader {
    layout: Layout,
    /// The header of a message in the format `long`, which stands on a line of its own.
    long: Option<(String, String)>,
    /// Whether a line was understood.
    any: bool,
    /// Whether lines in no format are texts of their own.
    any_text: bool,
    events: Events,
    unread: Unread,
}

impl LogReader {
    /// Reads a file that may be a log of another program: a line in no format is a text.
    #[must_use]
    pub fn of_any_text() -> Self {
        Self { any_text: true, ..Self::default() }
    }
}

/// What is known of a process.
#[derive(Clone, Debug, Default)]
struct Process {
    name: String,
    uid: Option<u32>,
    /// How it was last said to have ended.
    ended: Option<&'static str>,
}

#[derive(Debug, Default)]
struct Processes(HashMap<u32, Process>);

impl Processes {
    /// A process was started; whether that is new.
    fn start(&mut self, pid: u32, name: &str, uid: Option<u32>) -> bool {
        if let Some(known) = self.0.get(&pid)
            && known.name == name
            && known.ended.is_none()
        {
            return false;
        }
        if self.0.len() < MOST_PROCESSES || self.0.contains_key(&pid) {
            self.0.insert(pid, Process { name: name.to_owned(), uid, ended: None });
        }
        true
    }

    /// A process ended; whether that is new.
    fn end(&mut self, pid: u32, name: &str, how: &'static str) -> bool {
        if self.0.len() >= MOST_PROCESSES && !self.0.contains_key(&pid) {
            return true;
        }
        let process = self.0.entry(pid).or_default();
        if process.name.is_empty() {
            name.clone_into(&mut process.name);
        }
        // The runtime tells of a crash, then the system of the same one.
        let new = process.ended != Some(how);
        process.ended = Some(how);
        new
    }

    fn of(&self, pid: Option<u32>) -> Option<&Process> {
        self.0.get(&pid?)
    }
}

impl Reader for LogReader {
    type Event<'e> = LogEvent<'e>;

    fn line(&mut self, line: &Line<'_>, tell: &mut Tell<'_, Self>) {
        let bytes = line.bytes;
        if bytes.is_empty() || bytes.starts_with(b"--------- ") {
            return;
        }
        if let Some(head) = Head::read(bytes, &mut self.layout) {
            self.any = true;
            self.long = None;
            if head.message.is_empty() && head.long {
                self.long = Some((text(head.when).into_owned(), text(head.tag).into_owned()));
                return;
            }
            self.events.line(&head, &mut |event| tell(event, line.place));
            return;
        }
        // A message of several lines in the format `long`.
        if let Some((when, tag)) = &self.long {
            let head = Head {
                when: when.as_bytes(),
                tag: tag.as_bytes(),
                message: bytes,
                ..Head::default()
            };
            self.events.line(&head, &mut |event| tell(event, line.place));
        } else if self.any_text {
            let head = Head { message: bytes, ..Head::default() };
            self.events.line(&head, &mut |event| tell(event, line.place));
        } else if !self.any && !bytes.trim_ascii().is_empty() {
            // What follows a line that was understood belongs to its message.
            self.unread.add(line.place);
        }
    }

    fn unread(&self) -> Unread {
        self.unread
    }
}

/// Bytes of a line as text.
fn text(bytes: &[u8]) -> std::borrow::Cow<'_, str> {
    String::from_utf8_lossy(bytes)
}
