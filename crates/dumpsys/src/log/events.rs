//! The lists of the events log, by tag; every other line goes to [`super::texts`].

use super::head::Head;
use super::texts::{self, Crash};
use super::{LogEvent, LogWhat, Processes, text};
use std::collections::{HashMap, HashSet};

/// Tells one event.
pub(super) type Say<'t> = dyn for<'a, 'e> FnMut(&'a LogEvent<'e>) + 't;

/// What must be remembered from one line to another.
#[derive(Debug, Default)]
pub(super) struct Events {
    pub(super) processes: Processes,
    /// A crash whose lines are being read.
    pub(super) crash: Option<Crash>,
    /// Packages that posted a notification.
    noticed: Once,
    /// Processes that stopped answering.
    pub(super) hung: Once,
    /// Packages that Google Play was asked to check, by the number of the question.
    pub(super) asked: HashMap<String, String>,
}

/// Names that were seen, up to a bound, beyond which each counts as seen.
#[derive(Debug, Default)]
pub(super) struct Once(HashSet<String>);

impl Once {
    const MOST: usize = 4_096;

    /// Whether this is the first time.
    pub(super) fn first(&mut self, name: &str) -> bool {
        !self.0.contains(name) && self.0.len() < Self::MOST && self.0.insert(name.to_owned())
    }
}

impl Events {
    /// The most questions that are remembered.
    const MOST_ASKED: usize = 1_024;

    /// Google Play is asked about a package.
    pub(super) fn ask(&mut self, number: &str, package: &str) {
        let known = self.asked.contains_key(number);
        if number.len() <= 20 && (known || self.asked.len() < Self::MOST_ASKED) {
            self.asked.insert(number.to_owned(), package.to_owned());
        }
    }

    pub(super) fn line(&mut self, head: &Head<'_>, say: &mut Say<'_>) {
        match head.tag {
            b"am_proc_start"
            | b"am_proc_bound"
            | b"am_kill"
            | b"am_crash"
            | b"am_anr"
            | b"am_foreground_service_start"
            | b"am_resume_activity"
            | b"am_on_resume_called"
            | b"wm_set_resumed_activity"
            | b"wm_resume_activity"
            | b"notification_enqueue" => {
                self.listed(head, say);
            }
            _ => texts::line(self, head, say),
        }
    }

    fn listed(&mut self, head: &Head<'_>, say: &mut Say<'_>) {
        let (when, message) = (text(head.when), text(head.message));
        let Some(inner) = message.trim().strip_prefix('[') else { return };
        let inner = inner.strip_suffix(']').unwrap_or(inner);
        // A component in braces and a message may hold commas; both stand last, or nearly so.
        let parts: Vec<&str> = inner.splitn(16, ',').map(str::trim).collect();
        let part = |at: usize| parts.get(at).copied().unwrap_or_default();
        let number = |at: usize| part(at).parse::<u32>().ok();
        let mut tell = |what: LogWhat<'_>| say(&LogEvent { when: &when, what });
        match head.tag {
            b"am_proc_start" => {
                let (user, pid, uid) = (number(0), number(1), number(2));
                let component = part(5).trim_matches(['{', '}']);
                let (process, kind) = (part(3), part(4));
                if pid.is_none_or(|pid| self.processes.start(pid, process, uid)) {
                    tell(LogWhat::Started { user, uid, pid, process, kind, component });
                }
            }
            b"am_proc_bound" => {
                if let Some(pid) = number(1) {
                    self.processes.start(pid, part(2), None);
                }
            }
            b"am_kill" => {
                self.end(&[number(0), number(1)], part(2), "killed", (part(4), ""), &mut tell)
            }
            b"am_crash" => {
                let (reason, place) = crash(inner);
                let how = if part(4) == "Native crash" { "native_crash" } else { "java_crash" };
                self.end(&[number(0), number(1)], part(2), how, (&reason, &place), &mut tell);
            }
            b"am_anr" => {
                self.hung.first(part(2));
                let reason = inner.splitn(5, ',').nth(4).unwrap_or_default();
                self.end(&[number(0), number(1)], part(2), "anr", (reason, ""), &mut tell);
            }
            b"am_foreground_service_start" => tell(LogWhat::Service {
                user: number(0),
                component: part(1),
                types: part(11),
                reason: part(3),
            }),
            b"wm_set_resumed_activity" => {
                tell(LogWhat::Shown { user: number(0), component: part(1), reason: part(2) })
            }
            // User, token, task, component.
            b"wm_resume_activity" | b"am_resume_activity" => {
                tell(LogWhat::Shown { user: number(0), component: part(3), reason: "" })
            }
            b"am_on_resume_called" => {
                tell(LogWhat::Shown { user: number(0), component: part(1), reason: part(2) })
            }
            // uid and pid of who posts, then its package.
            b"notification_enqueue" if self.noticed.first(part(2)) => {
                tell(LogWhat::Traced { package: part(2), user: number(5), what: "notification" });
            }
            _ => {}
        }
    }

    /// A process ended; `told` is user and pid.
    pub(super) fn end(
        &mut self,
        told: &[Option<u32>; 2],
        process: &str,
        how: &'static str,
        (reason, place): (&str, &str),
        tell: &mut dyn FnMut(LogWhat<'_>),
    ) {
        let [user, pid] = *told;
        if pid.is_some_and(|pid| !self.processes.end(pid, process, how)) {
            return;
        }
        let uid = self.processes.of(pid).and_then(|process| process.uid);
        tell(LogWhat::Ended { user, uid, pid, process, how, signal: None, reason, place });
    }
}

/// Reason and place of `am_crash`: user, pid, process, flags, exception, message, file, line, and
/// (Android 14 on) whether it can be recovered from. The message may hold commas.
fn crash(inner: &str) -> (String, String) {
    let mut front = inner.splitn(5, ',');
    let rest = front.nth(4).unwrap_or_default();
    let (exception, rest) = rest.split_once(',').unwrap_or((rest, ""));
    let (rest, last) = rest.rsplit_once(',').unwrap_or((rest, ""));
    let (rest, before) = rest.rsplit_once(',').unwrap_or((rest, ""));
    let is_number = |text: &str| text.trim().parse::<i64>().is_ok();
    let (message, file, line) = match is_number(before) {
        true => rest
            .rsplit_once(',')
            .map_or(("", rest, before), |(message, file)| (message, file, before)),
        false => (rest, before, last),
    };
    let reason = match message.trim() {
        "" => exception.trim().to_owned(),
        message => format!("{}: {message}", exception.trim()),
    };
    let place =
        if file.is_empty() { String::new() } else { format!("{}:{}", file.trim(), line.trim()) };
    (reason, place)
}
