//! What followed what: for each app with findings a lane of its dated evidence, in order of time.
//!
//! Steps stand at equal distances, with the time between them in words: minutes and weeks do not
//! fit on one scale. A step on the phone's own clock is drawn filled, one in UTC hollow; they are
//! put in one order by the time zone that the phone states, and each says its own clock.

use super::budget::{Budget, more};
use crate::sentence::{count, plural};
use crate::{Report, harmless, place, words};
use jiff::tz::TimeZone;
use maud::{Markup, html};
use model::{Clock, Evidence, Finding, FindingSubject, SourceId, Strength, in_utc, phone_zone};
use std::collections::BTreeMap;

/// Lanes of a page.
const LANES: Budget = Budget::new(40, 800_000);
/// Steps of a lane.
const STEPS: usize = 8;
/// Width of a drawing, and of one step in it.
const WIDTH: usize = 1_000;
/// Width of a letter below a step at most, letters of a line at least and at most, and lines.
const LETTER: usize = 7;
const LETTERS: (usize, usize) = (16, 34);
const LINES: usize = 4;
const HEIGHT: usize = 136;

/// One step: its place (in UTC where the zone allows it), its clock, its evidence.
struct Step<'r> {
    at: i64,
    clock: Clock,
    row: &'r Evidence,
}

struct Lane<'r> {
    subject: &'r FindingSubject,
    zone: Option<TimeZone>,
    steps: Vec<Step<'r>>,
    /// Dated rows that have no room.
    left: usize,
}

pub(super) fn section(report: &Report) -> Markup {
    let lanes = lanes(report);
    let (drawn, shown) = { LANES }.rows(&lanes, draw);
    html! {
        @if !drawn.is_empty() {
            h3 { "What followed what" }
            p .lead {
                "Dated evidence of findings (notes aside), app by app, in order. That one step follows \
                 another does not show that it was caused by it."
            }
            @for lane in &drawn { (lane) }
            p .soft.small {
                "● on the phone's own clock  ○ in UTC. The two are put in one order by the time zone \
                 that the phone states; without it they are not compared."
            }
            (more(count(lanes.len()), shown, "report.json"))
        }
    }
}

/// The lanes of apps that have two steps or more, in the order of their first findings.
fn lanes(report: &Report) -> Vec<Lane<'_>> {
    let mut found: Vec<(&FindingSubject, Vec<&Finding>)> = Vec::new();
    let mut at: BTreeMap<&FindingSubject, usize> = BTreeMap::new();
    let worth = |finding: &&Finding| finding.strength != Strength::Note;
    for finding in report.findings.iter().filter(worth).filter(|f| f.subject.kind == "app") {
        let at = *at.entry(&finding.subject).or_insert(found.len());
        match found.get_mut(at) {
            Some((_, findings)) => findings.push(finding),
            None => found.push((&finding.subject, vec![finding])),
        }
    }
    let lane = |(subject, findings)| lane(report, subject, findings);
    found.into_iter().map(lane).filter(|lane| lane.steps.len() > 1).collect()
}

fn lane<'r>(
    report: &'r Report,
    subject: &'r FindingSubject,
    mut findings: Vec<&'r Finding>,
) -> Lane<'r> {
    let zone = zone(report, subject.source);
    // What rests on the most artifacts tells the most of a story.
    findings.sort_by_key(|finding| std::cmp::Reverse(artifacts(finding)));
    let mut steps: Vec<Step<'r>> = Vec::new();
    let mut left = 0;
    for row in findings.iter().flat_map(|finding| finding.evidence()) {
        let Some((at, clock)) = row.time.as_ref().and_then(model::Time::place) else { continue };
        if steps.iter().any(|known| known.row.place() == row.place() && known.row.text == row.text)
        {
            continue;
        }
        if steps.len() >= STEPS {
            left += 1;
            continue;
        }
        let at = match (&zone, clock) {
            (Some(zone), Clock::Device) => in_utc(at, zone).unwrap_or(at),
            _ => at,
        };
        steps.push(Step { at, clock, row });
    }
    steps.sort_by(|a, b| {
        let key = |step: &Step<'_>| (if zone.is_some() { Clock::Utc } else { step.clock }, step.at);
        key(a).cmp(&key(b)).then_with(|| a.row.place().cmp(&b.row.place()))
    });
    Lane { subject, zone, steps, left }
}

fn zone(report: &Report, source: SourceId) -> Option<TimeZone> {
    let source = report.sources.iter().find(|known| known.id == source)?;
    phone_zone(source.device.as_ref()?.timezone.as_deref()?)
}

