//! The last turn of each target, kept as soon as it has ended: what is interrupted loses nothing, and
//! single targets can be run again.

use super::targets::Target;
use super::turn::Turn;
use crate::machine;
use crate::workspace::Workspace;
use anyhow::{Context, Result};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::fs;
use std::path::Path;

/// A turn, and what it was a turn of.
#[derive(Serialize, Deserialize)]
pub(super) struct Kept {
    pub(super) date: String,
    pub(super) commit: String,
    pub(super) seeds: usize,
    /// Whether ../shared had seeds to give.
    pub(super) shared: bool,
    pub(super) turn: Turn,
}

impl Kept {
    /// A turn that has just ended.
    pub(super) fn now(seeds: usize, turn: Turn, workspace: &Workspace) -> Self {
        let date = Timestamp::now().strftime("%F").to_string();
        let commit = machine::commit(&workspace.root);
        Self { date, commit, seeds, shared: workspace.shared().is_some(), turn }
    }
}

/// Keeps the last turn of the target `name`.
pub(super) fn keep(base: &Path, name: &str, kept: &Kept) -> Result<()> {
    let folder = base.join("results");
    fs::create_dir_all(&folder)?;
    Ok(fs::write(folder.join(name).with_extension("json"), serde_json::to_vec(kept)?)?)
}

/// What is kept of these targets, in their order.
pub(super) fn all<'t>(base: &Path, targets: &'t [Target]) -> Result<Vec<(&'t str, Kept)>> {
    let mut all = Vec::new();
    for Target { name, .. } in targets {
        let path = base.join("results").join(name).with_extension("json");
        if path.is_file() {
            let kept = serde_json::from_slice(&fs::read(&path)?);
            all.push((*name, kept.with_context(|| path.display().to_string())?));
        }
    }
    Ok(all)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fuzz::targets::TARGETS;

    #[test]
    fn the_last_turn_of_each_is_kept_in_the_order_of_the_targets() {
        let base = tempfile::tempdir().unwrap();
        let (first, second) = (TARGETS[0].name, TARGETS[1].name);
        for (name, executions) in [(second, 1), (first, 2), (second, 3)] {
            let turn = Turn { executions, ..Turn::default() };
            let (date, commit) = ("2026-01-01".to_owned(), "abc".to_owned());
            let kept = Kept { date, commit, seeds: 4, shared: false, turn };
            keep(base.path(), name, &kept).unwrap();
        }
        let all = all(base.path(), TARGETS).unwrap();
        let all: Vec<_> = all.iter().map(|(name, kept)| (*name, kept.turn.executions)).collect();
        assert_eq!(all, [(first, 2), (second, 3)]);
    }
}
