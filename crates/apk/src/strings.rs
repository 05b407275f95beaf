//! String pools (`ResStringPool_header` in AOSP `ResourceTypes.h`), decoded on demand.

use crate::anomaly::AnomalyKind as Kind;
use crate::le::{Chunk, size_at, slice, u8_at, u16_at, u32_at};
use crate::remarks::Remarks;

pub(crate) const STRING_POOL: u16 = 0x0001;
const UTF8_FLAG: u32 = 1 << 8;

/// Characters (UTF-16 units or UTF-8 bytes) of a text that are read; the rest is cut off, so
/// that many uses of one long text cost little.
pub(crate) const MOST_CHARS: usize = 4096;

#[derive(Clone, Copy, Default)]
pub(crate) struct Pool<'a> {
    offsets: &'a [u8],
    data: &'a [u8],
    utf8: bool,
}

impl<'a> Pool<'a> {
    pub(crate) fn new(chunk: Chunk<'a>) -> Option<Self> {
        let count = size_at(chunk.bytes, 8)?;
        let offsets = chunk.bytes.get(chunk.header..)?;
        // A count beyond the chunk is a known trick; Android's own index stays within it.
        let offsets = offsets.get(..count.saturating_mul(4)).unwrap_or(offsets);
        let data = chunk.bytes.get(size_at(chunk.bytes, 20)?..).unwrap_or_default();
        Some(Self { offsets, data, utf8: u32_at(chunk.bytes, 16)? & UTF8_FLAG != 0 })
    }

    /// Tells what is odd about a pool at byte `at` of a member (`ResStringPool::setTo` in AOSP
    /// `ResourceTypes.cpp` refuses some of it).
    pub(crate) fn check(chunk: Chunk<'_>, place: &str, at: usize, remarks: &mut Remarks) {
        let bytes = chunk.bytes;
        let field = |field| size_at(bytes, field).unwrap_or_default();
        let (texts, styles, texts_at, styles_at) = (field(8), field(12), field(20), field(24));
        let utf8 = field(16) & UTF8_FLAG as usize != 0;
        let index = texts.saturating_add(styles).saturating_mul(4);
        let room = texts_at.saturating_sub(chunk.header);
        if texts_at >= bytes.len() && texts > 0 {
            let detail = format!("texts at byte {texts_at} of {}", bytes.len());
            remarks.odd(Kind::StringsLayout, place, at, detail);
        } else if texts_at > 0 && index != room {
            let detail = format!("{texts} texts and {styles} styles stated, room for {}", room / 4);
            remarks.odd(Kind::StringsCount, place, at, detail);
        }
        let ends = if styles > 0 { styles_at } else { bytes.len() };
        if styles > 0 && (styles_at <= texts_at || styles_at.saturating_add(2) > bytes.len()) {
            let detail = format!("{styles} styles at byte {styles_at}");
            remarks.odd(Kind::StringsStyles, place, at, detail);
        } else if texts > 0 && texts_at < ends {
            let pool = bytes.get(texts_at..ends).unwrap_or_default();
            let whole = if utf8 { pool.len() } else { pool.len() / 2 * 2 };
            let last = if utf8 { 1 } else { 2 };
            let zero = whole.checked_sub(last).and_then(|from| pool.get(from..whole));
            if !zero.is_some_and(|unit| unit.iter().all(|byte| *byte == 0)) {
                remarks.odd(Kind::StringsLayout, place, at, "the last text does not end in a zero");
            }
        }
    }

    /// The text at this index, at most `most` characters of it. What is not Unicode is replaced.
    pub(crate) fn get(&self, index: u32, most: usize) -> Option<String> {
        let index = usize::try_from(index).ok()?;
        let at = size_at(self.offsets, index.checked_mul(4)?)?;
        if self.utf8 {
            let (_, at) = self.length8(at)?;
            let (length, at) = self.length8(at)?;
            let text = self.data.get(at..)?;
            let text = text.get(..length.min(most)).unwrap_or(text);
            let cut = length > most;
            let mut text = String::from_utf8_lossy(text).into_owned();
            if cut && text.ends_with(char::REPLACEMENT_CHARACTER) {
                text.pop();
            }
            Some(text)
        } else {
            let (length, at) = self.length16(at)?;
            let units = self.data.get(at..)?;
            let units = units.get(..length.min(most).checked_mul(2)?).unwrap_or(units);
            let units = units.chunks_exact(2).filter_map(|pair| u16_at(pair, 0));
            Some(
                char::decode_utf16(units)
                    .map(|c| c.unwrap_or(char::REPLACEMENT_CHARACTER))
                    .collect(),
            )
        }
    }

    /// A length in one byte, or in two with the high bit of the first set; and where it ends.
    fn length8(&self, at: usize) -> Option<(usize, usize)> {
        let first = usize::from(u8_at(self.data, at)?);
        if first & 0x80 == 0 {
            return Some((first, at + 1));
        }
        Some(((first & 0x7f) << 8 | usize::from(u8_at(self.data, at + 1)?), at + 2))
    }

    /// A length in one unit, or in two with the high bit of the first set; and where it ends.
    fn length16(&self, at: usize) -> Option<(usize, usize)> {
        let unit = |at| Some(usize::from(u16_at(slice(self.data, at, 2)?, 0)?));
        let first = unit(at)?;
        if first & 0x8000 == 0 {
            return Some((first, at + 2));
        }
        Some(((first & 0x7fff) << 16 | unit(at + 2)?, at + 4))
    }
}
