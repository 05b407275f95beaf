//! The pattern language: what is read prints as the same pattern, whose own form it is, and both
//! come to the same on a small observation.

use std::sync::LazyLock;
use stix::pattern::{Pattern, Version, equalities};
use stix::{Matcher, ObservedData};

/// One file, one address, one text with repetitions for `MATCHES` to work on.
const OBSERVED: &str = r#"{"type": "observed-data", "id": "observed-data--1", "number_observed": 2,
    "first_observed": "2020-01-01T00:00:00Z", "last_observed": "2020-01-01T00:00:05Z", "objects": {
    "0": {"type": "file", "name": "aaaaaaaaaaaaab", "size": 5, "hashes": {"MD5": "00"},
        "parent_directory_ref": "1", "extensions": {"x": {"list": [1, 2.5, "c", true]}}},
    "1": {"type": "directory", "path": "/data", "contains_refs": ["0"]},
    "2": {"type": "ipv4-addr", "value": "198.51.100.0/24"}}}"#;

pub(crate) fn read(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let _ = equalities(text);
    let _ = Pattern::parse(text, Version::V20);
    match Pattern::parse_leniently(text, Version::V21) {
        Ok(first) => check(&first),
        Err(error) => assert!(error.offset <= text.len()),
    }
}

fn check(first: &Pattern) {
    let printed = first.to_string();
    let second = Pattern::parse(&printed, Version::V21).expect("what is printed can be read");
    assert_eq!(&second, first);
    assert_eq!(second.to_string(), printed);
    assert_eq!(second.violations().len(), first.violations().len());
    let verdict = verdict(first);
    assert_eq!(verdict, self::verdict(&second));
    assert!(!(verdict == Some(true) && first.never_matches()), "it never matches, and does");
}

/// Whether the observation satisfies it; `None` where it cannot be told.
fn verdict(pattern: &Pattern) -> Option<bool> {
    let matcher = Matcher::new(pattern).ok()?;
    static DATA: LazyLock<ObservedData<'static>> =
        LazyLock::new(|| ObservedData::read(OBSERVED).expect("it is well formed"));
    let mut run = matcher.run();
    DATA.observations().for_each(|(number, one)| run.observe(number, &one));
    let verdict = run.finish();
    (verdict.matched || verdict.error.is_none()).then_some(verdict.matched)
}
