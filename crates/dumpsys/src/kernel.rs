//! The sections `KERNEL LOG` and `LAST KMSG`: what SELinux refused, and which processes the kernel
//! ended.
//!
//! Sources: Linux `security/selinux/avc.c` (`avc:  denied`), `mm/oom_kill.c`, and AOSP
//! `system/memory/lmkd/lmkd.cpp` (`kill_one_process`). A line begins with its level (`<6>`), where
//! that is printed, and the seconds since the phone started, `[   12.345678]`. Written after AOSP's format as known, not compared line by line.

use crate::field::word;
use crate::{Line, Reader, Tell, Unread};
use memchr::memmem;

/// What a line of the log states.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KernelEvent<'a> {
    /// SELinux refused something (or would have, where it is permissive).
    Denied {
        /// Seconds since the phone started, as written.
        at: &'a str,
        /// What, as written between the braces (`read`, `execute`).
        permissions: &'a str,
        /// All behind it, as written (`for pid=1 comm="x" … scontext=… tcontext=… tclass=file`).
        details: &'a str,
        /// Package, where stated (`app=com.x`).
        package: Option<&'a str>,
        /// Whether it was only logged, where stated.
        permissive: Option<bool>,
    },
    /// The kernel, or the daemon that watches over memory, ended a process.
    Killed {
        /// Seconds since the phone started, as written.
        at: &'a str,
        /// Name of the process as written.
        process: &'a str,
        /// Process id.
        pid: Option<u32>,
        /// Linux uid, where stated.
        uid: Option<u32>,
        /// The line as written, without the time.
        reason: &'a str,
    },
}

/// Reads the lines of the section.
#[derive(Debug, Default)]
pub struct KernelReader;

impl Reader for KernelReader {
    type Event<'e> = KernelEvent<'e>;

    fn line(&mut self, line: &Line<'_>, tell: &mut Tell<'_, Self>) {
        let denied = memmem::find(line.bytes, b"avc:  denied").is_some();
        if !denied && memmem::find(line.bytes, b"ill").is_none() {
            return;
        }
        let text = line.text();
        let Some((at, words)) = stamped(&text) else { return };
        let event = if denied { refused(at, words) } else { killed(at, words) };
        if let Some(event) = event {
            tell(&event, line.place);
        }
    }

    fn unread(&self) -> Unread {
        Unread::default()
    }
}

/// The seconds since the start and the words behind them.
fn stamped(text: &str) -> Option<(&str, &str)> {
    let (before, rest) = text.split_once('[')?;
    // `<6>` or nothing stands before the time, a processor or a thread behind it (`[T1]`).
    if before.len() > 4 {
        return None;
    }
    let (at, rest) = rest.split_once(']')?;
    let at = at.trim();
    let plain = !at.is_empty() && at.bytes().all(|b| b.is_ascii_digit() || b == b'.');
    let rest = rest.trim_start();
    let behind = rest.strip_prefix('[').and_then(|rest| rest.split_once("] "));
    plain.then_some((at, behind.map_or(rest, |(_, words)| words)))
}

fn refused<'a>(at: &'a str, words: &'a str) -> Option<KernelEvent<'a>> {
    let rest = words.split_once("avc:  denied")?.1.trim_start().strip_prefix('{')?;
    let (permissions, details) = rest.split_once('}')?;
    let details = details.trim();
    Some(KernelEvent::Denied {
        at,
        permissions: permissions.trim(),
        details,
        package: word(details, "app").filter(|name| crate::field::is_name(name)),
        permissive: word(details, "permissive").map(|flag| flag == "1"),
    })
}

/// `Out of memory: Killed process 1234 (com.x) total-vm:…, UID:10123 …` and
/// `lowmemorykiller: Kill 'com.x' (1234), uid 10123, oom_score_adj 900 …`.
fn killed<'a>(at: &'a str, words: &'a str) -> Option<KernelEvent<'a>> {
    let number = |text: &str| {
        let digits = text.bytes().take_while(u8::is_ascii_digit).count();
        text.get(..digits)?.parse::<u32>().ok()
    };
    let after = |key: &str| number(words.split_once(key)?.1);
    if let Some((_, rest)) = words.split_once("ill '")
        && words.contains("lowmemorykiller")
    {
        let (process, rest) = rest.split_once("' (")?;
        let (pid, uid) = (number(rest), after(", uid "));
        return Some(KernelEvent::Killed { at, process, pid, uid, reason: words });
    }
    let rest = words.split_once("illed process ").filter(|_| words.contains("emory"))?.1;
    let process = rest.split_once('(')?.1.split(')').next()?;
    let (pid, uid) = (number(rest), after("UID:"));
    Some(KernelEvent::Killed { at, process, pid, uid, reason: words })
}
