//! What it costs to refuse 4 MB that inflate to 4 GB, in every form that testkit lays.

use super::{Bench, measure};
use crate::run::{cargo, shown};
use crate::workspace::Workspace;
use anyhow::{Context, Result, bail};
use std::fmt::Write as _;
use std::process::Command;

/// At most so many seconds on the clock, and so many MB in any process.
const TARGET: &str = "| target | < 2 | < 128 |\n";

/// The rows as a Markdown table; empty where only others are asked for.
pub(super) fn markdown(bench: &Bench<'_>, workspace: &Workspace) -> Result<String> {
    if bench.options.only.as_deref().is_some_and(|text| !"bombs".contains(text)) {
        return Ok(String::new());
    }
    println!("bench: bombs");
    let folder = workspace.target.join("bench-inputs/bombs");
    let mut lay = cargo(
        &workspace.root,
        ["run", "--quiet", "--locked", "--package", "testkit", "--bin", "make-bombs", "--"],
    );
    let output = lay.arg(&folder).output().with_context(|| shown(&lay))?;
    if !output.status.success() {
        bail!("{}: {}", shown(&lay), String::from_utf8_lossy(&output.stderr));
    }
    let mut text = String::from(
        "\n| 4 MB that inflate to 4 GB, as | on the clock, s | memory of the largest process, MB \
         |\n|---|--:|--:|\n",
    );
    for line in String::from_utf8(output.stdout)?.lines() {
        let mut words = line.split('\t');
        let (Some(name), Some(path)) = (words.next(), words.next()) else { bail!("{line}") };
        let mut command = Command::new(&bench.ours);
        command.args(["check", path, "--format", "json", "--limit", "memory=128M"]).args(words);
        let mut worst: Option<measure::Usage> = None;
        for _ in 0..bench.options.runs.max(1) {
            let usage = measure::run(&command, &bench.fresh_out()?, 0)?;
            usage.expect_exit(&[0, 3])?;
            println!("  {name}: {usage}");
            worst = worst.filter(|worst| worst.wall > usage.wall).or(Some(usage));
        }
        if let Some(worst) = worst {
            let (wall, peak) = (worst.wall.as_secs_f64(), worst.megabytes());
            let _ = writeln!(text, "| {} | {wall:.2} | {peak} |", name.replace('-', " "));
        }
    }
    text.push_str(TARGET);
    println!("{text}");
    Ok(text)
}
