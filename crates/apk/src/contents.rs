//! One pass over the data of all members: hash, checksum, size, and the native libraries.

use crate::anomaly::AnomalyKind as Kind;
use crate::native::{self, NativeLibrary};
use crate::package::ApkError;
use crate::remarks::Remarks;
use crate::words::Finder;
use crate::zip::{Archive, Member};
use flate2::Crc;
use flate2::read::DeflateDecoder;
use sha2::{Digest, Sha256};
use std::io::{self, Cursor, Read, Seek};

/// What all members may inflate to: this, and so many times the file, but no more than the last.
const INFLATED: u64 = 256 << 20;
const TIMES: u64 = 64;
const MOST_INFLATED: u64 = 4 << 30;
/// A native library is held in memory while it is read.
const LIBRARY_BYTES: u64 = 32 << 20;
/// Native libraries that are read.
const MOST_LIBRARIES: usize = 1000;

/// All DEX files together are held in memory while they are read; the largest apps have 150 MB.
pub(crate) const CODE_BYTES: u64 = 256 << 20;

/// A DEX file that stands before the zip ([`crate::AnomalyKind::ZipJanus`]).
const BEFORE_THE_ZIP: &str = "(before the zip)";

/// A text file of certificates that is told whole.
const PEM_BYTES: u64 = 64 << 10;

/// Takes the name of a member and a word in it.
pub type Words<'w> = dyn FnMut(&str, &str) + 'w;

/// A file of code in an APK, wherever in it: DEX, or a container of it by its first bytes (`vdex`,
/// `dey\n`, an ELF file named `.odex` or `.oat`).
#[derive(Clone, Debug)]
pub struct CodeFile {
    /// Name of the member; what lies in an archive inside the APK is told as `archive!/member`,
    /// and a DEX in front of the zip as `(before the zip)`; of a set, with the package before:
    /// `base.apk!/classes.dex`.
    pub member: String,
    /// Its bytes.
    pub bytes: Vec<u8>,
    pub(crate) order: Option<u32>,
}

impl CodeFile {
    /// Where Android loads it in order when the app starts: 1 for `classes.dex`, 2 for
    /// `classes2.dex` …, and before all a DEX in front of the zip, which Android ran until the
    /// patch of December 2017; `None` where the app must load it itself. Over a set it goes on from
    /// one package to the next.
    #[must_use]
    pub fn order(&self) -> Option<u32> {
        self.order
    }
}

/// Where Android loads the member of a package in order, by its name.
fn order(member: &str) -> Option<u32> {
    if member == BEFORE_THE_ZIP {
        return Some(0);
    }
    match member.strip_prefix("classes")?.strip_suffix(".dex")? {
        "" => Some(1),
        number => number.parse().ok().filter(|number| *number > 1),
    }
}

/// Members of an archive inside the APK whose first bytes are looked at.
const MOST_INSIDE: usize = 20_000;

/// What one pass over all members keeps.
#[derive(Default)]
pub(crate) struct Contents {
    pub(crate) native: Vec<NativeLibrary>,
    pub(crate) code: Vec<CodeFile>,
}

/// Hashes every member, and reads the native libraries; keeps so many bytes of code, where it is asked
/// for, and tells `words` in all that is no DEX.
pub(crate) fn read<R: Read + Seek>(
    archive: &mut Archive<R>,
    code_bytes: Option<u64>,
    mut words: Option<&mut Words<'_>>,
    remarks: &mut Remarks,
) -> Contents {
    let mut left = allowed(archive.len);
    let mut libraries = Vec::new();
    let mut code = Code { files: Vec::new(), left: code_bytes.unwrap_or(0) };
    let mut members = std::mem::take(&mut archive.members);
    if code_bytes.is_some() {
        code.before(archive, &members, remarks);
    }
    for member in members.iter_mut().filter(|member| !member.is_folder()) {
        if left == 0 {
            remarks.add("zip", "the members together inflate to more than is read");
            break;
        }
        let library = native::abi_of(&member.name).filter(|_| libraries.len() < MOST_LIBRARIES);
        let library = library.map(str::to_owned);
        let limits = Keep { library: library.is_some(), code: code.left, pem: words.is_some() };
        let name = member.name.clone();
        let mut told = |word: &str| {
            if let Some(words) = &mut words {
                words(&name, word);
            }
        };
        let words: Option<&mut dyn FnMut(&str)> = limits.pem.then_some(&mut told);
        let read = pass(archive, member, &mut left, limits, words, remarks);
        let Some(read) = read else { continue };
        if let Some(abi) = library {
            if read.size > LIBRARY_BYTES {
                remarks
                    .add(&member.name, format!("larger than the limit of {LIBRARY_BYTES} bytes"));
            }
            libraries.push(native::read(&member.name, &abi, &read.kept, remarks));
        } else if code_bytes.is_some() {
            code.take(&member.name, read, remarks);
        }
    }
    archive.members = members;
    Contents { native: libraries, code: code.in_order() }
}

