//! A rule page: front matter, four headings, one condition, and its own test facts.

use super::Scope;
use model::Strength;
use pages::Diagnostic;
use pages::yaml::Node;

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
    let page = pages::Page::read("R001", file, text)?;
    page.only(&KEYS)?;
    let (id, id_line) = page.required("id")?;
    if page.stem() != id {
        return Err(page.wrong(id_line, format!("id `{id}` differs from the file's name")));
    }
    let (text, line) = page.required("strength")?;
    let strength = strength(&text).ok_or_else(|| {
        page.wrong(line, "strength is strong, review, exposure or note".to_owned())
    })?;
    let when_genuine = match page.field("when_genuine") {
        None => None,
        Some(node) => {
            let weaker = node.text().as_deref().and_then(self::strength);
            match weaker.filter(|weaker| *weaker > strength) {
                Some(weaker) => Some(weaker),
                None => {
                    let message = "when_genuine is a strength below that of the page".to_owned();
                    return Err(page.wrong(node.line, message));
                }
            }
        }
    };
    let (scope, line) = page.required("scope")?;
    let scope = Scope::named(&scope).ok_or_else(|| {
        page.wrong(line, "scope is app, device, file, process or endpoint".to_owned())
    })?;
    let confidence = match page.field("confidence") {
        None => None,
        Some(node) => match node.int().and_then(|n| u8::try_from(n).ok()).filter(|n| *n <= 100) {
            Some(number) => Some(number),
            None => return Err(page.wrong(node.line, "confidence is 0 to 100".into())),
        },
    };
    let (condition, samples) = blocks(&page)?;
    Ok(Page {
        title: page.required("title")?.0,
        version: page.required("version")?.0,
        attack: page.texts("attack")?,
        references: page.texts("references")?,
        supersedes: page.texts("supersedes")?,
        meaning: page.section("What it means")?,
        importance: page.section("Why it matters")?,
        innocent: page.items("Innocent explanations")?,
        next: page.items("What to do next")?,
        condition: condition
            .ok_or_else(|| page.wrong(1, "the block ```yaml condition is missing".to_owned()))?,
        samples,
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

/// The condition and the page's own test facts.
fn blocks(page: &pages::Page) -> Result<(Option<Node>, Vec<Sample>), Diagnostic> {
    let (mut condition, mut samples) = (None, Vec::new());
    for block in &page.blocks {
        let wrong = |message: String| page.wrong(block.line, message);
        match block.fence.as_str() {
            "yaml condition" => {
                if condition.is_some() {
                    return Err(wrong("a page has one condition".into()));
                }
                condition = Some(page.yaml(block)?);
            }
            fence @ ("facts match" | "facts no match") => samples.push(Sample {
                matches: fence == "facts match",
                line: block.line + 1,
                facts: block
                    .text
                    .lines()
                    .filter(|line| !line.trim().is_empty())
                    .map(str::to_owned)
                    .collect(),
            }),
            fence => {
                let known = "yaml condition, facts match, facts no match";
                return Err(wrong(format!("unknown block `{fence}`; known: {known}")));
            }
        }
    }
    Ok((condition, samples))
}
