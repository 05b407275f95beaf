//! Writes the report and what belongs to it into a folder.

use crate::failure::Failure;
use crate::key_file;
use crate::partial;
use crate::stage::{Stage, unwritable};
use advisory::SecretKey;
use clap::Args;
use custody::{Hashing, Manifest, Output, Recipients, Sealing, Signature};
use report::{Report, Summary, Timeline};
use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

/// The files of results, which the manifest names.
const RESULTS: [&str; 4] = ["report.json", "report.html", "timeline.csv", "manifest.sha256"];

/// What proves that they are whole.
pub(crate) const MANIFEST: &str = "custody.json";
pub(crate) const SIGNATURE: &str = "custody.sig.json";
pub(crate) const CHECKSUM: &str = "custody.sha256";
pub(crate) const REQUEST: &str = "custody.tsq";

/// How the name of an encrypted file ends.
pub(crate) const SEALED: &str = ".age";

#[derive(Debug, Args)]
pub(crate) struct CustodyArgs {
    /// Write results encrypted with age to this recipient (age1…); nothing readable is left on the
    /// disk, and standard output holds the outcome alone (may be repeated)
    #[arg(long, value_name = "RECIPIENT", requires = "out")]
    encrypt_to: Vec<String>,

    /// Sign the results with this key: a key file, as `tamarisk advisory` makes it
    #[arg(long, value_name = "FILE", requires = "out")]
    sign_key: Option<PathBuf>,

    /// File whose first line is the passphrase of the key; - for standard input
    #[arg(long, value_name = "FILE", requires = "sign_key")]
    sign_passphrase_file: Option<PathBuf>,
}

impl CustodyArgs {
    /// Whether results are for the holders of keys alone.
    pub(crate) fn encrypts(&self) -> bool {
        !self.encrypt_to.is_empty()
    }

    /// Who may read the results; `None` where anybody may.
    pub(crate) fn recipients(&self) -> Result<Option<Recipients>, Failure> {
        let texts = self.encrypt_to.iter().map(String::as_str);
        let parsed = self.encrypts().then(|| Recipients::parse(texts)).transpose();
        parsed.map_err(|error| Failure::usage(format!("--encrypt-to: {error}")))
    }

    fn signer(&self) -> Result<Option<SecretKey>, Failure> {
        let Some(file) = &self.sign_key else { return Ok(None) };
        let passphrase = self.sign_passphrase_file.as_deref();
        let sealed = key_file::read(file)?;
        key_file::unlock(file, &sealed, passphrase, "--sign-passphrase-file").map(Some)
    }
}

/// A folder that takes one report.
pub(crate) struct Folder {
    stage: Stage,
    recipients: Option<Recipients>,
    signer: Option<SecretKey>,
}

impl Folder {
    /// Makes the folder, before the long work starts. A report that lies there already is not
    /// replaced unless the user says so; but results whose last file is missing, beside records that
    /// a run removes when it has ended, are those of a run that did not end.
    pub(crate) fn prepare(
        dir: &Path,
        overwrite: bool,
        custody: &CustodyArgs,
    ) -> Result<Self, Failure> {
        let (recipients, signer) = (custody.recipients()?, custody.signer()?);
        fs::create_dir_all(dir).map_err(|error| unwritable(dir, &error))?;
        let there = names().find(|name| dir.join(name).exists());
        // Each run makes the folder first; the lock in it is of one that began to read.
        let lock = partial::kept(dir).1.join(partial::LOCK);
        let broken = lock.exists() && !dir.join(REQUEST).exists();
        if let (Some(name), false) = (there, overwrite || broken) {
            let advice = "choose another folder, or replace it with --overwrite";
            let message = format!("{} holds a {name} already; {advice}", dir.display());
            return Err(Failure::new("output", message));
        }
        let stage = Stage::within(dir, partial::FOLDER.as_ref(), overwrite || broken)
            .map_err(|error| unwritable(dir, &error))?;
        Ok(Self { stage, recipients, signer })
    }

    /// Where it is written.
    pub(crate) fn stage(&self) -> &Stage {
        &self.stage
    }

