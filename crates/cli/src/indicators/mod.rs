//! `tamarisk indicators …`: what the field publishes, read, checked and handed on. One
//! subcommand, one file; a line in [`IndicatorsCommand`] and in [`run`] registers it.

mod diff;
mod export;
mod formats;
mod import;
mod index;
mod lint;
mod show;
mod sources;

pub(crate) use sources::{Files, ListFile, genuine};

use crate::args::ListFormat;
use crate::confine;
use crate::failure::Failure;
use crate::stage::Target;
use clap::{Args, Subcommand, ValueEnum};
use jiff::Timestamp;
use lists::{Given, Import, Publication};
use std::io::Write;
use std::path::{Path, PathBuf};

#[derive(Debug, Subcommand)]
pub(crate) enum IndicatorsCommand {
    /// Read lists of any known format into one STIX 2.1 bundle, each value with its provenance
    #[command(after_help = "Exit codes: 0 all was understood, 1 a part was not (it is listed), \
                            2 error.")]
    Import(ImportArgs),
    /// Say what is wrong with a list: each diagnostic with a code (docs/lint-codes.md) and a place
    #[command(after_help = "Exit codes: 0 nothing, 1 diagnostics, 2 error.")]
    Lint(LintArgs),
    /// Show what a list holds
    #[command(after_help = "Exit codes: 0 shown, 2 error.")]
    Show(ShowArgs),
    /// Compare what two lists name and say
    #[command(after_help = "Exit codes: 0 no difference, 1 differences, 2 error.")]
    Diff(DiffArgs),
    /// Write lists in the form of another tool, and list what that form leaves out
    #[command(after_help = "Exit codes: 0 all was written, 1 a part was left out, 2 error.")]
    Export(ExportArgs),
    /// Prepare an index of lists, which `check --advisory` opens at once however large it is
    #[command(after_help = "Exit codes: 0 written, 2 error.")]
    Index(IndexArgs),
    /// List the formats that are read
    Formats(FormatsArgs),
}

impl IndicatorsCommand {
    /// Whether a script asked, so that errors are told in JSON too.
    pub(crate) fn is_json(&self) -> bool {
        let format = match self {
            IndicatorsCommand::Import(args) => args.format,
            IndicatorsCommand::Lint(args) => args.format,
            IndicatorsCommand::Show(args) => args.format,
            IndicatorsCommand::Diff(args) => args.format,
            IndicatorsCommand::Export(_) | IndicatorsCommand::Index(_) => return false,
            IndicatorsCommand::Formats(args) => args.format,
        };
        format == ListFormat::Json
    }
}

#[derive(Debug, Args)]
pub(crate) struct ImportArgs {
    #[command(flatten)]
    pub(crate) sources: SourceArgs,

    /// The bundle to write; - for standard output
    #[arg(long, short, value_name = "FILE")]
    pub(crate) output: PathBuf,

    /// How to tell what was read
    #[arg(long, value_enum, default_value_t = ListFormat::Text)]
    pub(crate) format: ListFormat,
}

#[derive(Debug, Args)]
pub(crate) struct SourceArgs {
    /// Lists: files, or folders that are walked
    #[arg(required = true, value_name = "SOURCE")]
    pub(crate) paths: Vec<PathBuf>,

    /// Who published lists that do not say so themselves
    #[arg(long, value_name = "NAME")]
    pub(crate) source: Option<String>,

    /// Where that can be read
    #[arg(long, value_name = "URL", requires = "source")]
    pub(crate) url: Option<String>,

    /// When it was published (YYYY-MM-DD)
    #[arg(long, value_name = "DATE")]
    pub(crate) date: Option<jiff::civil::Date>,

    /// The family that values without one belong to
    #[arg(long, value_name = "NAME")]
    pub(crate) family: Option<String>,

    /// The time that stands for values without a date, instead of the clock (RFC 3339)
    #[arg(long, value_name = "RFC3339")]
    pub(crate) now: Option<Timestamp>,
}

impl SourceArgs {
    fn given(&self) -> Given {
        let publication =
            self.source.clone().map(|name| Publication { name, url: self.url.clone() });
        let date = self.date.map(|date| date.to_string());
        Given { publication, date, family: self.family.clone() }
    }

    fn now(&self) -> Timestamp {
        self.now.unwrap_or_else(Timestamp::now)
    }

    /// Reads all of it, warning lists applied.
    fn read(&self) -> Result<(Import, Files), Failure> {
        let mut files = Files::below(&self.paths)?;
        let mut import = Import::with_genuine(genuine());
        files.read_into(&mut import, &self.given())?;
        import.suppress();
        import.mark_objects();
        Ok((import, files))
    }
}

#[derive(Debug, Args)]
pub(crate) struct LintArgs {
    /// The list
    #[arg(value_name = "FILE")]
    pub(crate) file: PathBuf,

