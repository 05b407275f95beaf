//! Where bytes come from, and how much of them and for how long.

use crate::refusal::{Code, Refusal};
use std::collections::BTreeMap;
use std::io::{self, Read};
use std::time::Duration;

/// A mirror: a folder, an archive, a server. Paths are `metadata/…` and `targets/…`, of plain
/// letters only ([`crate::metadata::is_plain`]).
pub trait Fetch {
    /// Opens a file; `None` where there is none of this name.
    ///
    /// # Errors
    /// When it cannot be told, or the file cannot be opened. Waiting for a server's first byte is
    /// the implementation's to limit; what follows is limited here.
    fn open<'s>(&'s mut self, path: &str) -> io::Result<Option<Box<dyn Read + 's>>>;

    /// Time that has passed since any fixed moment. Who can be slow must tell it; a folder need
    /// not.
    fn clock(&self) -> Box<dyn Fn() -> Duration> {
        Box::new(|| Duration::ZERO)
    }
}

/// How much is taken. Reaching a limit is a refusal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of one root.
    pub root: u64,
    /// Bytes of the timestamp.
    pub timestamp: u64,
    /// Bytes of the snapshot.
    pub snapshot: u64,
    /// Bytes of one role's targets metadata.
    pub targets: u64,
    /// Bytes of one file that was signed.
    pub file: u64,
    /// Roots that are followed in one update (5.3.3).
    pub roots: u64,
    /// How far the version of one file may be ahead of the one accepted before.
    pub versions: u64,
    /// How long one file may take, whatever its size …
    pub patience: Duration,
    /// … and how many bytes a second must come beyond that.
    pub rate: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            root: 512 << 10,
            timestamp: 16 << 10,
            snapshot: 2 << 20,
            targets: 8 << 20,
            file: 1 << 30,
            roots: 256,
            versions: 1_000_000,
            patience: Duration::from_secs(30),
            rate: 4 << 10,
        }
    }
}

/// Reads a file of at most `most` bytes; `None` where there is none.
pub(crate) fn read(
    fetch: &mut dyn Fetch,
    path: &str,
    most: u64,
    limits: &Limits,
) -> Result<Option<Vec<u8>>, Refusal> {
    let clock = fetch.clock();
    let began = clock();
    let failed = |error: io::Error| match error.kind() {
        io::ErrorKind::TimedOut => Refusal::new(Code::SlowRetrieval, path, error.to_string()),
        _ => Refusal::new(Code::Unreadable, path, error.to_string()),
    };
    let Some(mut reader) = fetch.open(path).map_err(failed)? else { return Ok(None) };
    let mut bytes = Vec::new();
    let mut piece = vec![0; 1 << 16];
    loop {
        let count = match reader.read(&mut piece) {
            Ok(0) => return Ok(Some(bytes)),
            Ok(count) => count,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(failed(error)),
        };
        if bytes.len() as u64 + count as u64 > most {
            return Err(Refusal::new(Code::Oversized, path, format!("more than {most} bytes")));
        }
        bytes.extend_from_slice(piece.get(..count).unwrap_or_default());
        let spent = clock().saturating_sub(began);
        let earned = Duration::from_secs(bytes.len() as u64 / limits.rate.max(1));
        if spent > limits.patience + earned {
            let detail = format!("{} bytes in {} s", bytes.len(), spent.as_secs());
            return Err(Refusal::new(Code::SlowRetrieval, path, detail));
        }
    }
}

/// A mirror in memory: what was kept, and what tests make.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Memory(pub BTreeMap<String, Vec<u8>>);

impl Fetch for Memory {
    fn open<'s>(&'s mut self, path: &str) -> io::Result<Option<Box<dyn Read + 's>>> {
        Ok(self.0.get(path).map(|bytes| Box::new(&bytes[..]) as Box<dyn Read>))
    }
}
