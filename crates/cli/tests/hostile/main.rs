//! Hostile texts through every output of every command: none acts. What acts is judged by
//! `testkit::hostile::active`, JSON by a parser that must give the texts back, pages by Chromium.

#![allow(clippy::unwrap_used, clippy::print_stdout)] // Tests: a failure is a failure.

#[path = "../support/mod.rs"]
mod support;

mod advisories;
mod apps;
mod brands;
mod errors;
mod evidence;
mod lists;
mod sharing;
mod stix;
#[cfg(feature = "yara")]
mod yara;

use serde_json::Value;
use testkit::hostile;

/// No character acts, and no text from outside begins a line of its own.
fn nothing_acts(what: &str, output: &str) {
    let at = hostile::active(output);
    assert_eq!(at, None, "{what}");
    let forged = output.lines().find(|line| {
        line.starts_with("forged") || line.starts_with("{\"record\":\"gap\",\"reason\"")
    });
    assert_eq!(forged, None, "{what}");
    assert!(!output.contains("panicked"), "{what}: {output}");
}

/// A document in which nothing acts, as a parser sees it.
fn document(what: &str, output: &str) -> Value {
    nothing_acts(what, output);
    serde_json::from_str(output).unwrap_or_else(|error| panic!("{what}: {error}: {output:.2000}"))
}

/// Every text of a document, keys among them.
fn strings(value: &Value) -> Vec<&str> {
    match value {
        Value::String(text) => vec![text],
        Value::Array(list) => list.iter().flat_map(strings).collect(),
        Value::Object(map) => map
            .iter()
            .flat_map(|(key, value)| {
                let mut all = strings(value);
                all.push(key);
                all
            })
            .collect(),
        _ => Vec::new(),
    }
}

/// The texts that some string of the document holds exactly.
fn carried<'t>(document: &Value, texts: &'t [String]) -> Vec<&'t String> {
    let strings = strings(document);
    texts.iter().filter(|text| strings.iter().any(|one| one.contains(text.as_str()))).collect()
}

/// All of them have to be there.
fn carries(what: &str, document: &Value, texts: &[String]) {
    let there = carried(document, texts);
    let lost: Vec<_> = texts.iter().filter(|text| !there.contains(text)).collect();
    assert!(lost.is_empty(), "{what}: {} lost: {lost:?}", lost.len());
}

/// Texts that tell themselves apart: each behind a mark, none longer than a line.
fn marked(only: impl Fn(&str) -> bool) -> Vec<String> {
    let texts = hostile::texts().into_iter().filter(|text| text.len() <= 200 && only(text));
    let marked: Vec<String> =
        texts.enumerate().map(|(number, text)| format!("{text}~{number}~")).collect();
    assert!(marked.len() >= 200, "{}", marked.len());
    marked
}

/// How many of [`marked`] texts an output shows in any form.
fn shown(output: &str, texts: &[String]) -> usize {
    (0..texts.len()).filter(|number| output.contains(&format!("~{number}~"))).count()
}

/// The text within quotes of a STIX pattern.
fn quoted(text: &str) -> String {
    text.replace('\\', "\\\\").replace('\'', "\\'")
}