/// A member as [`each_member`] hands it out.
#[derive(Clone, Copy, Debug)]
pub struct Content<'a> {
    /// Its name; of what lies in an archive inside the APK, `archive!/member`.
    pub name: &'a str,
    /// Byte range of its data in the file; for one inside an archive, that of the archive.
    pub range: (u64, u64),
    /// Its bytes, inflated as Android reads them; `None` where there are more than was asked for.
    pub bytes: Option<&'a [u8]>,
}

/// Hands out every member, one after the other; of a member that is an archive, also its own members,
/// where `enter` says so of its name. Of one with more than `most` bytes there are no bytes.
///
/// What cannot be inflated is passed over: [`Apk::read_whole`](crate::Apk::read_whole) tells it. All
/// members together may inflate to what it allows; returns whether there was more.
///
/// # Errors
/// When the file is no zip.
pub fn each_member(
    reader: impl Read + Seek,
    most: u64,
    enter: &dyn Fn(&str) -> bool,
    visit: &mut dyn FnMut(Content<'_>),
) -> Result<bool, ApkError> {
    let mut aside = Remarks::default();
    let mut archive = Archive::open(reader, &mut aside)?;
    let mut left = allowed(archive.len);
    let members = std::mem::take(&mut archive.members);
    for member in members.iter().filter(|member| !member.is_folder()) {
        if left == 0 {
            return Ok(true);
        }
        let Some(range) = member.range() else { continue };
        let limit = most.min(left);
        let Some(content) = archive.content(member, limit, &mut aside) else {
            if member.size > limit {
                visit(Content { name: &member.name, range, bytes: None });
            }
            continue;
        };
        left = left.saturating_sub(content.bytes.len() as u64);
        visit(Content { name: &member.name, range, bytes: Some(&content.bytes) });
        if matches!(Kept::of(&content.bytes, &member.name), Kept::Zip) && enter(&member.name) {
            inside(&member.name, &content.bytes, range, (most, &mut left), visit);
        }
    }
    Ok(false)
}

/// The members of a member that is an archive; no deeper.
fn inside(
    outer: &str,
    bytes: &[u8],
    range: (u64, u64),
    (most, left): (u64, &mut u64),
    visit: &mut dyn FnMut(Content<'_>),
) {
    let mut aside = Remarks::default();
    let Ok(mut archive) = Archive::open(Cursor::new(bytes), &mut aside) else { return };
    let members = std::mem::take(&mut archive.members);
    for member in members.iter().filter(|member| !member.is_folder()) {
        if *left == 0 {
            return;
        }
        let name = format!("{outer}!/{}", member.name);
        let limit = most.min(*left);
        match archive.content(member, limit, &mut aside) {
            Some(content) => {
                *left = left.saturating_sub(content.bytes.len() as u64);
                visit(Content { name: &name, range, bytes: Some(&content.bytes) });
            }
            None if member.size > limit => visit(Content { name: &name, range, bytes: None }),
            None => {}
        }
    }
}

/// What the members of a file of this many bytes may inflate to together.
fn allowed(len: u64) -> u64 {
    len.saturating_mul(TIMES).saturating_add(INFLATED).min(MOST_INFLATED)
}

/// The code found so far.
struct Code {
    files: Vec<CodeFile>,
    /// Bytes that may still be kept.
    left: u64,
}

impl Code {
    /// Keeps a member that is code, and the code in one that is an archive; no deeper.
    fn take(&mut self, name: &str, read: Passed, remarks: &mut Remarks) {
        match Kept::of(&read.kept, name) {
            Kept::Nothing | Kept::Pem => {}
            _ if (read.kept.len() as u64) < read.size => {
                remarks.add(name, format!("code beyond {CODE_BYTES} bytes in all is not read"));
            }
            Kept::Code => self.push(name.to_owned(), read.kept),
            Kept::Zip => self.inside(name, &read.kept),
        }
    }

    fn push(&mut self, member: String, bytes: Vec<u8>) {
        self.left = self.left.saturating_sub(bytes.len() as u64);
        let order = order(&member);
        self.files.push(CodeFile { member, bytes, order });
    }

    /// Keeps a DEX that stands in front of the zip.
    fn before<R: Read + Seek>(
        &mut self,
        archive: &mut Archive<R>,
        members: &[Member],
        remarks: &mut Remarks,
    ) {
        let first = members.iter().map(|member| member.offset).min();
        let first = first.unwrap_or(archive.directory_at);
        let starts = first > 8 && archive.raw(0, 4).is_ok_and(|start| start == b"dex\n");
        if !starts {
            return;
        }
        match usize::try_from(first.min(self.left)).map(|len| archive.raw(0, len)) {
            Ok(Ok(bytes)) => self.push(BEFORE_THE_ZIP.to_owned(), bytes),
            _ => remarks.add(BEFORE_THE_ZIP, "the DEX in front of the zip cannot be read"),
        }
    }

    fn inside(&mut self, name: &str, bytes: &[u8]) {
        // What is odd about it is not of the APK; what cannot be read of it holds no code to read.
        let mut aside = Remarks::default();
        let Ok(mut archive) = Archive::open(Cursor::new(bytes), &mut aside) else { return };
        let members = std::mem::take(&mut archive.members);
        for member in members.iter().filter(|member| !member.is_folder()).take(MOST_INSIDE) {
            let start = archive.start(member);
            if !matches!(Kept::of(&start, &member.name), Kept::Code) {
                continue;
            }
            let content = archive.content(member, self.left, &mut aside);
            if let Some(content) = content {
                self.push(format!("{name}!/{}", member.name), content.bytes);
            }
        }
    }

    /// What Android loads first, in its order; then the rest by name.
    fn in_order(mut self) -> Vec<CodeFile> {
        self.files
            .sort_by_cached_key(|file| (file.order.is_none(), file.order, file.member.clone()));
        self.files
    }
}

/// What is kept of a member while it passes, at most so many bytes.
#[derive(Clone, Copy)]
struct Keep {
    library: bool,
    code: u64,
    /// Whether words are told, and so the texts of certificates.
    pem: bool,
}

impl Keep {
    /// By the name and first bytes of the member.
    fn limit(self, start: &[u8], name: &str) -> u64 {
        match Kept::of(start, name) {
            _ if self.library => LIBRARY_BYTES,
            Kept::Nothing => 0,
            Kept::Pem if self.pem => PEM_BYTES,
            Kept::Pem => 0,
            Kept::Code | Kept::Zip => self.code,
        }
    }
}

/// What a member is by its first bytes, as far as it is of interest here.
enum Kept {
    Nothing,
    /// DEX, or a container of it.
    Code,
    Zip,
    /// Certificates as text.
    Pem,
}

impl Kept {
    fn of(start: &[u8], name: &str) -> Self {
        let compiled = || name.ends_with(".odex") || name.ends_with(".oat");
        match start {
            [b'd', b'e', b'x' | b'y', b'\n', ..] | [b'v', b'd', b'e', b'x', ..] => Self::Code,
            [0x7f, b'E', b'L', b'F', ..] if compiled() => Self::Code,
            [b'P', b'K', 3, 4, ..] => Self::Zip,
            _ if start.starts_with(b"-----BEGIN CERTIFICATE") => Self::Pem,
            _ => Self::Nothing,
        }
    }
}

struct Passed {
    size: u64,
    kept: Vec<u8>,
}

/// Inflates a member once, and notes hash and what is odd.
fn pass<R: Read + Seek>(
    archive: &mut Archive<R>,
    member: &mut Member,
    left: &mut u64,
    keep: Keep,
    mut words: Option<&mut dyn FnMut(&str)>,
    remarks: &mut Remarks,
) -> Option<Passed> {
    let data = member.data?;
    let mut stream: Box<dyn Read + '_> = match member.method {
        8 => Box::new(DeflateDecoder::new(archive.stream(data, member.compressed).ok()?)),
        _ => Box::new(archive.stream(data, member.size).ok()?),
    };
    let (mut sha256, mut crc) = (Sha256::new(), Crc::new());
    let (mut size, mut kept, mut limit) = (0_u64, Vec::new(), 0);
    let mut buffer = [0; 16 << 10];
    let mut finder = Finder::default();
    let end = loop {
        match stream.read(&mut buffer) {
            Ok(0) => break None,
            Ok(count) => {
                let bytes = buffer.get(..count).unwrap_or_default();
                if size == 0 {
                    limit = keep.limit(bytes, &member.name);
                    // Texts of code are read from its table of strings.
                    words = words.filter(|_| !matches!(Kept::of(bytes, &member.name), Kept::Code));
                }
                if let Some(words) = &mut words {
                    finder.take(bytes, false, &mut |word| words(word));
                }
                size += count as u64;
                sha256.update(bytes);
                crc.update(bytes);
                if size <= limit {
                    kept.extend_from_slice(bytes);
                }
                *left = left.saturating_sub(count as u64);
                if *left == 0 {
                    break Some(io::Error::other("more than is read of all members together"));
                }
            }
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => break Some(error),
        }
    };
    drop(stream);
    if let Some(words) = &mut words {
        finder.take(&[], true, &mut |word| words(word));
        if matches!(Kept::of(&kept, &member.name), Kept::Pem) && kept.len() as u64 == size {
            words(&String::from_utf8_lossy(&kept));
        }
    }
    if let Some(error) = end {
        remarks.add(&member.name, format!("read to byte {size} only: {error}"));
        return None;
    }
    member.sha256 = Some(const_hex::encode(sha256.finalize()));
    if size != member.size {
        let detail = format!("{size} bytes, {} stated", member.size);
        remarks.odd_at(Kind::ZipSizeLies, &member.name, data, detail);
    }
    if crc.sum() != member.crc32 {
        let detail = format!("{:08x}, {:08x} stated", crc.sum(), member.crc32);
        remarks.odd_at(Kind::ZipChecksum, &member.name, data, detail);
    }
    Some(Passed { size, kept })
}
