//! Zips made byte by byte, so that they can be wrong in exactly one place.

#![allow(dead_code)] // Each test uses a part of it.

use flate2::write::DeflateEncoder;
use flate2::{Compression, Crc};
use std::io::Write;

/// One member; what its directory entry states can differ from what it is.
#[derive(Clone)]
pub(crate) struct Entry {
    pub(crate) name: Vec<u8>,
    pub(crate) packed: Vec<u8>,
    pub(crate) method: u16,
    pub(crate) flags: u16,
    pub(crate) size: u32,
    pub(crate) crc: u32,
    /// Index of the member whose bytes this one claims as its own.
    pub(crate) same_bytes_as: Option<usize>,
}

pub(crate) fn stored(name: impl AsRef<[u8]>, data: &[u8]) -> Entry {
    let mut crc = Crc::new();
    crc.update(data);
    Entry {
        name: name.as_ref().to_vec(),
        packed: data.to_vec(),
        method: 0,
        flags: 0,
        size: u32::try_from(data.len()).unwrap(),
        crc: crc.sum(),
        same_bytes_as: None,
    }
}

pub(crate) fn deflated(name: impl AsRef<[u8]>, data: &[u8]) -> Entry {
    let mut encoder = DeflateEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(data).unwrap();
    Entry { packed: encoder.finish().unwrap(), method: 8, ..stored(name, data) }
}

pub(crate) fn zip(entries: &[Entry]) -> Vec<u8> {
    zip_around(b"", entries, b"")
}

/// A zip behind `prefix` (its offsets do not count it) and with a comment.
pub(crate) fn zip_around(prefix: &[u8], entries: &[Entry], comment: &[u8]) -> Vec<u8> {
    let mut out = prefix.to_vec();
    let mut directory = Vec::new();
    let mut offsets: Vec<u32> = Vec::new();
    for entry in entries {
        let here = u32::try_from(out.len() - prefix.len()).unwrap();
        let offset = entry.same_bytes_as.map_or(here, |other| offsets[other]);
        offsets.push(offset);
        let packed = u32::try_from(entry.packed.len()).unwrap();
        let name = u16::try_from(entry.name.len()).unwrap();
        let mut shared = Vec::new();
        for field in [20, entry.flags, entry.method, 0, 0x21] {
            shared.extend(u16::to_le_bytes(field));
        }
        for field in [entry.crc, packed, entry.size] {
            shared.extend(u32::to_le_bytes(field));
        }
        shared.extend(name.to_le_bytes());
        shared.extend([0, 0]);
        if entry.same_bytes_as.is_none() {
            out.extend(b"PK\x03\x04");
            out.extend(&shared);
            out.extend(&entry.name);
            out.extend(&entry.packed);
        }
        directory.extend(b"PK\x01\x02\x14\x00");
        directory.extend(&shared);
        directory.extend([0; 10]);
        directory.extend(offset.to_le_bytes());
        directory.extend(&entry.name);
    }
    let at = u32::try_from(out.len() - prefix.len()).unwrap();
    out.extend(&directory);
    let count = (entries.len() as u16).to_le_bytes();
    out.extend(b"PK\x05\x06\0\0\0\0");
    out.extend(count);
    out.extend(count);
    out.extend(u32::try_from(directory.len()).unwrap().to_le_bytes());
    out.extend(at.to_le_bytes());
    out.extend(u16::try_from(comment.len()).unwrap().to_le_bytes());
    out.extend(comment);
    out
}

/// Bytes that do not repeat soon, from a fixed linear congruence (Knuth's MMIX constants).
pub(crate) fn noise(count: usize) -> Vec<u8> {
    let mut state = 1_u64;
    std::iter::repeat_with(|| {
        state = state.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
        (state >> 33) as u8
    })
    .take(count)
    .collect()
}
