//! Applying a write-ahead log to a copy of its database in memory
//! (<https://www.sqlite.org/fileformat2.html#the_write_ahead_log>, 4.1 to 4.4).
//!
//! A frame counts only if its salts are those of the log's header, its checksum goes on from the
//! frame before, and a commit stands at or behind it: so frames of earlier rounds, and of a
//! transaction that never ended, are not applied.

use crate::journal::{FRAME, HEADER, page_size, word};
use std::collections::BTreeMap;

/// What a log did to its database.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Applied {
    /// Pages of the copy that are now those of the log.
    pub pages: usize,
    /// Why nothing behind this byte of the log was applied. That the salts change is no fault:
    /// frames of an earlier round stand there.
    pub fault: Option<(u64, &'static str)>,
}

/// Applies the committed frames of `log` to `database`, the bytes of its main file (which may be
/// empty yet), so that it has at most `limit` bytes. What does not check changes nothing.
pub fn apply(database: &mut Vec<u8>, log: &[u8], limit: u64) -> Applied {
    if log.is_empty() {
        return Applied::default();
    }
    let committed = match Committed::of(log) {
        Ok(committed) => committed,
        Err(reason) => return Applied { pages: 0, fault: Some((0, reason)) },
    };
    let refused = |reason| Applied { pages: 0, fault: Some((0, reason)) };
    if committed.last.is_empty() {
        return Applied { pages: 0, fault: committed.fault };
    }
    let size = committed.page_size;
    if !database.is_empty() && stated_page_size(database) != Some(size) {
        return refused("its pages are not as long as those of its database");
    }
    // A page that is new stands in the log, so more than this is no database.
    let most = database.len() / size + committed.last.len();
    let whole = (committed.pages as usize).checked_mul(size);
    let Some(whole) = whole.filter(|whole| *whole as u64 <= limit) else {
        return refused("with it the database is larger than the limit");
    };
    if committed.pages as usize > most {
        return refused("it states more pages than it and its database have");
    }
    database.resize(whole, 0);
    let mut pages = 0;
    for (number, at) in &committed.last {
        let start = (*number as usize - 1).saturating_mul(size);
        let into = database.get_mut(start..start.saturating_add(size));
        // A page behind the end was given back by a later transaction.
        if let (Some(into), Some(page)) = (into, log.get(*at..*at + size)) {
            into.copy_from_slice(page);
            pages += 1;
        }
    }
    Applied { pages, fault: committed.fault }
}

/// The committed frames of a log.
struct Committed {
    page_size: usize,
    /// Pages the database has after the last commit.
    pages: u32,
    /// By number of the page, from 1: where its last committed bytes begin.
    last: BTreeMap<u32, usize>,
    fault: Option<(u64, &'static str)>,
}

impl Committed {
    fn of(log: &[u8]) -> Result<Self, &'static str> {
        let header = log.get(..HEADER).ok_or("it is cut within its header")?;
        let size = page_size(header).ok_or("it is no write-ahead log of SQLite")?;
        let mut sum = Sum { big_endian: word(header, 0) & 1 == 1, state: (0, 0) };
        sum.add(&header[..24]);
        if sum.state != (word(header, 24), word(header, 28)) {
            return Err("the checksum of its header does not check");
        }
        let mut found = Self { page_size: size, pages: 0, last: BTreeMap::new(), fault: None };
        let mut pending: Vec<(u32, usize)> = Vec::new();
        let mut at = HEADER;
        while at < log.len() {
            let Some(frame) = log.get(at..at + FRAME + size) else {
                found.fault = Some((at as u64, "the frame is cut"));
                break;
            };
            if frame[8..16] != header[16..24] {
                break;
            }
            sum.add(&frame[..8]);
            sum.add(&frame[FRAME..]);
            if sum.state != (word(frame, 16), word(frame, 20)) {
                found.fault = Some((at as u64, "the checksum of the frame does not check"));
                break;
            }
            let (number, pages) = (word(frame, 0), word(frame, 4));
            if number == 0 {
                found.fault = Some((at as u64, "the frame is of page 0, which there is not"));
                break;
            }
            pending.push((number, at + FRAME));
            if pages > 0 {
                found.pages = pages;
                found.last.extend(pending.drain(..));
            }
            at += FRAME + size;
        }
        Ok(found)
    }
}

/// The page size that a database's header states (1.3.2): 1 stands for 65,536.
fn stated_page_size(database: &[u8]) -> Option<usize> {
    let bytes = database.get(16..18)?.try_into().ok()?;
    Some(match u16::from_be_bytes(bytes) {
        1 => 65_536,
        size => usize::from(size),
    })
}

/// The checksum of 4.2.
struct Sum {
    big_endian: bool,
    state: (u32, u32),
}

impl Sum {
    /// Goes on over `bytes`, of which each eight count; every part of a log is such.
    fn add(&mut self, bytes: &[u8]) {
        let (mut s0, mut s1) = self.state;
        for eight in bytes.as_chunks::<8>().0 {
            let [a, b, c, d, e, f, g, h] = *eight;
            let order = if self.big_endian { u32::from_be_bytes } else { u32::from_le_bytes };
            s0 = s0.wrapping_add(order([a, b, c, d])).wrapping_add(s1);
            s1 = s1.wrapping_add(order([e, f, g, h])).wrapping_add(s0);
        }
        self.state = (s0, s1);
    }
}
