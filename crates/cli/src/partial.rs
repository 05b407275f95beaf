//! What an interrupted run has read already, so that the next one need not: `OUT/.partial` holds, for
//! each artifact that is done, the records that its reading gave. docs/design/custody.md tells when
//! they are taken and when not.

use crate::failure::Failure;
use crate::input::small_text;
use crate::save::SEALED;
use crate::stage::made;
use custody::{Hashing, Recipients};
use evidence::{Blob, Job, Role, Secrets};
use examine::Reader;
use model::{Artifact, Item, SourceId, SourceKind, Status};
use record::Record;
use serde::{Deserialize, Serialize};
use std::fs::{self, File};
use std::io::{self, BufRead, BufReader, BufWriter, Read, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// The folder, within the one of results.
pub(crate) const FOLDER: &str = ".partial";

/// Held by the run that writes there.
pub(crate) const LOCK: &str = "lock";

/// How the names of records end, and of those that are not whole.
const RECORDS: &str = ".records";
const UNFINISHED: &str = ".part";

/// Form of the files; another one is not read.
const SCHEMA: &str = "tamarisk.partial/1";

/// Artifacts with fewer bytes are read anew: that is as quick as finding what they gave.
const WORTH: u64 = 64 << 10;

/// Longest line taken.
const LONGEST_LINE: u64 = 64 << 20;

/// Reads through another reader, keeps what it gives, and gives what was kept.
pub(crate) struct Resumed<'r> {
    reader: &'r dyn Reader,
    store: &'r Store,
}

impl<'r> Resumed<'r> {
    pub(crate) fn new(reader: &'r dyn Reader, store: &'r Store) -> Self {
        Self { reader, store }
    }
}

impl Reader for Resumed<'_> {
    fn read(&self, job: &Job, give: &mut dyn FnMut(Item)) {
        if !worth_keeping(job) {
            return self.reader.read(job, give);
        }
        let name = self.store.name(job);
        // Once to its end, to see that it is whole; then again, for what it holds.
        if let Some(sha256) = self.store.kept(&name, &mut |_| {})
            && self.hash(job) == Some(sha256)
        {
            self.store.kept(&name, give);
            return;
        }
        // Where nothing can be kept, reading goes on without.
        let mut keeping = self.store.begin(&name).ok();
        let own = artifact_path(job);
        let mut sha256 = None;
        self.reader.read(job, &mut |item| {
            if let Item::Artifact(Artifact { path, sha256: Some(hash), .. }) = &item
                && *path == own
            {
                sha256 = Some(hash.clone());
            }
            // What failed may come out otherwise next time: with a password, with more memory.
            let failed = matches!(&item, Item::Artifact(one) if one.status == Status::Failed);
            if failed || keeping.as_mut().is_some_and(|kept| kept.add(&item).is_err()) {
                keeping = None;
            }
            give(item);
        });
        if let (Some(keeping), Some(sha256)) = (keeping, sha256) {
            let _ = keeping.finish(&sha256); // Then it is read anew next time.
        }
    }

    fn read_all(&self, jobs: &[Job], give: &mut dyn FnMut(Item)) {
        match jobs.iter().any(worth_keeping) {
            true => jobs.iter().for_each(|job| self.read(job, give)),
            false => self.reader.read_all(jobs, give),
        }
    }

    fn isolation(&self) -> String {
        self.reader.isolation()
    }
}

impl Resumed<'_> {
    /// The hash of the artifact as it is now: no parser claims a file of a mere folder.
    fn hash(&self, job: &Job) -> Option<String> {
        let mut job = job.clone();
        if let Role::File { kind, .. } | Role::Member { kind, .. } = &mut job.role {
            *kind = SourceKind::Folder;
        }
        let own = artifact_path(&job);
        let mut found = None;
        self.reader.read(&job, &mut |item| {
            if let Item::Artifact(artifact) = item
                && artifact.path == own
            {
                found = artifact.sha256;
            }
        });
        found
    }
}

/// Whether reading it takes long enough; what depends on a second file is not kept.
fn worth_keeping(job: &Job) -> bool {
    let size = match &job.role {
        Role::Survey | Role::Container => return false,
        Role::File { .. } => job.input.metadata().map_or(0, |meta| meta.len()),
        Role::Member { member, .. } => member.size,
    };
    size >= WORTH && job.journal.is_none()
}

