//! `cargo xtask fuzz`: the readers of hostile bytes under libFuzzer, one after the other. Not part
//! of `cargo xtask test`: it asks for a C++ compiler and for time.

mod build;
mod kept;
mod seeds;
mod table;
mod targets;
mod turn;

use crate::workspace::Workspace;
use anyhow::{Result, bail};
use kept::Kept;
use std::fs;
use targets::TARGETS;
use turn::Folders;

/// How long, and what.
#[derive(clap::Args)]
pub(crate) struct Options {
    /// Fuzz each target for so long; 0 runs none, and the table is of what was kept
    #[arg(long, default_value_t = 60, value_name = "N")]
    seconds: u64,
    /// Run only this target (may be given several times)
    #[arg(long, value_name = "TARGET", value_parser = TARGETS.iter().map(|target| target.name).collect::<Vec<_>>())]
    only: Vec<String>,
    /// Add what target/fuzz/results has to fuzz/results.json, and write the table of all to docs/fuzz.md
    #[arg(long)]
    write: bool,
    /// Only build
    #[arg(long, conflicts_with = "write")]
    build: bool,
}

/// Builds, seeds and runs each target, keeps and prints the figures, and fails if anything crashed.
pub(crate) fn run(options: &Options) -> Result<()> {
    let workspace = Workspace::load()?;
    let base = workspace.target.join("fuzz");
    let mut crashed = Vec::new();
    let asked = |name: &str| options.only.is_empty() || options.only.iter().any(|one| one == name);
    let runs = options.build || options.seconds > 0;
    for target in TARGETS.iter().filter(|target| runs && asked(target.name)) {
        println!("fuzz: {}: building", target.name);
        let program = build::build(&workspace, target.name)?;
        if options.build {
            continue;
        }
        let folders = Folders {
            corpus: base.join("corpus").join(target.name),
            seeds: base.join("seeds").join(target.name),
            crashes: base.join("crashes").join(target.name),
            log: base.join("logs").join(target.name),
        };
        let seeds = seeds::gather(&workspace, target, &folders.seeds)?;
        println!("fuzz: {}: {seeds} seeds, {} s", target.name, options.seconds);
        let dictionary = format!("fuzz/dictionaries/{}.dict", target.name);
        let dictionary = workspace.root.join(dictionary);
        let turn = turn::run(&program, &folders, &dictionary, target.max_len, options.seconds)?;
        println!("  {}", table::line(&turn));
        if let Some(crash) = &turn.crash {
            let log = folders.log.join("stderr");
            println!("  CRASH: {} (log: {})", crash.display(), log.display());
            crashed.push(target.name);
        }
        kept::keep(&base, Kept::now(target.name, seeds, turn, &workspace))?;
    }
    if options.build {
        return Ok(());
    }
    let record = workspace.root.join("fuzz/results.json");
    let all = kept::all(&base, &fs::read_to_string(&record)?, TARGETS)?;
    let page = table::page(&all)?;
    println!("\n{page}");
    if options.write {
        fs::write(record, serde_json::to_string_pretty(&all)? + "\n")?;
        fs::write(workspace.root.join("docs/fuzz.md"), page)?;
    }
    if !crashed.is_empty() {
        bail!("inputs were found that crash, hang or exhaust: {}", crashed.join(", "));
    }
    Ok(())
}
