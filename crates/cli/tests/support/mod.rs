//! Runs the binary.
#![allow(dead_code)] // Each test binary uses a part of it.
#![allow(clippy::unwrap_used)] // In tests a failed unwrap is a failed test.
#![allow(clippy::print_stdout)] // What is skipped is told.

pub(crate) mod browser;
pub(crate) mod taxii;

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

/// What a run of the binary gave.
pub(crate) struct Run {
    pub(crate) code: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl From<Output> for Run {
    fn from(output: Output) -> Self {
        Self {
            code: output.status.code().unwrap_or(-1),
            stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
            stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
        }
    }
}

/// Runs `tamarisk` with these arguments, without terminal and without standard input.
pub(crate) fn tamarisk<S: AsRef<std::ffi::OsStr>>(args: &[S]) -> Run {
    tamarisk_fed(args, b"")
}

/// Runs `tamarisk` with `input` on standard input.
pub(crate) fn tamarisk_fed<S: AsRef<std::ffi::OsStr>>(args: &[S], input: &[u8]) -> Run {
    let mut child = Command::new(env!("CARGO_BIN_EXE_tamarisk"))
        .args(args)
        .env("NO_COLOR", "1")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // A program that ends before it has read all has its reasons.
    if let Err(error) = child.stdin.take().unwrap().write_all(input) {
        assert_eq!(error.kind(), std::io::ErrorKind::BrokenPipe, "{error}");
    }
    child.wait_with_output().unwrap().into()
}

/// Holds a document against `schemas/tamarisk.NAME.1.json`; gives what is wrong with it.
pub(crate) fn unlike_schema(name: &str, document: &serde_json::Value) -> Vec<String> {
    let file = format!("../../schemas/tamarisk.{name}.1.json");
    let schema = std::fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join(file)).unwrap();
    let schema: serde_json::Value = serde_json::from_slice(&schema).unwrap();
    assert!(jsonschema::meta::is_valid(&schema), "{name}");
    let validator = jsonschema::draft202012::new(&schema).unwrap();
    validator.iter_errors(document).map(|error| error.to_string()).collect()
}

/// Asserts that a document keeps to its schema.
#[track_caller]
pub(crate) fn keeps_to_schema(name: &str, document: &serde_json::Value) {
    let wrong = unlike_schema(name, document);
    assert!(wrong.is_empty(), "{wrong:?}\n{document:#}");
}

/// Asserts that a document that keeps to its schema would not without any of its members, nor with one
/// more, so that the schema says something.
#[track_caller]
pub(crate) fn schema_is_tight(name: &str, document: &serde_json::Value, optional: &[&str]) {
    keeps_to_schema(name, document);
    let members = document.as_object().unwrap();
    for key in members.keys().filter(|key| !optional.contains(&key.as_str())) {
        let mut broken = members.clone();
        broken.remove(key);
        assert!(!unlike_schema(name, &broken.into()).is_empty(), "{name} without {key}");
    }
    let mut more = members.clone();
    more.insert("novel".to_owned(), 1.into());
    assert!(!unlike_schema(name, &more.into()).is_empty(), "{name} with one member more");
}

/// The program of MVT, where it is; says that the test is skipped where it is not.
pub(crate) fn mvt() -> Option<PathBuf> {
    let named = std::env::var_os("TAMARISK_MVT").map(PathBuf::from);
    let built = Path::new(env!("CARGO_BIN_EXE_tamarisk")).ancestors().nth(2);
    let set_up = built.map(|target| target.join("peers/mvt/bin/mvt-android"));
    let found = named.or(set_up).filter(|program| program.is_file());
    if found.is_none() {
        println!("skipped: MVT is not there (TAMARISK_MVT names its mvt-android)");
    }
    found
}

/// Says why a test is skipped.
pub(crate) fn skipped(why: &str) {
    println!("skipped: {why}");
}
