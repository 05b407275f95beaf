//! The figures as a line and as a Markdown page.

use super::kept::Kept;
use super::targets::TARGETS;
use super::turn::Turn;
use crate::machine;
use anyhow::Result;
use std::collections::BTreeSet;
use std::fmt::Write as _;

const HEAD: &str = "# Fuzzing

Written by `cargo xtask fuzz --write`. Each target of `fuzz/` runs under libFuzzer, one process,
from seeds out of the crates' fixtures and testkit's builders, with the checks of sums and indexes
on, no input above the target's length, 10 s and 1 GiB. Beside not crashing, targets assert what
must hold of any input (what is printed reads as the same; what is not read whole leaves a gap;
and so on: the file of each tells). Edges are branches of the program that were taken. A row is a
target at a commit; what other machines and days came to is kept in `fuzz/results.json`. What crashed
is mended at the commit of the target's next row.
";

/// One turn, in a line.
pub(super) fn line(turn: &Turn) -> String {
    format!(
        "{} executions in {} s ({} CPU s), {} a second, {} edges, {} inputs kept, {} MB",
        turn.executions,
        turn.seconds,
        turn.cpu_seconds,
        turn.per_second,
        turn.edges,
        turn.corpus,
        turn.peak_mb
    )
}

/// The whole page: what the turns of each target came to.
pub(super) fn page(all: &[Kept]) -> Result<String> {
    let mut text = String::from(HEAD);
    let machine = machine::describe()?;
    let run: BTreeSet<&str> = all.iter().map(|kept| kept.target.as_str()).collect();
    let with = if all.iter().all(|kept| kept.shared) { "with" } else { "without all" };
    let _ = writeln!(
        text,
        "\nWritten on {machine}, {with} seeds of ../shared. {} of {} targets of this list were run.\n",
        run.len(),
        TARGETS.len()
    );
    text += "| target | date | commit | seeds | seconds | CPU seconds | executions | a second | edges \
        | inputs kept | peak MB | crashes |\n";
    text += "|---|---|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|\n";
    for Kept { target, date, commit, seeds, turn, .. } in all {
        let Turn { executions, per_second, edges, corpus, peak_mb, crash, seconds, cpu_seconds } =
            turn;
        let crashes = usize::from(crash.is_some());
        let _ = writeln!(
            text,
            "| {target} | {date} | {commit} | {seeds} | {seconds} | {cpu_seconds} | {executions} \
             | {per_second} | {edges} | {corpus} | {peak_mb} | {crashes} |"
        );
    }
    let sum = |of: fn(&Turn) -> u64| all.iter().map(|kept| of(&kept.turn)).sum::<u64>();
    let (executions, cpu) = (sum(|turn| turn.executions), sum(|turn| turn.cpu_seconds));
    let _ = writeln!(
        text,
        "\n{executions} executions in all, in {cpu} CPU seconds ({}.{} hours).",
        cpu / 3600,
        cpu % 3600 / 360
    );
    Ok(text)
}
