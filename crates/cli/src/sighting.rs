//! `tamarisk sighting`: telling those who published an indicator that it was seen, and nothing of
//! the person whose phone it was. Nothing is sent: what is made is a file, which
//! `tamarisk taxii push` hands over.

use crate::failure::Failure;
use crate::key_file::{self, KeyArgs};
use crate::stage::Target;
use advisory::{SecretKey, Signer as _};
use clap::{Args, Subcommand};
use jiff::Timestamp;
use record::harmless::line;
use serde::Deserialize;
use sha2::{Digest, Sha256};
use sightings::{Month, PublicKey, Secret, Sighting, Signer};
use std::collections::{BTreeMap, BTreeSet};
use std::io::Write;
use std::path::{Path, PathBuf};

/// What the person has to agree to, in so many words; whoever runs the command types it out.
const CONSENT: &str = "The person agrees that the ids of matched indicators, how many phones they matched on, \
     and the month are sent to those who published them.";

#[derive(Debug, Subcommand)]
pub(crate) enum SightingCommand {
    /// Make signed sightings from a report
    #[command(after_help = "\
Exit codes: 0 made, 1 the report holds nothing to tell, 2 error.

Without --consent, what would be told is shown and nothing is made. A sighting holds the indicator's id, \
a count, the month and the signature; no name, place, file, app, device or finer time.

The key is one of Ed25519: a file of `tamarisk advisory keygen`, or PKCS #8 in PEM.")]
    Make(MakeArgs),
    /// Print the public key of a key file, for those who shall know the helpdesk by it
    Key(PublicArgs),
}

#[derive(Debug, Args)]
pub(crate) struct MakeArgs {
    /// report.json, as `tamarisk check --out` writes it
    #[arg(value_name = "REPORT")]
    report: PathBuf,

    /// The sentence that the person agreed to, in full; shown when it is left out
    #[arg(long, value_name = "SENTENCE")]
    consent: Option<String>,

    #[command(flatten)]
    key: KeyArgs,

    /// Bundle to write; - for standard output
    #[arg(long, short, value_name = "FILE", default_value = "-")]
    output: PathBuf,

    /// The time, of which the month is told, instead of the clock's (RFC 3339)
    #[arg(long, value_name = "RFC3339")]
    now: Option<Timestamp>,
}

#[derive(Debug, Args)]
pub(crate) struct PublicArgs {
    #[command(flatten)]
    key: KeyArgs,
}

/// What is looked at of a report.
#[derive(Deserialize)]
struct Report {
    schema: String,
    findings: Vec<Finding>,
}

#[derive(Deserialize)]
struct Finding {
    strength: String,
    subject: Subject,
    because: Because,
}

#[derive(Deserialize)]
struct Subject {
    source: u64,
}

#[derive(Deserialize)]
struct Because {
    kind: String,
    id: String,
}

/// Does what is asked.
pub(crate) fn run(command: &SightingCommand, out: &mut impl Write) -> Result<u8, Failure> {
    match command {
        SightingCommand::Make(args) => make(args, out),
        SightingCommand::Key(args) => {
            writeln!(out, "{}", opened(&args.key)?.public()).map_err(Failure::output)?;
            Ok(0)
        }
    }
}

