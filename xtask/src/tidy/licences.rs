//! Licences and sources of everything we link, held against deny.toml; cargo-deny checks the
//! same and more where it is installed.

use super::Outcome;
use crate::workspace::Workspace;
use anyhow::{Context, Result};
use serde::Deserialize;
use spdx::{Expression, ParseMode};
use std::fs;

const CRATES_IO: &str = "registry+https://github.com/rust-lang/crates.io-index";

/// The part of deny.toml that this check needs.
#[derive(Deserialize)]
struct Deny {
    licenses: Licenses,
}

#[derive(Deserialize)]
struct Licenses {
    allow: Vec<String>,
}

pub(super) fn check(workspace: &Workspace) -> Result<Outcome> {
    let deny = fs::read_to_string(workspace.root.join("deny.toml")).context("deny.toml")?;
    let allow = toml::from_str::<Deny>(&deny).context("deny.toml")?.licenses.allow;
    let mut outcome = Outcome::default();
    for package in &workspace.metadata.packages {
        let name = format!("{} {}", package.name, package.version);
        match &package.license {
            None => outcome.problems.push(format!("{name}: states no licence")),
            Some(licence) => match permitted(licence, &allow) {
                Ok(true) => {}
                Ok(false) => outcome.problems.push(format!("{name}: {licence} is not allowed")),
                Err(error) => outcome.problems.push(format!("{name}: {licence}: {error}")),
            },
        }
        if let Some(source) = package.source.as_ref().filter(|source| source.repr != CRATES_IO) {
            outcome.problems.push(format!("{name}: comes from {source}"));
        }
    }
    let fuzz = fuzz(workspace, &mut outcome)?;
    let linked = workspace.metadata.packages.len();
    outcome.note = Some(format!("{linked} packages; {fuzz} in fuzz/Cargo.lock"));
    Ok(outcome)
}

/// What only fuzzing uses, and its licence: linked into nothing that is handed out.
const FUZZING: &[(&str, &str)] = &[
    ("arbitrary", "MIT OR Apache-2.0"),
    ("jobserver", "MIT OR Apache-2.0"),
    ("libfuzzer-sys", "(MIT OR Apache-2.0) AND NCSA"),
];

#[derive(Deserialize)]
struct Lock {
    package: Vec<Locked>,
}

#[derive(Deserialize)]
struct Locked {
    name: String,
    source: Option<String>,
}

/// The lock file of `fuzz/`, a workspace of its own: each package comes from crates.io, and is
/// one that we link anyway or that is listed here. How many there are.
fn fuzz(workspace: &Workspace, outcome: &mut Outcome) -> Result<usize> {
    let path = workspace.root.join("fuzz/Cargo.lock");
    let text = fs::read_to_string(&path).context("fuzz/Cargo.lock")?;
    let lock: Lock = toml::from_str(&text).context("fuzz/Cargo.lock")?;
    for Locked { name, source } in &lock.package {
        let Some(source) = source else { continue };
        if source != CRATES_IO {
            outcome.problems.push(format!("fuzz/Cargo.lock: {name} comes from {source}"));
        }
        let linked = || workspace.metadata.packages.iter().any(|one| one.name == *name);
        if !FUZZING.iter().any(|(known, _)| known == name) && !linked() {
            outcome.problems.push(format!(
                "fuzz/Cargo.lock: {name} is used by nothing else; list it with its licence in \
                 xtask/src/tidy/licences.rs"
            ));
        }
    }
    Ok(lock.package.len())
}

/// Whether an SPDX expression can be met with the allowed licences alone.
fn permitted(licence: &str, allow: &[String]) -> Result<bool> {
    let expression = Expression::parse_mode(licence, ParseMode::LAX)
        .map_err(|error| anyhow::anyhow!("{error}"))?;
    Ok(expression.evaluate(|request| allow.iter().any(|known| *known == request.to_string())))
}

#[cfg(test)]
mod tests {
    use super::permitted;

    #[test]
    fn expressions_are_evaluated() {
        let allow = ["MIT".to_owned(), "Apache-2.0".to_owned(), "Unicode-3.0".to_owned()];
        assert!(permitted("MIT OR GPL-3.0-only", &allow).unwrap());
        assert!(permitted("MIT/Apache-2.0", &allow).unwrap());
        assert!(permitted("(MIT OR Apache-2.0) AND Unicode-3.0", &allow).unwrap());
        assert!(!permitted("MIT AND GPL-3.0-only", &allow).unwrap());
    }
}
