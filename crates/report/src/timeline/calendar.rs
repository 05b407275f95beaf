//! Times as a place on a calendar: milliseconds since 1970-01-01, in UTC where that is certain,
//! else on the phone's own clock read as if it were UTC.

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::fmt::strtime;
use jiff::tz::TimeZone;
use model::{Time, Zone};

/// Which of the two calendars a time is on. They are never mixed in a chart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Clock {
    /// Coordinated universal time.
    Utc,
    /// The phone's local time, offset not stated.
    Device,
}

/// Days that a phone with Android can have seen: from 2005-01-01 to 2099-12-31, as days
/// since 1970-01-01. Times outside (1970, 1980 in archives) come from clocks that were not set.
const DAYS: std::ops::Range<i32> = 12_784..47_482;

const DAY: i64 = 86_400_000;

/// Where a time is on a calendar, if it has a place on one.
pub(crate) fn place(time: &Time) -> Option<(i64, Clock)> {
    if let Some(instant) = time.instant() {
        return Some((instant.as_millisecond(), Clock::Utc));
    }
    match time.zone {
        Zone::Device => Some((civil(&time.value)?, Clock::Device)),
        Zone::Utc | Zone::Offset(_) | Zone::Boot | Zone::Unknown => None,
    }
}

/// A date and time as written in Android's dumps.
pub(crate) fn civil(text: &str) -> Option<i64> {
    let text = text.trim();
    let read: DateTime = match text.parse() {
        Ok(read) => read,
        Err(_) => strtime::parse("%Y-%m-%d-%H-%M-%S", text).ok()?.to_datetime().ok()?,
    };
    Some(read.to_zoned(TimeZone::UTC).ok()?.timestamp().as_millisecond())
}

/// The day since 1970-01-01, where a phone can have seen it.
pub(crate) fn day(at: i64) -> Option<i32> {
    let day = i32::try_from(at.div_euclid(DAY)).ok()?;
    DAYS.contains(&day).then_some(day)
}

/// Date and time of a place, without a zone: `YYYY-MM-DDTHH:MM:SS`, and milliseconds if any.
pub(crate) fn datetime_text(at: i64) -> Option<String> {
    let at = Timestamp::from_millisecond(at).ok()?;
    Some(TimeZone::UTC.to_datetime(at).to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_those_of_the_calendar() {
        // `date -u -d 2005-01-01 +%s` / 86400, and of 2100-01-01.
        assert_eq!(DAYS, 1_104_537_600 / 86_400..(4_102_444_800_i64 / 86_400) as i32);
    }

    #[test]
    fn what_android_writes_is_read() {
        // `date -u -d '2024-02-29 12:34:56' +%s`
        let at: i64 = 1_709_210_096_000;
        for (text, place) in [
            ("2024-02-29 12:34:56", Some(at)),
            ("2024-02-29T12:34:56", Some(at)),
            ("2024-02-29 12:34:56.789", Some(at + 789)),
            ("2024-02-29-12-34-56", Some(at)),
            ("2024-02-29", Some(at - at.rem_euclid(DAY))),
            ("2024-02-30 12:34:56", None),
            ("yesterday", None),
            ("", None),
        ] {
            assert_eq!(civil(text), place, "{text}");
        }
        assert_eq!(datetime_text(at).as_deref(), Some("2024-02-29T12:34:56"));
        assert_eq!(datetime_text(i64::MAX), None);
    }

    #[test]
    fn a_time_without_a_certain_zone_is_never_utc() {
        let device = Time::device("2024-02-29 12:34:56", model::Precision::Second, "x");
        assert_eq!(place(&device), Some((1_709_210_096_000, Clock::Device)));
        let boot = Time { zone: Zone::Boot, ..device.clone() };
        assert_eq!(place(&boot), None);
        assert_eq!(place(&Time { zone: Zone::Unknown, ..device }), None);
        assert_eq!(place(&Time::unix_seconds(-1, "x")), Some((-1000, Clock::Utc)));
    }
}
