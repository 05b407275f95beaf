//! Times as a place on a calendar: milliseconds since 1970-01-01, in UTC where that is certain,
//! else on the phone's own clock read as if it were UTC. The two calendars are never mixed.

use crate::{Precision, Time, Zone};
use jiff::civil::{Date, DateTime};
use jiff::fmt::strtime;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan, civil};

/// Which of the two calendars a time is on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Clock {
    /// Coordinated universal time.
    Utc,
    /// The phone's local time, offset not stated.
    Device,
}

impl Time {
    /// Where the time is on a calendar, in milliseconds since 1970-01-01, if it has a place on one.
    #[must_use]
    pub fn place(&self) -> Option<(i64, Clock)> {
        if let Some(instant) = self.instant() {
            return Some((instant.as_millisecond(), Clock::Utc));
        }
        match self.zone {
            Zone::Device => Some((civil_milliseconds(&self.value)?, Clock::Device)),
            Zone::Utc | Zone::Offset(_) | Zone::Boot | Zone::Unknown => None,
        }
    }

    /// A time on the phone's clock that is written without a year (`11-19 10:20:30.123`, as
    /// logcat does), given the phone's local time when the evidence was `taken`
    /// (`2026-11-20 10:12:00`). A log holds the past, so the year is the latest in which the time
    /// is no more than a day after `taken`: a day, since clocks are set. `None` where either
    /// cannot be read. `derived_from` says that the year was filled in.
    #[must_use]
    pub fn without_year(written: &str, taken: &str, derived_from: &str) -> Option<Self> {
        let limit = read(taken)?.checked_add(1.day()).ok()?;
        let written = written.trim();
        // Four years back there is a leap day, but for 1900 and its like; eight then.
        let (year, at) = (0..=8).find_map(|back| {
            let year = limit.year().checked_sub(back)?;
            let at = read(&format!("{year:04}-{written}"))?;
            (at <= limit).then_some((year, at))
        })?;
        let fine = at.subsec_nanosecond() != 0 || written.contains('.');
        let precision = if fine { Precision::Millisecond } else { Precision::Second };
        let source = format!("{derived_from}, year filled in");
        Some(Self::device(format!("{year:04}-{written}"), precision, &source))
    }
}

/// The time zone of a phone by its name (`persist.sys.timezone`), from the table that is compiled
/// in: the machine's own must not change what a report says.
#[must_use]
pub fn phone_zone(name: &str) -> Option<TimeZone> {
    jiff::tz::TimeZoneDatabase::bundled().get(name.trim()).ok()
}

/// A place on the phone's clock as one in UTC, if the phone was in this zone then.
#[must_use]
pub fn in_utc(device: i64, zone: &TimeZone) -> Option<i64> {
    let civil = TimeZone::UTC.to_datetime(Timestamp::from_millisecond(device).ok()?);
    Some(civil.to_zoned(zone.clone()).ok()?.timestamp().as_millisecond())
}

/// The milliseconds of a date and time as Android's dumps write them (`2024-02-29 12:34:56.789`,
/// `2024-02-29T12:34:56`, `2024-02-29-12-34-56`, or the day alone), read as if they were in UTC.
#[must_use]
pub fn civil_milliseconds(text: &str) -> Option<i64> {
    let zoned = read(text)?.to_zoned(TimeZone::UTC).ok()?;
    Some(zoned.timestamp().as_millisecond())
}

/// The inverse of [`civil_milliseconds`]: `2024-02-29 12:34:56.789`, without the fraction where it is
/// none. `None` outside of the years that a calendar has.
#[must_use]
pub fn civil_text(milliseconds: i64) -> Option<String> {
    let at = Timestamp::from_millisecond(milliseconds).ok()?.to_zoned(TimeZone::UTC).datetime();
    let seconds = at.strftime("%Y-%m-%d %H:%M:%S");
    Some(match milliseconds.rem_euclid(1000) {
        0 => seconds.to_string(),
        rest => format!("{seconds}.{rest:03}"),
    })
}

fn read(text: &str) -> Option<DateTime> {
    let text = text.trim();
    if let Some(read) = plain(text) {
        return Some(read);
    }
    text.parse().ok().or_else(|| strtime::parse("%Y-%m-%d-%H-%M-%S", text).ok()?.to_datetime().ok())
}

