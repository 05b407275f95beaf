//! `tamarisk stix`: exit codes, and documents that keep to their schemas.
#![allow(clippy::unwrap_used, clippy::print_stdout)] // A test may.

mod support;

use serde_json::{Value, json};
use std::path::Path;
use support::{Run, tamarisk, tamarisk_fed};

/// Runs a command with `--format json`; its exit code and document, held against its schema.
fn run(command: &str, args: &[&str], input: &str) -> (i32, Value) {
    let mut all = vec!["stix", command, "--format", "json"];
    all.extend(args);
    let Run { code, stdout, .. } = tamarisk_fed(&all, input.as_bytes());
    let document: Value = serde_json::from_str(&stdout).unwrap_or_else(|_| panic!("{stdout}"));
    let schema = format!("../../schemas/tamarisk.stix.{command}.1.json");
    let schema = Path::new(env!("CARGO_MANIFEST_DIR")).join(schema);
    let schema: Value = serde_json::from_slice(&std::fs::read(schema).unwrap()).unwrap();
    assert!(jsonschema::meta::is_valid(&schema));
    let validator = jsonschema::draft202012::new(&schema).unwrap();
    let errors: Vec<String> = validator.iter_errors(&document).map(|e| e.to_string()).collect();
    assert!(errors.is_empty(), "{document}: {errors:?}");
    (code, document)
}

const OBSERVED: &str = r#"{"type": "observed-data", "id": "observed-data--1", "number_observed": 1,
  "first_observed": "2020-01-01T00:00:00Z", "last_observed": "2020-01-01T00:00:00Z",
  "objects": {"0": {"type": "file", "name": "a", "parent_directory_ref": "1"},
              "1": {"type": "directory", "path": "/tmp"}}}"#;

#[test]
fn patterns_match_or_not() {
    let matches = |pattern: &str, input: &str| {
        run("match", &["--pattern", pattern, "--observed", "-"], input)
    };
    let hit = json!({"match": true, "observed": ["observed-data--1"]});
    let miss = json!({"match": false, "observed": []});
    let pattern = "[file:name = 'a' AND file:parent_directory_ref.path = '/tmp']";
    assert_eq!(matches(pattern, OBSERVED), (0, hit.clone()));
    assert_eq!(matches("[file:name = 'b']", OBSERVED), (1, miss));
    // A list, lines, and a bundle of 2.1.
    assert_eq!(matches(pattern, &format!("[{OBSERVED}]")), (0, hit));
    let two = format!("{OBSERVED}\n{}", OBSERVED.replace("data--1", "data--2"));
    let both = json!({"match": true, "observed": ["observed-data--1", "observed-data--2"]});
    assert_eq!(matches(&format!("{pattern} AND {pattern}"), &two.replace('\n', " ")), (0, both));
    let bundle = r#"{"type": "bundle", "id": "bundle--1", "objects": [
        {"type": "url", "id": "url--1", "value": "http://a/"}, {"type": "url", "id": "url--2", "value": "http://b/"},
        {"type": "observed-data", "id": "observed-data--3", "spec_version": "2.1", "number_observed": 1,
         "first_observed": "2020-01-01T00:00:00Z", "last_observed": "2020-01-01T00:00:00Z", "object_refs": ["url--1"]}]}"#;
    let third = json!({"match": true, "observed": ["observed-data--3"]});
    assert_eq!(matches("[url:value = 'http://a/']", bundle), (0, third));
    assert_eq!(matches("[url:value = 'http://b/']", bundle).0, 1);
}

