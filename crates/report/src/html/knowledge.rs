//! What the evidence was judged by.

use super::budget::{Budget, more};
use super::evidence;
use crate::sentence::{count, thousands};
use crate::{Report, words};
use maud::{Markup, html};
use model::Knowledge;

const ROWS: Budget = Budget::new(200, 300_000);

pub(super) fn section(report: &Report) -> Markup {
    let (rows, shown) = { ROWS }.rows(&report.knowledge, row);
    html! {
        section aria-labelledby="knowledge" {
            h2 #knowledge { "Judged by" }
            p .lead { "What is not in here cannot be found. Published indicators are always behind those who attack." }
            div .panel {
                div .scroll tabindex="0" role="region" aria-label="Knowledge" {
                    table {
                        thead {
                            tr {
                                th scope="col" { "Name" }
                                th scope="col" { "Version" }
                                th scope="col" { "Origin" }
                                th .number scope="col" { "In use" }
                                th .number scope="col" { "Revoked" }
                                th .number scope="col" { "Not understood" }
                                th .number scope="col" { "Kept aside" }
                            }
                        }
                        tbody { @for row in &rows { (row) } }
                    }
                }
                (more(count(report.knowledge.len()), shown, "report.json"))
            }
        }
    }
}

/// Attributions that one advisory is quoted with.
const ATTRIBUTIONS: usize = 20;

fn attributions(knowledge: &Knowledge) -> Vec<String> {
    let all = knowledge.signed.iter().flat_map(|signed| &signed.attributions);
    all.take(ATTRIBUTIONS).flat_map(words::attribution).collect()
}

fn row(knowledge: &Knowledge) -> Markup {
    let aside: u64 = knowledge.kept_aside.iter().map(|(_, number)| number).sum();
    html! {
        tr {
            th scope="row" {
                (evidence(&knowledge.name))
                @if aside > 0 {
                    span .soft { "Kept aside, not matched: " (evidence(&words::kept_aside(knowledge))) }
                }
            }
            td { (evidence(&knowledge.version)) }
            td {
                (words::knowledge_status(knowledge.status))
                @if knowledge.signed.is_none() && !knowledge.signed_by.is_empty() {
                    span .soft { "by " (evidence(&knowledge.signed_by.join(", "))) }
                }
                @for line in words::signatures(knowledge) {
                    span .soft { (evidence(&line)) }
                }
                @for line in attributions(knowledge) {
                    span .soft { (evidence(&line)) }
                }
            }
            td .number {
                (thousands(knowledge.indicators))
                @if knowledge.patterns > 0 {
                    span .soft { (thousands(knowledge.patterns)) " of them patterns" }
                }
            }
            td .number { (thousands(knowledge.revoked)) }
            td .number { (thousands(knowledge.not_compiled)) }
            td .number { (thousands(aside)) }
        }
    }
}
