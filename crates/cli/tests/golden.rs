//! Runs every case of `cases/` end to end: the binary, on the evidence, as a person runs it.
//!
//! A case is a folder with `case.json` (what is expected), `input/` (evidence, laid over the
//! base that it names) and whatever its arguments name. See `cases/README.md`.

#![allow(clippy::unwrap_used)] // All of this is a test, though not the harness's.

mod support;

use libtest_mimic::{Arguments, Trial};
use serde::Deserialize;
use serde_json::Value;
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use support::{Run, tamarisk};
use testkit::cases::{Packing, lay_out, pack};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    /// What the case is there to show.
    #[allow(dead_code)] // Read by people.
    about: String,
    /// What the input is laid over; nothing where there is none.
    base: Option<String>,
    #[serde(default)]
    pack: Packing,
    #[serde(default)]
    remove: Vec<String>,
    args: Vec<String>,
    exit: Option<i32>,
    outcome: Option<String>,
    complete: Option<bool>,
    /// Every finding that is no note must be listed here, and every one listed must be there.
    findings: Option<Vec<Expected>>,
    /// Subjects of which there must be some finding.
    #[serde(default)]
    any_finding: Vec<String>,
    /// Subjects of which there must be none.
    #[serde(default)]
    absent: Vec<String>,
    /// Status by path.
    #[serde(default)]
    artifacts: BTreeMap<String, String>,
    /// Words that some gap's reason holds.
    #[serde(default)]
    gaps: Vec<String>,
    /// How many indicators the report says are revoked.
    revoked: Option<u64>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Expected {
    strength: String,
    subject: String,
    kind: String,
    user: Option<u64>,
    /// Id of the rule or indicator, where the case is about one.
    id: Option<String>,
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../cases")
}

/// One test for each case, so that a run names them.
fn main() -> ExitCode {
    let arguments = Arguments::from_args();
    let mut folders: Vec<PathBuf> =
        fs::read_dir(root()).unwrap().map(|entry| entry.unwrap().path()).collect();
    folders.retain(|folder| folder.join("case.json").exists());
    folders.sort();
    assert!(folders.len() >= 15, "only {} cases were found", folders.len());
    let tests = folders
        .into_iter()
        .map(|folder| {
            let name = folder.file_name().unwrap().to_string_lossy().into_owned();
            Trial::test(name, move || match run_case(&folder).as_slice() {
                [] => Ok(()),
                problems => Err(problems.join("\n").into()),
            })
        })
        .collect();
    libtest_mimic::run(&arguments, tests).exit_code()
}

fn run_case(folder: &Path) -> Vec<String> {
    let text = fs::read_to_string(folder.join("case.json")).unwrap();
    let case: Case = serde_json::from_str(&text).unwrap();
    let work = tempfile::tempdir().unwrap();
    let evidence = work.path().join("acquisition");
    let base = case.base.as_ref().map(|base| root().join("base").join(base));
    let input = folder.join("input");
    let layers: Vec<&Path> = base.iter().chain([&input]).map(PathBuf::as_path).collect();
    lay_out(&evidence, &layers, &case.remove).unwrap();
    let packed = pack(&evidence, case.pack).unwrap();
    let mut input = vec![packed.path.display().to_string()];
    if let Some(identity) = packed.identity {
        input.extend(["--identity".to_owned(), identity.display().to_string()]);
    }
    let mut args = vec!["check".to_owned()];
    args.extend(input.iter().cloned());
    args.extend(["--format", "json", "--now", "2026-11-22T00:00:00Z"].map(str::to_owned));
    let named: Vec<String> = case
        .args
        .iter()
        .map(|arg| {
            let file = folder.join(arg);
            if file.exists() { file.display().to_string() } else { arg.clone() }
        })
        .collect();
    // What opens the evidence is needed for reading too.
    let keys = named.windows(2).filter(|pair| pair[0] == "--passphrase-file");
    input.extend(keys.flatten().cloned());
    args.extend(named.iter().cloned());
    let isolated = tamarisk(&args);
    let mut problems = check(&case, &isolated);
    problems.extend(same_in_process(&args, &isolated));
    let mut args = vec!["read".to_owned()];
    args.extend(input);
    let isolated = tamarisk(&args);
    problems.extend(check_records(&isolated));
    problems.extend(same_in_process(&args, &isolated));
    problems
}

/// Runs the same on one thread and without workers: but for the line that says so, nothing may
/// differ.
fn same_in_process(args: &[String], isolated: &Run) -> Option<String> {
    let mut args = args.to_vec();
    args.extend(["--isolation", "off", "--threads", "1"].map(str::to_owned));
    let direct = tamarisk(&args);
    let lines = |run: &Run| -> Vec<String> {
        let kept = run.stdout.lines().filter(|line| !line.starts_with("    \"isolation\": \""));
        kept.map(str::to_owned).collect()
    };
    let (ours, theirs) = (lines(isolated), lines(&direct));
    if (isolated.code, &ours) == (direct.code, &theirs) {
        return None;
    }
    let differs = ours.iter().zip(&theirs).find(|(a, b)| a != b);
    let (a, b) = (isolated.code, direct.code);
    Some(format!("isolated {a}, in process {b}, or else in the output: {differs:?}"))
}

