//! Workers as the standard library alone has them, which is what systems other than Linux get: the same report
//! but for what is missing, gaps for what crashes and hangs.

#![allow(clippy::unwrap_used)] // In tests a failed unwrap is a failed test.

mod support;

use serde_json::Value;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use support::{keeps_to_schema, tamarisk};
use testkit::cases::{Packing, lay_out, pack};

fn check(paths: &[&Path], isolation: &str, more: &[&str]) -> (i32, Value) {
    let fixed = "check --format json --now 2026-11-27T00:00:00Z --isolation";
    let mut args: Vec<String> = fixed.split(' ').chain([isolation]).map(str::to_owned).collect();
    args.extend(paths.iter().map(|path| path.display().to_string()));
    args.extend(more.iter().map(|word| (*word).to_owned()));
    let run = tamarisk(&args);
    assert!(run.code != 2 && !run.stderr.contains("panicked"), "{}", run.stderr);
    (run.code, serde_json::from_str(&run.stdout).unwrap())
}

/// Takes the line that tells of isolation out of a report.
fn isolation(report: &mut Value) -> String {
    match report["provenance"]["isolation"].take() {
        Value::String(told) => told,
        other => panic!("{other}"),
    }
}

fn folder(layer: &str) -> (tempfile::TempDir, PathBuf) {
    let work = tempfile::tempdir().unwrap();
    let folder = work.path().join("acquisition");
    let layer = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").join(layer);
    lay_out(&folder, &[&layer], &[]).unwrap();
    (work, folder)
}

#[test]
fn the_report_is_the_same_and_says_what_is_missing() {
    let (_work, acquisition) = folder("samples/phone");
    let packed = pack(&acquisition, Packing::ZipAge).unwrap();
    let identity = packed.identity.as_ref().unwrap().display().to_string();
    let report_of_bug = acquisition.join("bugreport.zip");
    let cases: [(&[&Path], &[&str]); 3] = [
        (&[&acquisition], &[]),
        (&[&packed.path], &["--identity", &identity]),
        (&[&report_of_bug, &acquisition], &["--threads", "3"]),
    ];
    for (paths, more) in cases {
        let (code, mut confined) = check(paths, "auto", more);
        let (plain_code, mut plain) = check(paths, "plain", more);
        keeps_to_schema("report", &plain);
        let told = isolation(&mut plain);
        for missing in
            ["worker processes; missing on this system", "confinement", "limits of memory"]
        {
            assert!(told.contains(missing), "{told}");
        }
        isolation(&mut confined);
        assert_eq!((plain_code, plain), (code, confined), "{paths:?}");
    }
}

/// A database whose second file, the log beside it, cannot be handed over too.
#[test]
fn a_database_with_a_log_is_read_all_the_same() {
    let (_work, acquisition) = folder("samples/phone");
    for (name, bytes) in [("mmssms.db", &b"SQLite format 3\0"[..]), ("mmssms.db-wal", b"no log")] {
        fs::write(acquisition.join(name), bytes).unwrap();
    }
    let (code, mut confined) = check(&[&acquisition], "auto", &[]);
    let (plain_code, mut plain) = check(&[&acquisition], "plain", &[]);
    assert!(isolation(&mut plain) != isolation(&mut confined));
    assert_eq!((plain_code, plain), (code, confined));
}

/// A file that takes no room, and longer to read than a second.
#[test]
fn what_hangs_is_ended_and_the_rest_is_read() {
    let (_work, acquisition) = folder("cases/base/androidqf");
    File::create(acquisition.join("zeros.bin")).unwrap().set_len(40 << 30).unwrap();
    let (code, report) = check(&[&acquisition], "plain", &["--limit", "seconds=1"]);
    assert_eq!((code, &report["coverage"]["complete"]), (3, &false.into()));
    let gaps = report["coverage"]["gaps"].as_array().unwrap();
    let words = "reading it took more than the limit of 1 seconds";
    assert!(
        gaps.len() == 1 && gaps[0]["artifact"] == "zeros.bin" && gaps[0]["reason"] == words,
        "{gaps:?}"
    );
    let rows = report["coverage"]["artifacts"].as_array().unwrap();
    let row = rows.iter().find(|row| row["path"] == "packages.json").unwrap();
    assert_eq!(row["status"], "read");
}

/// What it asks for more than it may have, and what it does not name, is refused.
#[test]
fn it_is_not_taken_for_isolation() {
    let (_work, acquisition) = folder("cases/base/androidqf");
    let path = acquisition.display().to_string();
    let help = tamarisk(&["check", "--help"]).stdout;
    assert!(help.contains("require") && !help.contains("plain"), "it is for tests");
    let run = tamarisk(&["read", &path, "--isolation", "plain"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert!(run.stdout.lines().count() > 10);
}
