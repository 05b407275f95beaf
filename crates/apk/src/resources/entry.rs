//! One entry of a resource table (`ResTable_type`, `ResTable_entry` in AOSP `ResourceTypes.h`).

use crate::le::{Chunk, size_at, u8_at, u16_at, u32_at};
use crate::value::Value;

const SPARSE: u8 = 0x01;
const OFFSET16: u8 = 0x02;
const COMPLEX: u16 = 0x0001;
const COMPACT: u16 = 0x0008;

/// The entry lies outside of its chunk.
pub(super) struct Outside;

/// The value of one entry in one chunk of a type; `None` where it has none.
pub(super) fn lookup(chunk: &Chunk<'_>, entry: u16) -> Result<Option<Value>, Outside> {
    let bytes = chunk.bytes;
    let Some(offset) = offset(chunk, entry) else { return Ok(None) };
    let read = || {
        let at = size_at(bytes, 16)?.checked_add(offset)?;
        let (size, flags) = (u16_at(bytes, at)?, u16_at(bytes, at + 2)?);
        if flags & COMPACT != 0 {
            return Some(Some(Value::new((flags >> 8) as u8, u32_at(bytes, at + 4)?)));
        }
        if flags & COMPLEX != 0 {
            return Some(None);
        }
        let value = at + usize::from(size);
        Some(Some(Value::new(u8_at(bytes, value + 3)?, u32_at(bytes, value + 4)?)))
    };
    read().ok_or(Outside)
}

/// Where the entry lies, from the start of the entries.
fn offset(chunk: &Chunk<'_>, entry: u16) -> Option<usize> {
    let flags = u8_at(chunk.bytes, 9)?;
    let count = size_at(chunk.bytes, 12)?;
    let index = chunk.bytes.get(chunk.header..)?;
    if flags & SPARSE != 0 {
        let pairs = index.get(..count.checked_mul(4)?).unwrap_or(index);
        let found = binary_search(pairs, entry)?;
        return Some(usize::from(u16_at(pairs, found * 4 + 2)?) * 4);
    }
    let at = usize::from(entry);
    (at < count).then_some(())?;
    if flags & OFFSET16 != 0 {
        let offset = u16_at(index, at * 2).filter(|offset| *offset != u16::MAX)?;
        return Some(usize::from(offset) * 4);
    }
    usize::try_from(u32_at(index, at * 4).filter(|offset| *offset != u32::MAX)?).ok()
}

/// Why the entries do not fit into the chunk, as `VerifyResTableType` in AOSP `LoadedArsc.cpp`
/// has it.
pub(super) fn misfit(chunk: &Chunk<'_>) -> Option<String> {
    let count = size_at(chunk.bytes, 12)?;
    let start = size_at(chunk.bytes, 16)?;
    let each = if u8_at(chunk.bytes, 9)? & OFFSET16 != 0 { 2 } else { 4 };
    let index = count.saturating_mul(each).saturating_add(chunk.header);
    let fits = count <= usize::from(u16::MAX) && index <= start && start <= chunk.bytes.len();
    (!fits).then(|| format!("{count} entries from byte {start} of {}", chunk.bytes.len()))
}

/// Place of an entry among (entry u16, offset u16) pairs sorted by entry.
fn binary_search(pairs: &[u8], entry: u16) -> Option<usize> {
    let (mut low, mut high) = (0, pairs.len() / 4);
    while low < high {
        let middle = low + (high - low) / 2;
        if u16_at(pairs, middle * 4)? < entry {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    (u16_at(pairs, low * 4)? == entry).then_some(low)
}
