//! The reading function: in, a job; out, a stream of items. Opening, decrypting, inflating,
//! hashing and parsing all happen behind it.
//!
//! Invariants: it opens nothing by name, calls nobody back but the sink, and keeps nothing from
//! one job to the next, so that it can run in a worker process. It never fails and never
//! panics: what cannot be read is an item too.

use crate::android::{self, databases, intrusion_log};
use crate::bounded::Bounded;
use crate::list::PARSERS;
use crate::recognise::{self, DUMPSTATE_ROW};
use crate::scan::Scanning;
use crate::sniff::is_dumpstate;
use crate::survey;
use evidence::{BackupTree, Blob, Emitter, Input, Job, Journal, Limits, ListingGap, Parser};
use evidence::{Passwords, Role, Scanner, Tree, ZipTree};
use model::fact::{FileHashed, FileSeen};
use model::{Artifact, Gap, Item, Member, Position, Precision, SourceKind, Status, Time};
use std::io::{self, Read};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

/// Does one job, and tells all that it yields to `sink`, in the order read:
///
/// - [`Role::Survey`]: one [`Item::Recognised`], then gaps for what is odd about the archive;
///   or gaps that say why it is not recognised, and an [`Item::Artifact`] that has failed where
///   the input is of a known kind, but cannot be read.
/// - [`Role::Container`]: the [`Item::Artifact`] of the archive itself, with its hash.
/// - [`Role::File`] and [`Role::Member`]: observations and gaps, then the [`Item::Artifact`]. A
///   bug report inside an acquisition is one job: its own artifact, then those in it.
pub fn read(job: &Job, sink: &mut dyn FnMut(Item)) {
    read_with(job, None, sink);
}

/// As [`read`], and holds a user's own patterns against the bytes of every artifact, and of every
/// member of an app.
pub fn read_and_scan(job: &Job, scanner: &dyn Scanner, sink: &mut dyn FnMut(Item)) {
    read_with(job, Some(scanner), sink);
}

fn read_with(job: &Job, scanner: Option<&dyn Scanner>, sink: &mut dyn FnMut(Item)) {
    // Unwind safety: what is borrowed is the job, which nothing here changes, and the sink,
    // which takes whole items; all else is made anew for each job.
    let mut bounded = Bounded::new(job.limits.observations, sink);
    let done = catch_unwind(AssertUnwindSafe(|| run(job, scanner, &mut |item| bounded.item(item))));
    bounded.finish();
    if done.is_err() {
        gap(sink, &job.path, None, "Tamarisk itself failed on this input; please report it");
        sink(Item::Artifact(Artifact::bare(&job.path, Status::Failed)));
    }
}

fn run(job: &Job, scanner: Option<&dyn Scanner>, sink: &mut dyn FnMut(Item)) {
    let opened = match job.role {
        Role::Container => Blob::from_file(job.input.clone(), job.progress.clone()),
        Role::Survey | Role::File { .. } | Role::Member { .. } => open(job),
    };
    let input = match opened {
        Ok(input) => input,
        Err(error) => {
            let path = match &job.role {
                Role::Member { member, .. } => within(&job.path, &member.path),
                Role::Survey | Role::Container | Role::File { .. } => job.path.clone(),
            };
            gap(sink, &path, None, error.to_string());
            return sink(Item::Artifact(Artifact::bare(path, Status::Failed)));
        }
    };
    match &job.role {
        Role::Survey => survey::survey(&input, job, sink),
        Role::Container => {
            let format = if job.key.is_some() { "age" } else { "zip" };
            let whole = Input::from_blob(input, &job.limits, 0);
            Reading::of(job, None, sink).done(whole, &job.path, Some(format), Status::Read);
        }
        Role::File { kind, path } => {
            let journal = match &job.journal {
                Some(Journal::File(file)) if databases::is_known(path) => {
                    Blob::from_file(file.clone(), Arc::default()).ok()
                }
                _ => None,
            };
            let bytes = Bytes::Ready(input);
            Reading { journal, ..Reading::of(job, scanner, sink) }
                .any(*kind, path, &bytes, &job.path, 0);
        }
        Role::Member { kind, path, member } => {
            let tree = ZipTree::known(input, Vec::new());
            let bytes = Bytes::Member(&tree, member);
            let at = within(&job.path, &member.path);
            // Why it cannot be read, its own reading tells.
            let journal = match &job.journal {
                Some(Journal::Member(journal)) if databases::is_known(path) => {
                    tree.blob(journal, &job.limits).ok()
                }
                _ => None,
            };
            Reading { journal, ..Reading::of(job, scanner, sink) }.any(*kind, path, &bytes, &at, 1);
        }
    }
}

