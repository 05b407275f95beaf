//! The real program over a corpus, and what its report says of the workers.

use super::lay::Laid;
use crate::bench::run_measured;
use anyhow::{Context, Result};
use serde_json::Value;
use std::collections::BTreeMap;
use std::fmt;
use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

/// What a gap says of a worker that came to no good end; the words are those of
/// `crates/isolate/src/trouble.rs`.
const CRASHED: [&str; 2] = ["the process that read it", "its reading was stopped"];
const TOO_LONG: &str = "reading it took more than the limit of";
const TOO_MUCH: &str = "reading it takes more memory than the limit of";

/// What a corpus came to.
#[derive(Debug, Default)]
pub(super) struct Came {
    /// How many artifacts ended in which status.
    pub(super) statuses: BTreeMap<String, u64>,
    pub(super) gaps: u64,
    pub(super) crashed: u64,
    pub(super) too_long: u64,
    pub(super) too_much: u64,
    /// What was told of each that ended in one of these ways.
    pub(super) bad: Vec<String>,
    /// The largest process, the host among them.
    pub(super) peak_mb: u64,
    pub(super) cpu: Duration,
}

impl Came {
    /// Whether a worker did what none may.
    pub(super) fn is_bad(&self) -> bool {
        self.crashed + self.too_long + self.too_much > 0
    }

    /// The statuses, in words.
    pub(super) fn ended(&self) -> String {
        let one = |(status, count): (&String, &u64)| format!("{count} {status}");
        self.statuses.iter().map(one).collect::<Vec<_>>().join(", ")
    }

    fn gap(&mut self, artifact: &str, reason: &str) {
        self.gaps += 1;
        let before = self.crashed + self.too_long + self.too_much;
        self.crashed += u64::from(CRASHED.iter().any(|words| reason.contains(words)));
        self.too_long += u64::from(reason.contains(TOO_LONG));
        self.too_much += u64::from(reason.contains(TOO_MUCH));
        if self.crashed + self.too_long + self.too_much > before {
            self.bad.push(format!("{artifact}: {reason}"));
        }
    }

    /// Takes up a report, or an error that stands in place of one.
    fn take(&mut self, report: &Value) {
        if let Some(message) = report["error"]["message"].as_str() {
            message.split("; ").for_each(|part| self.gap("handed in", part));
        }
        let coverage = &report["coverage"];
        for artifact in coverage["artifacts"].as_array().into_iter().flatten() {
            let status = artifact["status"].as_str().unwrap_or("?").replace('_', " ");
            // What an acquisition mostly has and this one has not.
            if status != "missing" {
                *self.statuses.entry(status).or_default() += 1;
            }
        }
        for gap in coverage["gaps"].as_array().into_iter().flatten() {
            let of = |key: &str| gap[key].as_str().unwrap_or_default();
            self.gap(of("artifact"), of("reason"));
        }
    }
}

impl fmt::Display for Came {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            out,
            "{} gaps, {} crashed, {} over 5 s, {} over 256 MB; {} MB, {} CPU s; artifacts: {}",
            self.gaps,
            self.crashed,
            self.too_long,
            self.too_much,
            self.peak_mb,
            self.cpu.as_secs(),
            self.ended()
        )
    }
}

/// Reads the acquisition and the bug report, then each file as it is.
pub(super) fn read(program: &Path, laid: &Laid, base: &Path) -> Result<Came> {
    let mut came = Came::default();
    one(program, &[&laid.acquisition], base, &mut came)?;
    one(program, &[&laid.report], base, &mut came)?;
    for some in laid.bare.chunks(100) {
        let some: Vec<&Path> = some.iter().map(AsRef::as_ref).collect();
        one(program, &some, base, &mut came)?;
    }
    Ok(came)
}

fn one<P: AsRef<Path>>(program: &Path, paths: &[P], base: &Path, came: &mut Came) -> Result<()> {
    let mut check = Command::new(program);
    check.args(["check", "--quiet", "--no-builtin", "--format", "json", "--isolation", "require"]);
    check.args(["--limit", "seconds=5", "--limit", "memory=256M"]);
    check.args(["--now", "2026-01-01T00:00:00Z", "--"]);
    check.args(paths.iter().map(AsRef::as_ref));
    let usage = run_measured(&check, base, 0)?;
    // Nothing found, something found, nothing readable; anything else is a crash of the host.
    usage.expect_exit(&[0, 1, 2, 3]).context("tamarisk check")?;
    let report = fs::read(base.join("stdout"))?;
    let report = serde_json::from_slice(&report).context("what check prints is no JSON")?;
    came.take(&report);
    came.peak_mb = came.peak_mb.max(usage.megabytes());
    came.cpu += usage.cpu;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn the_words_are_those_of_the_host() {
        let words = include_str!("../../../crates/isolate/src/trouble.rs");
        for part in CRASHED.iter().chain(&[TOO_LONG, TOO_MUCH]) {
            assert!(words.contains(part), "{part}");
        }
    }

    #[test]
    fn what_workers_did_is_counted() {
        let gap = |reason: &str| json!({"artifact": "a", "reason": reason});
        let mut came = Came::default();
        came.take(&json!({"coverage": {
            "artifacts": [{"status": "read"}, {"status": "failed"}, {"status": "read"}],
            "gaps": [
                gap("the process that read it crashed (signal 11)"),
                gap("reading it took more than the limit of 5 seconds"),
                gap("the end of the zip is missing"),
            ],
        }}));
        came.take(&json!({"error": {"message": "a: no zip; b: its reading was stopped, since"}}));
        assert_eq!((came.gaps, came.crashed, came.too_long, came.too_much), (5, 2, 1, 0));
        assert!(came.is_bad());
        assert_eq!(came.bad[0], "a: the process that read it crashed (signal 11)");
        assert_eq!(came.bad.len(), 3);
        assert_eq!(came.ended(), "1 failed, 2 read");
    }
}
