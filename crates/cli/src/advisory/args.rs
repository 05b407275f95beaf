//! The command line of `tamarisk advisory`.

use crate::args::{InputArgs, ListFormat};
use clap::{Args, Subcommand, ValueEnum};
use jiff::Timestamp;
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
            C::Init(a) => &a.output,
            C::New(a) => &a.output,
            C::Edit(a) => &a.output,
            C::Lint(a) => &a.output,
            C::Preview(a) => &a.output,
            C::RequestSignatures(a) => &a.output,
            C::Sign(a) => &a.output,
            C::Assemble(a) => &a.output,
            C::Publish(a) => &a.output,
            C::Pull(a) => &a.output,
            C::Verify(a) => &a.output,
            C::Show(a) => &a.output,
            C::Diff(a) => &a.output,
            C::Revoke(a) => &a.output,
            C::RotateKey(a) => &a.output,
        };
        output.format == ListFormat::Json
    }
}

#[derive(Clone, Debug, Args)]
pub(crate) struct OutputArgs {
    /// How to tell what was done
    #[arg(long, value_enum, default_value_t = ListFormat::Text)]
    pub(crate) format: ListFormat,
}

#[derive(Debug, Args)]
pub(crate) struct TimeArgs {
    /// The time to go by, instead of the clock (RFC 3339)
    #[arg(long, value_name = "RFC3339")]
    pub(crate) now: Option<Timestamp>,
}

impl TimeArgs {
    pub(crate) fn now(&self) -> Timestamp {
        self.now.unwrap_or_else(Timestamp::now)
    }
}

/// A secret key and what opens it.
#[derive(Debug, Args)]
pub(crate) struct KeyArgs {
    /// The key file
    #[arg(long, value_name = "FILE")]
    pub(crate) key: PathBuf,

    /// File whose first line is its passphrase; - for standard input
    #[arg(long, value_name = "FILE")]
    pub(crate) passphrase_file: Option<PathBuf>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum KeyKind {
    /// Ed25519
    Ed25519,
    /// ECDSA on P-256, for what cannot do Ed25519
    P256,
}

#[derive(Debug, Args)]
pub(crate) struct KeygenArgs {
    /// The key file to write; the public part is written beside it, as FILE.pub
    #[arg(value_name = "FILE")]
    pub(crate) file: PathBuf,

    /// Whose key it is, as reports are to name them
    #[arg(long, value_name = "NAME")]
    pub(crate) name: String,

    /// The kind of key
    #[arg(long, value_enum, default_value_t = KeyKind::Ed25519)]
    pub(crate) kind: KeyKind,

    /// File whose first line is the passphrase; - for standard input
    #[arg(long, value_name = "FILE")]
    pub(crate) passphrase_file: Option<PathBuf>,

    /// What a guess at the passphrase costs, as a power of two (scrypt, log2 of N); below 15 only
    /// for tests
    #[arg(long, default_value_t = ::advisory::WORK_FACTOR, value_parser = clap::value_parser!(u8).range(1..=22))]
    pub(crate) work_factor: u8,

    #[command(flatten)]
    pub(crate) output: OutputArgs,
}

#[derive(Debug, Args)]
pub(crate) struct InitArgs {
    /// The workshop: a folder to make
    #[arg(value_name = "WORK")]
    pub(crate) work: PathBuf,

    /// An agency: its id (small letters, digits, hyphens), and the file of its public key; may be
    /// repeated, also with the same id for a second key
    #[arg(long, value_name = "ID=FILE", required = true)]
    pub(crate) agency: Vec<String>,

    /// How many agencies must sign what they say jointly
    #[arg(long, value_name = "K")]
    pub(crate) threshold: usize,

    /// The public key of who publishes: snapshot and timestamp
    #[arg(long, value_name = "FILE")]
    pub(crate) publisher: PathBuf,

    /// A public key that says whose keys count (may be repeated); the agencies' own where none is
    /// given
    #[arg(long, value_name = "FILE")]
    pub(crate) root: Vec<PathBuf>,

    /// How many of these must sign; more than half where it is not given
    #[arg(long, value_name = "N")]
    pub(crate) root_threshold: Option<usize>,

    /// For how many days root and delegations are valid
    #[arg(long, default_value_t = 365, value_name = "N")]
    pub(crate) days: u16,

    #[command(flatten)]
    pub(crate) time: TimeArgs,

    #[command(flatten)]
    pub(crate) output: OutputArgs,
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

#[derive(Debug, Args)]
pub(crate) struct NewArgs {
    #[command(flatten)]
    pub(crate) draft: DraftArgs,

