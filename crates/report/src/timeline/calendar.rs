//! Places on a calendar ([`model::Time::place`]) as days and as text.

use jiff::Timestamp;
use jiff::tz::TimeZone;

/// Days that a phone with Android can have seen: from 2005-01-01 to 2099-12-31, as days
/// since 1970-01-01. Times outside (1970, 1980 in archives) come from clocks that were not set.
const DAYS: std::ops::Range<i32> = 12_784..47_482;

const DAY: i64 = 86_400_000;

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
    fn a_place_is_told_as_date_and_time() {
        // `date -u -d '2024-02-29 12:34:56' +%s`
        assert_eq!(datetime_text(1_709_210_096_000).as_deref(), Some("2024-02-29T12:34:56"));
        assert_eq!(datetime_text(i64::MAX), None);
    }
}
