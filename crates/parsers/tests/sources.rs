//! Walks `fixtures/sources/KIND/CASE`: artifacts of a source of that kind, as they lie in it, and
//! `expected.json`, which maps an artifact's path to `status`, `facts` and `gaps`, by hand.
//!
//! A fact names its kind and every field that is stated, and as much of its place and time as the
//! case is about (`bytes`: the text that its byte range selects, `line`, `row`, `pointer`, `utc`,
//! `local`, `time_of`). A gap names a part of its reason.

#![allow(clippy::unwrap_used)] // a fixture that is not there must stop the test

mod walk;

use model::{Item, Observation, SourceKind, Status};
use serde_json::{Value, json};
use walk::Artifact;

fn artifacts() -> Vec<Artifact> {
    let mut found = Vec::new();
    for kind in std::fs::read_dir(walk::fixtures("sources")).unwrap() {
        let folder = kind.unwrap().path();
        let name = folder.file_name().unwrap().to_str().unwrap();
        let kind: SourceKind = serde_json::from_value(json!(name)).unwrap();
        found.extend(walk::artifacts(&folder, kind));
    }
    found.sort_by(|a, b| (&a.case, &a.path).cmp(&(&b.case, &b.path)));
    assert!(found.len() >= 3, "the fixtures are there");
    found
}

/// What is stated of an observation, by the names of `expected.json`.
fn shown(seen: &Observation, bytes: &[u8], wanted: &Value) -> Value {
    let fact = serde_json::to_value(&seen.fact).unwrap();
    let mut fields = fact["fields"].as_object().unwrap().clone();
    fields.retain(|_, value| !value.is_null() && *value != json!([]) && *value != json!(""));
    let mut shown = json!({"kind": fact["kind"], "fields": fields});
    let selected =
        seen.position.byte.and_then(|(start, end)| bytes.get(start as usize..end as usize));
    let time = seen.time.as_ref();
    for (name, value) in [
        ("bytes", selected.map(|text| json!(String::from_utf8_lossy(text)))),
        ("line", seen.position.line.map(Value::from)),
        ("row", seen.position.row.map(Value::from)),
        ("pointer", seen.position.pointer.clone().map(Value::from)),
        ("utc", time.map(|time| json!(time.utc))),
        ("local", time.filter(|time| time.utc.is_none()).map(|time| json!(time.value))),
        ("time_of", time.map(|time| json!(time.derived_from))),
    ] {
        if wanted.get(name).is_some() {
            shown[name] = value.unwrap_or(Value::Null);
        }
    }
    shown
}

#[test]
fn every_artifact_gives_what_stands_in_it() {
    for artifact in artifacts() {
        let Artifact { case, path, bytes, .. } = &artifact;
        let what = format!("{}/{path}", case.file_name().unwrap().to_str().unwrap());
        let expected = std::fs::read(case.join("expected.json")).unwrap();
        let expected: Value = serde_json::from_slice(&expected).unwrap();
        let expected = expected.get(path).unwrap_or_else(|| panic!("{what} is not described"));
        let (status, items) = walk::read(artifact.kind, &artifact.path, bytes);
        let (mut facts, mut gaps) = (Vec::new(), Vec::new());
        for item in items {
            match item {
                Item::Observation(seen) => facts.push(seen),
                Item::Gap(gap) => gaps.push(gap),
                other => panic!("{what}: unexpected {other:?}"),
            }
        }
        let list = |key: &str| expected.get(key).and_then(Value::as_array).cloned();
        let want_facts = list("facts").unwrap_or_default();
        for (index, seen) in facts.iter().enumerate() {
            assert_eq!(seen.parser, walk::parser(artifact.kind, &artifact.path).id());
            if let Some((start, end)) = seen.position.byte {
                assert!(start <= end && end <= bytes.len() as u64, "{what}: {seen:?}");
            }
            let want =
                want_facts.get(index).unwrap_or_else(|| panic!("{what}: too much: {seen:?}"));
            assert_eq!(*want, shown(seen, bytes, want), "{what}, fact {index}");
        }
        assert_eq!(
            facts.len(),
            want_facts.len(),
            "{what}: facts; next {:?}",
            want_facts.get(facts.len())
        );
        let want_gaps = list("gaps").unwrap_or_default();
        for (gap, want) in gaps.iter().zip(&want_gaps) {
            let part = want.as_str().unwrap();
            assert!(gap.reason.contains(part), "{what}: {:?} lacks {part:?}", gap.reason);
        }
        assert_eq!(gaps.len(), want_gaps.len(), "{what}: gaps: {gaps:?}");
        assert_eq!(serde_json::to_value(status).unwrap(), expected["status"], "{what}: status");
    }
}

/// Whatever was not read is told, and nothing else is called incomplete.
fn hold(artifact: &Artifact, bytes: &[u8], how: &str) {
    let (status, items) = walk::read(artifact.kind, &artifact.path, bytes);
    let gaps = items.iter().any(|item| matches!(item, Item::Gap(_)));
    assert_eq!(gaps, status != Status::Read, "{:?} {} {how}", artifact.case, artifact.path);
}

#[test]
fn cut_anywhere() {
    for artifact in artifacts() {
        let step = (artifact.bytes.len() / 400).max(1);
        for length in (0..artifact.bytes.len()).step_by(step) {
            hold(&artifact, &artifact.bytes[..length], &format!("cut to {length} bytes"));
        }
    }
}

#[test]
fn bits_flipped_anywhere() {
    for artifact in artifacts() {
        let mut bytes = artifact.bytes.clone();
        let step = (bytes.len() / 400).max(1);
        for at in (0..bytes.len()).step_by(step) {
            bytes[at] ^= 1 << (at % 8);
            hold(&artifact, &bytes, &format!("byte {at} changed"));
            bytes[at] = artifact.bytes[at];
        }
    }
}

/// The same bytes for every artifact: none takes another's form for its own, or fails on it.
#[test]
fn what_is_something_else() {
    let long = [&b"{\"dns_event\": {\"hostname\": \""[..], &vec![b'a'; 3 << 20], b"\"}}"].concat();
    let nested = [&b"[".repeat(200_000)[..], &b"]".repeat(200_000)].concat();
    let others: [&[u8]; 6] = [b"", b" \r\n ", &[0; 4096], &[0xff; 4096], &long, &nested];
    for artifact in artifacts() {
        for bytes in others {
            hold(&artifact, bytes, "replaced");
        }
    }
}
