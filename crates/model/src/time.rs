//! When something happened, as the evidence states it.

use jiff::Timestamp;
use jiff::fmt::temporal::{Pieces, PiecesOffset};
use jiff::tz::Offset;
use serde::{Deserialize, Serialize};

/// Which clock a time was read from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(into = "String", from = "String")]
pub enum Zone {
    /// Coordinated universal time.
    Utc,
    /// A stated offset such as `+08:00`.
    Offset(String),
    /// The phone's local time, offset not stated.
    Device,
    /// Time since the phone started.
    Boot,
    /// Not known.
    Unknown,
}

impl From<Zone> for String {
    fn from(zone: Zone) -> String {
        match zone {
            Zone::Utc => "utc".into(),
            Zone::Offset(offset) => offset,
            Zone::Device => "device".into(),
            Zone::Boot => "boot".into(),
            Zone::Unknown => "unknown".into(),
        }
    }
}

impl From<String> for Zone {
    fn from(text: String) -> Zone {
        match text.as_str() {
            "utc" => Zone::Utc,
            "device" => Zone::Device,
            "boot" => Zone::Boot,
            "unknown" => Zone::Unknown,
            _ => Zone::Offset(text),
        }
    }
}

/// How fine a time is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Precision {
    /// A whole day.
    Day,
    /// To the minute.
    Minute,
    /// To the second.
    Second,
    /// To the millisecond.
    Millisecond,
}

/// A time as the evidence states it, with its UTC form where that is certain.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Time {
    /// As written in the evidence.
    pub value: String,
    /// Which clock.
    pub zone: Zone,
    /// How fine.
    pub precision: Precision,
    /// RFC 3339 in UTC, only where the zone makes it certain.
    pub utc: Option<String>,
    /// The evidence's own name for this time (`lastUpdateTime`, `modified_time` …).
    pub derived_from: Option<String>,
}

impl Time {
    /// A count of seconds since 1970-01-01T00:00:00Z.
    ///
    /// `utc` is absent when the count lies outside the years that RFC 3339 can state.
    #[must_use]
    pub fn unix_seconds(seconds: i64, derived_from: &str) -> Self {
        let utc = Timestamp::from_second(seconds).ok().map(|t| t.to_string());
        Self {
            value: seconds.to_string(),
            zone: Zone::Utc,
            precision: Precision::Second,
            utc,
            derived_from: Some(derived_from.into()),
        }
    }

    /// A count of milliseconds since 1970-01-01T00:00:00Z; see [`Time::unix_seconds`].
    #[must_use]
    pub fn unix_millis(millis: i64, derived_from: &str) -> Self {
        let utc = Timestamp::from_millisecond(millis).ok().map(|t| t.to_string());
        Self {
            value: millis.to_string(),
            zone: Zone::Utc,
            precision: Precision::Millisecond,
            utc,
            derived_from: Some(derived_from.into()),
        }
    }

    /// A wall-clock time on the phone, whose offset is not stated.
    #[must_use]
    pub fn device(value: impl Into<String>, precision: Precision, derived_from: &str) -> Self {
        Self {
            value: value.into(),
            zone: Zone::Device,
            precision,
            utc: None,
            derived_from: Some(derived_from.into()),
        }
    }

    /// An RFC 3339 text, with its offset as stated; `None` where it is none. The name of a zone
    /// behind it (`[Europe/Berlin]`, RFC 9557) is no clock and stays only in `value`.
    #[must_use]
    pub fn rfc3339(value: &str, derived_from: &str) -> Option<Self> {
        let at: Timestamp = value.parse().ok()?;
        let zone = match Pieces::parse(value).ok()?.offset()? {
            PiecesOffset::Zulu => Zone::Utc,
            // RFC 3339 4.3: the instant is certain, the offset of whoever wrote it is not known.
            PiecesOffset::Numeric(stated)
                if stated.is_negative() && stated.offset() == Offset::UTC =>
            {
                Zone::Unknown
            }
            stated => Zone::Offset(hours_and_minutes(stated.to_numeric_offset())),
        };
        let fine = at.subsec_nanosecond() != 0;
        Some(Self {
            value: value.to_owned(),
            zone,
            precision: if fine { Precision::Millisecond } else { Precision::Second },
            utc: Some(at.to_string()),
            derived_from: Some(derived_from.into()),
        })
    }

    /// The instant, where it is certain.
    #[must_use]
    pub fn instant(&self) -> Option<Timestamp> {
        self.utc.as_deref()?.parse().ok()
    }

    /// A text that sorts by time among times of one zone: UTC where certain, else as written.
    #[must_use]
    pub fn sort_key(&self) -> &str {
        self.utc.as_deref().unwrap_or(&self.value)
    }
}

/// An offset as RFC 3339 writes it; seconds, which it cannot state, behind a further colon.
fn hours_and_minutes(offset: Offset) -> String {
    let seconds = offset.seconds();
    let sign = if seconds < 0 { '-' } else { '+' };
    let (minutes, seconds) = (seconds.unsigned_abs() / 60, seconds.unsigned_abs() % 60);
    let (hours, minutes) = (minutes / 60, minutes % 60);
    match seconds {
        0 => format!("{sign}{hours:02}:{minutes:02}"),
        _ => format!("{sign}{hours:02}:{minutes:02}:{seconds:02}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Instants checked with `date -u -d`.
    #[test]
    fn a_stated_offset_is_kept_and_the_name_of_a_zone_is_not_taken_for_one() {
        let berlin = "2024-06-20T14:00:00+02:00[Europe/Berlin]";
        for (text, zone, utc) in [
            ("2024-06-20T12:00:00Z", Zone::Utc, "2024-06-20T12:00:00Z"),
            ("2024-06-20t12:00:00z", Zone::Utc, "2024-06-20T12:00:00Z"),
            ("2024-06-20T20:00:00+08:00", Zone::Offset("+08:00".into()), "2024-06-20T12:00:00Z"),
            ("2024-06-20T06:30:00-0530", Zone::Offset("-05:30".into()), "2024-06-20T12:00:00Z"),
            ("2024-06-20T20:00:00+08", Zone::Offset("+08:00".into()), "2024-06-20T12:00:00Z"),
            ("2024-06-20T12:00:00-00:00", Zone::Unknown, "2024-06-20T12:00:00Z"),
            (berlin, Zone::Offset("+02:00".into()), "2024-06-20T12:00:00Z"),
            ("2024-06-20T12:00:00Z[Etc/UTC]", Zone::Utc, "2024-06-20T12:00:00Z"),
        ] {
            let read = Time::rfc3339(text, "x").unwrap();
            assert_eq!((read.value.as_str(), &read.zone), (text, &zone), "{text}");
            assert_eq!(read.utc.as_deref(), Some(utc), "{text}");
        }
        for text in ["", "2024-06-20T12:00:00", "2024-06-20 Z", "2024-06-31T12:00:00Z", "+02:00"] {
            assert_eq!(Time::rfc3339(text, "x"), None, "{text}");
        }
    }

    #[test]
    fn a_fraction_of_a_second_is_a_finer_time() {
        let of = |text| Time::rfc3339(text, "x").map(|time| time.precision);
        assert_eq!(of("2024-06-20T12:00:00.250Z"), Some(Precision::Millisecond));
        assert_eq!(of("2024-06-20T12:00:00Z"), Some(Precision::Second));
    }
}
