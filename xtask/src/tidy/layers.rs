//! Dependencies run one way. The table under `## Crates` in ARCHITECTURE.md grants each crate
//! what it may use; this check holds the manifests against it, so the page cannot go stale.

use super::Outcome;
use crate::workspace::Workspace;
use anyhow::{Context, Result};
use cargo_metadata::DependencyKind;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;

/// Libraries that stay in the crates named; all other crates do without them.
const KEPT_IN: &[(&str, &[&str])] = &[
    ("anyhow", &["cli", "xtask"]),
    ("axum", &["taxii_server"]),
    ("clap", &["cli", "xtask"]),
    ("indicatif", &["cli"]),
    ("maud", &["report"]),
    ("rawzip", &["evidence", "testkit"]),
    ("rpassword", &["cli"]),
    ("tokio", &["taxii_server"]),
    ("ureq", &["taxii"]),
];

/// What a crate may use in tests beside what it may use anyway.
const IN_TESTS: &[&str] = &["model", "testkit"];

/// Longest chain of crates that a newcomer is asked to hold in mind.
const MAX_CHAIN: usize = 7;

/// For each crate, the crates of ours that it may use.
type Grants = BTreeMap<String, BTreeSet<String>>;

pub(super) fn check(workspace: &Workspace) -> Result<Outcome> {
    let page =
        fs::read_to_string(workspace.root.join("ARCHITECTURE.md")).context("ARCHITECTURE.md")?;
    let grants = grants(&page);
    let mut outcome = Outcome::default();
    let mut edges = Grants::new();
    for package in workspace.packages() {
        let name = package.name.as_str();
        let folder = package.manifest_path.parent().and_then(|folder| folder.file_name());
        if folder != Some(name) {
            outcome.problems.push(format!("{name}: lies in the folder {}", folder.unwrap_or("?")));
        }
        let Some(granted) = grants.get(name) else {
            outcome.problems.push(format!("{name}: is not in the table of ARCHITECTURE.md"));
            continue;
        };
        for dependency in &package.dependencies {
            let other = dependency.name.as_str();
            let in_tests = dependency.kind == DependencyKind::Development;
            if let Some((_, homes)) = KEPT_IN.iter().find(|(library, _)| *library == other)
                && !homes.contains(&name)
                && !in_tests
            {
                outcome
                    .problems
                    .push(format!("{name}: uses {other}, which stays in {}", homes.join(", ")));
            }
            if !grants.contains_key(other) || dependency.path.is_none() {
                continue;
            }
            if !in_tests {
                edges.entry(name.to_owned()).or_default().insert(other.to_owned());
            }
            let may = granted.contains(other) || in_tests && IN_TESTS.contains(&other);
            if !may {
                outcome
                    .problems
                    .push(format!("{name}: uses {other}, which ARCHITECTURE.md does not grant"));
            }
        }
    }
    let known: BTreeSet<&str> =
        workspace.packages().iter().map(|package| package.name.as_str()).collect();
    for name in grants.keys().filter(|name| !known.contains(name.as_str())) {
        outcome.problems.push(format!("ARCHITECTURE.md: lists {name}, which is no crate"));
    }
    let chain = longest_chain(&edges);
    if chain.len() > MAX_CHAIN {
        outcome.problems.push(format!("a chain of {} crates: {}", chain.len(), chain.join(" → ")));
    }
    let count: usize = edges.values().map(BTreeSet::len).sum();
    outcome.note = Some(format!(
        "{} crates, {count} edges, longest chain {}: {}",
        known.len(),
        chain.len(),
        chain.join(" → ")
    ));
    Ok(outcome)
}

/// Reads the table under `## Crates`: first column the crate, last column what it may use.
fn grants(page: &str) -> Grants {
    let section = page.split("\n## ").find(|section| section.starts_with("Crates")).unwrap_or("");
    let rows = section.lines().filter_map(|line| line.strip_prefix('|')?.strip_suffix('|'));
    rows.filter_map(|row| {
        let cells: Vec<&str> = row.split('|').collect();
        let name = code_words(cells.first()?).next()?.to_owned();
        let uses = code_words(cells.last()?).map(str::to_owned).collect();
        Some((name, uses))
    })
    .collect()
}

/// The texts between backticks.
fn code_words(cell: &str) -> impl Iterator<Item = &str> {
    cell.split('`').skip(1).step_by(2)
}

/// The longest chain of crates; cargo has already refused cycles.
fn longest_chain(edges: &Grants) -> Vec<&str> {
    fn from<'a>(
        name: &'a str,
        edges: &'a Grants,
        done: &mut BTreeMap<&'a str, Vec<&'a str>>,
    ) -> Vec<&'a str> {
        if let Some(chain) = done.get(name) {
            return chain.clone();
        }
        let below = edges.get(name).into_iter().flatten();
        let longest =
            below.map(|other| from(other, edges, done)).max_by_key(Vec::len).unwrap_or_default();
        let chain: Vec<&str> = std::iter::once(name).chain(longest).collect();
        done.insert(name, chain.clone());
        chain
    }
    let mut done = BTreeMap::new();
    edges.keys().map(|name| from(name, edges, &mut done)).max_by_key(Vec::len).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAGE: &str = "# A\n\n## Crates\n\n| crate | about | may use |\n|---|---|---|\n| `low` | the `x` | nothing |\n| `mid` | y | `low` |\n| `top` | z | `mid`, `low` |\n\n## Next\n| `no` | | |\n";

    #[test]
    fn the_table_is_read() {
        let grants = grants(PAGE);
        assert_eq!(grants.keys().collect::<Vec<_>>(), ["low", "mid", "top"]);
        assert!(grants["low"].is_empty());
        assert_eq!(grants["top"].iter().collect::<Vec<_>>(), ["low", "mid"]);
    }

    #[test]
    fn the_longest_chain_is_found() {
        assert_eq!(longest_chain(&grants(PAGE)), ["top", "mid", "low"]);
    }
}
