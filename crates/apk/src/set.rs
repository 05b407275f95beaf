//! Several packages that are one app: a base and its splits, as `.apks`, `.xapk` and `.apkm` files
//! hold them (and any other zip of APKs).

use crate::Anomaly;
use crate::contents::{CODE_BYTES, CodeFile};
use crate::package::{Apk, ApkError, Depth};
use crate::remarks::{Problem, Remarks};
use crate::zip::{Archive, Member};
use std::io::{self, Cursor, Read, Seek, SeekFrom};

/// Packages of one set that are read; a bundle of a large app has about 100.
const MOST_PACKAGES: usize = 1000;
/// Labels that are taken from splits.
const MOST_LABELS: usize = 1000;
/// A package that is deflated in the set is inflated into memory.
const PACKAGE_BYTES: u64 = 256 << 20;
/// Packages that are named, where the code of some is not read.
const MOST_NAMED: usize = 5;

/// A set of packages.
#[derive(Clone, Debug, Default)]
pub struct AppSet {
    /// Every package of the set with its member, the base first, then in the order of the zip.
    pub packages: Vec<(String, Apk)>,
    /// What is odd about the zip around them.
    pub anomalies: Vec<Anomaly>,
    /// What could not be read: the zip, or a package in it as a whole.
    pub problems: Vec<Problem>,
}

impl AppSet {
    /// Reads a zip of APKs; each as [`Apk::read_whole`] does.
    ///
    /// # Errors
    /// When the file is no zip, or holds no APK.
    pub fn read(mut reader: impl Read + Seek) -> Result<Self, ApkError> {
        let mut read = Self::default();
        let (anomalies, problems) =
            each(&mut reader, |member, bytes| match Apk::read_whole(bytes) {
                Ok(apk) => read.packages.push((member.to_owned(), apk)),
                Err(error) => {
                    read.problems
                        .push(Problem { place: member.to_owned(), what: error.to_string() });
                }
            })?;
        read.anomalies = anomalies;
        read.problems.extend(problems);
        // The base has no name of a split; a package for all phones at once is the second choice.
        let rank = |(member, apk): &(String, Apk)| {
            (apk.package.is_none(), apk.split.name.is_some(), member.starts_with("standalones/"))
        };
        if let Some(base) =
            (0..read.packages.len()).min_by_key(|at| (read.packages.get(*at).map(rank), *at))
        {
            let base = read.packages.remove(base);
            read.packages.insert(0, base);
        }
        read.add_labels(reader);
        Ok(read)
    }

    /// Adds the labels that language splits hold to those of the base.
    fn add_labels(&mut self, reader: impl Read + Seek) {
        let Some(id) = self.base().and_then(|base| base.label_id) else { return };
        let splits: Vec<&str> = self.splits().map(|(member, _)| member.as_str()).collect();
        if splits.is_empty() {
            return;
        }
        let mut found = Vec::new();
        // A zip that was read once is read again; what fails now adds nothing.
        let _ = each(reader, |member, bytes| {
            if splits.contains(&member) && found.len() < MOST_LABELS {
                found.extend(Apk::labels_of(bytes, id));
            }
        });
        let Some((_, base)) = self.packages.first_mut() else { return };
        base.labels.extend(found);
        base.labels.sort_by(|a, b| a.locale.cmp(&b.locale));
        base.labels.dedup();
    }

    /// The base and what belongs to it.
    #[must_use]
    pub fn base(&self) -> Option<&Apk> {
        self.packages.first().map(|(_, apk)| apk)
    }

    /// The splits that belong to the base, in the order of the zip.
    pub fn splits(&self) -> impl Iterator<Item = &(String, Apk)> {
        let of = self.base().and_then(|base| base.package.as_deref());
        let others = self.packages.iter().skip(1);
        others.filter(move |(_, apk)| apk.split.name.is_some() && apk.package.as_deref() == of)
    }

