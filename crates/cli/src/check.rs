//! `tamarisk check`: read, judge, report.

use crate::args::{CheckArgs, ReportFormat};
use crate::failure::Failure;
use crate::partial::{self, Resumed, Store};
use crate::save::Folder;
use crate::{input, interrupted, isolation, knowledge, progress, terminal, yara};
use detect::Knowledge;
use examine::{Options, Progress, Reader};
use jiff::Timestamp;
use report::{Report, Summary, Timeline};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// Memory for sorting the timeline, in bytes; beyond it, it is sorted in a temporary file.
const TIMELINE_MEMORY: usize = 8 << 20;

/// Examines what was given and prints the report; the exit code says what it came to.
pub(crate) fn run(args: &CheckArgs, out: &mut impl Write) -> Result<u8, Failure> {
    let now = args.now.unwrap_or_else(Timestamp::now);
    let folder = args.out.as_deref();
    let folder =
        folder.map(|dir| Folder::prepare(dir, args.overwrite, &args.custody)).transpose()?;
    let limits = args.input.limits.limits();
    let others: Vec<&Path> =
        args.advisory.iter().chain(&args.brands).map(PathBuf::as_path).collect();
    let stage = folder.as_ref().map(Folder::stage);
    let confined = || isolation::confined(&args.input, &others, &limits, stage);
    // Lists are hostile too. But a trust folder is written, and what compiles YARA rules needs more rights.
    let before = args.trust.is_none() && args.root.root.is_none() && args.yara.is_empty();
    let before = before.then(confined).transpose()?;
    let loaded = knowledge::load(args, now)?;
    let scanner = yara::load(&args.yara)?;
    let scans = scanner.is_some();
    let workers = match (scanner, before) {
        (Some(scanner), _) => isolation::scanning(&args.input, scanner)?,
        (None, Some(confined)) => confined,
        (None, None) => confined()?,
    };
    // What YARA finds depends on its rules, which records do not name: then none are kept.
    let keeps = args.out.clone().filter(|_| !scans);
    let heeded = interrupted::heed(workers.temporary(), on_interruption(args, keeps.clone()));
    let plan = input::plan(&args.input, &limits, &workers)?;
    let judged_by = format!("{:?}", loaded.intel.knowledge());
    let recipients = args.custody.recipients()?;
    let store = keeps
        .map(|out| Store::open(&out, recipients, &args.input.identity, &judged_by))
        .transpose()?;
    if let Some(store) = store.as_ref().filter(|store| store.earlier() > 0 && !args.input.quiet) {
        let earlier = store.earlier();
        terminal::complain(&format!(
            "an interrupted run has left what it read of {earlier} artifacts"
        ));
    }
    let resumed = store.as_ref().map(|store| Resumed::new(&workers, store));
    let reader: &dyn Reader = match &resumed {
        Some(resumed) => resumed,
        None => &workers,
    };

    let mut timeline = match (&folder, args.format) {
        (Some(_), _) => Some(Timeline::new(TIMELINE_MEMORY)),
        (None, ReportFormat::Html) => Some(Timeline::summary_only()),
        (None, ReportFormat::Text | ReportFormat::Json) => None,
    };
    let progress = Progress::default();
    let patience = Duration::from_secs(limits.total_seconds);
    let options =
        Options { threads: args.input.thread_count(), limits, now, reader, progress: &progress };
    let knowledge =
        Knowledge { intel: &loaded.intel, rules: &loaded.rules, brands: &loaded.brands };
    let report = progress::shown(&progress, args.input.quiet, patience, || {
        examine::examine(plan, &knowledge, &options, &mut |source, seen| {
            if let Some(timeline) = &mut timeline {
                timeline.add(source, seen);
            }
        })
    });

    // Files first: where they cannot be written, standard output holds the error and no report.
    let summary = match (folder, timeline) {
        (Some(folder), Some(timeline)) => Some(folder.save(&report, timeline)?),
        (_, timeline) => timeline.map(Timeline::into_summary),
    };
    drop(heeded);
    if let Some(store) = store {
        store.remove();
    }
    if args.custody.encrypts() {
        // Where standard output goes is not known; the report is where it was asked to be.
        writeln!(out, "{}", record::harmless::line(&report.statement)).map_err(Failure::output)?;
    } else {
        print(args, &report, summary.as_ref(), out)?;
    }
    Ok(report.exit_code())
}

/// What to say when a signal ends the run: what is kept, in which folder, and how to go on.
fn on_interruption(
    args: &CheckArgs,
    keeps: Option<PathBuf>,
) -> impl FnOnce() -> String + Send + 'static {
    let scans = !args.yara.is_empty();
    let sealed = args.custody.encrypts() && args.input.identity.is_empty();
    move || {
        let Some(out) = keeps else {
            let advice = if scans {
                ""
            } else {
                "; with --out DIR, the same command goes on where it ended"
            };
            return format!("interrupted: nothing is kept{advice}");
        };
        let with = if sealed { " with --identity FILE" } else { "" };
        let (count, folder) = partial::kept(&out);
        format!(
            "interrupted: what was read of {count} artifacts is kept in {}; the same command{with} goes on from there",
            folder.display()
        )
    }
}

fn print(
    args: &CheckArgs,
    report: &Report,
    summary: Option<&Summary>,
    out: &mut impl Write,
) -> Result<(), Failure> {
    let printed = match (args.format, summary) {
        (ReportFormat::Json, _) => report::json::write(out, report),
        (ReportFormat::Html, Some(summary)) => report::html::write(out, report, Some(summary)),
        (ReportFormat::Html | ReportFormat::Text, _) => {
            report::text::write(out, report, terminal::colour(args.color), terminal::width())
        }
    };
    printed.map_err(Failure::output)
}
