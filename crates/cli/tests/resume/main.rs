//! A run that is killed at any point and started again comes to the same report, byte for byte.

#![allow(clippy::unwrap_used, clippy::print_stdout)] // In tests a failed unwrap is a failed test.

mod interrupted;
#[path = "../support/mod.rs"]
mod support;
mod work;

use std::fs;
use std::time::Duration;
use support::tamarisk;
use work::{Numbers, Work};

/// Kills runs until `kills` of them were, and holds every result that came to its end against that
/// of a run nobody killed.
fn kill(work: &Work, kills: u32, shortest: u64, seed: u64) {
    let (time, code) = work.whole("whole");
    let expected = work.results("whole");
    let report: serde_json::Value = serde_json::from_slice(&expected["report.json"]).unwrap();
    let isolation = &report["provenance"]["isolation"];
    println!("uninterrupted: {:.1} s; isolation: {isolation}", time.as_secs_f64());
    let (mut killed, mut ended, mut resumed) = (0, 0, 0);
    let mut numbers = Numbers(seed);
    while killed < kills {
        let out = format!("out{ended}");
        // Between a few and many kills for each result.
        let most = u64::try_from(time.as_millis()).unwrap() / (1 + numbers.next() % shortest);
        while killed < kills
            && !work.killed_after(&out, Duration::from_millis(numbers.next() % most.max(1)))
        {
            killed += 1;
            resumed += usize::from(!work.partial(&out).is_empty());
        }
        if !work.at.join(&out).join("custody.tsq").exists() {
            assert_eq!(work.whole(&out).1, code);
        }
        assert_eq!(work.results(&out), expected, "after {killed} kills");
        fs::remove_dir_all(work.at.join(&out)).unwrap();
        ended += 1;
    }
    println!("{killed} kills, {resumed} of them with records kept, {ended} results, all the same");
    assert!(resumed > 0);
}

#[test]
fn a_killed_run_goes_on_to_the_same_report() {
    kill(&Work::new(24, &[]), 12, 4, 7);
}

/// Every file of results, byte for byte: with one worker, two and four, in a second run, and in runs
/// that go on with another number of workers than they were killed with.
#[test]
fn the_number_of_workers_changes_nothing() {
    let work = Work::new(10, &[]);
    work.whole("first");
    let expected = work.results("first");
    assert!(expected.contains_key("report.json") && expected.contains_key("custody.json"));
    for threads in [1, 2, 4] {
        work.threads.set(threads);
        let out = format!("with-{threads}");
        work.whole(&out);
        assert_eq!(work.results(&out), expected, "{threads} workers");
    }
    for (before, after) in [(1, 4), (4, 1)] {
        let out = format!("from-{before}-to-{after}");
        work.threads.set(before);
        work.begun(&out);
        work.threads.set(after);
        work.whole(&out);
        assert_eq!(work.results(&out), expected, "{before} workers, then {after}");
    }
}

/// The long form: an uninterrupted run of a minute, 200 kills.
#[test]
#[ignore = "takes many minutes; its figures stand in docs/design/custody.md, with how to run it"]
fn two_hundred_kills() {
    let apps = std::env::var("TAMARISK_KILL_APPS").ok().and_then(|text| text.parse().ok());
    kill(&Work::new(apps.unwrap_or(600), &[]), 200, 30, 11);
}

/// Records that are cut, bent, of other bytes or of other knowledge are not taken; those that hold are.
#[test]
fn only_records_that_hold_are_taken() {
    let work = Work::new(8, &["--no-builtin"]);
    work.whole("whole");
    let expected = work.results("whole");
    let begin = |out: &str| work.begun(out);
    let finish = |out: &str| {
        work.whole(out);
        assert_eq!(work.results(out), expected, "{out}");
        assert!(!work.at.join(out).join(".partial").exists());
    };
    begin("as-it-was");
    finish("as-it-was");
    for (name, bend) in [
        ("cut", (|bytes: &mut Vec<u8>| bytes.truncate(bytes.len() / 2)) as fn(&mut Vec<u8>)),
        ("bent", |bytes| {
            let middle = bytes.len() / 2;
            bytes[middle] ^= 1;
        }),
        ("longer", |bytes| bytes.push(b'x')),
        ("empty", Vec::clear),
    ] {
        begin(name);
        for file in work.partial(name) {
            let mut bytes = fs::read(&file).unwrap();
            bend(&mut bytes);
            fs::write(file, bytes).unwrap();
        }
        finish(name);
    }
    // That they are taken: what they say comes to be in the report, where their hash is right.
    begin("other-words");
    for file in work.partial("other-words") {
        let text = fs::read_to_string(&file).unwrap();
        let (lines, tail) = text.trim_end().rsplit_once('\n').unwrap();
        let more =
            r#"{"record":"gap","source":0,"artifact":"x","position":null,"reason":"other words"}"#;
        let lines = format!("{lines}\n{more}\n");
        let mut tail: serde_json::Value = serde_json::from_str(tail).unwrap();
        tail["lines"] = const_hex::encode(sha2::Digest::finalize(sha2::Digest::chain_update(
            <sha2::Sha256 as sha2::Digest>::new(),
            &lines,
        )))
        .into();
        fs::write(file, format!("{lines}{tail}\n")).unwrap();
    }
    work.whole("other-words");
    let report = String::from_utf8(work.results("other-words")["report.json"].clone()).unwrap();
    assert_ne!(work.results("other-words"), expected);
    assert!(report.contains("other words"));
    // A whole file of one artifact under the name of another.
    begin("swapped");
    let files = work.partial("swapped");
    fs::copy(&files[0], &files[1]).unwrap();
    finish("swapped");
    // The artifact is another one than it was.
    begin("changed");
    let app = work.at.join("apps/000.apk");
    let before = fs::read(&app).unwrap();
    fs::copy(work.at.join("apps/003.apk"), &app).unwrap();
    work.whole("changed");
    work.whole("changed-from-the-start");
    assert_eq!(work.results("changed"), work.results("changed-from-the-start"));
    fs::write(&app, before).unwrap();
}

#[test]
fn what_is_kept_is_encrypted_and_opens_with_an_identity() {
    let identity = age::x25519::Identity::generate();
    let recipient = identity.to_public().to_string();
    let mut work = Work::new(8, &["--encrypt-to", &recipient]);
    let file = work.at.join("identity");
    let secret = age::secrecy::ExposeSecret::expose_secret(&identity.to_string()).to_owned();
    fs::write(&file, secret).unwrap();
    work.more.extend(["--identity".to_owned(), file.display().to_string()]);
    work.whole("whole");
    work.begun("out");
    for file in work.partial("out") {
        let bytes = fs::read(&file).unwrap();
        assert!(bytes.starts_with(b"age-encryption.org/v1\n"), "{}", file.display());
        assert!(!bytes.windows(11).any(|window| window == b"org.example"));
    }
    let resumed = tamarisk(&work.args("out"));
    assert!(resumed.stderr.contains("an interrupted run has left"), "{}", resumed.stderr);
    let sums = |out: &str| fs::read(work.at.join(out).join("custody.sha256")).unwrap();
    assert_eq!(sums("out"), sums("whole"), "what lies inside is the same");
}