fn open(job: &Job) -> io::Result<Blob> {
    let blob = Blob::from_file(job.input.clone(), job.progress.clone())?;
    match &job.key {
        Some(key) => evidence::decrypted(blob, key),
        None => Ok(blob),
    }
}

/// Where the bytes of an artifact come from.
enum Bytes<'a> {
    Ready(Blob),
    Member(&'a dyn Tree, &'a Member),
}

impl<'a> Bytes<'a> {
    fn input(&self, limits: &'a Limits, depth: u32) -> Input<'a> {
        match self {
            Bytes::Ready(blob) => Input::from_blob(blob.clone(), limits, depth),
            Bytes::Member(tree, member) => Input::from_member(*tree, member, limits, depth),
        }
    }

    fn is_backup(&self, limits: &Limits) -> bool {
        evidence::is_backup_prefix(&self.start(limits))
    }

    /// The first bytes; none where they cannot be read.
    fn start(&self, limits: &Limits) -> Vec<u8> {
        const START: u64 = 64 << 10;
        let mut start = Vec::new();
        // An error here comes again, and is told, when the artifact is read.
        let _ = match self {
            Bytes::Ready(blob) => blob.reader().take(START).read_to_end(&mut start),
            Bytes::Member(tree, member) => tree
                .stream(member, limits)
                .and_then(|stream| stream.take(START).read_to_end(&mut start)),
        };
        start
    }
}

/// The reading of one file or member, and of what lies in it.
struct Reading<'a> {
    limits: &'a Limits,
    /// What else the bytes are held against.
    scanner: Option<&'a dyn Scanner>,
    passwords: &'a Passwords,
    sink: &'a mut dyn FnMut(Item),
    /// Packages inside packages that may still be opened.
    packages_left: u32,
    /// The journal beside the artifact that is read next.
    journal: Option<Blob>,
}

/// Packages inside packages that one job opens.
const MOST_PACKAGES: u32 = 200;
/// Members of a package that are looked at, whether they are packages.
const MOST_LOOKED_AT: usize = 1000;

impl<'a> Reading<'a> {
    fn of(job: &'a Job, scanner: Option<&'a dyn Scanner>, sink: &'a mut dyn FnMut(Item)) -> Self {
        let (limits, passwords) = (&job.limits, &job.passwords);
        Self { limits, scanner, passwords, sink, packages_left: MOST_PACKAGES, journal: None }
    }

    /// Reads an artifact, or all artifacts of a bug report. `path` lies below the root of the
    /// source, `at` is the artifact's full path.
    fn any(&mut self, kind: SourceKind, path: &str, bytes: &Bytes<'_>, at: &str, depth: u32) {
        let bug_report = match kind {
            SourceKind::Androidqf => path == "bugreport.zip",
            SourceKind::Bugreport => {
                recognise::is_bug_report_zip(path) && !recognise::is_known(kind, path)
            }
            _ => false,
        };
        let backup = match kind {
            SourceKind::Androidqf => path == "backup.ab",
            // What was unpacked lies in folders; a backup by itself was told by its content.
            SourceKind::AndroidBackup => !path.contains('/') && bytes.is_backup(self.limits),
            _ => false,
        };
        let logs = is_zip_name(path)
            && (kind == SourceKind::IntrusionLogs
                || kind == SourceKind::Androidqf && intrusion_log::is_folder(path));
        let app_set = matches!(kind, SourceKind::Apk | SourceKind::Androidqf)
            && recognise::is_app_set_name(path);
        if app_set {
            self.app_set(bytes, at, depth);
        } else if bug_report {
            self.bug_report(bytes, at, depth);
        } else if logs {
            self.log_archive(bytes, at, depth);
        } else if backup {
            self.backup(bytes, at, depth);
        } else {
            self.artifact(kind, path, bytes, at, depth);
        }
    }

