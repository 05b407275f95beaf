//! Public keys (RFC 5280 SubjectPublicKeyInfo) and the verifying of signatures by them.
//!
//! What is accepted is what Android's BoringSSL accepts: the encoded digest of RSA exactly as
//! the standard has it, DSA and ECDSA signatures as DER only.

mod dsa;
mod ec;
mod rsa;

use super::hash::Hash;
use crate::ber::{INTEGER, OID, SEQUENCE, Value};
use ::rsa::BigUint;

/// 1.2.840.113549.1.1.1
const RSA: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x01];
/// 1.2.840.10040.4.1
const DSA: &[u8] = &[0x2a, 0x86, 0x48, 0xce, 0x38, 0x04, 0x01];
/// 1.2.840.10045.2.1
const EC: &[u8] = &[0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01];
const BIT_STRING: u8 = 0x03;

/// How a key signs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Method {
    /// RSASSA-PKCS1-v1_5.
    Rsa,
    /// RSASSA-PSS with a salt as long as the digest.
    RsaPss,
    Dsa,
    Ecdsa,
}

/// What became of one signature.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Outcome {
    Valid,
    /// It is well formed and another one than expected.
    Invalid,
    /// It is not well formed, or the key is not for it; AOSP throws an exception here.
    Unusable(&'static str),
}

/// A public key.
pub(super) enum Key {
    Rsa(::rsa::RsaPublicKey),
    Dsa(dsa::Key),
    Ec(Box<ec::Key>),
}

impl Key {
    /// Reads a SubjectPublicKeyInfo; `Err` says what is wrong with it.
    pub(super) fn parse(info: &[u8]) -> Result<Self, &'static str> {
        let parts = Info::parse(info).ok_or("no SubjectPublicKeyInfo")?;
        match parts.algorithm {
            RSA => rsa::key(parts.key).map(Key::Rsa),
            DSA => dsa::Key::parse(parts.parameters, parts.key).map(Key::Dsa),
            EC => ec::Key::parse(parts.parameters, parts.key).map(|key| Key::Ec(Box::new(key))),
            _ => Err("a key of a kind that is not supported"),
        }
    }

    /// Whether it can sign in this way.
    pub(super) fn is_for(&self, method: Method) -> bool {
        matches!(
            (self, method),
            (Key::Rsa(_), Method::Rsa | Method::RsaPss)
                | (Key::Dsa(_), Method::Dsa)
                | (Key::Ec(_), Method::Ecdsa)
        )
    }

    /// Verifies a signature over the message that these parts make up.
    pub(super) fn verify(
        &self,
        method: Method,
        hash: Hash,
        message: &[&[u8]],
        signature: &[u8],
    ) -> Outcome {
        if !self.is_for(method) {
            return Outcome::Unusable("the key is of another kind than the signature");
        }
        let digest = hash.of(message);
        match self {
            Key::Rsa(key) if method == Method::RsaPss => rsa::pss(key, hash, &digest, signature),
            Key::Rsa(key) => rsa::pkcs1(key, hash, &digest, signature),
            Key::Dsa(key) => key.verify(&digest, signature),
            Key::Ec(key) => key.verify(&digest, signature),
        }
    }
}

/// Whether the key in a certificate is the one stated beside the signatures. AOSP compares the
/// certificate's key as its provider encodes it anew: an RSA modulus without the zero that makes
/// it positive gets one.
pub(super) fn same(in_certificate: &[u8], stated: &[u8]) -> bool {
    in_certificate == stated || reencoded(in_certificate).is_some_and(|key| key == stated)
}

/// An RSA key in DER with a positive modulus.
fn reencoded(info: &[u8]) -> Option<Vec<u8>> {
    let parts = Info::parse(info)?;
    if parts.algorithm != RSA {
        return None;
    }
    let (modulus, exponent) = rsa::numbers(parts.key)?;
    let numbers = [integer(&modulus), integer(&exponent)].concat();
    let key = [&[0][..], &der(SEQUENCE, &numbers)].concat();
    let algorithm = [&der(OID, RSA)[..], &[0x05, 0x00]].concat();
    Some(der(SEQUENCE, &[der(SEQUENCE, &algorithm), der(BIT_STRING, &key)].concat()))
}

/// The parts of a SubjectPublicKeyInfo.
struct Info<'a> {
    algorithm: &'a [u8],
    parameters: Option<Value<'a>>,
    key: &'a [u8],
}

impl<'a> Info<'a> {
    fn parse(info: &'a [u8]) -> Option<Self> {
        let info = Value::first(info).filter(|value| value.tag == SEQUENCE)?;
        let mut parts = info.children();
        let mut algorithm = parts.next().filter(|value| value.tag == SEQUENCE)?.children();
        let key = parts.next().filter(|value| value.tag == BIT_STRING)?;
        Some(Self {
            algorithm: algorithm.next().filter(|value| value.tag == OID)?.content,
            parameters: algorithm.next(),
            // The first octet says how many bits at the end are unused: none.
            key: key.content.strip_prefix(&[0])?,
        })
    }
}

/// An integer as it stands, taken as positive.
fn number(value: Value<'_>) -> Option<BigUint> {
    (value.tag == INTEGER && !value.content.is_empty())
        .then(|| BigUint::from_bytes_be(value.content))
}

/// `r` and `s` of a DSA or ECDSA signature, in DER and nothing else.
fn pair(signature: &[u8]) -> Option<(&[u8], &[u8])> {
    let sequence = Value::first(signature)?;
    let mut parts = sequence.children();
    let (r, s) = (parts.next()?, parts.next()?);
    let again = der(SEQUENCE, &[der(INTEGER, r.content), der(INTEGER, s.content)].concat());
    let positive = |number: &[u8]| match number {
        [] => false,
        [0, rest @ ..] => rest.first().is_some_and(|next| next & 0x80 != 0),
        [first, ..] => first & 0x80 == 0,
    };
    (again == signature && positive(r.content) && positive(s.content))
        .then_some((r.content, s.content))
}

/// DER of a positive integer.
fn integer(number: &BigUint) -> Vec<u8> {
    let mut bytes = number.to_bytes_be();
    if bytes.first().is_some_and(|first| first & 0x80 != 0) {
        bytes.insert(0, 0);
    }
    der(INTEGER, &bytes)
}

/// DER of a value.
fn der(tag: u8, content: &[u8]) -> Vec<u8> {
    let length = content.len().to_be_bytes();
    let significant = length.iter().position(|byte| *byte != 0).unwrap_or(length.len() - 1);
    let length = length.get(significant..).unwrap_or_default();
    let mut out = vec![tag];
    if content.len() > 127 {
        out.push(0x80 | length.len() as u8);
    }
    out.extend_from_slice(length);
    out.extend_from_slice(content);
    out
}
