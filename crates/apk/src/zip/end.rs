//! The end record (APPNOTE.TXT 4.3.16), with its zip64 form (4.3.14, 4.3.15), which libziparchive
//! reads since Android 12.

use crate::anomaly::AnomalyKind;
use crate::le::{u16_at, u32_at, u64_at};
use crate::package::ApkError;
use crate::remarks::Remarks;
use std::io::{self, Read, Seek, SeekFrom};

/// The end record and the longest comment.
const END_BYTES: u64 = 22 + 65_535;

/// What the end record says.
pub(super) struct End {
    /// Where the records of the end begin: the zip64 one, if there is one.
    pub(super) at: u64,
    pub(super) entries: u64,
    pub(super) directory_size: u64,
    pub(super) directory_at: u64,
}

impl End {
    pub(super) fn find<R: Read + Seek>(
        reader: &mut R,
        remarks: &mut Remarks,
    ) -> Result<Self, ApkError> {
        let len = reader.seek(SeekFrom::End(0))?;
        let from = len.saturating_sub(END_BYTES);
        let tail = bytes(reader, from, END_BYTES)?;
        // The one whose comment ends where the file does; a comment can hold a false one.
        let last = tail.len().checked_sub(22).ok_or(ApkError::NotZip { len })?;
        let found: Vec<usize> = (0..=tail.len().saturating_sub(4))
            .rev()
            .filter(|at| tail.get(*at..).is_some_and(|rest| rest.starts_with(b"PK\x05\x06")))
            .collect();
        let comment = |at: usize| usize::from(u16_at(&tail, at + 20).unwrap_or_default());
        let whole = || found.iter().copied().filter(|at| *at <= last);
        let exact = whole().find(|at| at + 22 + comment(*at) == tail.len());
        let at = exact.or_else(|| whole().next()).ok_or(ApkError::NotZip { len })?;
        if let Some(other) = found.iter().find(|other| **other > at) {
            let other = from + *other as u64;
            let detail = format!("at byte {other} too");
            remarks.odd_at(AnomalyKind::ZipEndRecords, "", other, detail);
        }
        if exact.is_none() {
            let behind = (tail.len() - at - 22).saturating_sub(comment(at));
            let end = len - behind as u64;
            let detail = match behind {
                0 => format!("a comment of {} bytes is stated, and cut", comment(at)),
                behind => format!("{behind} bytes"),
            };
            remarks.odd_at(AnomalyKind::ZipTrailing, "", end, detail);
        }
        let record = tail.get(at..).unwrap_or_default();
        let short = |field| u16_at(record, field).unwrap_or_default();
        let wide = |field| u32_at(record, field).unwrap_or_default();
        let at = from + at as u64;
        let end = Self {
            at,
            entries: u64::from(short(8)),
            directory_size: u64::from(wide(12)),
            directory_at: u64::from(wide(16)),
        };
        let asks = short(8) == u16::MAX
            || short(10) == u16::MAX
            || wide(12) == u32::MAX
            || wide(16) == u32::MAX;
        if asks && let Some(end64) = Self::find64(reader, at)? {
            return Ok(end64);
        }
        if short(4) != 0 || short(6) != 0 || short(8) != short(10) {
            let detail = format!("disk {}, {} of {} members", short(4), short(8), short(10));
            remarks.odd_at(AnomalyKind::ZipDisks, "", at, detail);
        }
        Ok(end)
    }

    /// The zip64 record that the locator before `at` points to.
    fn find64<R: Read + Seek>(reader: &mut R, at: u64) -> io::Result<Option<Self>> {
        let Some(locator_at) = at.checked_sub(20) else { return Ok(None) };
        let locator = bytes(reader, locator_at, 20)?;
        if !locator.starts_with(b"PK\x06\x07") {
            return Ok(None);
        }
        let at = u64_at(&locator, 8).unwrap_or(u64::MAX);
        if at.checked_add(56).is_none_or(|end| end > locator_at) {
            return Ok(None);
        }
        let record = bytes(reader, at, 56)?;
        let field = |at| u64_at(&record, at).unwrap_or_default();
        Ok(record.starts_with(b"PK\x06\x06").then(|| Self {
            at,
            entries: field(24),
            directory_size: field(40),
            directory_at: field(48),
        }))
    }

    /// Where the directory starts, and how far that is behind where it should be.
    pub(super) fn directory<R: Read + Seek>(
        &self,
        reader: &mut R,
        remarks: &mut Remarks,
    ) -> Result<(u64, u64), ApkError> {
        let mut is_there = |at: u64| -> io::Result<bool> {
            Ok(self.entries == 0 || bytes(reader, at, 4)? == b"PK\x01\x02")
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
        let detail = format!("{shift} bytes behind");
        remarks.odd_at(AnomalyKind::ZipDirectoryShifted, "", derived, detail);
        Ok((derived, shift))
    }
}

/// At most `most` bytes from `at` on; fewer at the end of the file.
pub(super) fn bytes<R: Read + Seek>(reader: &mut R, at: u64, most: u64) -> io::Result<Vec<u8>> {
    reader.seek(SeekFrom::Start(at))?;
    let mut bytes = Vec::new();
    reader.take(most).read_to_end(&mut bytes)?;
    Ok(bytes)
}
