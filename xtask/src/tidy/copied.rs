//! The public case sets in `../shared/cases` are read in place and never copied into the
//! project: their licences and their size stay where they are.

use super::Outcome;
use crate::workspace::{Workspace, files_below};
use anyhow::Result;
use sha2::{Digest, Sha256};
use std::collections::HashMap;
use std::fs;

/// Shorter files are equal by chance (an empty file, `{}`).
const MIN_BYTES: u64 = 64;

pub(super) fn check(workspace: &Workspace) -> Result<Outcome> {
    let Some(shared) = workspace.shared() else {
        return Ok(Outcome { skipped: Some("no ../shared here".into()), ..Outcome::default() });
    };
    let mut outcome = Outcome::default();
    let mut theirs = HashMap::new();
    for path in files_below(&shared.join("cases"))? {
        if fs::metadata(&path)?.len() >= MIN_BYTES {
            theirs.insert(Sha256::digest(fs::read(&path)?), path);
        }
    }
    for path in files_below(&workspace.root)? {
        // Build output may lie in a folder of another name; sources are small.
        if fs::metadata(&path)?.len() < MIN_BYTES {
            continue;
        }
        if let Some(from) = theirs.get(&Sha256::digest(fs::read(&path)?)) {
            outcome.problems.push(format!("{}: is {}", workspace.show(&path), from.display()));
        }
    }
    outcome.note = Some(format!("compared with {} shared files", theirs.len()));
    Ok(outcome)
}
