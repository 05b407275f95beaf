//! From a value to the indicators that name it.
//!
//! Values are records. When all are known they are put in the order of their hashes, so that a hash
//! leads to where its records lie: a table tells, for each bucket of hashes, where its first record
//! is, and in 32 bits beside it which hashes there are, so that most values that nobody names are kept
//! away from the records. All of it is bytes in one layout, whether it was built or lies in a prepared file; every read is held against
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

/// Bytes before the value of a record: the indicator (4), the key (1), marks (1), the length of
/// what follows (2).
pub(crate) const HEADER: usize = 8;

/// Places are counted in units of this many bytes.
const UNIT: usize = 4;

/// How the values of an indicator are used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Use {
    /// Not at all: it is revoked, or a newer version is there.
    None,
    /// A host name stands for what lies below it too.
    Whole,
    /// A host name stands for itself alone.
    ExactHost,
}

/// Bytes of a bucket in the table: the place of its first record (4), and a bit for each hash (4). A
/// bucket has one value or fewer on average.
const BUCKET: usize = 8;

/// All values of all indicators.
#[derive(Default)]
pub(crate) struct Index {
    pub(crate) records: Bytes,
    /// Of each bucket, [`BUCKET`] bytes; then one more, which begins where the last ends.
    pub(crate) table: Bytes,
    pub(crate) seed: u64,
    count: usize,
}

/// The mark of a host name that stands for itself, and for none below it.
const EXACT_HOST: u8 = 1;

/// A value that was found.
pub(crate) struct Found<'i> {
    pub(crate) indicator: u32,
    /// Whether its indicator names one host, and none below it.
    pub(crate) exact_host: bool,
    /// The whole value, for one that is cut.
    pub(crate) whole: &'i [u8],
}

impl Index {
    /// An index that lies in a prepared file.
    pub(crate) fn prepared(records: Bytes, table: Bytes, seed: u64) -> Self {
        Self { records, table, seed, count: 0 }
    }

