//! The command line of `tamarisk advisory`: its subcommands, and the arguments that several share. What one
//! takes stands in its own file.

use super::assemble::AssembleArgs;
use super::diff::DiffArgs;
use super::edit::EditArgs;
use super::init::InitArgs;
use super::keygen::KeygenArgs;
use super::lint::LintArgs;
use super::new::NewArgs;
use super::preview::PreviewArgs;
use super::publish::PublishArgs;
use super::pull::PullArgs;
use super::request::RequestArgs;
use super::revoke::RevokeArgs;
use super::rotate::RotateArgs;
use super::show::ShowArgs;
use super::sign::SignArgs;
use super::verify::VerifyArgs;
use crate::args::ListFormat;
use crate::failure::Failure;
use clap::{Args, Subcommand, ValueEnum};
use jiff::{SignedDuration, Timestamp};
use std::path::PathBuf;

const PLAIN: &str = "Exit codes: 0 done, 2 error.";

#[derive(Debug, Subcommand)]
pub(crate) enum AdvisoryCommand {
    /// Make a key: a file that only a passphrase opens, and its public part beside it
    #[command(after_help = PLAIN)]
    Keygen(KeygenArgs),
    /// Set up a workshop: who the agencies are, and how many of them must sign jointly
    #[command(after_help = PLAIN)]
    Init(InitArgs),
    /// Begin an advisory in the workshop
    #[command(after_help = PLAIN)]
    New(NewArgs),
    /// Add to a draft: objects, translations, pages of rules; change its title or TLP
    #[command(after_help = PLAIN)]
    Edit(EditArgs),
    /// Say what is wrong with a draft
    #[command(after_help = "Exit codes: 0 nothing, 1 diagnostics, 2 error.")]
    Lint(LintArgs),
    /// Run a draft against evidence, and show what it would have found
    #[command(after_help = "\
Exit codes: 0 shown, 1 something of the evidence of ordinary phones matches, 2 error.")]
    Preview(PreviewArgs),
    /// Write a file of what is to be signed, to carry to those who hold keys
    #[command(after_help = PLAIN)]
    RequestSignatures(RequestArgs),
    /// Look at a request, and sign it
    #[command(after_help = "\
Exit codes: 0 signed, 1 evidence of ordinary phones matches and nothing was signed, 2 error.

Without --yes the summary is shown, and the word yes is asked for on the terminal.")]
    Sign(SignArgs),
    /// Check signatures, and join them to what they are for
    #[command(after_help = "\
Exit codes: 0 all that is staged can be published, 1 signatures are still missing, 2 error.")]
    Assemble(AssembleArgs),
    /// Publish what is signed, or renew the timestamp, into a folder that any web server or USB
    /// stick can carry
    #[command(after_help = PLAIN)]
    Publish(PublishArgs),
    /// Take what a mirror offers into a trust folder
    #[command(after_help = "Exit codes: 0 taken, 2 refused, or error.")]
    Pull(PullArgs),
    /// Verify a mirror
    #[command(after_help = "\
Exit codes: 0 verified, 2 refused, or error, 3 verified, and expired since it was accepted.")]
    Verify(VerifyArgs),
    /// Show a workshop, a request, a root, a public key or a trust folder
    #[command(after_help = PLAIN)]
    Show(ShowArgs),
    /// Compare two bundles: objects added, changed and withdrawn
    #[command(after_help = "Exit codes: 0 no difference, 1 differences, 2 error.")]
    Diff(DiffArgs),
    /// Withdraw indicators or other objects in a draft
    #[command(after_help = PLAIN)]
    Revoke(RevokeArgs),
    /// Replace a key that was lost, or is in the wrong hands
    #[command(after_help = PLAIN)]
    RotateKey(RotateArgs),
}

impl AdvisoryCommand {
    /// Whether a script asked, so that errors are told in JSON too.
    pub(crate) fn is_json(&self) -> bool {
        use AdvisoryCommand as C;
        let output = match self {
            C::Keygen(a) => &a.output,
            C::Init(a) => &a.run.output,
            C::New(a) => &a.run.output,
            C::Edit(a) => &a.output,
            C::Lint(a) => &a.run.output,
            C::Preview(a) => &a.run.output,
            C::RequestSignatures(a) => &a.run.output,
            C::Sign(a) => &a.run.output,
            C::Assemble(a) => &a.output,
            C::Publish(a) => &a.run.output,
            C::Pull(a) => &a.run.output,
            C::Verify(a) => &a.run.output,
            C::Show(a) => &a.run.output,
            C::Diff(a) => &a.output,
            C::Revoke(a) => &a.run.output,
            C::RotateKey(a) => &a.run.output,
        };
        output.format == ListFormat::Json
    }
}

/// For whom it is told.
#[derive(Clone, Debug, Args)]
pub(crate) struct OutputArgs {
    /// How to tell what was done
    #[arg(long, value_enum, default_value_t = ListFormat::Text)]
    pub(crate) format: ListFormat,
}

/// What most subcommands go by: the time, and for whom it is told.
#[derive(Debug, Args)]
pub(crate) struct RunArgs {
    /// The time to go by, instead of the clock (RFC 3339)
    #[arg(long, value_name = "RFC3339")]
    now: Option<Timestamp>,

    #[command(flatten)]
    pub(crate) output: OutputArgs,
}

impl RunArgs {
    pub(crate) fn now(&self) -> Timestamp {
        self.now.unwrap_or_else(Timestamp::now)
    }
}

/// How long what is made is to be valid.
#[derive(Debug, Args)]
pub(crate) struct ValidArgs {
    /// For how many days what is staged now is to be valid
    #[arg(long, default_value_t = 365, value_name = "N")]
    days: u16,
}

impl ValidArgs {
    /// The end of it.
    pub(crate) fn until(&self, now: Timestamp) -> Result<Timestamp, Failure> {
        let span = SignedDuration::from_hours(24 * i64::from(self.days));
        now.checked_add(span).map_err(|error| Failure::usage(format!("--days: {error}")))
    }
}

/// A workshop.
#[derive(Debug, Args)]
pub(crate) struct WorkArgs {
    /// The workshop
    #[arg(value_name = "WORK")]
    pub(crate) work: PathBuf,
}

/// A draft in a workshop.
#[derive(Debug, Args)]
pub(crate) struct DraftArgs {
    /// The workshop
    #[arg(value_name = "WORK")]
    pub(crate) work: PathBuf,

    /// The advisory: the role that says it (joint, or an agency's id), a slash, and its name
    #[arg(value_name = "ROLE/NAME")]
    pub(crate) advisory: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Tlp {
    /// TLP:CLEAR
    Clear,
    /// TLP:GREEN
    Green,
    /// TLP:AMBER
    Amber,
    /// TLP:AMBER+STRICT
    AmberStrict,
    /// TLP:RED
    Red,
}

impl Tlp {
    /// As people write it.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Tlp::Clear => "TLP:CLEAR",
            Tlp::Green => "TLP:GREEN",
            Tlp::Amber => "TLP:AMBER",
            Tlp::AmberStrict => "TLP:AMBER+STRICT",
            Tlp::Red => "TLP:RED",
        }
    }
}

/// What trust begins with.
#[derive(Clone, Debug, Default, Args)]
pub(crate) struct RootArgs {
    /// The root metadata that trust begins with, where the trust folder holds none yet
    #[arg(long, value_name = "FILE")]
    pub(crate) root: Option<PathBuf>,

    /// The 24 words of that root, as its makers read them out; it is refused if they are others
    #[arg(long, value_name = "WORDS")]
    pub(crate) root_words: Option<String>,
}
