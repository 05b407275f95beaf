//! From the PATHs given to the sources found in them, and the readings they ask for.

use crate::survey::{Surveyed, Unrecognised};
use crate::walk::Found;
use evidence::{FileKey, Journal, Passwords, Role};
use model::{Artifact, Gap, Member, Recognised, Source, SourceId, SourceKind, Status};
use std::collections::HashMap;
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Who holds the user's secrets, or asks for them.
pub trait Unlock {
    /// Opens the key of a file that is encrypted with age, given its handle and its name. The
    /// error says what the user can do.
    fn file_key(&mut self, file: &Arc<File>, name: &str) -> Result<FileKey, String>;

    /// The passwords to try on Android backups. `asked` is the name of an encrypted one, of which
    /// the password may be asked for.
    ///
    /// # Errors
    /// When there is none, and nobody to ask; the error says what the user can do.
    fn passwords(&mut self, _asked: Option<&str>) -> Result<Passwords, String> {
        Ok(Passwords::default())
    }
}

impl<F: FnMut(&Arc<File>, &str) -> Result<FileKey, String>> Unlock for F {
    fn file_key(&mut self, file: &Arc<File>, name: &str) -> Result<FileKey, String> {
        self(file, name)
    }
}

/// What is to be read, source by source. Nothing but directories and beginnings of files
/// has been read yet.
#[derive(Debug, Default)]
pub struct Plan {
    pub(crate) sources: Vec<Planned>,
    pub(crate) gaps: Vec<(Option<SourceId>, Gap)>,
    /// The PATHs that could not be opened or recognised.
    pub refused: Vec<Refused>,
}

/// A PATH that could not be opened or recognised, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refused {
    /// Its name, without the folders above it.
    pub path: String,
    /// Why.
    pub reason: String,
}

/// One source and the readings it asks for, in path order.
#[derive(Debug)]
pub(crate) struct Planned {
    pub(crate) source: Source,
    pub(crate) readings: Vec<Reading>,
    /// Expected in this kind of source, and not there.
    pub(crate) missing: Vec<Artifact>,
}

/// One piece of reading: what to open, and what to read of it.
#[derive(Clone, Debug)]
pub(crate) struct Reading {
    pub(crate) input: Opening,
    pub(crate) path: String,
    pub(crate) role: Role,
    pub(crate) key: Option<FileKey>,
    pub(crate) passwords: Passwords,
    /// The write-ahead log that lies beside the artifact.
    pub(crate) journal: Option<Beside>,
    /// Read only if this reading yields no dumpstate.
    pub(crate) fallback: Option<Box<Reading>>,
    /// Bytes that progress counts it by; set when all readings are known.
    pub(crate) planned: u64,
}

impl Reading {
    /// The path of the artifact it reads.
    pub(crate) fn artifact_path(&self) -> String {
        match &self.role {
            Role::Member { member, .. } => format!("{}!/{}", self.path, member.path),
            Role::Survey | Role::Container | Role::File { .. } => self.path.clone(),
        }
    }

    /// Its path below the root of the source; empty where it reads no artifact of the source.
    fn below(&self) -> &str {
        match &self.role {
            Role::File { path, .. } | Role::Member { path, .. } => path,
            Role::Survey | Role::Container => "",
        }
    }

    /// How many bytes of the input it will read, as far as that is known beforehand.
    pub(crate) fn bytes(&self) -> u64 {
        match (&self.role, &self.input) {
            (Role::Member { member, .. }, _) => member.compressed,
            (_, Opening::OnDisk(path)) => fs::metadata(path).map_or(0, |meta| meta.len()),
            (_, Opening::Open(file)) => file.metadata().map_or(0, |meta| meta.len()),
        }
    }
}

/// How the name of a database's write-ahead log ends (<https://www.sqlite.org/wal.html>).
pub(crate) const JOURNAL: &str = "-wal";

/// A write-ahead log beside an artifact, as the host comes by it.
#[derive(Clone, Debug)]
pub(crate) enum Beside {
    OnDisk(PathBuf),
    Member(Member),
}

impl Beside {
    /// What a job carries; none where it cannot be opened, which its own reading tells.
    pub(crate) fn open(&self) -> Option<Journal> {
        match self {
            Beside::OnDisk(path) => File::open(path).ok().map(|file| Journal::File(Arc::new(file))),
            Beside::Member(member) => Some(Journal::Member(member.clone())),
        }
    }
}

/// How the host comes by the handle that it hands over.
#[derive(Clone, Debug)]
pub(crate) enum Opening {
    /// Opened when its turn comes, so that a folder of 100,000 files does not hold as many handles.
    OnDisk(PathBuf),
    /// Open already.
    Open(Arc<File>),
}

