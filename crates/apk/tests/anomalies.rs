//! `docs/design/anomalies.md` lists what the code tells; ids are unique and never reused.

#![allow(clippy::unwrap_used)] // Tests: a failure is a failure.

use apk::AnomalyKind;
use std::collections::BTreeSet;
use std::path::Path;

#[test]
fn ids_are_unique_and_well_formed() {
    let ids: BTreeSet<&str> = AnomalyKind::ALL.iter().map(|kind| kind.id()).collect();
    assert_eq!(ids.len(), AnomalyKind::ALL.len());
    let fits = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    assert!(ids.iter().all(|id| id.chars().all(fits)), "{ids:?}");
}

/// `UPDATE_DOCS=1` writes the list anew.
#[test]
fn the_page_lists_every_anomaly() {
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/design/anomalies.md");
    let text = std::fs::read_to_string(&page).unwrap();
    let mark = "<!-- written by crates/apk/tests/anomalies.rs -->\n";
    let (head, _) = text.split_once(mark).unwrap();
    let mut whole = format!("{head}{mark}");
    for kind in AnomalyKind::ALL {
        let (id, meaning, android) = (kind.id(), kind.meaning(), kind.android());
        whole.push_str(&format!("\n### `{id}`\n{meaning}.\n\nAndroid: {android}\n"));
    }
    if std::env::var_os("UPDATE_DOCS").is_some() {
        std::fs::write(&page, &whole).unwrap();
    }
    assert!(text == whole || std::env::var_os("UPDATE_DOCS").is_some(), "the page is out of date");
}
