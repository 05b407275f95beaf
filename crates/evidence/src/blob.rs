//! Bytes with positional reads.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::ops::Range;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// A run of bytes that can be read at any place: a file, a part of one, memory, a decrypted
/// or spooled stream. Cheap to clone.
#[derive(Clone)]
pub struct Blob {
    bytes: Arc<dyn ReadAt>,
    start: u64,
    len: u64,
}

/// Positional reads; at least one byte is read unless `offset` is at or behind the end.
pub(crate) trait ReadAt: Send + Sync {
    fn read_at(&self, offset: u64, into: &mut [u8]) -> io::Result<usize>;
}

impl ReadAt for Vec<u8> {
    fn read_at(&self, offset: u64, into: &mut [u8]) -> io::Result<usize> {
        let rest = usize::try_from(offset).ok().and_then(|at| self.get(at..)).unwrap_or(&[]);
        let count = rest.len().min(into.len());
        into[..count].copy_from_slice(&rest[..count]);
        Ok(count)
    }
}

/// A file, and how many of its bytes were read.
struct Counted {
    file: Arc<File>,
    read: Arc<AtomicU64>,
}

impl ReadAt for Counted {
    fn read_at(&self, offset: u64, into: &mut [u8]) -> io::Result<usize> {
        let count = crate::os::read_at(&self.file, offset, into)?;
        self.read.fetch_add(count as u64, Ordering::Relaxed);
        Ok(count)
    }
}

impl Blob {
    /// The bytes of an open file; `read` counts those that are read.
    ///
    /// # Errors
    /// When its length cannot be told.
    pub fn from_file(file: Arc<File>, read: Arc<AtomicU64>) -> io::Result<Self> {
        // By seeking, which a process can do that may ask for nothing by name; all reads are
        // positional, so that the place in the file is nobody's.
        let len = (&*file).seek(SeekFrom::End(0))?;
        Ok(Self { bytes: Arc::new(Counted { file, read }), start: 0, len })
    }

    /// Bytes in memory.
    #[must_use]
    pub fn from_bytes(bytes: Vec<u8>) -> Self {
        let len = bytes.len() as u64;
        Self { bytes: Arc::new(bytes), start: 0, len }
    }

    /// Bytes behind some other positional reader.
    pub(crate) fn from_reader(bytes: Arc<dyn ReadAt>, len: u64) -> Self {
        Self { bytes, start: 0, len }
    }

    /// Length in bytes.
    #[must_use]
    pub fn len(&self) -> u64 {
        self.len
    }

    /// Whether there are no bytes.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// Reads at `offset`; short only at the end.
    ///
    /// # Errors
    /// When the bytes cannot be read.
    pub fn read_at(&self, offset: u64, into: &mut [u8]) -> io::Result<usize> {
        let left = self.len.saturating_sub(offset);
        let want = usize::try_from(left).unwrap_or(usize::MAX).min(into.len());
        let mut done = 0;
        while done < want {
            match self.bytes.read_at(self.start + offset + done as u64, &mut into[done..want]) {
                Ok(0) => break,
                Ok(count) => done += count,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        Ok(done)
    }

    /// A part of these bytes; cut at the end.
    #[must_use]
    pub fn window(&self, range: Range<u64>) -> Blob {
        let from = range.start.min(self.len);
        let to = range.end.clamp(from, self.len);
        Blob { bytes: Arc::clone(&self.bytes), start: self.start + from, len: to - from }
    }

    /// A reader over all of it, from the start.
    #[must_use]
    pub fn reader(&self) -> BlobReader {
        BlobReader { blob: self.clone(), at: 0 }
    }

    /// All bytes, if there are at most `limit`.
    ///
    /// # Errors
    /// When there are more, or they cannot be read.
    pub fn to_vec(&self, limit: u64) -> io::Result<Vec<u8>> {
        if self.len > limit {
            let what = format!("{} bytes, more than the limit of {limit}", self.len);
            return Err(io::Error::new(io::ErrorKind::InvalidData, what));
        }
        let mut bytes = Vec::new();
        self.reader().read_to_end(&mut bytes)?;
        Ok(bytes)
    }
}

/// Reads a [`Blob`] in sequence.
#[derive(Clone)]
pub struct BlobReader {
    blob: Blob,
    at: u64,
}

impl Read for BlobReader {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let count = self.blob.read_at(self.at, into)?;
        self.at += count as u64;
        Ok(count)
    }
}

impl Seek for BlobReader {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let target = match to {
            SeekFrom::Start(at) => Some(at),
            SeekFrom::End(by) => self.blob.len.checked_add_signed(by),
            SeekFrom::Current(by) => self.at.checked_add_signed(by),
        };
        self.at = target.ok_or_else(|| io::Error::from(io::ErrorKind::InvalidInput))?;
        Ok(self.at)
    }
}
