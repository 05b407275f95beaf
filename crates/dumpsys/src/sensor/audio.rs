//! The service `audio`: which apps record sound now, and the log of recordings since the phone
//! started.
//!
//! Source: AOSP `services/core/java/com/android/server/audio/RecordingActivityMonitor.java`
//! (`dump`, `RecordingEvent`, Android 9 to 16; 10 on with `riid`), and
//! `media/java/android/media/AudioRecordingConfiguration.java` (`dump`). A recording that the
//! system feeds with silence, since the app is not on the screen, is written `silenced`.

use super::{SensorUse, Tell, between, dated};
use crate::field::is_name;
use crate::{Line, Outcome, Place, Reader, Unread};
use std::collections::HashMap;

/// How many recordings may be open at a time; the log itself has room for 50 lines.
const MAX_OPEN: usize = 1_000;

/// Reads the lines of the service: a recording is told once, from its first line in the log
/// to the line that ends it.
#[derive(Debug, Default)]
pub struct AudioReader {
    /// Recordings that began, by `riid` (before Android 10: by session).
    open: HashMap<u32, Recording>,
    /// Whether the last `riid …; active? …` says that it goes on.
    active: Option<bool>,
    unread: Unread,
}

#[derive(Debug)]
struct Recording {
    package: String,
    uid: Option<u32>,
    source: String,
    at: String,
    place: Place,
    silenced: bool,
}

impl Reader for AudioReader {
    type Event<'e> = SensorUse<'e>;

    fn line(&mut self, line: &Line<'_>, tell: &mut Tell<'_>) {
        let bytes = line.bytes.trim_ascii_start();
        if bytes.starts_with(b"riid ") {
            self.active = Some(line.text().contains("active? true"));
        } else if bytes.starts_with(b"session:") {
            self.now(&line.text(), line.place, tell);
        } else if bytes.first().is_some_and(u8::is_ascii_digit) {
            let text = line.text();
            if let Some((at, rest)) = dated(&text)
                && let Some(rest) = rest.trim_start().strip_prefix("rec ")
            {
                self.event(at, rest, line.place, tell);
            }
        }
    }

    fn finish(&mut self, tell: &mut Tell<'_>) {
        let mut open: Vec<Recording> = self.open.drain().map(|(_, one)| one).collect();
        open.sort_by_key(|one| one.place.line);
        for one in open {
            one.tell(None, one.place, tell);
        }
    }

    fn unread(&self) -> Unread {
        self.unread
    }
}

impl AudioReader {
    /// `stop riid:159 uid:10166 session:201 src:MIC not silenced pack:com.x`.
    fn event(&mut self, at: &str, rest: &str, place: Place, tell: &mut Tell<'_>) {
        let event = rest.split(' ').next().unwrap_or_default();
        let value = |key: &str| {
            let at = rest.find(key)? + key.len();
            rest.get(at..)?.split(' ').next().filter(|value| !value.is_empty())
        };
        let id = value(" riid:").or_else(|| value(" session:"));
        let (Some(id), Some(package)) =
            (id.and_then(|id| id.parse().ok()), value(" pack:").filter(|name| is_name(name)))
        else {
            // Recordings of the system itself name no package.
            if value(" uid:").is_none() {
                self.unread.add(place);
            }
            return;
        };
        let silenced = rest.contains(" silenced") && !rest.contains(" not silenced");
        let ends = matches!(event, "stop" | "release");
        if let Some(begun) = self.open.get_mut(&id) {
            begun.silenced &= silenced;
            if ends && let Some(begun) = self.open.remove(&id) {
                begun.tell(between(&begun.at, at), begun.place.through(place), tell);
            }
            return;
        }
        let one = Recording {
            package: package.to_owned(),
            uid: value(" uid:").and_then(|uid| uid.parse().ok()),
            source: value(" src:").unwrap_or_default().to_owned(),
            at: at.to_owned(),
            place,
            silenced,
        };
        // The log is a ring: what it ends may have begun before it.
        if ends || self.open.len() >= MAX_OPEN {
            one.tell(None, place, tell);
        } else {
            self.open.insert(id, one);
        }
    }

    /// `session:20857 -- source client=MIC, dev=… -- uid:10171 -- patch:2329 -- pack:com.x -- …`.
    fn now(&mut self, text: &str, place: Place, tell: &mut Tell<'_>) {
        let fields = || text.split(" -- ").map(str::trim);
        let value = |key| fields().find_map(|field| field.strip_prefix(key));
        let active = self.active.take().unwrap_or(true);
        let Some(package) = value("pack:").filter(|name| is_name(name)) else { return };
        if !active {
            return;
        }
        let source = value("source client=").and_then(|rest| rest.split(',').next());
        let used = SensorUse {
            package,
            uid: value("uid:").and_then(|uid| uid.parse().ok()),
            outcome: Outcome::Running,
            part: source,
            ..SensorUse::of(op(source.unwrap_or_default()))
        };
        tell(&used, place);
    }
}

impl Recording {
    fn tell(&self, duration_ms: Option<u64>, place: Place, tell: &mut Tell<'_>) {
        let used = SensorUse {
            package: &self.package,
            uid: self.uid,
            outcome: if self.silenced { Outcome::Rejected } else { Outcome::Accessed },
            at: Some(&self.at),
            duration_ms,
            part: Some(&self.source),
            ..SensorUse::of(op(&self.source))
        };
        tell(&used, place);
    }
}

/// The operation that a source of sound stands for (`MediaRecorder.AudioSource`).
pub(super) fn op(source: &str) -> &'static str {
    match source {
        // What the phone plays, not what is said beside it.
        "REMOTE_SUBMIX" | "ECHO_REFERENCE" => "RECORD_AUDIO_OUTPUT",
        "HOTWORD" => "RECORD_AUDIO_HOTWORD",
        _ => "RECORD_AUDIO",
    }
}
