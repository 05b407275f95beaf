//! No source file above 800 lines; median and 90th percentile are told.

use super::Outcome;
use super::source::rust_files;
use crate::workspace::Workspace;
use anyhow::Result;
use std::fs;

/// The limit of docs and style: what is longer probably holds more than one thing.
const MAX_LINES: usize = 800;

pub(super) fn check(workspace: &Workspace) -> Result<Outcome> {
    let mut outcome = Outcome::default();
    let mut filled = Vec::new();
    for path in rust_files(workspace)? {
        let text = fs::read_to_string(&path)?;
        let lines = text.lines().count();
        filled.push(text.lines().filter(|line| !line.trim().is_empty()).count());
        if lines > MAX_LINES {
            outcome.problems.push(format!("{}: {lines} lines", workspace.show(&path)));
        }
    }
    filled.sort_unstable();
    outcome.note = Some(format!(
        "{} files; lines that are not blank: median {}, 90th percentile {}, largest {}",
        filled.len(),
        percentile(&filled, 50),
        percentile(&filled, 90),
        percentile(&filled, 100),
    ));
    Ok(outcome)
}

/// The nearest-rank percentile of a sorted list; 0 for an empty one.
fn percentile(sorted: &[usize], percent: usize) -> usize {
    let rank = (sorted.len() * percent).div_ceil(100);
    sorted.get(rank.saturating_sub(1)).copied().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::percentile;

    /// Worked example of the nearest-rank method: ordered list 15, 20, 35, 40, 50.
    #[test]
    fn percentiles_are_by_nearest_rank() {
        let list = [15, 20, 35, 40, 50];
        assert_eq!([30, 40, 50, 100].map(|p| percentile(&list, p)), [20, 20, 35, 50]);
        assert_eq!(percentile(&[], 50), 0);
    }
}
