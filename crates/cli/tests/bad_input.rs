//! What a user can get wrong, and what evidence can do: a clear error or a gap, never a panic,
//! a hang, or exit code 0.

#![allow(clippy::unwrap_used)] // In tests a failed unwrap is a failed test.

mod support;

use serde_json::Value;
use std::fs;
use std::path::Path;
use support::{Run, tamarisk, tamarisk_fed};
use testkit::cases::{files_below, lay_out, zip};

/// A folder to work in with the base acquisition as `acquisition`.
fn work() -> tempfile::TempDir {
    let work = tempfile::tempdir().unwrap();
    let base = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../cases/base/androidqf");
    lay_out(&work.path().join("acquisition"), &[&base], &[]).unwrap();
    work
}

fn check(path: &Path, more: &[&str]) -> Run {
    let mut args =
        vec!["check".into(), path.display().to_string(), "--format".into(), "json".into()];
    args.extend(more.iter().map(|arg| (*arg).to_owned()));
    tamarisk(&args)
}

/// Exit code 2, and a document on standard output that says why.
fn assert_error(run: &Run, code: &str, words: &str) {
    assert_eq!(run.code, 2, "{}", run.stderr);
    let error: Value = serde_json::from_str(&run.stdout).unwrap();
    assert_eq!(error["error"]["code"], code);
    let message = error["error"]["message"].as_str().unwrap();
    assert!(message.contains(words), "{message}");
    assert!(run.stderr.contains(words), "{}", run.stderr);
    assert!(!run.stderr.contains("panicked"), "{}", run.stderr);
}

/// A report that says that not all was read, for this reason.
fn assert_gap(run: &Run, words: &str) {
    assert!([1, 3].contains(&run.code), "exit {}: {}", run.code, run.stderr);
    let report: Value = serde_json::from_str(&run.stdout).unwrap();
    assert_eq!(report["coverage"]["complete"], false);
    let gaps = report["coverage"]["gaps"].as_array().unwrap();
    let told = |gap: &Value| gap["reason"].as_str().is_some_and(|reason| reason.contains(words));
    assert!(gaps.iter().any(told), "{gaps:?}");
}

#[test]
fn a_path_that_is_not_there() {
    assert_error(&check(Path::new("/no/such/file"), &[]), "nothing_readable", "cannot be opened");
}

#[test]
fn an_unknown_file_an_empty_file_an_empty_zip() {
    let work = tempfile::tempdir().unwrap();
    let contents: [(&str, Vec<u8>); 3] = [
        ("letter.txt", b"Dear all".to_vec()),
        ("nothing", Vec::new()),
        ("empty.zip", zip(&[]).unwrap()),
    ];
    for (name, bytes) in contents {
        let path = work.path().join(name);
        fs::write(&path, bytes).unwrap();
        assert_error(&check(&path, &[]), "nothing_readable", name);
    }
}

#[test]
fn one_path_of_two_cannot_be_read() {
    let work = work();
    let acquisition = work.path().join("acquisition").display().to_string();
    let run = tamarisk(&["check", &acquisition, "/no/such/file", "--format", "json"]);
    assert_gap(&run, "cannot be opened");
}

#[test]
fn an_advisory_that_is_missing_or_no_json() {
    let work = work();
    let acquisition = work.path().join("acquisition");
    let bad = work.path().join("bad.json");
    fs::write(&bad, "<html>").unwrap();
    assert_error(
        &check(&acquisition, &["--advisory", "/no/such.json"]),
        "advisory",
        "no/such.json",
    );
    assert_error(
        &check(&acquisition, &["--advisory", bad.to_str().unwrap()]),
        "advisory",
        "bad.json",
    );
}

