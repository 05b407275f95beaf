//! On what, and of what, figures were taken.

use anyhow::{Context, Result};
use std::fs;
use std::path::Path;
use std::process::Command;
use std::thread;

/// One line: processor, cores, memory, system, compiler.
pub(crate) fn describe() -> Result<String> {
    let cpu =
        field("/proc/cpuinfo", "model name").unwrap_or_else(|| std::env::consts::ARCH.to_owned());
    let cores = thread::available_parallelism()?;
    let memory = field("/proc/meminfo", "MemTotal")
        .and_then(|text| text.trim_end_matches("kB").trim().parse::<u64>().ok())
        .map_or_else(String::new, |kib| format!(", {} GiB", (kib + (1 << 19)) >> 20));
    let rustc = Command::new("rustc").arg("--version").output().context("rustc")?;
    let rustc = String::from_utf8_lossy(&rustc.stdout).trim().to_owned();
    Ok(format!("{cpu}, {cores} cores{memory}, {}, {rustc}", std::env::consts::OS))
}

/// The load average of the last minute: what else the machine was at; empty where none is told.
pub(crate) fn load() -> String {
    let text = fs::read_to_string("/proc/loadavg").unwrap_or_default();
    text.split(' ').next().unwrap_or_default().to_owned()
}

/// The commit of the work tree as git names it; empty without git.
pub(crate) fn commit(root: &Path) -> String {
    let git =
        Command::new("git").current_dir(root).args(["describe", "--always", "--dirty"]).output();
    git.map(|git| String::from_utf8_lossy(&git.stdout).trim().to_owned()).unwrap_or_default()
}

/// The first `name : value` of a file of the kernel.
fn field(path: &str, name: &str) -> Option<String> {
    let text = fs::read_to_string(path).ok()?;
    let line = text.lines().find(|line| line.starts_with(name))?;
    Some(line.split_once(':')?.1.trim().to_owned())
}