/// Holds what `tamarisk read` prints against the schema of records.
fn check_records(run: &Run) -> Vec<String> {
    let schema = schema("tamarisk.record.1.json");
    let mut problems = Vec::new();
    for (line, text) in run.stdout.lines().enumerate() {
        match serde_json::from_str::<Value>(text) {
            Ok(record) => problems.extend(
                schema.iter_errors(&record).map(|error| format!("record {}: {error}", line + 1)),
            ),
            Err(error) => problems.push(format!("record {}: {error}", line + 1)),
        }
    }
    let last = run.stdout.lines().last().unwrap_or_default();
    if !last.starts_with(r#"{"record":"end""#) {
        problems.push(format!("the last record is no end: {last}"));
    }
    problems
}

fn schema(name: &str) -> jsonschema::Validator {
    let file = root().join("../schemas").join(name);
    let schema: Value = serde_json::from_str(&fs::read_to_string(file).unwrap()).unwrap();
    jsonschema::validator_for(&schema).unwrap()
}

fn check(case: &Case, run: &Run) -> Vec<String> {
    let mut problems = Vec::new();
    let Ok(report) = serde_json::from_str::<Value>(&run.stdout) else {
        return vec![format!("no report: exit {}, {}", run.code, run.stderr)];
    };
    let schema = schema("tamarisk.report.1.json");
    problems.extend(schema.iter_errors(&report).map(|error| format!("the report: {error}")));
    let mut wrong = |what: &str, is: String, should: String| {
        if is != should {
            problems.push(format!("{what} is {is}, expected {should}"));
        }
    };
    if let Some(exit) = case.exit {
        wrong("exit code", run.code.to_string(), exit.to_string());
    }
    if let Some(outcome) = &case.outcome {
        wrong("outcome", report["outcome"].as_str().unwrap_or_default().into(), outcome.clone());
    }
    if let Some(complete) = case.complete {
        let gaps = report["coverage"]["gaps"].to_string();
        let is = report["coverage"]["complete"].to_string();
        wrong(&format!("complete (gaps {gaps})"), is, complete.to_string());
    }
    if let Some(revoked) = case.revoked {
        let told = report["knowledge"].as_array().into_iter().flatten();
        let sum: u64 = told.filter_map(|knowledge| knowledge["revoked"].as_u64()).sum();
        wrong("revoked", sum.to_string(), revoked.to_string());
    }
    problems.extend(check_findings(case, &report));
    for (path, status) in &case.artifacts {
        let rows = report["coverage"]["artifacts"].as_array().into_iter().flatten();
        let is = rows.filter(|row| row["path"] == **path).map(|row| row["status"].as_str());
        let is: Vec<_> = is.flatten().collect();
        if is != [status.as_str()] {
            problems.push(format!("artifact {path} is {is:?}, expected {status}"));
        }
    }
    for words in &case.gaps {
        let gaps = report["coverage"]["gaps"].as_array().into_iter().flatten();
        if !gaps.clone().any(|gap| gap["reason"].as_str().is_some_and(|r| r.contains(words))) {
            problems.push(format!("no gap says {words:?}: {:?}", gaps.collect::<Vec<_>>()));
        }
    }
    problems
}

fn check_findings(case: &Case, report: &Value) -> Vec<String> {
    let mut problems = Vec::new();
    let findings = report["findings"].as_array().cloned().unwrap_or_default();
    let of = |subject: &str| -> Vec<&Value> {
        findings.iter().filter(|f| f["subject"]["value"] == *subject).collect()
    };
    let fits = |expected: &Expected, f: &Value| {
        f["strength"] == *expected.strength
            && f["subject"]["value"] == *expected.subject
            && f["because"]["kind"] == *expected.kind
            && (expected.user.is_none() || f["subject"]["user"].as_u64() == expected.user)
            && expected.id.as_ref().is_none_or(|id| f["because"]["id"] == **id)
    };
    for finding in &findings {
        let rows = finding["evidence"].as_array().map_or(0, Vec::len);
        let total = finding["evidence_total"].as_u64().unwrap_or_default();
        // Each condition of a rule keeps at least five rows, so that none crowds out another.
        if rows == 0 || rows > 20 || rows as u64 > total || (rows as u64) < total.min(5) {
            problems.push(format!("{rows} rows of {total} in a finding: {finding}"));
        }
    }
    if let Some(list) = &case.findings {
        for expected in list {
            if !findings.iter().any(|f| fits(expected, f)) {
                let Expected { strength, subject, kind, id, .. } = expected;
                let kind = id.as_ref().unwrap_or(kind);
                problems.push(format!(
                    "no {strength} {kind} finding on {subject}: {:?}",
                    of(subject).iter().map(|f| f["title"].as_str()).collect::<Vec<_>>()
                ));
            }
        }
        for finding in findings.iter().filter(|f| f["strength"] != "note") {
            if !list.iter().any(|expected| fits(expected, finding)) {
                problems.push(format!(
                    "an unexpected finding: {} on {}: {}",
                    finding["strength"], finding["subject"]["value"], finding["title"]
                ));
            }
        }
    }
    for subject in &case.any_finding {
        if of(subject).is_empty() {
            problems.push(format!("no finding on {subject}"));
        }
    }
    for subject in &case.absent {
        if let Some(finding) = of(subject).first() {
            problems.push(format!("a finding on {subject}: {}", finding["title"]));
        }
    }
    problems
}