    /// The code of the app, as Android loads it: that of the base, then that of its splits by their
    /// names; members are told with their package, `base.apk!/classes.dex`. At most 256 MiB together.
    ///
    /// Also yields what of it is not read: what is beyond that, and packages that are no part of this
    /// app, or a split of a name that another one has (for other phones).
    pub fn code(&self, reader: impl Read + Seek) -> (Vec<CodeFile>, Vec<Problem>) {
        let mut places: Vec<(Option<&str>, &str)> = self
            .splits()
            .map(|(member, apk)| (apk.split.name.as_deref(), member.as_str()))
            .collect();
        places.extend(self.packages.first().map(|(member, _)| (None, member.as_str())));
        places.sort_unstable();
        places.dedup_by_key(|(split, _)| *split);
        let mut found: Vec<(usize, Vec<CodeFile>)> = Vec::new();
        let (mut left, mut remarks) = (CODE_BYTES, Remarks::default());
        // A zip that was read once is read again; what is damaged about it is known.
        let _ = each(reader, |member, bytes| {
            let Some(at) = places.iter().position(|(_, place)| *place == member) else { return };
            if found.iter().any(|(one, _)| *one == at) {
                return;
            }
            let Ok((apk, mut files)) = Apk::read_as(bytes, Depth::Code { bytes: left }, None)
            else {
                return;
            };
            for file in &mut files {
                left = left.saturating_sub(file.bytes.len() as u64);
                file.member = format!("{member}!/{}", file.member);
            }
            let known = self.packages.iter().find(|(name, _)| name == member);
            let known = known.map(|(_, apk)| apk.problems.as_slice()).unwrap_or_default();
            for problem in apk.problems.into_iter().filter(|problem| !known.contains(problem)) {
                remarks.add(&format!("{member}!/{}", problem.place), problem.what);
            }
            found.push((at, files));
        });
        found.sort_by_key(|(at, _)| *at);
        let files = found.into_iter().flat_map(|(_, files)| files);
        let (mut files, later): (Vec<_>, Vec<_>) = files.partition(|file| file.order.is_some());
        for (file, number) in files.iter_mut().zip(1..) {
            file.order = Some(number);
        }
        files.extend(later);
        let names = self.packages.iter().map(|(member, _)| member.as_str());
        let mut others = names.filter(|name| !places.iter().any(|(_, one)| one == name));
        let named: Vec<&str> = others.by_ref().take(MOST_NAMED).collect();
        if !named.is_empty() {
            let more = match others.count() {
                0 => String::new(),
                more => format!(" and {more} more"),
            };
            let named = named.join(", ");
            let what = "of other apps, or for other phones";
            remarks.add("zip", format!("not read: the code of {named}{more} ({what})"));
        }
        (files, remarks.problems)
    }

    /// Calls `visit` with the bytes of one package of a set.
    ///
    /// # Errors
    /// When the file is no zip or has no such package that can be read.
    pub fn open<T>(
        reader: impl Read + Seek,
        member: &str,
        visit: impl FnOnce(&mut dyn Package) -> T,
    ) -> Result<T, ApkError> {
        let (mut visit, mut done) = (Some(visit), None);
        each(reader, |name, bytes| {
            if name == member
                && let Some(visit) = visit.take()
            {
                done = Some(visit(bytes));
            }
        })?;
        done.ok_or(ApkError::NoManifest)
    }
}

/// Bytes of a package inside a set.
pub trait Package: Read + Seek {}

impl<T: Read + Seek> Package for T {}

/// Calls `visit` with each APK of a zip, and tells what is odd about the zip.
fn each(
    reader: impl Read + Seek,
    mut visit: impl FnMut(&str, &mut dyn Package),
) -> Result<(Vec<Anomaly>, Vec<Problem>), ApkError> {
    let mut remarks = Remarks::default();
    let mut archive = Archive::open(reader, &mut remarks)?;
    let members: Vec<Member> = archive.members.iter().filter(|m| is_apk(m)).cloned().collect();
    if members.is_empty() {
        return Err(ApkError::NoManifest);
    }
    if members.len() > MOST_PACKAGES {
        remarks.add("zip", format!("more than {MOST_PACKAGES} packages; the rest is not read"));
    }
    for member in members.iter().take(MOST_PACKAGES) {
        if member.method == 8 {
            let Some(content) = archive.content(member, PACKAGE_BYTES, &mut remarks) else {
                continue;
            };
            visit(&member.name, &mut Cursor::new(content.bytes));
        } else if let Some((start, end)) = member.range() {
            let end = end.min(archive.len);
            visit(&member.name, &mut archive.window(start.min(end), end));
        }
    }
    Ok((remarks.anomalies, remarks.problems))
}

fn is_apk(member: &Member) -> bool {
    let end = member.name.rsplit_once('.').map(|(_, end)| end);
    end.is_some_and(|end| end.eq_ignore_ascii_case("apk"))
}

/// A part of a reader as a reader of its own.
pub(crate) struct Window<'r, R> {
    pub(crate) reader: &'r mut R,
    pub(crate) start: u64,
    pub(crate) end: u64,
    /// From the start of the window.
    pub(crate) at: u64,
}

impl<R: Read + Seek> Read for Window<'_, R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let from = self.start.saturating_add(self.at);
        let left = self.end.saturating_sub(from);
        let most = usize::try_from(left).unwrap_or(usize::MAX).min(into.len());
        self.reader.seek(SeekFrom::Start(from))?;
        let count = self.reader.read(into.get_mut(..most).unwrap_or_default())?;
        self.at += count as u64;
        Ok(count)
    }
}

impl<R: Read + Seek> Seek for Window<'_, R> {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let target = match to {
            SeekFrom::Start(at) => Some(at),
            SeekFrom::End(by) => (self.end - self.start).checked_add_signed(by),
            SeekFrom::Current(by) => self.at.checked_add_signed(by),
        };
        self.at = target.ok_or_else(|| io::Error::from(io::ErrorKind::InvalidInput))?;
        Ok(self.at)
    }
}
