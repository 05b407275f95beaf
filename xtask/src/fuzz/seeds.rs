//! What a target begins with, gathered anew for each run from the crates' fixtures, from
//! testkit's builders, and from ../shared where it is; none of it is kept in the project.

use super::targets::Target;
use crate::run::{cargo, succeed};
use crate::workspace::{Workspace, files_below};
use anyhow::{Context, Result};
use serde_json::Value;
use std::fs;
use std::path::{Path, PathBuf};

/// Where seeds come from.
pub(super) enum Seeds {
    /// Each file below a folder of the project, but what is expected of it.
    Files { below: &'static str },
    /// So, with the name of the file as first line.
    Named { below: &'static str },
    /// Each line of such files, from this character on.
    Lines { below: &'static str, from: char },
    /// What testkit's `make-seeds` writes into a folder of this name.
    Made(&'static str),
    /// What the crate `fuzzed` has for the target of this name.
    Own(&'static str),
    /// Each file below a folder of ../shared.
    Shared(&'static str),
    /// A value of each line of a file of ../shared.
    JsonLines { file: &'static str, key: &'static str },
}

/// Writes the seeds of a target into `into`, which is emptied before; how many.
pub(super) fn gather(workspace: &Workspace, target: &Target, into: &Path) -> Result<usize> {
    if into.exists() {
        fs::remove_dir_all(into)?;
    }
    fs::create_dir_all(into)?;
    let mut all = Vec::new();
    for seeds in target.seeds {
        all.extend(read(workspace, seeds)?);
    }
    all.retain(|seed| !seed.is_empty() && seed.len() <= target.max_len);
    all.sort();
    all.dedup();
    for (number, seed) in all.iter().enumerate() {
        fs::write(into.join(format!("{number:05}")), seed)?;
    }
    Ok(all.len())
}

fn read(workspace: &Workspace, seeds: &Seeds) -> Result<Vec<Vec<u8>>> {
    match seeds {
        Seeds::Files { below } => {
            Ok(fixtures(workspace, below)?.into_iter().map(|f| f.1).collect())
        }
        Seeds::Named { below } => Ok(fixtures(workspace, below)?
            .into_iter()
            .map(|(name, bytes)| [name.as_bytes(), b"\n", &bytes[..]].concat())
            .collect()),
        Seeds::Lines { below, from } => {
            let mut all = Vec::new();
            for (_, bytes) in fixtures(workspace, below)? {
                let text = String::from_utf8_lossy(&bytes).into_owned();
                let parts = text.lines().filter_map(|line| line.get(line.find(*from)?..));
                all.extend(parts.map(|part| part.as_bytes().to_vec()));
            }
            Ok(all)
        }
        Seeds::Made(folder) => {
            let all = tempfile::tempdir_in(&workspace.target)?;
            let make = ["run", "--quiet", "--package", "testkit", "--bin", "make-seeds", "--"];
            succeed(cargo(&workspace.root, make).arg(all.path()))?;
            files(&all.path().join(folder))
        }
        Seeds::Own(target) => {
            let all = tempfile::tempdir_in(&workspace.target)?;
            let make = ["run", "--quiet", "--package", "fuzzed", "--bin", "fuzzed", "--", target];
            succeed(cargo(&workspace.root, make).arg(all.path()))?;
            files(all.path())
        }
        Seeds::Shared(folder) => match workspace.shared() {
            Some(shared) if shared.join(folder).is_dir() => files(&shared.join(folder)),
            _ => Ok(Vec::new()),
        },
        Seeds::JsonLines { file, key } => {
            let Some(file) = workspace.shared().map(|shared| shared.join(file)) else {
                return Ok(Vec::new());
            };
            if !file.is_file() {
                return Ok(Vec::new());
            }
            let text = fs::read_to_string(&file)?;
            Ok(text.lines().filter_map(|line| member(line, key)).collect())
        }
    }
}

/// Name and bytes of each fixture below a folder; not the `.json` beside a file of another kind
/// and not `expected.json`, which say what must come out.
fn fixtures(workspace: &Workspace, below: &str) -> Result<Vec<(String, Vec<u8>)>> {
    let mut all = Vec::new();
    for path in files_below(&workspace.root.join(below))? {
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if name != "expected.json" && !path.with_extension("txt").is_file()
            || name.ends_with(".txt")
        {
            all.push((name, fs::read(&path)?));
        }
    }
    Ok(all)
}

fn files(folder: &Path) -> Result<Vec<Vec<u8>>> {
    let read = |path: PathBuf| fs::read(&path).with_context(|| format!("{}", path.display()));
    files_below(folder)?.into_iter().map(read).collect()
}

/// A text member as it stands; any other value as JSON.
fn member(line: &str, key: &str) -> Option<Vec<u8>> {
    match serde_json::from_str::<Value>(line).ok()?.get_mut(key)?.take() {
        Value::String(text) => Some(text.into_bytes()),
        Value::Null => None,
        value => Some(value.to_string().into_bytes()),
    }
}

#[cfg(test)]
mod tests {
    use super::member;

    #[test]
    fn texts_are_taken_as_they_stand() {
        let line = r#"{"pattern": "[a:b = 'c\\d']", "instance": {"x": 1}, "none": null}"#;
        assert_eq!(member(line, "pattern").unwrap(), br"[a:b = 'c\d']");
        assert_eq!(member(line, "instance").unwrap(), br#"{"x":1}"#);
        assert_eq!(
            (member(line, "none"), member(line, "other"), member("{", "x")),
            (None, None, None)
        );
    }
}
