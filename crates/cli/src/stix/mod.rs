//! `tamarisk stix`: patterns and objects of STIX, looked at by themselves.

mod format;
mod matches;
mod source;
mod validate;

use crate::args::ListFormat;
use crate::confine;
use crate::failure::Failure;
use ::stix::pattern::{PatternError, Version};
use clap::{Args, Subcommand, ValueEnum};
use std::io::Write;
use std::path::PathBuf;

#[derive(Debug, Subcommand)]
pub(crate) enum StixCommand {
    /// Hold a pattern against observed data
    #[command(after_help = "Exit codes: 0 the pattern matches, 1 it does not, 2 error.")]
    Match(MatchArgs),
    /// Print a pattern in its canonical form
    #[command(after_help = "Exit codes: 0 it is a pattern, 2 it is none.")]
    Format(FormatArgs),
    /// Hold objects against the specification
    #[command(after_help = "\
Exit codes: 0 nothing that the specification demands is missed, 1 something is, 2 error.

Objects are judged by the edition they state: without spec_version, by STIX 2.0, but \
cyber-observable objects by STIX 2.1.")]
    Validate(ValidateArgs),
}

#[derive(Debug, Args)]
pub(crate) struct ValidateArgs {
    /// A bundle, a list of objects, an object, or lines of these; - for standard input
    #[arg(value_name = "FILE")]
    file: PathBuf,

    /// Take recommendations (SHOULD) for demands
    #[arg(long)]
    strict: bool,

    /// How to print the answer
    #[arg(long, value_enum, default_value_t = ListFormat::Text)]
    format: ListFormat,
}

#[derive(Debug, Args)]
pub(crate) struct MatchArgs {
    #[command(flatten)]
    pattern: PatternArgs,

    /// Observed data: an observed-data object, a bundle, or a list or lines of these; - for
    /// standard input
    #[arg(long, value_name = "FILE")]
    observed: PathBuf,

    /// How to print the answer
    #[arg(long, value_enum, default_value_t = ListFormat::Text)]
    format: ListFormat,
}

#[derive(Debug, Args)]
pub(crate) struct FormatArgs {
    #[command(flatten)]
    pattern: PatternArgs,

    /// How to print the answer
    #[arg(long, value_enum, default_value_t = ListFormat::Text)]
    format: ListFormat,
}

#[derive(Debug, Args)]
struct PatternArgs {
    /// The pattern
    #[arg(long, value_name = "P", allow_hyphen_values = true)]
    pattern: String,

    /// Which edition of the pattern language
    #[arg(long, value_enum, default_value_t = Edition::V21, value_name = "VERSION")]
    stix_version: Edition,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Edition {
    /// STIX 2.0
    #[value(name = "2.0")]
    V20,
    /// STIX 2.1
    #[value(name = "2.1")]
    V21,
}

impl StixCommand {
    /// Whether scripts read the answer.
    pub(crate) fn is_json(&self) -> bool {
        let format = match self {
            StixCommand::Match(args) => args.format,
            StixCommand::Format(args) => args.format,
            StixCommand::Validate(args) => args.format,
        };
        format == ListFormat::Json
    }
}

/// Does what is asked; the exit code says how it came out.
pub(crate) fn run(command: &StixCommand, out: &mut impl Write) -> Result<u8, Failure> {
    let file = match command {
        StixCommand::Match(args) => Some(args.observed.as_path()),
        StixCommand::Format(_) => None,
        StixCommand::Validate(args) => Some(args.file.as_path()),
    };
    // No other file is opened from here on, and none written, whatever lies in it.
    let _confined = confine::reading(&file.into_iter().collect::<Vec<_>>(), None)?;
    match command {
        StixCommand::Match(args) => matches::run(args, out),
        StixCommand::Format(args) => format::run(args, out),
        StixCommand::Validate(args) => validate::run(args, out),
    }
}

impl PatternArgs {
    fn parse(&self) -> Result<::stix::pattern::Pattern, Failure> {
        let version = match self.stix_version {
            Edition::V20 => Version::V20,
            Edition::V21 => Version::V21,
        };
        ::stix::pattern::Pattern::parse(&self.pattern, version).map_err(refused)
    }
}

/// A pattern that is none, or cannot be held against anything.
fn refused(error: PatternError) -> Failure {
    Failure::placed(error.code.as_str(), error.offset as u64, &error.expected, &error)
}
