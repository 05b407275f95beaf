//! From a value to the indicators that name it.
//!
//! Values are records. When all are known they are put in the order of their hashes, so that a hash
//! leads to where its records lie: a table tells, for each bucket of hashes, where its first record
//! is, and a bitmap in front of it keeps most values that nobody names away from both. All of it is
//! bytes in one layout, whether it was built or lies in a prepared file; every read is held against
//! bounds.

use crate::hash;
use crate::lookup::COMM;
use crate::pages::{Bytes, PAGE};
use model::AtomKind;

/// What a value is looked up as: an atom's kind, or one of the ways in which names are cut.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Key {
    /// The whole value of an atom.
    Whole(AtomKind),
    /// First 15 bytes of a longer process name: what Linux keeps of a native one.
    ProcessHead,
    /// Last 15 bytes of a longer process name: what Android keeps of a dotted one.
    ProcessTail,
    /// Last 15 bytes of a longer package name, which is its process' name too.
    PackageTail,
}

impl Key {
    /// Its number in a prepared file; never used again for another.
    pub(crate) fn code(self) -> u8 {
        match self {
            Key::Whole(kind) => match kind {
                AtomKind::Domain => 1,
                AtomKind::Ipv4 => 2,
                AtomKind::Ipv6 => 3,
                AtomKind::Url => 4,
                AtomKind::Sha256 => 5,
                AtomKind::Sha1 => 6,
                AtomKind::Md5 => 7,
                AtomKind::Package => 8,
                AtomKind::CertSha256 => 9,
                AtomKind::CertSha1 => 10,
                AtomKind::CertMd5 => 11,
                AtomKind::Path => 12,
                AtomKind::FileName => 13,
                AtomKind::Process => 14,
                AtomKind::Email => 15,
                AtomKind::Property => 16,
            },
            Key::ProcessHead => 64,
            Key::ProcessTail => 65,
            Key::PackageTail => 66,
        }
    }
}

/// Bytes before the value of a record: the indicator (4), the key (1), nothing (1), the length of
/// what follows (2).
const HEADER: usize = 8;

/// Places are counted in units of this many bytes.
const UNIT: usize = 4;

/// Bytes of the bitmap for each bucket: a bucket holds one value or fewer on average.
const FILTER: usize = 2;

/// All values of all indicators.
#[derive(Default)]
pub(crate) struct Index {
    pub(crate) records: Bytes,
    /// The place of the first record of each bucket, and the end of the last (4 bytes each).
    pub(crate) starts: Bytes,
    pub(crate) filter: Bytes,
    pub(crate) seed: u64,
    count: usize,
}

/// A value that was found.
pub(crate) struct Found<'i> {
    pub(crate) indicator: u32,
    /// The whole value, for one that is cut.
    pub(crate) whole: &'i [u8],
}

impl Index {
    /// An index that lies in a prepared file.
    pub(crate) fn prepared(records: Bytes, starts: Bytes, filter: Bytes, seed: u64) -> Self {
        Self { records, starts, filter, seed, count: 0 }
    }

    /// The bytes of a table that fits a bitmap of this many.
    pub(crate) fn starts_size(filter: u64) -> u64 {
        if filter == 0 { 0 } else { (filter / FILTER as u64 + 1) * 4 }
    }

    /// Adds a value; `whole` is the value that it is cut from. `None` when there is no room.
    pub(crate) fn add(
        &mut self,
        key: Key,
        value: &[u8],
        indicator: u32,
        whole: Option<&[u8]>,
    ) -> Option<()> {
        let Bytes::Memory(records) = &mut self.records else { return None };
        let behind = whole.unwrap_or(&[]);
        let length = u16::try_from(value.len() + behind.len()).ok()?;
        let size = size_of(length.into());
        if size > PAGE {
            return None;
        }
        // Once in order, pages end with some bytes unused.
        u32::try_from((records.len() + size) / UNIT * 2).ok()?;
        let end = records.len() + size;
        records.extend_from_slice(&indicator.to_le_bytes());
        records.extend_from_slice(&[key.code(), 0]);
        records.extend_from_slice(&length.to_le_bytes());
        records.extend_from_slice(value);
        records.extend_from_slice(behind);
        records.resize(end, 0);
        self.count += 1;
        Some(())
    }