    /// Reads an Android backup: its own artifact, then the files in it, in path order.
    fn backup(&mut self, bytes: &Bytes<'_>, at: &str, depth: u32) {
        let mut input = bytes.input(self.limits, depth);
        let opened = input.blob().map_err(|error| error.to_string()).and_then(|blob| {
            BackupTree::open(&blob, self.passwords, self.limits).map_err(|error| error.to_string())
        });
        let status = match &opened {
            Ok((_, gaps)) if gaps.is_empty() => Status::Read,
            Ok(_) => Status::Partly,
            Err(reason) => {
                gap(self.sink, at, None, reason.as_str());
                Status::Failed
            }
        };
        if let Ok((_, gaps)) = &opened {
            // An offset lies in the tar that was unpacked, not in the artifact.
            let placed = gaps.iter().map(|gap| ListingGap {
                offset: None,
                reason: match gap.offset {
                    Some(at) => format!("{} (byte {at} of the unpacked tar)", gap.reason),
                    None => gap.reason.clone(),
                },
                ..gap.clone()
            });
            survey::tell(&placed.collect::<Vec<_>>(), at, self.sink);
        }
        self.finish(input, at, Some("android_backup"), Rest::Told(status));
        let Ok((tree, _)) = opened else { return };
        for member in tree.members() {
            let bytes = Bytes::Member(&tree, member);
            let full = within(at, &member.path);
            if databases::is_known(&member.path) {
                let wal = format!("{}-wal", member.path);
                let beside = tree.members().binary_search_by(|one| one.path.cmp(&wal));
                let beside = beside.ok().and_then(|at| tree.members().get(at));
                self.journal = beside.and_then(|wal| tree.blob(wal, self.limits).ok());
            }
            self.artifact(SourceKind::AndroidBackup, &member.path, &bytes, &full, depth + 1);
        }
    }

    /// Reads a set of packages, which are one app: its own artifact, then its members in path
    /// order.
    fn app_set(&mut self, bytes: &Bytes<'_>, at: &str, depth: u32) {
        let Some(tree) = self.zip(bytes, at, depth) else { return };
        for member in tree.members() {
            let full = within(at, &member.path);
            let bytes = Bytes::Member(&tree, member);
            self.any(SourceKind::Apk, &member.path, &bytes, &full, depth + 1);
        }
    }

    /// Reads the packages inside a package: what a dropper installs lies in it.
    fn inside_app(&mut self, blob: Blob, at: &str, depth: u32) {
        // What is odd about the zip, the reader of the app has told.
        let Ok((tree, _)) = ZipTree::open(blob, self.limits) else { return };
        let named = tree.members().iter().filter(|one| recognise::is_app_name(&one.path));
        for member in named.take(MOST_LOOKED_AT) {
            let bytes = Bytes::Member(&tree, member);
            if !bytes.start(self.limits).starts_with(b"PK") {
                continue;
            }
            let full = within(at, &member.path);
            if depth >= self.limits.depth || self.packages_left == 0 {
                let reason = "more packages lie in packages than are opened";
                return gap(self.sink, &full, None, reason);
            }
            self.packages_left -= 1;
            self.any(SourceKind::Apk, &member.path, &bytes, &full, depth + 1);
        }
    }

    /// Reads a zip that is a bug report, or that wraps one: its own artifact, then its members
    /// in path order. Calls itself at most [`Limits::depth`] times.
    fn bug_report(&mut self, bytes: &Bytes<'_>, at: &str, depth: u32) {
        if let Some(tree) = self.zip(bytes, at, depth) {
            self.members(&tree, at, depth + 1);
        }
    }

    /// Reads a zip of intrusion logs, which may hold such zips, as [`Self::bug_report`] does.
    fn log_archive(&mut self, bytes: &Bytes<'_>, at: &str, depth: u32) {
        let Some(tree) = self.zip(bytes, at, depth) else { return };
        for member in tree.members() {
            let full = within(at, &member.path);
            let bytes = Bytes::Member(&tree, member);
            self.any(SourceKind::IntrusionLogs, &member.path, &bytes, &full, depth + 1);
        }
    }

    /// Opens a zip inside the source, and tells its own artifact.
    fn zip(&mut self, bytes: &Bytes<'_>, at: &str, depth: u32) -> Option<ZipTree> {
        let limits = self.limits;
        let mut input = bytes.input(limits, depth);
        let opened = if depth >= limits.depth {
            Err(format!("archives lie in archives {depth} deep, no more than that is opened"))
        } else {
            input
                .blob()
                .map_err(|error| error.to_string())
                .and_then(|blob| ZipTree::open(blob, limits).map_err(|error| error.to_string()))
        };
        let locked = matches!(&opened, Ok((tree, _)) if survey::is_locked(tree.members()));
        let opened = match opened {
            Ok(_) if locked => Err(survey::PASSWORD.to_owned()),
            opened => opened,
        };
        let status = if opened.is_ok() { Status::Read } else { Status::Failed };
        if let Err(reason) = &opened {
            gap(self.sink, at, None, reason.as_str());
        }
        self.done(input, at, Some("zip"), status);
        let (tree, gaps) = opened.ok()?;
        survey::tell(&gaps, at, self.sink);
        Some(tree)
    }

