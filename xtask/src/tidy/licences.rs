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
    outcome.note = Some(format!("{} packages", workspace.metadata.packages.len()));
    Ok(outcome)
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
