//! The zip as Android reads it (libziparchive; APPNOTE.TXT 4.3): the central directory counts,
//! local headers only tell where data starts.

use crate::le::{u16_at, u32_at};
use crate::package::{ApkError, Problems};
use flate2::read::DeflateDecoder;
use std::io::{self, BufReader, Read, Seek, SeekFrom};

/// The end record and the longest comment.
const END_BYTES: u64 = 22 + 65_535;
/// Members kept by name; what counts here are a handful.
const MOST_KEPT: usize = 256;

/// A member that may be read.
#[derive(Clone, Debug)]
pub(crate) struct Entry {
    pub(crate) name: String,
    method: u16,
    flags: u16,
    compressed: u64,
    size: u64,
    /// Of its local header, as stated.
    offset: u64,
}

pub(crate) struct Archive<R> {
    reader: R,
    /// Where the central directory starts.
    pub(crate) directory_at: u64,
    /// How many members end in `.apk`.
    pub(crate) apks: u64,
    /// By how much the directory lies behind where the end record says.
    shift: u64,
    entries: Vec<Entry>,
}

impl<R: Read + Seek> Archive<R> {
    pub(crate) fn open(mut reader: R, problems: &mut Problems) -> Result<Self, ApkError> {
        let end = End::find(&mut reader, problems)?;
        let (directory_at, shift) = end.directory(&mut reader, problems)?;
        let mut archive = Self { reader, directory_at, apks: 0, shift, entries: Vec::new() };
        archive.walk(end.entries, problems)?;
        Ok(archive)
    }

    /// The members of this name, in the order of the directory.
    pub(crate) fn named(&self, name: &str) -> Vec<Entry> {
        self.entries.iter().filter(|entry| entry.name == name).cloned().collect()
    }

    /// The signature files kept, in the order of the directory.
    pub(crate) fn signature_files(&self) -> Vec<Entry> {
        self.entries.iter().filter(|e| is_signature_file(&e.name)).cloned().collect()
    }

    /// A member's bytes, inflated, and the byte range of its data in the file. What is cut or
    /// damaged is returned as far as it goes; more than `limit` bytes are not.
    pub(crate) fn content(
        &mut self,
        entry: &Entry,
        limit: u64,
        problems: &mut Problems,
    ) -> Option<(Vec<u8>, (u64, u64))> {
        let mut tell = |what: String| problems.add(&entry.name, what);
        let start = match self.data_start(entry, &mut tell) {
            Ok(start) => start,
            Err(error) => {
                tell(format!("its local header at byte {} cannot be read: {error}", entry.offset));
                return None;
            }
        };
        if entry.flags & 1 != 0 {
            tell("marked as encrypted; Android ignores the mark, and so does this".to_owned());
        }
        // Android takes what is not deflate as stored; some packers state a method of their own.
        let deflated = entry.method == 8 || entry.method != 0 && entry.compressed != entry.size;
        if !matches!(entry.method, 0 | 8) {
            tell(format!("unknown compression method {}", entry.method));
        }
        let length = if deflated { entry.compressed } else { entry.size };
        self.reader.seek(SeekFrom::Start(start)).ok()?;
        let mut bytes = Vec::new();
        let raw = (&mut self.reader).take(length);
        let done = if deflated {
            DeflateDecoder::new(raw).take(limit + 1).read_to_end(&mut bytes)
        } else {
            raw.take(limit + 1).read_to_end(&mut bytes)
        };
        if bytes.len() as u64 > limit {
            tell(format!("larger than the limit of {limit} bytes"));
            return None;
        }
        if let Err(error) = done {
            tell(format!("read to byte {} only: {error}", bytes.len()));
        } else if bytes.len() as u64 != entry.size {
            tell(format!("{} bytes, where the directory states {}", bytes.len(), entry.size));
        }
        Some((bytes, (start, start.saturating_add(length))))
    }

    /// Bytes of the file itself.
    pub(crate) fn raw(&mut self, at: u64, len: usize) -> io::Result<Vec<u8>> {
        self.reader.seek(SeekFrom::Start(at))?;
        let mut bytes = vec![0; len];
        self.reader.read_exact(&mut bytes)?;
        Ok(bytes)
    }

    fn data_start(&mut self, entry: &Entry, tell: &mut dyn FnMut(String)) -> io::Result<u64> {
        // Bytes put before the zip move the local headers too; put before the directory, not.
        let offsets = [entry.offset, entry.offset + self.shift];
        let found = offsets.into_iter().find_map(|offset| {
            let header = self.raw(offset, 30).ok()?;
            header.starts_with(b"PK\x03\x04").then_some((offset, header))
        });
        let Some((offset, header)) = found else {
            return Err(io::Error::new(io::ErrorKind::InvalidData, "no PK\\3\\4 there"));
        };
        let field = |at| u16_at(&header, at).unwrap_or_default();
        let (name, extra) = (field(26), field(28));
        if self.raw(offset + 30, usize::from(name))? != entry.name.as_bytes() {
            tell("its local header has another name".to_owned());
        }
        if field(8) != entry.method {
            tell(format!(
                "method {} in its local header, {} in the directory",
                field(8),
                entry.method
            ));
        }
        Ok(offset + 30 + u64::from(name) + u64::from(extra))
    }

