//! JSON that people, terminals or editors may come to see is written by `harmless::json`, which
//! leaves no character in it that acts. serde_json's own writers leave such characters as they are.

use super::Outcome;
use super::source::{in_crate, is_test_file, places, rust_files, tokens};
use crate::workspace::Workspace;
use anyhow::{Context, Result};
use std::fs;

/// Files that may use serde_json's writers, by the beginning of their path, and why.
const MAY_WRITE: &[(&str, &str)] = &[
    ("crates/harmless/", "it is the writer"),
    ("crates/stix/src/deterministic.rs", "the form that ids are made from, which nobody sees"),
    ("crates/intel/src/prepared.rs", "the head of an index, which no text tool opens"),
    ("crates/fuzzed/", "what is written is read again, and shown to nobody"),
    ("crates/advisory/", "metadata and what is signed beside it: the bytes are what counts"),
    ("crates/sightings/", "ids, digits and hex alone, as they were signed"),
    ("crates/testkit/", "synthetic evidence"),
    ("xtask/", "the project's own files"),
];

/// The writers. `to_string` and `to_vec` are common names, so that they count only behind their crate.
const WRITERS: &[&[&str]] = &[
    &["to_writer"],
    &["to_writer_pretty"],
    &["to_string_pretty"],
    &["to_vec_pretty"],
    &["serde_json", ":", ":", "to_string"],
    &["serde_json", ":", ":", "to_vec"],
];

pub(super) fn check(workspace: &Workspace) -> Result<Outcome> {
    let mut outcome = Outcome::default();
    for path in rust_files(workspace)? {
        let shown = workspace.show(&path);
        let may = MAY_WRITE.iter().any(|(start, _)| shown.starts_with(start));
        if may || is_test_file(&shown) || in_crate(&shown).is_none() {
            continue;
        }
        let text = fs::read_to_string(&path)?;
        for line in lines(&text).with_context(|| shown.clone())? {
            outcome
                .problems
                .push(format!("{shown}:{line}: writes JSON, but not by harmless::json"));
        }
    }
    let files: Vec<_> = MAY_WRITE.iter().map(|(file, why)| format!("{file} ({why})")).collect();
    outcome.note = Some(format!("may use serde_json's writers: {}", files.join(", ")));
    Ok(outcome)
}

fn lines(text: &str) -> Result<Vec<usize>> {
    let tokens = tokens(text)?;
    Ok(WRITERS.iter().flat_map(|writer| places(&tokens, writer)).collect())
}

#[cfg(test)]
mod tests {
    use super::lines;

    #[test]
    fn writers_are_seen_and_text_and_tests_are_not() {
        let text = "fn a() { serde_json::to_writer(o, &v); }\nuse serde_json::{Value, to_string_pretty};\nfn b() { serde_json :: to_string(&v); }";
        let mut found = lines(text).unwrap();
        found.sort_unstable();
        assert_eq!(found, [1, 2, 3]);
        let other = "// serde_json::to_string\nfn c() { x.to_string(); serde_json::from_str(s); }\n#[cfg(test)] mod t { fn f() { serde_json::to_vec(v); } }";
        assert!(lines(other).unwrap().is_empty());
    }
}
