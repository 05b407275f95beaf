//! What a process costs: CPU seconds and peak memory as the kernel counted them.

use anyhow::{Context, Result, bail};
use std::fmt;
use std::fs::File;
use std::path::Path;
use std::process::{Command, ExitStatus, Stdio};
use std::thread;
use std::time::{Duration, Instant};
use wait4::Wait4;

/// How long a process may run.
pub(super) struct Limits {
    wall: Option<Duration>,
}

impl Limits {
    pub(super) fn none() -> Self {
        Self { wall: None }
    }

    pub(super) fn seconds(seconds: u64) -> Self {
        Self { wall: Some(Duration::from_secs(seconds)) }
    }
}

/// What a process cost, with the descendants that it waited for.
#[derive(Clone, Copy, Debug)]
pub(super) struct Usage {
    /// User and system time.
    pub(super) cpu: Duration,
    /// Largest resident set, in bytes.
    pub(super) peak: u64,
    /// Time on the clock.
    pub(super) wall: Duration,
    /// Whether it was stopped at its limit: then all figures are lower bounds.
    pub(super) stopped: bool,
    status: ExitStatus,
}

impl Usage {
    /// Fails unless it ended by itself with one of these codes.
    pub(super) fn expect_exit(&self, codes: &[i32]) -> Result<()> {
        match self.status.code() {
            Some(code) if codes.contains(&code) => Ok(()),
            _ => bail!("ended with {}; see target/bench-out/stderr", self.status),
        }
    }

    /// Peak memory in MB of 1,000,000 bytes.
    pub(super) fn megabytes(&self) -> u64 {
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

/// Runs it to its end or limit; its output goes to the files `stdout` and `stderr` in `folder`.
pub(super) fn run(mut command: Command, folder: &Path, limits: &Limits) -> Result<Usage> {
    command.stdin(Stdio::null());
    command.stdout(File::create(folder.join("stdout"))?);
    command.stderr(File::create(folder.join("stderr"))?);
    let start = Instant::now();
    let mut child = command.spawn().with_context(|| crate::run::shown(&command))?;
    let Some(limit) = limits.wall else {
        let done = child.wait4()?;
        return Ok(usage(done, start, false));
    };
    let mut stopped = false;
    loop {
        if let Some(done) = child.try_wait4()? {
            return Ok(usage(done, start, stopped));
        }
        if !stopped && start.elapsed() > limit {
            child.kill()?;
            stopped = true;
        }
        thread::sleep(Duration::from_millis(20));
    }
}

fn usage(done: wait4::ResUse, start: Instant, stopped: bool) -> Usage {
    Usage {
        cpu: done.rusage.utime + done.rusage.stime,
        peak: done.rusage.maxrss,
        wall: start.elapsed(),
        stopped,
        status: done.status,
    }
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
    fn a_process_is_measured_and_its_output_kept() {
        let folder = tempfile::tempdir().unwrap();
        let mut command = Command::new("sh");
        command.args(["-c", "echo out; exit 3"]);
        let usage = run(command, folder.path(), &Limits::none()).unwrap();
        assert!(usage.expect_exit(&[3]).is_ok() && usage.expect_exit(&[0]).is_err());
        assert!(usage.peak > 100_000, "a shell needs more than 100 kB, not {}", usage.peak);
        assert_eq!(std::fs::read_to_string(folder.path().join("stdout")).unwrap(), "out\n");
    }

    #[test]
    fn a_process_is_stopped_at_its_limit() {
        let folder = tempfile::tempdir().unwrap();
        let mut command = Command::new("sleep");
        command.arg("60");
        let limit = Limits { wall: Some(Duration::from_millis(100)) };
        let usage = run(command, folder.path(), &limit).unwrap();
        assert!(usage.stopped && usage.wall < Duration::from_secs(30));
    }
}
