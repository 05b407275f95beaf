//! A month: as much of the time as a sighting tells.

use std::fmt;
use std::str::FromStr;

/// A month of the common era, written `2026-11`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Month {
    year: i16,
    month: i8,
}

impl Month {
    /// The month that this time lies in, by UTC.
    #[must_use]
    pub fn of(time: jiff::Timestamp) -> Self {
        let date = jiff::tz::Offset::UTC.to_datetime(time);
        Self { year: date.year(), month: date.month() }
    }

    /// Its first moment, as STIX writes times.
    pub(crate) fn start(self) -> String {
        format!("{self}-01T00:00:00.000Z")
    }

    /// From its first moment; any other moment is finer than a sighting may be.
    pub(crate) fn from_start(text: &str) -> Option<Self> {
        text.get(..7)?.parse().ok().filter(|month: &Self| month.start() == text)
    }
}

impl FromStr for Month {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let parsed = text.split_once('-').and_then(|(year, month)| {
            let digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
            let right = year.len() == 4 && month.len() == 2 && digits(year) && digits(month);
            Some(Self { year: year.parse().ok()?, month: month.parse().ok()? }).filter(|_| right)
        });
        let month = parsed.filter(|one| (1..=12).contains(&one.month) && one.year >= 2000);
        month.ok_or_else(|| format!("“{text}” is no month such as 2026-11"))
    }
}

impl fmt::Display for Month {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}", self.year, self.month)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_month_is_all_that_is_kept_of_a_time() {
        let month = Month::of("2026-11-30T23:59:59Z".parse().unwrap());
        assert_eq!(month.to_string(), "2026-11");
        assert_eq!(month.start(), "2026-11-01T00:00:00.000Z");
        assert_eq!(Month::from_start("2026-11-01T00:00:00.000Z"), Some(month));
        assert_eq!(Month::from_start("2026-11-02T00:00:00.000Z"), None);
        for broken in ["2026-13", "2026-1", "1999-01", "x", "2026-00", "+026-01"] {
            assert!(broken.parse::<Month>().is_err(), "{broken}");
        }
    }
}
