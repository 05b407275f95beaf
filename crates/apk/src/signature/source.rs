//! The bytes that are verified: positional reads and passes over ranges, in a small window.

use std::io::{self, Read, Seek, SeekFrom};

/// Bytes of the window that a pass over a range reads at once.
const WINDOW: usize = 256 << 10;

/// Why verification ended before there was a verdict.
#[derive(Debug)]
pub(super) enum Fault {
    /// The bytes cannot be read.
    Io(io::Error),
    /// Android would not open it, or not go on; says where and why.
    Malformed(String),
}

impl From<io::Error> for Fault {
    fn from(error: io::Error) -> Self {
        Fault::Io(error)
    }
}

/// What can be read and sought; one type for all readers keeps the verifiers free of parameters.
pub(super) trait ReadSeek: Read + Seek {}

impl<R: Read + Seek> ReadSeek for R {}

pub(super) struct Source<'r> {
    reader: &'r mut dyn ReadSeek,
    pub(super) len: u64,
    window: Vec<u8>,
}

impl<'r> Source<'r> {
    pub(super) fn new(reader: &'r mut dyn ReadSeek) -> io::Result<Self> {
        let len = reader.seek(SeekFrom::End(0))?;
        Ok(Self { reader, len, window: Vec::new() })
    }

    /// `len` bytes at `at`; the caller has bounded `len`.
    pub(super) fn read(&mut self, at: u64, len: usize) -> io::Result<Vec<u8>> {
        self.reader.seek(SeekFrom::Start(at))?;
        let mut bytes = vec![0; len];
        self.reader.read_exact(&mut bytes)?;
        Ok(bytes)
    }

    /// Gives the bytes `[at, at + len)` to `sink`, in order; it tells whether it wants more.
    pub(super) fn feed(
        &mut self,
        at: u64,
        len: u64,
        mut sink: impl FnMut(&[u8]) -> bool,
    ) -> io::Result<()> {
        self.reader.seek(SeekFrom::Start(at))?;
        let mut left = len;
        while left > 0 {
            let step = usize::try_from(left).map_or(WINDOW, |left| left.min(WINDOW));
            if self.window.len() < step {
                self.window.resize(step, 0);
            }
            let Some(window) = self.window.get_mut(..step) else { break };
            self.reader.read_exact(window)?;
            if !sink(window) {
                break;
            }
            left -= step as u64;
        }
        Ok(())
    }
}
