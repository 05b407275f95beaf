//! What clients send, read as the routes read it: for `fuzzed`, which hands over bytes of every kind.

#![allow(clippy::expect_used, clippy::panic)] // What does not hold has to stop a fuzzer.

use crate::filter::{Filter, Takes, cursor};
use crate::login::basic;
use crate::media;
use crate::object::Incoming;
use crate::tlp::Tlp;
use serde_json::value::RawValue;

/// Reads `data` as the query of a request, as each of its headers, and as an object that is pushed.
///
/// # Panics
/// When something does not hold that the store and the answers rest on.
pub fn read(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    for takes in [Takes::All, Takes::OneObject, Takes::Versions, Takes::Delete] {
        query(text, takes);
    }
    let _ = media::accepts(Some(text));
    if media::is_taxii(Some(text)) && !text.to_ascii_lowercase().contains('q') {
        assert!(media::accepts(Some(text)), "what may be sent may be asked for");
    }
    if let Some((name, _)) = basic(text) {
        assert!(!name.contains(':'), "a name ends at its first colon (RFC 7617)");
    }
    if let Ok(level) = text.parse::<Tlp>() {
        assert_eq!(level.to_string().parse(), Ok(level));
    }
    if let Ok(raw) = serde_json::from_str::<&RawValue>(text) {
        object(raw);
    }
}

fn query(text: &str, takes: Takes) {
    let Ok(filter) = Filter::read(text, takes) else { return };
    assert!(filter.limit != Some(0), "a page of none would never end");
    assert!(takes != Takes::Delete || filter.after == 0 && filter.limit.is_none());
    for values in [&filter.ids, &filter.types].into_iter().flatten() {
        assert!(!values.is_empty() && takes == Takes::All, "what is asked for is bounded");
    }
    if filter.after >= 0 {
        let next = format!("next={}", cursor(filter.after));
        let second = Filter::read(&next, Takes::All).expect("a cursor of ours");
        assert_eq!(second.after, filter.after);
    }
}

fn object(raw: &RawValue) {
    match Incoming::read(raw) {
        Ok(object) => {
            assert_eq!(object.body, raw.get(), "an object is kept as it was sent");
            assert!(object.id.starts_with(&format!("{}--", object.kind)));
            assert!([20, 21].contains(&object.spec));
            assert!(object.members.iter().all(|id| id.starts_with("indicator--")));
        }
        Err(refused) => {
            assert!(!refused.message.is_empty(), "a refusal says why");
            assert!(refused.id.chars().count() <= 300, "and repeats no more than a reader bears");
        }
    }
}