    /// Whether a table may have this many bytes.
    pub(crate) fn is_table(size: u64) -> bool {
        let buckets = (size / BUCKET as u64).wrapping_sub(1);
        size == 0 || (size.is_multiple_of(BUCKET as u64) && buckets.is_power_of_two())
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

    /// Puts the values of indicators that are used in order, and builds the table over them.
    pub(crate) fn seal(&mut self, seed: u64, use_of: impl Fn(u32) -> Use) {
        let Bytes::Memory(mut added) = std::mem::take(&mut self.records) else { return };
        self.seed = seed;
        let buckets = self.count.next_power_of_two().max(8);
        // Hash (its upper half) and place of each; among equal hashes the last added comes first.
        let mut order: Vec<u64> = Vec::with_capacity(self.count);
        let (mut at, mut total) = (0, 0);
        while let Some(header) = added.get(at..at + HEADER) {
            let (code, length) = (code(header), length(header));
            let record = added.get(at..at + HEADER + length).unwrap_or(&[]);
            let usage = use_of(indicator(record));
            if usage != Use::None {
                let hash = hash::of(seed, code, value(record));
                order.push((hash >> 32 << 32) | u64::from(!((at / UNIT) as u32)));
                total += size_of(length);
            }
            if let (Use::ExactHost, Some(marks)) = (usage, added.get_mut(at + 5)) {
                *marks = EXACT_HOST;
            }
            at += size_of(length);
        }
        order.sort_unstable();
        // Pages end with less room than the longest record needs.
        let mut records = Vec::with_capacity(total + total / 64 + PAGE);
        let mut table = Vec::with_capacity((buckets + 1) * BUCKET);
        let mut open = (0, 0, 0_u32);
        // Tells the bucket that is open, and those up to the next one, which have nothing.
        let mut tell = |(bucket, place, bits): (usize, u32, u32), next: usize, end: u32| {
            table.extend_from_slice(&place.to_le_bytes());
            table.extend_from_slice(&bits.to_le_bytes());
            for _ in bucket + 1..next {
                table.extend_from_slice(&u64::from(end).to_le_bytes());
            }
        };
        for item in &order {
            let at = !(*item as u32) as usize * UNIT;
            let length = added.get(at..at + HEADER).map_or(0, length);
            let size = size_of(length);
            if records.len() % PAGE + size > PAGE {
                records.resize(records.len().next_multiple_of(PAGE), 0);
            }
            let (bucket, place) = (bucket(*item, buckets), (records.len() / UNIT) as u32);
            if bucket != open.0 {
                tell(open, bucket, place);
                open = (bucket, place, 0);
            }
            open.2 |= bit(*item);
            records.extend_from_slice(added.get(at..at + size).unwrap_or(&[]));
        }
        let end = (records.len() / UNIT) as u32;
        tell(open, buckets, end);
        tell((buckets, end, 0), buckets, end);
        drop(added);
        records.shrink_to_fit();
        self.records = Bytes::Memory(records);
        self.table = Bytes::Memory(table);
    }

    /// Calls `visit` with every indicator that has this value, the last added first.
    #[inline]
    pub(crate) fn find<'i>(&'i self, key: Key, value: &[u8], visit: impl FnMut(Found<'i>)) {
        let hash = hash::of(self.seed, key.code(), value);
        let (may_have, place) = self.bucket(hash);
        if may_have {
            let header = self.header(place).unwrap_or_default();
            self.walk((place, self.end(hash)), header, key, value, visit);
        }
    }

    /// Whether the bucket of a hash may have it (of those that no value has, one in thirty passes or
    /// fewer), and where its first record lies, in units.
    #[inline]
    pub(crate) fn bucket(&self, hash: u64) -> (bool, u32) {
        let at = bucket(hash, self.buckets()) * BUCKET;
        let entry = self.table.get(at, BUCKET).and_then(|bytes| bytes.first_chunk::<BUCKET>());
        let entry = entry.map_or(0, |bytes| u64::from_le_bytes(*bytes));
        ((entry >> 32) as u32 & bit(hash) != 0, entry as u32)
    }

    /// Where the records of a hash's bucket end, in units; 0 where that cannot be read.
    #[inline]
    pub(crate) fn end(&self, hash: u64) -> u32 {
        self.table.u32((bucket(hash, self.buckets()) + 1) * BUCKET).unwrap_or(0)
    }

    #[inline]
    fn buckets(&self) -> usize {
        (self.table.len() / BUCKET).saturating_sub(1)
    }

    /// The header of the record at a place in units; nothing but zeros where a page has no room for
    /// one.
    #[inline]
    pub(crate) fn header(&self, place: u32) -> Option<[u8; HEADER]> {
        let at = place as usize * UNIT;
        if at % PAGE > PAGE - HEADER {
            return Some([0; HEADER]);
        }
        self.records.get(at, HEADER)?.first_chunk().copied()
    }

    /// Calls `visit` with every record of a bucket that has this value; `header` is that of the
    /// first.
    #[inline]
    pub(crate) fn walk<'i>(
        &'i self,
        (mut place, end): (u32, u32),
        mut header: [u8; HEADER],
        key: Key,
        value: &[u8],
        mut visit: impl FnMut(Found<'i>),
    ) {
        while place < end {
            let at = place as usize * UNIT;
            let next = if code(&header) == 0 {
                // The rest of a page that the next record did not fit into.
                (at + 1).next_multiple_of(PAGE)
            } else {
                let length = length(&header);
                if code(&header) == key.code()
                    && let Some(record) = self.records.get(at, HEADER + length)
                    && self::value(record) == value
                {
                    visit(Found {
                        indicator: indicator(&header),
                        exact_host: header[5] == EXACT_HOST,
                        whole: whole(record),
                    });
                }
                at + size_of(length)
            };
            place = u32::try_from(next / UNIT).unwrap_or(u32::MAX);
            if place < end {
                let Some(read) = self.header(place) else { return };
                header = read;
            }
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

/// The bit of a hash among those of its bucket.
#[inline]
fn bit(hash: u64) -> u32 {
    1 << (hash >> 32 & 31)
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
        let use_of = |number| if number == 300 { Use::None } else { Use::Whole };
        index.seal(7, use_of);
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
        index.seal(1, |_| Use::Whole);
        let all = found(&index, Key::PackageTail, b"mple.messenger!");
        assert_eq!(all, [(3, whole.to_vec())]);
        assert_eq!(found(&index, Key::PackageTail, whole), []);
    }
}
