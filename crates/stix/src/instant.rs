//! Points in time as STIX writes them: `YYYY-MM-DDTHH:mm:ss[.s+]Z` (STIX 2.1, section 2.16).

use std::fmt;

/// A point in time, to the nanosecond; digits behind the ninth are left out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Instant {
    /// Seconds since 1970-01-01T00:00:00Z, leap seconds not counted.
    seconds: i64,
    /// Nanoseconds within the second.
    nanos: u32,
}

/// Seconds of a day.
const DAY: i64 = 86_400;

impl Instant {
    /// The instant this many seconds and nanoseconds after 1970 began; `nanos` below one thousand
    /// million, otherwise the last nanosecond of the second.
    #[must_use]
    pub fn new(seconds: i64, nanos: u32) -> Self {
        Self { seconds, nanos: nanos.min(999_999_999) }
    }

    /// The instant this many microseconds after 1970 began (or before it).
    #[must_use]
    pub fn from_microseconds(micros: i64) -> Self {
        let nanos = (micros.rem_euclid(1_000_000) * 1000) as u32;
        Self { seconds: micros.div_euclid(1_000_000), nanos }
    }

    /// Seconds since 1970 began, rounded down.
    #[must_use]
    pub fn seconds(self) -> i64 {
        self.seconds
    }

    /// Nanoseconds within the second.
    #[must_use]
    pub fn nanoseconds(self) -> u32 {
        self.nanos
    }

    /// The instant this many nanoseconds later; the last one where that is too late.
    #[must_use]
    pub(crate) fn later(self, nanos: u128) -> Self {
        const SECOND: u128 = 1_000_000_000;
        let sum = u128::from(self.nanos) + nanos % SECOND;
        let seconds = i64::try_from(nanos / SECOND + sum / SECOND).unwrap_or(i64::MAX);
        Self { seconds: self.seconds.saturating_add(seconds), nanos: (sum % SECOND) as u32 }
    }

    /// Reads a time. `T` and `Z` in capitals, no other zone, a date that exists, and 60 as second
    /// only where a leap second may stand; it counts as the second behind it.
    ///
    /// `None` where the text is none.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let bytes = text.as_bytes();
        let sign = |at: usize, sign: u8| bytes.get(at) == Some(&sign);
        let signs = [(4, b'-'), (7, b'-'), (10, b'T'), (13, b':'), (16, b':')];
        if !signs.into_iter().all(|(at, one)| sign(at, one)) {
            return None;
        }
        let digits = |from: usize, to: usize| -> Option<i64> {
            let part = bytes.get(from..to)?;
            part.iter().try_fold(0, |sum, digit| {
                digit.is_ascii_digit().then(|| sum * 10 + i64::from(digit - b'0'))
            })
        };
        let (year, month, day) = (digits(0, 4)?, digits(5, 7)?, digits(8, 10)?);
        let (hour, minute, second) = (digits(11, 13)?, digits(14, 16)?, digits(17, 19)?);
        if !(1..=12).contains(&month) || day < 1 || day > days_in(year, month) {
            return None;
        }
        if hour > 23 || minute > 59 || second > 60 || (second == 60 && minute != 59) {
            return None;
        }
        let nanos = match bytes.get(19..)? {
            b"Z" => 0,
            [b'.', fraction @ .., b'Z'] if !fraction.is_empty() => nanos_of(fraction)?,
            _ => return None,
        };
        let seconds = days_before(year, month, day) * DAY + hour * 3600 + minute * 60 + second;
        Some(Self { seconds, nanos })
    }
}

/// The nanoseconds that the digits behind the point state.
fn nanos_of(fraction: &[u8]) -> Option<u32> {
    if !fraction.iter().all(u8::is_ascii_digit) {
        return None;
    }
    let digit = |at: usize| u32::from(fraction.get(at).map_or(0, |digit| digit - b'0'));
    Some((0..9).fold(0, |sum, at| sum * 10 + digit(at)))
}

fn days_in(year: i64, month: i64) -> i64 {
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    match month {
        2 => 28 + i64::from(leap),
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// Days from 1970-01-01 to a date of the proleptic Gregorian calendar.
fn days_before(year: i64, month: i64, day: i64) -> i64 {
    // Years that begin in March have their leap day at the end.
    let year = if month <= 2 { year - 1 } else { year };
    let month = (month + 9) % 12;
    let day_of_year = (153 * month + 2) / 5 + day - 1;
    let of_years = 365 * year + year.div_euclid(4) - year.div_euclid(100) + year.div_euclid(400);
    of_years + day_of_year - 719_468
}

impl fmt::Display for Instant {
    /// As STIX writes it; the fraction without zeros at its end.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let days = self.seconds.div_euclid(DAY) + 719_468;
        let of_day = self.seconds.rem_euclid(DAY);
        let era = days.div_euclid(146_097);
        let of_era = days.rem_euclid(146_097);
        let year = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
        let of_year = of_era - (365 * year + year / 4 - year / 100);
        let month = (5 * of_year + 2) / 153;
        let day = of_year - (153 * month + 2) / 5 + 1;
        let month = if month < 10 { month + 3 } else { month - 9 };
        let year = era * 400 + year + i64::from(month <= 2);
        let (hour, minute, second) = (of_day / 3600, of_day / 60 % 60, of_day % 60);
        write!(f, "{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}")?;
        if self.nanos > 0 {
            let digits = format!("{:09}", self.nanos);
            write!(f, ".{}", digits.trim_end_matches('0'))?;
        }
        f.write_str("Z")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Seconds since 1970 as `date -u -d TEXT +%s` of GNU coreutils tells them.
    #[test]
    fn times_are_read_and_written() {
        for (text, seconds) in [
            ("1970-01-01T00:00:00Z", 0),
            ("2000-02-29T12:00:00Z", 951_825_600),
            ("2026-11-26T01:19:12Z", 1_795_655_952),
            ("1582-10-15T00:00:00Z", -12_219_292_800),
            ("0000-03-01T00:00:00Z", -62_162_035_200),
            ("9999-12-31T23:59:59Z", 253_402_300_799),
        ] {
            let read = Instant::parse(text).map(|at| (at.seconds, at.nanos));
            assert_eq!(read, Some((seconds, 0)), "{text}");
            assert_eq!(Instant::new(seconds, 0).to_string(), text);
        }
        let fine = Instant::parse("2010-05-21T13:21:43.1234567891Z");
        assert_eq!(
            fine.map(|at| at.to_string()).as_deref(),
            Some("2010-05-21T13:21:43.123456789Z")
        );
    }

    #[test]
    fn what_is_no_time_is_refused() {
        for text in [
            "2010-05-21T13:21:43",
            "2010-05-21T13:21:43z",
            "2010-05-21t13:21:43Z",
            "2010/05/21T13:21:43Z",
            "2010-05-21T13:21:99Z",
            "2010-05-21T13:21Z",
            "2010-05-21T13:21:43.Z",
            "2010-05-21T13:21:43.1aZ",
            "2010-05-21T13:21:43+00:00",
            "2023-02-29T12:00:00Z",
            "1900-02-29T12:00:00Z",
            "2024-04-31T12:00:00Z",
            "2024-13-01T12:00:00Z",
            "2024-00-01T12:00:00Z",
            "2024-01-00T12:00:00Z",
            "2024-01-15T24:00:00Z",
            "2024-01-15T12:60:00Z",
            "2024-01-15T12:30:60Z",
            "",
        ] {
            assert_eq!(Instant::parse(text), None, "{text}");
        }
        assert!(Instant::parse("2016-12-31T23:59:60Z").is_some());
    }
}
