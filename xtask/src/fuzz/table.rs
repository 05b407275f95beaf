//! The figures as a line and as a Markdown page.

use super::turn::Turn;
use crate::machine;
use crate::workspace::Workspace;
use anyhow::Result;
use jiff::Timestamp;
use std::fmt::Write as _;

const HEAD: &str = "# Fuzzing

Written by `cargo xtask fuzz --write`. Each target of `fuzz/` runs under libFuzzer, one process,
from seeds out of the crates' fixtures and testkit's builders, with the checks of sums and indexes
on, no input above the target's length, 10 s and 1 GiB. Beside not crashing, targets assert what
must hold of any input (what is printed reads as the same; what is not read whole leaves a gap;
and so on: the file of each tells). Edges are branches of the program that were taken.
";

/// One turn, in a line.
pub(super) fn line(turn: &Turn) -> String {
    format!(
        "{} executions, {} a second, {} edges, {} inputs kept, {} MB",
        turn.executions, turn.per_second, turn.edges, turn.corpus, turn.peak_mb
    )
}

/// The whole page: target, seeds, turn.
pub(super) fn page(
    lines: &[(&str, usize, Turn)],
    seconds: u64,
    workspace: &Workspace,
) -> Result<String> {
    let mut text = String::from(HEAD);
    let date = Timestamp::now().strftime("%F").to_string();
    let with = if workspace.shared().is_some() { "with" } else { "without" };
    let (machine, commit) = (machine::describe()?, machine::commit(&workspace.root));
    let _ = writeln!(
        text,
        "\n{date}, commit {commit}, {seconds} s for each target, {with} seeds of ../shared, on {machine}.\n"
    );
    text +=
        "| target | seeds | executions | a second | edges | inputs kept | peak MB | crashes |\n";
    text += "|---|--:|--:|--:|--:|--:|--:|--:|\n";
    for (name, seeds, turn) in lines {
        let Turn { executions, per_second, edges, corpus, peak_mb, crash } = turn;
        let crashes = usize::from(crash.is_some());
        let _ = writeln!(
            text,
            "| {name} | {seeds} | {executions} | {per_second} | {edges} | {corpus} | {peak_mb} | {crashes} |"
        );
    }
    let all: u64 = lines.iter().map(|(_, _, turn)| turn.executions).sum();
    let _ = writeln!(text, "\n{all} executions in all.");
    Ok(text)
}
