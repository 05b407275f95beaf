//! What was read and what was not: a table per source near the top, the lists further down.

use super::budget::{Budget, more};
use super::{code, evidence};
use crate::sentence::{count, plural, thousands};
use crate::{CoveredArtifact, CoveredGap, Report, place, words};
use maud::{Markup, html};
use model::{SourceId, Status};
use std::collections::BTreeMap;

const SOURCES: Budget = Budget::new(300, 500_000);
const GAPS: Budget = Budget::new(600, 1_000_000);
const ARTIFACTS: Budget = Budget::new(1_000, 1_500_000);
/// How many gaps stand open; the rest is folded.
const OPEN: usize = 10;

type Counts = BTreeMap<Status, u64>;

pub(super) fn section(report: &Report) -> Markup {
    let coverage = &report.coverage;
    let mut of: BTreeMap<SourceId, Counts> = BTreeMap::new();
    let mut whole = Counts::new();
    for covered in &coverage.artifacts {
        let status = covered.artifact.status;
        *of.entry(covered.source).or_default().entry(status).or_default() += 1;
        *whole.entry(status).or_default() += 1;
    }
    let none = Counts::new();
    let (rows, shown) = { SOURCES }.rows(&report.sources, |source| {
        let counts = of.get(&source.id).unwrap_or(&none);
        let device = words::device(source);
        html! {
            tr {
                th .wide scope="row" {
                    (evidence(&source.path))
                    span .soft { (words::source_kind(source.kind)) }
                    @if !device.is_empty() { span .soft { (evidence(&device.join(", "))) } }
                }
                @for status in words::STATUSES {
                    td .number { (counts.get(&status).map_or_else(|| "–".into(), |n| thousands(*n))) }
                }
            }
        }
    });
    html! {
        section aria-labelledby="coverage" {
            h2 #coverage { "What was read" }
            p .lead {
                @if coverage.complete {
                    "All that this version reads was read, and all it was given to judge by was understood."
                } @else {
                    "Not all that this version reads was read, or not all it was given to judge by \
                     was understood. See the gaps below."
                }
            }
            div .panel {
                (meter(&whole))
                div .scroll tabindex="0" role="region" aria-label="Sources and how far they were read" {
                    table {
                        caption { "Sources, and how many of their artifacts were read" }
                        thead {
                            tr {
                                th scope="col" { "Source" }
                                @for status in words::STATUSES {
                                    th .number scope="col" { (capital(words::status(status))) }
                                }
                            }
                        }
                        tbody { @for row in &rows { (row) } }
                    }
                }
                (more(count(report.sources.len()), shown, "report.json"))
            }
        }
    }
}

/// A bar that shows how much was read, and its legend with the numbers.
fn meter(counts: &Counts) -> Markup {
    let all: u64 = counts.values().sum();
    let mut start = 0;
    let mut bars = Vec::new();
    for status in words::STATUSES {
        let number = counts.get(&status).copied().unwrap_or_default();
        if number > 0 {
            // Per mille, and never so thin that it cannot be seen.
            let width = (number.saturating_mul(1_000) / all.max(1)).max(4);
            bars.push((status, number, start, width));
            start += width;
        }
    }
    html! {
        @if all > 0 {
            svg .meter viewBox={ "0 0 " (start) " 12" } preserveAspectRatio="none" aria-hidden="true" {
                @for (status, _, start, width) in &bars {
                    rect .{ "s-" (class(*status)) } x=(start) y="0" width=(width) height="12" {}
                }
            }
            ul .legend {
                @for (status, number, ..) in &bars {
                    li .status .{ "s-" (class(*status)) } {
                        (thousands(*number)) " " (words::status(*status))
                    }
                }
            }
        }
    }
}

/// The gaps and the artifacts, one by one.
pub(super) fn lists(report: &Report) -> Markup {
    html! {
        (gaps(report))
        (artifacts(report))
    }
}

