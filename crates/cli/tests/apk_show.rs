//! `tamarisk apk show`: its JSON holds to its schema, texts are harmless, exit codes are as told.

#![allow(clippy::unwrap_used, clippy::print_stderr)] // Tests: a failure is a failure.

mod support;

use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use support::tamarisk;
use testkit::apk::{Apk, Component, Scheme, Signer};

fn schema() -> jsonschema::Validator {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../schemas/tamarisk.apk_show.1.json");
    let schema: Value = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
    jsonschema::validator_for(&schema).unwrap()
}

/// What is shown of a file, held against the schema.
fn show(path: &Path) -> Value {
    let run =
        tamarisk(&["apk".as_ref(), "show".as_ref(), path.as_os_str(), "--format=json".as_ref()]);
    assert_eq!((run.code, run.stderr.as_str()), (0, ""), "{}", path.display());
    let shown: Value = serde_json::from_str(&run.stdout).unwrap();
    let errors: Vec<String> = schema().iter_errors(&shown).map(|e| e.to_string()).collect();
    assert!(errors.is_empty(), "{}: {errors:?}", path.display());
    shown
}

fn write(folder: &tempfile::TempDir, name: &str, bytes: &[u8]) -> PathBuf {
    let path = folder.path().join(name);
    std::fs::write(&path, bytes).unwrap();
    path
}

fn sample() -> Apk {
    Apk::new("org.example.app")
        .label("Example")
        .label_in("ug", "مىسال")
        .version("2.3.4", 234)
        .sdk(24, 33)
        .permission("android.permission.CAMERA")
        .activity(Component::launcher(".Main"))
        .service(
            Component::new(".Listener")
                .permission("android.permission.BIND_ACCESSIBILITY_SERVICE")
                .action("android.accessibilityservice.AccessibilityService"),
        )
        .provider(".Files")
        .sign(Signer::A, &[Scheme::V1, Scheme::V2])
}

#[test]
fn what_was_put_in_is_shown() {
    let folder = tempfile::tempdir().unwrap();
    let shown = show(&write(&folder, "app.apk", &sample().build()));
    assert_eq!(shown["package"], "org.example.app");
    assert_eq!(shown["version"], json!({"name": "2.3.4", "code": 234}));
    assert_eq!(shown["sdk"], json!({"min": 24, "target": 33, "max": null}));
    assert_eq!(shown["labels"], json!({"": "Example", "ug": "مىسال"}));
    assert_eq!(shown["permissions"], json!(["android.permission.CAMERA"]));
    let components: Vec<_> = shown["components"]
        .as_array()
        .unwrap()
        .iter()
        .map(|c| (c["kind"].as_str().unwrap(), c["exported"].clone(), c["exported_stated"].clone()))
        .collect();
    // A filter exports a service that states nothing; a provider is not from target SDK 17 on.
    assert_eq!(
        components,
        [
            ("activity", json!(true), json!(true)),
            ("service", json!(true), json!(null)),
            ("provider", json!(false), json!(null)),
        ]
    );
    assert_eq!(shown["services"][0]["service"], "accessibility");
    assert_eq!(shown["services"][0]["component"], "org.example.app.Listener");
    assert_eq!((&shown["anomalies"], &shown["problems"]), (&json!([]), &json!([])));
    assert_eq!(shown["members"][0]["name"], "AndroidManifest.xml");
}

#[test]
fn a_set_of_packages_is_one_app() {
    let folder = tempfile::tempdir().unwrap();
    let base = sample().build();
    let split = Apk::new("org.example.app").split("config.ug").build();
    let set =
        testkit::archive::zip([("splits/config.ug.apk", &split[..]), ("base.apk", &base[..])]);
    let shown = show(&write(&folder, "app.apks", &set));
    assert_eq!(
        (&shown["package"], &shown["base"]),
        (&json!("org.example.app"), &json!("base.apk"))
    );
    assert_eq!(shown["splits"].as_array().unwrap().len(), 1);
    assert_eq!(shown["splits"][0]["split"]["name"], "config.ug");
    assert_eq!(shown["splits"][0]["member"], "splits/config.ug.apk");
}

#[test]
fn what_acts_on_a_terminal_is_made_visible() {
    let folder = tempfile::tempdir().unwrap();
    let app = Apk::new("org.example.app").literal_label("a\u{1b}[31mb\u{202e}c").build();
    let path = write(&folder, "app.apk", &app);
    let run = tamarisk(&["apk".as_ref(), "show".as_ref(), path.as_os_str()]);
    assert_eq!(run.code, 0);
    assert!(run.stdout.contains("a\\u{1b}[31mb\\u{202e}c"), "{}", run.stdout);
}

#[test]
fn what_is_no_app_is_an_error() {
    let folder = tempfile::tempdir().unwrap();
    let zip = testkit::archive::zip([("a.txt", b"a".as_slice())]);
    for bytes in [b"not a zip".as_slice(), &zip] {
        let path = write(&folder, "app.apk", bytes);
        let args = ["apk".as_ref(), "show".as_ref(), path.as_os_str(), "--format=json".as_ref()];
        let run = tamarisk(&args);
        assert_eq!(run.code, 2);
        let said: Value = serde_json::from_str(&run.stdout).unwrap();
        assert_eq!(said["error"]["code"], "nothing_readable");
    }
}

/// The public cases: each is shown and holds to the schema, or is no app.
#[test]
fn public_cases_hold_to_the_schema() {
    let shared = std::env::var_os("TAMARISK_SHARED").map(PathBuf::from);
    let workspace = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let shared = shared.unwrap_or_else(|| workspace.join("../shared"));
    for folder in ["malformed", "apk-info", "apktool"] {
        let folder = shared.join("cases/apk").join(folder);
        let Ok(files) = std::fs::read_dir(&folder) else {
            eprintln!("skipped: {} is not there", folder.display());
            continue;
        };
        for path in files.map(|file| file.unwrap().path()) {
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            let empty = name.starts_with("broken-") || name.starts_with("30_");
            if empty || name.ends_with(".xml") {
                continue;
            }
            let shown = show(&path);
            assert!(shown["package"].is_string(), "{name}");
            // The same app as one package has this label; here a language split holds it.
            if name == "apks-split.apks" {
                assert_eq!(shown["labels"], json!({"": "APKS Test", "ru": "Тест APKS"}));
            }
        }
    }
}