    /// Writes all files; each appears under its name only when it is whole. Gives back what the
    /// HTML shows of the timeline.
    pub(crate) fn save(&self, report: &Report, timeline: Timeline) -> Result<Summary, Failure> {
        // What an earlier run left in another form would stand beside this one's.
        for name in names().map(|name| self.stage.dir().join(name)).filter(|path| path.exists()) {
            fs::remove_file(&name).map_err(|error| unwritable(&name, &error))?;
        }
        let [json, html, table, sums] = RESULTS;
        let mut outputs = Vec::new();
        self.result(json, &mut outputs, |out| report::json::write(out, report))?;
        let summary = timeline.summary();
        self.result(html, &mut outputs, |out| report::html::write(out, report, Some(summary)))?;
        self.result(sums, &mut outputs, |out| report::manifest::write(out, report))?;
        let summary = self.result(table, &mut outputs, |out| timeline.write_csv(out))?;
        self.prove(report, outputs)?;
        Ok(summary)
    }

    /// Writes the manifest, and what stands for it.
    fn prove(&self, report: &Report, outputs: Vec<Output>) -> Result<(), Failure> {
        let manifest = Manifest {
            schema: custody::SCHEMA.into(),
            version: report.provenance.version.clone(),
            examined_at: report.provenance.examined_at.clone(),
            outputs,
            artifacts: report.coverage.artifacts.iter().map(|one| (&one.artifact).into()).collect(),
        };
        let bytes = manifest.bytes();
        let mut sha256 = [0; 32];
        let (hex, _) = custody::hash(&mut &bytes[..]).map_err(Failure::output)?;
        const_hex::decode_to_slice(&hex, &mut sha256)
            .map_err(|error| Failure::new("output", error))?;
        self.file(MANIFEST, self.recipients.as_ref(), |out| out.write_all(&bytes))?;
        if let Some(signer) = &self.signer {
            let signature = Signature::make(&hex, signer)
                .map_err(|error| Failure::new("output", format!("it is not signed: {error}")))?;
            let bytes = signature.bytes();
            self.file(SIGNATURE, self.recipients.as_ref(), |out| out.write_all(&bytes))?;
        }
        // These hold a hash alone. The request goes to others, who need not know the rest.
        let line = custody::checksum_line(&hex, MANIFEST);
        self.file(CHECKSUM, None, |out| out.write_all(line.as_bytes()))?;
        let request = custody::time_stamp_request(&sha256);
        self.file(REQUEST, None, |out| out.write_all(&request))?;
        Ok(())
    }

    fn result<T>(
        &self,
        name: &str,
        outputs: &mut Vec<Output>,
        write: impl FnOnce(&mut Hashing<Sink>) -> io::Result<T>,
    ) -> Result<T, Failure> {
        let (told, sha256, size) = self.file(name, self.recipients.as_ref(), write)?;
        outputs.push(Output { name: name.to_owned(), sha256, size });
        Ok(told)
    }

    /// Writes a file; gives back the hash and the size of what was written into it.
    fn file<T>(
        &self,
        name: &str,
        recipients: Option<&Recipients>,
        write: impl FnOnce(&mut Hashing<Sink>) -> io::Result<T>,
    ) -> Result<(T, String, u64), Failure> {
        let name = format!("{name}{}", if recipients.is_some() { SEALED } else { "" });
        let written = self.stage.write(name.as_ref(), |file| {
            let file = BufWriter::with_capacity(1 << 16, file);
            let mut out = Hashing::new(match recipients {
                Some(recipients) => Sink::Sealed(Box::new(recipients.seal(file)?)),
                None => Sink::Plain(file),
            });
            let told = write(&mut out)?;
            let (sink, sha256, size) = out.finish();
            sink.finish()?.sync_all()?;
            Ok((told, sha256, size))
        });
        written.map_err(|error| unwritable(&self.stage.dir().join(name), &error))
    }
}

/// Every name that a file of results can have.
fn names() -> impl Iterator<Item = String> {
    let all = RESULTS.into_iter().chain([MANIFEST, SIGNATURE, CHECKSUM, REQUEST]);
    all.flat_map(|name| [name.to_owned(), format!("{name}{SEALED}")])
}

/// Where bytes go: as they are, or encrypted.
enum Sink {
    Plain(BufWriter<File>),
    Sealed(Box<Sealing<BufWriter<File>>>),
}

impl Sink {
    fn finish(self) -> io::Result<File> {
        let mut file = match self {
            Sink::Plain(file) => file,
            Sink::Sealed(sealing) => sealing.finish()?,
        };
        file.flush()?;
        file.into_inner().map_err(io::IntoInnerError::into_error)
    }
}

impl Write for Sink {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Sink::Plain(file) => file.write(bytes),
            Sink::Sealed(sealing) => sealing.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            Sink::Plain(file) => file.flush(),
            Sink::Sealed(sealing) => sealing.flush(),
        }
    }
}
