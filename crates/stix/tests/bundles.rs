//! Files and the objects in them.
#![allow(clippy::unwrap_used)] // A test may.

use stix::{Bounds, FileError, NamedKind, Object, ObjectError, Summary, read};

/// Every object as `type id`, every error with its place.
fn read_all(bytes: &[u8]) -> (Vec<Result<String, ObjectError>>, Result<Summary, FileError>) {
    let mut seen = Vec::new();
    let summary = read(bytes, Bounds::default(), &mut |object| {
        let label = |o: Object<'_>| format!("{} {}", &*o.common().kind, &*o.common().id);
        seen.push(object.map(label));
    });
    (seen, summary)
}

const INDICATOR: &str = r#"{"type":"indicator","spec_version":"2.1","id":"indicator--1",
 "created":"2024-01-02T03:04:05.000Z","modified":"2024-01-02T03:04:06.000Z","revoked":true,
 "name":"a \"name\"","description":"d","pattern":"[url:value = 'http://a.example/?b=\\'c']",
 "pattern_type":"stix","valid_from":"2024-01-01T00:00:00Z","valid_until":"2025-01-01T00:00:00Z",
 "confidence":85,"labels":["x"],"indicator_types":["malicious-activity"],
 "kill_chain_phases":[{"kill_chain_name":"mitre-mobile-attack","phase_name":"collection"}],
 "external_references":[{"source_name":"s","url":"https://s.example/","external_id":"T1"}],
 "extensions":{"extension-definition--9":{"extension_type":"property-extension","port":4432}},
 "x_unknown":[1,{"a":null}]}"#;

#[test]
fn an_indicator_with_all_its_parts() {
    let bundle = format!(r#"{{"type":"bundle","id":"bundle--7","objects":[{INDICATOR}]}}"#);
    for file in [bundle.clone(), format!("[{INDICATOR}]"), INDICATOR.to_owned()] {
        let mut count = 0;
        let summary = read(file.as_bytes(), Bounds::default(), &mut |object| {
            let Ok(Object::Indicator(one)) = object else { panic!("{object:?}") };
            count += 1;
            assert_eq!(&*one.common.id, "indicator--1");
            assert!(one.common.revoked);
            assert_eq!(one.common.confidence, Some(85));
            assert_eq!(one.name.as_deref(), Some("a \"name\""));
            assert_eq!(&*one.pattern, r"[url:value = 'http://a.example/?b=\'c']");
            assert_eq!(one.valid_until.as_deref(), Some("2025-01-01T00:00:00Z"));
            assert_eq!(one.common.references[0].url.as_deref(), Some("https://s.example/"));
            #[derive(serde::Deserialize)]
            struct Port {
                port: u16,
            }
            let port = one.common.extension::<Port>("extension-definition--9").unwrap().unwrap();
            assert_eq!(port.port, 4432);
            assert!(one.common.extension::<Port>("extension-definition--8").is_none());
        });
        assert_eq!(count, 1);
        assert_eq!(summary.unwrap().types["indicator"], 1);
    }
    assert_eq!(read_all(bundle.as_bytes()).1.unwrap().bundle_id.as_deref(), Some("bundle--7"));
}

#[test]
fn other_objects() {
    let file = br#"{"objects":[
      {"type":"malware","id":"malware--1","name":"Fam","is_family":true},
      {"type":"relationship","id":"relationship--1","relationship_type":"indicates",
       "source_ref":"indicator--1","target_ref":"malware--1"},
      {"type":"report","id":"report--1","name":"R","object_refs":["indicator--1"]},
      {"type":"identity","id":"identity--1","name":"I"},
      {"type":"x-odd","id":"x-odd--1","name":{"not":"a string"},"confidence":"high"},
      {"type":"sighting","id":"sighting--1"}]}"#;
    let mut named = Vec::new();
    let summary = read(&file[..], Bounds::default(), &mut |object| match object.unwrap() {
        Object::Named(one) => {
            named.push((one.kind, one.name.unwrap().to_string(), one.object_refs.len()));
        }
        Object::Relationship(one) => {
            assert_eq!((&*one.source, &*one.target), ("indicator--1", "malware--1"));
        }
        Object::Indicator(one) => panic!("{one:?}"),
        Object::Other(_) => {}
    });
    let expected = [
        (NamedKind::Malware, "Fam".to_owned(), 0),
        (NamedKind::Report, "R".to_owned(), 1),
        (NamedKind::Identity, "I".to_owned(), 0),
    ];
    assert_eq!(named, expected);
    let summary = summary.unwrap();
    assert_eq!(summary.types.values().sum::<u64>(), 6);
    assert_eq!(summary.types["x-odd"], 1);
}

