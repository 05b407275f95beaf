//! What a process costs: CPU seconds and peak memory as the kernel counted them.
//!
//! On Linux a process starts its count of peak memory with that of the process it was forked
//! from. So what is measured is not started by the bench itself, which has read reports and
//! metadata, but by a small process in between: this program again, as `cargo xtask measured`.

use anyhow::{Context, Result, bail};
use serde::{Deserialize, Serialize};
use std::env;
use std::ffi::OsString;
use std::fmt;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};
use wait4::Wait4;

/// What `cargo xtask measured` is asked for.
#[derive(clap::Args)]
pub(crate) struct Measured {
    /// Where to write the usage
    usage: PathBuf,
    /// Stop the program after so many seconds; 0 lets it run
    seconds: u64,
    /// The program and its arguments
    #[arg(last = true, required = true)]
    words: Vec<OsString>,
}

/// What a process cost, with the descendants that it waited for.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub(crate) struct Usage {
    /// User and system time.
    pub(crate) cpu: Duration,
    /// Largest resident set, in bytes.
    pub(super) peak: u64,
    /// Time on the clock.
    pub(crate) wall: Duration,
    /// Whether it was stopped at its limit: then all figures are lower bounds.
    pub(super) stopped: bool,
    /// Its exit code, if it ended by itself.
    code: Option<i32>,
}

impl Usage {
    /// Fails unless it ended by itself with one of these codes.
    pub(crate) fn expect_exit(&self, codes: &[i32]) -> Result<()> {
        match self.code {
            Some(code) if codes.contains(&code) => Ok(()),
            code => bail!("ended with {code:?}; see target/bench-out/stderr"),
        }
    }

    /// Peak memory in MB of 1,000,000 bytes.
    pub(crate) fn megabytes(&self) -> u64 {
        self.peak.div_ceil(1_000_000)
    }
}

impl fmt::Display for Usage {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let more = if self.stopped { " (stopped)" } else { "" };
        let (cpu, wall) = (self.cpu.as_secs_f64(), self.wall.as_secs_f64());
        write!(out, "{cpu:.2} CPU s, {wall:.2} s, {} MB{more}", self.megabytes())
    }
}

/// Runs it to its end, or for `seconds` if there is a limit (0: none); its output goes to the
/// files `stdout` and `stderr` in `folder`.
pub(crate) fn run(command: &Command, folder: &Path, seconds: u64) -> Result<Usage> {
    let usage = folder.join("usage.json");
    let mut between = Command::new(env::current_exe()?);
    between.arg("measured").arg(&usage).arg(seconds.to_string()).arg("--");
    between.arg(command.get_program()).args(command.get_args());
    for (name, value) in command.get_envs() {
        match value {
            Some(value) => between.env(name, value),
            None => between.env_remove(name),
        };
    }
    between.stdin(Stdio::null());
    between.stdout(File::create(folder.join("stdout"))?);
    between.stderr(File::create(folder.join("stderr"))?);
    crate::run::succeed(&mut between)?;
    Ok(serde_json::from_slice(&fs::read(usage)?)?)
}

/// The process in between: starts the program, waits for it, and writes what it cost.
pub(crate) fn measured(asked: &Measured) -> Result<()> {
    let [program, args @ ..] = asked.words.as_slice() else { bail!("no program") };
    let mut command = Command::new(program);
    command.args(args);
    let limit = (asked.seconds > 0).then(|| Duration::from_secs(asked.seconds));
    let usage = usage(&mut command, limit)?;
    Ok(fs::write(&asked.usage, serde_json::to_vec(&usage)?)?)
}

/// Runs it to its end or limit.
fn usage(command: &mut Command, limit: Option<Duration>) -> Result<Usage> {
    let start = Instant::now();
    let mut child = command.spawn().with_context(|| crate::run::shown(command))?;
    let mut stopped = false;
    let done = match limit {
        None => child.wait4()?,
        Some(limit) => loop {
            if let Some(done) = child.try_wait4()? {
                break done;
            }
            if !stopped && start.elapsed() > limit {
                child.kill()?;
                stopped = true;
            }
            thread::sleep(Duration::from_millis(20));
        },
    };
    Ok(Usage {
        cpu: done.rusage.utime + done.rusage.stime,
        peak: done.rusage.maxrss,
        wall: start.elapsed(),
        stopped,
        code: done.status.code(),
    })
}

/// The run with the middle CPU time, and the largest peak of all.
pub(super) fn median(runs: &[Usage]) -> Usage {
    let mut sorted = runs.to_vec();
    sorted.sort_by_key(|usage| usage.cpu);
    let mut middle = sorted[sorted.len() / 2];
    middle.peak = sorted.iter().map(|usage| usage.peak).max().unwrap_or(middle.peak);
    middle
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_process_is_measured() {
        let mut command = Command::new("sh");
        command.args(["-c", "exit 3"]);
        let usage = usage(&mut command, None).unwrap();
        assert!(usage.expect_exit(&[3]).is_ok() && usage.expect_exit(&[0]).is_err());
        assert!(usage.peak > 100_000, "a shell needs more than 100 kB, not {}", usage.peak);
    }

    #[test]
    fn a_process_is_stopped_at_its_limit() {
        let mut command = Command::new("sleep");
        command.arg("60");
        let usage = usage(&mut command, Some(Duration::from_millis(100))).unwrap();
        assert!(usage.stopped && usage.wall < Duration::from_secs(30));
        assert!(usage.expect_exit(&[0]).is_err());
    }
}