    /// Its title
    #[arg(long)]
    pub(crate) title: String,

    /// Who may have it
    #[arg(long, value_enum, default_value_t = Tlp::Clear)]
    pub(crate) tlp: Tlp,

    /// A STIX bundle to begin with
    #[arg(long, value_name = "FILE")]
    pub(crate) from: Option<PathBuf>,

    #[command(flatten)]
    pub(crate) time: TimeArgs,

    #[command(flatten)]
    pub(crate) output: OutputArgs,
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

#[derive(Debug, Args)]
pub(crate) struct EditArgs {
    #[command(flatten)]
    pub(crate) draft: DraftArgs,

    /// Objects to add, from a bundle; a newer version of an object replaces the older one (may be
    /// repeated)
    #[arg(long, value_name = "FILE")]
    pub(crate) add: Vec<PathBuf>,

    /// A translation of its text: language tag, and file (may be repeated)
    #[arg(long, value_name = "LANG=FILE")]
    pub(crate) translation: Vec<String>,

    /// A page of rules (may be repeated)
    #[arg(long, value_name = "FILE")]
    pub(crate) rule: Vec<PathBuf>,

    /// Another title
    #[arg(long)]
    pub(crate) title: Option<String>,

    /// Another TLP
    #[arg(long, value_enum)]
    pub(crate) tlp: Option<Tlp>,

    #[command(flatten)]
    pub(crate) output: OutputArgs,
}

#[derive(Debug, Args)]
pub(crate) struct LintArgs {
    #[command(flatten)]
    pub(crate) draft: DraftArgs,

    #[command(flatten)]
    pub(crate) time: TimeArgs,

    #[command(flatten)]
    pub(crate) output: OutputArgs,
}

#[derive(Debug, Args)]
pub(crate) struct PreviewArgs {
    /// The workshop
    #[arg(value_name = "WORK")]
    pub(crate) work: PathBuf,

    /// The advisory: ROLE/NAME
    #[arg(value_name = "ROLE/NAME")]
    pub(crate) advisory: String,

    #[command(flatten)]
    pub(crate) input: InputArgs,

    /// Evidence of ordinary phones, in which nothing should match (may be repeated)
    #[arg(long, value_name = "PATH")]
    pub(crate) ordinary: Vec<PathBuf>,

    #[command(flatten)]
    pub(crate) time: TimeArgs,

    #[command(flatten)]
    pub(crate) output: OutputArgs,
}

#[derive(Debug, Args)]
pub(crate) struct RequestArgs {
    /// The workshop
    #[arg(value_name = "WORK")]
    pub(crate) work: PathBuf,

    /// Advisories to stage as they are drafted: ROLE/NAME (may be several). Without any, the request
    /// is for all that is staged
    #[arg(value_name = "ROLE/NAME")]
    pub(crate) advisories: Vec<String>,

    /// The request to write
    #[arg(long = "out", short, value_name = "FILE")]
    pub(crate) request: PathBuf,

    /// For how many days what is staged now is to be valid
    #[arg(long, default_value_t = 365, value_name = "N")]
    pub(crate) days: u16,

    #[command(flatten)]
    pub(crate) time: TimeArgs,

    #[command(flatten)]
    pub(crate) output: OutputArgs,
}

#[derive(Debug, Args)]
pub(crate) struct SignArgs {
    /// The request
    #[arg(value_name = "REQUEST")]
    pub(crate) request: PathBuf,

    #[command(flatten)]
    pub(crate) key: KeyArgs,

    /// The file of signatures to write
    #[arg(long = "out", short, value_name = "FILE")]
    pub(crate) answer: PathBuf,

    /// Sign only what the request asks for in this role (may be repeated)
    #[arg(long, value_name = "ROLE")]
    pub(crate) role: Vec<String>,

    /// Evidence of ordinary phones: where anything of the bundles matches, nothing is signed (may be
    /// repeated)
    #[arg(long, value_name = "PATH")]
    pub(crate) ordinary: Vec<PathBuf>,

    /// Sign without asking, after the summary was read elsewhere
    #[arg(long)]
    pub(crate) yes: bool,

    #[command(flatten)]
    pub(crate) time: TimeArgs,

    #[command(flatten)]
    pub(crate) output: OutputArgs,
}

#[derive(Debug, Args)]
pub(crate) struct AssembleArgs {
    /// The workshop
    #[arg(value_name = "WORK")]
    pub(crate) work: PathBuf,

