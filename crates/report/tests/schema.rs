//! The committed schema is the one this version writes, and what it writes keeps to it.
#![allow(clippy::unwrap_used)] // A test that fails here has failed.

mod synthetic;

use model::Strength;
use report::{Parts, Report};
use serde_json::{Value, json};
use std::path::Path;

fn document(parts: Parts) -> Value {
    let mut out = Vec::new();
    report::json::write(&mut out, &Report::new(parts)).unwrap();
    serde_json::from_slice(&out).unwrap()
}

/// `UPDATE_SCHEMAS=1 cargo test -p report` writes the file anew.
#[test]
fn the_committed_schema_is_the_one_of_this_version() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../schemas/tamarisk.report.1.json");
    let mut fresh = Vec::new();
    record::json::write_pretty(&mut fresh, &report::schema()).unwrap();
    if std::env::var_os("UPDATE_SCHEMAS").is_some() {
        std::fs::write(&file, &fresh).unwrap();
    }
    let same = std::fs::read(&file).unwrap() == fresh;
    assert!(same, "refresh it with: UPDATE_SCHEMAS=1 cargo test -p report");
}

#[test]
fn what_is_written_keeps_to_the_schema() {
    assert!(jsonschema::meta::is_valid(&report::schema()));
    let validator = jsonschema::draft202012::new(&report::schema()).unwrap();
    let mut bare = synthetic::quiet();
    bare.sources.clear();
    bare.artifacts.clear();
    bare.knowledge.clear();
    bare.limits.clear();
    bare.findings = vec![synthetic::finding(Strength::Exposure, "t", "")];
    for parts in [synthetic::quiet(), synthetic::eventful(), bare] {
        let document = document(parts);
        let errors: Vec<String> = validator.iter_errors(&document).map(|e| e.to_string()).collect();
        assert!(errors.is_empty(), "{errors:?}");
    }
}

/// A schema that lets everything pass would make the test above worthless.
#[test]
fn what_breaks_the_shape_does_not_pass() {
    let validator = jsonschema::draft202012::new(&report::schema()).unwrap();
    let good = document(synthetic::eventful());
    let pointers = [
        "",
        "/coverage",
        "/coverage/artifacts/0",
        "/coverage/gaps/0",
        "/sources/0",
        "/findings/0/subject",
        "/findings/0/evidence/0",
        "/findings/0/evidence/0/time",
        "/findings/0",
        "/provenance",
    ];
    for pointer in pointers {
        let keys: Vec<String> =
            good.pointer(pointer).unwrap().as_object().unwrap().keys().cloned().collect();
        for key in keys {
            if pointer.ends_with("/subject") && key == "user" || key == "note" {
                continue;
            }
            let mut broken = good.clone();
            broken.pointer_mut(pointer).unwrap()[&key] = json!([[1.5]]);
            assert!(!validator.is_valid(&broken), "{pointer}/{key} of another type");
            broken.pointer_mut(pointer).unwrap().as_object_mut().unwrap().remove(&key);
            assert!(!validator.is_valid(&broken), "{pointer} without {key}");
        }
    }
    for (pointer, value) in [
        ("/outcome", json!("clean")),
        ("/findings/0/strength", json!("certain")),
        ("/findings/0/evidence", json!([])),
        ("/findings/0/confidence", json!(101)),
        ("/findings/0/evidence/0/sha256", json!("ABC")),
        ("/findings/0/evidence/0/position", json!({})),
        ("/provenance/examined_at", json!("yesterday")),
    ] {
        let mut broken = good.clone();
        *broken.pointer_mut(pointer).unwrap() = value;
        assert!(!validator.is_valid(&broken), "{pointer}");
    }
}
