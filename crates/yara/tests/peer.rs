//! Side by side with YARA and YARA-X from PyPI, on real apps and on made ones: the same rules match
//! at the same places.
//!
//! Both are found below the target folder, where `cargo xtask test` sets them up; without them the
//! test says that it skips.

#![allow(clippy::unwrap_used, clippy::print_stdout)] // Tests: a failure is a failure.

mod support;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;
use support::{rules, scan};
use testkit::apk::{Apk, Scheme, Signer};

/// Larger apps take minutes without optimisation.
const MOST_BYTES: u64 = 4 << 20;

fn target() -> PathBuf {
    let test = std::env::current_exe().unwrap();
    test.ancestors().nth(3).unwrap().to_path_buf()
}

#[test]
fn the_same_rules_match_at_the_same_places() {
    let python = target().join("peers/yara/bin/python");
    if !python.is_file() {
        return println!("skipped: no yara-python and yara-x here (cargo xtask test fetches them)");
    }
    let folder = tempfile::tempdir().unwrap();
    let made = folder.path().join("made.apk");
    let secret = "xzg\u{1}aodrohe aHR0cHM6Ly9leGFtcGxlLm9yZy8= 203.0.113.7 https://c2.example.org/";
    let app = Apk::new("org.example.app").stored("assets/config.txt", secret);
    std::fs::write(&made, app.sign(Signer::A, &[Scheme::V1, Scheme::V2]).build()).unwrap();
    let mut files = vec![made];
    if let Ok(apks) = std::fs::read_dir(target().join("peers/apks")) {
        let apks = apks.map(|entry| entry.unwrap());
        let small = apks.filter(|entry| entry.metadata().unwrap().len() < MOST_BYTES);
        let apks = small.map(|entry| entry.path());
        files.extend(apks.filter(|path| path.extension().is_some_and(|kind| kind == "apk")));
    }
    files.sort();

    let tests = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests");
    let output = Command::new(&python)
        .arg(tests.join("peer.py"))
        .arg(tests.join("peer.yar"))
        .arg(folder.path())
        .args(&files)
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let rules = rules(&std::fs::read_to_string(tests.join("peer.yar")).unwrap());
    let (mut theirs, mut ours) = (BTreeSet::new(), BTreeSet::new());
    for line in String::from_utf8(output.stdout).unwrap().lines() {
        let cells: Vec<&str> = line.split('\t').collect();
        if cells[0] != "file" {
            theirs.insert(line.to_owned());
            continue;
        }
        let bytes = std::fs::read(cells[1]).unwrap();
        let told = scan(&rules, &[], &bytes);
        for one in told.matched {
            // The excerpt is ours alone.
            let places: Vec<&str> =
                one.strings.iter().map(|place| place.split_once(": \"").unwrap().0).collect();
            for engine in ["yara", "yara-x"] {
                ours.insert(format!(
                    "{engine}\t{}\t{}\t{}\t{}",
                    cells[1],
                    one.rule,
                    one.strings_total,
                    places.join("; ")
                ));
            }
        }
    }
    let only = |one: &BTreeSet<String>, other: &BTreeSet<String>| -> Vec<String> {
        one.difference(other).take(6).cloned().collect()
    };
    assert_eq!(only(&ours, &theirs), Vec::<String>::new(), "only ours");
    assert_eq!(only(&theirs, &ours), Vec::<String>::new(), "only theirs");
    assert!(theirs.len() > 8, "{theirs:?}");
    println!("{} matches of rules agree, in {} files", theirs.len(), files.len());
}
