//! The tar inside a backup: POSIX ustar with extended headers for long names and sizes
//! (AOSP `libs/androidfw/BackupHelpers.cpp`, `write_tarfile`; POSIX.1-2017 `pax`).

use crate::{Blob, Limits, ListingGap, display_path};
use model::Member;
use std::io;

const RECORD: usize = 512;

/// An extended header holds a path and a few numbers.
const LONGEST_EXTENDED: u64 = 64 << 10;

/// Gaps told one by one.
const MAX_GAPS: usize = 100;

/// Files in path order. `cut` says that the archive is known to end too early.
pub(super) fn list(
    tar: &Blob,
    cut: bool,
    limits: &Limits,
) -> io::Result<(Vec<Member>, Vec<ListingGap>)> {
    let mut members = Vec::new();
    let mut gaps = Vec::new();
    let mut next = Extended::default();
    let mut at = 0_u64;
    let told = |gaps: &mut Vec<ListingGap>, offset: u64, reason: String| {
        if gaps.len() < MAX_GAPS {
            gaps.push(ListingGap { member: None, offset: Some(offset), reason });
        }
    };
    loop {
        let mut record = [0; RECORD];
        if tar.read_at(at, &mut record)? < RECORD {
            if !cut {
                told(&mut gaps, at, "the backup's archive ends without its end mark".into());
            }
            break;
        }
        if record.iter().all(|byte| *byte == 0) {
            break;
        }
        let Some(header) = Header::read(&record) else {
            let reason = "no file of the archive begins here; what follows is not read";
            told(&mut gaps, at, reason.into());
            break;
        };
        let data = at + RECORD as u64;
        let size = if header.has_data() { next.size.unwrap_or(header.size) } else { 0 };
        let padded = size.div_ceil(RECORD as u64).checked_mul(RECORD as u64);
        let Some(end) = padded.and_then(|padded| data.checked_add(padded)) else {
            told(&mut gaps, at, "the size stated here is absurd; what follows is not read".into());
            break;
        };
        match header.kind {
            b'x' | b'L' if size <= LONGEST_EXTENDED => {
                let bytes = tar.window(data..data + size).to_vec(LONGEST_EXTENDED)?;
                next.take(header.kind, &bytes);
            }
            b'x' | b'L' => told(&mut gaps, at, "a name is too long to be read".into()),
            b'0' | b'7' | 0 => {
                if members.len() as u64 >= limits.members {
                    let reason = format!("files beyond the first {} are not read", limits.members);
                    told(&mut gaps, at, reason);
                    break;
                }
                let path = next.path.take().unwrap_or(header.path);
                members.push(member(&path, data, size));
                next = Extended::default();
            }
            // A header for all that follows, or the target of a link; neither names a file.
            b'g' | b'K' => {}
            // A folder, a link, a device: none has bytes.
            _ => next = Extended::default(),
        }
        at = end;
    }
    members.sort_by(|a, b| a.path.cmp(&b.path));
    Ok((members, gaps))
}

fn member(path: &[u8], offset: u64, size: u64) -> Member {
    let path = display_path(path);
    Member { path, offset, compressed: size, size, ..Member::default() }
}

/// What an extended header states about the file behind it.
#[derive(Default)]
struct Extended {
    path: Option<Vec<u8>>,
    size: Option<u64>,
}

impl Extended {
    fn take(&mut self, kind: u8, bytes: &[u8]) {
        if kind == b'L' {
            self.path = Some(text(bytes).to_vec());
            return;
        }
        let mut rest = bytes;
        // Each record: its own length in decimal, a blank, `key=value`, a line feed.
        while let Some(blank) = memchr::memchr(b' ', rest) {
            let length = rest.get(..blank).and_then(decimal).and_then(|n| usize::try_from(n).ok());
            let Some(record) = length.and_then(|length| rest.get(blank + 1..length)) else {
                return;
            };
            let record = record.strip_suffix(b"\n").unwrap_or(record);
            if let Some(value) = record.strip_prefix(b"path=") {
                self.path = Some(value.to_vec());
            } else if let Some(value) = record.strip_prefix(b"size=") {
                self.size = decimal(value);
            }
            rest = length.and_then(|length| rest.get(length..)).unwrap_or_default();
        }
    }
}

/// One header record.
struct Header {
    path: Vec<u8>,
    size: u64,
    kind: u8,
}

impl Header {
    fn read(record: &[u8; RECORD]) -> Option<Self> {
        let stated = octal(record.get(148..156)?)?;
        let sum: u64 = record
            .iter()
            .enumerate()
            .map(|(at, byte)| u64::from(if (148..156).contains(&at) { b' ' } else { *byte }))
            .sum();
        if stated != sum {
            return None;
        }
        let name = text(record.get(..100)?);
        let prefix = text(record.get(345..500)?);
        let ustar = record.get(257..262)? == b"ustar";
        let path = match (ustar, prefix) {
            (true, [_, ..]) => [prefix, b"/", name].concat(),
            _ => name.to_vec(),
        };
        Some(Self { path, size: number(record.get(124..136)?)?, kind: *record.get(156)? })
    }

    /// Links and folders have no data, whatever size they state.
    fn has_data(&self) -> bool {
        !matches!(self.kind, b'1'..=b'6')
    }
}

fn text(field: &[u8]) -> &[u8] {
    let end = memchr::memchr(0, field).unwrap_or(field.len());
    field.get(..end).unwrap_or_default()
}

/// Octal digits, or (GNU) a binary number with the first bit set.
fn number(field: &[u8]) -> Option<u64> {
    match field {
        [0x80, rest @ ..] => {
            let (high, low) = rest.split_at_checked(rest.len().checked_sub(8)?)?;
            let fits = high.iter().all(|byte| *byte == 0);
            fits.then(|| low.try_into().ok().map(u64::from_be_bytes)).flatten()
        }
        _ => octal(field),
    }
}

fn octal(field: &[u8]) -> Option<u64> {
    let digits = text(field).trim_ascii();
    let digits = std::str::from_utf8(digits).ok()?;
    u64::from_str_radix(if digits.is_empty() { "0" } else { digits }, 8).ok()
}

fn decimal(digits: &[u8]) -> Option<u64> {
    std::str::from_utf8(digits).ok()?.parse().ok()
}
