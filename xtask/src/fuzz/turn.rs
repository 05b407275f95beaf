//! One turn of libFuzzer, and what it says of itself.

use crate::bench::run_measured;
use anyhow::Result;
use serde::{Deserialize, Serialize};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// What a turn came to.
#[derive(Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Turn {
    pub(super) executions: u64,
    pub(super) per_second: u64,
    /// Edges of the program that were taken.
    pub(super) edges: u64,
    /// Inputs that were worth keeping.
    pub(super) corpus: u64,
    pub(super) peak_mb: u64,
    /// How long it ran, by the clock and by the processor.
    pub(super) seconds: u64,
    pub(super) cpu_seconds: u64,
    /// The input that crashed it, hung, or used too much memory.
    pub(super) crash: Option<PathBuf>,
}

impl Turn {
    /// Adds a turn that was before this one and went on from the same corpus.
    pub(super) fn follow(&mut self, before: Turn) {
        self.executions += before.executions;
        self.seconds += before.seconds;
        self.cpu_seconds += before.cpu_seconds;
        self.per_second = self.executions / self.seconds.max(1);
        self.edges = self.edges.max(before.edges);
        self.corpus = self.corpus.max(before.corpus);
        self.peak_mb = self.peak_mb.max(before.peak_mb);
        self.crash = self.crash.take().or(before.crash);
    }
}

/// Where a turn reads and writes.
pub(super) struct Folders {
    /// Grows from turn to turn.
    pub(super) corpus: PathBuf,
    pub(super) seeds: PathBuf,
    pub(super) crashes: PathBuf,
    /// What libFuzzer prints, in the file `stderr`.
    pub(super) log: PathBuf,
}

/// An input that takes longer hangs; twice what issue and design ask for, since machines are busy.
const TIMEOUT_SECONDS: u32 = 10;
/// What the program may use in all, libFuzzer's own tables and its corpus included.
const MEMORY_MB: u32 = 1024;

/// Fuzzes for so many seconds. `dictionary` need not exist.
pub(super) fn run(
    program: &Path,
    folders: &Folders,
    dictionary: &Path,
    max_len: usize,
    seconds: u64,
) -> Result<Turn> {
    for folder in [&folders.corpus, &folders.crashes, &folders.log] {
        fs::create_dir_all(folder)?;
    }
    let mut command = Command::new(program);
    command
        .arg(format!("-max_total_time={seconds}"))
        .arg(format!("-max_len={max_len}"))
        .arg(format!("-timeout={TIMEOUT_SECONDS}"))
        .arg(format!("-rss_limit_mb={MEMORY_MB}"))
        .arg(format!("-artifact_prefix={}/", folders.crashes.display()))
        .arg("-print_final_stats=1");
    if dictionary.is_file() {
        command.arg(format!("-dict={}", dictionary.display()));
    }
    command.arg(&folders.corpus).arg(&folders.seeds);
    let usage = run_measured(&command, &folders.log, 0)?;
    let log = folders.log.join("stderr");
    let mut turn = read(&String::from_utf8_lossy(&fs::read(&log)?));
    (turn.seconds, turn.cpu_seconds) = (usage.wall.as_secs(), usage.cpu.as_secs());
    if usage.expect_exit(&[0]).is_err() && turn.crash.is_none() {
        turn.crash = Some(log);
    }
    Ok(turn)
}

/// Reads libFuzzer's log: lines of progress, then its figures.
fn read(log: &str) -> Turn {
    let mut turn = Turn::default();
    for line in log.lines() {
        if let Some(figure) = line.strip_prefix("stat::") {
            let Some((name, value)) = figure.split_once(':') else { continue };
            let value = value.trim().parse().unwrap_or(0);
            match name {
                "number_of_executed_units" => turn.executions = value,
                "average_exec_per_sec" => turn.per_second = value,
                "peak_rss_mb" => turn.peak_mb = value,
                _ => {}
            }
        } else if line.starts_with('#') {
            let mut words = line.split_whitespace();
            while let Some(word) = words.next() {
                let number =
                    |text: Option<&str>| text.and_then(|text| text.split('/').next()?.parse().ok());
                match word {
                    "cov:" => turn.edges = number(words.next()).unwrap_or(turn.edges),
                    "corp:" => turn.corpus = number(words.next()).unwrap_or(turn.corpus),
                    _ => {}
                }
            }
        } else if let Some((_, path)) = line.split_once("Test unit written to ") {
            turn.crash = Some(PathBuf::from(path.trim()));
        }
    }
    turn
}

#[cfg(test)]
mod tests {
    use super::{Turn, read};
    use std::path::PathBuf;

    /// As libFuzzer prints it (compiler-rt, `FuzzerLoop.cpp`).
    #[test]
    fn the_log_is_read() {
        let log = "INFO: Seed: 1\n#2\tINITED cov: 3 ft: 4 corp: 1/1b exec/s: 0 rss: 30Mb\n\
            #900\tNEW    cov: 12 ft: 14 corp: 7/31b lim: 4 exec/s: 450 rss: 31Mb L: 3/4\n\
            artifact_prefix='./'; Test unit written to /tmp/crash-00\n\
            stat::number_of_executed_units: 901\nstat::average_exec_per_sec:     450\n\
            stat::peak_rss_mb:              31\n";
        let crash = Some(PathBuf::from("/tmp/crash-00"));
        let expected = Turn {
            executions: 901,
            per_second: 450,
            edges: 12,
            corpus: 7,
            peak_mb: 31,
            crash,
            ..Turn::default()
        };
        assert_eq!(read(log), expected);
    }
}
