//! Ordinary phones in makers' shapes and versions of Android: no finding but notes.
#![allow(clippy::unwrap_used)] // A test that fails here has failed.

mod support;

use std::path::Path;
use support::{Run, tamarisk};

/// What is found on a phone beyond notes: (strength, rule or indicator, subject, first row).
fn beyond_notes(phone: &Path) -> Vec<String> {
    let phone = phone.to_str().unwrap();
    let run: Run = tamarisk(&["check", "--format", "json", "--now", "2026-11-22T00:00:00Z", phone]);
    let report: serde_json::Value = serde_json::from_str(&run.stdout).unwrap();
    assert_eq!(report["coverage"]["gaps"], serde_json::json!([]), "{phone}");
    let findings = report["findings"].as_array().unwrap().clone();
    assert!(!findings.is_empty(), "{phone}: these phones have what is worth a note");
    findings
        .into_iter()
        .filter(|finding| finding["strength"] != "note")
        .map(|f| {
            let text = &f["evidence"][0]["text"];
            format!("{} {} {} {text}", f["strength"], f["because"]["id"], f["subject"]["value"])
        })
        .collect()
}

#[test]
fn no_ordinary_phone_gives_more_than_notes() {
    let folder = tempfile::tempdir().unwrap();
    let phones = testkit::quiet::phones();
    assert!(phones.len() >= 10);
    for (name, phone) in phones {
        let path = folder.path().join(name);
        phone.write_to(&path).unwrap();
        assert_eq!(beyond_notes(&path), [""; 0], "{name}");
    }
}

/// The same phones' bug reports alone, packed as Samsung, Xiaomi, OPPO and the others pack them.
#[test]
fn no_ordinary_bug_report_gives_more_than_notes() {
    let folder = tempfile::tempdir().unwrap();
    for (name, file, bytes) in testkit::quiet::bug_reports() {
        let path = folder.path().join(name);
        std::fs::create_dir(&path).unwrap();
        let path = path.join(file);
        std::fs::write(&path, bytes).unwrap();
        assert_eq!(beyond_notes(&path), [""; 0], "{name}");
    }
}