fn make(args: &MakeArgs, out: &mut impl Write) -> Result<u8, Failure> {
    let bytes = read(&args.report)?;
    let (seen, left_out) = seen(&bytes)
        .map_err(|why| Failure::nothing_readable(format!("{}: {why}", args.report.display())))?;
    let month = Month::of(args.now.unwrap_or_else(Timestamp::now));
    if left_out > 0 {
        crate::terminal::complain(&format!(
            "{left_out} findings rest on lists without ids of STIX; nobody can be told of them"
        ));
    }
    if seen.is_empty() {
        crate::terminal::complain(
            "the report holds no match of an indicator; there is nothing to tell",
        );
        return Ok(1);
    }
    let agreed = args.consent.as_deref().is_some_and(|said| plain(said) == plain(CONSENT));
    if !agreed {
        let mut message = String::from("would be told, and nothing else:");
        for (indicator, phones) in &seen {
            message.push_str(&format!(
                " {} on {} phone(s) in {month};",
                line(indicator),
                phones.len()
            ));
        }
        let given = if args.consent.is_some() {
            "the consent is in other words; it reads"
        } else {
            "only with consent, in these words"
        };
        return Err(Failure::new("consent", format!("{message} {given}: --consent \"{CONSENT}\"")));
    }
    let key = opened(&args.key)?;
    let source = Sha256::digest(&bytes);
    let mut objects = Vec::new();
    for (indicator, phones) in &seen {
        let count = phones.len() as u64;
        let made = Sighting::make(key.as_ref(), indicator, count, month, &source);
        objects.push(made.map_err(|error| Failure::new("sighting", error))?.to_json());
    }
    let bundle = format!(
        "{{\"type\":\"bundle\",\"id\":\"bundle--{}\",\"objects\":[\n{}\n]}}\n",
        uuid::Uuid::new_v4(),
        objects.join(",\n")
    );
    Target::of(&args.output)?.save(out, |out| out.write_all(bundle.as_bytes()))?;
    Ok(0)
}

/// Ids of the indicators that matched, with the phones they matched on; and how many findings
/// rest on an indicator that has no id of STIX. Notes are context and are not told.
fn seen(bytes: &[u8]) -> Result<(BTreeMap<String, BTreeSet<u64>>, usize), String> {
    let report: Report =
        serde_json::from_slice(bytes).map_err(|error| format!("it is no report: {error}"))?;
    if report.schema != "tamarisk.report/1" {
        return Err("it is no report of this version (tamarisk.report/1)".to_owned());
    }
    let mut seen: BTreeMap<String, BTreeSet<u64>> = BTreeMap::new();
    let mut left_out = 0;
    let told = report
        .findings
        .into_iter()
        .filter(|one| one.because.kind == "indicator" && one.strength != "note");
    for finding in told {
        if finding.because.id.starts_with("indicator--") {
            seen.entry(finding.because.id).or_default().insert(finding.subject.source);
        } else {
            left_out += 1;
        }
    }
    Ok((seen, left_out))
}

/// Letters alone, so that a line break or a missing full stop is no refusal.
fn plain(text: &str) -> String {
    let words: Vec<String> = text
        .split_whitespace()
        .map(|word| word.trim_matches(|c: char| !c.is_alphanumeric()).to_lowercase())
        .collect();
    words.join(" ")
}

/// The helpdesk's key, of either kind of file.
fn opened(args: &KeyArgs) -> Result<Box<dyn Signer>, Failure> {
    let failed = |error: &dyn std::fmt::Display| key_file::failed(&args.key, error);
    let bytes = key_file::read(&args.key)?;
    let text = std::str::from_utf8(&bytes)
        .ok()
        .filter(|text| text.trim_start().starts_with("-----BEGIN PRIVATE KEY"));
    if let Some(text) = text {
        return Ok(Box::new(Secret::parse(text).map_err(|error| failed(&error))?));
    }
    Ok(Box::new(Sealed::new(args.unlock(&bytes)?).map_err(|error| failed(&error))?))
}

/// A key in the format of advisories.
struct Sealed {
    key: SecretKey,
    public: PublicKey,
}

impl Sealed {
    fn new(key: SecretKey) -> Result<Self, String> {
        if key.public().material().len() != 32 {
            return Err("it is no Ed25519 key, and sightings are signed by no other".to_owned());
        }
        let public = PublicKey::parse(&const_hex::encode(key.public().material()));
        let public = public.map_err(|error| error.to_string())?;
        Ok(Self { key, public })
    }
}

impl Signer for Sealed {
    fn public(&self) -> PublicKey {
        self.public
    }

    fn sign(&self, message: &[u8]) -> Result<[u8; 64], String> {
        let hex = self.key.sign(message).map_err(|error| error.to_string())?;
        const_hex::decode_to_array(hex).map_err(|error| error.to_string())
    }
}

fn read(file: &Path) -> Result<Vec<u8>, Failure> {
    std::fs::read(file)
        .map_err(|error| Failure::nothing_readable(format!("{}: {error}", file.display())))
}
