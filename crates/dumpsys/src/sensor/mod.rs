//! When apps recorded sound, took pictures, asked where the phone is or drew over the screen, as
//! the services that let them state it.
//!
//! One file a service. Each reader takes the lines of its service and tells each [`SensorUse`].

mod audio;
mod camera;
mod location;
mod policy;
mod privacy;
mod window;

pub use audio::AudioReader;
pub use camera::CameraReader;
pub use location::LocationReader;
pub(crate) use location::identity;
pub use policy::AudioPolicyReader;
pub use privacy::{SensorPrivacyReader, SensorSwitch};
pub use window::WindowReader;

use crate::{Outcome, Place};

/// An app used something that guards a person's privacy.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SensorUse<'a> {
    /// The operation, as `appops` names it (`RECORD_AUDIO`, `CAMERA`, `MONITOR_LOCATION` …).
    pub op: &'static str,
    /// Package name.
    pub package: &'a str,
    /// Linux uid, where stated.
    pub uid: Option<u32>,
    /// What became of it.
    pub outcome: Outcome,
    /// Whether the service says that the app was not on the screen.
    pub background: bool,
    /// When it began, as written (`10-01 16:19:36:452`, without a year).
    pub at: Option<&'a str>,
    /// How long, in milliseconds.
    pub duration_ms: Option<u64>,
    /// What of it, as written: the source of sound, the camera, the location provider.
    pub part: Option<&'a str>,
}

impl SensorUse<'_> {
    /// A use of which nothing is known yet.
    const fn of(op: &'static str) -> Self {
        Self {
            op,
            package: "",
            uid: None,
            outcome: Outcome::Accessed,
            background: false,
            at: None,
            duration_ms: None,
            part: None,
        }
    }
}

/// Takes what is read.
type Tell<'t> = dyn for<'a, 'e> FnMut(&'a SensorUse<'e>, Place) + 't;

/// Milliseconds within a year of 366 days of `MM-DD HH:MM:SS`, with or without milliseconds
/// behind `.` or `:`; `None` where the text is none. Only differences are of use.
fn millis_of_year(at: &str) -> Option<i64> {
    const DAYS: [i64; 12] = [0, 31, 60, 91, 121, 152, 182, 213, 244, 274, 305, 335];
    let bytes = at.as_bytes();
    let separated = [(2, b'-'), (5, b' '), (8, b':'), (11, b':')];
    if !separated.iter().all(|(at, byte)| bytes.get(*at) == Some(byte)) {
        return None;
    }
    let number = |range: std::ops::Range<usize>| -> Option<i64> {
        at.get(range).filter(|text| text.bytes().all(|b| b.is_ascii_digit()))?.parse().ok()
    };
    let month = usize::try_from(number(0..2)?).ok()?.checked_sub(1)?;
    let days = DAYS.get(month)? + number(3..5)?;
    let seconds = ((days * 24 + number(6..8)?) * 60 + number(9..11)?) * 60 + number(12..14)?;
    let millis = match bytes.get(14) {
        Some(b'.' | b':') => number(15..18)?,
        _ => 0,
    };
    Some(seconds * 1_000 + millis)
}

/// How long it was from `start` to `end`, where both are times and the end is not the earlier.
fn between(start: &str, end: &str) -> Option<u64> {
    u64::try_from(millis_of_year(end)? - millis_of_year(start)?).ok()
}

/// The time that a line of a log begins with, and what stands behind it.
fn dated(text: &str) -> Option<(&str, &str)> {
    let text = text.trim_start();
    let length = match text.as_bytes().get(14) {
        Some(b'.' | b':') => 18,
        _ => 14,
    };
    let (at, rest) = (text.get(..length)?, text.get(length..)?);
    millis_of_year(at)?;
    Some((at, rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_without_a_year_can_be_compared() {
        assert_eq!(between("10-01 16:19:36:452", "10-01 16:19:40:000"), Some(3_548));
        assert_eq!(between("02-29 23:59:59", "03-01 00:00:00"), Some(1_000));
        assert_eq!(between("12-31 23:59:59", "01-01 00:00:00"), None);
        for text in
            ["", "10-01", "10-01 16:19", "1x-01 16:19:36", "13-01 00:00:00", "10:01 16:19:36"]
        {
            assert_eq!(millis_of_year(text), None, "{text}");
        }
        assert_eq!(dated("  10-01 16:19:36 : CONNECT"), Some(("10-01 16:19:36", " : CONNECT")));
        assert_eq!(dated("10-01 16:19:36.452: gps"), Some(("10-01 16:19:36.452", ": gps")));
    }
}
