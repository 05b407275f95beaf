//! From the PATHs given to the sources found in them, and the readings they ask for.

use crate::ordered;
use crate::reader::Reader;
use crate::walk::{self, Found};
use evidence::{FileKey, Job, Limits, Role};
use model::{Artifact, Gap, Item, Recognised, Source, SourceId, SourceKind, Status};
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::AtomicU64;

/// Opens the key of an encrypted input, given its handle and its name. The error says what
/// the user can do.
pub type Unlock<'a> = dyn FnMut(&Arc<File>, &str) -> Result<FileKey, String> + 'a;

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
    /// Read only if this reading yields no dumpstate.
    pub(crate) fallback: Option<Box<Reading>>,
}

impl Reading {
    /// How many bytes of the input it will read, as far as that is known beforehand.
    pub(crate) fn bytes(&self) -> u64 {
        match (&self.role, &self.input) {
            (Role::Member { member, .. }, _) => member.compressed,
            (_, Opening::OnDisk(path)) => fs::metadata(path).map_or(0, |meta| meta.len()),
            (_, Opening::Open(file)) => file.metadata().map_or(0, |meta| meta.len()),
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

/// What planning needs to know beside the PATHs.
pub struct Survey<'a> {
    /// How much one artifact may cost.
    pub limits: &'a Limits,
    /// How many threads read.
    pub threads: usize,
    /// Does the reading.
    pub reader: &'a dyn Reader,
}

impl Survey<'_> {
    /// Looks at each of `paths` and plans what to read. Never fails: what cannot be opened or
    /// recognised is in [`Plan::refused`], and in the report as a gap.
    pub fn plan(&self, paths: &[PathBuf], unlock: &mut Unlock<'_>) -> Plan {
        let mut plan = Plan::default();
        for path in paths {
            let name = name_of(path);
            let refused = match fs::metadata(path) {
                Ok(meta) if meta.is_dir() => self.folder(path, &name, unlock, &mut plan),
                Ok(meta) if meta.is_file() => self.file(path, &name, unlock, &mut plan),
                Ok(_) => Err("it is neither a file nor a folder".to_owned()),
                Err(error) => Err(format!("it cannot be opened: {error}")),
            };
            if let Err(reason) = refused {
                let gap =
                    Gap { artifact: Some(name.clone()), position: None, reason: reason.clone() };
                plan.gaps.push((None, gap));
                plan.refused.push(Refused { path: name, reason });
            }
        }
        plan
    }

    /// Plans one file given by name.
    fn file(
        &self,
        path: &Path,
        name: &str,
        unlock: &mut Unlock<'_>,
        plan: &mut Plan,
    ) -> Result<(), String> {
        let found = Found { on_disk: path.to_path_buf(), path: name.to_owned() };
        let input = Surveyed::unlocked(found, unlock)?;
        let seen = self.survey(&input);
        match seen.recognised {
            Some(recognised) => {
                plan.add(name.to_owned(), input, recognised, seen.gaps);
                Ok(())
            }
            None => Err(seen.why()),
        }
    }

    /// Plans a folder: acquisitions and bug reports that lie in it as folders, then every other
    /// file by itself.
    fn folder(
        &self,
        path: &Path,
        name: &str,
        unlock: &mut Unlock<'_>,
        plan: &mut Plan,
    ) -> Result<(), String> {
        let walked = walk::walk(path);
        let before = plan.sources.len();
        let paths: Vec<&str> = walked.files.iter().map(|file| file.path.as_str()).collect();
        let roots = parsers::recognise(&paths);
        let mut below: Vec<Vec<Found>> = roots.iter().map(|_| Vec::new()).collect();
        let mut others = Vec::new();
        for file in walked.files {
            match roots.iter().position(|root| file.path.starts_with(&root.root)) {
                Some(root) => below[root].push(file),
                None => others.push(file),
            }
        }
        for (root, files) in roots.into_iter().zip(below) {
            let at = join(name, root.root.trim_end_matches('/'));
            plan.add_folder(at, root.kind, &root.root, files);
        }
        let unknown = self.loose_files(name, others, unlock, plan);
        if plan.sources.len() == before {
            return Err("nothing in this folder is an acquisition, a bug report or an app".into());
        }
        plan.add_rest(name, unknown, walked.gaps);
        Ok(())
    }

    /// Surveys files that belong to no acquisition; returns those that are no source.
    fn loose_files(
        &self,
        name: &str,
        files: Vec<Found>,
        unlock: &mut Unlock<'_>,
        plan: &mut Plan,
    ) -> Vec<Unrecognised> {
        let mut unknown = Vec::new();
        let mut inputs = Vec::new();
        for found in files {
            let path = found.path.clone();
            match Surveyed::unlocked(found.clone(), unlock) {
                Ok(input) => inputs.push(input),
                Err(reason) => {
                    unknown.push(Unrecognised { found, failed: Some(vec![gap(&path, reason)]) })
                }
            }
        }
        let mut seen = Vec::with_capacity(inputs.len());
        ordered::run(
            self.threads,
            inputs.iter(),
            |input, give| give(self.survey(input)),
            |surveyed| seen.push(surveyed),
            || {},
        );
        for (input, seen) in inputs.into_iter().zip(seen) {
            match seen.recognised {
                Some(recognised) => {
                    plan.add(join(name, &input.found.path), input, recognised, seen.gaps);
                }
                None => unknown.push(Unrecognised {
                    found: input.found,
                    failed: seen.failed.then_some(seen.gaps),
                }),
            }
        }
        unknown.sort_by(|a, b| a.found.path.cmp(&b.found.path));
        unknown
    }

    fn survey(&self, input: &Surveyed) -> Seen {
        let mut seen = Seen::default();
        let opened = match input.input.open() {
            Ok(opened) => opened,
            Err(error) => {
                seen.failed = true;
                seen.gaps.push(gap(&input.found.path, format!("it cannot be opened: {error}")));
                return seen;
            }
        };
        let job = Job {
            input: opened,
            path: input.found.path.clone(),
            role: Role::Survey,
            key: input.key.clone(),
            limits: self.limits.clone(),
            progress: Arc::new(AtomicU64::new(0)),
        };
        self.reader.read(&job, &mut |item| match item {
            Item::Recognised(recognised) => seen.recognised = Some(recognised),
            Item::Gap(gap) => seen.gaps.push(gap),
            Item::Artifact(artifact) => seen.failed |= artifact.status.leaves_a_gap(),
            Item::Observation(_) => {}
        });
        seen
    }
}

/// A file to survey, with the key that opens it.
struct Surveyed {
    found: Found,
    input: Opening,
    key: Option<FileKey>,
}

impl Surveyed {
    /// Opens the file's key if it is encrypted.
    fn unlocked(found: Found, unlock: &mut Unlock<'_>) -> Result<Self, String> {
        let file = File::open(&found.on_disk).map_err(|e| format!("it cannot be opened: {e}"))?;
        let file = Arc::new(file);
        if !evidence::is_age(&file) {
            let input = Opening::OnDisk(found.on_disk.clone());
            return Ok(Self { found, input, key: None });
        }
        let key = unlock(&file, &found.path)?;
        Ok(Self { found, input: Opening::Open(file), key: Some(key) })
    }
}

/// What a survey told.
#[derive(Default)]
struct Seen {
    recognised: Option<Recognised>,
    gaps: Vec<Gap>,
    /// It is of a known kind, and could not be read.
    failed: bool,
}

impl Seen {
    fn why(&self) -> String {
        let reasons: Vec<&str> = self.gaps.iter().map(|gap| gap.reason.as_str()).collect();
        if reasons.is_empty() {
            "it is no acquisition, bug report or app that this version knows".into()
        } else {
            reasons.join("; ")
        }
    }
}

/// A file in a folder that is no source.
struct Unrecognised {
    found: Found,
    /// The gaps of a file that is of a known kind, but could not be read.
    failed: Option<Vec<Gap>>,
}

impl Plan {
    /// How many sources there are to read.
    #[must_use]
    pub fn source_count(&self) -> usize {
        self.sources.len()
    }

