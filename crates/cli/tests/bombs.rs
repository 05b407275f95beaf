//! Files of 4 MB that inflate to 4 GB, in every form that `testkit` has: the run ends, says that not all
//! was read, and needs less than 128 MB, which the workers are held to. How long it took is printed;
//! `cargo xtask bench --only bombs` measures it.

#![allow(clippy::unwrap_used)] // In tests a failed unwrap is a failed test.
#![allow(clippy::print_stdout)]

mod support;

use serde_json::Value;
use std::time::Instant;
use support::tamarisk;
use testkit::bombs::FORMS;

/// What some gap says of each form; nothing where its bytes are not inflated at all.
const TOLD: &[(&str, &str)] = &[
    ("zip", "a zip bomb?"),
    ("zip-that-lies", "more than the 62914560 bytes"),
    ("many-in-one-zip", "would inflate to more than"),
    ("nested-zips", "archives lie in archives 4 deep"),
    ("zip-in-zip-in-age", "a zip bomb?"),
    ("gzip", ""),
    ("backup", "it inflates to more than 200 times its size"),
    ("backup-of-nothing-but-zeros", "it inflates to more than 200 times its size"),
    ("backup-with-a-password", "it inflates to more than 200 times its size"),
    ("backup-in-zip-in-age", "it inflates to more than 200 times its size"),
    ("messages-in-a-backup", "it inflates to more than 200 times its size"),
    ("app-manifest", "more than is read of all members together"),
    ("app-code", "more than is read of all members together"),
    ("app-resources", "more than is read of all members together"),
];

/// Checks the forms whose name begins so.
fn check(begins: &str) {
    assert!(each(|name| name.starts_with(begins)) > 0, "{begins}");
}

/// Checks the form of this name.
fn check_one(name: &str) {
    assert_eq!(each(|form| form == name), 1, "{name}");
}

fn each(wanted: impl Fn(&str) -> bool) -> usize {
    let mut checked = 0;
    for (name, told) in TOLD.iter().filter(|(name, _)| wanted(name)) {
        let folder = tempfile::tempdir().unwrap();
        let (_, lay) = FORMS.iter().find(|(form, _)| form == name).unwrap();
        let laid = lay(folder.path()).unwrap();
        let path = laid.path.display().to_string();
        let mut args = vec!["check", &path, "--format", "json", "--limit", "memory=128M"];
        args.extend(laid.options.iter().map(String::as_str));
        let began = Instant::now();
        let run = tamarisk(&args);
        println!("{name}: {:.2} s", began.elapsed().as_secs_f64());
        let report: Value = serde_json::from_str(&run.stdout).unwrap();
        let gaps = report["coverage"]["gaps"].as_array().unwrap();
        let gaps: Vec<&str> = gaps.iter().map(|gap| gap["reason"].as_str().unwrap()).collect();
        let taken_over = gaps.iter().find(|reason| reason.contains("memory than the limit"));
        assert!(taken_over.is_none(), "{name}: {gaps:?}");
        if told.is_empty() {
            let rows = report["coverage"]["artifacts"].as_array().unwrap();
            let row = rows.iter().find(|row| row["path"].as_str().unwrap().ends_with(".gz"));
            let row = row.unwrap();
            assert_eq!(row["status"], "unknown", "{name}");
            assert!(row["size"].as_u64().unwrap() < 6 << 20, "{name}");
        } else {
            assert_eq!(run.code, 3, "{name}: {gaps:?} {}", run.stderr);
            assert_eq!(report["coverage"]["complete"], false, "{name}");
            assert!(gaps.iter().any(|reason| reason.contains(told)), "{name}: {gaps:?}");
        }
        checked += 1;
    }
    checked
}

#[test]
fn every_form_is_held_against_what_it_must_come_to() {
    let names =
        |all: &[&'static str]| all.iter().copied().collect::<std::collections::BTreeSet<_>>();
    let forms: Vec<&str> = FORMS.iter().map(|(name, _)| *name).collect();
    let told: Vec<&str> = TOLD.iter().map(|(name, _)| *name).collect();
    assert_eq!(names(&forms), names(&told));
}

#[test]
fn zips() {
    check("zip");
    check("many");
    check("nested");
}

#[test]
fn gzip() {
    check("gzip");
}

// One each: what is spooled is encrypted, which takes its time without optimisation.

#[test]
fn backup() {
    check("backup-of");
}

#[test]
fn backup_with_a_large_file() {
    check_one("backup");
}

#[test]
fn backup_with_a_password() {
    check("backup-with");
}

#[test]
fn backup_in_archives() {
    check("backup-in");
}

#[test]
fn messages() {
    check("messages");
}

#[test]
fn apps() {
    check("app");
}