impl Opening {
    pub(crate) fn open(&self) -> io::Result<Arc<File>> {
        match self {
            Opening::OnDisk(path) => File::open(path).map(Arc::new),
            Opening::Open(file) => Ok(Arc::clone(file)),
        }
    }
}

impl Plan {
    /// How many sources there are to read.
    #[must_use]
    pub fn source_count(&self) -> usize {
        self.sources.len()
    }

    /// Hands the passwords to every reading.
    pub(crate) fn give_passwords(&mut self, passwords: &Passwords) {
        let readings = self.sources.iter_mut().flat_map(|source| &mut source.readings);
        for reading in readings {
            reading.passwords = passwords.clone();
        }
    }

    fn next_id(&self) -> SourceId {
        SourceId(u32::try_from(self.sources.len()).unwrap_or(u32::MAX))
    }

    /// Adds a source that is one file.
    pub(crate) fn add(
        &mut self,
        path: String,
        input: Surveyed,
        recognised: Recognised,
        gaps: Vec<Gap>,
    ) {
        let id = self.next_id();
        self.gaps.extend(gaps.into_iter().map(|gap| (Some(id), gap)));
        let kind = recognised.kind;
        let whole = recognised.members.is_empty();
        let reading = |role| Reading {
            input: input.input.clone(),
            path: input.found.path.clone(),
            role,
            key: input.key.clone(),
            passwords: Passwords::default(),
            journal: None,
            fallback: None,
            planned: 0,
        };
        let mut readings: Vec<Reading> = recognised
            .members
            .into_iter()
            .map(|member| {
                let below = member.path.strip_prefix(&recognised.root).unwrap_or(&member.path);
                reading(Role::Member { kind, path: below.to_owned(), member })
            })
            .collect();
        if whole {
            let path = name_of(Path::new(&input.found.path));
            readings.push(reading(Role::File { kind, path }));
        } else {
            readings.insert(0, reading(Role::Container));
        }
        let prefix = format!("{}!/{}", input.found.path, recognised.root);
        let missing = if whole { Vec::new() } else { missing(kind, &prefix, &readings) };
        self.push(Source { id, path, kind, device: None }, readings, missing);
    }

    /// Adds a source that is a folder, with what could not be followed or listed in it.
    pub(crate) fn add_folder(
        &mut self,
        path: String,
        kind: SourceKind,
        root: &str,
        files: Vec<Found>,
        gaps: Vec<(String, String)>,
    ) {
        let id = self.next_id();
        self.gaps.extend(gaps.into_iter().map(|(path, reason)| (Some(id), gap(&path, reason))));
        let readings: Vec<Reading> = files
            .into_iter()
            .map(|file| Reading {
                role: Role::File {
                    kind,
                    path: file.path.strip_prefix(root).unwrap_or(&file.path).to_owned(),
                },
                path: file.path,
                input: Opening::OnDisk(file.on_disk),
                key: None,
                passwords: Passwords::default(),
                journal: None,
                fallback: None,
                planned: 0,
            })
            .collect();
        let missing = missing(kind, root, &readings);
        self.push(Source { id, path, kind, device: None }, readings, missing);
    }

    /// Adds a source whose readings are known; which of them belong together is seen here.
    fn push(&mut self, source: Source, mut readings: Vec<Reading>, missing: Vec<Artifact>) {
        pair_journals(&mut readings);
        prefer_bug_report(&mut readings);
        self.sources.push(Planned { source, readings, missing });
    }

    /// Adds what lies in a folder beside the sources found there.
    pub(crate) fn add_rest(
        &mut self,
        name: &str,
        unknown: Vec<Unrecognised>,
        gaps: Vec<(String, String)>,
    ) {
        if unknown.is_empty() && gaps.is_empty() {
            return;
        }
        let id = self.next_id();
        let kind = SourceKind::Folder;
        let mut readings = Vec::new();
        let mut failed = Vec::new();
        for file in unknown {
            match file.failed {
                Some(gaps) => {
                    self.gaps.extend(gaps.into_iter().map(|gap| (Some(id), gap)));
                    failed.push(Artifact::bare(file.found.path, Status::Failed));
                }
                None => readings.push(Reading {
                    role: Role::File { kind, path: file.found.path.clone() },
                    path: file.found.path,
                    input: Opening::OnDisk(file.found.on_disk),
                    key: None,
                    passwords: Passwords::default(),
                    journal: None,
                    fallback: None,
                    planned: 0,
                }),
            }
        }
        self.gaps.extend(gaps.into_iter().map(|(path, reason)| (Some(id), gap(&path, reason))));
        pair_journals(&mut readings);
        let source = Source { id, path: name.to_owned(), kind, device: None };
        self.sources.push(Planned { source, readings, missing: failed });
    }

