//! An object as it is handed in: what the store must know of it, and its text as it was written.

use crate::tlp::Tlp;
use serde::Deserialize;
use serde_json::value::RawValue;
use std::borrow::Cow;

/// What is looked up and filtered by.
#[derive(Debug)]
pub(crate) struct Incoming<'a> {
    pub(crate) id: Cow<'a, str>,
    /// `type`, which the id begins with.
    pub(crate) kind: String,
    /// 20 or 21.
    pub(crate) spec: i64,
    /// Nanoseconds since 1970 and as written; `None` for what has neither `modified` nor `created`.
    pub(crate) version: Option<(i64, Cow<'a, str>)>,
    /// The strictest TLP marking of the object and its parts.
    pub(crate) tlp: Option<Tlp>,
    /// The indicators that a report or grouping names.
    pub(crate) members: Vec<Cow<'a, str>>,
    pub(crate) body: &'a str,
}

/// Why an object is refused, with what is known of its id and version.
#[derive(Debug, Default)]
pub(crate) struct Refused {
    pub(crate) id: String,
    pub(crate) version: String,
    pub(crate) message: String,
}

/// The properties that matter here. A key that stands twice is an error, so that nobody reads
/// another value than the store did.
#[derive(Deserialize)]
struct Properties<'a> {
    #[serde(rename = "type", borrow)]
    kind: Cow<'a, str>,
    #[serde(borrow)]
    id: Cow<'a, str>,
    #[serde(borrow)]
    spec_version: Option<Cow<'a, str>>,
    #[serde(borrow)]
    created: Option<Cow<'a, str>>,
    #[serde(borrow)]
    modified: Option<Cow<'a, str>>,
    #[serde(borrow, default)]
    object_marking_refs: Vec<Cow<'a, str>>,
    #[serde(borrow, default)]
    granular_markings: Vec<Granular<'a>>,
}

#[derive(Deserialize)]
struct Granular<'a> {
    #[serde(borrow)]
    marking_ref: Option<Cow<'a, str>>,
}

#[derive(Deserialize)]
struct Members<'a> {
    #[serde(borrow, default)]
    object_refs: Vec<Cow<'a, str>>,
}

/// The longest `id` and `type`, in bytes; STIX 2.1 allows types of 250 (section 2.17).
const MAX_ID: usize = 300;

impl<'a> Incoming<'a> {
    pub(crate) fn read(raw: &'a RawValue) -> Result<Self, Refused> {
        let refused = |message: String| Refused { message, ..Refused::default() };
        let text = raw.get();
        if !text.starts_with('{') {
            return Err(refused("it is no JSON object".to_owned()));
        }
        let all: Properties<'a> = serde_json::from_str(text)
            .map_err(|error| refused(format!("it is no STIX object: {error}")))?;
        let stated = all.modified.clone().or_else(|| all.created.clone());
        let refused = |message: &str| Refused {
            id: all.id.chars().take(MAX_ID).collect(),
            version: stated.as_deref().unwrap_or_default().chars().take(64).collect(),
            message: message.to_owned(),
        };
        if all.id.len() > MAX_ID || !is_id(&all.id, &all.kind) {
            return Err(refused("its id is not its type, two hyphens and a UUID"));
        }
        let version = match stated.clone() {
            Some(text) => {
                let at = nanoseconds(&text).ok_or_else(|| refused("its time is none of STIX"))?;
                Some((at, text))
            }
            None => None,
        };
        let spec = match all.spec_version.as_deref() {
            Some("2.1") => 21,
            Some("2.0") => 20,
            Some(_) => return Err(refused("its spec_version is neither 2.0 nor 2.1")),
            // Cyber-observable objects of 2.1 may leave it out; all others without it are of 2.0.
            None if version.is_none() => 21,
            None => 20,
        };
        let parts = all.granular_markings.iter().filter_map(|part| part.marking_ref.as_deref());
        let markings = all.object_marking_refs.iter().map(Cow::as_ref).chain(parts);
        let tlp = markings.filter_map(Tlp::of_marking).max();
        let members = match &*all.kind {
            "report" | "grouping" => serde_json::from_str::<Members<'a>>(text)
                .map_err(|_| refused("its object_refs are no list of ids"))?
                .object_refs
                .into_iter()
                .filter(|id| id.starts_with("indicator--"))
                .collect(),
            _ => Vec::new(),
        };
        Ok(Self {
            kind: all.kind.into_owned(),
            id: all.id,
            spec,
            version,
            tlp,
            members,
            body: text,
        })
    }
}

/// Whether `id` is `kind--UUID` (STIX 2.1, section 2.9).
fn is_id(id: &str, kind: &str) -> bool {
    let uuid = id.strip_prefix(kind).and_then(|rest| rest.strip_prefix("--"));
    let named = !kind.is_empty()
        && kind
            .bytes()
            .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-');
    named && uuid.is_some_and(|uuid| uuid.len() == 36 && uuid::Uuid::try_parse(uuid).is_ok())
}

/// A time of STIX in nanoseconds since 1970; `None` outside of the years 1678 to 2261 too.
pub(crate) fn nanoseconds(text: &str) -> Option<i64> {
    let at = stix::Instant::parse(text)?;
    at.seconds().checked_mul(1_000_000_000)?.checked_add(i64::from(at.nanoseconds()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<(String, i64, Option<Tlp>), String> {
        let raw: &RawValue = serde_json::from_str(text).unwrap();
        Incoming::read(raw)
            .map(|one| (one.id.into_owned(), one.spec, one.tlp))
            .map_err(|refused| refused.message)
    }

    const ID: &str = "indicator--11111111-1111-4111-8111-111111111111";

    #[test]
    fn the_strictest_marking_counts() {
        let text = format!(
            r#"{{"type":"indicator","id":"{ID}","spec_version":"2.1","modified":"2020-01-01T00:00:00Z",
            "object_marking_refs":["marking-definition--34098fce-860f-48ae-8e50-ebd3cc5e41da"],
            "granular_markings":[{{"marking_ref":"marking-definition--e828b379-4e03-4974-9ac4-e53a884c97c1","selectors":["name"]}}]}}"#
        );
        assert_eq!(read(&text), Ok((ID.to_owned(), 21, Some(Tlp::Red))));
    }

    #[test]
    fn what_is_no_object_of_stix_is_refused() {
        let cases = [
            ("3", "it is no JSON object"),
            (r#"{"type":"indicator"}"#, "missing field `id`"),
            (r#"{"type":"indicator","id":"indicator--1"}"#, "its id is not"),
            (
                r#"{"type":"malware","id":"indicator--11111111-1111-4111-8111-111111111111"}"#,
                "its id is not",
            ),
            (
                r#"{"type":"x","id":"x--11111111-1111-4111-8111-111111111111","modified":"yesterday"}"#,
                "its time is none",
            ),
            (
                r#"{"type":"x","id":"x--11111111-1111-4111-8111-111111111111","spec_version":"3"}"#,
                "its spec_version",
            ),
            (r#"{"type":"x","id":"a","id":"b"}"#, "duplicate field"),
        ];
        for (text, expected) in cases {
            let message = read(text).unwrap_err();
            assert!(message.contains(expected), "{text}: {message}");
        }
    }

    #[test]
    fn times_become_nanoseconds() {
        assert_eq!(nanoseconds("1970-01-01T00:00:01.5Z"), Some(1_500_000_000));
        assert_eq!(nanoseconds("9999-01-01T00:00:00Z"), None);
    }
}
