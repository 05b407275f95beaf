//! The fields of a protocol buffer (<https://protobuf.dev/programming-guides/encoding>), one level at
//! a time, so that nothing nests deeper than its reader asks.

/// One field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Value<'a> {
    /// A number (varint, or of four or eight bytes).
    Number(u64),
    /// Text, bytes, or a message.
    Bytes(&'a [u8]),
}

impl<'a> Value<'a> {
    /// Its bytes; none of a number.
    pub(crate) fn bytes(self) -> &'a [u8] {
        match self {
            Value::Bytes(bytes) => bytes,
            Value::Number(_) => &[],
        }
    }

    /// Its text; what is not UTF-8 becomes U+FFFD.
    pub(crate) fn text(self) -> String {
        String::from_utf8_lossy(self.bytes()).into_owned()
    }

    /// Its number; none of text.
    pub(crate) fn number(self) -> Option<u64> {
        match self {
            Value::Number(number) => Some(number),
            Value::Bytes(_) => None,
        }
    }
}

/// Walks over the fields of a message: number and value. Ends at the first that is damaged or
/// cut; [`Fields::damaged`] tells where.
pub(crate) struct Fields<'a> {
    bytes: &'a [u8],
    at: usize,
    damaged: bool,
}

impl<'a> Fields<'a> {
    pub(crate) fn of(bytes: &'a [u8]) -> Self {
        Self { bytes, at: 0, damaged: false }
    }

    /// Where reading stopped, if before the end.
    pub(crate) fn damaged(&self) -> Option<usize> {
        self.damaged.then_some(self.at)
    }

    fn varint(&self, at: &mut usize) -> Option<u64> {
        let mut value = 0_u64;
        for shift in (0..70).step_by(7) {
            let byte = *self.bytes.get(*at)?;
            *at += 1;
            value |= u64::from(byte & 0x7f).checked_shl(shift).unwrap_or(0);
            if byte & 0x80 == 0 {
                return Some(value);
            }
        }
        None
    }

    fn field(&self, at: &mut usize) -> Option<(u32, Value<'a>)> {
        let key = self.varint(at)?;
        let number = u32::try_from(key >> 3).ok().filter(|number| *number > 0)?;
        let mut take = |count: usize| {
            let bytes = self.bytes.get(*at..)?.get(..count)?;
            *at += count;
            Some(bytes)
        };
        let value = match key & 7 {
            0 => Value::Number(self.varint(at)?),
            1 => Value::Number(u64::from_le_bytes(take(8)?.try_into().ok()?)),
            5 => Value::Number(u64::from(u32::from_le_bytes(take(4)?.try_into().ok()?))),
            2 => {
                let count = usize::try_from(self.varint(at)?).ok()?;
                let bytes = self.bytes.get(*at..)?.get(..count)?;
                *at += count;
                Value::Bytes(bytes)
            }
            _ => return None,
        };
        Some((number, value))
    }
}

impl<'a> Iterator for Fields<'a> {
    type Item = (u32, Value<'a>);

    fn next(&mut self) -> Option<Self::Item> {
        if self.damaged || self.at >= self.bytes.len() {
            return None;
        }
        let mut at = self.at;
        let field = self.field(&mut at);
        self.damaged = field.is_none();
        if field.is_some() {
            self.at = at;
        }
        field
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The examples of the encoding guide: `a: 150`, `b: "testing"`.
    #[test]
    fn fields_of_the_guide() {
        let fields: Vec<_> = Fields::of(b"\x08\x96\x01\x12\x07testing").collect();
        assert_eq!(fields, [(1, Value::Number(150)), (2, Value::Bytes(b"testing"))]);
        let mut cut = Fields::of(b"\x08\x96\x01\x12\x07test");
        assert_eq!(cut.by_ref().count(), 1);
        assert_eq!(cut.damaged(), Some(3));
        assert_eq!(Fields::of(b"\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff").count(), 0);
    }
}
