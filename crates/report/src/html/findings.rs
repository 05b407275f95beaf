//! The findings: why, on what evidence, what else it could be, and what to do next.

use super::budget::{Budget, more};
use super::outcome::class;
use super::{code, evidence};
use crate::sentence::{count, plural, thousands};
use crate::{Report, harmless, place, words};
use maud::{Markup, html};
use model::{Evidence, Finding, Position};

const FINDINGS: Budget = Budget::new(400, 4_000_000);
/// Rows of evidence, over all findings.
const EVIDENCE: Budget = Budget::new(1_800, 2_000_000);
/// How many rows of one finding stand open; the rest is folded.
const OPEN: usize = 4;

pub(super) fn section(report: &Report) -> Markup {
    let (mut cards, mut rows) = (FINDINGS, EVIDENCE);
    html! {
        section aria-labelledby="findings" {
            h2 #findings { "Findings" }
            @if report.findings.is_empty() {
                p .lead { "Nothing matched. This cannot show that the phone is free of spyware." }
            }
            @for strength in words::STRENGTHS {
                @let all = count(report.findings_of(strength).count());
                @if all > 0 {
                    h3 #(class(strength)) { (words::strength(strength)) " (" (thousands(all)) ")" }
                    p .lead { (words::strength_meaning(strength)) }
                    @let (shown, number) = cards.rows(
                        report.findings_of(strength),
                        |finding| card(report, finding, &mut rows),
                    );
                    @for card in shown { (card) }
                    (more(all, number, "report.json"))
                }
            }
        }
    }
}

fn card(report: &Report, finding: &Finding, budget: &mut Budget) -> Markup {
    let about = words::subject(&finding.subject);
    html! {
        article .finding .(class(finding.strength)) {
            header {
                h4 { (evidence(&finding.title)) }
                span .pill { (words::strength(finding.strength)) }
            }
            p .about {
                (evidence(&about)) " in " (evidence(report.source_path(finding.subject.source)))
            }
            (why(finding))
            (rows(finding, budget))
            div .sides {
                (list("Innocent explanations", &finding.innocent))
                (list("What to do next", &finding.next))
            }
        }
    }
}

fn why(finding: &Finding) -> Markup {
    let because = &finding.because;
    html! {
        dl .why {
            dt { (words::because(because)) } dd { (code(&because.id)) }
            @if let Some(value) = &because.value { dt { "Value" } dd { (code(value)) } }
            @if let Some(family) = &because.family {
                dt { "Named there" } dd { (evidence(family)) }
            }
            dt { "From" } dd { (evidence(&because.knowledge)) }
            @if !because.references.is_empty() {
                dt { "Published" }
                dd { @for reference in because.references.iter().take(20) { div { (link(reference)) } } }
            }
            dt { "Confidence" } dd { (words::confidence(finding.confidence)) }
            @if !finding.attack.is_empty() {
                dt { "ATT&CK Mobile" } dd { (evidence(&finding.attack.join(", "))) }
            }
        }
    }
}

/// A publication: a link only where it is `https` and nothing in it is hidden.
fn link(reference: &str) -> Markup {
    let address = reference.split(' ').find(|word| word.starts_with("https://"));
    let hidden = reference.chars().any(harmless::is_active) || reference.len() > super::CHARS;
    html! {
        @match address {
            Some(address) if !hidden => {
                a href=(address) rel="noreferrer noopener external" { (evidence(reference)) }
            },
            _ => { (evidence(reference)) },
        }
    }
}

fn rows(finding: &Finding, budget: &mut Budget) -> Markup {
    let (rows, shown) = budget.rows(finding.evidence(), row);
    let (open, folded) = rows.split_at(rows.len().min(OPEN));
    let table = |rows: &[Markup]| {
        html! {
            div .scroll tabindex="0" role="region" aria-label="Evidence" {
                table {
                    thead {
                        tr {
                            th scope="col" { "What stands there" }
                            th scope="col" { "Where" }
                            th scope="col" { "When" }
                        }
                    }
                    tbody { @for row in rows { (row) } }
                }
            }
        }
    };
    html! {
        h5 { "Evidence (" (thousands(finding.evidence_total)) ")" }
        @if !open.is_empty() { (table(open)) }
        @if !folded.is_empty() {
            details .evidence {
                summary { (plural(count(folded.len()), "further row", "further rows")) }
                (table(folded))
            }
        }
        @if finding.evidence_total > shown {
            p .soft.small {
                (thousands(finding.evidence_total - shown))
                " more were counted; `tamarisk read` lists every one."
            }
        }
    }
}

fn row(row: &Evidence) -> Markup {
    html! {
        tr {
            td .wide { (evidence(&row.text)) }
            td .wide {
                (code(&row.artifact))
                @if let Some(position) = row.position.as_ref().filter(|p| **p != Position::default()) {
                    span .soft { (place::position(position).to_string()) }
                }
                @if let Some(sha256) = &row.sha256 { span .soft { "SHA-256 " (code(sha256)) } }
            }
            td .when {
                @match row.time.as_ref().map(place::time) {
                    Some((written, clock)) => {
                        (written)
                        @if let Some(clock) = clock { span .soft { (clock) } }
                    },
                    None => { "–" },
                }
            }
        }
    }
}

fn list(heading: &str, texts: &[String]) -> Markup {
    html! {
        @if !texts.is_empty() {
            div {
                h5 { (heading) }
                ul { @for text in texts { li { (harmless::line(text)) } } }
            }
        }
    }
}
