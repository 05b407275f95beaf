//! YARA rules. Conditions are not evaluated here: each rule is listed as one that needs
//! `--yara`. What its metadata and plain strings name (hashes of samples, hosts) is kept as
//! context, since a rule means more than any of its strings.

use super::{Format, Found, day};
use crate::{Head, Publication, Trust, guess};

pub(super) struct Yara;

/// Rules of one file that are listed by name.
const MAX_LISTED: usize = 200;

#[derive(Default)]
struct Rule {
    name: String,
    url: Option<String>,
    author: Option<String>,
    date: Option<String>,
}

impl Format for Yara {
    fn id(&self) -> &'static str {
        "yara"
    }

    fn about(&self) -> &'static str {
        "YARA rules: listed as needing --yara; hashes and hosts in them are context"
    }

    fn recognises(&self, head: &Head<'_>) -> bool {
        let rule = head.lines().any(|line| header(line).is_some());
        rule && head.text.contains("condition")
    }

    fn read(&self, text: &str, found: &mut Found<'_>) -> Result<(), String> {
        let mut rule = Rule::default();
        let mut section = "";
        let mut rules = 0_usize;
        let mut comment = false;
        for (number, line) in text.lines().enumerate() {
            let line_number = number as u64 + 1;
            let line = line.trim();
            if comment || line.starts_with("/*") {
                comment = !line.contains("*/");
                continue;
            }
            if let Some(name) = header(line) {
                rule = Rule { name: name.to_owned(), ..Rule::default() };
                rules += 1;
                section = "";
                if rules <= MAX_LISTED {
                    found.remarks.push(format!("rule {name} needs --yara (line {line_number})"));
                }
                continue;
            }
            match line.trim_end_matches([' ', ':']) {
                "meta" => section = "meta",
                "strings" => section = "strings",
                "condition" => section = "condition",
                _ => {}
            }
            let Some((key, value)) = line.split_once('=') else { continue };
            let Some(text) = quoted(value) else { continue };
            match section {
                "meta" => {
                    meta(&mut rule, key.trim(), &text);
                    take(&rule, key.trim(), &text, line_number, found);
                }
                "strings" => take(&rule, key.trim(), &text, line_number, found),
                _ => {}
            }
        }
        if rules > MAX_LISTED {
            found.remarks.push(format!("{} more rules need --yara", rules - MAX_LISTED));
        }
        Ok(())
    }
}

/// The name of the rule that a line begins.
fn header(line: &str) -> Option<&str> {
    let mut rest = line;
    for word in ["private ", "global "] {
        rest = rest.strip_prefix(word).unwrap_or(rest).trim_start();
    }
    let name = rest.strip_prefix("rule ")?.trim_start();
    let end = name.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(name.len());
    name.get(..end)
        .filter(|name| !name.is_empty() && !name.starts_with(|c: char| c.is_ascii_digit()))
}

/// The text between quotes, escapes taken off.
fn quoted(value: &str) -> Option<String> {
    let inner = value.trim_start().strip_prefix('"')?;
    let mut out = String::new();
    let mut characters = inner.chars();
    loop {
        match characters.next()? {
            '"' => return Some(out),
            '\\' => out.push(characters.next()?),
            other => out.push(other),
        }
    }
}

fn meta(rule: &mut Rule, key: &str, text: &str) {
    match key {
        "reference" | "url" | "source_url" if text.starts_with("http") => {
            rule.url = Some(text.to_owned());
        }
        "author" => rule.author = Some(text.to_owned()),
        "date" | "creation_date" | "modified" => rule.date = day(text).or(rule.date.take()),
        _ => {}
    }
}

fn take(rule: &Rule, key: &str, text: &str, line: u64, found: &mut Found<'_>) {
    if matches!(key, "reference" | "url" | "source_url" | "license_url" | "license" | "date") {
        return;
    }
    let whole = text.trim_matches('/');
    if whole.contains(' ') || !(guess::hash(whole, false).is_some() || whole.contains('.')) {
        return;
    }
    let Ok((value, port)) = guess::value(whole, None) else { return };
    let origin = found.origin(Some(line), Some(format!("{} {key}", rule.name)));
    let mut record = found.record(value, origin, Trust::Collected);
    let name = match &rule.author {
        Some(author) => format!("{author}: YARA rule {}", rule.name),
        None => format!("YARA rule {}", rule.name),
    };
    record.publications.push(Publication { name, url: rule.url.clone() });
    record.date.clone_from(&rule.date);
    record.port = port;
    record.context =
        Some("a string or a sample of a YARA rule: only the rule as a whole tells".into());
    found.push(record);
}
