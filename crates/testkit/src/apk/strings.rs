//! String pools (`ResStringPool_header` in AOSP `ResourceTypes.h`).

use super::chunk::{Put, align, chunk};

const STRING_POOL: u16 = 0x0001;
const UTF8_FLAG: u32 = 1 << 8;

/// How a pool writes its texts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Encoding {
    /// As aapt writes resource tables.
    Utf8,
    /// As aapt writes manifests.
    Utf16,
}

/// The chunk of a pool of these texts, in this order.
pub(super) fn pool(texts: &[String], encoding: Encoding) -> Vec<u8> {
    let (mut offsets, mut data) = (Vec::new(), Vec::new());
    for text in texts {
        offsets.size(data.len());
        match encoding {
            Encoding::Utf8 => {
                length8(&mut data, text.encode_utf16().count());
                length8(&mut data, text.len());
                data.extend_from_slice(text.as_bytes());
                data.u8(0);
            }
            Encoding::Utf16 => {
                length16(&mut data, text.encode_utf16().count());
                for unit in text.encode_utf16() {
                    data.u16(unit);
                }
                data.u16(0);
            }
        }
    }
    align(&mut data);
    let mut fields = Vec::new();
    fields.size(texts.len());
    fields.u32(0); // no styles
    fields.u32(if encoding == Encoding::Utf8 { UTF8_FLAG } else { 0 });
    fields.size(28 + offsets.len());
    fields.u32(0);
    offsets.extend_from_slice(&data);
    chunk(STRING_POOL, &fields, &offsets)
}

/// A length in one byte, or in two with the high bit of the first set.
fn length8(out: &mut Vec<u8>, length: usize) {
    if length > 0x7f {
        out.u8(0x80 | (length >> 8) as u8 & 0x7f);
    }
    out.u8(length as u8);
}

/// A length in one unit, or in two with the high bit of the first set.
fn length16(out: &mut Vec<u8>, length: usize) {
    if length > 0x7fff {
        out.u16(0x8000 | (length >> 16) as u16 & 0x7fff);
    }
    out.u16(length as u16);
}
