//! Files of 4 MB that inflate to 4 GB, in zips, age and apps: the run ends, says that not all
//! was read, and needs less than 128 MB, which the workers are held to. How long it took is printed.

#![allow(clippy::unwrap_used)] // In tests a failed unwrap is a failed test.
#![allow(clippy::print_stdout)]

mod support;

use serde_json::Value;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;
use std::time::Instant;
use support::tamarisk;
use testkit::bombs::{Member, deflated, gzip, zip};
use testkit::cases::{Packing, pack};

/// MiB of zeros; a little less than what a zip can state without its 64-bit form.
const COUNT: u32 = 4095;

fn bomb() -> &'static (Vec<u8>, u32) {
    static BOMB: OnceLock<(Vec<u8>, u32)> = OnceLock::new();
    BOMB.get_or_init(|| {
        let bomb = deflated(0, COUNT);
        assert!((3_000_000..6_000_000).contains(&bomb.0.len()), "{} bytes", bomb.0.len());
        bomb
    })
}

const DUMPSTATE: &str = "bugreport-x-2026-11-20-10-12-00.txt";

fn bug_report() -> Vec<u8> {
    zip(&[
        Member::bomb(DUMPSTATE, bomb(), COUNT),
        Member::stored("main_entry.txt", DUMPSTATE.as_bytes()),
        Member::stored("version.txt", b"2.0"),
    ])
}

/// Runs `check`, prints what it cost, and gives back the reasons of its gaps.
fn check(name: &str, path: &Path, more: &[&str]) -> Vec<String> {
    let path = path.display().to_string();
    let mut args = vec!["check", path.as_str(), "--format", "json", "--limit", "memory=128M"];
    args.extend(more);
    let began = Instant::now();
    let run = tamarisk(&args);
    println!("{name}: {:.2} s", began.elapsed().as_secs_f64());
    assert_eq!(run.code, 3, "{name}: {} {}", run.stdout, run.stderr);
    let report: Value = serde_json::from_str(&run.stdout).unwrap();
    assert_eq!(report["coverage"]["complete"], false, "{name}");
    let gaps = report["coverage"]["gaps"].as_array().unwrap();
    let reasons: Vec<String> =
        gaps.iter().map(|gap| gap["reason"].as_str().unwrap().to_owned()).collect();
    let taken_over = reasons.iter().find(|reason| reason.contains("memory than the limit"));
    assert!(taken_over.is_none(), "{name}: {reasons:?}");
    reasons
}

fn says(reasons: &[String], words: &str) {
    assert!(reasons.iter().any(|reason| reason.contains(words)), "{words}: {reasons:?}");
}

fn written(folder: &tempfile::TempDir, name: &str, bytes: &[u8]) -> PathBuf {
    let path = folder.path().join(name);
    fs::write(&path, bytes).unwrap();
    path
}

#[test]
fn in_a_zip_that_says_so() {
    let folder = tempfile::tempdir().unwrap();
    let path = written(&folder, "bugreport.zip", &bug_report());
    says(&check("zip", &path, &[]), "a zip bomb?");
}

#[test]
fn in_a_zip_that_lies() {
    let folder = tempfile::tempdir().unwrap();
    let lying = Member { size: 60 << 20, ..Member::bomb(DUMPSTATE, bomb(), COUNT) };
    let bytes = zip(&[lying, Member::stored("main_entry.txt", DUMPSTATE.as_bytes())]);
    let path = written(&folder, "bugreport.zip", &bytes);
    says(&check("zip that lies", &path, &[]), "more than the 62914560 bytes");
}

#[test]
fn in_age() {
    let folder = tempfile::tempdir().unwrap();
    let inside = folder.path().join("acquisition");
    fs::create_dir(&inside).unwrap();
    fs::write(inside.join("bugreport.zip"), bug_report()).unwrap();
    fs::write(inside.join("acquisition.json"), "{}").unwrap();
    let packed = pack(&inside, Packing::ZipAge).unwrap();
    let identity = packed.identity.unwrap().display().to_string();
    says(&check("zip in zip in age", &packed.path, &["--identity", &identity]), "a zip bomb?");
}

#[test]
fn in_gzip() {
    let folder = tempfile::tempdir().unwrap();
    let inside = folder.path().join("bugreport");
    fs::create_dir(&inside).unwrap();
    // Nothing here reads gzip, so that it is hashed as it lies.
    fs::write(inside.join("dumpstate_log.txt.gz"), gzip(bomb(), COUNT)).unwrap();
    fs::write(inside.join("main_entry.txt"), DUMPSTATE).unwrap();
    fs::write(inside.join("version.txt"), "2.0").unwrap();
    fs::write(inside.join(DUMPSTATE), "== dumpstate: 2026-11-20 10:12:00\n").unwrap();
    let began = Instant::now();
    let path = inside.display().to_string();
    let run = tamarisk(&["check", &path, "--format", "json", "--limit", "memory=128M"]);
    println!("gzip: {:.2} s", began.elapsed().as_secs_f64());
    let report: Value = serde_json::from_str(&run.stdout).unwrap();
    let rows = report["coverage"]["artifacts"].as_array().unwrap();
    let row = rows.iter().find(|row| row["path"].as_str().unwrap().ends_with(".gz")).unwrap();
    assert_eq!(
        (&row["status"], row["size"].as_u64().unwrap() < 6 << 20),
        (&"unknown".into(), true)
    );
}

#[test]
fn nested_deeper_than_is_opened() {
    let folder = tempfile::tempdir().unwrap();
    let mut bytes = bug_report();
    for _ in 0..6 {
        bytes = zip(&[Member::stored("bugreport-x.zip", &bytes)]);
    }
    let path = written(&folder, "bugreport.zip", &bytes);
    says(&check("nested", &path, &[]), "archives lie in archives 4 deep");
}

#[test]
fn many_small_ones_in_one_archive() {
    let folder = tempfile::tempdir().unwrap();
    // Each stays below the ratio's floor of 64 MiB, all together they are 4 GB.
    let small = deflated(0, 60);
    let names: Vec<String> = (0..68).map(|at| format!("FS/data/{at:02}")).collect();
    let mut members: Vec<Member<'_>> =
        names.iter().map(|name| Member::bomb(name, &small, 60)).collect();
    members.push(Member::stored("main_entry.txt", DUMPSTATE.as_bytes()));
    members.push(Member::stored(DUMPSTATE, b"== dumpstate: 2026-11-20 10:12:00\n"));
    let path = written(&folder, "bugreport.zip", &zip(&members));
    says(&check("many in one zip", &path, &[]), "would inflate to more than");
}

#[test]
fn as_an_app() {
    let folder = tempfile::tempdir().unwrap();
    for part in ["AndroidManifest.xml", "classes.dex", "resources.arsc"] {
        let mut members = vec![Member::bomb(part, bomb(), COUNT)];
        if part != "AndroidManifest.xml" {
            members.push(Member::stored("AndroidManifest.xml", b"\x03\0\x08\0\x08\0\0\0"));
        }
        let path = written(&folder, "bomb.apk", &zip(&members));
        let reasons = check(&format!("app, {part}"), &path, &[]);
        assert!(!reasons.is_empty(), "{part}");
    }
}
