//! When things happened: a chart of all of it, and a table of the newest.

use super::budget::{Budget, more};
use super::{chart, code, evidence, lanes};
use crate::sentence::{plural, thousands};
use crate::timeline::{Row, datetime_text};
use crate::{Report, Step, Summary};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use maud::{Markup, html};

const ROWS: Budget = Budget::new(800, 1_500_000);

pub(super) fn section(report: &Report, summary: &Summary) -> Markup {
    let examined: Timestamp = report.provenance.examined_at.parse().unwrap_or_default();
    let bins = summary.bins(TimeZone::UTC.to_datetime(examined).date());
    let newest = summary.newest();
    let (rows, shown) = { ROWS }.rows(&newest, |(at, event)| row(*at, event));
    let each = match bins.step {
        Step::Day => "day",
        Step::Week => "week",
        Step::Month => "month",
    };
    html! {
        section aria-labelledby="timeline" {
            h2 #timeline { "Timeline" }
            p .lead {
                "The evidence states " (plural(summary.total(), "time", "times"))
                ". Times whose zone is certain are in UTC; the others are on the phone's own clock, \
                 and the two are kept apart."
            }
            div .panel {
                @if bins.bins.is_empty() {
                    p { "None of them has a place on a calendar." }
                } @else {
                    (chart::chart(&bins, &report.findings, each))
                }
                @if let (true, Some(first)) = (bins.earlier > 0, bins.bins.first()) {
                    p .soft.small { "Not drawn: " (thousands(bins.earlier)) " before " (first.from) "." }
                }
                @for (number, what) in [
                    (bins.later, "later than the examination, from clocks that were wrong"),
                    (bins.unplaced, "without a place on this calendar (time since the phone started, or years such as 1970)"),
                ] {
                    @if number > 0 {
                        p .soft.small { "Not drawn: " (thousands(number)) " " (what) "." }
                    }
                }
            }
            (lanes::section(report))
            @if !rows.is_empty() {
                details {
                    summary { "Show the newest " (thousands(shown)) ", events before mere file times" }
                    div .panel {
                        div .scroll tabindex="0" role="region" aria-label="Newest events" {
                            table {
                                thead {
                                    tr {
                                        th scope="col" { "When" }
                                        th scope="col" { "What" }
                                        th scope="col" { "Where" }
                                    }
                                }
                                tbody { @for row in &rows { (row) } }
                            }
                        }
                    }
                }
            }
            (more(summary.total(), shown, "timeline.csv"))
        }
    }
}

fn row(at: Option<i64>, row: &Row<'_>) -> Markup {
    let when =
        at.and_then(datetime_text).map(|text| text.replacen('T', " ", 1)).unwrap_or_default();
    let when = when.split('.').next().unwrap_or_default();
    html! {
        tr {
            td .when {
                (when) @if row.zone != "device" { " UTC" }
                span .soft { @if row.zone == "device" { "the phone's clock, " } (evidence(row.meaning)) }
            }
            td .wide { (evidence(row.message)) }
            td .wide {
                (code(row.artifact))
                @if !row.position.is_empty() { span .soft { (evidence(row.position)) } }
            }
        }
    }
}
