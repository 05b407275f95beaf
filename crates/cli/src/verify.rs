//! `tamarisk verify`: whether a report and its evidence are what they were when it was made.

use crate::args::ListFormat;
use crate::confine;
use crate::failure::Failure;
use crate::input::small_text;
use crate::save::{CHECKSUM, MANIFEST, REQUEST, SEALED, SIGNATURE};
use crate::stage::folder_of;
use advisory::{Json, PublicKey};
use clap::Args;
use custody::{Artifact, Difference, Evidence, Manifest, Signature, Trust};
use evidence::{Blob, Secrets};
use record::harmless::line;
use report::Report;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// The longest file that is held in memory: reports have at most so many bytes.
const MOST_BYTES: u64 = 1 << 30;

/// Differences told one by one to people.
const SHOWN: usize = 50;

#[derive(Debug, Args)]
pub(crate) struct VerifyArgs {
    /// The folder that `check --out` wrote, or the report.json in it
    #[arg(value_name = "REPORT")]
    report: PathBuf,

    /// Hold the evidence against it too: the PATHs that were given to `check` (may be repeated)
    #[arg(long, value_name = "PATH")]
    evidence: Vec<PathBuf>,

    /// Ask for a signature by this key: a file with the public key, or its id of 64 hex digits (may
    /// be repeated; one of them has to have signed)
    #[arg(long, value_name = "FILE|ID")]
    key: Vec<String>,

    /// File with age identities (AGE-SECRET-KEY-…) that open encrypted results
    #[arg(long, value_name = "FILE")]
    identity: Vec<PathBuf>,

    /// The answer to custody.tsq (RFC 3161, DER)
    #[arg(long, value_name = "FILE")]
    stamp: Option<PathBuf>,

    /// How to print the answer
    #[arg(long, value_enum, default_value_t = ListFormat::Text)]
    format: ListFormat,
}

impl VerifyArgs {
    /// Whether a script asked, so that errors are told in JSON too.
    pub(crate) fn is_json(&self) -> bool {
        self.format == ListFormat::Json
    }

    /// Where the results lie.
    fn folder(&self) -> &Path {
        match self.report.is_dir() {
            true => &self.report,
            false => folder_of(&self.report),
        }
    }
}

/// The answer for scripts; `schemas/tamarisk.verify.1.json`.
#[derive(Debug, Default, Serialize)]
struct Answer {
    unchanged: bool,
    /// Files of results with the hash that the manifest states.
    outputs: u64,
    manifest_sha256: String,
    signature: Signed,
    #[serde(skip_serializing_if = "Option::is_none")]
    evidence: Option<Held>,
    #[serde(skip_serializing_if = "Option::is_none")]
    stamped_at: Option<String>,
    /// What is not as it was, or is not what was asked for.
    problems: Vec<Problem>,
    /// What nothing is shown of.
    unproven: Vec<String>,
}

#[derive(Debug, Default, Serialize)]
struct Signed {
    /// `none`, `trusted`, `unknown` or `broken`.
    state: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    key: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    words: Option<String>,
}

#[derive(Debug, Serialize)]
struct Held {
    unchanged: u64,
    inside_archives: u64,
    without_hash: u64,
}

#[derive(Debug, Serialize)]
struct Problem {
    what: String,
    reason: String,
}

/// Verifies and prints; 0 where nothing differs, else 1.
pub(crate) fn run(args: &VerifyArgs, out: &mut impl Write) -> Result<u8, Failure> {
    let mut answer =
        Answer { signature: Signed { state: "none", ..Signed::default() }, ..Answer::default() };
    let named = args.evidence.iter().chain(&args.identity).chain(&args.stamp);
    let keys = args.key.iter().map(Path::new);
    let read: Vec<&Path> = named.map(PathBuf::as_path).chain(keys).chain([args.folder()]).collect();
    let _confined = confine::reading(&read, None)?;
    let folder = Results::open(args)?;
    if let Some(manifest) = manifest(&folder, &mut answer)? {
        results(&folder, &manifest, &mut answer)?;
        signature(args, &folder, &mut answer)?;
        if !args.evidence.is_empty() {
            held(&args.evidence, &manifest, &mut answer)?;
        }
    }
    if let Some(file) = &args.stamp {
        stamp(file, &mut answer)?;
    }
    answer.unchanged = answer.problems.is_empty();
    let written = match args.format {
        ListFormat::Json => record::json::write_pretty(out, &answer),
        ListFormat::Text => text(&answer, out),
    };
    written.map_err(Failure::output)?;
    Ok(u8::from(!answer.unchanged))
}

