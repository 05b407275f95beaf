//! Bytes that lie in memory, or in a file of which pages are read when they are needed.
//!
//! A file is not memory-mapped: mapping is `unsafe` in Rust, since whoever cuts or writes the
//! file meanwhile breaks the program. Pages of 64 KiB are read by position once and kept, so a
//! look-up costs what it costs in memory, opening costs two reads, and a cut file is an error.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, OnceLock};

/// Bytes of a page. No record crosses from one page to the next.
pub(crate) const PAGE: usize = 64 << 10;

/// The file that several sections lie in.
pub(crate) struct Source {
    file: Mutex<File>,
    /// A page could not be read.
    failed: AtomicBool,
}

impl Source {
    pub(crate) fn new(file: File) -> Arc<Self> {
        Arc::new(Self { file: Mutex::new(file), failed: AtomicBool::new(false) })
    }

    /// Whether some page could not be read, so that look-ups may have missed something.
    pub(crate) fn has_failed(&self) -> bool {
        self.failed.load(Ordering::Relaxed)
    }

    fn read(&self, offset: u64, length: usize) -> io::Result<Box<[u8]>> {
        let mut file = self.file.lock().map_err(|_| io::Error::other("another reader broke"))?;
        file.seek(SeekFrom::Start(offset))?;
        let mut bytes = vec![0; length];
        file.read_exact(&mut bytes)?;
        Ok(bytes.into())
    }
}

/// Bytes by offset.
pub(crate) enum Bytes {
    Memory(Vec<u8>),
    File { source: Arc<Source>, start: u64, length: usize, pages: Vec<OnceLock<Box<[u8]>>> },
}

impl Default for Bytes {
    fn default() -> Self {
        Bytes::Memory(Vec::new())
    }
}

impl Bytes {
    /// A section of a file.
    pub(crate) fn section(source: &Arc<Source>, start: u64, length: usize) -> Self {
        let mut pages = Vec::new();
        pages.resize_with(length.div_ceil(PAGE), OnceLock::new);
        Bytes::File { source: Arc::clone(source), start, length, pages }
    }

    pub(crate) fn len(&self) -> usize {
        match self {
            Bytes::Memory(bytes) => bytes.len(),
            Bytes::File { length, .. } => *length,
        }
    }

    /// `length` bytes from `offset` on; `None` beyond the end, across pages of a file, and where
    /// the file cannot be read.
    #[inline]
    pub(crate) fn get(&self, offset: usize, length: usize) -> Option<&[u8]> {
        match self {
            Bytes::Memory(bytes) => bytes.get(offset..offset.checked_add(length)?),
            Bytes::File { pages, .. } => {
                let page = pages.get(offset / PAGE)?;
                let page = match page.get() {
                    Some(page) => page,
                    None => self.load(offset / PAGE)?,
                };
                let within = offset % PAGE;
                page.get(within..within + length)
            }
        }
    }

    #[cold]
    fn load(&self, number: usize) -> Option<&[u8]> {
        let Bytes::File { source, start, length, pages } = self else { return None };
        let from = number * PAGE;
        let size = length.checked_sub(from)?.min(PAGE);
        match source.read(start + from as u64, size) {
            Ok(bytes) => pages.get(number).map(|page| &**page.get_or_init(|| bytes)),
            Err(_) => {
                source.failed.store(true, Ordering::Relaxed);
                None
            }
        }
    }

    #[inline]
    pub(crate) fn u32(&self, offset: usize) -> Option<u32> {
        let bytes = self.get(offset, 4)?;
        Some(u32::from_le_bytes(bytes.try_into().ok()?))
    }

    /// All bytes, where they lie in memory.
    pub(crate) fn memory(&self) -> &[u8] {
        match self {
            Bytes::Memory(bytes) => bytes,
            Bytes::File { .. } => &[],
        }
    }
}
