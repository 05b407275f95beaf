//! What is told of a command line or a file that cannot be made sense of: on standard error, and
//! on standard output for scripts.

use crate::support::{tamarisk, tamarisk_fed};
use crate::{document, marked, nothing_acts};
use std::fs;

/// Each text in each place of the command line that repeats what it was given.
#[test]
fn command_lines() {
    let texts = marked(|text| !text.contains('\0'));
    let places: [&[&str]; 14] = [
        &["check", "@", "--format", "json"],
        &["read", "@"],
        &["check", "x", "--threads", "@", "--format", "json"],
        &["@"],
        &["check", "x", "--@", "--format=json"],
        &["apk", "show", "@", "--format", "json"],
        &["apk", "graph", "@", "--to", "@", "--format", "json"],
        &["indicators", "show", "@", "--format", "json"],
        &["indicators", "export", "@", "--to", "@"],
        &["stix", "format", "--pattern", "@", "--format", "json"],
        &["stix", "validate", "@", "--format", "json"],
        &["advisory", "show", "@", "--format", "json"],
        &["advisory", "verify", "@", "--format", "json"],
        &["verify", "@", "--format", "json"],
    ];
    let mut told = 0;
    for (number, text) in texts.iter().enumerate() {
        // Every text in two places; every place sees more than thirty texts.
        for place in places.iter().cycle().skip(number * 2 % places.len()).take(2) {
            let args: Vec<String> = place.iter().map(|word| word.replace('@', text)).collect();
            let run = tamarisk(&args);
            nothing_acts(&format!("{place:?}"), &run.stderr);
            nothing_acts(&format!("{place:?}"), &run.stdout);
            if place.iter().any(|word| word.ends_with("json")) && run.code == 2 {
                let error = document(&format!("{place:?}"), &run.stdout);
                assert!(
                    error["error"]["message"].as_str().is_some_and(|message| !message.is_empty())
                );
                told += 1;
            }
        }
    }
    assert!(told > 150, "{told}");
}

/// Files that hold nothing but the text, where something else is asked for.
#[test]
fn files() {
    let work = tempfile::tempdir().unwrap();
    let path = work.path().join("given").display().to_string();
    for text in marked(|_| true).into_iter().step_by(5) {
        fs::write(&path, &text).unwrap();
        let runs: [&[&str]; 3] = [
            &["check", &path, "--identity", &path, "--format", "json"],
            &["check", &path, "--advisory", &path, "--format", "json"],
            &["stix", "validate", &path, "--format", "json"],
        ];
        for args in runs {
            let run = tamarisk(args);
            nothing_acts(&format!("{args:?}"), &run.stderr);
            document(&format!("{args:?}"), &run.stdout);
        }
    }
    let run = tamarisk_fed(&["check", &path, "--passphrase-file", "-"], b"\x1b[2J\n");
    nothing_acts("a passphrase", &run.stderr);
}
