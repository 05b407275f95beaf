//! The resources, media types and times of TAXII 2.1; sections are those of the standard.

use jiff::Timestamp;
use jiff::tz::Offset;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

/// The media type of every resource (section 1.6.8).
pub const MEDIA_TYPE: &str = "application/taxii+json;version=2.1";

/// The media type of STIX 2.1 objects, as manifests and collections state it.
pub const STIX_21: &str = "application/stix+json;version=2.1";

/// The media type of STIX 2.0 objects.
pub const STIX_20: &str = "application/stix+json;version=2.0";

/// Where a server says what it has (section 4.1).
pub const DISCOVERY: &str = "/taxii2/";

/// Header: when the first object of a page was added (section 1.6.4).
pub const DATE_ADDED_FIRST: &str = "X-TAXII-Date-Added-First";

/// Header: when the last object of a page was added (section 1.6.4).
pub const DATE_ADDED_LAST: &str = "X-TAXII-Date-Added-Last";

/// What a request that came to nothing is answered with (section 3.6.1).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ErrorMessage {
    /// What happened, for people.
    #[serde(default)]
    pub title: String,
    /// More of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// A stable name of what happened, for scripts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error_code: Option<String>,
    /// The status of the answer, as text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub http_status: Option<String>,
}

/// What a server is and where its API roots are (section 4.1.1).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Discovery {
    /// Its name, for people.
    #[serde(default)]
    pub title: String,
    /// What it is for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// Whom to ask.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub contact: Option<String>,
    /// The API root to take where none is named.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub default: Option<String>,
    /// Addresses of API roots, whole or relative to this one.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub api_roots: Vec<String>,
}

/// An API root (section 4.2.1).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ApiRoot {
    /// Its name, for people.
    #[serde(default)]
    pub title: String,
    /// What it is for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// Versions of TAXII, as media types.
    #[serde(default)]
    pub versions: Vec<String>,
    /// The longest body of a request, in bytes.
    #[serde(default)]
    pub max_content_length: u64,
}

/// The collections of an API root (section 5.1.1).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Collections {
    /// Each of them; the key is left out where there is none.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub collections: Vec<Collection>,
}

/// A collection, as the account that asks may use it (section 5.2.1).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Collection {
    /// A UUID.
    pub id: String,
    /// Its name, for people.
    #[serde(default)]
    pub title: String,
    /// What it holds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// A readable name that stands for `id` in addresses.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub alias: Option<String>,
    /// Whether its objects may be asked for.
    #[serde(default)]
    pub can_read: bool,
    /// Whether objects may be added.
    #[serde(default)]
    pub can_write: bool,
    /// Media types of its objects.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub media_types: Vec<String>,
}

/// A page of objects, or what is to be added (section 3.7). Objects stay as they were written.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct Envelope {
    /// Whether there are further pages.
    #[serde(default)]
    pub more: bool,
    /// What to ask for the next page with.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
    /// The objects.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub objects: Vec<Box<RawValue>>,
}

/// What became of objects that were handed in (section 4.3.1).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Status {
    /// A UUID.
    #[serde(default)]
    pub id: String,
    /// `complete` or `pending`.
    #[serde(default)]
    pub status: String,
    /// When the request came.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub request_timestamp: Option<String>,
    /// How many objects it held.
    #[serde(default)]
    pub total_count: u64,
    /// How many were added, or were there already.
    #[serde(default)]
    pub success_count: u64,
    /// Which; may be left out.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub successes: Vec<StatusDetail>,
    /// How many were refused.
    #[serde(default)]
    pub failure_count: u64,
    /// Which, and why; may be left out.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub failures: Vec<StatusDetail>,
    /// How many are still to be dealt with.
    #[serde(default)]
    pub pending_count: u64,
}

/// One object of a [`Status`] (section 4.3.1).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct StatusDetail {
    /// The object's id.
    #[serde(default)]
    pub id: String,
    /// Its version.
    #[serde(default)]
    pub version: String,
    /// What there is to say of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
}

/// Writes a time as TAXII demands it: six digits behind the point, UTC (section 3.1). Times before the year 0,
/// which it has no way to write, are in the year 0.
#[must_use]
pub fn stamp(time: Timestamp) -> String {
    let time = Offset::UTC.to_datetime(time);
    // A manifest has one for each object: the digits are written without `format!`.
    let mut text = *b"0000-00-00T00:00:00.000000Z";
    let parts = [
        (0..4, i32::from(time.year().max(0))),
        (5..7, time.month().into()),
        (8..10, time.day().into()),
        (11..13, time.hour().into()),
        (14..16, time.minute().into()),
        (17..19, time.second().into()),
        (20..26, time.subsec_nanosecond() / 1000),
    ];
    for (place, mut number) in parts {
        for digit in text.get_mut(place).unwrap_or_default().iter_mut().rev() {
            *digit = b'0' + u8::try_from(number % 10).unwrap_or(0);
            number /= 10;
        }
    }
    text.iter().map(|byte| char::from(*byte)).collect()
}

/// The time that this many microseconds after 1970 began; the nearest that there is.
#[must_use]
pub fn from_micros(micros: i64) -> Timestamp {
    let nearest = if micros < 0 { Timestamp::MIN } else { Timestamp::MAX };
    Timestamp::from_microsecond(micros).unwrap_or(nearest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_have_six_digits() {
        // The examples of section 3.1 and of 5.4.
        let whole: Timestamp = "2016-01-01T01:01:01Z".parse().unwrap();
        assert_eq!(stamp(whole), "2016-01-01T01:01:01.000000Z");
        let finer: Timestamp = "2016-11-03T12:30:59.123456999Z".parse().unwrap();
        assert_eq!(stamp(finer), "2016-11-03T12:30:59.123456Z");
        assert_eq!(stamp(from_micros(1)), "1970-01-01T00:00:00.000001Z");
    }

    #[test]
    fn an_envelope_keeps_objects_as_they_are_written() {
        let text = r#"{"more":true,"next":"a","objects":[{"type": "x", "n":1.10}]}"#;
        let envelope: Envelope = serde_json::from_str(text).unwrap();
        assert_eq!(envelope.objects[0].get(), r#"{"type": "x", "n":1.10}"#);
        assert!(serde_json::from_str::<Envelope>("{}").unwrap().objects.is_empty());
    }
}
