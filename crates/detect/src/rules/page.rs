//! A rule page: front matter, four headings, one condition, and its own test facts.

use super::Scope;
use crate::Diagnostic;
use crate::yaml::{self, Kind, Node};
use model::Strength;

/// A page as it stands, before its condition is compiled.
pub(super) struct Page {
    pub(super) id: String,
    pub(super) title: String,
    pub(super) strength: Strength,
    pub(super) when_genuine: Option<Strength>,
    pub(super) scope: Scope,
    pub(super) version: String,
    pub(super) attack: Vec<String>,
    pub(super) references: Vec<String>,
    pub(super) confidence: Option<u8>,
    pub(super) supersedes: Vec<String>,
    pub(super) meaning: String,
    pub(super) importance: String,
    pub(super) innocent: Vec<String>,
    pub(super) next: Vec<String>,
    pub(super) condition: Node,
    pub(super) samples: Vec<Sample>,
}

/// Facts that a page gives as a test of itself.
#[derive(Clone, Debug)]
pub struct Sample {
    /// Whether the rule matches them.
    pub matches: bool,
    /// Line of the page that the first fact stands on, from 1.
    pub line: u64,
    /// One fact a line, JSON: `{"kind": …, "fields": {…}}`.
    pub facts: Vec<String>,
}

const KEYS: [&str; 10] = [
    "id",
    "title",
    "strength",
    "when_genuine",
    "scope",
    "version",
    "attack",
    "references",
    "confidence",
    "supersedes",
];

/// Reads a page.
pub(super) fn parse(file: &str, text: &str) -> Result<Page, Diagnostic> {
    let wrong = |line: u64, message: String| Diagnostic::new("R001", file, line, message);
    let parts = split(file, text)?;
    let head = &parts.front;
    for (key, node) in head.map().unwrap_or_default() {
        if !KEYS.contains(&key.as_str()) {
            let message = format!("unknown key `{key}`; known: {}", KEYS.join(", "));
            return Err(wrong(node.line, message));
        }
    }
    let texts = |key: &str| match head.field(key) {
        None => Ok(Vec::new()),
        Some(node) => {
            node.texts().ok_or_else(|| wrong(node.line, format!("`{key}` takes a list of texts")))
        }
    };
    let required = |key: &str| {
        let text = head.field(key).and_then(|node| Some((node.text()?, node.line)));
        text.filter(|(text, _)| !text.is_empty())
            .ok_or_else(|| wrong(1, format!("`{key}` is missing")))
    };
    let (id, id_line) = required("id")?;
    let stem = file.rsplit('/').next().and_then(|name| name.strip_suffix(".md"));
    if stem != Some(id.as_str()) {
        return Err(wrong(id_line, format!("id `{id}` differs from the file's name")));
    }
    let (text, line) = required("strength")?;
    let strength = strength(&text)
        .ok_or_else(|| wrong(line, "strength is strong, review, exposure or note".to_owned()))?;
    let when_genuine = match head.field("when_genuine") {
        None => None,
        Some(node) => {
            let weaker = node.text().as_deref().and_then(self::strength);
            match weaker.filter(|weaker| *weaker > strength) {
                Some(weaker) => Some(weaker),
                None => {
                    let message = "when_genuine is a strength below that of the page".to_owned();
                    return Err(wrong(node.line, message));
                }
            }
        }
    };
    let (scope, line) = required("scope")?;
    let scope = Scope::named(&scope)
        .ok_or_else(|| wrong(line, "scope is app, device, file, process or endpoint".to_owned()))?;
    let confidence = match head.field("confidence") {
        None => None,
        Some(node) => match node.int().and_then(|n| u8::try_from(n).ok()).filter(|n| *n <= 100) {
            Some(number) => Some(number),
            None => return Err(wrong(node.line, "confidence is 0 to 100".into())),
        },
    };
    let section = |name: &str| {
        parts
            .sections
            .iter()
            .find(|(heading, text)| heading == name && !text.trim().is_empty())
            .map(|(_, text)| text.trim().to_owned())
            .ok_or_else(|| wrong(1, format!("the heading `{name}` is missing or empty")))
    };
    let items = |name: &str| {
        let list = bullets(&section(name)?);
        if list.is_empty() {
            return Err(wrong(1, format!("`{name}` takes a list (`- …`)")));
        }
        Ok(list)
    };
    Ok(Page {
        title: required("title")?.0,
        version: required("version")?.0,
        attack: texts("attack")?,
        references: texts("references")?,
        supersedes: texts("supersedes")?,
        meaning: section("What it means")?,
        importance: section("Why it matters")?,
        innocent: items("Innocent explanations")?,
        next: items("What to do next")?,
        condition: parts
            .condition
            .ok_or_else(|| wrong(1, "the block ```yaml condition is missing".to_owned()))?,
        samples: parts.samples,
        id,
        strength,
        when_genuine,
        scope,
        confidence,
    })
}

