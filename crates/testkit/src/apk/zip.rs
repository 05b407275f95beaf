//! A zip as build tools write it: times fixed, stored members aligned to four bytes.

use super::chunk::Put;
use flate2::{Compression, Crc, write::DeflateEncoder};
use std::io::Write;

/// 1980-01-01, the earliest date a zip can state.
const DATE: u16 = 0x21;

#[derive(Clone, Debug)]
pub(super) struct Member {
    pub(super) path: String,
    pub(super) bytes: Vec<u8>,
    deflated: bool,
}

impl Member {
    pub(super) fn deflated(path: &str, bytes: Vec<u8>) -> Self {
        Self { path: path.to_owned(), bytes, deflated: true }
    }

    pub(super) fn stored(path: &str, bytes: Vec<u8>) -> Self {
        Self { path: path.to_owned(), bytes, deflated: false }
    }

    fn packed(&self) -> Vec<u8> {
        if !self.deflated {
            return self.bytes.clone();
        }
        let mut encoder = DeflateEncoder::new(Vec::new(), Compression::default());
        // Writing to memory cannot fail.
        let _ = encoder.write_all(&self.bytes);
        encoder.finish().unwrap_or_default()
    }
}

/// The parts of a zip that an APK signature covers.
pub(super) struct Archive {
    /// Local headers and data.
    pub(super) contents: Vec<u8>,
    /// Central directory.
    pub(super) directory: Vec<u8>,
    entries: u16,
}

impl Archive {
    pub(super) fn new(members: &[Member]) -> Self {
        let (mut contents, mut directory) = (Vec::new(), Vec::new());
        for member in members {
            let offset = contents.len();
            let packed = member.packed();
            let mut crc = Crc::new();
            crc.update(&member.bytes);
            let padding = match (offset + 30 + member.path.len()) % 4 {
                rest if !member.deflated && rest != 0 => 4 - rest,
                _ => 0,
            };
            // What local and central headers share: from "version needed" to the sizes.
            let mut shared = Vec::new();
            shared.u16(20);
            shared.u16(1 << 11); // the name is UTF-8
            shared.u16(if member.deflated { 8 } else { 0 });
            shared.u16(0);
            shared.u16(DATE);
            shared.u32(crc.sum());
            shared.size(packed.len());
            shared.size(member.bytes.len());
            shared.u16(u16::try_from(member.path.len()).unwrap_or(u16::MAX));

            contents.extend_from_slice(b"PK\x03\x04");
            contents.extend_from_slice(&shared);
            contents.u16(padding as u16);
            contents.extend_from_slice(member.path.as_bytes());
            contents.resize(contents.len() + padding, 0);
            contents.extend_from_slice(&packed);

            directory.extend_from_slice(b"PK\x01\x02");
            directory.u16(20);
            directory.extend_from_slice(&shared);
            directory.extend_from_slice(&[0; 12]); // no extra, comment, attributes
            directory.size(offset);
            directory.extend_from_slice(member.path.as_bytes());
        }
        let entries = u16::try_from(members.len()).unwrap_or(u16::MAX);
        Self { contents, directory, entries }
    }

    /// Fills the contents up to a whole page, as a signing block with a verity digest asks for.
    pub(super) fn fill_page(&mut self) {
        self.contents.resize(self.contents.len().next_multiple_of(4096), 0);
    }

    /// The end record for a central directory at this offset.
    pub(super) fn end(&self, directory_at: usize) -> Vec<u8> {
        let mut end = b"PK\x05\x06\0\0\0\0".to_vec();
        end.u16(self.entries);
        end.u16(self.entries);
        end.size(self.directory.len());
        end.size(directory_at);
        end.u16(0);
        end
    }

    /// The whole file with the signing block (empty: none) where it belongs.
    pub(super) fn join(&self, block: &[u8]) -> Vec<u8> {
        let end = self.end(self.contents.len() + block.len());
        [&self.contents, block, &self.directory, &end].concat()
    }
}
