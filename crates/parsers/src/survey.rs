//! Finding out, by content, what one input is.

use crate::android::databases;
use crate::android::intrusion_log::is_intrusion_log;
use crate::read::{gap, within};
use crate::recognise;
use crate::sniff::{Sniffed, sniff};
use evidence::{Blob, Job, Limits, ListingGap, Tree, ZipTree};
use model::{Artifact, Item, Member, Position, Recognised, SourceKind, Status};
use std::io::{self, Read};

pub(crate) const PASSWORD: &str =
    "the zip is protected with a password; unpack it, and give the folder";

/// Tells what the input is, or why it is nothing that can be read.
pub(crate) fn survey(input: &Blob, job: &Job, sink: &mut dyn FnMut(Item)) {
    let told = sniff(input).map_err(Not::from).and_then(|sniffed| match sniffed {
        Sniffed::Empty => Err(Not::named(job, &["apk", "zip", "age", "ab"], "the file is empty")),
        Sniffed::Age => Err(Not::Readable(
            "it is encrypted with age, and no key or passphrase was given that opens it".into(),
        )),
        Sniffed::Dumpstate => Ok((whole(SourceKind::Bugreport), Vec::new())),
        Sniffed::Backup => Ok((whole(SourceKind::AndroidBackup), Vec::new())),
        Sniffed::SmsExport => Ok((whole(SourceKind::Messages), Vec::new())),
        Sniffed::Database if databases::is_known(&job.path) => {
            Ok((whole(SourceKind::Messages), Vec::new()))
        }
        Sniffed::IntrusionLog => Ok((whole(SourceKind::IntrusionLogs), Vec::new())),
        Sniffed::Zip => archive(input, job),
        Sniffed::Database | Sniffed::Unknown => Err(Not::named(
            job,
            &["apk", "zip", "age", "ab"],
            "it is no acquisition, bug report or app that this version knows",
        )),
    });
    match told {
        Ok((recognised, odd)) => {
            sink(Item::Recognised(recognised));
            tell(&odd, &job.path, sink);
        }
        Err(Not::Known(reason)) => gap(sink, &job.path, None, reason),
        Err(Not::Readable(reason)) => {
            gap(sink, &job.path, None, reason);
            sink(Item::Artifact(Artifact::bare(&job.path, Status::Failed)));
        }
    }
}

/// Tells what is odd about the archive at `path`.
pub(crate) fn tell(odd: &[ListingGap], path: &str, sink: &mut dyn FnMut(Item)) {
    for one in odd {
        // The offset lies in the archive, not in the member.
        let (path, position, place) = match (&one.member, one.offset) {
            (Some(member), Some(at)) => {
                (within(path, member), None, format!(" (byte {at} of the archive)"))
            }
            (Some(member), None) => (within(path, member), None, String::new()),
            (None, at) => (path.to_owned(), at.map(|at| Position::bytes(at, at)), String::new()),
        };
        gap(sink, &path, position, format!("{}{place}", one.reason));
    }
}

/// Whether every member of an archive is protected with a password.
pub(crate) fn is_locked(members: &[Member]) -> bool {
    !members.is_empty() && members.iter().all(|member| member.encrypted)
}

/// Why an input is not recognised.
enum Not {
    /// It is nothing that this version knows.
    Known(String),
    /// It is something that this version knows, and cannot read.
    Readable(String),
}

impl Not {
    /// Content decides what a file is; but one whose name ends in one of `extensions` was meant
    /// to be of a kind that is read, and is broken or cut, so that it must not pass in silence.
    fn named(job: &Job, extensions: &[&str], reason: &str) -> Self {
        let end = job.path.rsplit(['/', '.']).next().unwrap_or_default();
        let meant = extensions.iter().any(|extension| extension.eq_ignore_ascii_case(end));
        if meant { Not::Readable(reason.to_owned()) } else { Not::Known(reason.to_owned()) }
    }
}

impl From<io::Error> for Not {
    fn from(error: io::Error) -> Self {
        Not::Readable(format!("it cannot be read: {error}"))
    }
}

/// A source that is read in one go.
fn whole(kind: SourceKind) -> Recognised {
    Recognised { kind, root: String::new(), members: Vec::new() }
}

/// Tells what a zip is by the names in it.
fn archive(input: &Blob, job: &Job) -> Result<(Recognised, Vec<ListingGap>), Not> {
    let (tree, mut odd) = match ZipTree::open(input.clone(), &job.limits) {
        Ok(opened) => opened,
        Err(_) if names_manifest(input)? => return Ok((whole(SourceKind::Apk), Vec::new())),
        Err(error) => return Err(Not::Readable(error.to_string())),
    };
    let members = tree.members();
    let paths: Vec<&str> = members.iter().map(|member| member.path.as_str()).collect();
    if recognise::is_app(&paths) {
        // What is odd about an app's zip is for the reader of apps to say: Android itself
        // overlooks much of it (encryption flags, duplicates), and malware makes use of that.
        return Ok((whole(SourceKind::Apk), Vec::new()));
    }
    if members.is_empty() {
        return Err(Not::Readable("the zip is empty".into()));
    }
    // The names of a zip's members are not encrypted: what it is can be told, and its gaps named.
    let locked = is_locked(members);
    if locked {
        odd.push(ListingGap { member: None, offset: None, reason: PASSWORD.into() });
    }
    let mut found = recognise::recognise(&paths).into_iter();
    let (kind, root) = match found.next() {
        Some(first) => (first.kind, first.root),
        None if recognise::wrapped(&paths).is_some() => (SourceKind::Bugreport, String::new()),
        None if recognise::is_app_set(&paths) => (SourceKind::Apk, String::new()),
        None if holds_intrusion_logs(&tree, &job.limits) => {
            (SourceKind::IntrusionLogs, String::new())
        }
        None if locked => return Err(Not::Readable(PASSWORD.into())),
        None => {
            return Err(Not::named(
                job,
                &["apk"],
                "the zip holds no acquisition, bug report or app that this version knows",
            ));
        }
    };
    odd.extend(found.map(|other| ListingGap {
        member: Some(other.root),
        offset: None,
        reason:
            "another source lies here; unpack the zip, and give the folder, to have it read".into(),
    }));
    Ok((Recognised { kind, root, members: members.to_vec() }, odd))
}

/// Whether an archive holds intrusion logs, whose names tell nothing: by the first bytes of its
/// first texts.
fn holds_intrusion_logs(tree: &ZipTree, limits: &Limits) -> bool {
    const TRIED: usize = 16;
    let texts = tree.members().iter().filter(|member| {
        let end = member.path.rsplit('.').next().unwrap_or_default();
        end.eq_ignore_ascii_case("txt") && !member.encrypted
    });
    texts.take(TRIED).any(|member| {
        let mut start = Vec::new();
        let read =
            tree.stream(member, limits).and_then(|from| from.take(4 << 10).read_to_end(&mut start));
        read.is_ok() && is_intrusion_log(&start)
    })
}

/// Whether a damaged zip names an app's manifest: apps are made that Android opens and
/// other readers of zips do not.
fn names_manifest(input: &Blob) -> io::Result<bool> {
    const WINDOW: u64 = 1 << 20;
    let ends = [0..WINDOW, input.len().saturating_sub(WINDOW)..input.len()];
    for end in ends {
        let bytes = input.window(end).to_vec(WINDOW)?;
        if memchr::memmem::find(&bytes, b"AndroidManifest.xml").is_some() {
            return Ok(true);
        }
    }
    Ok(false)
}
