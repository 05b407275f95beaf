//! The lines that divide a dump: sections of dumpstate, services of dumpsys, and their ends.
//!
//! Sources: AOSP `cmds/dumpstate/dumpstate.cpp` and `DumpstateUtil.cpp` (section headers,
//! `DurationReporter`, "timed out after"), `cmds/dumpsys/dumpsys.cpp` (`writeDumpHeader`,
//! `writeDumpFooter`, "DUMP TIMEOUT"); Android 5 to 16.

use crate::Place;
use std::borrow::Cow;

/// What kind of block.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum BlockKind {
    /// `------ NAME (command) ------` of dumpstate.
    Section,
    /// `DUMP OF SERVICE name:` of dumpsys.
    Service,
}

/// Priority of a service's dump, where its header states one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Priority {
    /// None stated.
    #[default]
    Normal,
    /// `CRITICAL`.
    Critical,
    /// `HIGH`.
    High,
}

/// A block that starts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Block<'a> {
    /// What kind.
    pub kind: BlockKind,
    /// Its name (`package`, `SYSTEM PROPERTIES`).
    pub name: Cow<'a, str>,
    /// The command of a section (`getprop`); empty where none is stated.
    pub command: Cow<'a, str>,
    /// Priority of a service's dump.
    pub priority: Priority,
    /// Its header line.
    pub place: Place,
}

/// How a block ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ending {
    /// By the line that states how long it took.
    Stated,
    /// By the start of the next block (Android before 8 writes no such line for services).
    NextBlock,
    /// By the end of the text.
    TextEnd,
}

/// A block that ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Closed {
    /// What kind.
    pub kind: BlockKind,
    /// Its name.
    pub name: String,
    /// From the start of its header to the start of what ended it.
    pub place: Place,
    /// How it ended.
    pub ending: Ending,
    /// Whether dumpsys or dumpstate say that they gave up waiting for it.
    pub timed_out: bool,
    /// When the dump of a service ended, on the phone's clock as written, where stated.
    pub ended_at: Option<String>,
}

/// A line that is not a block's own content.
pub(crate) enum Mark<'a> {
    Opens {
        kind: BlockKind,
        name: &'a [u8],
        command: &'a [u8],
        priority: Priority,
    },
    ServiceEnd,
    SectionEnd,
    /// Dashes only: may announce a service, may be content.
    Dashes,
    Header,
    Done,
    ServiceTimeout,
    CommandTimeout,
}

/// What `line` marks, if anything. `line` starts with `-`, `D`, `=` or `*`.
pub(crate) fn mark(line: &[u8]) -> Option<Mark<'_>> {
    match line.first()? {
        b'-' => dashes(line),
        b'D' => service(line.strip_prefix(b"DUMP OF SERVICE ")?),
        b'=' => {
            let rest = line.strip_prefix(b"== dumpstate: ")?;
            Some(if rest.starts_with(b"done") { Mark::Done } else { Mark::Header })
        }
        b'*' => {
            let rest = line.strip_prefix(b"*** ")?;
            if rest.starts_with(b"SERVICE '") && contains(rest, b"DUMP TIMEOUT") {
                Some(Mark::ServiceTimeout)
            } else if rest.starts_with(b"command '") && contains(rest, b"timed out after") {
                Some(Mark::CommandTimeout)
            } else {
                None
            }
        }
        _ => None,
    }
}

fn contains(text: &[u8], what: &[u8]) -> bool {
    memchr::memmem::find(text, what).is_some()
}

fn dashes(line: &[u8]) -> Option<Mark<'_>> {
    if let Some(rest) = line.strip_prefix(b"------ ") {
        let inner = rest.strip_suffix(b" ------")?;
        if contains(inner, b" was the duration of ") {
            return Some(Mark::SectionEnd);
        }
        let (name, command) = match inner.strip_suffix(b")") {
            Some(open) => match memchr::memmem::find(open, b" (") {
                Some(at) => (open.get(..at)?, open.get(at + 2..)?),
                None => (inner, &b""[..]),
            },
            None => (inner, &b""[..]),
        };
        let kind = BlockKind::Section;
        return Some(Mark::Opens { kind, name, command, priority: Priority::Normal });
    }
    if line.starts_with(b"--------- ") {
        // `--------- beginning of main` is logcat's.
        return contains(line, b" was the duration of dumpsys ").then_some(Mark::ServiceEnd);
    }
    (line.len() >= 20 && line.iter().all(|b| *b == b'-')).then_some(Mark::Dashes)
}

fn service(rest: &[u8]) -> Option<Mark<'_>> {
    let (priority, rest) = if let Some(rest) = rest.strip_prefix(b"CRITICAL ") {
        (Priority::Critical, rest)
    } else if let Some(rest) = rest.strip_prefix(b"HIGH ") {
        (Priority::High, rest)
    } else {
        (Priority::Normal, rest.strip_prefix(b"NORMAL ").unwrap_or(rest))
    };
    let name = rest.trim_ascii_end().strip_suffix(b":")?;
    let kind = BlockKind::Service;
    (!name.is_empty()).then_some(Mark::Opens { kind, name, command: b"", priority })
}
