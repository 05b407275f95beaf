//! Tables that stand among the instructions: AOSP's "packed-switch-payload",
//! "sparse-switch-payload" and "fill-array-data-payload".

use crate::bytes::{slice, u16_at, u32_at};

/// A table, as it stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Payload<'a> {
    /// Targets of consecutive keys.
    PackedSwitch {
        /// The first key.
        first: i32,
        /// Little-endian i32 each, from the switch instruction, in code units.
        targets: &'a [u8],
    },
    /// Keys, then as many targets.
    SparseSwitch {
        /// Little-endian i32 each.
        keys: &'a [u8],
        /// Little-endian i32 each, from the switch instruction, in code units.
        targets: &'a [u8],
    },
    /// Elements of an array.
    ArrayData {
        /// Bytes an element has.
        width: u16,
        /// The elements.
        data: &'a [u8],
    },
    /// A unit that begins as no instruction and no known table does; it has the length of one.
    Unknown(u16),
}

impl<'a> Payload<'a> {
    /// The table at byte `at`, and how many bytes it has; `None` where it is cut.
    pub(crate) fn read(code: &'a [u8], at: usize) -> Option<(Self, usize)> {
        let kind = u16_at(code, at)?;
        Some(match kind {
            0x0100 => {
                let bytes = usize::from(u16_at(code, at + 2)?) * 4;
                let first = u32_at(code, at + 4)?.cast_signed();
                (Self::PackedSwitch { first, targets: slice(code, at + 8, bytes)? }, 8 + bytes)
            }
            0x0200 => {
                let bytes = usize::from(u16_at(code, at + 2)?) * 4;
                let keys = slice(code, at + 4, bytes)?;
                let targets = slice(code, at + 4 + bytes, bytes)?;
                (Self::SparseSwitch { keys, targets }, 4 + 2 * bytes)
            }
            0x0300 => {
                let width = u16_at(code, at + 2)?;
                let count = usize::try_from(u32_at(code, at + 4)?).ok()?;
                let bytes = count.checked_mul(width.into())?;
                let data = slice(code, at + 8, bytes)?;
                (Self::ArrayData { width, data }, 8 + bytes.next_multiple_of(2))
            }
            other => (Self::Unknown(other), 2),
        })
    }
}
