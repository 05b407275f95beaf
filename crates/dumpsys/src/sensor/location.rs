//! The service `location`: which apps ask where the phone is, and for how long they did since it
//! started.
//!
//! Sources: AOSP `services/core/java/com/android/server/location/`: `LocationRequestStatistics`
//! (Android 7 to 11: `com.x: gps: Min interval …: Duration requested 340 total, 12 foreground, out
//! of the last 345 minutes: Currently active`; 11 names the provider first); `eventlog/LocationEventLog` (12 to 16: the totals
//! `10123/com.x: min/max interval = …, total/active/foreground duration = …, locations = 9`, and
//! the log `10-01 16:19:36.452: gps provider +registration 10123/com.x/1A2B3C4D -> Request[…]`),
//! with `util/identity/CallerIdentity.toString`.
//!
//! What is told has the operation `MONITOR_LOCATION`: that an app asked to be kept informed.

use super::{SensorUse, Tell, between, dated};
use crate::field::{ascii_digits, duration_ms, is_name};
use crate::{Line, Outcome, Place, Reader, Unread};
use memchr::memmem;
use std::collections::HashMap;

/// How many registrations of the log may be open at a time; the log has room for 600 lines.
const MAX_OPEN: usize = 5_000;

/// Time in the background from which an app counts as having asked there, in milliseconds: the
/// totals are a few milliseconds apart even for an app that never left the screen.
const BACKGROUND: u64 = 1_000;

/// Reads the lines of the service.
#[derive(Debug, Default)]
pub struct LocationReader {
    part: Part,
    /// The provider whose totals follow (Android 12 on).
    provider: String,
    /// Registrations of the log, by provider and who asked.
    open: HashMap<String, (String, Place)>,
    unread: Unread,
}

#[derive(Debug, Default, PartialEq)]
enum Part {
    #[default]
    Other,
    /// `Historical Records by Provider:`, Android 7 to 11.
    Records,
    /// `Historical Aggregate Location Provider Data:`, Android 12 on.
    Totals,
}

impl Reader for LocationReader {
    type Event<'e> = SensorUse<'e>;

    fn line(&mut self, line: &Line<'_>, tell: &mut Tell<'_>) {
        let bytes = line.bytes.trim_ascii();
        if bytes.is_empty() {
            return;
        }
        if bytes.starts_with(b"Historical Records by Provider:") {
            self.part = Part::Records;
        } else if bytes.starts_with(b"Historical Aggregate Location Provider Data:") {
            self.part = Part::Totals;
        } else if memmem::find(bytes, b"registration ").is_some() {
            self.event(&line.text(), line.place, tell);
        } else if self.part == Part::Records {
            self.record(&line.text(), line.place, tell);
        } else if self.part == Part::Totals {
            self.total(&line.text(), line.place, tell);
        }
    }

    fn finish(&mut self, tell: &mut Tell<'_>) {
        let mut open: Vec<_> = self.open.drain().collect();
        open.sort_by_key(|(_, (_, place))| place.line);
        for (key, (at, place)) in open {
            tell_registration(&key, &at, None, place, tell);
        }
    }

    fn unread(&self) -> Unread {
        self.unread
    }
}

impl LocationReader {
    /// `    com.x: gps: Interval 1 seconds: Duration requested 3 total, 1 foreground, …`.
    fn record(&mut self, text: &str, place: Place, tell: &mut Tell<'_>) {
        let mut fields = text.trim().split(": ");
        let (first, second) = (fields.next(), fields.next());
        let requested = text.split_once(": Duration requested ").map(|(_, rest)| rest);
        let (Some(first), Some(second), Some(requested)) = (first, second, requested) else {
            // The next part stands less deep.
            if text.starts_with("    ") {
                self.unread.add(place);
            } else {
                self.part = Part::Other;
            }
            return;
        };
        // Android 11 names the provider first.
        let turned = ["gps", "network", "passive", "fused"].contains(&first);
        let (package, provider) = if turned { (second, first) } else { (first, second) };
        if !is_name(package) {
            return self.unread.add(place);
        }
        let minutes = |word: &str| -> Option<u64> {
            let before = requested.split_once(word)?.0;
            before.rsplit([' ', ',']).next()?.parse().ok()
        };
        let (total, foreground) = (minutes(" total"), minutes(" foreground"));
        // Android 7 states no time in the foreground.
        let behind = total.zip(foreground).is_some_and(|(total, foreground)| total > foreground);
        let active = text.trim_end().ends_with(": Currently active");
        let used = SensorUse {
            package,
            outcome: if active { Outcome::Running } else { Outcome::Accessed },
            background: behind,
            duration_ms: total.and_then(|minutes| minutes.checked_mul(60_000)),
            part: Some(provider),
            ..SensorUse::of("MONITOR_LOCATION")
        };
        tell(&used, place);
    }

