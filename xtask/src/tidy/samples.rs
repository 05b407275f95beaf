//! `samples/` is what testkit's builders write today, byte for byte.

use super::Outcome;
use crate::workspace::{Workspace, files_below};
use anyhow::Result;
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

pub(super) fn check(workspace: &Workspace) -> Result<Outcome> {
    let fresh = tempfile::tempdir()?;
    crate::samples::write(workspace, fresh.path())?;
    let committed = contents(&workspace.root.join("samples"))?;
    let fresh = contents(fresh.path())?;
    let mut outcome = Outcome::default();
    for (name, bytes) in &fresh {
        match committed.get(name) {
            None => outcome.problems.push(format!("samples/{name}: is not committed")),
            Some(other) if other != bytes => {
                outcome
                    .problems
                    .push(format!("samples/{name}: differs; run `cargo xtask samples`"));
            }
            Some(_) => {}
        }
    }
    for name in committed.keys().filter(|name| !fresh.contains_key(*name)) {
        outcome.problems.push(format!("samples/{name}: is not made by testkit"));
    }
    Ok(outcome)
}

/// The bytes of every file below `folder`, by relative path; pages for people are left out.
fn contents(folder: &Path) -> Result<BTreeMap<String, Vec<u8>>> {
    let mut contents = BTreeMap::new();
    for path in files_below(folder)? {
        let name = path.strip_prefix(folder)?.to_string_lossy().replace('\\', "/");
        if name != "README.md" {
            contents.insert(name, fs::read(&path)?);
        }
    }
    Ok(contents)
}
