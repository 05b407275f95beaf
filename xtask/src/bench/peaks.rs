//! What a process and its children need, apart from each other: of the peaks of their memory, `wait4`
//! tells only the larger. The kernel keeps the peak of every process (`VmHWM`, proc(5)); it is
//! looked at while the process lives, so that what one took within its last moments may be missed. So is
//! how long it was ready to run while others had the cores (`schedstat`): a machine that does other
//! things too leaves a program fewer cores than it asks for.

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fs;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

/// How often the kernel is asked.
const EVERY: Duration = Duration::from_millis(10);

/// What was seen, memory in bytes; 0 where the system does not tell.
#[derive(Clone, Copy, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Peaks {
    /// The largest resident set of the process itself.
    pub(super) own: u64,
    /// Of the largest of its children.
    pub(super) child: u64,
    /// Most children at one time.
    pub(super) children: usize,
    /// How long its children waited for a core, together.
    pub(super) waited: Duration,
}

/// Watches a process until it has ended.
pub(super) fn watched(process: u32, ended: &AtomicBool) -> Peaks {
    let mut peaks = Peaks::default();
    let process = process.to_string();
    let mut waits = BTreeMap::new();
    while !ended.load(Ordering::Acquire) {
        peaks.own = peaks.own.max(high_water(&process));
        let children = children(&process);
        peaks.children = peaks.children.max(children.len());
        let largest = children.iter().map(|child| high_water(child)).max();
        peaks.child = peaks.child.max(largest.unwrap_or(0));
        for child in children {
            let now = waited(&child);
            let wait = waits.entry(child).or_insert(now);
            *wait = now.max(*wait); // One that has just ended tells nothing.
        }
        thread::sleep(EVERY);
    }
    peaks.waited = waits.into_values().sum();
    peaks
}

/// The largest of each.
pub(super) fn largest(all: impl Iterator<Item = Peaks>) -> Option<Peaks> {
    all.reduce(|one, other| Peaks {
        own: one.own.max(other.own),
        child: one.child.max(other.child),
        children: one.children.max(other.children),
        waited: one.waited.max(other.waited),
    })
}

/// Children that run a program of their own: one that has only just been forked still shares, or shows,
/// the memory of its parent.
fn children(process: &str) -> Vec<String> {
    let words = |process: &str| fs::read(format!("/proc/{process}/cmdline")).unwrap_or_default();
    let own = words(process);
    let threads = fs::read_dir(format!("/proc/{process}/task")).into_iter().flatten().flatten();
    let lists = threads.filter_map(|at| fs::read_to_string(at.path().join("children")).ok());
    let children =
        lists.flat_map(|list| list.split_whitespace().map(str::to_owned).collect::<Vec<_>>());
    children.filter(|child| words(child) != own).collect()
}

fn high_water(process: &str) -> u64 {
    let status = fs::read_to_string(format!("/proc/{process}/status")).unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kilobytes = line.and_then(|line| line.trim().strip_suffix(" kB"));
    kilobytes.and_then(|number| number.parse::<u64>().ok()).unwrap_or(0).saturating_mul(1024)
}

/// How long a process of one thread has waited for a core (Linux, Documentation/scheduler/sched-stats).
fn waited(process: &str) -> Duration {
    let told = fs::read_to_string(format!("/proc/{process}/schedstat")).unwrap_or_default();
    let nanoseconds = told.split_whitespace().nth(1).and_then(|number| number.parse().ok());
    Duration::from_nanos(nanoseconds.unwrap_or(0))
}
