//! Which pairs of digest and signature algorithm each Android version accepts in a JAR signature
//! (apksig `OidConstants`, found out there by trying every version).

use crate::signature::hash::Hash;
use crate::signature::key::Method;

const OPEN: u32 = u32::MAX;
/// What Android 5.0 to 6.0 accepted, whatever the two algorithms were.
const LENIENT: &[(u32, u32)] = &[(21, 23)];
/// What Android 5.0 alone accepted.
const LENIENT_ONCE: &[(u32, u32)] = &[(21, 21)];

/// A digest by its object identifier.
pub(super) fn digest(oid: &[u8]) -> Option<Hash> {
    match oid {
        // 1.2.840.113549.2.5
        [0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x02, 0x05] => Some(Hash::Md5),
        // 1.3.14.3.2.26
        [0x2b, 0x0e, 0x03, 0x02, 0x1a] => Some(Hash::Sha1),
        // 2.16.840.1.101.3.4.2
        [0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, which] => match which {
            1 => Some(Hash::Sha256),
            2 => Some(Hash::Sha384),
            3 => Some(Hash::Sha512),
            4 => Some(Hash::Sha224),
            _ => None,
        },
        _ => None,
    }
}

/// A signature algorithm by its object identifier: how it signs, and the digest that it names
/// itself, if it names one.
pub(super) fn signature(oid: &[u8]) -> Option<(Method, Option<Hash>)> {
    match oid {
        // 1.2.840.113549.1.1
        [0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, which] => match which {
            1 => Some((Method::Rsa, None)),
            4 => Some((Method::Rsa, Some(Hash::Md5))),
            5 => Some((Method::Rsa, Some(Hash::Sha1))),
            11 => Some((Method::Rsa, Some(Hash::Sha256))),
            12 => Some((Method::Rsa, Some(Hash::Sha384))),
            13 => Some((Method::Rsa, Some(Hash::Sha512))),
            14 => Some((Method::Rsa, Some(Hash::Sha224))),
            _ => None,
        },
        // 1.2.840.10040.4.1, 1.2.840.10040.4.3
        [0x2a, 0x86, 0x48, 0xce, 0x38, 0x04, 0x01] => Some((Method::Dsa, None)),
        [0x2a, 0x86, 0x48, 0xce, 0x38, 0x04, 0x03] => Some((Method::Dsa, Some(Hash::Sha1))),
        // 2.16.840.1.101.3.4.3.1 and .2
        [0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x03, 0x01] => {
            Some((Method::Dsa, Some(Hash::Sha224)))
        }
        [0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x03, 0x02] => {
            Some((Method::Dsa, Some(Hash::Sha256)))
        }
        // 1.2.840.10045.2.1, 1.2.840.10045.4.1, 1.2.840.10045.4.3
        [0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01] => Some((Method::Ecdsa, None)),
        [0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x01] => Some((Method::Ecdsa, Some(Hash::Sha1))),
        [0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, which] => match which {
            1 => Some((Method::Ecdsa, Some(Hash::Sha224))),
            2 => Some((Method::Ecdsa, Some(Hash::Sha256))),
            3 => Some((Method::Ecdsa, Some(Hash::Sha384))),
            4 => Some((Method::Ecdsa, Some(Hash::Sha512))),
            _ => None,
        },
        _ => None,
    }
}

/// The SDK versions that accept the pair, as inclusive ranges.
pub(super) fn supported(
    digest: Hash,
    method: Method,
    named: Option<Hash>,
) -> &'static [(u32, u32)] {
    use Hash::{Md5, Sha1, Sha224, Sha256, Sha384, Sha512};
    use Method::{Dsa, Ecdsa, Rsa};
    match (method, digest, named) {
        (Rsa, Md5 | Sha1, None) | (Rsa, Sha1, Some(Sha1)) | (Dsa, Sha1, None) => &[(0, OPEN)],
        (Rsa, Md5, Some(Md5)) => &[(0, 8), (21, OPEN)],
        (Rsa, Sha224, None | Some(Sha224)) => &[(0, 8), (21, OPEN)],
        (Rsa, Sha256, None | Some(Sha256)) => &[(0, 8), (18, OPEN)],
        (Rsa, Sha384 | Sha512, None) => &[(18, OPEN)],
        (Rsa, Sha384, Some(Sha384)) | (Rsa, Sha512, Some(Sha512)) => &[(21, OPEN)],
        (Rsa, Sha224, Some(Sha256)) | (Rsa, Sha256, Some(Sha1)) | (Rsa, Sha512, Some(Sha384)) => {
            LENIENT_ONCE
        }
        (Rsa, _, Some(_)) => LENIENT,

        (Dsa, Sha1, Some(Sha1)) => &[(9, OPEN)],
        (Dsa, Sha224 | Sha256, None) => &[(22, OPEN)],
        (Dsa, Sha224, Some(Sha224)) | (Dsa, Sha256, Some(Sha256)) => &[(21, OPEN)],
        (Dsa, _, Some(_)) => LENIENT,

        (Ecdsa, Sha1 | Sha256 | Sha384 | Sha512, None) | (Ecdsa, Sha1, Some(Sha1)) => &[(18, OPEN)],
        (Ecdsa, Sha224, None)
        | (Ecdsa, Sha224, Some(Sha224))
        | (Ecdsa, Sha256, Some(Sha256))
        | (Ecdsa, Sha384, Some(Sha384))
        | (Ecdsa, Sha512, Some(Sha512)) => &[(21, OPEN)],
        (Ecdsa, _, Some(_)) => LENIENT,
        _ => &[],
    }
}

/// The part of a range that these ranges leave out; `None` where they cover it.
pub(super) fn uncovered((min, max): (u32, u32), ranges: &[(u32, u32)]) -> Option<u32> {
    let mut next = min;
    for (from, to) in ranges {
        if next < *from {
            break;
        }
        if next <= *to {
            next = to.saturating_add(1);
        }
        if next > max {
            return None;
        }
    }
    (next <= max && next != OPEN).then_some(next)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_left_of_a_range() {
        let two = [(0, 8), (18, OPEN)];
        assert_eq!(uncovered((1, 30), &two), Some(9));
        assert_eq!(uncovered((18, i32::MAX as u32), &two), None);
        assert_eq!(uncovered((0, 8), &two), None);
        assert_eq!(uncovered((22, 24), LENIENT), Some(24));
        assert_eq!(uncovered((1, 2), &[]), Some(1));
    }
}
