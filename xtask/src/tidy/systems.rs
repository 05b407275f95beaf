//! Code for one operating system stays in few places; see ARCHITECTURE.md.

use super::Outcome;
use super::source::{in_crate, is_test_file, places, rust_files, tokens};
use crate::workspace::Workspace;
use anyhow::{Context, Result};
use std::fs;

/// What reading does differently, what processes do differently, how a server is told to stop, and the
/// attacks on the second: beginnings of paths.
const MAY_DIFFER: &[&str] = &[
    "crates/evidence/src/os.rs",
    "crates/isolate/src/os/",
    "crates/taxii_server/src/os.rs",
    "crates/escapes/src/",
];

const SIGNS: &[&[&str]] = &[
    &["cfg", "(", "unix"],
    &["cfg", "(", "windows"],
    &["target_os"],
    &["target_family"],
    &["os", ":", ":", "unix"],
    &["os", ":", ":", "windows"],
    &["os", ":", ":", "linux"],
];

pub(super) fn check(workspace: &Workspace) -> Result<Outcome> {
    let mut outcome = Outcome::default();
    for path in rust_files(workspace)? {
        let shown = workspace.show(&path);
        if in_crate(&shown).is_none()
            || is_test_file(&shown)
            || MAY_DIFFER.iter().any(|start| shown.starts_with(start))
        {
            continue;
        }
        let tokens = tokens(&fs::read_to_string(&path)?).with_context(|| shown.clone())?;
        for sign in SIGNS {
            for line in places(&tokens, sign) {
                outcome.problems.push(format!("{shown}:{line}: `{}`", sign.concat()));
            }
        }
    }
    outcome.note = Some(format!("may differ: {}", MAY_DIFFER.join(", ")));
    Ok(outcome)
}
