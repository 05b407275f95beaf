//! Little-endian numbers and LEB128 at places that may not be there.

pub(crate) fn slice(bytes: &[u8], at: usize, len: usize) -> Option<&[u8]> {
    bytes.get(at..at.checked_add(len)?)
}

pub(crate) fn u16_at(bytes: &[u8], at: usize) -> Option<u16> {
    Some(u16::from_le_bytes(slice(bytes, at, 2)?.try_into().ok()?))
}

pub(crate) fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_le_bytes(slice(bytes, at, 4)?.try_into().ok()?))
}

/// A u32 as an index; on every machine this runs on it fits.
pub(crate) fn size_at(bytes: &[u8], at: usize) -> Option<usize> {
    usize::try_from(u32_at(bytes, at)?).ok()
}

/// Reads one value after another; `None` once the bytes have run out.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Cursor<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Cursor<'a> {
    pub(crate) fn new(bytes: &'a [u8], at: usize) -> Self {
        Self { bytes, at }
    }

    pub(crate) fn at(&self) -> usize {
        self.at
    }

    pub(crate) fn u8(&mut self) -> Option<u8> {
        let value = self.bytes.get(self.at).copied()?;
        self.at += 1;
        Some(value)
    }

    pub(crate) fn u16(&mut self) -> Option<u16> {
        let value = u16_at(self.bytes, self.at)?;
        self.at += 2;
        Some(value)
    }

    pub(crate) fn u32(&mut self) -> Option<u32> {
        let value = u32_at(self.bytes, self.at)?;
        self.at += 4;
        Some(value)
    }

    /// Little-endian, `len` bytes (at most 8), zeros above.
    pub(crate) fn unsigned(&mut self, len: usize) -> Option<u64> {
        let mut wide = [0; 8];
        wide.get_mut(..len)?.copy_from_slice(slice(self.bytes, self.at, len)?);
        self.at += len;
        Some(u64::from_le_bytes(wide))
    }

    /// ULEB128 of at most five bytes; bits beyond 32 are dropped, as ART does.
    pub(crate) fn uleb(&mut self) -> Option<u32> {
        let mut value = 0_u32;
        for shift in [0, 7, 14, 21, 28] {
            let byte = self.u8()?;
            value |= u32::from(byte & 0x7f) << shift;
            if byte & 0x80 == 0 {
                break;
            }
        }
        Some(value)
    }

    /// ULEB128 plus one: `None` stands for -1.
    #[expect(clippy::option_option, reason = "out of bytes and no value are two things")]
    pub(crate) fn uleb_p1(&mut self) -> Option<Option<u32>> {
        Some(self.uleb()?.checked_sub(1))
    }

    /// SLEB128 of at most five bytes.
    pub(crate) fn sleb(&mut self) -> Option<i32> {
        let mut value = 0_i32;
        for shift in [0_u32, 7, 14, 21, 28] {
            let byte = self.u8()?;
            value |= i32::from(byte & 0x7f) << shift;
            if byte & 0x80 == 0 {
                let unused = 32_u32.saturating_sub(shift + 7);
                return Some((value << unused) >> unused);
            }
        }
        Some(value)
    }
}

#[cfg(test)]
mod tests {
    use super::Cursor;

    /// Values from the table under "LEB128" in AOSP's description of the format.
    #[test]
    fn leb128() {
        for (bytes, signed, unsigned, minus_one) in [
            (&[0x00][..], 0, 0, None),
            (&[0x01], 1, 1, Some(0)),
            (&[0x7f], -1, 127, Some(126)),
            (&[0x80, 0x7f], -128, 16256, Some(16255)),
        ] {
            assert_eq!(Cursor::new(bytes, 0).sleb(), Some(signed));
            assert_eq!(Cursor::new(bytes, 0).uleb(), Some(unsigned));
            assert_eq!(Cursor::new(bytes, 0).uleb_p1(), Some(minus_one));
        }
        assert_eq!(Cursor::new(&[0x80], 0).uleb(), None);
        assert_eq!(Cursor::new(&[0xff; 5], 0).uleb(), Some(u32::MAX));
    }
}
