//! A configuration (`ResTable_config` in AOSP `ResourceTypes.h`), as far as labels and icons need
//! it.

use crate::le::{Chunk, size_at, u16_at};

#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Config {
    /// BCP 47 tag; empty for the default locale.
    pub(crate) locale: String,
    /// Dots per inch; 0 for any, 0xfffe for drawings of every density.
    pub(crate) density: u16,
    /// Least SDK version.
    pub(crate) sdk: u16,
    /// Whether it asks for nothing but perhaps a locale.
    plain: bool,
    /// Whether it asks for nothing but a density and a version.
    pub(crate) ordinary: bool,
}

impl Config {
    /// `ResTable_config`, which follows the 20 bytes of a type chunk's own fields.
    pub(crate) fn read(chunk: &Chunk<'_>) -> Option<Self> {
        let size = size_at(chunk.bytes, 20)?;
        let config = chunk.bytes.get(20..chunk.header)?;
        let config = config.get(..size).unwrap_or(config);
        let part = |from: usize, to: usize| config.get(from..to).unwrap_or_default();
        let nothing = |bytes: &[u8]| bytes.iter().all(|byte| *byte == 0);
        let mut locale = code(part(8, 10), b'a');
        for (part, letters) in [(part(36, 40), true), (part(10, 12), false)] {
            let text = if letters { plain_text(part) } else { code(part, b'0') };
            if !locale.is_empty() && !text.is_empty() {
                locale = format!("{locale}-{text}");
            }
        }
        let rest = nothing(config.get(48..).unwrap_or_default());
        let plain = nothing(part(4, 8)) && nothing(part(12, 36)) && rest;
        let ordinary = nothing(part(4, 12))
            && nothing(part(12, 14))
            && nothing(part(16, 24))
            && nothing(part(28, 36))
            && rest;
        let number = |at| u16_at(config, at).unwrap_or_default();
        Some(Self { locale, density: number(14), sdk: number(24), plain, ordinary })
    }

    /// How far from the default configuration.
    pub(super) fn rank(&self) -> u8 {
        match (self.locale.as_str(), self.plain) {
            ("", true) => 0,
            ("", false) => 1,
            ("en", _) => 2,
            _ => 3,
        }
    }
}

/// A language or region: two letters, or three packed in 15 bits.
fn code(bytes: &[u8], base: u8) -> String {
    let [first, second] = bytes else { return String::new() };
    if first & 0x80 == 0 {
        return plain_text(bytes);
    }
    let letters = [second & 0x1f, (second & 0xe0) >> 5 | (first & 0x03) << 3, (first & 0x7c) >> 2];
    letters.iter().map(|letter| char::from(letter + base)).collect()
}

fn plain_text(bytes: &[u8]) -> String {
    let letters = bytes.iter().take_while(|byte| byte.is_ascii_alphanumeric());
    letters.map(|byte| char::from(*byte)).collect()
}