    /// Puts the values of indicators that are in use in order, and builds the table over them.
    pub(crate) fn seal(&mut self, seed: u64, in_use: impl Fn(u32) -> bool) {
        let Bytes::Memory(added) = std::mem::take(&mut self.records) else { return };
        self.seed = seed;
        let buckets = self.count.next_power_of_two().max(8);
        let mut filter = vec![0_u8; buckets * FILTER];
        // Hash (its upper half) and place of each; among equal hashes the last added comes first.
        let mut order: Vec<u64> = Vec::with_capacity(self.count);
        let (mut at, mut total) = (0, 0);
        while let Some(header) = added.get(at..at + HEADER) {
            let (code, length) = (code(header), length(header));
            let record = added.get(at..at + HEADER + length).unwrap_or(&[]);
            if in_use(indicator(record)) {
                let hash = hash::of(seed, code, value(record));
                let (byte, bit) = filter_place(hash, filter.len());
                if let Some(byte) = filter.get_mut(byte) {
                    *byte |= bit;
                }
                order.push((hash >> 32 << 32) | u64::from(!((at / UNIT) as u32)));
                total += size_of(length);
            }
            at += size_of(length);
        }
        order.sort_unstable();
        // Pages end with less room than the longest record needs.
        let mut records = Vec::with_capacity(total + total / 64 + PAGE);
        let mut starts = Vec::with_capacity((buckets + 1) * 4);
        let mut told = 0;
        for item in &order {
            let at = !(*item as u32) as usize * UNIT;
            let length = added.get(at..at + HEADER).map_or(0, length);
            let size = size_of(length);
            if records.len() % PAGE + size > PAGE {
                records.resize(records.len().next_multiple_of(PAGE), 0);
            }
            let bucket = bucket(*item, buckets);
            while told <= bucket {
                starts.extend_from_slice(&((records.len() / UNIT) as u32).to_le_bytes());
                told += 1;
            }
            records.extend_from_slice(added.get(at..at + size).unwrap_or(&[]));
        }
        while told <= buckets {
            starts.extend_from_slice(&((records.len() / UNIT) as u32).to_le_bytes());
            told += 1;
        }
        drop(added);
        records.shrink_to_fit();
        self.records = Bytes::Memory(records);
        self.starts = Bytes::Memory(starts);
        self.filter = Bytes::Memory(filter);
    }

    /// Calls `visit` with every indicator that has this value, the last added first.
    #[inline]
    pub(crate) fn find<'i>(&'i self, key: Key, value: &[u8], mut visit: impl FnMut(Found<'i>)) {
        let filter = self.filter.len();
        if filter == 0 {
            return;
        }
        let code = key.code();
        let hash = hash::of(self.seed, code, value);
        let (byte, bit) = filter_place(hash, filter);
        if self.filter.get(byte, 1).is_none_or(|byte| byte.first().is_none_or(|b| b & bit == 0)) {
            return;
        }
        let bucket = bucket(hash, filter / FILTER);
        let (Some(at), Some(end)) = (self.starts.u32(bucket * 4), self.starts.u32(bucket * 4 + 4))
        else {
            return;
        };
        let (mut at, end) = (at as usize * UNIT, end as usize * UNIT);
        while at < end {
            let held = if at % PAGE > PAGE - HEADER {
                Some(&[][..])
            } else {
                self.records.get(at, HEADER)
            };
            let Some(header) = held else { return };
            if self::code(header) == 0 {
                // The rest of a page that the next record did not fit into.
                at = (at + 1).next_multiple_of(PAGE);
                continue;
            }
            let length = length(header);
            if self::code(header) == code
                && let Some(record) = self.records.get(at, HEADER + length)
                && self::value(record) == value
            {
                visit(Found { indicator: indicator(header), whole: whole(record) });
            }
            at += size_of(length);
        }
    }
}

