//! `tamarisk apk …`: looking into one app. One subcommand, one file; a line in [`ApkCommand`]
//! and in [`run`] registers it.

mod app;
mod document;
mod graph;
mod show;
mod text;
mod verify;

use crate::args::ListFormat;
use crate::confine;
use crate::failure::Failure;
use crate::yara;
use clap::{Args, Subcommand};
use std::fs::File;
use std::io::Write;
use std::path::{Path, PathBuf};

#[derive(Debug, Subcommand)]
pub(crate) enum ApkCommand {
    /// Say whether Android would take the app's signatures, and who signed
    #[command(after_help = "Exit codes: 0 verified, 1 not verified, 2 error (not a zip).")]
    Verify(VerifyArgs),
    /// Show what an app says of itself, what is odd about it, and who signed it
    ///
    /// FILE is an APK, or several as one app (.apks, .xapk, .apkm).
    #[command(after_help = "Exit codes: 0 shown, 2 error (not an app).")]
    Show(ShowArgs),
    /// Print the shortest chain of calls in the app's code that leads to a method
    ///
    /// FILE is an APK, or several as one app (.apks, .xapk, .apkm).
    #[command(after_help = "Exit codes: 0 there is one, 1 there is none, 2 error.")]
    Graph(GraphArgs),
}

impl ApkCommand {
    /// Whether a script asked, so that errors are told in JSON too.
    pub(crate) fn is_json(&self) -> bool {
        match self {
            ApkCommand::Verify(args) => args.format == ListFormat::Json,
            ApkCommand::Show(args) => args.format == ListFormat::Json,
            ApkCommand::Graph(args) => args.format == ListFormat::Json,
        }
    }
}

#[derive(Debug, Args)]
pub(crate) struct VerifyArgs {
    /// The app; its v4 signature is looked for in FILE.idsig
    #[arg(value_name = "FILE")]
    pub(crate) file: PathBuf,

    /// The least SDK version to answer for (default: the one that the manifest states)
    #[arg(long, value_name = "N")]
    pub(crate) min_sdk: Option<u32>,

    /// The greatest SDK version to answer for (default: no bound)
    #[arg(long, value_name = "N")]
    pub(crate) max_sdk: Option<u32>,

    /// How to print the verdict
    #[arg(long, value_enum, default_value_t = ListFormat::Text)]
    pub(crate) format: ListFormat,
}

#[derive(Debug, Args)]
pub(crate) struct ShowArgs {
    /// The app
    #[arg(value_name = "FILE")]
    pub(crate) file: PathBuf,

    /// Also hold it against your own YARA rules: a file of rules, or a folder of them (may be
    /// repeated; only in a program that was built with them)
    #[arg(long, value_name = "PATH")]
    pub(crate) yara: Vec<PathBuf>,

    /// How to print it
    #[arg(long, value_enum, default_value_t = ListFormat::Text)]
    pub(crate) format: ListFormat,
}

#[derive(Debug, Args)]
pub(crate) struct GraphArgs {
    /// The app
    #[arg(value_name = "FILE")]
    pub(crate) file: PathBuf,

    /// Class to start at as Android starts it, or a method of it: org.example.Main, org.example.Main.go
    /// (default: every component of the manifest)
    #[arg(long, value_name = "CLASS[.METHOD]")]
    pub(crate) from: Option<String>,

    /// Class and method to arrive at, of Android or of the app: android.media.AudioRecord.read
    #[arg(long, value_name = "CLASS.METHOD")]
    pub(crate) to: String,

    /// How to print it
    #[arg(long, value_enum, default_value_t = ListFormat::Text)]
    pub(crate) format: ListFormat,
}

/// Runs the subcommand; the exit code says what it came to.
pub(crate) fn run(command: &ApkCommand, out: &mut impl Write) -> Result<u8, Failure> {
    let file = match command {
        ApkCommand::Verify(args) => &args.file,
        ApkCommand::Show(args) => &args.file,
        ApkCommand::Graph(args) => &args.file,
    };
    let mut beside = file.clone().into_os_string();
    beside.push(".idsig");
    let scanner = match command {
        ApkCommand::Show(args) => yara::load(&args.yara)?,
        ApkCommand::Verify(_) | ApkCommand::Graph(_) => None,
    };
    // No other file is opened from here on, and no network reached, whatever the app brings about.
    let _confined = confine::reading(&[file, Path::new(&beside)], None)?;
    match command {
        ApkCommand::Verify(args) => verify::run(args, out),
        ApkCommand::Show(args) => show::run(args, scanner, out),
        ApkCommand::Graph(args) => graph::run(args, out),
    }
}

/// Opens a file that was named on the command line.
fn open(path: &Path) -> Result<File, Failure> {
    File::open(path).map_err(|error| {
        Failure::nothing_readable(format!("{} cannot be opened: {error}", path.display()))
    })
}
