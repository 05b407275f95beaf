//! Every folder of `fixtures/` beside what must come out of it. The files are made up after the
//! documented formats; `expected.json` was worked out by hand.
//!
//! `expected.json`: `formats` (file → id of its format), `records` in order, each with the
//! properties that must be equal (`context` and `note` must hold the text given; `null` must be
//! absent), `skipped` (texts that place or reason must hold, in order), `objects` (how many),
//! `suppressions`, `remarks` (texts, each of which some remark must hold).
#![allow(clippy::unwrap_used, clippy::panic)] // A test may.

use lists::{Given, Import, Record};
use serde_json::{Value, json};
use std::fs;
use std::path::{Path, PathBuf};

#[test]
fn fixtures_come_out_as_expected() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures");
    let mut folders: Vec<PathBuf> =
        fs::read_dir(&root).unwrap().map(|entry| entry.unwrap().path()).collect();
    folders.sort();
    assert!(folders.len() >= 16, "a fixture for each format");
    for folder in &folders {
        check(folder);
    }
    let told: Vec<&str> = lists::FORMATS.iter().map(|format| format.id()).collect();
    for id in told {
        let used = folders.iter().any(|folder| {
            fs::read_to_string(folder.join("expected.json")).unwrap().contains(&format!("\"{id}\""))
        });
        assert!(used, "no fixture of format {id}");
    }
}

fn check(folder: &Path) {
    let shown = folder.display();
    let text = fs::read_to_string(folder.join("expected.json")).unwrap();
    let expected: Value = serde_json::from_str(&text).unwrap_or_else(|e| panic!("{shown}: {e}"));
    let mut files: Vec<PathBuf> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.file_name().unwrap() != "expected.json")
        .collect();
    files.sort();
    let mut import = Import::default();
    for file in &files {
        let name = file.file_name().unwrap().to_string_lossy().into_owned();
        let opened = fs::File::open(file).unwrap();
        import
            .read(&name, opened, &Given::default())
            .unwrap_or_else(|error| panic!("{}: {error}", file.display()));
    }
    import.suppress();
    for list in import.lists() {
        assert_eq!(expected["formats"][&*list.file], list.format, "{shown}: {}", list.file);
    }
    let records = expected["records"].as_array().cloned().unwrap_or_default();
    let found: Vec<Value> = import.records().iter().map(told).collect();
    let skipped: Vec<String> =
        import.skipped().iter().map(|s| format!("{} {}", s.place, s.reason)).collect();
    assert_eq!(found.len(), records.len(), "{shown}: {found:#?}\n{skipped:#?}");
    for (wanted, found) in records.iter().zip(&found) {
        for (key, value) in wanted.as_object().unwrap() {
            let same = match (key.as_str(), value, &found[key]) {
                ("context" | "note", Value::String(part), Value::String(whole)) => {
                    whole.contains(part.as_str())
                }
                (_, value, found) => value == found,
            };
            assert!(same, "{shown}: {key} should be {value} in {found:#}");
        }
    }
    let wanted = expected["skipped"].as_array().cloned().unwrap_or_default();
    assert_eq!(skipped.len(), wanted.len(), "{shown}: {skipped:#?}");
    for (wanted, told) in wanted.iter().zip(&skipped) {
        assert!(told.contains(wanted.as_str().unwrap()), "{shown}: {wanted} in {told}");
    }
    let objects = expected["objects"].as_u64().unwrap_or(0);
    assert_eq!(import.objects().len() as u64, objects, "{shown}: objects");
    let suppressions = expected["suppressions"].as_u64().unwrap_or(0);
    assert_eq!(import.suppressions().entries(), suppressions, "{shown}: suppressions");
    for remark in expected["remarks"].as_array().cloned().unwrap_or_default() {
        let mut all = import.lists().iter().flat_map(|list| &list.remarks);
        assert!(all.any(|one| one.contains(remark.as_str().unwrap())), "{shown}: {remark}");
    }
}

fn told(record: &Record) -> Value {
    let publications: Vec<Value> =
        record.publications.iter().map(|one| json!([one.name, one.url])).collect();
    json!({
        "kind": record.value.kind.name(), "value": record.value.text,
        "line": record.origin.line, "record": record.origin.record,
        "families": record.families, "publications": publications,
        "note": record.note, "date": record.date, "first_seen": record.first_seen,
        "trust": record.trust.name(), "confidence": record.confidence,
        "tlp": record.tlp.map(lists::Tlp::tag), "port": record.port,
        "exact_host": record.exact_host, "context": record.context,
    })
}