impl Answer {
    fn problem(&mut self, what: impl Into<String>, reason: impl Into<String>) {
        self.problems.push(Problem { what: what.into(), reason: reason.into() });
    }
}

/// The folder, and what opens what is encrypted in it.
struct Results {
    dir: PathBuf,
    secrets: Secrets,
}

impl Results {
    fn open(args: &VerifyArgs) -> Result<Self, Failure> {
        let dir = args.folder().to_path_buf();
        let there = |name: String| dir.join(name).is_file();
        if !there(MANIFEST.to_owned()) && !there(format!("{MANIFEST}{SEALED}")) {
            let what = format!(
                "{}: there is no {MANIFEST}; give the folder that `check --out` wrote",
                args.report.display()
            );
            return Err(Failure::nothing_readable(what));
        }
        let mut secrets = Secrets::default();
        for file in &args.identity {
            secrets
                .add_identities(&small_text(file)?)
                .map_err(|error| Failure::locked(format!("{}: {error}", file.display())))?;
        }
        Ok(Self { dir, secrets })
    }

    /// The file of this name, as it is or decrypted.
    fn file(&self, name: &str) -> io::Result<Box<dyn Read>> {
        let sealed = self.dir.join(format!("{name}{SEALED}"));
        if !sealed.is_file() {
            return Ok(Box::new(File::open(self.dir.join(name))?));
        }
        let file = Arc::new(File::open(sealed)?);
        let key = evidence::unlock(&file, &self.secrets).map_err(io::Error::other)?;
        let blob = Blob::from_file(file, Arc::default())?;
        Ok(Box::new(evidence::decrypted(blob, &key)?.reader()))
    }

    fn bytes(&self, name: &str) -> io::Result<Vec<u8>> {
        let mut bytes = Vec::new();
        self.file(name)?.take(MOST_BYTES).read_to_end(&mut bytes)?;
        Ok(bytes)
    }
}

/// The manifest, held against what stands for it; nothing else can be said where it is none.
fn manifest(folder: &Results, answer: &mut Answer) -> Result<Option<Manifest>, Failure> {
    if folder.secrets.is_empty() && folder.dir.join(format!("{MANIFEST}{SEALED}")).is_file() {
        return Err(Failure::locked(
            "the results are encrypted; give the file of an identity with --identity",
        ));
    }
    let bytes = match folder.bytes(MANIFEST) {
        Ok(bytes) => bytes,
        Err(error) => {
            answer.problem(MANIFEST, error.to_string());
            return Ok(None);
        }
    };
    let (sha256, _) = custody::hash(&mut &bytes[..]).map_err(Failure::output)?;
    let mut raw = [0; 32];
    const_hex::decode_to_slice(&sha256, &mut raw).map_err(|error| Failure::new("output", error))?;
    let stand_ins = [
        (CHECKSUM, custody::checksum_line(&sha256, MANIFEST).into_bytes()),
        (REQUEST, custody::time_stamp_request(&raw)),
    ];
    for (name, expected) in stand_ins {
        match folder.bytes(name) {
            Ok(found) if found == expected => {}
            Ok(_) => answer.problem(name, format!("it is not that of the {MANIFEST} beside it")),
            Err(error) => answer.problem(name, error.to_string()),
        }
    }
    answer.manifest_sha256 = sha256;
    Ok(match Manifest::parse(&bytes) {
        Ok(manifest) => Some(manifest),
        Err(error) => {
            answer.problem(MANIFEST, error.to_string());
            None
        }
    })
}

