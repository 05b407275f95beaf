//! What a process costs: CPU seconds and peak memory as the kernel counted them.
//!
//! On Linux a process starts its count of peak memory with that of the process it was forked
//! from. So what is measured is not started by the bench itself, which has read reports and
//! metadata, but by a small process in between: this program again, as `cargo xtask measured`.

use super::peaks::{self, Peaks};
use anyhow::{Context, Result, bail};
use serde::{Deserialize, Serialize};
use std::env;
use std::ffi::OsString;
use std::fmt;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};
use wait4::{ResUse, Wait4};

/// What `cargo xtask measured` is asked for.
#[derive(clap::Args)]
pub(crate) struct Measured {
    /// Where to write the usage
    usage: PathBuf,
    /// Stop the program after so many seconds; 0 lets it run
    seconds: u64,
    /// Tell the memory of the program and of its children apart too
    #[arg(long)]
    apart: bool,
    /// The program and its arguments
    #[arg(last = true, required = true)]
    words: Vec<OsString>,
}

/// What a process cost, with the descendants that it waited for.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub(crate) struct Usage {
    /// User and system time.
    pub(crate) cpu: Duration,
    /// Largest resident set of any of them, in bytes.
    pub(super) peak: u64,
    /// That of the process and that of its children, where that was asked for.
    pub(super) apart: Option<Peaks>,
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

    /// Of two processes, one after the other: the sum of their time, the larger memory.
    pub(super) fn and(self, other: &Self) -> Self {
        Self {
            cpu: self.cpu + other.cpu,
            peak: self.peak.max(other.peak),
            apart: peaks::largest(self.apart.into_iter().chain(other.apart)),
            wall: self.wall + other.wall,
            stopped: self.stopped || other.stopped,
            code: other.code,
        }
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
    start(command, folder, seconds, false)
}

/// The same without a limit, with the memory of the process and of its children apart.
pub(super) fn run_apart(command: &Command, folder: &Path) -> Result<Usage> {
    start(command, folder, 0, true)
}

fn start(command: &Command, folder: &Path, seconds: u64, apart: bool) -> Result<Usage> {
    let usage = folder.join("usage.json");
    let mut between = Command::new(env::current_exe()?);
    between.arg("measured").args(apart.then_some("--apart"));
    between.arg(&usage).arg(seconds.to_string()).arg("--");
    between.arg(command.get_program()).args(command.get_args());
    for (name, value) in command.get_envs() {
        match value {
            Some(value) => between.env(name, value),
            None => between.env_remove(name),
        };
    }
    if let Some(folder) = command.get_current_dir() {
        between.current_dir(folder);
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
    let usage = usage(&mut command, limit, asked.apart)?;
    Ok(fs::write(&asked.usage, serde_json::to_vec(&usage)?)?)
}

/// Runs it to its end or limit.
fn usage(command: &mut Command, limit: Option<Duration>, apart: bool) -> Result<Usage> {
    let start = Instant::now();
    let child = command.spawn().with_context(|| crate::run::shown(command))?;
    let (process, ended) = (child.id(), AtomicBool::new(false));
    let (done, stopped, apart) = thread::scope(|scope| {
        let watch = apart.then(|| scope.spawn(|| peaks::watched(process, &ended)));
        let done = awaited(child, limit, start);
        ended.store(true, Ordering::Release);
        let apart = watch.and_then(|watch| watch.join().ok());
        done.map(|(done, stopped)| (done, stopped, apart))
    })?;
    Ok(Usage {
        cpu: done.rusage.utime + done.rusage.stime,
        peak: done.rusage.maxrss,
        apart,
        wall: start.elapsed(),
        stopped,
        code: done.status.code(),
    })
}

/// Waits for its end; whether it had to be stopped at its limit.
fn awaited(mut child: Child, limit: Option<Duration>, start: Instant) -> Result<(ResUse, bool)> {
    let Some(limit) = limit else { return Ok((child.wait4()?, false)) };
    let mut stopped = false;
    loop {
        if let Some(done) = child.try_wait4()? {
            return Ok((done, stopped));
        }
        if !stopped && start.elapsed() > limit {
            child.kill()?;
            stopped = true;
        }
        thread::sleep(Duration::from_millis(20));
    }
}

/// The run with the middle CPU time, and the largest peak of all.
pub(super) fn median(runs: &[Usage]) -> Usage {
    let mut sorted = runs.to_vec();
    sorted.sort_by_key(|usage| usage.cpu);
    let mut middle = sorted[sorted.len() / 2];
    middle.peak = sorted.iter().map(|usage| usage.peak).max().unwrap_or(middle.peak);
    middle.apart = peaks::largest(sorted.iter().filter_map(|usage| usage.apart));
    middle
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_process_is_measured() {
        let mut command = Command::new("sh");
        command.args(["-c", "exit 3"]);
        let usage = usage(&mut command, None, false).unwrap();
        assert!(usage.expect_exit(&[3]).is_ok() && usage.expect_exit(&[0]).is_err());
        assert!(usage.peak > 100_000, "a shell needs more than 100 kB, not {}", usage.peak);
    }

    #[test]
    fn a_process_is_stopped_at_its_limit() {
        let mut command = Command::new("sleep");
        command.arg("60");
        let usage = usage(&mut command, Some(Duration::from_millis(100)), false).unwrap();
        assert!(usage.stopped && usage.wall < Duration::from_secs(30));
        assert!(usage.expect_exit(&[0]).is_err());
    }

    /// A shell needs a few MB at most; `tail` keeps 50 MB that hold no line feed.
    #[test]
    fn a_process_and_its_children_are_told_apart() {
        let mut command = Command::new("sh");
        // What reads from it begins late, so that it lives long enough to be looked at.
        let line = "head -c 50000000 /dev/zero | tail -n 1 | (sleep 1; wc -c); true";
        command.args(["-c", line]).stdout(Stdio::null());
        let usage = usage(&mut command, None, true).unwrap();
        let apart = usage.apart.unwrap();
        assert!(apart.own > 100_000 && apart.own < 20_000_000, "{apart:?}");
        assert!(usage.peak > 50_000_000, "{usage}");
        // The two counts may differ by some pages, which the kernel adds up a few at a time.
        assert!(apart.child > 20_000_000 && apart.child < usage.peak + 1_000_000, "{apart:?}");
    }
}
