//! What the turns of each target came to, kept as soon as one has ended: what is interrupted loses
//! nothing, and single targets can be run again. Turns of one commit, which go on from one corpus, are
//! added up; a turn of another commit begins anew.

use super::targets::Target;
use super::turn::Turn;
use crate::machine;
use crate::workspace::Workspace;
use anyhow::{Context, Result};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::fs;
use std::path::{Path, PathBuf};

/// The turns of one commit, and what they were turns of.
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

/// Keeps a turn of the target `name`, added to those of the same commit.
pub(super) fn keep(base: &Path, name: &str, mut kept: Kept) -> Result<()> {
    let path = path(base, name);
    if path.is_file() {
        let before: Kept = serde_json::from_slice(&fs::read(&path)?)?;
        if before.commit == kept.commit {
            kept.turn.follow(before.turn);
        }
    }
    fs::create_dir_all(base.join("results"))?;
    Ok(fs::write(path, serde_json::to_vec(&kept)?)?)
}

fn path(base: &Path, name: &str) -> PathBuf {
    base.join("results").join(name).with_extension("json")
}

/// What is kept of these targets, in their order.
pub(super) fn all<'t>(base: &Path, targets: &'t [Target]) -> Result<Vec<(&'t str, Kept)>> {
    let mut all = Vec::new();
    for Target { name, .. } in targets {
        let path = path(base, name);
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
    fn turns_of_one_commit_are_added_in_the_order_of_the_targets() {
        let base = tempfile::tempdir().unwrap();
        let (first, second) = (TARGETS[0].name, TARGETS[1].name);
        for (name, commit, executions) in
            [(second, "a", 1), (first, "a", 2), (second, "a", 3), (first, "b", 7)]
        {
            let turn = Turn { executions, seconds: 10, edges: executions, ..Turn::default() };
            let (date, commit) = ("2026-01-01".to_owned(), commit.to_owned());
            let kept = Kept { date, commit, seeds: 4, shared: false, turn };
            keep(base.path(), name, kept).unwrap();
        }
        let all = all(base.path(), TARGETS).unwrap();
        let all: Vec<_> = all
            .iter()
            .map(|(name, kept)| (*name, kept.turn.executions, kept.turn.seconds, kept.turn.edges))
            .collect();
        assert_eq!(all, [(first, 7, 10, 7), (second, 4, 20, 3)]);
    }
}
