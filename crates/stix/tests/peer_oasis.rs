//! Side by side with stix2-patterns and stix2-matcher (PyPI) on made-up patterns. They are found
//! below the target folder, where `cargo xtask test` sets them up; without them the test says that
//! it skips.
#![allow(clippy::unwrap_used, clippy::print_stdout)] // A test may.

mod generated;

use generated::{Chance, observed, pattern};
use serde_json::{Value, json};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use stix::pattern::{Pattern, Version};
use stix::{Matcher, ObservedData};

/// Pairs of pattern and data, and broken patterns.
const PAIRS: u64 = 1500;

/// What the peer says of each row; `None` where it is absent.
fn theirs(rows: &[Value]) -> Option<Vec<String>> {
    let program = std::env::current_exe().unwrap();
    // …/target/debug/deps/test
    let target: PathBuf = program.ancestors().nth(3).unwrap().to_owned();
    let python = target.join("peers/stix2/bin/python");
    if !python.is_file() {
        println!("skipped: no {} (cargo xtask test sets it up)", python.display());
        return None;
    }
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/peer.py");
    let mut child = Command::new(python)
        .arg(script)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut input = child.stdin.take().unwrap();
    let lines: Vec<String> = rows.iter().map(ToString::to_string).collect();
    let feeding = std::thread::spawn(move || input.write_all((lines.join("\n") + "\n").as_bytes()));
    let output = child.wait_with_output().unwrap();
    feeding.join().unwrap().unwrap();
    assert!(output.status.success());
    Some(String::from_utf8(output.stdout).unwrap().lines().map(ToOwned::to_owned).collect())
}

fn ours(row: &Value) -> &'static str {
    let Ok(pattern) = Pattern::parse(row["pattern"].as_str().unwrap(), Version::V21) else {
        return "invalid";
    };
    if row["observed"].is_null() {
        return "valid";
    }
    let text = row["observed"].to_string();
    let data = ObservedData::read(&text).unwrap();
    let matcher = Matcher::new(&pattern).unwrap();
    let mut run = matcher.run();
    data.observations().for_each(|(number, one)| run.observe(number, &one));
    let verdict = run.finish();
    match (verdict.matched, verdict.error) {
        (true, _) => "match",
        (false, None) => "no",
        (false, Some(_)) => "error",
    }
}

fn compare(rows: &[Value]) -> usize {
    let Some(theirs) = theirs(rows) else { return 0 };
    assert_eq!(theirs.len(), rows.len());
    let differ: Vec<String> = rows
        .iter()
        .zip(&theirs)
        .filter(|(row, theirs)| ours(row) != theirs.as_str())
        .map(|(row, theirs)| format!("{} {theirs}: {row}", ours(row)))
        .collect();
    assert!(differ.is_empty(), "{} of {}: {:#?}", differ.len(), rows.len(), &differ[..1]);
    let matches = theirs.iter().filter(|one| *one == "match").count();
    println!("{} rows agree, {matches} of them matches", rows.len());
    matches
}

#[test]
fn the_same_data_satisfies_the_same_patterns() {
    let rows: Vec<Value> = (0..PAIRS)
        .map(|seed| {
            let mut chance = Chance(seed);
            let (pattern, observed) = (pattern(&mut chance), observed(&mut chance));
            json!({"pattern": pattern, "observed": serde_json::from_str::<Value>(&observed).unwrap()})
        })
        .collect();
    compare(&rows);
}

/// Patterns with a few characters taken out, put in or swapped.
#[test]
fn the_same_patterns_are_none() {
    const SIGNS: &[&str] = &[
        "'", "[", "]", "(", ")", " ", "NOT", "=", "<", ".", "*", "5", "-", "t'", "h'", "//", "/*",
        "IN", "OR", "EXISTS ", "a", ",", ":", "\\", "\u{a0}", "é",
    ];
    let rows: Vec<Value> =
        (0..PAIRS)
            .map(|seed| {
                let mut chance = Chance(seed.wrapping_mul(7919));
                let mut signs: Vec<char> = pattern(&mut chance).chars().collect();
                for _ in 0..1 + chance.below(2) {
                    let at = chance.below(signs.len() as u64) as usize;
                    match chance.below(3) {
                        0 => drop(signs.remove(at)),
                        1 => drop(signs.splice(
                            at..at,
                            SIGNS[chance.below(SIGNS.len() as u64) as usize].chars(),
                        )),
                        _ => {
                            let other = chance.below(signs.len() as u64) as usize;
                            signs.swap(at, other);
                        }
                    }
                }
                json!({"pattern": signs.into_iter().collect::<String>(), "observed": null})
            })
            // Where the specification demands more than the grammar, ours is stricter.
            .filter(|row| {
                let parsed = Pattern::parse(row["pattern"].as_str().unwrap(), Version::V21);
                use stix::pattern::PatternCode::{BadAddress, BadTimestamp, MixedSet, NotPositive};
                !parsed.is_err_and(|e| {
                    matches!(e.code, BadAddress | BadTimestamp | MixedSet | NotPositive)
                })
            })
            .collect();
    compare(&rows);
}
