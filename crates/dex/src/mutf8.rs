//! MUTF-8, the encoding of strings in DEX: UTF-16 code units, each as one to three bytes, zero
//! as `C0 80`.

use std::borrow::Cow;
use std::fmt;

/// A string as it stands in the file, without its final zero byte. Two strings are equal where
/// their bytes are; what is well-formed has one encoding only.
#[derive(Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Mutf8<'a>(&'a [u8]);

impl<'a> Mutf8<'a> {
    /// Bytes as they stand in a file, without the final zero byte.
    #[must_use]
    pub fn new(bytes: &'a [u8]) -> Self {
        Self(bytes)
    }

    /// The bytes as they stand.
    #[must_use]
    pub fn as_bytes(self) -> &'a [u8] {
        self.0
    }

    /// As text. Lone surrogates and bytes that are no MUTF-8 become U+FFFD; nothing is copied
    /// where the bytes are UTF-8 as well, as nearly all are.
    #[must_use]
    pub fn text(self) -> Cow<'a, str> {
        match std::str::from_utf8(self.0) {
            Ok(text) => Cow::Borrowed(text),
            Err(_) => Cow::Owned(
                char::decode_utf16(Units(self.0))
                    .map(|unit| unit.unwrap_or(char::REPLACEMENT_CHARACTER))
                    .collect(),
            ),
        }
    }
}

impl fmt::Display for Mutf8<'_> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.text())
    }
}

impl fmt::Debug for Mutf8<'_> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.text(), out)
    }
}

impl PartialEq<str> for Mutf8<'_> {
    fn eq(&self, other: &str) -> bool {
        self.0 == other.as_bytes()
    }
}

impl PartialEq<&str> for Mutf8<'_> {
    fn eq(&self, other: &&str) -> bool {
        self.0 == other.as_bytes()
    }
}

/// The UTF-16 code units.
struct Units<'a>(&'a [u8]);

impl Iterator for Units<'_> {
    type Item = u16;

    fn next(&mut self) -> Option<u16> {
        const LONE: u16 = 0xdfff; // An unpaired low surrogate: shown as U+FFFD.
        let (first, rest) = self.0.split_first()?;
        let tail = |at: usize| {
            rest.get(at).filter(|byte| **byte & 0xc0 == 0x80).map(|byte| u16::from(byte & 0x3f))
        };
        let (unit, len) = match first {
            0..0x80 => (Some(u16::from(*first)), 1),
            0xc0..0xe0 => (tail(0).map(|low| u16::from(first & 0x1f) << 6 | low), 2),
            0xe0..0xf0 => {
                let unit = tail(0).zip(tail(1));
                (unit.map(|(mid, low)| u16::from(first & 0x0f) << 12 | mid << 6 | low), 3)
            }
            _ => (None, 1),
        };
        self.0 = self.0.get(if unit.is_some() { len } else { 1 }..).unwrap_or(&[]);
        Some(unit.unwrap_or(LONE))
    }
}

#[cfg(test)]
mod tests {
    use super::Mutf8;

    /// Encodings worked out by hand from AOSP's "MUTF-8 (Modified UTF-8) encoding".
    #[test]
    fn text() {
        for (bytes, text) in [
            (&b"plain"[..], "plain"),
            ("ئۇيغۇر".as_bytes(), "ئۇيغۇر"),
            (&[b'a', 0xc0, 0x80, b'b'], "a\0b"),
            // U+1F600 as the surrogates D83D DE00.
            (&[0xed, 0xa0, 0xbd, 0xed, 0xb8, 0x80], "😀"),
            (&[0xed, 0xa0, 0xbd, b'x'], "\u{fffd}x"),
            (&[0xff, b'x', 0xe4], "\u{fffd}x\u{fffd}"),
        ] {
            assert_eq!(Mutf8::new(bytes).text(), text, "{bytes:x?}");
        }
    }
}
