//! From a value to the indicators that name it.
//!
//! Values are records, one behind the other; values that are equal form a chain. A table of
//! buckets of eight slots (a cache line) leads to the head of each chain, and a bitmap in front
//! of it keeps most values that nobody names away from the table. All of it is bytes in one
//! layout, whether it was built or lies in a prepared file; every read is held against bounds.

use crate::hash;
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

/// Bytes before the value of a record: the next of its chain (4), the indicator (4), the key
/// (1), nothing (1), the length (2).
const HEADER: usize = 12;

/// Bytes of a slot: a part of the hash (4), and the record's place + 1 (4).
const SLOT: usize = 8;

/// Slots of a bucket.
const BUCKET: usize = 8;

/// Places are counted in units of this many bytes.
const UNIT: usize = 4;

/// All values of all indicators.
#[derive(Default)]
pub(crate) struct Index {
    pub(crate) records: Bytes,
    pub(crate) slots: Bytes,
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
    pub(crate) fn prepared(records: Bytes, slots: Bytes, filter: Bytes, seed: u64) -> Self {
        Self { records, slots, filter, seed, count: 0 }
    }

    /// Adds a value; `whole` is the place of the value that it is cut from. Its place, or `None`
    /// when there is no room.
    pub(crate) fn add(
        &mut self,
        key: Key,
        value: &[u8],
        indicator: u32,
        whole: Option<u32>,
    ) -> Option<u32> {
        let Bytes::Memory(records) = &mut self.records else { return None };
        let extra = if whole.is_some() { 4 } else { 0 };
        let size = (HEADER + extra + value.len()).next_multiple_of(UNIT);
        let length = u16::try_from(value.len()).ok()?;
        if size > PAGE {
            return None;
        }
        if records.len() % PAGE + size > PAGE {
            records.resize(records.len().next_multiple_of(PAGE), 0);
        }
        let place = u32::try_from(records.len() / UNIT).ok().filter(|place| *place < u32::MAX)?;
        let end = records.len() + size;
        records.extend_from_slice(&0_u32.to_le_bytes());
        records.extend_from_slice(&indicator.to_le_bytes());
        records.extend_from_slice(&[key.code(), 0]);
        records.extend_from_slice(&length.to_le_bytes());
        if let Some(whole) = whole {
            records.extend_from_slice(&whole.to_le_bytes());
        }
        records.extend_from_slice(value);
        records.resize(end, 0);
        self.count += 1;
        Some(place)
    }

    /// Builds the table over the values of indicators that are in use.
    pub(crate) fn seal(&mut self, seed: u64, in_use: impl Fn(u32) -> bool) {
        let Bytes::Memory(mut records) = std::mem::take(&mut self.records) else { return };
        records.shrink_to_fit();
        self.seed = seed;
        let capacity = (self.count * 2).next_power_of_two().max(BUCKET);
        let mut slots = vec![0_u8; capacity * SLOT];
        let mut filter = vec![0_u8; capacity];
        let mut at = 0;
        while let Some(header) = records.get(at..at + HEADER) {
            let (code, length) = (header.get(8).copied().unwrap_or(0), length(header));
            if code == 0 {
                // The rest of a page that the next record did not fit into.
                at = (at + 1).next_multiple_of(PAGE);
                continue;
            }
            let begin = at + HEADER + extra(code);
            let size = (HEADER + extra(code) + length).next_multiple_of(UNIT);
            if in_use(indicator(header)) {
                let value = records.get(begin..begin + length).unwrap_or(&[]);
                let hash = hash::of(seed, code, value);
                let head = insert(&mut slots, &records, hash, at, (code, value));
                if let (Some(next), Some(field)) = (head, records.get_mut(at..at + 4)) {
                    field.copy_from_slice(&next.to_le_bytes());
                }
                let (byte, bit) = filter_place(hash, capacity);
                if let Some(byte) = filter.get_mut(byte) {
                    *byte |= bit;
                }
            }
            at += size;
        }
        self.records = Bytes::Memory(records);
        self.slots = Bytes::Memory(slots);
        self.filter = Bytes::Memory(filter);
    }

    /// Calls `visit` with every indicator that has this value.
    #[inline]
    pub(crate) fn find<'i>(&'i self, key: Key, value: &[u8], mut visit: impl FnMut(Found<'i>)) {
        let capacity = self.filter.len();
        if capacity == 0 {
            return;
        }
        let code = key.code();
        let hash = hash::of(self.seed, code, value);
        let (byte, bit) = filter_place(hash, capacity);
        if self.filter.get(byte, 1).is_none_or(|byte| byte.first().is_none_or(|b| b & bit == 0)) {
            return;
        }
        let mut next = self.head(hash, capacity, code, value);
        // A chain leads to places before its own only, so that a damaged file cannot make a ring.
        while let Some((place, record)) = next {
            let Some((found, following)) = self.read(record, code) else { return };
            visit(found);
            let following = following.checked_sub(1).filter(|following| *following < place);
            next = following.and_then(|place| Some((place, self.record(place, code)?)));
        }
    }

