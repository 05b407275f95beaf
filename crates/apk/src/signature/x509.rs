//! What verification needs of a certificate. It need not be strict DER: its parts are found one
//! by one.

use super::key::Key;
use crate::ber::Value;
use crate::certificate::{Certificate, Parts};

/// Critical extensions that do not make a certificate unusable: those of RFC 5280 and the few
/// that the JDK knows besides, as the last octet behind 2.5.29.
const KNOWN: &[u8] = &[14, 15, 16, 17, 18, 19, 20, 21, 27, 28, 30, 31, 32, 33, 35, 36, 37, 46, 54];
/// Identifiers of extensions that lie elsewhere: authority and subject information access,
/// Netscape's certificate type, "no check" of OCSP.
const KNOWN_ELSEWHERE: &[&[u8]] = &[
    &[0x2b, 0x06, 0x01, 0x05, 0x05, 0x07, 0x01, 0x01],
    &[0x2b, 0x06, 0x01, 0x05, 0x05, 0x07, 0x01, 0x0b],
    &[0x60, 0x86, 0x48, 0x01, 0x86, 0xf8, 0x42, 0x01, 0x01],
    &[0x2b, 0x06, 0x01, 0x05, 0x05, 0x07, 0x30, 0x01, 0x05],
];
const KEY_USAGE: &[u8] = &[0x55, 0x1d, 15];

/// A certificate whose parts could be found.
#[derive(Clone)]
pub(super) struct X509<'a> {
    pub(super) bytes: &'a [u8],
    /// SubjectPublicKeyInfo.
    pub(super) key_info: &'a [u8],
}

impl<'a> X509<'a> {
    pub(super) fn parse(bytes: &'a [u8]) -> Option<Self> {
        let key = Parts::read(bytes)?.key?;
        Some(Self { bytes, key_info: key.whole })
    }

    pub(super) fn key(&self) -> Result<Key, &'static str> {
        Key::parse(self.key_info)
    }

    /// With its hashes, names and validity.
    pub(super) fn certificate(&self) -> Certificate {
        Certificate::new(self.bytes)
    }

    /// Whether it is the one that issuer and serial number name.
    pub(super) fn is(&self, issuer: &Value<'_>, serial: &Value<'_>) -> bool {
        let Some(parts) = Parts::read(self.bytes) else { return false };
        integer(parts.serial.content) == integer(serial.content) && parts.same_issuer(issuer)
    }

    /// Why Android would not let it sign; `None` where it would.
    pub(super) fn unfit(&self) -> Option<&'static str> {
        let parts = Parts::read(self.bytes)?;
        for (id, critical, value) in parts.extensions() {
            let known = match id {
                [0x55, 0x1d, last] => KNOWN.contains(last),
                _ => KNOWN_ELSEWHERE.contains(&id),
            };
            if critical && !known {
                return Some("the certificate has a critical extension that is not known");
            }
            // A bit string: one octet says how many bits are unused; the first two bits are
            // digitalSignature and nonRepudiation.
            let usage = (id == KEY_USAGE).then(|| Value::first(value)).flatten();
            let bits = usage.and_then(|usage| usage.content.get(1).copied());
            if id == KEY_USAGE && bits.is_none_or(|bits| bits & 0xc0 == 0) {
                return Some("the certificate's key is not for signatures");
            }
        }
        None
    }
}

/// A number without octets that repeat its sign.
fn integer(mut bytes: &[u8]) -> &[u8] {
    while let [first, rest @ ..] = bytes {
        let repeats = matches!((first, rest.first()), (0, Some(next)) if next & 0x80 == 0)
            || matches!((first, rest.first()), (0xff, Some(next)) if next & 0x80 != 0);
        if !repeats {
            break;
        }
        bytes = rest;
    }
    bytes
}