fn artifacts(finding: &Finding) -> usize {
    let rows = finding.evidence().iter().filter(|row| row.time.is_some());
    rows.map(|row| &row.artifact).collect::<std::collections::BTreeSet<_>>().len()
}

fn draw(lane: &Lane<'_>) -> Markup {
    let slot = WIDTH / lane.steps.len().max(1);
    let middle = |number: usize| slot * number + slot / 2;
    let last = lane.steps.len().saturating_sub(1);
    html! {
        figure .panel.lane {
            figcaption { b { bdi { (harmless::cut(&words::subject(lane.subject), 120)) } } }
            svg .chart viewBox={ "0 0 " (WIDTH) " " (HEIGHT) } role="img"
                aria-label={ "Steps in order of time, " (lane.steps.len()) " of them; the table of evidence of the findings has them in full" } {
                line .axis x1=(middle(0)) x2=(middle(last)) y1="52" y2="52" {}
                @for (number, step) in lane.steps.iter().enumerate() {
                    (draw_step(step, &lane.subject.value, middle(number), slot))
                }
                @for (number, pair) in lane.steps.windows(2).enumerate() {
                    @if let [before, after] = pair {
                        text .gap x=(middle(number) + slot / 2) y="45" text-anchor="middle" {
                            (between(before, after, lane.zone.is_some()))
                        }
                    }
                }
            }
            @if lane.left > 0 {
                p .soft.small { (plural(count(lane.left), "further dated row", "further dated rows")) " below the findings." }
            }
        }
    }
}

fn draw_step(step: &Step<'_>, app: &str, x: usize, slot: usize) -> Markup {
    // The lane is the app's; its name need not stand at each step.
    let text = &step.row.text;
    let text =
        text.strip_prefix(app).map_or(text.as_str(), |rest| rest.trim_start_matches([' ', ':']));
    let letters = (slot / LETTER).clamp(LETTERS.0, LETTERS.1);
    let (written, clock) = step.row.time.as_ref().map(place::time).unwrap_or_default();
    let written = written.trim_end_matches(" UTC");
    let (day, hour) = written.split_once([' ', 'T']).unwrap_or((written, ""));
    let hour = hour.split('.').next().unwrap_or_default();
    let mark = if clock.is_some() { "" } else { " UTC" };
    html! {
        text x=(x) y="14" text-anchor="middle" { (harmless::cut(day, 24)) }
        text .title x=(x) y="30" text-anchor="middle" { (harmless::cut(hour, 16)) (mark) }
        @match step.clock {
            Clock::Device => circle .device cx=(x) cy="52" r="6" {},
            Clock::Utc => circle .open cx=(x) cy="52" r="6" {},
        }
        @for (line, text) in (0..).zip(lines(text, letters)) {
            text x=(x) y=(78 + 15 * line) text-anchor="middle" { (text) }
        }
    }
}

/// The time between two steps in words; nothing where they are on clocks that cannot be compared.
fn between(before: &Step<'_>, after: &Step<'_>, comparable: bool) -> String {
    if !comparable && before.clock != after.clock {
        return String::new();
    }
    let seconds = (after.at - before.at).max(0).unsigned_abs() / 1000;
    let (number, one, many) = match seconds {
        0..60 => (seconds, "second", "seconds"),
        60..7_200 => (seconds / 60, "minute", "minutes"),
        7_200..172_800 => (seconds / 3_600, "hour", "hours"),
        _ => (seconds / 86_400, "day", "days"),
    };
    format!("+ {}", plural(number, one, many))
}

/// A text in a few short lines, broken at spaces and within long words; cut where it has more.
fn lines(text: &str, most: usize) -> Vec<String> {
    let text = harmless::cut(text, most * LINES * 2).to_string();
    let mut lines = vec![String::new()];
    let mut push = |word: &str| {
        let line = lines.last_mut().map_or(0, |line| line.chars().count());
        let len = word.chars().count();
        if line > 0 && line + 1 + len > most {
            lines.push(String::new());
        }
        if let Some(line) = lines.last_mut() {
            if !line.is_empty() {
                line.push(' ');
            }
            line.push_str(word);
        }
    };
    for word in text.split_whitespace() {
        let letters: Vec<char> = word.chars().collect();
        letters.chunks(most).for_each(|part| push(&part.iter().collect::<String>()));
    }
    if lines.len() > LINES {
        lines.truncate(LINES);
        if let Some(line) = lines.last_mut() {
            line.push('…');
        }
    }
    lines
}
