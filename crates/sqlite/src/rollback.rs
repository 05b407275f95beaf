//! The pages in a rollback journal (`-journal`), as bytes
//! (<https://www.sqlite.org/fileformat2.html#the_rollback_journal>, 3): what stood in the database
//! before the transaction that it belongs to.

use crate::JournalError;
use crate::journal::{read_full, word};
use std::io::Read;

/// What a rollback journal says of its transaction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rollback {
    /// There is nothing in it.
    Empty,
    /// The transaction has ended: its header is blank.
    Ended,
    /// The transaction had not ended: SQLite would put these pages back.
    Open,
}

/// The first bytes of a journal whose transaction has not ended.
const MAGIC: [u8; 8] = [0xd9, 0xd5, 0x05, 0xf9, 0x20, 0xa1, 0x63, 0xd7];
/// Bytes of a header before its padding.
const HEADER: usize = 28;
/// The padding is never longer.
const MOST: usize = 65_536;
/// A blank header states no sizes: what follows is given in pieces of SQLite's usual ones.
const USUAL: (usize, usize) = (512, 4_096);

/// Calls `take` with each page and its offset.
///
/// # Errors
/// When it is none, was cut, or cannot be read; the pages before were taken.
pub fn rolled_back(
    mut from: impl Read,
    mut take: impl FnMut(u64, &[u8]),
) -> Result<Rollback, JournalError> {
    let mut header = [0; HEADER];
    match read_full(&mut from, &mut header)? {
        0 => return Ok(Rollback::Empty),
        HEADER => {}
        _ => return Err(JournalError::NotRollback),
    }
    let mut offset = HEADER as u64;
    if header == [0; HEADER] {
        let (sector, page) = USUAL;
        skip(&mut from, sector - HEADER, &mut offset)?;
        let mut record = vec![0; page + 8];
        loop {
            let read = read_full(&mut from, &mut record)?;
            take(offset, record.get(..read).unwrap_or_default());
            offset += read as u64;
            if read < record.len() {
                return Ok(Rollback::Ended);
            }
        }
    }
    let mut first = true;
    loop {
        let Some((count, sector, page)) = sizes(&header) else {
            // Behind the last part may stand what an earlier, longer journal left.
            return if first { Err(JournalError::NotRollback) } else { Ok(Rollback::Open) };
        };
        if !skip(&mut from, sector - HEADER, &mut offset)? {
            return Ok(Rollback::Open);
        }
        let mut record = vec![0; page + 8];
        // All ones, and nothing written yet: as many as there are.
        let to_end = count == u32::MAX || count == 0;
        let mut left = count;
        while to_end || left > 0 {
            match read_full(&mut from, &mut record)? {
                0 => return Ok(Rollback::Open),
                read if read < record.len() => return Err(JournalError::Cut(offset)),
                _ => {}
            }
            take(offset + 4, record.get(4..page + 4).unwrap_or_default());
            offset += record.len() as u64;
            left = left.saturating_sub(1);
        }
        // The next header begins at a sector.
        let behind = (offset % sector as u64) as usize;
        if behind > 0 && !skip(&mut from, sector - behind, &mut offset)? {
            return Ok(Rollback::Open);
        }
        let read = read_full(&mut from, &mut header)?;
        offset += read as u64;
        if read < HEADER {
            return Ok(Rollback::Open);
        }
        first = false;
    }
}

/// Number of pages, length of a sector and of a page, as a header states them.
fn sizes(header: &[u8; HEADER]) -> Option<(u32, usize, usize)> {
    let (sector, page) = (word(header, 20) as usize, word(header, 24) as usize);
    let sound =
        |size: usize, least: usize| (least..=MOST).contains(&size) && size.is_power_of_two();
    let fits = header.starts_with(&MAGIC) && sound(sector, 32) && sound(page, 512);
    fits.then(|| (word(header, 8), sector, page))
}

/// Reads over bytes; whether all of them were there.
fn skip(from: &mut impl Read, count: usize, offset: &mut u64) -> Result<bool, JournalError> {
    let mut over = vec![0; count];
    let read = read_full(from, &mut over)?;
    *offset += read as u64;
    Ok(read == count)
}