    /// MISP warning lists to hold it against: files or folders (may be repeated)
    #[arg(long, value_name = "PATH")]
    pub(crate) warninglist: Vec<PathBuf>,

    /// The time to hold ends of validity against, instead of the clock (RFC 3339)
    #[arg(long, value_name = "RFC3339")]
    pub(crate) now: Option<Timestamp>,

    /// How to print the diagnostics
    #[arg(long, value_enum, default_value_t = ListFormat::Text)]
    pub(crate) format: ListFormat,
}

#[derive(Debug, Args)]
pub(crate) struct ShowArgs {
    #[command(flatten)]
    pub(crate) sources: SourceArgs,

    /// How to print it
    #[arg(long, value_enum, default_value_t = ListFormat::Text)]
    pub(crate) format: ListFormat,
}

#[derive(Debug, Args)]
pub(crate) struct DiffArgs {
    /// The list as it was: a file or folder
    #[arg(value_name = "BEFORE")]
    pub(crate) before: PathBuf,

    /// The list as it is: a file or folder
    #[arg(value_name = "AFTER")]
    pub(crate) after: PathBuf,

    /// How to print the differences
    #[arg(long, value_enum, default_value_t = ListFormat::Text)]
    pub(crate) format: ListFormat,
}

#[derive(Debug, Args)]
pub(crate) struct ExportArgs {
    #[command(flatten)]
    pub(crate) sources: SourceArgs,

    /// The form to write
    #[arg(long, value_enum)]
    pub(crate) to: ExportFormat,

    /// The file to write; - for standard output
    #[arg(long, short, value_name = "FILE", default_value = "-")]
    pub(crate) output: PathBuf,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum ExportFormat {
    /// STIX 2.1 bundle
    Stix,
    /// MISP event JSON
    Misp,
    /// Table, one value a row
    Csv,
    /// STIX 2.1 bundle in the dialect that MVT understands
    Mvt,
}

#[derive(Debug, Args)]
pub(crate) struct IndexArgs {
    /// Lists: files, or folders that are walked
    #[arg(required = true, value_name = "SOURCE")]
    pub(crate) paths: Vec<PathBuf>,

    /// The index to write
    #[arg(long, short, value_name = "FILE")]
    pub(crate) output: PathBuf,

    /// The time that stands for values without a date, instead of the clock (RFC 3339)
    #[arg(long, value_name = "RFC3339")]
    pub(crate) now: Option<Timestamp>,
}

#[derive(Debug, Args)]
pub(crate) struct FormatsArgs {
    /// How to print the list
    #[arg(long, value_enum, default_value_t = ListFormat::Text)]
    pub(crate) format: ListFormat,
}

/// Runs the subcommand; the exit code says what it came to. Lists are hostile too: nothing but them can be
/// read, and nothing but the output written, from here on.
pub(crate) fn run(command: &IndicatorsCommand, out: &mut impl Write) -> Result<u8, Failure> {
    let (lists, output): (Vec<&PathBuf>, Option<&PathBuf>) = match command {
        IndicatorsCommand::Import(args) => {
            (args.sources.paths.iter().collect(), Some(&args.output))
        }
        IndicatorsCommand::Lint(args) => {
            (args.warninglist.iter().chain([&args.file]).collect(), None)
        }
        IndicatorsCommand::Show(args) => (args.sources.paths.iter().collect(), None),
        IndicatorsCommand::Diff(args) => (vec![&args.before, &args.after], None),
        IndicatorsCommand::Export(args) => {
            (args.sources.paths.iter().collect(), Some(&args.output))
        }
        IndicatorsCommand::Index(args) => (args.paths.iter().collect(), Some(&args.output)),
        IndicatorsCommand::Formats(_) => Default::default(),
    };
    let target = output.map_or(Ok(Target::Standard), |output| Target::of(output))?;
    let lists: Vec<&Path> = lists.into_iter().map(PathBuf::as_path).collect();
    let _confined = confine::reading(&lists, target.stage())?;
    match command {
        IndicatorsCommand::Import(args) => import::run(args, &target, out),
        IndicatorsCommand::Lint(args) => lint::run(args, out),
        IndicatorsCommand::Show(args) => show::run(args, out),
        IndicatorsCommand::Diff(args) => diff::run(args, out),
        IndicatorsCommand::Export(args) => export::run(args, &target, out),
        IndicatorsCommand::Index(args) => index::run(args, &target, out),
        IndicatorsCommand::Formats(args) => formats::run(args, out),
    }
}

/// Prints a document as JSON.
fn json(document: &impl serde::Serialize, out: &mut impl Write) -> Result<(), Failure> {
    record::json::write_pretty(out, document).map_err(Failure::output)
}
