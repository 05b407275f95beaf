//! The pages that explain codes list every code, and no others.
#![allow(clippy::unwrap_used)] // A test that fails here has failed.

use std::collections::BTreeSet;
use std::path::Path;

/// The words in backticks in the first column of the table under `## Codes`.
fn listed(page: &str) -> BTreeSet<String> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/design").join(page);
    let text = std::fs::read_to_string(path).unwrap();
    let (_, section) = text.split_once("## Codes").unwrap();
    let rows = section.lines().filter(|line| line.starts_with("| `"));
    rows.flat_map(|row| {
        let first = row.split('|').nth(1).unwrap().to_owned();
        first.split('`').skip(1).step_by(2).map(ToOwned::to_owned).collect::<Vec<_>>()
    })
    .collect()
}

#[test]
fn every_code_has_its_row() {
    let patterns = stix::pattern::PatternCode::ALL.iter().map(|one| one.to_string()).collect();
    assert_eq!(listed("stix-patterns.md"), patterns);
    let objects = stix::Code::ALL.iter().map(|one| one.to_string()).collect();
    assert_eq!(listed("stix-objects.md"), objects);
}
