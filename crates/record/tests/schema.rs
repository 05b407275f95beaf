//! The committed schema is the one this version writes, and what it writes keeps to it.
#![allow(clippy::unwrap_used)] // A test that fails here has failed.

mod synthetic;

use model::{Artifact, Device, Gap, Position, Source, SourceId, SourceKind, Status};
use record::{Counts, Record};
use serde_json::Value;
use std::path::Path;

fn validator() -> jsonschema::Validator {
    jsonschema::draft202012::new(&record::schema()).unwrap()
}

fn value(record: &Record) -> Value {
    let mut line = Vec::new();
    record.write_line(&mut line).unwrap();
    serde_json::from_slice(&line).unwrap()
}

/// `UPDATE_SCHEMAS=1 cargo test -p record` writes the file anew.
#[test]
fn the_committed_schema_is_the_one_of_this_version() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../schemas/tamarisk.record.1.json");
    let mut fresh = Vec::new();
    record::json::write_pretty(&mut fresh, &record::schema()).unwrap();
    if std::env::var_os("UPDATE_SCHEMAS").is_some() {
        std::fs::write(&file, &fresh).unwrap();
    }
    let committed = std::fs::read_to_string(&file).unwrap();
    let same = committed == String::from_utf8(fresh).unwrap();
    assert!(same, "refresh it with: UPDATE_SCHEMAS=1 cargo test -p record");
}

#[test]
fn the_schema_is_itself_valid() {
    assert!(jsonschema::meta::is_valid(&record::schema()));
}

#[test]
fn what_is_written_keeps_to_the_schema() {
    let validator = validator();
    let mut records: Vec<Record> = synthetic::observations(20)
        .into_iter()
        .map(|item| Record::from_item(SourceId(0), item))
        .collect();
    let abc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
    let artifact = |status, note: Option<&str>| Artifact {
        path: "a".into(),
        sha256: Some(abc.into()),
        size: Some(1),
        read_by: None,
        status,
        note: note.map(str::to_owned),
    };
    records.extend([
        Record::Source(Source {
            id: SourceId(0),
            path: "x.zip".into(),
            kind: SourceKind::Folder,
            device: Some(Device::default()),
        }),
        Record::Artifact(SourceId(0), artifact(Status::NotSupported, None)),
        Record::Artifact(SourceId(0), artifact(Status::Missing, Some("n"))),
        Record::Gap(None, Gap { artifact: None, position: None, reason: "r".into() }),
        Record::Gap(
            Some(SourceId(1)),
            Gap {
                artifact: Some("a".into()),
                position: Some(Position::bytes(1, 2)),
                reason: "r".into(),
            },
        ),
        Record::End(Counts::default()),
    ]);
    for record in &records {
        let value = value(record);
        let errors: Vec<String> = validator.iter_errors(&value).map(|e| e.to_string()).collect();
        assert!(errors.is_empty(), "{value}: {errors:?}");
    }
}

/// A schema that lets everything pass would make the test above worthless.
#[test]
fn what_breaks_the_shape_does_not_pass() {
    let validator = validator();
    let good = synthetic::observations(3)
        .into_iter()
        .map(|item| value(&Record::from_item(SourceId(0), item)));
    for value in good {
        let mut broken = Vec::new();
        for key in ["record", "source", "kind", "subject", "fields", "atoms", "artifact", "parser"]
        {
            let mut without = value.clone();
            without.as_object_mut().unwrap().remove(key);
            broken.push(without);
            let mut wrong = value.clone();
            wrong[key] = serde_json::json!([1.5]);
            broken.push(wrong);
        }
        for field in value["fields"].as_object().unwrap().keys() {
            let mut without = value.clone();
            without["fields"].as_object_mut().unwrap().remove(field);
            broken.push(without);
            let mut wrong = value.clone();
            wrong["fields"][field] = serde_json::json!({});
            broken.push(wrong);
        }
        for broken in broken {
            assert!(!validator.is_valid(&broken), "{broken}");
        }
    }
    for line in [
        r#"{"record":"verdict"}"#,
        r#"{"record":"end","schema":"tamarisk.record/1"}"#,
        r#"{"record":"gap","source":0,"artifact":null,"position":{},"reason":"r"}"#,
    ] {
        assert!(!validator.is_valid(&serde_json::from_str(line).unwrap()), "{line}");
    }
}