    /// The head of the chain of a value: its place, and its record.
    #[inline]
    fn head(&self, hash: u64, capacity: usize, code: u8, value: &[u8]) -> Option<(u32, &[u8])> {
        let buckets = capacity / BUCKET;
        let size = HEADER + extra(code) + value.len();
        let (mut bucket, tag) = bucket_and_tag(hash, buckets);
        for _ in 0..buckets {
            let line = self.slots.get(bucket * BUCKET * SLOT, BUCKET * SLOT)?;
            for slot in line.chunks_exact(SLOT) {
                let (stated, place) = slot_of(slot);
                let place = place.checked_sub(1)?; // An empty slot ends the search.
                if stated == tag
                    && let Some(record) = self.records.get(place as usize * UNIT, size)
                    && holds(record, code, value)
                {
                    return Some((place, record));
                }
            }
            bucket = (bucket + 1) % buckets;
        }
        None
    }

    /// The whole record at a place.
    fn record(&self, place: u32, code: u8) -> Option<&[u8]> {
        let at = place as usize * UNIT;
        let length = length(self.records.get(at, HEADER)?);
        self.records.get(at, HEADER + extra(code) + length)
    }

    /// What a record says, and the place + 1 of the next of its chain.
    #[inline]
    fn read<'i>(&'i self, record: &'i [u8], code: u8) -> Option<(Found<'i>, u32)> {
        let next = record.first_chunk::<4>().map(|bytes| u32::from_le_bytes(*bytes))?;
        let behind = record.get(HEADER..)?;
        let whole = match extra(code) {
            0 => behind,
            _ => {
                let whole = behind.first_chunk::<4>().map(|bytes| u32::from_le_bytes(*bytes))?;
                let whole = whole as usize * UNIT;
                let length = length(self.records.get(whole, HEADER)?);
                self.records.get(whole + HEADER, length)?
            }
        };
        Some((Found { indicator: indicator(record), whole }, next))
    }
}

/// Whether a record, cut to the size that one of this value has, is one of this value.
#[inline]
fn holds(record: &[u8], code: u8, value: &[u8]) -> bool {
    record.get(8) == Some(&code)
        && length(record) == value.len()
        && record.get(HEADER + extra(code)..) == Some(value)
}

/// Bytes between header and value: the place of the whole, for a value that is cut.
fn extra(code: u8) -> usize {
    if code >= Key::ProcessHead.code() { 4 } else { 0 }
}

fn length(header: &[u8]) -> usize {
    let bytes = header.get(10..12).and_then(|bytes| bytes.try_into().ok());
    usize::from(bytes.map_or(0, u16::from_le_bytes))
}

fn indicator(header: &[u8]) -> u32 {
    let bytes = header.get(4..8).and_then(|bytes| bytes.try_into().ok());
    bytes.map_or(u32::MAX, u32::from_le_bytes)
}

fn slot_of(slot: &[u8]) -> (u32, u32) {
    let Some((tag, place)) = slot.split_first_chunk::<4>() else { return (0, 0) };
    let place = place.first_chunk::<4>().copied().unwrap_or_default();
    (u32::from_le_bytes(*tag), u32::from_le_bytes(place))
}

/// Byte and bit of the bitmap; it has a byte for each slot.
fn filter_place(hash: u64, capacity: usize) -> (usize, u8) {
    let bit = (hash >> 20) as usize & (capacity * 8 - 1);
    (bit / 8, 1 << (bit % 8))
}

fn bucket_and_tag(hash: u64, buckets: usize) -> (usize, u32) {
    (hash as usize & (buckets - 1), (hash >> 32) as u32)
}

/// Puts a record into the table; gives the place + 1 of the head that it takes the place of.
fn insert(
    slots: &mut [u8],
    records: &[u8],
    hash: u64,
    at: usize,
    (code, value): (u8, &[u8]),
) -> Option<u32> {
    let buckets = slots.len() / SLOT / BUCKET;
    let (mut bucket, tag) = bucket_and_tag(hash, buckets);
    let place = (at / UNIT) as u32 + 1;
    for _ in 0..buckets {
        let line = slots.get_mut(bucket * BUCKET * SLOT..(bucket + 1) * BUCKET * SLOT)?;
        for slot in line.chunks_exact_mut(SLOT) {
            let (stated, known) = slot_of(slot);
            let same = known != 0 && stated == tag && {
                let begin = (known as usize - 1) * UNIT;
                let record = records.get(begin..begin + HEADER + extra(code) + value.len());
                record.is_some_and(|record| holds(record, code, value))
            };
            if known == 0 || same {
                if let Some((first, second)) = slot.split_first_chunk_mut::<4>() {
                    *first = tag.to_le_bytes();
                    second.copy_from_slice(&place.to_le_bytes());
                }
                return (known != 0).then_some(known);
            }
        }
        bucket = (bucket + 1) % buckets;
    }
    None
}
