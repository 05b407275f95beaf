//! The service `dropbox`: crashes, hangs and starts of the phone, kept over restarts. A bug report
//! lists all entries, and prints the texts of some in sections of its own.
//!
//! Sources: AOSP `services/core/java/com/android/server/DropBoxManagerService.java` (`dump`,
//! Android 7 to 16: `2026-06-10 09:02:08 data_app_crash (text, 1774 bytes)`; with `-p` each behind a
//! line of `=` and with its text), `am/ActivityManagerService.java` (`appendDropBoxProcessHeaders`),
//! `core/java/com/android/server/BootReceiver.java` (tags), `cmds/dumpstate/dumpstate.cpp` (sections).
//! The first was compared with AOSP's mirror, the headers with texts on pages about crashes.

use crate::field::is_date;
use crate::{Line, Place, Reader, Tell, Unread};

/// An entry of the drop box. What stands in its text is absent where it was only listed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DropboxEntry {
    /// When, on the phone's clock, as written.
    pub at: String,
    /// What it is (`data_app_crash`, `system_server_watchdog`, `SYSTEM_BOOT` …).
    pub tag: String,
    /// Name of the process.
    pub process: Option<String>,
    /// Package it ran for, without its version.
    pub package: Option<String>,
    /// Process id.
    pub pid: Option<u32>,
    /// Linux uid.
    pub uid: Option<u32>,
    /// Signal (`SIGSEGV`), where one ended it.
    pub signal: Option<String>,
    /// What was hung or thrown: the subject, or the first line behind the headers.
    pub reason: Option<String>,
    /// Top frame of the stack of a native crash.
    pub frame: Option<String>,
}

/// Reads the lines of the service, or of a section that prints entries.
#[derive(Debug, Default)]
pub struct DropboxReader {
    entry: Option<(DropboxEntry, Place)>,
    /// Whether texts are printed: then entries stand behind a line of `=`.
    printed: bool,
    /// Whether the line before was one.
    divided: bool,
    /// Whether the headers of the text are over.
    body: bool,
    unread: Unread,
}

/// Between printed entries.
const DIVIDER: &str = "========================================";

impl Reader for DropboxReader {
    type Event<'e> = DropboxEntry;

    fn line(&mut self, line: &Line<'_>, tell: &mut Tell<'_, Self>) {
        let text = line.text();
        let divided = std::mem::take(&mut self.divided);
        if text == DIVIDER {
            self.end(tell);
            (self.printed, self.divided) = (true, true);
            return;
        }
        // An app's own text may look like an entry.
        if divided || !self.printed {
            match head(&text) {
                Some(entry) => {
                    self.end(tell);
                    self.entry = Some((entry, line.place));
                    self.body = false;
                }
                None if divided || is_date(&text) => self.unread.add(line.place),
                None => {}
            }
        } else if let Some((entry, _)) = &mut self.entry {
            self.body = inside(entry, &text, self.body);
        }
    }

    fn finish(&mut self, tell: &mut Tell<'_, Self>) {
        self.end(tell);
    }

    fn unread(&self) -> Unread {
        self.unread
    }
}

impl DropboxReader {
    fn end(&mut self, tell: &mut Tell<'_, Self>) {
        if let Some((entry, place)) = self.entry.take() {
            tell(&entry, place);
        }
    }
}

/// `2026-06-10 09:02:08 data_app_crash (compressed text, 1774 bytes)`.
fn head(text: &str) -> Option<DropboxEntry> {
    if !is_date(text) {
        return None;
    }
    let (at, rest) = text.split_at(text.char_indices().nth(19)?.0);
    let (tag, state) = rest.strip_prefix(' ')?.split_once(" (")?;
    let sound = !tag.is_empty() && tag.len() <= 200 && state.ends_with(')');
    sound.then(|| DropboxEntry { at: at.into(), tag: tag.into(), ..DropboxEntry::default() })
}

/// Takes a line of an entry's text; whether its headers are over.
fn inside(entry: &mut DropboxEntry, text: &str, body: bool) -> bool {
    let words = text.trim();
    if let Some(rest) = words.strip_prefix("pid: ").filter(|_| entry.process.is_none()) {
        // As tombstones write it: `pid: 224, tid: 224, name: x  >>> /system/bin/x <<<`.
        if let Some((_, name)) = words.split_once(">>> ")
            && let Some((name, _)) = name.rsplit_once(" <<<")
        {
            entry.process = Some(short(name.split(' ').next().unwrap_or(name)));
            entry.pid = rest.split(',').next().and_then(|pid| pid.parse().ok());
        }
        return true;
    }
    if let Some(rest) = words.strip_prefix("signal ").filter(|_| entry.signal.is_none()) {
        let name = rest.split_once('(').and_then(|(_, rest)| rest.split(')').next());
        entry.signal = name.map(short);
        return true;
    }
    if let Some(frame) = words.strip_prefix("#00 pc ").filter(|_| entry.frame.is_none()) {
        let frame = frame.split_once(' ').map_or("", |(_, rest)| rest).trim();
        entry.frame = Some(short(frame.split(" (BuildId: ").next().unwrap_or(frame)));
        return true;
    }
    if body {
        if entry.reason.is_none() && entry.signal.is_none() && !words.is_empty() {
            let plain = !words.starts_with(['*', '-']) && !words.contains(": '");
            entry.reason = plain.then(|| short(words));
        }
        return true;
    }
    match words.split_once(": ") {
        _ if words.is_empty() => return true,
        Some(("Process", name)) => entry.process = Some(short(name)),
        Some(("PID", pid)) => entry.pid = pid.trim().parse().ok(),
        Some(("UID", uid)) => entry.uid = uid.trim().parse().ok(),
        Some(("Package", name)) if entry.package.is_none() => {
            entry.package = Some(short(name.split(' ').next().unwrap_or(name)));
        }
        Some(("Subject", why)) => entry.reason = Some(short(why)),
        _ => {}
    }
    false
}

/// A value within bounds.
fn short(text: &str) -> String {
    text.chars().take(1_000).collect()
}
