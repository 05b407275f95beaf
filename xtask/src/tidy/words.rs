//! No output ever says that a phone or an app is healthy, nor that it is ill: findings state
//! what matched. The check reads string literals of the crates and the rule pages.

use super::Outcome;
use super::source::{is_test_file, rust_files, tokens};
use crate::workspace::{Workspace, files_below};
use anyhow::{Context, Result};
use std::fs;

/// Words that are verdicts when said of a phone or an app.
const VERDICTS: &[&str] = &[
    "clean",
    "safe",
    "safely",
    "infected",
    "uninfected",
    "uncompromised",
    "harmless",
    "trustworthy",
    "benign",
];

/// Texts that use such a word in another sense: a part of the text, and why it may stand.
const ALLOWED: &[(&str, &str)] = &[];

pub(super) fn check(workspace: &Workspace) -> Result<Outcome> {
    let mut outcome = Outcome::default();
    for path in rust_files(workspace)? {
        let shown = workspace.show(&path);
        if !shown.starts_with("crates/")
            || shown.starts_with("crates/testkit/")
            || is_test_file(&shown)
        {
            continue;
        }
        let tokens = tokens(&fs::read_to_string(&path)?).with_context(|| shown.clone())?;
        for token in tokens.iter().filter(|token| token.is_string()) {
            if let Some(word) = verdict(&token.text) {
                outcome.problems.push(format!("{}:{}: says \"{word}\"", shown, token.line));
            }
        }
    }
    for path in pages(workspace)? {
        for (line, text) in fs::read_to_string(&path)?.lines().enumerate() {
            if let Some(word) = verdict(text) {
                let shown = workspace.show(&path);
                outcome.problems.push(format!("{shown}:{}: says \"{word}\"", line + 1));
            }
        }
    }
    Ok(outcome)
}

/// Pages and templates whose text reaches the reader.
fn pages(workspace: &Workspace) -> Result<Vec<std::path::PathBuf>> {
    let mut pages = Vec::new();
    for folder in ["rules", "crates/report/src"] {
        let folder = workspace.root.join(folder);
        if folder.is_dir() {
            pages.extend(files_below(&folder)?);
        }
    }
    pages.retain(|path| {
        path.extension().is_some_and(|extension| {
            ["md", "html", "js", "css", "txt"].iter().any(|known| extension == *known)
        })
    });
    Ok(pages)
}

/// The first verdict in a text, unless the text is allowed.
fn verdict(text: &str) -> Option<&'static str> {
    if ALLOWED.iter().any(|(part, _)| text.contains(part)) {
        return None;
    }
    let mut words = text.split(|c: char| !c.is_alphanumeric() && c != '_');
    words.find_map(|word| {
        VERDICTS.iter().find(|verdict| word.eq_ignore_ascii_case(verdict)).copied()
    })
}

#[cfg(test)]
mod tests {
    use super::verdict;

    #[test]
    fn whole_words_count_in_any_case() {
        assert_eq!(verdict("This phone is Clean."), Some("clean"));
        assert_eq!(verdict("not-safe"), Some("safe"));
        assert_eq!(verdict("cleaned up; settings_safe_mode; unsafe"), None);
    }
}
