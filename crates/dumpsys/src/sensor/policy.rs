//! The service `media.audio_policy`: which uids record sound at this moment, as the native side
//! sees it; `audio` has their packages.
//!
//! Source: `frameworks/av/services/audiopolicy/common/managerdefinitions/src/ClientDescriptor.cpp`,
//! `ClientDescriptor::dump` and `RecordClientDescriptor::dump`, in two public copies: the form of
//! about Android 10 to 12 (`- Port Id: 5 Session Id: 9 UID: 10123`) and the later one
//! (`Port ID: 5; Session ID: 9; uid 10123; State: Active`). Numbers of sources are
//! `audio_source_t`'s, from memory. What plays sound has a line `Stream:` instead of `Source:`.

use super::{SensorUse, Tell, audio};
use crate::{Line, Outcome, Place, Reader, Unread};

/// The first uid of apps within a user (`Process.FIRST_APPLICATION_UID`).
const FIRST_APP: u32 = 10_000;

/// Reads the lines of the service: each client of an app that records.
#[derive(Debug, Default)]
pub struct AudioPolicyReader {
    /// Uid of the client, whether it is at work, and where it stands.
    client: Option<(u32, bool, Place)>,
    unread: Unread,
}

impl Reader for AudioPolicyReader {
    type Event<'e> = SensorUse<'e>;

    fn line(&mut self, line: &Line<'_>, tell: &mut Tell<'_>) {
        // ` 1. ` or `- ` stands before.
        let start = line.bytes.iter().position(u8::is_ascii_alphabetic);
        let words = start.and_then(|start| line.bytes.get(start..)).unwrap_or_default();
        if words.starts_with(b"Port I") {
            let text = line.text();
            let uid = ["UID: ", "uid "].iter().find_map(|key| {
                let (_, rest) = text.split_once(key)?;
                rest.split(|c: char| !c.is_ascii_digit()).next()?.parse().ok()
            });
            self.client = uid.map(|uid| (uid, text.contains("State: Active"), line.place));
            if uid.is_none() {
                self.unread.add(line.place);
            }
        } else if words.starts_with(b"Stream:") {
            self.client = None;
        } else if let Some((_, active, _)) = &mut self.client {
            if words.starts_with(b"State: Active") {
                *active = true;
            } else if words.starts_with(b"Source: ") {
                self.source(line, tell);
            }
        }
    }

    fn unread(&self) -> Unread {
        self.unread
    }
}

impl AudioPolicyReader {
    fn source(&mut self, line: &Line<'_>, tell: &mut Tell<'_>) {
        let Some((uid, active, place)) = self.client.take() else { return };
        if !active || uid % 100_000 < FIRST_APP {
            return;
        }
        let text = line.text();
        let number = text.split_once("Source: ").map(|(_, rest)| rest);
        let number = number.and_then(|rest| rest.split(|c: char| !c.is_ascii_digit()).next());
        let Some(source) = number.filter(|number| !number.is_empty()).map(source) else {
            return self.unread.add(line.place);
        };
        let used = SensorUse {
            uid: Some(uid),
            outcome: Outcome::Running,
            part: Some(source),
            ..SensorUse::of(audio::op(source))
        };
        tell(&used, place.through(line.place));
    }
}

/// `MediaRecorder.AudioSource` by number; one that is not known stays its number.
fn source(number: &str) -> &str {
    match number {
        "0" => "DEFAULT",
        "1" => "MIC",
        "2" => "VOICE_UPLINK",
        "3" => "VOICE_DOWNLINK",
        "4" => "VOICE_CALL",
        "5" => "CAMCORDER",
        "6" => "VOICE_RECOGNITION",
        "7" => "VOICE_COMMUNICATION",
        "8" => "REMOTE_SUBMIX",
        "9" => "UNPROCESSED",
        "10" => "VOICE_PERFORMANCE",
        "1997" => "ECHO_REFERENCE",
        "1998" => "FM_TUNER",
        "1999" => "HOTWORD",
        other => other,
    }
}
