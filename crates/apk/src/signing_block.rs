//! The APK signing block before the central directory, with the signers of schemes v2, v3 and
//! v3.1 (source.android.com, "APK Signature Scheme v2", "v3", "v3.1").

use crate::certificate::Certificate;
use crate::le::{size_at, slice, u32_at, u64_at};
use crate::package::{Scheme, Signer};
use crate::remarks::Remarks;
use crate::zip::Archive;
use std::io::{Read, Seek};

const PLACE: &str = "signing block";
const MAGIC: &[u8] = b"APK Sig Block 42";
/// Bytes of the signers of one scheme. Real ones have a few thousand.
const SIGNERS_BYTES: u64 = 4 << 20;
/// Pairs of id and value.
const MOST_PAIRS: u32 = 1000;
/// Signers of one scheme; Android takes ten.
const MOST_SIGNERS: usize = 64;

pub(crate) fn signers<R: Read + Seek>(
    archive: &mut Archive<R>,
    remarks: &mut Remarks,
) -> Vec<Signer> {
    let mut found = Vec::new();
    let Some((mut at, end)) = pairs(archive, remarks) else { return found };
    for _ in 0..MOST_PAIRS {
        if at == end {
            break;
        }
        let Some((id, value, next)) = pair(archive, at, end) else {
            remarks.add(PLACE, format!("no pair of id and value at byte {at}"));
            break;
        };
        at = next;
        let scheme = match id {
            0x7109_871a => Scheme::V2,
            0xf053_68c0 => Scheme::V3,
            0x1b93_ad61 => Scheme::V31,
            _ => continue,
        };
        let (start, stop) = value;
        if stop - start > SIGNERS_BYTES {
            remarks.add(PLACE, format!("signers of {scheme} have {} bytes", stop - start));
            continue;
        }
        let Ok(bytes) = archive.raw(start, usize::try_from(stop - start).unwrap_or(0)) else {
            continue;
        };
        match certificates(&bytes) {
            Some(list) if !list.is_empty() => {
                let signer = |der| Signer { scheme, certificate: Certificate::new(der), at: value };
                found.extend(list.into_iter().map(signer));
            }
            _ => remarks.add(PLACE, format!("no signer of {scheme} can be read")),
        }
    }
    found.sort_by_key(|signer| signer.scheme);
    found
}

/// Where the pairs lie; `None` where there is no block.
fn pairs<R: Read + Seek>(archive: &mut Archive<R>, remarks: &mut Remarks) -> Option<(u64, u64)> {
    let end = archive.directory_at.checked_sub(24)?;
    let foot = archive.raw(end, 24).ok()?;
    if foot.get(8..) != Some(MAGIC) {
        return None;
    }
    let size = u64_at(&foot, 0)?;
    let start = archive.directory_at.checked_sub(size)?.checked_sub(8);
    let Some(start) = start.filter(|start| *start <= end - 8) else {
        remarks.add(PLACE, format!("states {size} bytes"));
        return None;
    };
    if archive.raw(start, 8).ok().and_then(|head| u64_at(&head, 0)) != Some(size) {
        remarks.add(PLACE, "states another size at its start than at its end");
    }
    Some((start + 8, end))
}

/// Id, byte range of the value, and where the next pair begins.
fn pair<R: Read + Seek>(
    archive: &mut Archive<R>,
    at: u64,
    end: u64,
) -> Option<(u32, (u64, u64), u64)> {
    let head = archive.raw(at, 12).ok()?;
    let next = at.checked_add(8)?.checked_add(u64_at(&head, 0)?)?;
    (at + 12 <= next && next <= end).then_some(())?;
    Some((u32_at(&head, 8)?, (at + 12, next), next))
}

/// The first certificate of each signer: the one whose key signs.
fn certificates(value: &[u8]) -> Option<Vec<&[u8]>> {
    let mut found = Vec::new();
    let mut signers = sized(value)?.0;
    while !signers.is_empty() && found.len() < MOST_SIGNERS {
        let (signer, rest) = sized(signers)?;
        signers = rest;
        let (signed_data, _) = sized(signer)?;
        let (_digests, after) = sized(signed_data)?;
        let (certificates, _) = sized(after)?;
        if !certificates.is_empty() {
            found.push(sized(certificates)?.0);
        }
    }
    Some(found)
}

/// Bytes behind their length (u32), and what follows.
fn sized(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let length = size_at(bytes, 0)?;
    Some((slice(bytes, 4, length)?, bytes.get(length.checked_add(4)?..)?))
}