fn gaps(report: &Report) -> Markup {
    let all = &report.coverage.gaps;
    let (rows, shown) = { GAPS }.rows(all, |covered| gap(report, covered));
    let (open, folded) = rows.split_at(rows.len().min(OPEN));
    let table = |rows: &[Markup]| {
        html! {
            div .scroll tabindex="0" role="region" aria-label="Gaps" {
                table {
                    thead { tr { th scope="col" { "Where" } th scope="col" { "What could not be read, and why" } } }
                    tbody { @for row in rows { (row) } }
                }
            }
        }
    };
    html! {
        @if !all.is_empty() {
            section aria-labelledby="gaps" {
                h2 #gaps { "Gaps" }
                p .lead { (plural(count(all.len()), "thing", "things")) " could not be read or understood." }
                div .panel {
                    (table(open))
                    @if !folded.is_empty() {
                        details {
                            summary { (plural(count(folded.len()), "further gap", "further gaps")) }
                            (table(folded))
                        }
                    }
                    (more(count(all.len()), shown, "report.json"))
                }
            }
        }
    }
}

fn gap(report: &Report, covered: &CoveredGap) -> Markup {
    let gap = &covered.gap;
    html! {
        tr {
            td .wide {
                @match (&gap.artifact, covered.source) {
                    (Some(artifact), _) => { (code(artifact)) },
                    (None, Some(source)) => { (code(report.source_path(source))) },
                    (None, None) => { "–" },
                }
                @if let Some(position) = &gap.position {
                    span .soft { (place::position(position).to_string()) }
                }
            }
            td { (evidence(&gap.reason)) }
        }
    }
}

fn artifacts(report: &Report) -> Markup {
    let all = &report.coverage.artifacts;
    // What was not read matters more than what was.
    let order = [
        Status::Failed,
        Status::Partly,
        Status::Missing,
        Status::Unknown,
        Status::NotSupported,
        Status::Read,
    ];
    let sorted = order
        .into_iter()
        .flat_map(|status| all.iter().filter(move |covered| covered.artifact.status == status));
    let (rows, shown) = { ARTIFACTS }.rows(sorted, artifact);
    html! {
        section aria-labelledby="artifacts" {
            h2 #artifacts { "Artifacts" }
            p .lead { "Every file of the evidence, and every service of a dumpstate, that is known of." }
            details {
                summary { "Show " (plural(shown, "artifact", "artifacts")) ", those not read first" }
                div .panel {
                    div .scroll tabindex="0" role="region" aria-label="Artifacts" {
                        table {
                            thead {
                                tr {
                                    th scope="col" { "Artifact" }
                                    th scope="col" { "Status" }
                                    th scope="col" { "Read by" }
                                    th .number scope="col" { "Bytes" }
                                }
                            }
                            tbody { @for row in &rows { (row) } }
                        }
                    }
                    (more(count(all.len()), shown, "report.json"))
                }
            }
        }
    }
}

fn artifact(covered: &CoveredArtifact) -> Markup {
    let artifact = &covered.artifact;
    html! {
        tr {
            td .wide {
                (code(&artifact.path))
                @if let Some(sha256) = &artifact.sha256 {
                    span .soft { "SHA-256 " (code(sha256)) }
                }
            }
            td {
                span .status .{ "s-" (class(artifact.status)) } { (words::status(artifact.status)) }
                @if let Some(note) = &artifact.note { span .soft { (evidence(note)) } }
            }
            td { @if let Some(parser) = &artifact.read_by { (evidence(parser)) } @else { "–" } }
            td .number { (artifact.size.map_or_else(|| "–".into(), thousands)) }
        }
    }
}

fn class(status: Status) -> &'static str {
    match status {
        Status::Read => "read",
        Status::Partly => "partly",
        Status::Failed => "failed",
        Status::Missing => "missing",
        Status::NotSupported => "not_supported",
        Status::Unknown => "unknown",
    }
}

fn capital(word: &str) -> String {
    let mut chars = word.chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
}
