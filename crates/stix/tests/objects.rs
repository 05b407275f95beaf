//! The page `fixtures/objects/objects.txt`: objects with the only thing that is wrong with them.
#![allow(clippy::unwrap_used)] // A test that fails here has failed.

use std::collections::BTreeSet;

#[test]
fn every_row_holds_and_every_code_has_one() {
    let text = include_str!("../fixtures/objects/objects.txt");
    let (mut failed, mut codes) = (Vec::new(), BTreeSet::new());
    for (number, line) in text.lines().enumerate() {
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let mut words = line.splitn(4, ' ');
        let (word, code) = (words.next().unwrap(), words.next().unwrap());
        let rest = words.next().unwrap();
        // `valid -` has no path.
        let (path, object) = match word {
            "valid" => ("", line.strip_prefix("valid - ").unwrap()),
            _ => (rest.trim_start_matches('.'), words.next().unwrap()),
        };
        let found = stix::validate(object);
        let of = |list: &[stix::Diagnostic]| -> Vec<(String, String)> {
            list.iter().map(|one| (one.code.to_string(), one.path.clone())).collect()
        };
        let (errors, warnings) = (of(&found.errors), of(&found.warnings));
        let wanted = vec![(code.to_owned(), path.to_owned())];
        let fits = found.not_json.is_none()
            && match word {
                "valid" => errors.is_empty() && warnings.is_empty(),
                "must" => errors == wanted,
                _ => errors.is_empty() && warnings == wanted,
            };
        if !fits {
            failed.push(format!("{}: {line}\n    {errors:?} {warnings:?}", number + 1));
        }
        codes.insert(code);
    }
    assert!(failed.is_empty(), "{} rows:\n{}", failed.len(), failed.join("\n"));
    let missing: Vec<&str> =
        stix::Code::ALL.iter().map(|one| one.as_str()).filter(|one| !codes.contains(one)).collect();
    assert_eq!(missing, Vec::<&str>::new());
}

/// A diagnostic names the line where it stands, in a bundle of several.
#[test]
fn lines_are_those_of_the_text() {
    let text = "{\"type\": \"bundle\",\n \"id\": \"bundle--1\",\n \"objects\": [\n\
                {\"type\": \"campaign\",\n  \"name\": 5}\n]}";
    let found = stix::validate(text);
    let at = |path: &str| {
        found.errors.iter().find(|one| one.path == path).map(|one| (one.line, one.code.as_str()))
    };
    assert_eq!(at("name"), Some((5, "wrong-type")));
    assert_eq!(at("created"), Some((4, "missing-property")));
    assert_eq!(at("id"), Some((4, "missing-property")));
    assert!(found.errors.iter().any(|one| (one.line, one.path.as_str()) == (2, "id")));
    // Up to where it stops being JSON, objects were looked at.
    let cut = &text[..text.len() - 2];
    assert_eq!(stix::validate(cut).objects, 1);
    assert!(stix::validate(cut).not_json.is_some());
    assert!(stix::validate(&"[".repeat(1_000_000)).not_json.is_some());
}
