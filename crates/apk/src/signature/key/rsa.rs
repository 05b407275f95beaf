//! RSA (RFC 8017).

use super::{Outcome, Value, number};
use crate::ber::SEQUENCE;
use crate::signature::hash::Hash;
use rsa::sha2::{Sha256, Sha512};
use rsa::traits::PublicKeyParts;
use rsa::{BigUint, Pkcs1v15Sign, Pss, RsaPublicKey};

/// Bits of a modulus; BoringSSL takes no more, the JDK no fewer.
const MOST_BITS: usize = 16_384;
const LEAST_BITS: usize = 512;

/// Modulus and exponent of an RSAPublicKey.
pub(super) fn numbers(key: &[u8]) -> Option<(BigUint, BigUint)> {
    let mut parts = Value::first(key).filter(|value| value.tag == SEQUENCE)?.children();
    Some((number(parts.next()?)?, number(parts.next()?)?))
}

pub(super) fn key(key: &[u8]) -> Result<RsaPublicKey, &'static str> {
    let (modulus, exponent) = numbers(key).ok_or("no RSAPublicKey")?;
    if modulus.bits() < LEAST_BITS {
        return Err("an RSA key of fewer than 512 bits");
    }
    RsaPublicKey::new_with_max_size(modulus, exponent, MOST_BITS)
        .map_err(|_| "an RSA key that Android does not take")
}

/// RSASSA-PSS, mask generation with the same digest, salt as long as the digest.
pub(super) fn pss(key: &RsaPublicKey, hash: Hash, digest: &[u8], signature: &[u8]) -> Outcome {
    let scheme = match hash {
        Hash::Sha256 => Pss::new_with_salt::<Sha256>(32),
        Hash::Sha512 => Pss::new_with_salt::<Sha512>(64),
        _ => return Outcome::Unusable("RSA-PSS with this digest is not supported"),
    };
    if signature.len() != key.size() {
        return Outcome::Unusable("a signature of another length than its key");
    }
    // The encoded message must hold digest, salt and two more octets (RFC 8017, 9.1.2).
    if key.n().bits() < 8 * (2 * digest.len() + 2) + 1 {
        return Outcome::Unusable("the key is too short for this digest");
    }
    match key.verify(scheme, digest, signature) {
        Ok(()) => Outcome::Valid,
        Err(_) => Outcome::Invalid,
    }
}

/// RSASSA-PKCS1-v1_5.
pub(super) fn pkcs1(key: &RsaPublicKey, hash: Hash, digest: &[u8], signature: &[u8]) -> Outcome {
    if signature.len() != key.size() {
        return Outcome::Unusable("a signature of another length than its key");
    }
    let prefix = prefix(hash);
    if key.size() < prefix.len() + digest.len() + 11 {
        return Outcome::Unusable("the key is too short for this digest");
    }
    let scheme = Pkcs1v15Sign { hash_len: Some(digest.len()), prefix: prefix.into() };
    match key.verify(scheme, digest, signature) {
        Ok(()) => Outcome::Valid,
        Err(_) => why(key, prefix, digest.len(), signature),
    }
}

/// Tells apart, as the JDK does, a signature that decrypts to padding around something that is
/// not the expected kind of digest from all else that is wrong.
fn why(key: &RsaPublicKey, prefix: &[u8], digest: usize, signature: &[u8]) -> Outcome {
    let number = BigUint::from_bytes_be(signature);
    let plain = number.modpow(key.e(), key.n()).to_bytes_be();
    // The leading zero octet is lost with the number.
    let Some(padded) = plain.strip_prefix(&[1]).filter(|_| plain.len() + 1 == key.size()) else {
        return Outcome::Invalid;
    };
    let filler = padded.iter().take_while(|byte| **byte == 0xff).count();
    let Some(encoded) = padded.get(filler..).and_then(|rest| rest.strip_prefix(&[0])) else {
        return Outcome::Invalid;
    };
    if filler < 8 || encoded.starts_with(prefix) && encoded.len() == prefix.len() + digest {
        return Outcome::Invalid;
    }
    Outcome::Unusable("it signs another kind of digest than it states")
}

/// DER of DigestInfo up to the digest (RFC 8017, 9.2, note 1).
fn prefix(hash: Hash) -> &'static [u8] {
    match hash {
        Hash::Md5 => &[
            0x30, 0x20, 0x30, 0x0c, 0x06, 0x08, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x02, 0x05,
            0x05, 0x00, 0x04, 0x10,
        ],
        Hash::Sha1 => &[
            0x30, 0x21, 0x30, 0x09, 0x06, 0x05, 0x2b, 0x0e, 0x03, 0x02, 0x1a, 0x05, 0x00, 0x04,
            0x14,
        ],
        Hash::Sha224 => &[
            0x30, 0x2d, 0x30, 0x0d, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02,
            0x04, 0x05, 0x00, 0x04, 0x1c,
        ],
        Hash::Sha256 => &[
            0x30, 0x31, 0x30, 0x0d, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02,
            0x01, 0x05, 0x00, 0x04, 0x20,
        ],
        Hash::Sha384 => &[
            0x30, 0x41, 0x30, 0x0d, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02,
            0x02, 0x05, 0x00, 0x04, 0x30,
        ],
        Hash::Sha512 => &[
            0x30, 0x51, 0x30, 0x0d, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02,
            0x03, 0x05, 0x00, 0x04, 0x40,
        ],
    }
}