    /// Files of signatures, in any order
    #[arg(value_name = "FILE", required = true)]
    pub(crate) answers: Vec<PathBuf>,

    #[command(flatten)]
    pub(crate) output: OutputArgs,
}

#[derive(Debug, Args)]
pub(crate) struct PublishArgs {
    /// The workshop
    #[arg(value_name = "WORK")]
    pub(crate) work: PathBuf,

    /// The mirror to write: a folder
    #[arg(long, value_name = "DIR")]
    pub(crate) to: PathBuf,

    #[command(flatten)]
    pub(crate) key: KeyArgs,

    /// For how many days the timestamp is valid: how long a copy may stand still unnoticed
    #[arg(long, default_value_t = 30, value_name = "N")]
    pub(crate) days: u16,

    #[command(flatten)]
    pub(crate) time: TimeArgs,

    #[command(flatten)]
    pub(crate) output: OutputArgs,
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

#[derive(Debug, Args)]
pub(crate) struct PullArgs {
    /// The mirror: a folder, a zip of one, or its address on the web (https://…)
    #[arg(value_name = "MIRROR")]
    pub(crate) mirror: String,

    /// Certificates (PEM) that alone are trusted on the web, instead of the system's. Whether an
    /// advisory is genuine is shown by its signatures, whoever hands it out
    #[arg(long, value_name = "FILE")]
    pub(crate) ca: Option<PathBuf>,

    /// The trust folder
    #[arg(long, value_name = "DIR")]
    pub(crate) trust: PathBuf,

    #[command(flatten)]
    pub(crate) root: RootArgs,

    #[command(flatten)]
    pub(crate) time: TimeArgs,

    #[command(flatten)]
    pub(crate) output: OutputArgs,
}

#[derive(Debug, Args)]
pub(crate) struct VerifyArgs {
    /// The mirror: a folder, or a zip of one
    #[arg(value_name = "MIRROR")]
    pub(crate) mirror: String,

    /// The trust folder; without it an older state cannot be told from the newest. It is not changed
    #[arg(long, value_name = "DIR")]
    pub(crate) trust: Option<PathBuf>,

    #[command(flatten)]
    pub(crate) root: RootArgs,

    #[command(flatten)]
    pub(crate) time: TimeArgs,

    #[command(flatten)]
    pub(crate) output: OutputArgs,
}

#[derive(Debug, Args)]
pub(crate) struct ShowArgs {
    /// A workshop, a request, a root, a public key or a trust folder
    #[arg(value_name = "PATH")]
    pub(crate) path: PathBuf,

    #[command(flatten)]
    pub(crate) time: TimeArgs,

    #[command(flatten)]
    pub(crate) output: OutputArgs,
}

#[derive(Debug, Args)]
pub(crate) struct DiffArgs {
    /// The bundle as it was
    #[arg(value_name = "BEFORE")]
    pub(crate) before: PathBuf,

    /// The bundle as it is
    #[arg(value_name = "AFTER")]
    pub(crate) after: PathBuf,

    #[command(flatten)]
    pub(crate) output: OutputArgs,
}

#[derive(Debug, Args)]
pub(crate) struct RevokeArgs {
    #[command(flatten)]
    pub(crate) draft: DraftArgs,

    /// Id of an object to withdraw (may be repeated)
    #[arg(long, value_name = "ID", required_unless_present = "all")]
    pub(crate) object: Vec<String>,

    /// Withdraw every indicator of the advisory
    #[arg(long, conflicts_with = "object")]
    pub(crate) all: bool,

    #[command(flatten)]
    pub(crate) time: TimeArgs,

    #[command(flatten)]
    pub(crate) output: OutputArgs,
}

#[derive(Debug, Args)]
#[command(group(clap::ArgGroup::new("whose").required(true).args(["agency", "publisher"])))]
pub(crate) struct RotateArgs {
    /// The workshop
    #[arg(value_name = "WORK")]
    pub(crate) work: PathBuf,

    /// The agency whose key is replaced: all keys it had
    #[arg(long, value_name = "ID")]
    pub(crate) agency: Option<String>,

    /// Replace the publisher's key
    #[arg(long)]
    pub(crate) publisher: bool,

    /// The public key that takes its place
    #[arg(long, value_name = "FILE")]
    pub(crate) new: PathBuf,

    /// For how many days what is staged now is to be valid
    #[arg(long, default_value_t = 365, value_name = "N")]
    pub(crate) days: u16,

    #[command(flatten)]
    pub(crate) time: TimeArgs,

    #[command(flatten)]
    pub(crate) output: OutputArgs,
}