fn artifact_path(job: &Job) -> String {
    match &job.role {
        Role::Member { member, .. } => format!("{}!/{}", job.path, member.path),
        Role::Survey | Role::Container | Role::File { .. } => job.path.clone(),
    }
}

/// How many artifacts have records in a folder of results, and in which folder there.
pub(crate) fn kept(out: &Path) -> (usize, PathBuf) {
    let dir = out.join(FOLDER);
    let names = fs::read_dir(&dir).into_iter().flatten().flatten().map(|entry| entry.file_name());
    let whole = |name: &str| name.contains(RECORDS) && !name.ends_with(UNFINISHED);
    (names.filter(|name| whole(&name.to_string_lossy())).count(), dir)
}

/// The folder of records.
pub(crate) struct Store {
    dir: PathBuf,
    recipients: Option<Recipients>,
    secrets: Secrets,
    /// What all names are made from: program and knowledge.
    run: String,
    /// Held until the run ends, in whatever way it ends.
    _lock: File,
    earlier: usize,
}

/// The first line of a file of records.
#[derive(Serialize, Deserialize, PartialEq, Eq)]
struct Head {
    schema: String,
    name: String,
}

/// The last line: what it is about, and the hash of all lines before it.
#[derive(Serialize, Deserialize)]
struct Tail {
    artifact: String,
    lines: String,
}

impl Store {
    /// Opens the folder in `out`. `knowledge` says what the run judges by.
    pub(crate) fn open(
        out: &Path,
        recipients: Option<Recipients>,
        identities: &[PathBuf],
        knowledge: &str,
    ) -> Result<Self, Failure> {
        let dir = out.join(FOLDER);
        let failed = |error: &dyn std::fmt::Display| {
            Failure::new("output", format!("{}: {error}", dir.display()))
        };
        fs::create_dir_all(&dir).map_err(|error| failed(&error))?;
        let name = dir.join(LOCK);
        // A lock is a file of its own, and is not emptied: another run may hold it.
        if fs::symlink_metadata(&name).is_ok_and(|there| there.is_symlink()) {
            return Err(failed(&"its lock is a link; remove it"));
        }
        let lock = File::options().write(true).create(true).truncate(false).open(&name);
        let lock = lock.map_err(|error| failed(&error))?;
        match lock.try_lock() {
            Err(fs::TryLockError::WouldBlock) => {
                return Err(failed(&"another run is writing its results here"));
            }
            // Some file systems know no locks.
            Err(fs::TryLockError::Error(_)) | Ok(()) => {}
        }
        let mut secrets = Secrets::default();
        for file in identities {
            // What is wrong with an identity is told where it is needed.
            let _ = secrets.add_identities(&small_text(file)?);
        }
        for entry in fs::read_dir(&dir).map_err(|error| failed(&error))?.flatten() {
            if entry.file_name().to_string_lossy().ends_with(UNFINISHED) {
                let _ = fs::remove_file(entry.path());
            }
        }
        let (earlier, _) = kept(out);
        let run = format!("{}\n{}\n{knowledge}", env!("CARGO_PKG_VERSION"), program());
        Ok(Self { dir, recipients, secrets, run, _lock: lock, earlier })
    }

    /// How many artifacts an interrupted run has left.
    pub(crate) fn earlier(&self) -> usize {
        self.earlier
    }

    /// Removes the folder, once the results are written.
    pub(crate) fn remove(self) {
        // What cannot be removed is of no harm: it names no evidence, and is not read again.
        for entry in fs::read_dir(&self.dir).into_iter().flatten().flatten() {
            let name = entry.file_name().to_string_lossy().into_owned();
            if name == LOCK || name.contains(RECORDS) {
                let _ = fs::remove_file(entry.path());
            }
        }
        let _ = fs::remove_dir(&self.dir);
    }

    /// The name of what a job gives: whatever it depends on, but the artifact's bytes.
    fn name(&self, job: &Job) -> String {
        let about = format!("{}\n{:?}\n{}\n{:?}", self.run, job.limits.named(), job.path, job.role);
        custody::hash(&mut about.as_bytes()).map(|(sha256, _)| sha256).unwrap_or_default()
    }