#[test]
fn one_bad_object_in_an_advisory() {
    let work = work();
    let advisory = work.path().join("advisory.json");
    let object = r#"{"type":"indicator","spec_version":"2.1","id":"indicator--7b1ad0b2-9d8e-4b0e-8c22-0d6c1f7a1f11","created":"2026-01-01T00:00:00Z","modified":"2026-01-01T00:00:00Z","pattern":"[app:id = 'org.example.reader']","pattern_type":"stix","valid_from":"2026-01-01T00:00:00Z"}"#;
    let broken = r#"{"type":"indicator","id":7}"#;
    fs::write(&advisory, format!(r#"{{"type":"bundle","id":"bundle--7b1ad0b2-9d8e-4b0e-8c22-0d6c1f7a1f10","objects":[{broken},{object}]}}"#)).unwrap();
    let run = check(
        &work.path().join("acquisition"),
        &["--no-builtin", "--advisory", advisory.to_str().unwrap()],
    );
    assert_gap(&run, "advisory");
    assert_eq!(run.code, 1, "the other object still matches: {}", run.stdout);
}

#[test]
fn deeply_nested_brackets() {
    let work = work();
    for name in ["packages.json", "files.json", "mounts.json"] {
        fs::write(work.path().join("acquisition").join(name), "[".repeat(200_000)).unwrap();
    }
    assert_gap(&check(&work.path().join("acquisition"), &[]), "");
    let advisory = work.path().join("deep.json");
    fs::write(&advisory, "[".repeat(200_000)).unwrap();
    let run = check(&work.path().join("acquisition"), &["--advisory", advisory.to_str().unwrap()]);
    assert!([1, 2, 3].contains(&run.code), "{}", run.stderr);
    assert!(!run.stderr.contains("panicked"));
}

#[test]
fn a_zip_that_is_cut_at_any_place() {
    let work = work();
    let folder = work.path().join("acquisition");
    let entries: Vec<(String, Vec<u8>)> = files_below(&folder)
        .unwrap()
        .into_iter()
        .map(|(below, file)| (below, fs::read(file).unwrap()))
        .collect();
    let whole = zip(&entries).unwrap();
    let path = work.path().join("cut.zip");
    for left in [whole.len() - 3, whole.len() - 30, whole.len() / 2, 100, 4] {
        fs::write(&path, &whole[..left]).unwrap();
        let run = check(&path, &[]);
        assert_ne!(run.code, 0, "{left} of {} bytes", whole.len());
        assert!(!run.stderr.contains("panicked"), "{}", run.stderr);
    }
}

#[test]
fn a_zip_bomb_ends_soon() {
    let work = tempfile::tempdir().unwrap();
    let path = work.path().join("bomb.zip");
    let zeros = vec![b' '; 64 << 20];
    let mut text = b"== dumpstate: 2026-11-20 10:00:00\n".to_vec();
    for _ in 0..8 {
        text.extend_from_slice(&zeros);
    }
    let entries = [
        ("bugreport-x.txt".to_owned(), text),
        ("main_entry.txt".to_owned(), b"bugreport-x.txt".to_vec()),
    ];
    fs::write(&path, zip(&entries).unwrap()).unwrap();
    assert_gap(&check(&path, &[]), "times");
}

#[cfg(unix)]
#[test]
fn what_is_not_followed_in_an_acquisition_is_its_gap() {
    let work = work();
    let folder = work.path().join("acquisition");
    std::os::unix::fs::symlink("/etc/hostname", folder.join("link.txt")).unwrap();
    let run = check(&folder, &[]);
    assert_gap(&run, "not followed");
    let report: Value = serde_json::from_str(&run.stdout).unwrap();
    assert_eq!(report["sources"].as_array().unwrap().len(), 1);
    assert_eq!(report["coverage"]["gaps"][0]["source"], 0);
    assert_eq!(report["coverage"]["gaps"][0]["artifact"], "link.txt");
}

#[test]
fn a_passphrase_cannot_be_asked_for_without_a_terminal() {
    let work = work();
    let locked = work.path().join("locked.zip.age");
    let folder = work.path().join("acquisition");
    let entries = [
        ("getprop.txt".to_owned(), fs::read(folder.join("getprop.txt")).unwrap()),
        ("acquisition.json".to_owned(), fs::read(folder.join("acquisition.json")).unwrap()),
    ];
    fs::write(&locked, testkit::cases::locked(&zip(&entries).unwrap(), "correct horse").unwrap())
        .unwrap();
    assert_error(&check(&locked, &[]), "locked", "--passphrase-file");

    let args = ["check", locked.to_str().unwrap(), "--format", "json", "--passphrase-file", "-"];
    let right = tamarisk_fed(&args, b"correct horse\n");
    assert_eq!(right.code, 3, "{}", right.stderr);
    let wrong = tamarisk_fed(&args, b"battery staple\n");
    assert_error(&wrong, "nothing_readable", "opens it");
}

#[test]
fn a_command_line_that_is_not_understood() {
    let run = tamarisk(&["check", "--format", "json"]);
    assert_eq!(run.code, 2);
    let error: Value = serde_json::from_str(&run.stdout).unwrap();
    assert_eq!(error["error"]["code"], "usage");
}

#[test]
fn a_report_is_not_replaced_unasked() {
    let work = work();
    let acquisition = work.path().join("acquisition");
    let out = work.path().join("out");
    let out = out.to_str().unwrap();
    assert_eq!(check(&acquisition, &["--out", out]).code, 0);
    assert_error(&check(&acquisition, &["--out", out]), "output", "--overwrite");
    assert_eq!(check(&acquisition, &["--out", out, "--overwrite"]).code, 0);
    let mut names: Vec<_> =
        files_below(Path::new(out)).unwrap().into_iter().map(|(name, _)| name).collect();
    names.sort();
    let custody = ["custody.json", "custody.sha256", "custody.tsq"];
    let results = ["manifest.sha256", "report.html", "report.json", "timeline.csv"];
    assert!(names.iter().eq(custody.iter().chain(&results)), "{names:?}");
}

#[test]
fn a_report_that_cannot_be_saved_is_an_error_and_no_report() {
    let work = work();
    let out = work.path().join("out");
    fs::create_dir_all(out.join("timeline.csv")).unwrap();
    let run =
        check(&work.path().join("acquisition"), &["--overwrite", "--out", out.to_str().unwrap()]);
    assert_error(&run, "output", "timeline.csv");
    let left = fs::read_dir(&out).unwrap().map(|entry| entry.unwrap().file_name());
    assert!(left.into_iter().all(|name| !name.to_string_lossy().ends_with(".part")));
}

#[test]
fn a_file_that_is_not_what_its_name_says() {
    let work = work();
    fs::create_dir(work.path().join("apps")).unwrap();
    for (name, bytes) in [("empty.apk", &b""[..]), ("text.APK", b"hello"), ("cut.zip", b"PK")] {
        fs::write(work.path().join("apps").join(name), bytes).unwrap();
    }
    fs::write(work.path().join("apps/notes.txt"), "hello").unwrap();
    let run = check(work.path(), &[]);
    assert_eq!(run.code, 3, "{}", run.stderr);
    let report: Value = serde_json::from_str(&run.stdout).unwrap();
    let artifacts = report["coverage"]["artifacts"].as_array().unwrap();
    let status = |path: &str| {
        let row = artifacts.iter().find(|row| row["path"] == path);
        row.map(|row| row["status"].as_str().unwrap().to_owned())
    };
    for name in ["apps/empty.apk", "apps/text.APK", "apps/cut.zip"] {
        assert_eq!(status(name).as_deref(), Some("failed"), "{name}");
    }
    assert_eq!(status("apps/notes.txt").as_deref(), Some("unknown"));
}
