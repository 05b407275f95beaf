//! The pages in a write-ahead log (`-wal`), as bytes
//! (<https://www.sqlite.org/fileformat2.html#the_write_ahead_log>).

use std::io::{self, Read};

/// Why a log cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum JournalError {
    /// It does not begin like one.
    #[error("it is no write-ahead log of SQLite (byte 0)")]
    NotJournal,
    /// It does not begin like one.
    #[error("it is no rollback journal of SQLite (byte 0)")]
    NotRollback,
    /// It ends within a page.
    #[error("it was cut within the page at byte {0}")]
    Cut(u64),
    /// Its bytes cannot be read.
    #[error(transparent)]
    Io(#[from] io::Error),
}

/// Bytes of a log's header.
pub(crate) const HEADER: usize = 32;
/// Bytes of a frame's header, before its page.
pub(crate) const FRAME: usize = 24;

/// The big-endian number at a place; 0 behind the end.
pub(crate) fn word(bytes: &[u8], at: usize) -> u32 {
    let bytes = bytes.get(at..at + 4).and_then(|bytes| bytes.try_into().ok());
    bytes.map_or(0, u32::from_be_bytes)
}

/// The page size that the header of a log states; `None` where it is none.
pub(crate) fn page_size(header: &[u8]) -> Option<usize> {
    let size = word(header, 8) as usize;
    let magic = matches!(word(header, 0), 0x377f_0682 | 0x377f_0683);
    (magic && (512..=65_536).contains(&size) && size.is_power_of_two()).then_some(size)
}

/// Calls `take` with each page and its offset. Pages of earlier rounds, which stand behind the
/// end that the log itself knows, are among them: they tell of what was written once.
///
/// # Errors
/// When it is none, was cut, or cannot be read; the pages before were taken.
pub fn frames(mut from: impl Read, mut take: impl FnMut(u64, &[u8])) -> Result<u64, JournalError> {
    let mut header = [0; HEADER];
    match read_full(&mut from, &mut header)? {
        // SQLite leaves an empty one behind.
        0 => return Ok(0),
        HEADER => {}
        _ => return Err(JournalError::NotJournal),
    }
    let size = page_size(&header).ok_or(JournalError::NotJournal)?;
    let mut frame = vec![0; FRAME + size];
    let mut offset = HEADER as u64;
    let mut count = 0;
    loop {
        match read_full(&mut from, &mut frame)? {
            0 => return Ok(count),
            read if read < frame.len() => return Err(JournalError::Cut(offset)),
            _ => {}
        }
        count += 1;
        take(offset + FRAME as u64, frame.get(FRAME..).unwrap_or_default());
        offset += frame.len() as u64;
    }
}

pub(crate) fn read_full(from: &mut impl Read, into: &mut [u8]) -> io::Result<usize> {
    let mut done = 0;
    while let Some(rest) = into.get_mut(done..).filter(|rest| !rest.is_empty()) {
        match from.read(rest) {
            Ok(0) => break,
            Ok(count) => done += count,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(done)
}