    fn members(&mut self, tree: &ZipTree, at: &str, depth: u32) {
        let kind = SourceKind::Bugreport;
        let paths: Vec<&str> = tree.members().iter().map(|member| member.path.as_str()).collect();
        let reports = recognise::recognise(&paths);
        let report = reports.into_iter().find(|found| found.kind == kind);
        let wrapped = recognise::wrapped(&paths).filter(|_| report.is_none());
        let root = report.map(|found| found.root).unwrap_or_default();
        let mut has_dumpstate = wrapped.is_some();
        for member in tree.members() {
            let bytes = Bytes::Member(tree, member);
            let full = within(at, &member.path);
            if wrapped == Some(member.path.as_str()) {
                self.bug_report(&bytes, &full, depth);
            } else {
                let path = member.path.strip_prefix(&root).unwrap_or(&member.path);
                has_dumpstate |= self.artifact(kind, path, &bytes, &full, depth);
            }
        }
        if !has_dumpstate {
            let path = within(at, &format!("{root}{DUMPSTATE_ROW}"));
            (self.sink)(Item::Artifact(Artifact::bare(path, Status::Missing)));
        }
    }

    /// Reads one artifact. Tells whether it is dumpstate's text.
    fn artifact(
        &mut self,
        kind: SourceKind,
        path: &str,
        bytes: &Bytes<'_>,
        at: &str,
        depth: u32,
    ) -> bool {
        let limits = self.limits;
        self.phone_file(kind, path, bytes, at);
        let mut input = bytes.input(limits, depth).with_journal(self.journal.take());
        let mut scanning = self.scanner.map(Scanning::of);
        let Some(parser) = choose(kind, path, bytes, limits) else {
            self.scan(scanning, bytes, false, (at, depth));
            let known = recognise::is_known(kind, path);
            let status = if known { Status::NotSupported } else { Status::Unknown };
            self.done(input, at, None, status);
            return false;
        };
        let mut facts = 0_u64;
        let mut counting = |item: Item| {
            facts += u64::from(matches!(item, Item::Observation(_)));
            if let Some(scanning) = &mut scanning {
                scanning.learn(&item);
            }
            (self.sink)(item);
        };
        let mut out = Emitter::new(at.into(), parser.id(), &mut counting);
        // Unwind safety: after a panic `input` is made anew, and `out` only counts and passes on
        // whole items.
        let parsed = catch_unwind(AssertUnwindSafe(|| parser.parse(&mut input, &mut out)));
        let panicked = parsed.is_err();
        if panicked {
            out.gap(None, "Tamarisk's own parser failed on this artifact; please report it");
        }
        let incomplete = matches!(parsed, Ok(Status::Partly | Status::Failed));
        if incomplete && out.gaps() == 0 {
            out.gap(None, "it could not be read to its end");
        }
        out.finish();
        let status = parsed.unwrap_or(if facts > 0 { Status::Partly } else { Status::Failed });
        if panicked {
            input = bytes.input(limits, depth);
        }
        let status = match status {
            Status::Read if facts == 0 => Rest::UnlessFailed(Status::Read),
            Status::Read => Rest::UnlessPartly(Status::Read),
            told => Rest::Told(told),
        };
        let is_app = parser.id() == android::Apk.id();
        let app = if is_app { input.blob().ok() } else { None };
        self.scan(scanning, bytes, is_app, (at, depth));
        self.finish(input, at, Some(parser.id()), status);
        if let Some(blob) = app {
            self.inside_app(blob, at, depth);
        }
        dumpstate_parser().is_some_and(|dumpstate| dumpstate.id() == parser.id())
    }

    /// Scans what was read, in a pass of its own: what an app says of itself comes first.
    fn scan(
        &mut self,
        scanning: Option<Scanning<'_>>,
        bytes: &Bytes<'_>,
        is_app: bool,
        (at, depth): (&str, u32),
    ) {
        let Some(scanning) = scanning else { return };
        // One that says it is too large is not even unpacked; an app may still have members that are
        // not.
        if let (Bytes::Member(_, member), false) = (bytes, is_app)
            && !scanning.takes(member.size, at, self.sink)
        {
            return;
        }
        if let Ok(blob) = bytes.input(self.limits, depth).blob() {
            scanning.artifact(&blob, is_app, at, self.sink);
        }
    }

