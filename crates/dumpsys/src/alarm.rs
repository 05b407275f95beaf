//! The service `alarm`: what will wake each app, and what did.
//!
//! Sources: AOSP `apex/jobscheduler/service/java/com/android/server/alarm/AlarmManagerService.java`
//! (`dumpImpl`, "Alarm Stats:") and `Alarm.java` (`toString`, `dump`); before Android 11
//! `services/core/java/com/android/server/AlarmManagerService.java`; Android 7 to 16.

use crate::field::{duration_ms, indent, is_name, uid};
use crate::{Line, Place, Reader, Tell, Unread};

/// What lines of alarm state.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AlarmEvent<'a> {
    /// An alarm is set.
    Set {
        /// Package name.
        package: &'a str,
        /// Tag, as written (`*walarm*:com.x/.Receiver`); absent where none is stated.
        tag: Option<&'a str>,
        /// How often it repeats, in milliseconds; 0 where it does not.
        repeat_ms: Option<u64>,
    },
    /// How often an alarm of an app went off since the phone started.
    WentOff {
        /// Linux uid.
        uid: Option<u32>,
        /// Package name.
        package: &'a str,
        /// Tag, as written.
        tag: &'a str,
        /// How often.
        count: u64,
        /// How long before the dump it last did, in milliseconds.
        last_ago_ms: Option<u64>,
    },
}

/// Reads the lines of the service.
#[derive(Debug, Default)]
pub struct AlarmReader {
    /// The alarm that is being read: package, indentation of its first line, tag.
    set: Option<(String, usize, Option<String>, Place)>,
    stats: bool,
    app: Option<(Option<u32>, String)>,
    /// Counts and last time, whose tag is on the next line.
    counted: Option<(u64, Option<u64>, Place)>,
    unread: Unread,
}

impl Reader for AlarmReader {
    type Event<'e> = AlarmEvent<'e>;

    fn line(&mut self, line: &Line<'_>, tell: &mut Tell<'_, Self>) {
        let text = line.text();
        let words = text.trim();
        if words == "Alarm Stats:" {
            self.alarm(None, tell);
            self.stats = true;
        } else if self.stats {
            self.stat(words, line.place, tell);
        } else if let Some(package) = alarm(words) {
            self.alarm(None, tell);
            self.set = Some((package.to_owned(), indent(&text), None, line.place));
        } else if let Some((_, level, tag, place)) = &mut self.set {
            let deeper = indent(&text) > *level;
            *place = place.through(line.place);
            if let Some(stated) = words.strip_prefix("tag=").filter(|_| deeper) {
                *tag = Some(stated.to_owned());
            } else if let Some((_, rest)) = words.split_once("repeatInterval=") {
                let number = rest.split(' ').next().unwrap_or_default();
                let repeat = number.parse().ok().or_else(|| duration_ms(number));
                self.alarm(repeat, tell);
            } else if !deeper {
                self.alarm(None, tell);
            }
        }
    }

    fn finish(&mut self, tell: &mut Tell<'_, Self>) {
        self.alarm(None, tell);
    }

    fn unread(&self) -> Unread {
        self.unread
    }
}

impl AlarmReader {
    /// Tells the alarm that was begun.
    fn alarm(&mut self, repeat_ms: Option<u64>, tell: &mut Tell<'_, Self>) {
        if let Some((package, _, tag, place)) = self.set.take() {
            let tag = tag.as_deref();
            tell(&AlarmEvent::Set { package: &package, tag, repeat_ms }, place);
        }
    }

    fn stat(&mut self, words: &str, place: Place, tell: &mut Tell<'_, Self>) {
        let words = words.strip_prefix("*ACTIVE* ").unwrap_or(words);
        if let Some((count, last_ago_ms, first)) = self.counted.take() {
            let Some((uid, package)) = &self.app else { return };
            let place = first.through(place);
            let event = AlarmEvent::WentOff { uid: *uid, package, tag: words, count, last_ago_ms };
            tell(&event, place);
        } else if let Some((_, rest)) = words.split_once(" wakes ") {
            let (count, rest) = rest.split_once(" alarms").unwrap_or((rest, ""));
            let last = rest.strip_prefix(", last ").map(|last| last.trim_end_matches(':'));
            match count.parse() {
                Ok(count) => self.counted = Some((count, last.and_then(duration_ms), place)),
                Err(_) => self.unread.add(place),
            }
        } else if words.ends_with(" wakeups:") && words.contains(" running, ") {
            // Up to Android 5 the uid is left out.
            let app = words.split(' ').next().unwrap_or_default();
            let (owner, package) = match app.split_once(':') {
                Some((owner, package)) => (uid(owner), package),
                None => (None, app),
            };
            self.app = is_name(package).then(|| (owner, package.to_owned()));
            if self.app.is_none() {
                self.unread.add(place);
            }
        } else if words.is_empty() {
            self.stats = self.app.is_none();
        }
    }
}

/// The package in `RTC_WAKEUP #0: Alarm{1a2b type 0 origWhen 1 whenElapsed 2 com.x}` (its first
/// words differ: `ELAPSED #1:`, a time since Android 12).
fn alarm(words: &str) -> Option<&str> {
    let (before, rest) = words.split_once(": Alarm{")?;
    let numbered = before.rsplit_once('#').is_some_and(|(_, number)| number.parse::<u32>().is_ok());
    let package = rest.strip_suffix('}')?.rsplit(' ').next()?;
    (numbered && is_name(package)).then_some(package)
}
