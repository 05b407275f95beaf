//! The APK signing block, and the length-prefixed records in it (source.android.com, "APK
//! Signature Scheme v2", "APK Signing Block"; apksig `ApkUtilsLite.findApkSigningBlock`,
//! `ApkSigningBlockUtilsLite`).

use super::source::{Fault, Source};
use super::zip::Sections;
use crate::le::{u32_at, u64_at};

const MAGIC: &[u8] = b"APK Sig Block 42";
/// Bytes of one scheme's value. Real ones have a few thousand.
const MOST_VALUE: u64 = 16 << 20;
/// Pairs of id and value that are walked.
const MOST_PAIRS: u32 = 10_000;

pub(super) const V2: u32 = 0x7109_871a;
pub(super) const V3: u32 = 0xf053_68c0;
pub(super) const V31: u32 = 0x1b93_ad61;
pub(super) const STAMP_V1: u32 = 0x2b09_189e;
pub(super) const STAMP_V2: u32 = 0x6dff_800d;

/// Where the signing block lies: its first byte, and the byte behind its pairs.
#[derive(Clone, Copy)]
pub(super) struct Block {
    pub(super) at: u64,
    pairs_end: u64,
}

impl Block {
    /// Finds it; `None` where there is none, or what is there is not well formed: then Android
    /// goes on as if there were none.
    pub(super) fn find(
        source: &mut Source<'_>,
        sections: &Sections,
    ) -> Result<Option<Self>, Fault> {
        let directory_at = sections.directory_at;
        if directory_at + sections.directory_size != sections.end_at || directory_at < 32 {
            return Ok(None);
        }
        let foot = source.read(directory_at - 24, 24)?;
        let size = u64_at(&foot, 0).unwrap_or_default();
        let fits = foot.get(8..) == Some(MAGIC) && (24..=i32::MAX as u64 - 8).contains(&size);
        let at = size.checked_add(8).and_then(|whole| directory_at.checked_sub(whole));
        let Some(at) = at.filter(|_| fits) else { return Ok(None) };
        let head = source.read(at, 8)?;
        let same = u64_at(&head, 0) == Some(size);
        Ok(same.then_some(Self { at, pairs_end: directory_at - 24 }))
    }

    /// The value of the first pair with this id. A pair before it that is not well formed hides
    /// it.
    pub(super) fn value(&self, source: &mut Source<'_>, id: u32) -> Result<Option<Vec<u8>>, Fault> {
        let mut at = self.at + 8;
        for _ in 0..MOST_PAIRS {
            if self.pairs_end.saturating_sub(at) < 12 {
                break;
            }
            let head = source.read(at, 12)?;
            let size = u64_at(&head, 0).unwrap_or_default();
            if size < 4 || size > self.pairs_end - at - 8 {
                break;
            }
            if u32_at(&head, 8) == Some(id) {
                let size = size - 4;
                if size > MOST_VALUE {
                    return Err(Fault::Malformed(format!(
                        "signing block: the value {id:#010x} at byte {at} has {size} bytes; \
                         {MOST_VALUE} are read"
                    )));
                }
                let size = usize::try_from(size).unwrap_or(0);
                return Ok(Some(source.read(at + 12, size)?));
            }
            at += 8 + size;
        }
        Ok(None)
    }
}

/// Reads records one behind the other; `None` where one is cut or states more than there is.
#[derive(Clone, Copy, Debug)]
pub(super) struct Records<'a> {
    pub(super) rest: &'a [u8],
}

impl<'a> Records<'a> {
    pub(super) fn new(rest: &'a [u8]) -> Self {
        Self { rest }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.rest.is_empty()
    }

    pub(super) fn u32(&mut self) -> Option<u32> {
        let number = u32_at(self.rest, 0)?;
        self.rest = self.rest.get(4..)?;
        Some(number)
    }

    /// Bytes behind their length.
    pub(super) fn sized(&mut self) -> Option<&'a [u8]> {
        let mut copy = *self;
        let length = usize::try_from(copy.u32()?).ok()?;
        let (value, rest) = copy.rest.split_at_checked(length)?;
        self.rest = rest;
        Some(value)
    }

    /// Records behind their length.
    pub(super) fn list(&mut self) -> Option<Records<'a>> {
        self.sized().map(Records::new)
    }

    /// An id and bytes behind their length, in a record behind its length.
    pub(super) fn pair(&mut self) -> Option<(u32, &'a [u8])> {
        let mut record = self.list()?;
        Some((record.u32()?, record.sized()?))
    }

    /// An id and all bytes behind it, in a record behind its length.
    pub(super) fn attribute(&mut self) -> Option<(u32, &'a [u8])> {
        let mut record = self.list()?;
        Some((record.u32()?, record.rest))
    }
}