    /// Tells of a file that a bug report took from the phone, below `FS/`: its path there, and
    /// when it was last modified, which only the zip's directory keeps.
    fn phone_file(&mut self, kind: SourceKind, path: &str, bytes: &Bytes<'_>, at: &str) {
        let on_phone = path.strip_prefix("FS").filter(|path| path.starts_with('/'));
        let (SourceKind::Bugreport, Some(path), Bytes::Member(_, member)) = (kind, on_phone, bytes)
        else {
            return;
        };
        let modified = member.modified_text();
        let time = modified.map(|at| Time::device(at, Precision::Second, "the zip's directory"));
        let fact =
            FileSeen { path: path.to_owned(), size: Some(member.size), ..FileSeen::default() };
        let position = Position::bytes(0, member.size);
        Emitter::new(at.into(), "zip", self.sink).fact(fact, position, time);
    }

    /// Hashes the rest of an artifact that no parser reads, and tells its row.
    fn done(&mut self, input: Input<'_>, at: &str, read_by: Option<&str>, status: Status) {
        let rest = match status {
            Status::Failed => Rest::Told(status),
            _ => Rest::UnlessFailed(status),
        };
        self.finish(input, at, read_by, rest);
    }

    fn finish(&mut self, input: Input<'_>, at: &str, read_by: Option<&str>, rest: Rest) {
        let hashed = input.finish();
        let (status, failure) = match (&hashed, rest) {
            (Ok(_), Rest::UnlessFailed(status) | Rest::UnlessPartly(status)) => (status, None),
            (Err(error), Rest::UnlessFailed(_)) => (Status::Failed, Some(error.to_string())),
            (Err(error), Rest::UnlessPartly(_)) => (Status::Partly, Some(error.to_string())),
            // Why it was not read was told already.
            (_, Rest::Told(status)) => (status, None),
        };
        if let Some(reason) = failure {
            gap(self.sink, at, None, reason);
        }
        let mut artifact = Artifact::bare(at, status);
        artifact.read_by = read_by.map(str::to_owned);
        if let Ok(hashed) = hashed {
            let name = at.rsplit('/').next().unwrap_or(at).to_owned();
            let fact = FileHashed { name, size: hashed.size, sha256: hashed.sha256.clone() };
            let position = Position::bytes(0, hashed.size);
            Emitter::new(at.into(), "sha256", self.sink).fact(fact, position, None);
            artifact.sha256 = Some(hashed.sha256);
            artifact.size = Some(hashed.size);
        }
        (self.sink)(Item::Artifact(artifact));
    }
}

/// What an artifact's status is, once the rest of it has been hashed.
enum Rest {
    /// As told, unless the rest cannot be read: then it has failed.
    UnlessFailed(Status),
    /// As told, unless the rest cannot be read: then it was read in part.
    UnlessPartly(Status),
    /// As told, with a gap, whatever comes.
    Told(Status),
}

/// The parser that reads the artifact. What a source consists of was told by content, so that
/// an app or a dumpstate text is read under any name.
fn choose(
    kind: SourceKind,
    path: &str,
    bytes: &Bytes<'_>,
    limits: &Limits,
) -> Option<&'static dyn Parser> {
    if let Some(parser) = claiming(kind, path) {
        return Some(parser);
    }
    match kind {
        SourceKind::Apk if !path.contains('/') && matches!(bytes, Bytes::Ready(_)) => {
            claiming(kind, "base.apk")
        }
        SourceKind::Bugreport
            if !recognise::is_known(kind, path) && is_dumpstate(&bytes.start(limits)) =>
        {
            dumpstate_parser()
        }
        _ => None,
    }
}

fn dumpstate_parser() -> Option<&'static dyn Parser> {
    claiming(SourceKind::Bugreport, "bugreport-1.txt")
}

fn claiming(kind: SourceKind, path: &str) -> Option<&'static dyn Parser> {
    PARSERS.iter().copied().find(|parser| parser.claims(kind, path))
}

fn is_zip_name(path: &str) -> bool {
    path.rsplit_once('.').is_some_and(|(_, end)| end.eq_ignore_ascii_case("zip"))
}

/// The path of a member of the archive at `archive`.
pub(crate) fn within(archive: &str, member: &str) -> String {
    format!("{archive}!/{member}")
}

pub(crate) fn gap(
    sink: &mut dyn FnMut(Item),
    path: &str,
    position: Option<Position>,
    reason: impl Into<String>,
) {
    let artifact = Some(path.to_owned());
    sink(Item::Gap(Gap { artifact, position, reason: reason.into() }));
}
