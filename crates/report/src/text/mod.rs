//! The report on a terminal.

mod page;

use crate::sentence::{count, plural, thousands};
use crate::{Report, harmless, place, words};
use anstyle::{AnsiColor, Style};
use model::{Evidence, Finding, Outcome, Position, Strength};
use page::Page;
use std::io::{self, Write};

/// How many findings are written in full; further ones are counted.
const FINDINGS: usize = 50;
/// How many rows of evidence are written for one finding.
const EVIDENCE: usize = 3;
/// How many gaps, and how many artifacts that were not read, are written.
const ROWS: usize = 20;
/// How many characters of one text from the evidence are written.
const CHARS: usize = 300;

const BOLD: Style = Style::new().bold();
const DIM: Style = Style::new().dimmed();

/// Writes the report for a terminal that is `width` characters wide, with colour where asked
/// for. Lists are cut, and say how much more the JSON document holds.
///
/// # Errors
/// When `out` cannot be written.
pub fn write(out: &mut impl Write, report: &Report, colour: bool, width: usize) -> io::Result<()> {
    let mut page = Page::new(out, colour, width);
    page.styled(0, outcome_style(report.outcome), words::outcome(report.outcome))?;
    page.text(0, &harmless::line(&report.statement).to_string())?;
    page.blank()?;
    page.styled(0, BOLD, "What you can do now")?;
    for step in words::advice(report.outcome) {
        page.item(2, "- ", step)?;
    }
    sources(&mut page, report)?;
    findings(&mut page, report)?;
    coverage(&mut page, report)?;
    knowledge(&mut page, report)?;
    page.blank()?;
    let made = &report.provenance;
    let program = format!("{} {}", shown(&made.tool), shown(&made.version));
    let (at, isolation) = (shown(&made.examined_at), shown(&made.isolation));
    page.styled(0, DIM, &format!("{program}, {at}. Isolation: {isolation}."))
}

fn sources<W: Write>(page: &mut Page<'_, W>, report: &Report) -> io::Result<()> {
    page.blank()?;
    page.styled(0, BOLD, "Looked at")?;
    for source in report.sources.iter().take(ROWS) {
        let mut parts = vec![words::source_kind(source.kind).to_owned()];
        parts.extend(words::device(source).iter().map(|part| shown(part)));
        page.item(2, "- ", &format!("{}: {}", shown(&source.path), parts.join(", ")))?;
    }
    more(page, report.sources.len(), ROWS)
}

fn findings<W: Write>(page: &mut Page<'_, W>, report: &Report) -> io::Result<()> {
    if report.findings.is_empty() {
        return Ok(());
    }
    page.blank()?;
    page.styled(0, BOLD, &format!("Findings ({})", thousands(count(report.findings.len()))))?;
    for finding in report.findings.iter().take(FINDINGS) {
        page.blank()?;
        one_finding(page, report, finding)?;
    }
    more(page, report.findings.len(), FINDINGS)
}

fn one_finding<W: Write>(
    page: &mut Page<'_, W>,
    report: &Report,
    finding: &Finding,
) -> io::Result<()> {
    let label = format!("[{}] ", words::strength(finding.strength));
    page.wrapped(2, &label, strength_style(finding.strength), &shown(&finding.title))?;
    let about = words::subject(&finding.subject);
    let place = report.source_path(finding.subject.source);
    page.text(4, &format!("{}, in {}", shown(&about), shown(place)))?;

    let because = &finding.because;
    let mut why = format!("{} {}", words::because(because), shown(&because.id));
    for (name, value) in [("value", &because.value), ("family", &because.family)] {
        if let Some(value) = value {
            why.push_str(&format!(", {name} {}", shown(value)));
        }
    }
    why.push_str(&format!(", from {}", shown(&because.knowledge)));
    why.push_str(&format!("; confidence {}", words::confidence(finding.confidence)));
    page.item(4, "Why: ", &why)?;

    let rows = finding.evidence();
    page.text(4, &format!("Evidence ({}):", thousands(finding.evidence_total)))?;
    for row in rows.iter().take(EVIDENCE) {
        page.item(6, "- ", &shown(&row.text))?;
        page.styled(8, DIM, &row_place(row))?;
    }
    let written = count(rows.len().min(EVIDENCE));
    if finding.evidence_total > written {
        let left = thousands(finding.evidence_total - written);
        page.styled(6, DIM, &format!("and {left} more; report.json holds the first 20 rows"))?;
    }
    let lists =
        [("Innocent explanations:", &finding.innocent), ("What to do next:", &finding.next)];
    for (heading, list) in lists.into_iter().filter(|(_, list)| !list.is_empty()) {
        page.text(4, heading)?;
        for text in list {
            page.item(6, "- ", &harmless::line(text).to_string())?;
        }
    }
    if !finding.attack.is_empty() {
        page.item(4, "ATT&CK Mobile: ", &shown(&finding.attack.join(", ")))?;
    }
    Ok(())
}

