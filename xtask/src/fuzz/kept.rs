//! What the turns of each target came to, kept as soon as one has ended: what is interrupted loses
//! nothing, and single targets can be run again. Turns of one commit, which go on from one corpus, are
//! added up; a turn of another commit begins anew. `fuzz/results.json` has what machines that are gone
//! came to; it only grows when it is written.

use super::targets::Target;
use super::turn::Turn;
use crate::machine;
use crate::workspace::Workspace;
use anyhow::{Context, Result};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::fs;
use std::path::{Path, PathBuf};

/// The turns of one target and commit, and what they were turns of.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Kept {
    pub(super) target: String,
    pub(super) date: String,
    pub(super) commit: String,
    pub(super) seeds: usize,
    /// Whether ../shared had seeds to give.
    pub(super) shared: bool,
    pub(super) turn: Turn,
}

impl Kept {
    /// A turn that has just ended.
    pub(super) fn now(target: &str, seeds: usize, turn: Turn, workspace: &Workspace) -> Self {
        let target = target.to_owned();
        let date = Timestamp::now().strftime("%F").to_string();
        let commit = machine::commit(&workspace.root);
        Self { target, date, commit, seeds, shared: workspace.shared().is_some(), turn }
    }
}

/// Keeps a turn, added to those of the same target and commit on this machine.
pub(super) fn keep(base: &Path, mut kept: Kept) -> Result<()> {
    let path = path(base, &kept.target);
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

/// What `recorded` has (the text of `fuzz/results.json`), and what this machine keeps: in the order of
/// the targets, and of each the older first. What this machine says of a target and commit replaces what
/// was recorded of the two.
pub(super) fn all(base: &Path, recorded: &str, targets: &[Target]) -> Result<Vec<Kept>> {
    let mut all: Vec<Kept> = serde_json::from_str(recorded).context("fuzz/results.json")?;
    for Target { name, .. } in targets {
        let path = path(base, name);
        if path.is_file() {
            let kept = serde_json::from_slice(&fs::read(&path)?);
            let kept: Kept = kept.with_context(|| path.display().to_string())?;
            all.retain(|one| (&one.target, &one.commit) != (&kept.target, &kept.commit));
            all.push(kept);
        }
    }
    all.sort_by_key(|kept| targets.iter().position(|target| target.name == kept.target));
    Ok(all)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fuzz::targets::TARGETS;

    fn kept(target: &str, commit: &str, executions: u64) -> Kept {
        let turn = Turn { executions, seconds: 10, edges: executions, ..Turn::default() };
        let (target, commit) = (target.to_owned(), commit.to_owned());
        Kept { target, date: "2026-01-01".to_owned(), commit, seeds: 4, shared: false, turn }
    }

    #[test]
    fn turns_of_one_commit_are_added_and_those_of_others_stand_beside_them() {
        let base = tempfile::tempdir().unwrap();
        let (first, second) = (TARGETS[0].name, TARGETS[1].name);
        for (name, commit, executions) in
            [(second, "a", 1), (first, "a", 2), (second, "a", 3), (first, "b", 7)]
        {
            keep(base.path(), kept(name, commit, executions)).unwrap();
        }
        let recorded = [kept(second, "a", 1), kept(second, "0", 5), kept(first, "a", 2)];
        let recorded = serde_json::to_string(&recorded).unwrap();
        let mut added = kept(second, "a", 4);
        (added.turn.seconds, added.turn.edges) = (20, 3);
        let expected = [kept(first, "a", 2), kept(first, "b", 7), kept(second, "0", 5), added];
        assert_eq!(all(base.path(), &recorded, TARGETS).unwrap(), expected);
    }
}