    fn next_id(&self) -> SourceId {
        SourceId(u32::try_from(self.sources.len()).unwrap_or(u32::MAX))
    }

    /// Adds a source that is one file.
    fn add(&mut self, path: String, input: Surveyed, recognised: Recognised, gaps: Vec<Gap>) {
        let id = self.next_id();
        self.gaps.extend(gaps.into_iter().map(|gap| (Some(id), gap)));
        let kind = recognised.kind;
        let whole = recognised.members.is_empty();
        let reading = |role| Reading {
            input: input.input.clone(),
            path: input.found.path.clone(),
            role,
            key: input.key.clone(),
            fallback: None,
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
        }
        let prefix = format!("{}!/{}", input.found.path, recognised.root);
        let missing = if whole { Vec::new() } else { missing(kind, &prefix, &readings) };
        prefer_bug_report(&mut readings);
        self.sources.push(Planned {
            source: Source { id, path, kind, device: None },
            readings,
            missing,
        });
    }

    /// Adds a source that is a folder.
    fn add_folder(&mut self, path: String, kind: SourceKind, root: &str, files: Vec<Found>) {
        let id = self.next_id();
        let mut readings: Vec<Reading> = files
            .into_iter()
            .map(|file| Reading {
                role: Role::File {
                    kind,
                    path: file.path.strip_prefix(root).unwrap_or(&file.path).to_owned(),
                },
                path: file.path,
                input: Opening::OnDisk(file.on_disk),
                key: None,
                fallback: None,
            })
            .collect();
        let missing = missing(kind, root, &readings);
        prefer_bug_report(&mut readings);
        self.sources.push(Planned {
            source: Source { id, path, kind, device: None },
            readings,
            missing,
        });
    }

