//! The command line: one list that drives parsing and help.

use clap::{Args, Parser, Subcommand, ValueEnum};
use evidence::Limits;
use jiff::Timestamp;
use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::sync::OnceLock;

/// Finds mobile spyware in what a phone leaves behind. Works offline: only `taxii`, and `advisory pull` of
/// an address, use the network
#[derive(Debug, Parser)]
#[command(name = "tamarisk", version, max_term_width = 100, after_help = EXIT_CODES)]
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
  130, 143, as a shell shows it: interrupted; with --out, the same command goes on from there

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
    /// Make, sign, publish and verify advisories that several agencies sign
    #[command(subcommand)]
    Advisory(crate::advisory::AdvisoryCommand),
    /// Look into one Android app: who signed it, what it says of itself, what its code can reach
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
    /// Fetch advisories from a TAXII 2.1 server, hand objects over, or be one. Uses the network
    #[command(subcommand)]
    Taxii(crate::taxii::TaxiiCommand),
    /// Tell those who published an indicator that it was seen, with the person's consent
    #[command(subcommand)]
    Sighting(crate::sighting::SightingCommand),
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
    /// names, a folder of them, or a mirror of signed advisories (may be repeated)
    #[arg(long, value_name = "PATH")]
    pub(crate) advisory: Vec<PathBuf>,

    /// Add what you know of genuine apps: a file that `tamarisk brand add` wrote, or a folder of
    /// them (may be repeated)
    #[arg(long, value_name = "PATH")]
    pub(crate) brands: Vec<PathBuf>,

    /// Where what was accepted of signed advisories is kept. What --advisory names may be a mirror
    /// then; without --advisory, what was accepted before is used
    #[arg(long, value_name = "DIR")]
    pub(crate) trust: Option<PathBuf>,

    #[command(flatten)]
    pub(crate) root: crate::advisory::RootArgs,

    /// Leave out the advisory that is built in
    #[arg(long)]
    pub(crate) no_builtin: bool,

    /// Hold files and apps against your own YARA rules: a file of rules, or a folder of them (may be
    /// repeated; only in a program that was built with them)
    #[arg(long, value_name = "PATH")]
    pub(crate) yara: Vec<PathBuf>,

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

#[derive(Clone, Debug, Args)]
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

    /// Whether evidence is read in processes of its own that can do nothing but read
    #[arg(long, value_enum, default_value_t = Isolation::Auto, value_name = "WHEN")]
    pub(crate) isolation: Isolation,

    #[command(flatten)]
    pub(crate) limits: LimitArgs,
}

#[derive(Clone, Debug, Args)]
pub(crate) struct LimitArgs {
    #[arg(long, value_name = "NAME=NUMBER", value_parser = limit, help = limits_help())]
    pub(crate) limit: Vec<(String, u64)>,
}

impl LimitArgs {
    /// The limits, with those that were given.
    pub(crate) fn limits(&self) -> Limits {
        let mut limits = Limits::default();
        for (name, value) in &self.limit {
            limits.set(name, *value);
        }
        limits
    }
}

/// Reads `NAME=NUMBER`; the number may end in K, M, G or T, each 1,024 times the one before.
fn limit(text: &str) -> Result<(String, u64), String> {
    let (name, number) = text.split_once('=').ok_or("it should be NAME=NUMBER")?;
    if !Limits::names().any(|known| known == name) {
        let names: Vec<_> = Limits::names().collect();
        return Err(format!("there is no limit of that name; there are {}", names.join(", ")));
    }
    let powers = ['K', 'M', 'G', 'T'].iter().zip([10, 20, 30, 40]);
    let (digits, power) = powers
        .filter_map(|(end, power)| Some((number.strip_suffix(*end)?, power)))
        .next()
        .unwrap_or((number, 0));
    let count: u64 = digits.parse().map_err(|_| "the number should be a whole one")?;
    let count = count.checked_mul(1 << power).filter(|count| *count > 0);
    Ok((name.to_owned(), count.ok_or("the number is 0, or too large")?))
}

fn limits_help() -> String {
    let defaults = Limits::default().named();
    let named: Vec<_> = Limits::names()
        .filter_map(|name| Some(format!("{name}={}", short(*defaults.get(name)?))))
        .collect();
    format!(
        "How much reading may cost; reaching a limit is a gap (may be repeated). By default: {}",
        named.join(", ")
    )
}

/// A number as it may be given, in whole powers of 1,024 where it is such.
fn short(number: u64) -> String {
    let powers = [(40, 'T'), (30, 'G'), (20, 'M'), (10, 'K')];
    let whole =
        powers.into_iter().find(|(power, _)| number > 0 && number.is_multiple_of(1 << power));
    whole.map_or(number.to_string(), |(power, end)| format!("{}{end}", number >> power))
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Isolation {
    /// As far as this system can; the report says what is missing
    Auto,
    /// All of it, or nothing is read
    Require,
    /// None: reading runs in the process of the command
    Off,
    /// As where a system confines nothing: for tests of what is done there
    #[value(hide = true)]
    Plain,
}

impl InputArgs {
    /// How many threads to read with. Asked for the first time before rights are given up: the
    /// number of cores is told by files.
    pub(crate) fn thread_count(&self) -> usize {
        static CORES: OnceLock<usize> = OnceLock::new();
        let cores = std::thread::available_parallelism;
        let cores = *CORES.get_or_init(|| cores().map_or(1, NonZeroUsize::get));
        self.threads.map_or(cores, NonZeroUsize::get)
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn limits_are_given_by_name() {
        assert_eq!(limit("seconds=90"), Ok(("seconds".to_owned(), 90)));
        assert_eq!(limit("memory=2G"), Ok(("memory".to_owned(), 2 << 30)));
        for bad in
            ["seconds", "patience=1", "seconds=", "seconds=0", "seconds=-1", "memory=99999999T"]
        {
            assert!(limit(bad).is_err(), "{bad}");
        }
        assert_eq!(
            (short(1536), short(3 << 30), short(200)),
            ("1536".into(), "3G".into(), "200".into())
        );
    }
}
