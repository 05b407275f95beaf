//! `tamarisk advisory preview`: what a draft would find.

use super::args::{DraftArgs, RunArgs};
use super::draft::Draft;
use super::say::say;
use super::workshop::Open;
use crate::args::InputArgs;
use crate::failure::Failure;
use crate::{input, isolation, progress};
use clap::Args;
use detect::{Brands, Knowledge, RuleSet};
use examine::{Options, Progress};
use intel::Builder;
use jiff::Timestamp;
use model::{BecauseKind, KnowledgeStatus};
use report::Report;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::io::Write;
use std::path::PathBuf;
use std::time::Duration;

#[derive(Debug, Args)]
pub(crate) struct PreviewArgs {
    #[command(flatten)]
    draft: DraftArgs,

    #[command(flatten)]
    input: InputArgs,

    /// Evidence of ordinary phones, in which nothing should match (may be repeated)
    #[arg(long, value_name = "PATH")]
    ordinary: Vec<PathBuf>,

    #[command(flatten)]
    pub(super) run: RunArgs,
}

pub(super) fn run(args: &PreviewArgs, out: &mut impl Write) -> Result<u8, Failure> {
    let work = Open::at(&args.draft.work)?;
    let draft = Draft::open(&work, &args.draft.advisory)?;
    let bundles = [draft.bundle()?];
    let now = args.run.now();
    let mut lines = Vec::new();
    let report = judged(&bundles, &args.input, now)?;
    lines.push(format!("What {} would find:", draft.advisory));
    let found = told(&report, &mut lines);
    let ordinary = ordinary(&bundles, &args.ordinary, &args.input, now, &mut lines)?;
    let matched = ordinary.as_array().is_some_and(|all| !all.is_empty());
    let document = json!({"advisory": draft.advisory, "found": found, "ordinary": ordinary});
    say(&args.run.output, "preview", document, &lines, out)?;
    Ok(u8::from(matched))
}

/// What of evidence of ordinary phones bundles match, told and listed; empty where nothing does.
pub(super) fn ordinary(
    bundles: &[Vec<u8>],
    paths: &[PathBuf],
    like: &InputArgs,
    now: Timestamp,
    lines: &mut Vec<String>,
) -> Result<Value, Failure> {
    if paths.is_empty() {
        lines.push("No evidence of ordinary phones was given (--ordinary) to try it on.".into());
        return Ok(json!([]));
    }
    let input = InputArgs { paths: paths.to_vec(), ..like.clone() };
    let report = judged(bundles, &input, now)?;
    lines.push(format!(
        "What matches in the evidence of ordinary phones ({} sources):",
        report.sources.len()
    ));
    Ok(told(&report, lines))
}

/// Judges evidence by these bundles alone: no rule, no other list.
fn judged(bundles: &[Vec<u8>], input: &InputArgs, now: Timestamp) -> Result<Report, Failure> {
    let mut builder = Builder::new();
    for bundle in bundles {
        let added = builder.add_bundle("draft", KnowledgeStatus::Unsigned, &bundle[..]);
        added.map_err(|error| Failure::advisory(format!("the draft: {error}")))?;
    }
    let intel = builder.build();
    let (rules, brands) = (RuleSet::builtin(), Brands::builtin());
    let limits = input.limits.limits();
    let reader = isolation::start(input, &limits)?;
    let plan = input::plan(input, &limits, &reader)?;
    let progress = Progress::default();
    let patience = Duration::from_secs(limits.total_seconds);
    let threads = input.thread_count();
    let options = Options { threads, limits, now, reader: &reader, progress: &progress };
    let knowledge = Knowledge { intel: &intel, rules: &rules, brands: &brands };
    Ok(progress::shown(&progress, input.quiet, patience, || {
        examine::examine(plan, &knowledge, &options, &mut |_, _| {})
    }))
}

/// The findings that rest on the bundles, by object.
fn told(report: &Report, lines: &mut Vec<String>) -> Value {
    let mut by_object: BTreeMap<(String, String), u64> = BTreeMap::new();
    for finding in &report.findings {
        if finding.because.kind == BecauseKind::Indicator {
            let key = (finding.because.id.clone(), finding.title.clone());
            *by_object.entry(key).or_default() += 1;
        }
    }
    if by_object.is_empty() {
        lines.push("  nothing".into());
    }
    for ((id, title), count) in &by_object {
        lines.push(format!("  {title}: {count} findings ({id})"));
    }
    let list: Vec<Value> = by_object
        .iter()
        .map(|((id, title), count)| json!({"object": id, "title": title, "findings": count}))
        .collect();
    Value::Array(list)
}
