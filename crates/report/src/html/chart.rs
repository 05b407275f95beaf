//! The timeline as a drawing: two panels over one calendar, counts on a logarithmic scale,
//! since a phone's factory image puts a hundred thousand files on one day.

use crate::sentence::thousands;
use crate::timeline::day;
use crate::{Bin, Bins, Step};
use jiff::civil::Date;
use maud::{Markup, html};
use model::{Clock, Finding, Strength};
use std::collections::BTreeSet;

const WIDTH: f64 = 1_000.0;
const LEFT: f64 = 64.0;
const RIGHT: f64 = 8.0;
/// Height of one panel's bars.
const BARS: f64 = 110.0;
/// From the top of one panel to that of the next: heading, bars, marks.
const PANEL: f64 = 168.0;
const HEADING: f64 = 34.0;

type Panel = (&'static str, &'static str, fn(&Bin) -> u64, bool);

/// The two panels; one without any rows is left out.
const PANELS: [Panel; 2] = [
    ("utc", "UTC", |bin| bin.utc, true),
    ("device", "The phone's own clock", |bin| bin.device, false),
];

pub(super) fn chart(bins: &Bins, findings: &[Finding], each: &str) -> Markup {
    let marks = marks(bins, findings);
    let panels: Vec<&Panel> =
        PANELS.iter().filter(|(_, _, of, _)| bins.bins.iter().any(|bin| of(bin) > 0)).collect();
    let height = PANEL * to_f64(panels.len()) + 26.0;
    let (first, last) = match (bins.bins.first(), bins.bins.last()) {
        (Some(first), Some(last)) => (first.from, last.from),
        _ => return html! {},
    };
    html! {
        svg .chart viewBox={ "0 0 " (WIDTH) " " (height) } role="img" aria-labelledby="chart-title chart-text" {
            title #chart-title { "Entries per " (each) }
            desc #chart-text {
                "Bars from " (label(bins.step, first)) " to " (label(bins.step, last)) "."
                @for (_, name, of, _) in &panels {
                    " " (name) ": " (thousands(bins.bins.iter().map(of).sum())) " entries"
                    @if let Some(most) = bins.bins.iter().max_by_key(|bin| of(bin)) {
                        ", most of them (" (thousands(of(most))) ") in " (label(bins.step, most.from))
                    }
                    "."
                }
            }
            @for (number, panel) in panels.iter().enumerate() {
                @let top = PANEL * to_f64(number);
                (draw(bins, panel, top, each, &marks))
            }
            (calendar(bins, height - 26.0))
        }
        @if !marks.is_empty() {
            p .soft.small { "▲ evidence of a finding (notes aside) lies here" }
        }
    }
}

fn draw(
    bins: &Bins,
    panel: &Panel,
    top: f64,
    each: &str,
    marks: &BTreeSet<(bool, usize)>,
) -> Markup {
    let (class, name, of, is_utc) = *panel;
    let most = bins.bins.iter().map(of).max().unwrap_or_default().max(1);
    let slot = (WIDTH - LEFT - RIGHT) / to_f64(bins.bins.len().max(1));
    let width = (slot * 0.8).clamp(1.5, 40.0);
    let base = top + HEADING + BARS;
    let scale = |count: u64| log(count) / log(most) * BARS;
    let steps = std::iter::successors(Some(1_u64), |step| step.checked_mul(10));
    html! {
        text .title x=(LEFT) y=(px(top + 16.0)) { (name) ": entries per " (each) ", logarithmic" }
        @for step in steps.take_while(|step| *step <= most) {
            @let y = px(base - scale(step));
            line .grid x1=(LEFT) x2=(WIDTH - RIGHT) y1=(y) y2=(y) {}
            text x=(LEFT - 8.0) y=(px(base - scale(step) + 4.0)) text-anchor="end" { (thousands(step)) }
        }
        @for (number, bin) in bins.bins.iter().enumerate().filter(|(_, bin)| of(bin) > 0) {
            @let middle = LEFT + slot * (to_f64(number) + 0.5);
            @let height = scale(of(bin)).max(1.5);
            rect .(class) x=(px(middle - width / 2.0)) y=(px(base - height)) width=(px(width))
                height=(px(height)) rx="1" {
                title { (label(bins.step, bin.from)) ": " (thousands(of(bin))) }
            }
        }
        line .axis x1=(LEFT) x2=(WIDTH - RIGHT) y1=(px(base)) y2=(px(base)) {}
        @for (_, number) in marks.iter().filter(|(utc, _)| *utc == is_utc) {
            @let x = LEFT + slot * (to_f64(*number) + 0.5);
            path .mark d={ "M" (px(x)) " " (px(base + 4.0)) "l5 9h-10z" } {}
        }
    }
}

/// The labels below, at most eight, each under its bar.
fn calendar(bins: &Bins, top: f64) -> Markup {
    let slot = (WIDTH - LEFT - RIGHT) / to_f64(bins.bins.len().max(1));
    let every = bins.bins.len().div_ceil(8).max(1);
    html! {
        @for (number, bin) in bins.bins.iter().enumerate().step_by(every) {
            @let x = LEFT + slot * (to_f64(number) + 0.5);
            // The outermost labels stay within the drawing.
            text x=(px(x.clamp(LEFT + 30.0, WIDTH - RIGHT - 34.0))) y=(px(top + 8.0))
                text-anchor="middle" { (label(bins.step, bin.from)) }
        }
    }
}

/// In which bars evidence of a finding lies: (whether in UTC, number of the bar).
fn marks(bins: &Bins, findings: &[Finding]) -> BTreeSet<(bool, usize)> {
    let rows = findings
        .iter()
        .filter(|finding| finding.strength != Strength::Note)
        .flat_map(Finding::evidence);
    let mut marks = BTreeSet::new();
    for time in rows.filter_map(|row| row.time.as_ref()) {
        let Some((at, clock)) = time.place() else { continue };
        if let Some(number) = day(at).and_then(|day| bins.bin_of(day)) {
            marks.insert((clock == Clock::Utc, number));
        }
    }
    marks
}

fn label(step: Step, from: Date) -> String {
    let day = from.to_string();
    match step {
        Step::Day | Step::Week => day,
        Step::Month => day.get(..7).unwrap_or_default().to_owned(),
    }
}

fn log(count: u64) -> f64 {
    // Counts are far below 2^53; one more keeps a single entry visible.
    #[allow(clippy::cast_precision_loss)]
    (count as f64 + 1.0).ln()
}

fn to_f64(number: usize) -> f64 {
    u32::try_from(number).map_or(f64::from(u32::MAX), f64::from)
}

/// A length in the drawing, to a tenth.
fn px(length: f64) -> String {
    format!("{length:.1}")
}
