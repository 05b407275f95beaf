//! `tamarisk brand …`: what is known of genuine apps.

mod add;
mod note;

use crate::failure::Failure;
use clap::{Args, Subcommand};
use std::io::Write;
use std::path::PathBuf;

#[derive(Debug, Subcommand)]
pub(crate) enum BrandCommand {
    /// Note of a genuine app that you hold: who signs it, which classes and methods are its own,
    /// which code it carries
    ///
    /// The file can be given to `tamarisk check --brands`. Be sure of where FILE came from:
    /// whatever it holds counts as genuine from then on.
    #[command(
        after_help = "Exit codes: 0 noted, 2 error (not an app, or its signature does not hold)."
    )]
    Add(AddArgs),
}

#[derive(Debug, Args)]
pub(crate) struct AddArgs {
    /// The genuine app, an APK
    #[arg(value_name = "FILE")]
    pub(crate) file: PathBuf,

    /// File to write, or to add this version to (default: print it)
    #[arg(short, long, value_name = "FILE.yaml")]
    pub(crate) output: Option<PathBuf>,

    /// Start of the names of the app's own classes (may be repeated; default: what is known of
    /// the app, else the first two parts of its package)
    #[arg(long, value_name = "PREFIX")]
    pub(crate) own: Vec<String>,

    /// Where the app was obtained, as others can check it (may be repeated)
    #[arg(long, value_name = "TEXT")]
    pub(crate) source: Vec<String>,

    /// A published report names an imitation of the app: findings then ask for a review
    #[arg(long)]
    pub(crate) imitated: bool,
}

/// Runs the subcommand; the exit code says what it came to.
pub(crate) fn run(command: &BrandCommand, out: &mut impl Write) -> Result<u8, Failure> {
    match command {
        BrandCommand::Add(args) => add::run(args, out),
    }
}