fn strength(name: &str) -> Option<Strength> {
    Some(match name {
        "strong" => Strength::Strong,
        "review" => Strength::Review,
        "exposure" => Strength::Exposure,
        "note" => Strength::Note,
        _ => return None,
    })
}

/// The members of a Markdown list; lines that go on are joined.
fn bullets(text: &str) -> Vec<String> {
    let mut list: Vec<String> = Vec::new();
    for line in text.lines() {
        if let Some(item) = line.strip_prefix("- ") {
            list.push(item.trim().to_owned());
        } else if let (Some(last), false) = (list.last_mut(), line.trim().is_empty()) {
            last.push(' ');
            last.push_str(line.trim());
        }
    }
    list
}

struct Parts {
    front: Node,
    sections: Vec<(String, String)>,
    condition: Option<Node>,
    samples: Vec<Sample>,
}

fn split(file: &str, text: &str) -> Result<Parts, Diagnostic> {
    let wrong =
        |line: usize, message: &str| Diagnostic::new("R001", file, line as u64, message.to_owned());
    let mut lines = text.lines().enumerate().map(|(at, line)| (at + 1, line));
    if lines.next().is_none_or(|(_, line)| line.trim_end() != "---") {
        return Err(wrong(1, "a page starts with front matter between two lines `---`"));
    }
    let mut front = String::new();
    loop {
        match lines.next() {
            None => return Err(wrong(1, "the front matter is not closed by `---`")),
            Some((_, line)) if line.trim_end() == "---" => break,
            Some((_, line)) => push_line(&mut front, line),
        }
    }
    let front = yaml::parse(file, &front, 1)?;
    if !matches!(front.kind, Kind::Map(_)) {
        return Err(wrong(1, "the front matter is no mapping"));
    }
    let mut parts = Parts { front, sections: Vec::new(), condition: None, samples: Vec::new() };
    while let Some((at, line)) = lines.next() {
        if let Some(fence) = line.strip_prefix("```") {
            let mut block = String::new();
            loop {
                match lines.next() {
                    None => return Err(wrong(at, "this block is not closed")),
                    Some((_, line)) if line.trim_end() == "```" => break,
                    Some((_, line)) => push_line(&mut block, line),
                }
            }
            parts.block(file, fence.trim(), at, &block)?;
        } else if let Some(heading) = line.strip_prefix("## ") {
            parts.sections.push((heading.trim().to_owned(), String::new()));
        } else if let Some((_, section)) = parts.sections.last_mut() {
            push_line(section, line);
        }
    }
    Ok(parts)
}

impl Parts {
    fn block(&mut self, file: &str, fence: &str, at: usize, text: &str) -> Result<(), Diagnostic> {
        let wrong = |message: String| Diagnostic::new("R001", file, at as u64, message);
        match fence {
            "yaml condition" => {
                if self.condition.is_some() {
                    return Err(wrong("a page has one condition".into()));
                }
                self.condition = Some(yaml::parse(file, text, at as u64)?);
            }
            "facts match" | "facts no match" => self.samples.push(Sample {
                matches: fence == "facts match",
                line: at as u64 + 1,
                facts: text.lines().filter(|l| !l.trim().is_empty()).map(str::to_owned).collect(),
            }),
            _ => {
                let known = "yaml condition, facts match, facts no match";
                return Err(wrong(format!("unknown block `{fence}`; known: {known}")));
            }
        }
        Ok(())
    }
}

fn push_line(text: &mut String, line: &str) {
    text.push_str(line);
    text.push('\n');
}
