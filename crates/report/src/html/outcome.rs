//! What the examination came to, and what to do now. The first thing on the page.

use crate::sentence::{count, thousands};
use crate::{Report, harmless, words};
use maud::{Markup, html};
use model::{Outcome, Strength};

pub(super) fn section(report: &Report) -> Markup {
    let tone = match report.outcome {
        Outcome::StrongMatch => Some(Strength::Strong),
        Outcome::NeedsReview => Some(Strength::Review),
        Outcome::ExposureOnly => Some(Strength::Exposure),
        Outcome::NoMatchAllRead | Outcome::NoMatchNotAllRead => None,
    };
    html! {
        section .outcome .(tone.map_or("plain", class)) aria-labelledby="outcome" {
            div .verdict {
                p .label { "Outcome" }
                h1 #outcome { (words::outcome(report.outcome)) }
                p { (harmless::line(&report.statement)) }
                ul .tally aria-label="Findings by strength" {
                    @for strength in words::STRENGTHS {
                        @let number = report.findings_of(strength).count();
                        @if number > 0 {
                            li {
                                a .pill .(class(strength)) href={ "#" (class(strength)) } {
                                    (words::strength(strength)) ": " (thousands(count(number)))
                                }
                            }
                        }
                    }
                }
            }
            div .todo {
                h2 { "What you can do now" }
                ul {
                    @for step in words::advice(report.outcome) { li { (step) } }
                }
            }
        }
    }
}

/// The class, and the anchor, of a strength.
pub(super) fn class(strength: Strength) -> &'static str {
    match strength {
        Strength::Strong => "strong",
        Strength::Review => "review",
        Strength::Exposure => "exposure",
        Strength::Note => "note",
    }
}
