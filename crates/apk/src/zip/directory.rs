//! The central directory (APPNOTE.TXT 4.3.12).

use super::end::End;
use crate::anomaly::AnomalyKind;
use crate::le::{u16_at, u32_at, u64_at};
use crate::remarks::Remarks;
use std::io::{self, BufReader, Read, Seek, SeekFrom};

/// Members that are kept. The largest apps have about 60,000.
const MOST_MEMBERS: usize = 200_000;
/// Bytes of names that are kept.
const MOST_NAMES: usize = 16 << 20;

/// A member, as the central directory states it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Member {
    /// Its name; what is not UTF-8 is replaced.
    pub name: String,
    /// Compression method (APPNOTE.TXT 4.4.5). Android knows 8, deflate, and takes all else as stored.
    pub method: u16,
    /// General purpose flags (4.4.4).
    pub flags: u16,
    /// CRC-32 of the inflated data.
    pub crc32: u32,
    /// Bytes in the file.
    pub compressed: u64,
    /// Bytes when inflated.
    pub size: u64,
    /// Where its local header is.
    pub offset: u64,
    /// SHA-256 of its inflated data, lower-case hex; only where
    /// [`Apk::read_whole`](crate::Apk::read_whole) read it to its end.
    pub sha256: Option<String>,
    /// Where its data start; `None` where the local header could not be found.
    pub(crate) data: Option<u64>,
    /// Where its record in the directory is.
    pub(crate) record: u64,
    /// Whether the name is that in the file, byte by byte.
    pub(crate) exact_name: bool,
}

impl Member {
    /// Bytes that its data take in the file, as Android reads it.
    pub(crate) fn length(&self) -> u64 {
        if self.method == 8 { self.compressed } else { self.size }
    }

    /// Byte range `[start, end)` of its data in the file (still deflated, if they are), where they
    /// were found.
    #[must_use]
    pub fn range(&self) -> Option<(u64, u64)> {
        self.data.map(|start| (start, start.saturating_add(self.length())))
    }

    /// Whether it is a folder.
    #[must_use]
    pub fn is_folder(&self) -> bool {
        self.name.ends_with('/')
    }
}

/// Reads the directory once.
pub(super) fn read<R: Read + Seek>(
    reader: &mut R,
    end: &End,
    directory_at: u64,
    shift: u64,
    remarks: &mut Remarks,
) -> io::Result<Vec<Member>> {
    reader.seek(SeekFrom::Start(directory_at))?;
    let room = end.at.saturating_sub(directory_at);
    let mut directory = BufReader::with_capacity(64 << 10, reader.take(room));
    let (mut members, mut names, mut at) = (Vec::new(), 0, directory_at);
    let mut raw = Vec::new();
    for index in 0..end.entries {
        let mut record = [0; 46];
        let whole = directory.read_exact(&mut record).is_ok();
        if !whole || !record.starts_with(b"PK\x01\x02") {
            let detail = format!("{} stated, {index} found", end.entries);
            remarks.odd_at(AnomalyKind::ZipMissingRecords, "", at, detail);
            break;
        }
        let field = |at| u16_at(&record, at).unwrap_or_default();
        raw.clear();
        (&mut directory).take(u64::from(field(28))).read_to_end(&mut raw)?;
        let mut extra = Vec::new();
        (&mut directory).take(u64::from(field(30))).read_to_end(&mut extra)?;
        io::copy(&mut (&mut directory).take(u64::from(field(32))), &mut io::sink())?;
        names += raw.len();
        if members.len() == MOST_MEMBERS || names > MOST_NAMES {
            remarks.add("zip", format!("more than {index} members; the others are not looked at"));
            return Ok(members);
        }
        members.push(member(&record, &raw, &extra, at, shift));
        at += 46 + u64::from(field(28)) + u64::from(field(30)) + u64::from(field(32));
    }
    behind(&mut directory, end, directory_at, at, remarks)?;
    Ok(members)
}

fn member(record: &[u8; 46], name: &[u8], extra: &[u8], at: u64, shift: u64) -> Member {
    let field = |at| u16_at(record, at).unwrap_or_default();
    let wide = |at| u32_at(record, at).unwrap_or_default();
    let mut long = zip64(extra);
    // Size, compressed size and offset stand in the extra field only where the record has no room.
    let mut value = |at| match wide(at) {
        u32::MAX => long.next().unwrap_or(u64::from(u32::MAX)),
        value => u64::from(value),
    };
    let (size, compressed, offset) = (value(24), value(20), value(42));
    let text = String::from_utf8_lossy(name);
    Member {
        exact_name: matches!(text, std::borrow::Cow::Borrowed(_)) && !name.contains(&0),
        name: text.into_owned(),
        method: field(10),
        flags: field(8),
        crc32: wide(16),
        compressed,
        size,
        // Bytes put before the zip move the local headers too; put before the directory, not.
        // Which it is, is seen when they are looked for.
        offset,
        sha256: None,
        data: Some(shift),
        record: at,
    }
}

/// The values of the zip64 extra field (APPNOTE.TXT 4.5.3).
fn zip64(extra: &[u8]) -> impl Iterator<Item = u64> + '_ {
    let mut at = 0;
    let mut values: &[u8] = &[];
    while let (Some(id), Some(size)) = (u16_at(extra, at), u16_at(extra, at + 2)) {
        let end = at + 4 + usize::from(size);
        if id == 1 {
            values = extra.get(at + 4..end).unwrap_or_default();
            break;
        }
        at = end;
    }
    values.chunks_exact(8).filter_map(|value| u64_at(value, 0))
}

/// Looks at what lies between the last record, at `at`, and the end record.
fn behind(
    directory: &mut impl Read,
    end: &End,
    directory_at: u64,
    at: u64,
    remarks: &mut Remarks,
) -> io::Result<()> {
    let stated = directory_at.saturating_add(end.directory_size);
    let mut next = Vec::new();
    directory.take(4).read_to_end(&mut next)?;
    if next == b"PK\x01\x02" {
        let detail = format!("{} stated", end.entries);
        remarks.odd_at(AnomalyKind::ZipExtraRecords, "", at, detail);
    } else if at < end.at {
        let detail = format!("{} bytes", end.at - at);
        remarks.odd_at(AnomalyKind::ZipGapBeforeEnd, "", at, detail);
    }
    if stated != at {
        let detail = format!("{} bytes stated, {} found", end.directory_size, at - directory_at);
        remarks.odd_at(AnomalyKind::ZipDirectorySize, "", directory_at, detail);
    }
    Ok(())
}