#[test]
fn a_bad_object_costs_only_itself() {
    let file = r#"{"type":"bundle","id":"bundle--1","objects":[
{"type":"indicator","id":"indicator--1","pattern":"[a:b='c']"},
{"type":"indicator","id":"indicator--2","pattern":7},
{"type":"indicator","id":"indicator--3"},
{"type":"indicator","id":"indicator--4","pattern":"[a:b='c']","confidence":101},
{"type":"indicator","id":"indicator--5","pattern":},
{"type":"indicator","pattern":"[a:b='c']"},
17,
{"type":"indicator","id":"indicator--8","pattern":"[a:b='c']"}]}"#;
    let (seen, summary) = read_all(file.as_bytes());
    assert_eq!(summary.unwrap().malformed, 6);
    let ids: Vec<_> = seen
        .iter()
        .map(|one| match one {
            Ok(label) => label.clone(),
            Err(error) => format!("{} {:?}", error.index, error.id.as_deref()),
        })
        .collect();
    let expected = [
        "indicator indicator--1",
        "1 Some(\"indicator--2\")",
        "2 Some(\"indicator--3\")",
        "3 Some(\"indicator--4\")",
        "4 Some(\"indicator--5\")",
        "5 None",
        "6 None",
        "indicator indicator--8",
    ];
    assert_eq!(ids, expected);
    // The place of the wrong value, counted by hand through the file.
    let at = |text: &str| file.find(text).unwrap() as u64;
    assert_eq!(seen[1].as_ref().unwrap_err().offset, at("7}"));
    assert_eq!(
        seen[2].as_ref().unwrap_err().offset,
        at(r#"{"type":"indicator","id":"indicator--3""#)
    );
    assert_eq!(seen[4].as_ref().unwrap_err().offset, at("},\n{\"type\":\"indicator\",\"pattern\""));
}

#[test]
fn what_is_no_stix() {
    for (file, json) in [
        ("", false),
        ("hello", false),
        ("PK\u{3}\u{4}", false),
        ("{\"type\":\"bundle\"", false),
        ("{\"type\":\"bundle\",\"objects\":[{}", false),
        ("{\"type\":bundle,\"objects\":[]}", false),
        ("{\"type\":\"bundle\",\"objects\":{}}", false),
        ("{}", true),
        ("7", false),
    ] {
        let (_, summary) = read_all(file.as_bytes());
        match summary {
            Err(FileError::NotStix { .. }) => assert!(json, "{file}"),
            Err(FileError::NotJson { .. }) => assert!(!json, "{file}"),
            other => panic!("{file}: {other:?}"),
        }
    }
    assert!(read_all(b"[]").1.is_ok());
    assert!(read_all(br#"{"type":"bundle","id":"bundle--1"}"#).1.is_ok());
    let bundle = format!(r#"{{"type":"bundle","id":"bundle--7","objects":[{INDICATOR}]}}"#);
    for cut in 0..bundle.len() {
        assert!(read_all(&bundle.as_bytes()[..cut]).1.is_err(), "cut at {cut}");
    }
}

#[test]
fn deep_nesting_is_one_bad_object() {
    let deep = "[".repeat(200_000);
    let closed = "]".repeat(200_000);
    let file = format!(
        r#"{{"objects":[{{"type":"x","id":"x--1","a":{deep}{closed}}},{{"type":"y","id":"y--1"}}]}}"#
    );
    let (seen, summary) = read_all(file.as_bytes());
    assert!(summary.is_ok());
    assert!(seen[0].is_err());
    assert_eq!(seen[1].as_deref(), Ok("y y--1"));
}