    /// Gives the journal beside a file to the source that was added last, which is that file.
    pub(crate) fn give_journal(&mut self, journal: Option<&PathBuf>) {
        if let (Some(journal), Some(planned)) = (journal, self.sources.last_mut())
            && let [reading] = planned.readings.as_mut_slice()
            && reading.key.is_none()
        {
            reading.journal = Some(Beside::OnDisk(journal.clone()));
        }
    }
}

/// Gives each reading the write-ahead log that lies beside its artifact in the same source.
fn pair_journals(readings: &mut [Reading]) {
    let journals: HashMap<String, Beside> = readings
        .iter()
        .filter_map(|reading| {
            let path = reading.below().strip_suffix(JOURNAL)?;
            let beside = match (&reading.role, &reading.input) {
                (Role::Member { member, .. }, _) => Beside::Member(member.clone()),
                (Role::File { .. }, Opening::OnDisk(on_disk)) => Beside::OnDisk(on_disk.clone()),
                _ => return None,
            };
            Some((path.to_owned(), beside))
        })
        .collect();
    if !journals.is_empty() {
        for reading in readings {
            reading.journal = journals.get(reading.below()).cloned();
        }
    }
}

/// A dumpsys.txt beside a bug report holds the same services again; it is read only if the
/// bug report yields none.
fn prefer_bug_report(readings: &mut Vec<Reading>) {
    let Some(dumpsys) = readings.iter().position(|r| r.below() == "dumpsys.txt") else { return };
    if readings.iter().any(|r| r.below() == "bugreport.zip") {
        let dumpsys = Box::new(readings.remove(dumpsys));
        if let Some(bugreport) = readings.iter_mut().find(|r| r.below() == "bugreport.zip") {
            bugreport.fallback = Some(dumpsys);
        }
    }
}

/// Rows for what this kind of source is expected to hold, and does not.
fn missing(kind: SourceKind, prefix: &str, readings: &[Reading]) -> Vec<Artifact> {
    let there: Vec<&str> = readings.iter().map(Reading::below).collect();
    parsers::expected_but_absent(kind, &there)
        .into_iter()
        .map(|name| Artifact::bare(format!("{prefix}{name}"), Status::Missing))
        .collect()
}

pub(crate) fn gap(path: &str, reason: String) -> Gap {
    Gap { artifact: Some(path.to_owned()), position: None, reason }
}

pub(crate) fn join(name: &str, below: &str) -> String {
    match (name.is_empty(), below.is_empty()) {
        (_, true) => name.to_owned(),
        (true, false) => below.to_owned(),
        (false, false) => format!("{name}/{below}"),
    }
}

/// The last component of a path, as artifacts write it. `.` and `..` are resolved first.
pub(crate) fn name_of(path: &Path) -> String {
    let named = path.file_name().map(ToOwned::to_owned);
    let name = named.or_else(|| path.canonicalize().ok()?.file_name().map(ToOwned::to_owned));
    name.map_or_else(String::new, |name| evidence::display_path(name.as_encoded_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_log_goes_to_the_database_of_its_own_folder() {
        let found =
            |path: &str| Found { on_disk: Path::new("/disk").join(path), path: path.into() };
        let paths = ["q/a/History", "q/a/History-wal", "q/b/History", "q/b/x-wal"];
        let mut plan = Plan::default();
        let files = paths.map(found).to_vec();
        plan.add_folder("q".into(), SourceKind::Androidqf, "q/", files, Vec::new());
        let given: Vec<Option<PathBuf>> = plan.sources[0]
            .readings
            .iter()
            .map(|reading| match &reading.journal {
                Some(Beside::OnDisk(path)) => Some(path.clone()),
                _ => None,
            })
            .collect();
        assert_eq!(given, [Some("/disk/q/a/History-wal".into()), None, None, None]);
    }

    #[test]
    fn a_log_in_an_archive_is_handed_over_as_a_member() {
        let member = |path: &str| Member { path: path.into(), ..Member::default() };
        let mut readings: Vec<Reading> = ["History", "History-wal"]
            .map(|path| Reading {
                role: Role::Member {
                    kind: SourceKind::Androidqf,
                    path: path.into(),
                    member: member(&format!("u/{path}")),
                },
                path: "q.zip".into(),
                input: Opening::OnDisk("/disk/q.zip".into()),
                key: None,
                passwords: Passwords::default(),
                journal: None,
                fallback: None,
                planned: 0,
            })
            .into();
        pair_journals(&mut readings);
        let Some(Beside::Member(given)) = &readings[0].journal else { panic!("none was given") };
        assert_eq!(given.path, "u/History-wal");
        assert!(readings[1].journal.is_none());
    }
}