    /// Adds what lies in a folder beside the sources found there.
    fn add_rest(&mut self, name: &str, unknown: Vec<Unrecognised>, gaps: Vec<(String, String)>) {
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
                    failed.push(Artifact {
                        path: file.found.path,
                        sha256: None,
                        size: None,
                        read_by: None,
                        status: Status::Failed,
                        note: None,
                    });
                }
                None => readings.push(Reading {
                    role: Role::File { kind, path: file.found.path.clone() },
                    path: file.found.path,
                    input: Opening::OnDisk(file.found.on_disk),
                    key: None,
                    fallback: None,
                }),
            }
        }
        self.gaps.extend(gaps.into_iter().map(|(path, reason)| (Some(id), gap(&path, reason))));
        let source = Source { id, path: name.to_owned(), kind, device: None };
        self.sources.push(Planned { source, readings, missing: failed });
    }
}

/// A dumpsys.txt beside a bug report holds the same services again; it is read only if the
/// bug report yields none.
fn prefer_bug_report(readings: &mut Vec<Reading>) {
    let below = |reading: &Reading| match &reading.role {
        Role::File { path, .. } | Role::Member { path, .. } => path.clone(),
        Role::Survey => String::new(),
    };
    let Some(dumpsys) = readings.iter().position(|r| below(r) == "dumpsys.txt") else { return };
    if readings.iter().any(|r| below(r) == "bugreport.zip") {
        let dumpsys = Box::new(readings.remove(dumpsys));
        if let Some(bugreport) = readings.iter_mut().find(|r| below(r) == "bugreport.zip") {
            bugreport.fallback = Some(dumpsys);
        }
    }
}

/// Rows for what this kind of source is expected to hold, and does not.
fn missing(kind: SourceKind, prefix: &str, readings: &[Reading]) -> Vec<Artifact> {
    let there: Vec<&str> = readings
        .iter()
        .map(|reading| match &reading.role {
            Role::File { path, .. } | Role::Member { path, .. } => path.as_str(),
            Role::Survey => "",
        })
        .collect();
    parsers::expected_but_absent(kind, &there)
        .into_iter()
        .map(|name| Artifact {
            path: format!("{prefix}{name}"),
            sha256: None,
            size: None,
            read_by: None,
            status: Status::Missing,
            note: None,
        })
        .collect()
}

fn gap(path: &str, reason: String) -> Gap {
    Gap { artifact: Some(path.to_owned()), position: None, reason }
}

fn join(name: &str, below: &str) -> String {
    match (name.is_empty(), below.is_empty()) {
        (_, true) => name.to_owned(),
        (true, false) => below.to_owned(),
        (false, false) => format!("{name}/{below}"),
    }
}

/// The last component of a path, as artifacts write it. `.` and `..` are resolved first.
fn name_of(path: &Path) -> String {
    let named = path.file_name().map(ToOwned::to_owned);
    let name = named.or_else(|| path.canonicalize().ok()?.file_name().map(ToOwned::to_owned));
    name.map_or_else(String::new, |name| evidence::display_path(name.as_encoded_bytes()))
}
