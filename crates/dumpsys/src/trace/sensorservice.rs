//! The service `sensorservice`: which apps listened to the phone's sensors (motion, light,
//! heart rate) since it started.
//!
//! Source: AOSP `frameworks/native/services/sensorservice/SensorService.cpp`, `dump` and
//! `SensorRegistrationInfo::dump` (Android 7 to 16): `11:24:56 + 0x0000000b pid= 2819 uid=10112
//! package=com.x.Listener samplingPeriod=200000us batchingPeriod=0us`. What stands behind `package=`
//! is the name of the listening class, and the time has no date.

use super::{Told, Trace};
use crate::{Line, Reader, Tell, Unread};
use memchr::memmem;

/// The first uid of apps (`Process.FIRST_APPLICATION_UID`): the system listens all the time.
const FIRST_APP: u32 = 10_000;

/// Reads the lines of the service: each listener of an app once, at its last registration.
#[derive(Debug, Default)]
pub struct SensorServiceReader {
    told: Told,
    unread: Unread,
}

impl Reader for SensorServiceReader {
    type Event<'e> = Trace<'e>;

    fn line(&mut self, line: &Line<'_>, tell: &mut Tell<'_, Self>) {
        if memmem::find(line.bytes, b" + 0x").is_none() {
            return;
        }
        let text = line.text();
        let words = text.trim();
        let (Some(last), Some((_, rest)), Some((_, class))) = (
            words.get(..8).filter(|at| is_clock(at)),
            words.split_once("uid="),
            words.split_once("package="),
        ) else {
            return;
        };
        let uid: Option<u32> = rest.split_ascii_whitespace().next().and_then(|id| id.parse().ok());
        let Some(uid) = uid else { return self.unread.add(line.place) };
        let class = class.split(' ').next().unwrap_or(class);
        if uid >= FIRST_APP && self.told.first(&format!("{uid} {class}")) {
            let (uid, last) = (Some(uid), Some(last));
            tell(&Trace { uid, what: class, last, ..Trace::default() }, line.place);
        }
    }

    fn unread(&self) -> Unread {
        self.unread
    }
}

/// Whether a text has the form `11:24:56`.
fn is_clock(text: &str) -> bool {
    text.bytes().enumerate().all(|(at, byte)| match at {
        2 | 5 => byte == b':',
        _ => byte.is_ascii_digit(),
    })
}
