//! When something happened, as the evidence states it.

use jiff::Timestamp;
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

    /// An RFC 3339 text, with its zone as stated; `None` where it is none.
    #[must_use]
    pub fn rfc3339(value: &str, derived_from: &str) -> Option<Self> {
        let at: Timestamp = value.parse().ok()?;
        let zone = if value.ends_with(['Z', 'z']) {
            Zone::Utc
        } else {
            Zone::Offset(value.get(value.len().checked_sub(6)?..)?.to_owned())
        };
        Some(Self {
            value: value.to_owned(),
            zone,
            precision: Precision::Second,
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
