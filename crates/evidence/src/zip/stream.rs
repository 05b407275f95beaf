//! The bytes of one member.

use super::RATIO_FLOOR;
use crate::{Blob, BlobReader, Limits};
use flate2::Crc;
use flate2::read::DeflateDecoder;
use model::Member;
use std::io::{self, Read};

/// Compression methods, APPNOTE.TXT 4.4.5.
pub(super) const STORED: u16 = 0;
const DEFLATED: u16 = 8;

/// Signature and size of a local file header, APPNOTE.TXT 4.3.7.
const LOCAL_HEADER: [u8; 4] = *b"PK\x03\x04";
pub(super) const LOCAL_HEADER_SIZE: u64 = 30;

/// Compressed bytes taken from the archive at a time.
const WINDOW: usize = 128 << 10;

/// Opens a member for reading from its start; size and CRC-32 are checked at its end.
pub(super) fn open(
    archive: &Blob,
    member: &Member,
    limits: &Limits,
) -> io::Result<Box<dyn Read + Send>> {
    let (data, start) = compressed(archive, member, limits)?;
    let check = Check {
        crc: Crc::new(),
        expected: member.crc32,
        size: member.size,
        seen: 0,
        start,
        compressed: member.compressed,
    };
    let from = data.reader();
    if member.method == STORED {
        Ok(Box::new(Checked { from, check }))
    } else {
        let from = DeflateDecoder::new_with_buf(from, vec![0; WINDOW]);
        Ok(Box::new(Checked { from: Inflating { from, start }, check }))
    }
}

/// The bytes of a stored member, as a part of the archive. The CRC-32 is not checked.
pub(super) fn window(archive: &Blob, member: &Member, limits: &Limits) -> io::Result<Blob> {
    refuse(member, limits)?;
    if member.size != member.compressed {
        return Err(damaged(format!(
            "it is stored, but its two sizes differ ({} and {} bytes)",
            member.compressed, member.size
        )));
    }
    compressed(archive, member, limits).map(|(data, _)| data)
}

/// The compressed bytes of a member, and where they start in the archive.
fn compressed(archive: &Blob, member: &Member, limits: &Limits) -> io::Result<(Blob, u64)> {
    refuse(member, limits)?;
    let mut header = [0; LOCAL_HEADER_SIZE as usize];
    let count = archive.read_at(member.offset, &mut header)?;
    if count < header.len() || !header.starts_with(&LOCAL_HEADER) {
        let at = member.offset;
        return Err(damaged(format!("no member starts at byte {at} of the archive")));
    }
    let [.., name_low, name_high, extra_low, extra_high] = header;
    let name = u64::from(u16::from_le_bytes([name_low, name_high]));
    let extra = u64::from(u16::from_le_bytes([extra_low, extra_high]));
    // No overflow: the header was read at `offset`, so it lies within a file.
    let start = member.offset + LOCAL_HEADER_SIZE + name + extra;
    let end = start.checked_add(member.compressed).filter(|end| *end <= archive.len());
    match end {
        Some(end) => Ok((archive.window(start..end), start)),
        None => Err(damaged(format!(
            "its data start at byte {start} and should take {} bytes, but the archive ends at byte {}",
            member.compressed,
            archive.len()
        ))),
    }
}

/// What is known to be unreadable, or too large, before a byte is read.
fn refuse(member: &Member, limits: &Limits) -> io::Result<()> {
    let unsupported = |what: String| Err(io::Error::new(io::ErrorKind::Unsupported, what));
    if member.encrypted {
        return unsupported("it is protected with a password".into());
    }
    if member.method != STORED && member.method != DEFLATED {
        let name = method_name(member.method);
        return unsupported(format!(
            "it is compressed with {name}, which this version cannot read"
        ));
    }
    if member.size > limits.inflated_bytes {
        return Err(damaged(format!(
            "it would inflate to {} bytes, more than the limit of {}",
            member.size, limits.inflated_bytes
        )));
    }
    // What inflates to more than its stated size is refused on the way, so that holding the
    // stated size against the ratio is enough.
    if member.size > RATIO_FLOOR && member.size / limits.ratio.max(1) > member.compressed {
        return Err(damaged(format!(
            "it would inflate from {} to {} bytes, more than {} times: a zip bomb?",
            member.compressed, member.size, limits.ratio
        )));
    }
    Ok(())
}

/// Names of APPNOTE.TXT 4.4.5.
fn method_name(method: u16) -> String {
    let name = match method {
        1 => "shrink",
        2..=5 => "reduce",
        6 => "implode",
        9 => "deflate64",
        12 => "bzip2",
        14 => "LZMA",
        93 => "Zstandard",
        95 => "XZ",
        98 => "PPMd",
        99 => "AES (a password)",
        _ => "an unknown method",
    };
    format!("{name} (method {method})")
}

fn damaged(what: String) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, what)
}

/// Says where in the archive the deflate data are damaged.
struct Inflating {
    from: DeflateDecoder<BlobReader>,
    start: u64,
}

impl Read for Inflating {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        self.from.read(into).map_err(|error| match error.kind() {
            // flate2 tells of damaged data with these two kinds.
            io::ErrorKind::InvalidInput | io::ErrorKind::UnexpectedEof => damaged(format!(
                "its compressed data are damaged near byte {} of the archive",
                self.start + self.from.total_in()
            )),
            _ => error,
        })
    }
}

/// What a member must come to.
struct Check {
    crc: Crc,
    expected: u32,
    size: u64,
    seen: u64,
    start: u64,
    compressed: u64,
}

/// Holds size and CRC-32 against the directory.
struct Checked<R> {
    from: R,
    check: Check,
}

impl<R: Read> Read for Checked<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let count = self.from.read(into)?;
        let check = &mut self.check;
        if count == 0 && !into.is_empty() {
            return check.end();
        }
        check.seen += count as u64;
        if check.seen > check.size {
            return Err(damaged(format!(
                "it holds more than the {} bytes that the directory states",
                check.size
            )));
        }
        check.crc.update(into.get(..count).unwrap_or_default());
        Ok(count)
    }
}

impl Check {
    fn end(&self) -> io::Result<usize> {
        if self.seen < self.size {
            return Err(damaged(format!(
                "it ends after {} of {} bytes (byte {} of the archive)",
                self.seen,
                self.size,
                self.start + self.compressed
            )));
        }
        if self.seen > self.size || self.crc.sum() != self.expected {
            return Err(damaged(format!(
                "its CRC-32 is {:08x}, and should be {:08x}: it was altered or damaged",
                self.crc.sum(),
                self.expected
            )));
        }
        Ok(0)
    }
}
