//! What an input holds, as a survey of it tells.

use crate::SourceKind;
use serde::{Deserialize, Serialize};

/// One member of an archive: enough to open it again without reading the directory anew.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Member {
    /// Path within the archive: `/` as separator, bytes that are not UTF-8 as `%XX`.
    pub path: String,
    /// Offset of its local header in the archive.
    pub offset: u64,
    /// Compressed size in bytes, by the central directory.
    pub compressed: u64,
    /// Size in bytes, by the central directory.
    pub size: u64,
    /// Compression method (0 stored, 8 deflate; APPNOTE.TXT 4.4.5).
    pub method: u16,
    /// CRC-32, by the central directory.
    pub crc32: u32,
    /// Whether it is encrypted with a password.
    pub encrypted: bool,
    /// Last modification, as the directory states it: date (upper half) and time in the form of
    /// MS-DOS (APPNOTE.TXT 4.4.6), on the clock of whoever wrote the archive.
    #[serde(default)]
    pub modified: Option<u32>,
}

impl Member {
    /// The last modification as `2026-09-30 10:00:00`; `None` where none is stated, or no date.
    #[must_use]
    pub fn modified_text(&self) -> Option<String> {
        let packed = self.modified?;
        let (date, time) = (packed >> 16, packed & 0xffff);
        let (year, month, day) = (1980 + (date >> 9), (date >> 5) & 15, date & 31);
        let (hour, minute, second) = (time >> 11, (time >> 5) & 63, (time & 31) * 2);
        let real = (1..=12).contains(&month) && day > 0 && hour < 24 && minute < 60 && second < 60;
        real.then(|| format!("{year:04}-{month:02}-{day:02} {hour:02}:{minute:02}:{second:02}"))
    }
}

/// What the input of a job turned out to be.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Recognised {
    /// The kind of source.
    pub kind: SourceKind,
    /// Folder inside the archive that the source lies in, with a trailing `/`; empty for its root.
    pub root: String,
    /// The members, in path order. Empty where the input is no archive, or is read in one go.
    pub members: Vec<Member>,
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 2026-09-30 10:20:30 packed by hand: 46 years, 9, 30; 10, 20, 15 pairs of seconds.
    #[test]
    fn dates_of_ms_dos_are_unpacked() {
        let of = |modified| Member { modified, ..Member::default() }.modified_text();
        let packed = ((46 << 9 | 9 << 5 | 30) << 16) | (10 << 11 | 20 << 5 | 15);
        assert_eq!(of(Some(packed)).as_deref(), Some("2026-09-30 10:20:30"));
        assert_eq!(of(Some(0)), None);
        assert_eq!(of(Some(u32::MAX)), None);
        assert_eq!(of(None), None);
    }
}
