//! What a user's own rules match in one app, for `tamarisk apk show`.

use evidence::{Job, Limits, Passwords, Role, Scanner};
use model::fact::YaraMatched;
use model::{Fact, Item, SourceKind};
use serde_json::{Value, json};
use std::fs::File;
use std::io::{self, Write};
use std::path::Path;
use std::sync::Arc;

/// What matched, and what was not done.
pub(crate) struct Matches {
    /// Files of rules: name, SHA-256, rules in use.
    files: Vec<(String, String, u64)>,
    matched: Vec<YaraMatched>,
    gaps: Vec<String>,
}

impl Matches {
    /// Reads the app once more, as `tamarisk check` does, and keeps what the rules matched.
    pub(crate) fn of(file: File, path: &Path, scanner: &dyn Scanner) -> Self {
        let name = path.file_name().unwrap_or(path.as_os_str()).to_string_lossy().into_owned();
        let job = Job {
            input: Arc::new(file),
            path: name.clone(),
            role: Role::File { kind: SourceKind::Apk, path: name },
            journal: None,
            key: None,
            passwords: Passwords::default(),
            limits: Limits::default(),
            progress: Arc::default(),
        };
        let knowledge = scanner.knowledge().into_iter();
        let mut matches = Self {
            files: knowledge.map(|one| (one.name, one.version, one.indicators)).collect(),
            matched: Vec::new(),
            gaps: scanner.gaps().into_iter().map(|gap| gap.reason).collect(),
        };
        parsers::read_and_scan(&job, scanner, &mut |item| match item {
            Item::Observation(seen) => {
                if let Fact::YaraMatched(matched) = seen.fact {
                    matches.matched.push(matched);
                }
            }
            Item::Gap(gap) if gap.reason.contains("YARA") => matches.gaps.push(gap.reason),
            _ => {}
        });
        matches
    }

    /// Their JSON, `yara` of schemas/tamarisk.apk_show.1.json.
    pub(crate) fn document(&self) -> Value {
        let files = self
            .files
            .iter()
            .map(|(name, sha256, rules)| json!({ "name": name, "sha256": sha256, "rules": rules }));
        let matches = self.matched.iter().map(|one| {
            json!({
                "rule": one.rule,
                "rules": one.rules,
                "file": one.file,
                "member": one.member,
                "sha256": one.sha256,
                "tags": one.tags,
                "author": one.author,
                "description": one.description,
                "references": one.references,
                "meta": one.meta,
                "strings": one.strings,
                "strings_total": one.strings_total,
            })
        });
        json!({
            "files": files.collect::<Vec<_>>(),
            "matches": matches.collect::<Vec<_>>(),
            "gaps": self.gaps,
        })
    }

    /// The same for people.
    pub(crate) fn text(&self, out: &mut impl Write) -> io::Result<()> {
        let rules: u64 = self.files.iter().map(|(_, _, rules)| rules).sum();
        writeln!(
            out,
            "\nYour YARA rules (files: {}, rules in use: {rules}, matches: {})",
            self.files.len(),
            self.matched.len()
        )?;
        for one in &self.matched {
            let said = one.description.as_ref().map(|text| format!(" ({text})"));
            let line = format!("{}{}", Fact::from(one.clone()), said.unwrap_or_default());
            writeln!(out, "  {}", record::harmless::line(&line))?;
        }
        for gap in &self.gaps {
            writeln!(out, "  not done: {}", record::harmless::line(gap))?;
        }
        Ok(())
    }
}