    fn path(&self, name: &str) -> PathBuf {
        let ending = if self.recipients.is_some() { SEALED } else { "" };
        self.dir.join(format!("{name}{RECORDS}{ending}"))
    }

    /// Gives what was kept under a name, and the hash of the artifact that it is about; no hash where
    /// it is cut, damaged, or cannot be opened.
    fn kept(&self, name: &str, give: &mut dyn FnMut(Item)) -> Option<String> {
        let file = Arc::new(File::open(self.path(name)).ok()?);
        let lines: Box<dyn Read> = match &self.recipients {
            None => Box::new(Blob::from_file(file, Arc::default()).ok()?.reader()),
            Some(_) => {
                let key = evidence::unlock(&file, &self.secrets).ok()?;
                let blob = Blob::from_file(file, Arc::default()).ok()?;
                Box::new(evidence::decrypted(blob, &key).ok()?.reader())
            }
        };
        parse(BufReader::with_capacity(1 << 16, lines), name, give)
    }

    fn begin(&self, name: &str) -> io::Result<Keeping> {
        let whole = self.path(name);
        let mut part = whole.clone().into_os_string();
        part.push(UNFINISHED);
        let part = PathBuf::from(part);
        let file = BufWriter::with_capacity(1 << 16, made(&part)?);
        let out: Box<dyn Finish> = match &self.recipients {
            None => Box::new(file),
            Some(recipients) => Box::new(recipients.seal(file)?),
        };
        let mut keeping = Keeping { out: Hashing::new(out), part, whole };
        let head = Head { schema: SCHEMA.into(), name: name.into() };
        record::json::write_line(&mut keeping.out, &head)?;
        Ok(keeping)
    }
}

/// Reads a file of records; no hash if a byte of it is not as it was written.
fn parse(mut from: impl BufRead, name: &str, give: &mut dyn FnMut(Item)) -> Option<String> {
    let mut hashed = Hashing::new(io::sink());
    let mut line = Vec::new();
    let mut next = |line: &mut Vec<u8>| -> Option<()> {
        line.clear();
        from.by_ref().take(LONGEST_LINE).read_until(b'\n', line).ok()?;
        (line.last() == Some(&b'\n')).then_some(())
    };
    next(&mut line)?;
    let head: Head = serde_json::from_slice(&line).ok()?;
    if head != (Head { schema: SCHEMA.into(), name: name.into() }) {
        return None;
    }
    hashed.write_all(&line).ok()?;
    loop {
        next(&mut line)?;
        if let Ok(tail) = serde_json::from_slice::<Tail>(&line) {
            let (_, lines, _) = hashed.finish();
            let ends = next(&mut line).is_none() && line.is_empty();
            return (ends && lines == tail.lines).then_some(tail.artifact);
        }
        hashed.write_all(&line).ok()?;
        give(Record::from_line(&line).ok()?.into_item()?.1);
    }
}

/// A file of records that is being written; it takes its name when it is whole.
struct Keeping {
    out: Hashing<Box<dyn Finish>>,
    part: PathBuf,
    whole: PathBuf,
}

impl Keeping {
    fn add(&mut self, item: &Item) -> io::Result<()> {
        record::write_item(&mut self.out, SourceId(0), item)
    }

    fn finish(self, artifact: &str) -> io::Result<()> {
        let (mut out, lines, _) = self.out.finish();
        record::json::write_line(&mut out, &Tail { artifact: artifact.to_owned(), lines })?;
        out.finish()?;
        fs::rename(&self.part, &self.whole)
    }
}

/// A writer with an end.
trait Finish: Write {
    fn finish(self: Box<Self>) -> io::Result<()>;
}

impl Finish for BufWriter<File> {
    fn finish(mut self: Box<Self>) -> io::Result<()> {
        self.flush()
    }
}

impl Finish for custody::Sealing<BufWriter<File>> {
    fn finish(self: Box<Self>) -> io::Result<()> {
        (*self).finish()?.flush()
    }
}

/// Which build of the program this is: what it reads may change without its version.
fn program() -> String {
    let told = std::env::current_exe().and_then(fs::metadata).map(|meta| {
        let changed = meta.modified().ok();
        format!("{} {changed:?}", meta.len())
    });
    told.unwrap_or_default()
}
