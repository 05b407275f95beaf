//! `tamarisk apk verify`: its exit codes, and JSON that keeps to its schema.
#![allow(clippy::unwrap_used)] // A test that fails here has failed.

mod support;

use serde_json::Value;
use std::path::{Path, PathBuf};
use support::{Run, tamarisk};
use testkit::apk::{Apk, Scheme, Signer};

struct Files {
    folder: tempfile::TempDir,
}

impl Files {
    fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap() }
    }

    fn write(&self, name: &str, bytes: &[u8]) -> PathBuf {
        let path = self.folder.path().join(name);
        std::fs::write(&path, bytes).unwrap();
        path
    }
}

fn verify(path: &Path, more: &[&str]) -> Run {
    let path = path.to_string_lossy();
    tamarisk(&[&["apk", "verify", &path], more].concat())
}

fn json(run: &Run) -> Value {
    serde_json::from_str(&run.stdout).unwrap()
}

fn is_valid(document: &Value) {
    let schema = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../schemas");
    let schema = std::fs::read(schema.join("tamarisk.apk_verify.1.json")).unwrap();
    let schema: Value = serde_json::from_slice(&schema).unwrap();
    assert!(jsonschema::meta::is_valid(&schema));
    let validator = jsonschema::draft202012::new(&schema).unwrap();
    let errors: Vec<String> = validator.iter_errors(document).map(|e| e.to_string()).collect();
    assert!(errors.is_empty(), "{errors:?}: {document}");
}

#[test]
fn a_verified_app_is_0() {
    let files = Files::new();
    let lineage = [Signer::A, Signer::B];
    let schemes = [Scheme::V1, Scheme::V2, Scheme::V3];
    let apk = Apk::new("org.example.app").sdk(21, 34).rotated(&lineage).stamp(Signer::C);
    let (apk, idsig) = apk.sign(Signer::A, &schemes).build_with_idsig();
    let path = files.write("app.apk", &apk);

    let run = verify(&path, &["--format", "json"]);
    let document = json(&run);
    is_valid(&document);
    assert_eq!((run.code, &document["verified"]), (0, &Value::Bool(true)), "{document}");
    assert_eq!(document["stamp"]["status"], "STAMP_VERIFIED");
    assert_eq!(document["schemes"]["v1"]["verified"], true);
    assert_eq!(document["schemes"]["v31"]["present"], false);
    assert_eq!(document["lineage"][1]["sha256"], Signer::B.certificate_sha256());
    assert_eq!(document["decided_by"][2]["min_sdk"], 28);
    assert_eq!(document["decided_by"][2]["max_sdk"], i32::MAX);
    assert_eq!(document["errors"], Value::Array(Vec::new()));

    // The v4 signature that lies beside it is by the key before rotation.
    files.write("app.apk.idsig", &idsig);
    let document = json(&verify(&path, &["--format", "json"]));
    is_valid(&document);
    assert_eq!(document["schemes"]["v4"], serde_json::json!({"present": true, "verified": true}));
    assert_eq!(document["errors"][0]["issue"], "V4_SIG_V2_V3_SIGNERS_MISMATCH");
}

#[test]
fn a_changed_app_is_1_and_its_signer_is_only_stated() {
    let files = Files::new();
    let signed = Apk::new("org.example.app").stored("a.txt", "inert");
    let mut bytes = signed.sign(Signer::A, &[Scheme::V2]).build();
    let at = bytes.windows(5).position(|five| five == b"inert").unwrap();
    bytes[at] = b'I';
    let path = files.write("app.apk", &bytes);
    let run = verify(&path, &["--format", "json"]);
    let document = json(&run);
    is_valid(&document);
    assert_eq!((run.code, &document["verified"]), (1, &Value::Bool(false)));
    assert_eq!(document["errors"][0]["issue"], "V2_SIG_APK_DIGEST_DID_NOT_VERIFY");
    assert_eq!(document["errors"][0]["scheme"], "v2");

    let text = verify(&path, &[]);
    assert_eq!(text.code, 1);
    for part in ["NOT verified for SDK 24 and later", "nothing shows that their keys signed"] {
        assert!(text.stdout.contains(part), "{part} is missing in:\n{}", text.stdout);
    }
}

#[test]
fn the_range_can_be_given() {
    let files = Files::new();
    let apk = Apk::new("org.example.app").sdk(21, 29).sign(Signer::A, &[Scheme::V1]).build();
    let path = files.write("app.apk", &apk);
    let run = verify(&path, &["--min-sdk", "26", "--max-sdk", "28", "--format", "json"]);
    let document = json(&run);
    is_valid(&document);
    let expected = serde_json::json!([{"scheme": "v1", "min_sdk": 26, "max_sdk": 28}]);
    assert_eq!((run.code, &document["decided_by"]), (0, &expected));
    assert_eq!(verify(&path, &["--min-sdk", "30", "--max-sdk", "29"]).code, 2);
}

#[test]
fn unsigned_is_1_and_no_zip_is_2() {
    let files = Files::new();
    let unsigned = files.write("unsigned.apk", &Apk::new("org.example.app").sdk(21, 29).build());
    let run = verify(&unsigned, &["--format", "json"]);
    is_valid(&json(&run));
    assert_eq!((run.code, json(&run)["decided_by"].as_array().unwrap().len()), (1, 0));

    let text = files.write("text.apk", b"no zip");
    let run = verify(&text, &["--format", "json"]);
    assert_eq!((run.code, json(&run)["error"]["code"].as_str()), (2, Some("nothing_readable")));
    assert_eq!(verify(&files.folder.path().join("missing.apk"), &[]).code, 2);
}

/// A name in a certificate may hold what a terminal would obey.
#[test]
fn text_from_the_app_is_escaped() {
    let files = Files::new();
    let signed = Apk::new("org.example.app").sdk(21, 29).member("META-INF/\u{1b}[2J.txt", "x");
    let path = files.write("app.apk", &signed.sign(Signer::A, &[Scheme::V1]).build());
    let run = verify(&path, &[]);
    assert!(run.stdout.contains("JAR_SIG_UNPROTECTED_ZIP_ENTRY"), "{}", run.stdout);
    assert!(!run.stdout.contains('\u{1b}'));
}
