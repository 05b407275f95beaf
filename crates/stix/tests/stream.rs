//! A file above the size that is held as a whole comes out as it does as a whole.
#![allow(clippy::unwrap_used)] // A test may.

use stix::{Code, Diagnostic, validate, validate_file};

const OBJECTS: [&str; 5] = [
    r#"{"type": "identity", "spec_version": "2.1",
  "id": "identity--8f1ee4b6-7f3b-4a44-9b3a-3f2f4f4fa001", "name": "A",
  "created": "2024-01-01T00:00:00.000Z", "modified": "2024-01-01T00:00:00.000Z"}"#,
    r#"{"type": "campaign",
  "spec_version": "2.1",
  "id": "campaign--1"}"#,
    "7",
    r#"{"type": "identity", "spec_version": "2.1",
  "id": "identity--8f1ee4b6-7f3b-4a44-9b3a-3f2f4f4fa001", "name": "B",
  "created": "2024-01-01T00:00:00.000Z", "modified": "2024-01-01T00:00:00.000Z"}"#,
    r#"{"type": "indicator", "id": "indicator--8f1ee4b6-7f3b-4a44-9b3a-3f2f4f4fa001",
  "spec_version": "2.1", "created": "2024-01-01T00:00:00.000Z",
  "modified": "2024-01-01T00:00:00.000Z", "valid_from": "2024-01-01T00:00:00Z",
  "pattern_type": "stix", "pattern": "[a:b = ]"}"#,
];

fn files() -> Vec<String> {
    let list = OBJECTS.join(",\n\n");
    vec![
        format!(
            "{{\"type\": \"bundle\",\n\"id\": \"bundle--8f1ee4b6-7f3b-4a44-9b3a-3f2f4f4fa001\",\n\"objects\": [\n{list}]}}"
        ),
        format!("\u{feff}[{list}]"),
        OBJECTS.join("\n"),
    ]
}

/// Without the message: of a pattern's error, all else is enough.
fn told(list: &[Diagnostic]) -> Vec<(Code, Option<&str>, &str, usize)> {
    list.iter().map(|one| (one.code, one.object.as_deref(), &*one.path, one.line)).collect()
}

#[test]
fn object_by_object_it_is_the_same() {
    for text in files() {
        let (whole, parts) = (validate(&text), validate_file(text.as_bytes(), 150).unwrap());
        assert!(whole.errors.len() >= 4, "{whole:?}");
        assert_eq!(told(&parts.errors), told(&whole.errors), "{text}");
        assert_eq!(told(&parts.warnings), told(&whole.warnings), "{text}");
        assert_eq!((parts.objects, parts.not_json), (5, None));
        assert_eq!(validate_file(text.as_bytes(), 1 << 20).unwrap(), whole);
    }
}

/// What is broken in the middle is told with its line, and the rest is looked at.
#[test]
fn a_broken_object_costs_only_itself() {
    let deep = format!("{{\"type\": \"x-a\", \"x\": {}{}}}", "[".repeat(500), "]".repeat(500));
    let text = format!(
        "{{\"type\": \"bundle\", \"id\": \"x\", \"objects\": [\n{deep},\n{{\"type\": oops}},\n{}]}}",
        OBJECTS[1]
    );
    let found = validate_file(text.as_bytes(), 150).unwrap();
    let broken: Vec<usize> = found
        .errors
        .iter()
        .filter(|one| one.code == Code::NotAnObject)
        .map(|one| one.line)
        .collect();
    assert_eq!(broken, [2, 3], "{:?}", found.errors);
    assert!(found.errors.iter().any(|one| one.code == Code::BadIdentifier && one.line == 6));
    assert!(found.errors.iter().any(|one| one.code == Code::BadIdentifier && one.line == 1));
    assert_eq!(found.objects, 3);
}

#[test]
fn a_file_that_ends_early_or_is_no_text() {
    let text = files().remove(0);
    let cut = &text[..text.len() - 2];
    let found = validate_file(cut.as_bytes(), 150).unwrap();
    assert_eq!(found.not_json, Some((cut.len(), "more, but the text ends")));
    assert!(!found.is_valid() && found.objects == 5);
    for whole in [4, 1000] {
        let found = validate_file(&b"\xff\xfe{\0}\0 \0 \0 \0"[..], whole).unwrap();
        assert!(found.not_json.is_some() && !found.is_valid());
    }
}

/// Many objects take no more than one does.
#[test]
fn a_long_list_is_gone_through() {
    let text = format!("[{}]", vec![OBJECTS[0]; 5000].join(","));
    let found = validate_file(text.as_bytes(), 1 << 10).unwrap();
    assert_eq!((found.objects, found.errors.len()), (5000, 0));
    assert_eq!(found.warnings.len(), 4999, "one version each time anew");
    assert_eq!(found.warnings[4998].line, 4999 * 2 + 1);
}
