//! ECDSA (FIPS 186-4, 6.4) over the curves of NIST that have 256, 384 and 521 bits.

use super::{Outcome, Value, pair};
use crate::ber::OID;
use p256::ecdsa::signature::hazmat::PrehashVerifier;

/// 1.2.840.10045.3.1.7
const P256: &[u8] = &[0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07];
/// 1.3.132.0.34
const P384: &[u8] = &[0x2b, 0x81, 0x04, 0x00, 0x22];
/// 1.3.132.0.35
const P521: &[u8] = &[0x2b, 0x81, 0x04, 0x00, 0x23];

pub(in crate::signature) enum Key {
    P256(p256::ecdsa::VerifyingKey),
    P384(p384::ecdsa::VerifyingKey),
    P521(p521::ecdsa::VerifyingKey),
}

impl Key {
    pub(super) fn parse(parameters: Option<Value<'_>>, point: &[u8]) -> Result<Self, &'static str> {
        let curve = parameters.filter(|value| value.tag == OID).map(|value| value.content);
        let key = match curve {
            Some(P256) => p256::ecdsa::VerifyingKey::from_sec1_bytes(point).ok().map(Key::P256),
            Some(P384) => p384::ecdsa::VerifyingKey::from_sec1_bytes(point).ok().map(Key::P384),
            Some(P521) => p521::ecdsa::VerifyingKey::from_sec1_bytes(point).ok().map(Key::P521),
            _ => return Err("an elliptic curve that is not supported"),
        };
        key.ok_or("no point of its curve")
    }

    pub(super) fn verify(&self, digest: &[u8], signature: &[u8]) -> Outcome {
        let Some((r, s)) = pair(signature) else {
            return Outcome::Unusable("an ECDSA signature that is not DER");
        };
        let valid = match self {
            Key::P256(key) => fixed::<32, 64>(r, s).is_some_and(|pair| {
                let signature = p256::ecdsa::Signature::from_slice(&pair);
                signature.is_ok_and(|s| key.verify_prehash(&padded::<32>(digest), &s).is_ok())
            }),
            Key::P384(key) => fixed::<48, 96>(r, s).is_some_and(|pair| {
                let signature = p384::ecdsa::Signature::from_slice(&pair);
                signature.is_ok_and(|s| key.verify_prehash(&padded::<48>(digest), &s).is_ok())
            }),
            Key::P521(key) => fixed::<66, 132>(r, s).is_some_and(|pair| {
                let signature = p521::ecdsa::Signature::from_slice(&pair);
                signature.is_ok_and(|s| key.verify_prehash(&padded::<66>(digest), &s).is_ok())
            }),
        };
        if valid { Outcome::Valid } else { Outcome::Invalid }
    }
}

/// `r` and `s` one after the other, each in as many octets as the curve has.
fn fixed<const HALF: usize, const WHOLE: usize>(r: &[u8], s: &[u8]) -> Option<[u8; WHOLE]> {
    let mut pair = [0; WHOLE];
    let (first, second) = pair.split_at_mut(HALF);
    for (place, number) in [(first, r), (second, s)] {
        let number = number.strip_prefix(&[0]).unwrap_or(number);
        let start = HALF.checked_sub(number.len())?;
        place.get_mut(start..)?.copy_from_slice(number);
    }
    Some(pair)
}

/// A digest in as many octets as the curve has: zeros before a shorter one, the leftmost of a
/// longer one. The crates refuse digests shorter than half of that.
fn padded<const SIZE: usize>(digest: &[u8]) -> [u8; SIZE] {
    let mut out = [0; SIZE];
    let digest = digest.get(..SIZE.min(digest.len())).unwrap_or_default();
    if let Some(place) = out.get_mut(SIZE - digest.len()..) {
        place.copy_from_slice(digest);
    }
    out
}