/// `YYYY-MM-DD hh:mm:ss`, with or without three digits of milliseconds: what nearly all times of
/// a log are, read without the cost of a parser that knows everything.
fn plain(text: &str) -> Option<DateTime> {
    let bytes = text.as_bytes();
    let number = |from: usize, to: usize| {
        bytes.get(from..to)?.iter().try_fold(0_i16, |sum, digit| {
            digit.is_ascii_digit().then(|| sum * 10 + i16::from(digit - b'0'))
        })
    };
    let mark = |at: usize, mark: u8| bytes.get(at) == Some(&mark);
    let marks =
        mark(4, b'-') && mark(7, b'-') && mark(10, b' ') && mark(13, b':') && mark(16, b':');
    let milliseconds = match bytes.len() {
        19 => 0,
        23 if mark(19, b'.') => i32::from(number(20, 23)?),
        _ => return None,
    };
    let small = |from| i8::try_from(number(from, from + 2)?).ok();
    let date = Date::new(number(0, 4)?, small(5)?, small(8)?).ok()?;
    let time =
        civil::Time::new(small(11)?, small(14)?, small(17)?, milliseconds * 1_000_000).ok()?;
    marks.then(|| date.to_datetime(time))
}

#[cfg(test)]
mod tests {
    use super::*;

    const DAY: i64 = 86_400_000;

    #[test]
    fn what_android_writes_is_read() {
        // `date -u -d '2024-02-29 12:34:56' +%s`
        let at: i64 = 1_709_210_096_000;
        for (text, place) in [
            ("2024-02-29 12:34:56", Some(at)),
            ("2024-02-29T12:34:56", Some(at)),
            ("2024-02-29 12:34:56.789", Some(at + 789)),
            ("2024-02-29 12:34:56.7", Some(at + 700)),
            ("2024-02-29-12-34-56", Some(at)),
            ("2024-02-29", Some(at - at.rem_euclid(DAY))),
            ("2024-02-30 12:34:56", None),
            ("2024-02-29 25:34:56", None),
            ("yesterday", None),
            ("", None),
        ] {
            assert_eq!(civil_milliseconds(text), place, "{text}");
        }
        assert_eq!(civil_text(at).as_deref(), Some("2024-02-29 12:34:56"));
        assert_eq!(civil_text(at + 789).as_deref(), Some("2024-02-29 12:34:56.789"));
        assert_eq!(civil_text(i64::MAX), None);
    }

    #[test]
    fn a_time_without_a_certain_zone_is_never_utc() {
        let device = Time::device("2024-02-29 12:34:56", Precision::Second, "x");
        assert_eq!(device.place(), Some((1_709_210_096_000, Clock::Device)));
        let boot = Time { zone: Zone::Boot, ..device.clone() };
        assert_eq!(boot.place(), None);
        assert_eq!(Time { zone: Zone::Unknown, ..device }.place(), None);
        assert_eq!(Time::unix_seconds(-1, "x").place(), Some((-1000, Clock::Utc)));
    }

    #[test]
    fn a_zone_brings_the_phones_clock_to_utc() {
        // `TZ=Europe/Berlin date -d '2026-05-20 10:05:00' +%s`, and the same in January.
        let berlin = phone_zone("Europe/Berlin").unwrap();
        for (civil, at) in
            [("2026-05-20 10:05:00", 1_779_264_300), ("2026-01-20 10:05:00", 1_768_899_900)]
        {
            let civil = civil_milliseconds(civil).unwrap();
            assert_eq!(in_utc(civil, &berlin), Some(at * 1000));
        }
        assert!(phone_zone("Nowhere/Land").is_none());
        assert_eq!(in_utc(i64::MAX, &berlin), None);
    }

    #[test]
    fn a_log_holds_the_past() {
        let year = |written, taken| Time::without_year(written, taken, "log").map(|t| t.value);
        let taken = "2026-01-02 10:12:00";
        assert_eq!(year("01-02 10:11:59.123", taken).as_deref(), Some("2026-01-02 10:11:59.123"));
        // The evening before, across the turn of the year.
        assert_eq!(year("12-31 23:59:59.999", taken).as_deref(), Some("2025-12-31 23:59:59.999"));
        // A clock that was set back a few hours after the line was written.
        assert_eq!(year("01-03 09:00:00.000", taken).as_deref(), Some("2026-01-03 09:00:00.000"));
        assert_eq!(year("01-04 09:00:00.000", taken).as_deref(), Some("2025-01-04 09:00:00.000"));
        // Only a leap year has that day.
        assert_eq!(year("02-29 00:00:00.000", taken).as_deref(), Some("2024-02-29 00:00:00.000"));
        for bad in ["02-30 00:00:00", "", "10:11:59", "2025-01-01 00:00:00"] {
            assert_eq!(year(bad, taken), None, "{bad}");
        }
        assert_eq!(year("01-01 00:00:00", "today"), None);
        let told = Time::without_year("01-01 00:00:00", taken, "log").unwrap();
        assert_eq!(told.derived_from.as_deref(), Some("log, year filled in"));
        assert_eq!((told.zone, told.precision), (Zone::Device, Precision::Second));
    }
}
