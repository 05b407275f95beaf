//! The reference validator's and matcher's rows (`../shared/cases/stix/patterns.jsonl`), each of
//! them; skipped where they are not at hand. What `contested` rows come to is decided in
//! `docs/design/stix-patterns.md`.
#![allow(clippy::unwrap_used, clippy::print_stdout)] // A test may.

mod shared;

use serde_json::Value;
use stix::pattern::{Pattern, Version};
use stix::{Matcher, ObservedData};

/// What a row came to: `match`, `no match` or the code of an error.
fn outcome(row: &Value) -> String {
    let version = match row["stix_version"].as_str() {
        Some("2.0") => Version::V20,
        _ => Version::V21,
    };
    let pattern = match Pattern::parse(row["pattern"].as_str().unwrap(), version) {
        Ok(pattern) => pattern,
        Err(error) => return error.code.to_string(),
    };
    // Printing and reading is the same pattern, whatever else the row is about.
    assert_eq!(Pattern::parse(&pattern.to_string(), version).as_ref(), Ok(&pattern));
    let Some(observed) = row.get("observed_data") else {
        return pattern.violations().first().map_or("valid".into(), |one| one.code.to_string());
    };
    let matcher = match Matcher::new(&pattern) {
        Ok(matcher) => matcher,
        Err(error) => return error.code.to_string(),
    };
    let text = observed.to_string();
    let data = ObservedData::read(&text).unwrap();
    let mut run = matcher.run();
    data.observations().for_each(|(number, one)| run.observe(number, &one));
    let verdict = run.finish();
    assert!(!verdict.undecided && verdict.dropped == 0);
    match (verdict.matched, verdict.error) {
        (true, _) => "match".into(),
        (false, Some(error)) => error.code.to_string(),
        (false, None) => "no match".into(),
    }
}

fn expected(row: &Value) -> &'static str {
    if row.get("expect_error").is_some() || row["syntax_valid"] == false {
        "an error"
    } else if row.get("syntax_valid").is_some() {
        "valid"
    } else if row["expect_match"] == true {
        "match"
    } else {
        "no match"
    }
}

#[test]
fn every_row() {
    let Some(rows) = shared::rows("patterns.jsonl") else { return };
    let mut wrong = Vec::new();
    let mut contested = Vec::new();
    for row in &rows {
        let (outcome, expected) = (outcome(row), expected(row));
        let fits = match expected {
            "an error" => !["match", "no match", "valid"].contains(&outcome.as_str()),
            other => outcome == other,
        };
        let line = format!("{} {} is {outcome}, not {expected}", row["id"], row["pattern"]);
        match (fits, row.get("contested")) {
            (true, _) => {}
            (false, None) => wrong.push(line),
            (false, Some(_)) => contested.push(row["id"].as_str().unwrap()),
        }
    }
    assert!(wrong.is_empty(), "{} of {}: {wrong:#?}", wrong.len(), rows.len());
    // Decided otherwise than the reference: a date that does not exist is no time.
    assert_eq!(contested, ["validator-1038"]);
}

/// Cut anywhere, or with one bit turned, a pattern is read or refused; nothing else.
#[test]
fn cut_and_turned() {
    let Some(rows) = shared::rows("patterns.jsonl") else { return };
    for row in rows.iter().filter_map(|row| row["pattern"].as_str()) {
        let mut bytes = row.as_bytes().to_vec();
        for at in 0..bytes.len() {
            if let Ok(cut) = std::str::from_utf8(&bytes[..at]) {
                let _ =
                    Pattern::parse(cut, Version::V21).map(|pattern| Matcher::new(&pattern).is_ok());
            }
            for bit in 0..8 {
                bytes[at] ^= 1 << bit;
                if let Ok(turned) = std::str::from_utf8(&bytes)
                    && let Ok(pattern) = Pattern::parse_leniently(turned, Version::V20)
                {
                    let printed = pattern.to_string();
                    assert_eq!(Pattern::parse(&printed, Version::V20), Ok(pattern), "{turned}");
                }
                bytes[at] ^= 1 << bit;
            }
        }
    }
}