#[test]
fn errors_tell_code_offset_and_what_was_expected() {
    let error = |command: &str, args: &[&str], input: &str| {
        let (code, document) = run(command, args, input);
        assert_eq!(code, 2, "{document}");
        (
            document["error"]["code"].as_str().unwrap().to_owned(),
            document["error"]["offset"].as_u64(),
        )
    };
    let matches = |pattern: &str, input: &str| {
        error("match", &["--pattern", pattern, "--observed", "-"], input)
    };
    assert_eq!(matches("[a:b = ]", OBSERVED), ("syntax".into(), Some(7)));
    assert_eq!(matches("[file:name MATCHES '(']", OBSERVED), ("bad-regex".into(), Some(1)));
    let no_time = "[file:name = t'2020-01-01T00:00:00Z']";
    assert_eq!(matches(no_time, OBSERVED), ("not-a-timestamp".into(), Some(1)));
    assert_eq!(matches("[a:b = 1]", "{\"type\""), ("not-json".into(), Some(7)));
    assert_eq!(matches("[a:b = 1]", ""), ("not-observed-data".into(), Some(0)));
    let args = ["--pattern", "[a:b = 1]", "--observed", "/nowhere/at/all"];
    assert_eq!(error("match", &args, "").0, "unreadable");
    assert_eq!(error("format", &["--pattern", "[a:b"], ""), ("syntax".into(), Some(4)));
    let twice = "[a:b = 1] REPEATS 2 TIMES REPEATS 2 TIMES";
    assert_eq!(
        error("format", &["--pattern", twice], ""),
        ("duplicate-qualifier".into(), Some(26))
    );
    assert_eq!(error("validate", &["-"], "no"), ("not-json".into(), Some(0)));
    let exists = ["--pattern", "[EXISTS a:b]", "--stix-version", "2.0"];
    assert_eq!(error("format", &exists, "").0, "not-in-version");
}

#[test]
fn objects_are_judged_by_the_edition_they_state() {
    let valid = r#"{"type": "campaign", "spec_version": "2.1", "name": "a",
        "id": "campaign--8e2e2d2b-17d4-4cbf-938f-98ee46b3cd3f",
        "created": "2016-04-06T20:03:00.000Z", "modified": "2016-04-06T20:03:00.000Z"}"#;
    let (code, document) = run("validate", &["-"], valid);
    assert_eq!((code, &document["valid"], &document["objects"]), (0, &json!(true), &json!(1)));
    // A recommendation: a warning, or with --strict an error.
    let own = valid.replace("\"name\"", "\"x_own\": 1,\n\"name\"");
    let (code, document) = run("validate", &["-"], &own);
    assert_eq!((code, document["warnings"][0]["code"].as_str()), (0, Some("custom-property")));
    let (code, document) = run("validate", &["-", "--strict"], &own);
    let problem = &document["errors"][0];
    assert_eq!(
        (code, problem["code"].as_str(), problem["line"].as_u64()),
        (1, Some("custom-property"), Some(1))
    );
    assert_eq!(problem["path"], "x_own");
    // Without spec_version by 2.0, where an identity needs a class; by 2.1 it does not.
    let identity = r#"{"type": "identity", "id": "identity--8e2e2d2b-17d4-4cbf-938f-98ee46b3cd3f", "name": "a",
        "created": "2016-04-06T20:03:00.000Z", "modified": "2016-04-06T20:03:00.000Z"}"#;
    let (code, document) = run("validate", &["-"], identity);
    assert_eq!((code, document["errors"][0]["path"].as_str()), (1, Some("identity_class")));
    let stated = identity.replace("\"name\"", "\"spec_version\": \"2.1\", \"name\"");
    assert_eq!(run("validate", &["-"], &stated).0, 0);
}

#[test]
fn people_get_sentences() {
    let Run { code, stdout, .. } = tamarisk(&["stix", "format", "--pattern", "[a:b=1]"]);
    assert_eq!((code, stdout.as_str()), (0, "[a:b = 1]\n"));
    let args = ["stix", "match", "--pattern", "[file:name = 'a']", "--observed", "-"];
    let Run { code, stdout, .. } = tamarisk_fed(&args, OBSERVED.as_bytes());
    assert_eq!((code, stdout.as_str()), (0, "The pattern matches:\n  observed-data--1\n"));
    let Run { code, stderr, .. } = tamarisk(&["stix", "format", "--pattern", "[a:b="]);
    assert!(code == 2 && stderr.contains("at byte 5"), "{stderr}");
}
