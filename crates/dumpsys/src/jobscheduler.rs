//! The service `jobscheduler`: work that apps planned, and which of it ran.
//!
//! Sources: AOSP `apex/jobscheduler/service/java/com/android/server/job/JobSchedulerService.java`
//! (`dumpInternal`), `controllers/JobStatus.java` (`printUniqueId`, `toShortStringExceptUniqueId`)
//! and `JobPackageTracker.java` (`dumpHistory`); before Android 11 below
//! `services/core/java/…/job/`; Android 7 to 16.

use crate::field::{component, duration_ms, uid};
use crate::{Line, Reader, Tell, Unread};

/// What a line of jobscheduler states.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum JobEvent<'a> {
    /// A job is planned.
    Planned {
        /// Linux uid of who planned it.
        uid: Option<u32>,
        /// Package name.
        package: &'a str,
        /// Class of its service, full.
        class: String,
    },
    /// A job started or stopped.
    Ran {
        /// Linux uid.
        uid: Option<u32>,
        /// What ran: a component, or what its owner calls it (`@sync/…`, `*job*/…`).
        tag: &'a str,
        /// Package and class, where the tag is a component.
        component: Option<(&'a str, String)>,
        /// `START`, `STOP`, `START-P` or `STOP-P` (periodic).
        what: &'a str,
        /// How long before the dump, in milliseconds.
        ago_ms: u64,
        /// Why it stopped, as written.
        reason: Option<&'a str>,
    },
}

/// Reads the lines of the service.
#[derive(Debug, Default)]
pub struct JobReader {
    history: bool,
    unread: Unread,
}

impl Reader for JobReader {
    type Event<'e> = JobEvent<'e>;

    fn line(&mut self, line: &Line<'_>, tell: &mut Tell<'_, Self>) {
        let text = line.text();
        let words = text.trim();
        if words == "Job history:" {
            self.history = true;
        } else if let Some(rest) = words.strip_prefix("JOB ") {
            // Lists of jobs that run or wait name them by the same words behind other ones.
            let Some((id, rest)) = rest.split_once(": ") else { return };
            let named = rest.split_once(' ').and_then(|(_, name)| component(name.trim()));
            match named {
                Some((package, class)) => {
                    tell(&JobEvent::Planned { uid: owner(id), package, class }, line.place);
                }
                None => self.unread.add(line.place),
            }
        } else if self.history {
            match ran(words) {
                Some(event) => tell(&event, line.place),
                None => self.history = false,
            }
        }
    }

    fn unread(&self) -> Unread {
        self.unread
    }
}

/// The uid in `#u0a123/45` and `name-space:u0a123/45`.
fn owner(id: &str) -> Option<u32> {
    let (owner, _) = id.rsplit_once('/')?;
    uid(owner.rsplit([':', '#']).next()?)
}

/// `-1h2m3s4ms   STOP: #u0a123/45 com.x/.Job app called jobFinished`.
fn ran(words: &str) -> Option<JobEvent<'_>> {
    let (ago, rest) = words.split_once(' ')?;
    let ago_ms = duration_ms(ago)?;
    let (what, rest) = rest.trim_start().split_once(": #")?;
    if !matches!(what, "START" | "STOP" | "START-P" | "STOP-P") {
        return None;
    }
    let (id, rest) = rest.split_once(' ')?;
    let (tag, reason) = match rest.split_once(' ') {
        Some((tag, reason)) => (tag, Some(reason)),
        None => (rest, None),
    };
    let component = component(tag.strip_prefix("*job*/").unwrap_or(tag));
    Some(JobEvent::Ran { uid: owner(id), tag, component, what, ago_ms, reason })
}
