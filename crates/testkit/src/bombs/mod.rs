//! Small files that inflate to gigabytes of zeros or spaces, to show that nobody inflates them. They
//! are built from a few repeated blocks, so that making them costs nothing either; inert like all here.

mod forms;

pub use forms::{FORMS, Form, Laid};

use crate::backup::header;
use flate2::{Compress, Compression, Crc, FlushCompress};

/// Bytes of one repeated block.
const BLOCK: usize = 1 << 20;

/// A stream of deflate (RFC 1951) that inflates to `count` MiB of `byte`, and its CRC-32.
#[must_use]
pub fn deflated(byte: u8, count: u32) -> (Vec<u8>, u32) {
    let plain = vec![byte; BLOCK];
    let mut stream = block(&plain).repeat(count as usize);
    stream.extend([3, 0]); // a last block with nothing in it
    let mut one = Crc::new();
    one.update(&plain);
    let mut all = Crc::new();
    (0..count).for_each(|_| all.combine(&one));
    (stream, all.sum())
}

/// Bytes deflated such that others can stand behind them.
fn block(plain: &[u8]) -> Vec<u8> {
    let mut block = Vec::with_capacity(64 << 10);
    // A full flush ends at a byte and looks back at nothing, so that blocks can be strung together.
    let mut compress = Compress::new(Compression::best(), false);
    let done = compress.compress_vec(plain, &mut block, FlushCompress::Full);
    assert!(done.is_ok() && compress.total_in() == plain.len() as u64, "it is compressed whole");
    block
}

/// A stream of zlib (RFC 1950) that inflates to `head` and `count` MiB of `byte`.
#[must_use]
pub fn zlib(head: &[u8], byte: u8, count: u32) -> Vec<u8> {
    const MODULUS: u64 = 65_521;
    let plain = vec![byte; BLOCK];
    let (mut low, mut high) = (1_u64, 0_u64);
    let mut add = |bytes: &[u8]| {
        for byte in bytes {
            low = (low + u64::from(*byte)) % MODULUS;
            high = (high + low) % MODULUS;
        }
    };
    add(head);
    // What so many equal bytes add: the sums of an arithmetic series.
    let (size, first) = (u128::from(count) << 20, u128::from(low));
    let step = u128::from(byte);
    let modulus = u128::from(MODULUS);
    let all = size * first + step * (size * (size + 1) / 2);
    high = u64::try_from((u128::from(high) + all) % modulus).unwrap_or_default();
    low = u64::try_from((first + step * size) % modulus).unwrap_or_default();
    let sum = u32::try_from(high << 16 | low).unwrap_or_default().to_be_bytes();
    [&[0x78, 0xda], &block(head)[..], &block(&plain).repeat(count as usize), &[3, 0], &sum].concat()
}

/// An Android backup with one file of `count` MiB of zeros, deflated.
#[must_use]
pub fn android_backup(path: &str, count: u32) -> Vec<u8> {
    let deflated = backup_tar(path, count);
    [&b"ANDROID BACKUP\n5\n1\nnone\n"[..], &deflated].concat()
}

/// The tar of such a backup, deflated.
#[must_use]
pub fn backup_tar(path: &str, count: u32) -> Vec<u8> {
    zlib(&header(path, b'0', u64::from(count) << 20), 0, count)
}

/// One member of a zip.
pub struct Member<'a> {
    /// Its path.
    pub path: &'a str,
    /// Its bytes, deflated, or as they are.
    pub data: &'a [u8],
    /// Whether they are deflated.
    pub deflated: bool,
    /// CRC-32 of what they inflate to.
    pub crc32: u32,
    /// The size that is stated.
    pub size: u32,
}

impl<'a> Member<'a> {
    /// A member that is stored.
    #[must_use]
    pub fn stored(path: &'a str, data: &'a [u8]) -> Self {
        let mut crc = Crc::new();
        crc.update(data);
        let size = u32::try_from(data.len()).unwrap_or(u32::MAX);
        Self { path, data, deflated: false, crc32: crc.sum(), size }
    }

    /// A member that inflates to `count` MiB of zeros, and says so.
    #[must_use]
    pub fn bomb(path: &'a str, (data, crc32): &'a (Vec<u8>, u32), count: u32) -> Self {
        Self { path, data, deflated: true, crc32: *crc32, size: count << 20 }
    }
}

/// A zip of these members, whatever they state.
#[must_use]
pub fn zip(members: &[Member<'_>]) -> Vec<u8> {
    let (mut all, mut directory) = (Vec::new(), Vec::new());
    for member in members {
        let number = |value: usize| u32::try_from(value).unwrap_or(u32::MAX).to_le_bytes();
        let at = number(all.len());
        let mut common = vec![20, 0, 0, 0, if member.deflated { 8 } else { 0 }, 0, 0, 0, 0x21, 0];
        common.extend(member.crc32.to_le_bytes());
        common.extend(number(member.data.len()));
        common.extend(member.size.to_le_bytes());
        common.extend(u16::try_from(member.path.len()).unwrap_or(u16::MAX).to_le_bytes());
        common.extend([0, 0]);
        all.extend(b"PK\x03\x04");
        all.extend(&common);
        all.extend(member.path.as_bytes());
        all.extend(member.data);
        directory.extend(b"PK\x01\x02\x14\0");
        directory.extend(&common);
        directory.extend([0; 10]);
        directory.extend(at);
        directory.extend(member.path.as_bytes());
    }
    let count = u16::try_from(members.len()).unwrap_or(u16::MAX).to_le_bytes();
    let (start, length) = (all.len(), directory.len());
    all.extend(directory);
    all.extend(b"PK\x05\x06\0\0\0\0");
    all.extend(count);
    all.extend(count);
    all.extend(u32::try_from(length).unwrap_or(u32::MAX).to_le_bytes());
    all.extend(u32::try_from(start).unwrap_or(u32::MAX).to_le_bytes());
    all.extend([0, 0]);
    all
}

/// A gzip (RFC 1952) around what [`deflated`] gives.
#[must_use]
pub fn gzip((stream, crc32): &(Vec<u8>, u32), count: u32) -> Vec<u8> {
    let head = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3];
    [&head[..], stream, &crc32.to_le_bytes(), &(count << 20).to_le_bytes()].concat()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Read;

    #[test]
    fn what_is_said_of_them_is_true() {
        let bomb = deflated(0, 3);
        assert!(bomb.0.len() < 8 << 10, "{}", bomb.0.len());
        let mut plain = Vec::new();
        flate2::read::GzDecoder::new(&gzip(&bomb, 3)[..]).read_to_end(&mut plain).unwrap();
        assert_eq!((plain.len(), plain.iter().all(|byte| *byte == 0)), (3 << 20, true));
        for byte in [0, b' '] {
            let mut plain = Vec::new();
            let stream = zlib(b"head", byte, 3);
            flate2::read::ZlibDecoder::new(&stream[..]).read_to_end(&mut plain).unwrap();
            assert_eq!((plain.len(), &plain[..4], plain[4]), (4 + (3 << 20), &b"head"[..], byte));
        }
        let packed = zip(&[Member::stored("a", b"x"), Member::bomb("b", &bomb, 3)]);
        let archive = rawzip::ZipArchive::from_slice(&packed).unwrap();
        let sizes: Vec<u64> =
            archive.entries().map(|entry| entry.unwrap().uncompressed_size_hint()).collect();
        assert_eq!(sizes, [1, 3 << 20]);
    }
}