/// The files of results against the manifest; the report against the artifacts it states.
fn results(folder: &Results, manifest: &Manifest, answer: &mut Answer) -> Result<(), Failure> {
    for output in &manifest.outputs {
        let hashed = match output.name.contains(['/', '\\']) {
            true => Err(io::Error::other("its name is none of a file of results")),
            false => folder.file(&output.name).and_then(|mut file| custody::hash(&mut file)),
        };
        match hashed {
            Ok((sha256, size)) if sha256 == output.sha256 && size == output.size => {
                answer.outputs += 1
            }
            Ok(_) => answer.problem(&output.name, "it is not the file that was written"),
            Err(error) => answer.problem(&output.name, error.to_string()),
        }
    }
    let named: BTreeSet<&str> = manifest.outputs.iter().map(|one| &*one.name).collect();
    if !named.contains("report.json") {
        answer.problem(MANIFEST, "it states no report.json");
    }
    if let Ok(bytes) = folder.bytes("report.json")
        && let Ok(report) = serde_json::from_slice::<Report>(&bytes)
    {
        let stated = report.coverage.artifacts.iter().map(|one| Artifact::from(&one.artifact));
        if !stated.eq(manifest.artifacts.iter().cloned()) {
            answer.problem("report.json", format!("it states other artifacts than {MANIFEST}"));
        }
    }
    let own = [MANIFEST, SIGNATURE, CHECKSUM, REQUEST];
    let entries = fs::read_dir(&folder.dir).map_err(Failure::nothing_readable)?;
    let mut others: Vec<String> = entries
        .filter_map(|entry| Some(entry.ok()?.file_name().to_string_lossy().into_owned()))
        .filter(|name| {
            let name = name.strip_suffix(SEALED).unwrap_or(name);
            !named.contains(name) && !own.contains(&name)
        })
        .collect();
    others.sort();
    answer
        .unproven
        .extend(others.into_iter().map(|name| format!("{name} is no part of the results")));
    Ok(())
}

fn signature(args: &VerifyArgs, folder: &Results, answer: &mut Answer) -> Result<(), Failure> {
    let keys = args.key.iter().map(|key| key_id(key)).collect::<Result<Vec<_>, _>>()?;
    let there = [SIGNATURE.to_owned(), format!("{SIGNATURE}{SEALED}")];
    if !there.iter().any(|name| folder.dir.join(name).is_file()) {
        match keys.is_empty() {
            true => answer.unproven.push("who made it: it is not signed, so whoever changes all of its files together is not seen".into()),
            false => answer.problem(SIGNATURE, "it is not signed"),
        }
        return Ok(());
    }
    let read = folder.bytes(SIGNATURE).map_err(|error| error.to_string());
    let read = read.and_then(|bytes| Signature::parse(&bytes).map_err(|error| error.to_string()));
    let signature = match read {
        Ok(signature) => signature,
        Err(reason) => {
            answer.signature.state = "broken";
            answer.problem(SIGNATURE, reason);
            return Ok(());
        }
    };
    let (id, words) = (signature.key.id().to_owned(), signature.key.words());
    let trust = signature.trust(&answer.manifest_sha256, &keys);
    answer.signature = Signed {
        state: match trust {
            Trust::Trusted => "trusted",
            Trust::Unknown => "unknown",
            Trust::Broken => "broken",
        },
        key: Some(id),
        words: Some(words),
    };
    match trust {
        Trust::Trusted => {}
        Trust::Broken => {
            answer.problem(SIGNATURE, format!("it is no signature of the {MANIFEST} beside it"))
        }
        Trust::Unknown if keys.is_empty() => answer
            .unproven
            .push("whose key signed it: compare the words with its holder, or give --key".into()),
        Trust::Unknown => answer.problem(SIGNATURE, "none of the keys given signed it"),
    }
    Ok(())
}

/// The id of a key: as given, or that of the public key in a file.
fn key_id(given: &str) -> Result<String, Failure> {
    if given.len() == 64 && given.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return Ok(given.to_lowercase());
    }
    let failed = |reason: String| Failure::new("key", format!("{given}: {reason}"));
    let text = small_text(Path::new(given))?;
    let json = Json::parse(text.as_bytes()).map_err(|error| failed(error.to_string()))?;
    PublicKey::parse(&json)
        .map(|key| key.id().to_owned())
        .map_err(|error| failed(error.to_string()))
}

