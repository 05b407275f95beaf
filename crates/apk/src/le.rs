//! Little-endian numbers at places that may not be there.

pub(crate) fn slice(bytes: &[u8], at: usize, len: usize) -> Option<&[u8]> {
    bytes.get(at..at.checked_add(len)?)
}

pub(crate) fn u8_at(bytes: &[u8], at: usize) -> Option<u8> {
    bytes.get(at).copied()
}

pub(crate) fn u16_at(bytes: &[u8], at: usize) -> Option<u16> {
    Some(u16::from_le_bytes(slice(bytes, at, 2)?.try_into().ok()?))
}

pub(crate) fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_le_bytes(slice(bytes, at, 4)?.try_into().ok()?))
}

pub(crate) fn u64_at(bytes: &[u8], at: usize) -> Option<u64> {
    Some(u64::from_le_bytes(slice(bytes, at, 8)?.try_into().ok()?))
}

/// A u32 as an index; on every machine this runs on it fits.
pub(crate) fn size_at(bytes: &[u8], at: usize) -> Option<usize> {
    usize::try_from(u32_at(bytes, at)?).ok()
}

/// A chunk of Android's binary resources (`ResChunk_header` in AOSP `ResourceTypes.h`).
#[derive(Clone, Copy)]
pub(crate) struct Chunk<'a> {
    pub(crate) kind: u16,
    /// Length of its header.
    pub(crate) header: usize,
    /// All of it, header and body.
    pub(crate) bytes: &'a [u8],
}

impl<'a> Chunk<'a> {
    /// The chunk at `at`; `None` where there is no whole header. A chunk that states more bytes
    /// than there are is cut.
    pub(crate) fn at(bytes: &'a [u8], at: usize) -> Option<Self> {
        let header = usize::from(u16_at(bytes, at + 2)?);
        let size = size_at(bytes, at.checked_add(4)?)?;
        let rest = bytes.get(at..)?;
        let whole = rest.get(..size).unwrap_or(rest);
        (header >= 8 && size >= header).then_some(Self {
            kind: u16_at(bytes, at)?,
            header,
            bytes: whole,
        })
    }
}
