//! Little-endian writing, and the chunk header that all of Android's binary resources share
//! (`ResChunk_header` in AOSP `ResourceTypes.h`: type u16, header size u16, size u32).

/// Appends little-endian numbers.
pub(super) trait Put {
    fn u8(&mut self, value: u8);
    fn u16(&mut self, value: u16);
    fn u32(&mut self, value: u32);
    fn u64(&mut self, value: u64);
    /// A length as u32, where it fits.
    fn size(&mut self, value: usize);
    /// Bytes behind their length.
    fn sized(&mut self, bytes: &[u8]);
}

impl Put for Vec<u8> {
    fn u8(&mut self, value: u8) {
        self.push(value);
    }

    fn u16(&mut self, value: u16) {
        self.extend_from_slice(&value.to_le_bytes());
    }

    fn u32(&mut self, value: u32) {
        self.extend_from_slice(&value.to_le_bytes());
    }

    fn u64(&mut self, value: u64) {
        self.extend_from_slice(&value.to_le_bytes());
    }

    fn size(&mut self, value: usize) {
        self.u32(u32::try_from(value).unwrap_or(u32::MAX));
    }

    fn sized(&mut self, bytes: &[u8]) {
        self.size(bytes.len());
        self.extend_from_slice(bytes);
    }
}

/// A chunk: `fields` follow the 8-byte header and belong to it, `body` comes behind.
pub(super) fn chunk(kind: u16, fields: &[u8], body: &[u8]) -> Vec<u8> {
    let header = 8 + fields.len();
    let mut out = Vec::with_capacity(header + body.len());
    out.u16(kind);
    out.u16(u16::try_from(header).unwrap_or(u16::MAX));
    out.size(header + body.len());
    out.extend_from_slice(fields);
    out.extend_from_slice(body);
    out
}

/// Fills with zeros to a multiple of four.
pub(super) fn align(out: &mut Vec<u8>) {
    out.resize(out.len().next_multiple_of(4), 0);
}
