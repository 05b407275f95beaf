//! The header of a DEX file: AOSP's "header_item", `art/libdexfile/dex/dex_file.h`.

use crate::bytes::{size_at, slice, u32_at};

/// Where a table lies: its offset in the container, and how many items it states.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Table {
    pub(crate) at: usize,
    pub(crate) count: usize,
}

/// What the header states.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Header {
    /// The version's number: 35, 37, 38, 39, 40, 41.
    pub version: u16,
    /// Adler-32 of the file from byte 12 on, as stated and not checked.
    pub checksum: u32,
    /// SHA-1 of the file from byte 32 on, as stated and not checked.
    pub signature: [u8; 20],
    /// Bytes of this DEX (of version 41: from its header to the next one's).
    pub file_size: usize,
    pub(crate) header_size: usize,
    pub(crate) map_at: usize,
    pub(crate) strings: Table,
    pub(crate) types: Table,
    pub(crate) protos: Table,
    pub(crate) fields: Table,
    pub(crate) methods: Table,
    pub(crate) classes: Table,
}

/// Whether bytes begin as a DEX of any version does (`dex\n`, three digits, zero).
#[must_use]
pub fn is_dex(bytes: &[u8]) -> bool {
    version(bytes).is_some()
}

fn version(bytes: &[u8]) -> Option<u16> {
    let digits = bytes.strip_prefix(b"dex\n")?.get(..4)?.strip_suffix(b"\0")?;
    std::str::from_utf8(digits).ok()?.parse().ok()
}

/// Bytes of a header up to version 40; version 41 adds the container's size and its own offset.
pub(crate) const HEADER_BYTES: usize = 0x70;

impl Header {
    /// The header at `at` of a container; `None` where there is no DEX of a known byte order.
    pub(crate) fn read(container: &[u8], at: usize) -> Option<Self> {
        let bytes = container.get(at..)?;
        let version = version(bytes)?;
        slice(bytes, 0, HEADER_BYTES)?;
        let table = |at| Some(Table { count: size_at(bytes, at)?, at: size_at(bytes, at + 4)? });
        const LITTLE_ENDIAN: u32 = 0x1234_5678;
        (u32_at(bytes, 40)? == LITTLE_ENDIAN).then_some(())?;
        Some(Self {
            version,
            checksum: u32_at(bytes, 8)?,
            signature: slice(bytes, 12, 20)?.try_into().ok()?,
            file_size: size_at(bytes, 32)?,
            header_size: size_at(bytes, 36)?,
            map_at: size_at(bytes, 52)?,
            strings: table(56)?,
            types: table(64)?,
            protos: table(72)?,
            fields: table(80)?,
            methods: table(88)?,
            classes: table(96)?,
        })
    }

    /// Whether several DEX files share one container and its data, as from version 41 on.
    pub(crate) fn is_shared(&self) -> bool {
        self.version >= 41
    }
}
