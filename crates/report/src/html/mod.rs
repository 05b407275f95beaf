//! The report as one HTML file: no script, no request, readable on screen and on paper.
//!
//! The policy in its head forbids everything but its own style sheet, by hash; so even markup
//! that should slip through could load and run nothing.

mod budget;
mod chart;
mod coverage;
mod findings;
mod knowledge;
mod lanes;
mod outcome;
mod timeline;

use crate::{Report, Summary, harmless, words};
use base64::prelude::{BASE64_STANDARD, Engine};
use maud::{DOCTYPE, Markup, PreEscaped, html};
use sha2::{Digest, Sha256};
use std::io::{self, Write};

const STYLE: &str = include_str!("style.css");

/// How many characters of one text from the evidence are shown.
const CHARS: usize = 400;

/// Writes the page. Without a timeline it has no chart. At most 5,000 rows are shown, and the
/// page stays below 10 MB; where there is more, it says how much and where.
///
/// # Errors
/// When `out` cannot be written.
pub fn write(out: &mut impl Write, report: &Report, timeline: Option<&Summary>) -> io::Result<()> {
    let hash = BASE64_STANDARD.encode(Sha256::digest(STYLE.as_bytes()));
    let policy = format!(
        "default-src 'none'; style-src 'sha256-{hash}'; base-uri 'none'; form-action 'none'"
    );
    let page = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta http-equiv="Content-Security-Policy" content=(policy);
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="referrer" content="no-referrer";
                meta name="robots" content="noindex";
                meta name="generator" content="Tamarisk";
                title { "Tamarisk report: " (words::outcome(report.outcome)) }
                style { (PreEscaped(STYLE)) }
            }
            body {
                div .page {
                    a .skip href="#findings" { "Skip to the findings" }
                    (masthead(report))
                    main {
                        (outcome::section(report))
                        (contents(report, timeline.is_some()))
                        (coverage::section(report))
                        (findings::section(report))
                        @if let Some(timeline) = timeline { (timeline::section(report, timeline)) }
                        (coverage::lists(report))
                        (knowledge::section(report))
                        (about(report))
                    }
                    footer {
                        "Made by " (report.provenance.tool) " " (evidence(&report.provenance.version))
                        ". This page is one file; it loads nothing and sends nothing. It holds \
                         private data of the phone's owner: share it only with people who need it."
                    }
                }
            }
        }
    };
    out.write_all(page.into_string().as_bytes())
}

fn masthead(report: &Report) -> Markup {
    html! {
        header .masthead {
            // A sprig of tamarisk.
            svg viewBox="0 0 32 32" fill="none" stroke="currentColor" stroke-width="1.8"
                stroke-linecap="round" aria-hidden="true" {
                path d="M16 30V9M16 25c-4-.5-7-3-8-7M16 25c4-.5 7-3 8-7M16 19c-3.5-.5-6-2.5-7-6M16 19c3.5-.5 6-2.5 7-6M16 13c-2.5-.5-4-2-5-5M16 13c2.5-.5 4-2 5-5" {}
                circle cx="16" cy="4.5" r="1.8" fill="currentColor" {}
                circle cx="7" cy="14.5" r="1.3" fill="currentColor" {}
                circle cx="25" cy="14.5" r="1.3" fill="currentColor" {}
                circle cx="8.5" cy="9.5" r="1.3" fill="currentColor" {}
                circle cx="23.5" cy="9.5" r="1.3" fill="currentColor" {}
                circle cx="10.8" cy="4.8" r="1.3" fill="currentColor" {}
                circle cx="21.2" cy="4.8" r="1.3" fill="currentColor" {}
            }
            b { "Tamarisk" }
            @let at = &report.provenance.examined_at;
            time datetime=(harmless::line(at)) { "Examined " (examined(at)) }
        }
    }
}

fn contents(report: &Report, timeline: bool) -> Markup {
    html! {
        nav aria-label="In this report" {
            ul {
                li { a href="#coverage" { "What was read" } }
                li { a href="#findings" { "Findings" } }
                @if timeline { li { a href="#timeline" { "Timeline" } } }
                @if !report.coverage.gaps.is_empty() { li { a href="#gaps" { "Gaps" } } }
                li { a href="#artifacts" { "Artifacts" } }
                li { a href="#knowledge" { "Judged by" } }
                li { a href="#about" { "About this report" } }
            }
        }
    }
}

fn about(report: &Report) -> Markup {
    let made = &report.provenance;
    html! {
        section aria-labelledby="about" {
            h2 #about { "About this report" }
            div .panel {
                dl .why {
                    dt { "Program" } dd { (made.tool) " " (evidence(&made.version)) }
                    dt { "Examined at" } dd { (examined(&made.examined_at)) }
                    dt { "Isolation of parsers" } dd { (evidence(&made.isolation)) }
                    dt { "Document" } dd { (report.schema) }
                    @for (name, limit) in &made.limits {
                        dt { "Limit: " (evidence(&name.replace('_', " "))) }
                        dd { (crate::sentence::thousands(*limit)) }
                    }
                }
            }
            p .soft.small {
                "The same evidence, knowledge, options and time of examination give the same \
                 report.json, byte for byte. Each row of evidence names the file, its SHA-256 and \
                 the place in it, so that another person can check it without this program."
            }
        }
    }
}

/// The time of the examination, for people.
fn examined(at: &str) -> String {
    match at.parse::<jiff::Timestamp>() {
        Ok(at) => at.strftime("%-d %B %Y, %H:%M UTC").to_string(),
        Err(_) => harmless::cut(at, 60).to_string(),
    }
}

/// A text from the evidence: harmless, cut, and kept from turning the text around it.
fn evidence(text: &str) -> Markup {
    html! { bdi { (harmless::cut(text, CHARS)) } }
}

/// As [`evidence`], for paths and hashes.
fn code(text: &str) -> Markup {
    html! { code { bdi { (harmless::cut(text, CHARS)) } } }
}