fn held(paths: &[PathBuf], manifest: &Manifest, answer: &mut Answer) -> Result<(), Failure> {
    let mut found: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for path in paths {
        let failed =
            |error: io::Error| Failure::nothing_readable(format!("{}: {error}", path.display()));
        let examine::Files { files, gaps } = examine::files(path).map_err(failed)?;
        for (name, on_disk) in files {
            let hashed = File::open(&on_disk).and_then(|mut file| custody::hash(&mut file));
            match hashed {
                Ok((sha256, _)) => drop(found.entry(name).or_default().insert(sha256)),
                Err(error) => answer.problem(name, format!("it cannot be read: {error}")),
            }
        }
        answer.unproven.extend(gaps.into_iter().map(|(path, reason)| format!("{path}: {reason}")));
    }
    let Evidence { unchanged, inside, without_hash, unproven, differences } =
        manifest.compare(&found);
    for difference in differences {
        match difference {
            Difference::Changed(path) => {
                answer.problem(path, "its bytes are not those that were examined")
            }
            Difference::Missing(path) => answer.problem(path, "it was examined, and is not there"),
            Difference::Added(path) => {
                answer.problem(path, "it was not there when the rest was examined")
            }
        }
    }
    answer.unproven.extend(
        unproven
            .into_iter()
            .map(|path| format!("{path}: no hash is stated of the archive that holds it")),
    );
    answer.evidence = Some(Held { unchanged, inside_archives: inside, without_hash });
    Ok(())
}

fn stamp(file: &Path, answer: &mut Answer) -> Result<(), Failure> {
    let mut bytes = Vec::new();
    File::open(file)
        .and_then(|opened| opened.take(1 << 20).read_to_end(&mut bytes))
        .map_err(|error| Failure::nothing_readable(format!("{}: {error}", file.display())))?;
    let name = file.display().to_string();
    match custody::stamp(&bytes) {
        Ok(stamp) if stamp.has_nonce => {
            let reason = format!("it answers another request than {REQUEST}, which has no nonce");
            answer.problem(name, reason);
        }
        Ok(stamp) if const_hex::encode(stamp.sha256) == answer.manifest_sha256 => {
            answer.stamped_at = Some(stamp.time);
            answer.unproven.push(format!(
                "that the time is the authority's: openssl ts -verify -in FILE -queryfile {REQUEST} -CAfile ITS-CERTIFICATE"
            ));
        }
        Ok(_) => answer.problem(name, format!("it stamps something else than {MANIFEST}")),
        Err(error) => answer.problem(name, error.to_string()),
    }
    Ok(())
}

fn text(answer: &Answer, out: &mut impl Write) -> io::Result<()> {
    match answer.unchanged {
        true => writeln!(out, "Nothing differs from what was written when the report was made.")?,
        false => writeln!(out, "NOT AS IT WAS: {} problems", answer.problems.len())?,
    }
    for problem in answer.problems.iter().take(SHOWN) {
        writeln!(out, "  {}: {}", line(&problem.what), line(&problem.reason))?;
    }
    if answer.problems.len() > SHOWN {
        writeln!(out, "  … and {} more (--format json lists them)", answer.problems.len() - SHOWN)?;
    }
    writeln!(out, "\nFiles of results with the hash stated: {}", answer.outputs)?;
    match &answer.evidence {
        Some(held) => writeln!(
            out,
            "Files of evidence with the hash stated: {}; in archives among them: {}; without a hash: {}",
            held.unchanged, held.inside_archives, held.without_hash
        )?,
        None => writeln!(out, "The evidence was not looked at (--evidence PATH).")?,
    }
    if let (Some(key), Some(words)) = (&answer.signature.key, &answer.signature.words) {
        writeln!(
            out,
            "Signature: {}\n  key    {}\n  words  {}",
            answer.signature.state,
            line(key),
            line(words)
        )?;
    }
    if let Some(time) = &answer.stamped_at {
        writeln!(out, "Time stamp: {}", line(time))?;
    }
    if !answer.unproven.is_empty() {
        writeln!(out, "\nNot shown by this")?;
        for one in answer.unproven.iter().take(SHOWN) {
            writeln!(out, "  {}", line(one))?;
        }
        if answer.unproven.len() > SHOWN {
            writeln!(
                out,
                "  … and {} more (--format json lists them)",
                answer.unproven.len() - SHOWN
            )?;
        }
    }
    Ok(())
}
