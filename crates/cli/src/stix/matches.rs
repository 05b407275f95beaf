//! `tamarisk stix match`: a pattern held against observed data.

use super::{MatchArgs, refused, source};
use crate::args::ListFormat;
use crate::failure::Failure;
use ::stix::{Matcher, ObservedData, Verdict};
use record::harmless;
use serde::Serialize;
use std::io::Write;

/// The answer for scripts; `schemas/tamarisk.stix.match.1.json`.
#[derive(Serialize)]
struct Answer<'d> {
    #[serde(rename = "match")]
    matched: bool,
    /// Ids of the observed-data objects that satisfy the pattern.
    observed: Vec<&'d str>,
    /// Observed data that could not take part because it states no time.
    #[serde(skip_serializing_if = "is_zero")]
    untimed: u64,
    /// Observed data beyond what is kept.
    #[serde(skip_serializing_if = "is_zero")]
    dropped: u64,
    /// The search was given up.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    undecided: bool,
}

fn is_zero(number: &u64) -> bool {
    *number == 0
}

/// Prints the answer: exit code 0 for a match, 1 for none.
pub(super) fn run(args: &MatchArgs, out: &mut impl Write) -> Result<u8, Failure> {
    let pattern = args.pattern.parse()?;
    let matcher = Matcher::new(&pattern).map_err(refused)?;
    let text = source::text(&args.observed)?;
    let data = ObservedData::read(&text).map_err(|error| {
        Failure::placed(error.code, error.offset as u64, &error.expected, &error)
    })?;
    let mut run = matcher.run();
    for (number, observation) in data.observations() {
        run.observe(number, &observation);
    }
    let verdict = run.finish();
    if !verdict.matched
        && let Some(error) = &verdict.error
    {
        // It has neither matched nor failed to: some comparison had no answer.
        return Err(refused(error.clone()));
    }
    print(args, &data, &verdict, out).map_err(Failure::output)?;
    Ok(u8::from(!verdict.matched))
}

fn print(
    args: &MatchArgs,
    data: &ObservedData<'_>,
    verdict: &Verdict,
    out: &mut impl Write,
) -> std::io::Result<()> {
    let observed: Vec<&str> = verdict.observations.iter().map(|one| data.id(*one)).collect();
    let Verdict { matched, untimed, dropped, undecided, .. } = *verdict;
    if args.format == ListFormat::Json {
        let answer = Answer { matched, observed, untimed, dropped, undecided };
        return record::json::write_line(out, &answer);
    }
    match matched {
        true => writeln!(out, "The pattern matches:")?,
        false => writeln!(out, "The pattern does not match {} observed-data objects.", data.len())?,
    }
    for id in observed {
        writeln!(out, "  {}", harmless::line(id))?;
    }
    if untimed > 0 {
        writeln!(out, "{untimed} of them state no time, and the pattern asks for times.")?;
    }
    if dropped > 0 {
        writeln!(out, "{dropped} of them were beyond what is kept for one expression.")?;
    }
    if undecided {
        writeln!(out, "The search for observations that fit together was given up.")?;
    }
    Ok(())
}
