//! The command line: one list that drives parsing and help.

use clap::{Args, Parser, Subcommand, ValueEnum};
use jiff::Timestamp;
use std::num::NonZeroUsize;
use std::path::PathBuf;

/// Finds mobile spyware in what a phone leaves behind. Works offline.
#[derive(Debug, Parser)]
#[command(name = "tamarisk", version, about, max_term_width = 100, after_help = EXIT_CODES)]
pub(crate) struct Cli {
    #[command(subcommand)]
    pub(crate) command: Command,
}

const EXIT_CODES: &str = "\
Exit codes:
  0  nothing matched, and all that this version reads was read
  1  findings (strong, review or exposure)
  2  error: nothing could be examined, or the command was not understood
  3  nothing matched, but not all was read

No result shows that a phone is free of spyware.";

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Examine acquisitions, bug reports and apps, and say what was found
    ///
    /// Each PATH is recognised by its content: an AndroidQF acquisition (folder, .zip, .zip.age),
    /// an Android bug report (zip, folder, bare text), an APK, or a folder that holds any of these.
    #[command(after_help = EXIT_CODES)]
    Check(CheckArgs),
    /// Show whether a report and its evidence are unchanged since the report was made
    #[command(after_help = "Exit codes: 0 nothing differs, 1 something differs, 2 error.")]
    Verify(crate::verify::VerifyArgs),
    /// Read evidence and print what was seen, one JSON record a line, without judging it
    #[command(after_help = "Exit codes: 0 all read, 2 error, 3 gaps.")]
    Read(ReadArgs),
    /// List what this version reads
    Formats(FormatsArgs),
    /// Look into one Android app: who signed it, and whether that holds
    #[command(subcommand)]
    Apk(crate::apk::ApkCommand),
    /// Note what a genuine app is made of, so that imitations of it can be told
    #[command(subcommand)]
    Brand(crate::brand::BrandCommand),
    /// Read, check, compare and hand on lists of indicators: STIX, MISP, CSV, YAML, text …
    #[command(subcommand)]
    Indicators(crate::indicators::IndicatorsCommand),
    /// Look into patterns and objects of STIX
    #[command(subcommand)]
    Stix(crate::stix::StixCommand),
}

#[derive(Debug, Args)]
pub(crate) struct CheckArgs {
    #[command(flatten)]
    pub(crate) input: InputArgs,

    /// How to print the report
    #[arg(long, value_enum, default_value_t = ReportFormat::Text)]
    pub(crate) format: ReportFormat,

    /// Also write report.html, report.json, timeline.csv, manifest.sha256 and what proves that they
    /// are whole (custody.*) into this folder
    #[arg(long, value_name = "DIR")]
    pub(crate) out: Option<PathBuf>,

    /// Replace reports that are already in the folder given with --out
    #[arg(long, requires = "out")]
    pub(crate) overwrite: bool,

    #[command(flatten)]
    pub(crate) custody: crate::save::CustodyArgs,

    /// Add indicators: a STIX bundle, a list of any format that `tamarisk indicators formats`
    /// names, or a folder of them (may be repeated)
    #[arg(long, value_name = "PATH")]
    pub(crate) advisory: Vec<PathBuf>,

    /// Add what you know of genuine apps: a file that `tamarisk brand add` wrote, or a folder of
    /// them (may be repeated)
    #[arg(long, value_name = "PATH")]
    pub(crate) brands: Vec<PathBuf>,

    /// Leave out the advisory that is built in
    #[arg(long)]
    pub(crate) no_builtin: bool,

    /// The time to hold validity and ages against, instead of the clock (RFC 3339)
    #[arg(long, value_name = "RFC3339")]
    pub(crate) now: Option<Timestamp>,

    /// When to use colour on the terminal (NO_COLOR is respected)
    #[arg(long, value_enum, default_value_t = Colour::Auto, value_name = "WHEN")]
    pub(crate) color: Colour,
}

#[derive(Debug, Args)]
pub(crate) struct ReadArgs {
    #[command(flatten)]
    pub(crate) input: InputArgs,

    /// How to print the records
    #[arg(long, value_enum, default_value_t = RecordFormat::Jsonl)]
    pub(crate) format: RecordFormat,
}

#[derive(Debug, Args)]
pub(crate) struct FormatsArgs {
    /// How to print the list
    #[arg(long, value_enum, default_value_t = ListFormat::Text)]
    pub(crate) format: ListFormat,
}

#[derive(Debug, Args)]
pub(crate) struct InputArgs {
    /// What to look at: files or folders
    #[arg(required = true, value_name = "PATH")]
    pub(crate) paths: Vec<PathBuf>,

    /// File with age identities (AGE-SECRET-KEY-…) that open encrypted acquisitions
    #[arg(long, value_name = "FILE")]
    pub(crate) identity: Vec<PathBuf>,

    /// File whose first line is the passphrase of encrypted acquisitions, or the password of
    /// Android backups; - for standard input (may be repeated)
    #[arg(long, value_name = "FILE")]
    pub(crate) passphrase_file: Vec<PathBuf>,

    /// How many threads read (default: as many as there are cores)
    #[arg(long, value_name = "N")]
    pub(crate) threads: Option<NonZeroUsize>,

    /// Show no progress
    #[arg(long, short)]
    pub(crate) quiet: bool,
}

impl InputArgs {
    /// How many threads to read with.
    pub(crate) fn thread_count(&self) -> usize {
        let cores = std::thread::available_parallelism();
        self.threads.or(cores.ok()).map_or(1, NonZeroUsize::get)
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum ReportFormat {
    /// For people, on a terminal
    Text,
    /// The document tamarisk.report/1
    Json,
    /// One page without scripts or network access
    Html,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum RecordFormat {
    /// tamarisk.record/1, one record a line
    Jsonl,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum ListFormat {
    /// For people
    Text,
    /// For scripts
    Json,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Colour {
    /// On a terminal only
    Auto,
    /// Always
    Always,
    /// Never
    Never,
}
