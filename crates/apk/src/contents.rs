//! One pass over the data of all members: hash, checksum, size, and the native libraries.

use crate::anomaly::AnomalyKind as Kind;
use crate::native::{self, NativeLibrary};
use crate::remarks::Remarks;
use crate::zip::{Archive, Member};
use flate2::Crc;
use flate2::read::DeflateDecoder;
use sha2::{Digest, Sha256};
use std::io::{self, Read, Seek};

/// What all members may inflate to: this, and so many times the file, but no more than the last.
const INFLATED: u64 = 256 << 20;
const TIMES: u64 = 64;
const MOST_INFLATED: u64 = 4 << 30;
/// A native library is held in memory while it is read.
const LIBRARY_BYTES: u64 = 32 << 20;
/// Native libraries that are read.
const MOST_LIBRARIES: usize = 1000;

/// Hashes every member, and reads the native libraries.
pub(crate) fn read<R: Read + Seek>(
    archive: &mut Archive<R>,
    remarks: &mut Remarks,
) -> Vec<NativeLibrary> {
    let mut left = archive.len.saturating_mul(TIMES).saturating_add(INFLATED).min(MOST_INFLATED);
    let mut libraries = Vec::new();
    let mut members = std::mem::take(&mut archive.members);
    for member in members.iter_mut().filter(|member| !member.is_folder()) {
        if left == 0 {
            remarks.add("zip", "the members together inflate to more than is read");
            break;
        }
        let library = native::abi_of(&member.name).filter(|_| libraries.len() < MOST_LIBRARIES);
        let library = library.map(str::to_owned);
        let keep = if library.is_some() { LIBRARY_BYTES } else { 0 };
        let Some(read) = pass(archive, member, &mut left, keep, remarks) else { continue };
        if let Some(abi) = library {
            if read.size > LIBRARY_BYTES {
                remarks
                    .add(&member.name, format!("larger than the limit of {LIBRARY_BYTES} bytes"));
            }
            libraries.push(native::read(&member.name, &abi, &read.kept, remarks));
        }
    }
    archive.members = members;
    libraries
}

struct Passed {
    size: u64,
    kept: Vec<u8>,
}

/// Inflates a member once, and notes hash and what is odd.
fn pass<R: Read + Seek>(
    archive: &mut Archive<R>,
    member: &mut Member,
    left: &mut u64,
    keep: u64,
    remarks: &mut Remarks,
) -> Option<Passed> {
    let data = member.data?;
    let mut stream: Box<dyn Read + '_> = match member.method {
        8 => Box::new(DeflateDecoder::new(archive.stream(data, member.compressed).ok()?)),
        _ => Box::new(archive.stream(data, member.size).ok()?),
    };
    let (mut sha256, mut crc) = (Sha256::new(), Crc::new());
    let (mut size, mut kept) = (0_u64, Vec::new());
    let mut buffer = [0; 16 << 10];
    let end = loop {
        match stream.read(&mut buffer) {
            Ok(0) => break None,
            Ok(count) => {
                let bytes = buffer.get(..count).unwrap_or_default();
                size += count as u64;
                sha256.update(bytes);
                crc.update(bytes);
                if size <= keep {
                    kept.extend_from_slice(bytes);
                }
                *left = left.saturating_sub(count as u64);
                if *left == 0 {
                    break Some(io::Error::other("more than is read of all members together"));
                }
            }
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => break Some(error),
        }
    };
    drop(stream);
    if let Some(error) = end {
        remarks.add(&member.name, format!("read to byte {size} only: {error}"));
        return None;
    }
    member.sha256 = Some(const_hex::encode(sha256.finalize()));
    if size != member.size {
        let detail = format!("{size} bytes, {} stated", member.size);
        remarks.odd_at(Kind::ZipSizeLies, &member.name, data, detail);
    }
    if crc.sum() != member.crc32 {
        let detail = format!("{:08x}, {:08x} stated", crc.sum(), member.crc32);
        remarks.odd_at(Kind::ZipChecksum, &member.name, data, detail);
    }
    Some(Passed { size, kept })
}