fn row_place(row: &Evidence) -> String {
    let mut parts = vec![shown(&row.artifact)];
    parts.extend(
        row.position
            .as_ref()
            .filter(|p| **p != Position::default())
            .map(|position| place::position(position).to_string()),
    );
    parts.extend(row.time.as_ref().map(|time| match place::time(time) {
        (written, Some(clock)) => format!("{written} ({clock})"),
        (written, None) => written,
    }));
    parts.extend(row.sha256.as_ref().map(|sha256| format!("SHA-256 {}", shown(sha256))));
    parts.join(" · ")
}

fn coverage<W: Write>(page: &mut Page<'_, W>, report: &Report) -> io::Result<()> {
    let coverage = &report.coverage;
    page.blank()?;
    page.styled(0, BOLD, "Coverage")?;
    let counts: Vec<String> = words::STATUSES
        .into_iter()
        .filter_map(|status| {
            let of = coverage.artifacts.iter().filter(|a| a.artifact.status == status).count();
            (of > 0).then(|| format!("{} {}", thousands(count(of)), words::status(status)))
        })
        .collect();
    let whole = if coverage.complete {
        "All that this version reads was read."
    } else {
        "Not all that this version reads was read."
    };
    page.text(2, whole)?;
    if !counts.is_empty() {
        page.text(2, &format!("Artifacts: {}.", counts.join(", ")))?;
    }
    let unread: Vec<_> =
        coverage.artifacts.iter().filter(|a| a.artifact.status.leaves_a_gap()).collect();
    for covered in unread.iter().take(ROWS) {
        let artifact = &covered.artifact;
        let mut text = format!("{}: {}", shown(&artifact.path), words::status(artifact.status));
        if let Some(note) = &artifact.note {
            text.push_str(&format!(" ({})", shown(note)));
        }
        page.item(2, "- ", &text)?;
    }
    more(page, unread.len(), ROWS)?;
    if coverage.gaps.is_empty() {
        return Ok(());
    }
    page.blank()?;
    page.styled(0, BOLD, &format!("Gaps ({})", thousands(count(coverage.gaps.len()))))?;
    for covered in coverage.gaps.iter().take(ROWS) {
        let gap = &covered.gap;
        let mut place = match (&gap.artifact, covered.source) {
            (Some(artifact), _) => shown(artifact),
            (None, Some(source)) => shown(report.source_path(source)),
            (None, None) => String::new(),
        };
        if let Some(position) = &gap.position {
            place.push_str(&format!(", {}", place::position(position)));
        }
        let between = if place.is_empty() { "" } else { ": " };
        page.item(2, "- ", &format!("{place}{between}{}", shown(&gap.reason)))?;
    }
    more(page, coverage.gaps.len(), ROWS)
}

fn knowledge<W: Write>(page: &mut Page<'_, W>, report: &Report) -> io::Result<()> {
    page.blank()?;
    page.styled(0, BOLD, "Judged by")?;
    for knowledge in report.knowledge.iter().take(ROWS) {
        let mut text = format!(
            "{} {}: {}; {}",
            shown(&knowledge.name),
            shown(&knowledge.version),
            words::knowledge_status(knowledge.status),
            plural(knowledge.indicators, "entry", "entries"),
        );
        if knowledge.signed.is_none() && !knowledge.signed_by.is_empty() {
            text.push_str(&format!("; signed by {}", shown(&knowledge.signed_by.join(", "))));
        }
        for (number, what) in [
            (knowledge.patterns, "of them patterns"),
            (knowledge.revoked, "revoked"),
            (knowledge.not_compiled, "not understood"),
        ] {
            if number > 0 {
                text.push_str(&format!(", {} {what}", thousands(number)));
            }
        }
        if !knowledge.kept_aside.is_empty() {
            text.push_str(&format!(
                "; kept aside, not matched: {}",
                shown(&words::kept_aside(knowledge))
            ));
        }
        page.item(2, "- ", &text)?;
        for line in words::signatures(knowledge) {
            page.text(4, &shown(&line))?;
        }
        let attributions = knowledge.signed.iter().flat_map(|signed| &signed.attributions);
        for line in attributions.take(ROWS).flat_map(words::attribution) {
            page.text(4, &shown(&line))?;
        }
    }
    more(page, report.knowledge.len(), ROWS)
}

fn more<W: Write>(page: &mut Page<'_, W>, all: usize, written: usize) -> io::Result<()> {
    match all.checked_sub(written) {
        None | Some(0) => Ok(()),
        Some(left) => {
            page.styled(2, DIM, &format!("and {} more in report.json", thousands(count(left))))
        }
    }
}

fn shown(text: &str) -> String {
    harmless::cut(text, CHARS).to_string()
}

fn outcome_style(outcome: Outcome) -> Style {
    strength_style(match outcome {
        Outcome::StrongMatch => Strength::Strong,
        Outcome::NeedsReview => Strength::Review,
        Outcome::ExposureOnly => Strength::Exposure,
        Outcome::NoMatchAllRead | Outcome::NoMatchNotAllRead => return BOLD,
    })
}

/// No colour for a negative result: green would say more than is known.
fn strength_style(strength: Strength) -> Style {
    match strength {
        Strength::Strong => BOLD.fg_color(Some(AnsiColor::Red.into())),
        Strength::Review => BOLD.fg_color(Some(AnsiColor::Yellow.into())),
        Strength::Exposure => BOLD.fg_color(Some(AnsiColor::Cyan.into())),
        Strength::Note => BOLD,
    }
}