    /// `      10123/com.x[tag]: min/max interval = …, total/active/foreground duration = a/b/c, …`.
    fn total(&mut self, text: &str, place: Place, tell: &mut Tell<'_>) {
        let words = text.trim();
        let Some((who, rest)) = words.split_once(": min/max interval = ") else {
            match words.strip_suffix(':') {
                Some(provider) if text.starts_with("    ") && is_name(provider) => {
                    provider.clone_into(&mut self.provider);
                }
                _ => self.part = Part::Other,
            }
            return;
        };
        let durations = rest.split_once("total/active/foreground duration = ");
        let durations = durations.and_then(|(_, rest)| rest.split(',').next());
        let mut durations = durations.into_iter().flat_map(|list| list.split('/'));
        let (_, active, foreground) = (durations.next(), durations.next(), durations.next());
        let active = active.and_then(duration_ms);
        let foreground = foreground.and_then(duration_ms);
        let Some((uid, package)) = identity(who) else { return self.unread.add(place) };
        let used = SensorUse {
            package,
            uid,
            background: active
                .zip(foreground)
                .is_some_and(|(all, seen)| all.saturating_sub(seen) > BACKGROUND),
            duration_ms: active,
            part: Some(&self.provider),
            ..SensorUse::of("MONITOR_LOCATION")
        };
        tell(&used, place);
    }

    /// `10-01 16:19:36.452: gps provider -registration 10123/com.x/1A2B3C4D`.
    fn event(&mut self, text: &str, place: Place, tell: &mut Tell<'_>) {
        // `LocalEventLog` writes the time with the digits of the phone's language.
        let western = (!text.is_ascii()).then(|| ascii_digits(text));
        let text = western.as_deref().unwrap_or(text);
        let Some((at, rest)) = dated(text) else {
            if text.trim_start().starts_with(char::is_numeric) {
                self.unread.add(place);
            }
            return;
        };
        let rest = rest.trim_start_matches(':').trim_start();
        let Some((provider, what)) = rest.split_once(" provider ") else { return };
        if let Some(who) = what.strip_prefix("+registration ") {
            let who = who.split(" -> ").next().unwrap_or(who);
            let key = format!("{provider} {}", who.trim_end());
            if identity(who).is_none() {
                self.unread.add(place);
            } else if self.open.len() < MAX_OPEN {
                self.open.insert(key, (at.to_owned(), place));
            } else {
                tell_registration(&key, at, None, place, tell);
            }
        } else if let Some(who) = what.strip_prefix("-registration ") {
            let key = format!("{provider} {}", who.trim());
            // The log is a ring: what ends may have begun before it.
            if let Some((begun, first)) = self.open.remove(&key) {
                let place = first.through(place);
                tell_registration(&key, &begun, between(&begun, at), place, tell);
            } else if identity(who).is_some() {
                tell_registration(&key, at, None, place, tell);
            } else {
                self.unread.add(place);
            }
        }
    }
}

/// Tells a registration of the log; `key` is the provider, a space, and who asked.
fn tell_registration(
    key: &str,
    at: &str,
    duration_ms: Option<u64>,
    place: Place,
    tell: &mut Tell<'_>,
) {
    if let Some((provider, who)) = key.split_once(' ')
        && let Some((uid, package)) = identity(who)
    {
        let used = SensorUse {
            package,
            uid,
            at: Some(at),
            duration_ms,
            part: Some(provider),
            ..SensorUse::of("MONITOR_LOCATION")
        };
        tell(&used, place);
    }
}

/// Uid and package of `10123/com.x[tag]/1A2B3C4D`.
pub(crate) fn identity(who: &str) -> Option<(Option<u32>, &str)> {
    let (uid, rest) = who.trim().split_once('/')?;
    let package = rest.split(['/', '[', ' ']).next().filter(|name| is_name(name))?;
    Some((Some(crate::field::uid(uid)?), package))
}