    /// Reads the directory once; keeps what this crate may read.
    fn walk(&mut self, entries: u16, problems: &mut Problems) -> io::Result<()> {
        self.reader.seek(SeekFrom::Start(self.directory_at))?;
        let mut directory = BufReader::with_capacity(64 << 10, &mut self.reader);
        let mut name = Vec::new();
        for index in 0..entries {
            let mut record = [0; 46];
            let read = directory.read_exact(&mut record);
            if read.is_err() || !record.starts_with(b"PK\x01\x02") {
                problems.add("zip", format!("{entries} members stated, {index} found"));
                break;
            }
            let field = |at| u16_at(&record, at).unwrap_or_default();
            let wide = |at| u64::from(u32_at(&record, at).unwrap_or_default());
            name.clear();
            (&mut directory).take(u64::from(field(28))).read_to_end(&mut name)?;
            directory.seek_relative(i64::from(field(30)) + i64::from(field(32)))?;
            self.apks += u64::from(name.to_ascii_lowercase().ends_with(b".apk"));
            let Some(name) = std::str::from_utf8(&name).ok().filter(|name| is_wanted(name)) else {
                continue;
            };
            if self.entries.len() == MOST_KEPT {
                problems.add("zip", format!("more than {MOST_KEPT} manifests and signature files"));
                break;
            }
            if !is_signature_file(name) && self.entries.iter().any(|entry| entry.name == name) {
                problems.add(name, "there more than once");
            }
            self.entries.push(Entry {
                name: name.to_owned(),
                method: field(10),
                flags: field(8),
                compressed: wide(20),
                size: wide(24),
                offset: wide(42),
            });
        }
        Ok(())
    }
}

fn is_wanted(name: &str) -> bool {
    matches!(name, "AndroidManifest.xml" | "resources.arsc") || is_signature_file(name)
}

/// A file directly in `META-INF/` that belongs to a JAR signature.
fn is_signature_file(name: &str) -> bool {
    let Some(file) = name.strip_prefix("META-INF/") else { return false };
    let kind = file.rsplit_once('.').map_or("", |(_, kind)| kind);
    let known = ["RSA", "DSA", "EC", "SF"].iter().any(|known| kind.eq_ignore_ascii_case(known));
    known && file.len() <= 255 && !file.contains('/')
}

/// The end record.
struct End {
    at: u64,
    entries: u16,
    directory_size: u64,
    directory_at: u64,
}

impl End {
    fn find<R: Read + Seek>(reader: &mut R, problems: &mut Problems) -> Result<Self, ApkError> {
        let len = reader.seek(SeekFrom::End(0))?;
        let from = len.saturating_sub(END_BYTES);
        reader.seek(SeekFrom::Start(from))?;
        let mut tail = Vec::new();
        reader.take(END_BYTES).read_to_end(&mut tail)?;
        // The one whose comment ends where the file does; a comment can hold a false one.
        let last = tail.len().checked_sub(22).ok_or(ApkError::NotZip { len })?;
        let candidates = || {
            (0..=last)
                .rev()
                .filter(|at| tail.get(*at..).is_some_and(|t| t.starts_with(b"PK\x05\x06")))
        };
        let comment = |at: usize| usize::from(u16_at(&tail, at + 20).unwrap_or_default());
        let exact = candidates().find(|at| at + 22 + comment(*at) == tail.len());
        let at = exact.or_else(|| candidates().next()).ok_or(ApkError::NotZip { len })?;
        if exact.is_none() {
            problems.add("zip", "the end record's comment does not end where the file does");
        } else if candidates().next() != exact {
            problems.add("zip", "a second end record stands in the comment");
        }
        let wide = |field| u64::from(u32_at(&tail, at + field).unwrap_or_default());
        Ok(Self {
            at: from + at as u64,
            entries: u16_at(&tail, at + 10).unwrap_or_default(),
            directory_size: wide(12),
            directory_at: wide(16),
        })
    }

    /// Where the directory starts, and how far that is behind where it should be.
    fn directory<R: Read + Seek>(
        &self,
        reader: &mut R,
        problems: &mut Problems,
    ) -> Result<(u64, u64), ApkError> {
        let mut is_there = |at: u64| -> io::Result<bool> {
            let mut magic = Vec::new();
            reader.seek(SeekFrom::Start(at))?;
            reader.take(4).read_to_end(&mut magic)?;
            Ok(magic == b"PK\x01\x02" || self.entries == 0)
        };
        if is_there(self.directory_at)? {
            return Ok((self.directory_at, 0));
        }
        let missing = ApkError::NoDirectory { at: self.directory_at };
        let Some(derived) = self.at.checked_sub(self.directory_size) else { return Err(missing) };
        let Some(shift) = derived.checked_sub(self.directory_at) else { return Err(missing) };
        if !is_there(derived)? {
            return Err(missing);
        }
        problems.add(
            "zip",
            format!("its directory lies {shift} bytes behind where the end record says"),
        );
        Ok((derived, shift))
    }
}