/// Bytes of a record with `length` bytes behind its header.
#[inline]
fn size_of(length: usize) -> usize {
    (HEADER + length).next_multiple_of(UNIT)
}

/// Its key; 0 where no record is.
#[inline]
fn code(header: &[u8]) -> u8 {
    header.get(4).copied().unwrap_or(0)
}

/// Whether a value is one that was cut to [`COMM`] bytes; the whole follows it.
#[inline]
fn is_cut(code: u8) -> bool {
    code >= Key::ProcessHead.code()
}

/// What a record is found by.
#[inline]
fn value(record: &[u8]) -> &[u8] {
    let behind = record.get(HEADER..).unwrap_or(&[]);
    if is_cut(code(record)) { behind.get(..COMM).unwrap_or(behind) } else { behind }
}

/// The whole value.
#[inline]
fn whole(record: &[u8]) -> &[u8] {
    let behind = record.get(HEADER..).unwrap_or(&[]);
    if is_cut(code(record)) { behind.get(COMM..).unwrap_or(behind) } else { behind }
}

#[inline]
fn length(header: &[u8]) -> usize {
    let bytes = header.get(6..8).and_then(|bytes| bytes.try_into().ok());
    usize::from(bytes.map_or(0, u16::from_le_bytes))
}

#[inline]
fn indicator(header: &[u8]) -> u32 {
    header.first_chunk::<4>().map_or(u32::MAX, |bytes| u32::from_le_bytes(*bytes))
}

/// Byte and bit of the bitmap.
#[inline]
fn filter_place(hash: u64, bytes: usize) -> (usize, u8) {
    let bit = hash as usize & (bytes * 8 - 1);
    (bit / 8, 1 << (bit % 8))
}

/// The bucket of a hash: its upper bits, so that order by hash is order by bucket. A power of two.
#[inline]
fn bucket(hash: u64, buckets: usize) -> usize {
    (((hash >> 32) * buckets as u64) >> 32) as usize
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The indicators found, and the whole value of each.
    fn found(index: &Index, key: Key, value: &[u8]) -> Vec<(u32, Vec<u8>)> {
        let mut all = Vec::new();
        index.find(key, value, |found| all.push((found.indicator, found.whole.to_vec())));
        all
    }

    #[test]
    fn every_value_is_found_wherever_a_page_ends() {
        let key = Key::Whole(AtomKind::FileName);
        // Lengths of every remainder, so that pages end with every rest that the layout allows.
        let value = |n: u32| format!("{n:x}{}", "y".repeat(n as usize % 61)).into_bytes();
        let mut index = Index::default();
        for n in 0..20_000 {
            index.add(key, &value(n), n, None).unwrap();
        }
        for n in (0..20_000).step_by(100) {
            index.add(key, &value(n), 20_000 + n, None).unwrap();
        }
        index.seal(7, |indicator| indicator != 300);
        assert!(index.records.len() > 10 * PAGE);
        for n in 0..20_000 {
            let mut expected = vec![(n, value(n))];
            if n % 100 == 0 {
                expected.insert(0, (20_000 + n, value(n)));
            }
            expected.retain(|(indicator, _)| *indicator != 300);
            assert_eq!(found(&index, key, &value(n)), expected, "{n}");
            assert_eq!(found(&index, Key::Whole(AtomKind::Url), &value(n)), []);
        }
    }

    #[test]
    fn a_cut_value_tells_its_whole() {
        let mut index = Index::default();
        let whole = b"com.example.messenger";
        index.add(Key::PackageTail, b"mple.messenger!", 3, Some(whole)).unwrap();
        index.seal(1, |_| true);
        let all = found(&index, Key::PackageTail, b"mple.messenger!");
        assert_eq!(all, [(3, whole.to_vec())]);
        assert_eq!(found(&index, Key::PackageTail, whole), []);
    }
}
