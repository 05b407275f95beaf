//! What the index of indicators costs at one million, and how fast patterns are held against
//! observations, beside OASIS' matcher from PyPI. The measuring programs are examples of `intel`:
//! they print figures as JSON and assert nothing.

use super::Bench;
use crate::run::cargo;
use crate::setup;
use crate::workspace::Workspace;
use anyhow::{Context, Result};
use serde_json::Value;
use std::fmt::Write as _;
use std::path::Path;
use std::process::Command;

/// OASIS' matcher, as tests use it too.
const MATCHER: &[&str] = &["stix2-patterns==2.1.2", "stix2-matcher==3.0.0"];

/// Holds patterns against all observations until its time is over; prints pairs and seconds.
const PEER: &str = r#"
import json, sys, time
from stix2matcher.matcher import match
folder, step, seconds = sys.argv[1], int(sys.argv[2]), float(sys.argv[3])
patterns = json.load(open(folder + "/patterns.json"))[::step]
observed = json.load(open(folder + "/observed.json"))
start, done = time.process_time(), 0
for pattern in patterns:
    match(pattern, observed, False, "2.1")
    done += len(observed)
    if time.process_time() - start > seconds:
        break
print(json.dumps({"pairs": done, "seconds": time.process_time() - start}))
"#;

/// A figure: what it is, how much it came to, and what the project asks of itself.
const FIGURES: &[(&str, &str, &str)] = &[
    ("read_cpu", "a bundle of a million indicators, read, CPU s", ""),
    ("build_cpu", "the index built of its objects, CPU s", "≤ 1"),
    ("build_kb", "memory of that, kB", "≤ 150,000"),
    ("memory_binary", "look-ups in memory, SHA-256 in binary, million a second", "≥ 20"),
    ("memory_hex", "the same from hexadecimal", ""),
    ("memory_hosts", "host names with all parents", "≥ 4"),
    ("plain_map_binary", "a plain hash map in the same run, binary", ""),
    ("file_bytes", "prepared index, bytes", ""),
    ("open_ms", "opened without checksum, CPU ms", "≤ 20"),
    ("open_verified_ms", "opened with full checksum, CPU ms", "≤ 50"),
    ("file_hex", "look-ups in it from hexadecimal, million a second", "≥ 8"),
    ("file_hosts", "host names with all parents", "≥ 2.5"),
];

/// The rows as a Markdown table; empty where only others are asked for.
pub(super) fn markdown(bench: &Bench<'_>, workspace: &Workspace) -> Result<String> {
    if bench.options.only.as_deref().is_some_and(|text| !"index of indicators".contains(text)) {
        return Ok(String::new());
    }
    println!("bench: index of indicators");
    let folder = bench.fresh_out()?;
    let index = example(workspace, "index_speed", &folder)?;
    let mut text =
        String::from("\n| index of one million indicators | figure | target |\n|---|--:|--:|\n");
    for (key, what, target) in FIGURES {
        let _ = writeln!(text, "| {what} | {} | {target} |", index[*key]);
    }
    let ours = example(workspace, "pattern_speed", &folder)?;
    text += "\n| pairs of pattern and observation a second | ours | stix2-matcher | ours ÷ it | target |\n|---|--:|--:|--:|--:|\n";
    for (key, what, step, target) in [
        ("all", "10,000 patterns, nine tenths equalities, on 1,000 observations", 1, "≥ 1,000"),
        ("engine", "1,000 patterns that stay on the engine", 10, "≥ 100"),
    ] {
        let own = ours[key].as_f64().unwrap_or(0.0);
        let (other, ratio) = match peer(workspace, &folder, step) {
            Ok(rate) => (format!("{rate:.0}"), format!("{:.0}", own / rate)),
            Err(error) => {
                println!("bench: stix2-matcher is left out: {error:#}");
                (String::new(), String::new())
            }
        };
        let _ = writeln!(text, "| {what} | {own:.0} | {other} | {ratio} | {target} |");
    }
    println!("{text}");
    Ok(text)
}

/// Runs an example of `intel` and reads the figures it prints.
pub(super) fn example(workspace: &Workspace, name: &str, folder: &Path) -> Result<Value> {
    example_of(workspace, "intel", name, folder)
}

/// Runs an example of a crate and reads the figures it prints.
pub(super) fn example_of(
    workspace: &Workspace,
    package: &str,
    name: &str,
    folder: &Path,
) -> Result<Value> {
    let mut command =
        cargo(&workspace.root, ["run", "--release", "--quiet", "--locked", "-p", package]);
    let output = command.args(["--example", name, "--"]).arg(folder).output()?;
    let text = String::from_utf8_lossy(&output.stdout);
    serde_json::from_str(&text).with_context(|| {
        format!("{name} printed `{text}`; {}", String::from_utf8_lossy(&output.stderr))
    })
}

/// Pairs a second of OASIS' matcher, over 20 seconds.
fn peer(workspace: &Workspace, folder: &Path, step: usize) -> Result<f64> {
    let programs = setup::python(workspace, "stix2", MATCHER)?;
    let mut command = Command::new(programs.join("python"));
    command.args(["-c", PEER]).arg(folder).args([step.to_string(), "20".to_owned()]);
    let output = command.output()?;
    let text = String::from_utf8_lossy(&output.stdout);
    let told: Value = serde_json::from_str(&text)
        .with_context(|| String::from_utf8_lossy(&output.stderr).into_owned())?;
    let (pairs, seconds) = (told["pairs"].as_f64(), told["seconds"].as_f64());
    Ok(pairs.context("no pairs")? / seconds.context("no seconds")?.max(1e-9))
}
