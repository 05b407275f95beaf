//! What came of the corpora, as a Markdown page.

use super::run::Came;
use super::source::{CORPORA, Corpus};
use crate::machine;
use anyhow::Result;
use jiff::Timestamp;
use std::fmt::Write as _;

const HEAD: &str = "# Malformed corpora of others

Written by `cargo xtask corpora --write`. Files that other projects test their readers with, many of
them found by fuzzing, out of Debian's source packages (bookworm); none of them is kept in this
project. Each lies in an acquisition where the parser reads it that is fit for it (zips as apps,
databases as those of browsers and messengers, all else as logs); zips once more as bug reports in a
bug report, where each member is inflated; and but for the databases each is handed in by itself,
archives of tar also as Android backups. So most are counted more than once. The program is a build with
checks of sums and indexes on; worker processes read, with `--limit seconds=5 --limit memory=256M`.
There is no reader of property lists, 7z, rar, cpio and the like: those files are hashed and named as not
read.

A crash, more than 5 s for one artifact, or more than 256 MB in one worker fails the command.
";

/// A corpus and what came of it.
pub(super) struct Row<'c> {
    pub(super) corpus: &'c Corpus,
    pub(super) version: String,
    pub(super) files: usize,
    pub(super) came: Came,
}

/// The whole page.
pub(super) fn page(rows: &[Row<'_>]) -> Result<String> {
    let mut text = String::from(HEAD);
    let date = Timestamp::now().strftime("%F").to_string();
    let _ = writeln!(text, "\n{date}, on {}.\n", machine::describe()?);
    text += "| package | files | artifacts in the end | gaps | crashed | over 5 s | over 256 MB \
        | largest process, MB | CPU s |\n|---|--:|---|--:|--:|--:|--:|--:|--:|\n";
    for Row { corpus, version, files, came } in rows {
        let _ = writeln!(
            text,
            "| {} {version} | {files} | {} | {} | {} | {} | {} | {} | {} |",
            corpus.package,
            came.ended(),
            came.gaps,
            came.crashed,
            came.too_long,
            came.too_much,
            came.peak_mb,
            came.cpu.as_secs()
        );
    }
    let _ = writeln!(text, "\nWhat is taken of each:\n");
    for Corpus { package, what, .. } in CORPORA {
        let _ = writeln!(text, "- {package}: {what}");
    }
    let missing = CORPORA.len() - rows.len();
    if missing > 0 {
        let _ = writeln!(text, "\n{missing} of them could not be had.");
    }
    Ok(text)
}
