//! `cargo xtask corpora`: files that broke other readers of archives, databases and property lists, out of
//! the source packages of Debian, read by the real program with its worker processes. Nothing of them
//! is kept in the project. Not part of `cargo xtask test`: it asks for the network and for time.

mod lay;
mod page;
mod run;
mod source;

use crate::run::{cargo, succeed};
use crate::workspace::Workspace;
use anyhow::{Result, bail};
use source::CORPORA;
use std::fs;

/// What to write.
#[derive(clap::Args)]
pub(crate) struct Options {
    /// Write the table to docs/corpora.md
    #[arg(long)]
    write: bool,
}

/// Fetches and reads each corpus, prints what came of it, and fails if a worker crashed, took more than
/// five seconds for one artifact, or more than 256 MB. What cannot be had is told and skipped.
pub(crate) fn run(options: &Options) -> Result<()> {
    let workspace = Workspace::load()?;
    let base = workspace.target.join("corpora");
    fs::create_dir_all(&base)?;
    println!("corpora: building tamarisk");
    succeed(&mut cargo(&workspace.root, ["build", "--quiet", "--package", "cli"]))?;
    let program = workspace.target.join("debug").join("tamarisk");
    let mut rows = Vec::new();
    for corpus in CORPORA {
        let sources = match source::unpacked(&base, corpus.package) {
            Ok(sources) => sources,
            Err(error) => {
                println!("corpora: {}: skipped, it cannot be had: {error:#}", corpus.package);
                continue;
            }
        };
        let files = (corpus.files)(&sources.folder)?;
        println!("corpora: {} {}: {} files", corpus.package, sources.version, files.len());
        let laid = lay::out(&base.join("evidence").join(corpus.package), &files)?;
        let came = run::read(&program, &laid, &base)?;
        println!("  {came}");
        came.bad.iter().for_each(|one| println!("  {}", one.escape_debug()));
        rows.push(page::Row { corpus, version: sources.version, files: files.len(), came });
    }
    let page = page::page(&rows)?;
    println!("\n{page}");
    if options.write {
        fs::write(workspace.root.join("docs/corpora.md"), page)?;
    }
    let bad: Vec<&str> =
        rows.iter().filter(|row| row.came.is_bad()).map(|row| row.corpus.package).collect();
    if !bad.is_empty() {
        bail!("workers crashed, or took more than they may: {}", bad.join(", "));
    }
    Ok(())
}
