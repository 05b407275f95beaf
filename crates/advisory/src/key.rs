//! Public keys: Ed25519, and ECDSA on P-256.
//!
//! TUF 1.0.34, section 4.2.2 ("Root", *KEY*). One key has one spelling here: whatever else would
//! name the same key again is refused, so that no key can count twice.

use crate::canonical::canonical;
use crate::json::Json;
use crate::refusal::Code;
use p256::ecdsa::signature::Verifier;
use p256::pkcs8::{DecodePublicKey, EncodePublicKey, LineEnding};
use sha2::{Digest, Sha256};
use std::fmt;

/// The order of the group of Ed25519 (RFC 8032, 5.1), little-endian.
const ORDER: [u8; 32] = [
    0xed, 0xd3, 0xf5, 0x5c, 0x1a, 0x63, 0x12, 0x58, 0xd6, 0x9c, 0xf7, 0xa2, 0xde, 0xf9, 0xde, 0x14,
    0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x10,
];

/// A key as metadata state it.
#[derive(Clone)]
pub struct PublicKey {
    id: String,
    json: Json,
    verifier: Scheme,
}

#[derive(Clone)]
enum Scheme {
    Ed25519(ed25519_dalek::VerifyingKey),
    P256(p256::ecdsa::VerifyingKey),
}

/// Why a key or a signature is not taken.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{detail}")]
pub struct KeyError {
    /// The reason, for scripts.
    pub code: Code,
    /// What was found.
    pub detail: String,
}

fn refused(code: Code, detail: impl Into<String>) -> KeyError {
    KeyError { code, detail: detail.into() }
}

/// What a signature came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It is this key's signature of this message.
    Valid,
    /// It is not.
    Invalid,
    /// It is written in another way than the one there is.
    Malleable(&'static str),
}

impl PublicKey {
    /// Reads a key object: `keytype`, `scheme`, `keyval.public`.
    ///
    /// # Errors
    /// When it is of another kind (`unknown_key_type`), no valid key, or spelled otherwise than
    /// there is one way to.
    pub fn parse(json: &Json) -> Result<Self, KeyError> {
        let text = |key| json.member(key).and_then(Json::as_text).unwrap_or("");
        let public = json.member("keyval").and_then(|value| value.member("public"));
        let public = public.and_then(Json::as_text).unwrap_or("");
        let verifier = match (text("keytype"), text("scheme")) {
            ("ed25519", "ed25519") => Scheme::Ed25519(ed25519(public)?),
            ("ecdsa" | "ecdsa-sha2-nistp256", "ecdsa-sha2-nistp256") => Scheme::P256(p256(public)?),
            (kind, scheme) => {
                let detail = format!("a key of type `{kind}` with the scheme `{scheme}`");
                return Err(refused(Code::UnknownKeyType, detail));
            }
        };
        let id = const_hex::encode(Sha256::digest(canonical(json)));
        Ok(Self { id, json: json.clone(), verifier })
    }

    pub(crate) fn from_ed25519(key: &ed25519_dalek::VerifyingKey) -> Result<Self, KeyError> {
        Self::parse(&object("ed25519", "ed25519", const_hex::encode(key.as_bytes())))
    }

    pub(crate) fn from_p256(key: &p256::ecdsa::VerifyingKey) -> Result<Self, KeyError> {
        let pem = key.to_public_key_pem(LineEnding::LF);
        let pem = pem.map_err(|error| refused(Code::Malformed, error.to_string()))?;
        Self::parse(&object("ecdsa", "ecdsa-sha2-nistp256", pem))
    }

    /// The id: the SHA-256 of the key's canonical form, in hex.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.id
    }

    /// The SHA-256 of the key's canonical form.
    #[must_use]
    pub fn digest(&self) -> [u8; 32] {
        Sha256::digest(canonical(&self.json)).into()
    }

    /// The id as words to read out.
    #[must_use]
    pub fn words(&self) -> String {
        crate::words::words(&self.digest())
    }

    /// The key object.
    #[must_use]
    pub fn to_json(&self) -> &Json {
        &self.json
    }

    /// The kind of key, for people.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self.verifier {
            Scheme::Ed25519(_) => "Ed25519",
            Scheme::P256(_) => "ECDSA P-256",
        }
    }

    /// What the key is, whatever its id: two keys with the same material are one key.
    #[must_use]
    pub fn material(&self) -> Vec<u8> {
        match &self.verifier {
            Scheme::Ed25519(key) => key.as_bytes().to_vec(),
            Scheme::P256(key) => key.to_encoded_point(true).as_bytes().to_vec(),
        }
    }

    /// Holds a signature in hex against a message. Ed25519 is strict (RFC 8032 with S below the
    /// order, and no key or point of small order); ECDSA signatures are DER, of a SHA-256.
    #[must_use]
    pub fn verify(&self, message: &[u8], signature: &str) -> Verdict {
        let bytes = match lower_hex(signature) {
            Ok(bytes) => bytes,
            Err(reason) => return Verdict::Malleable(reason),
        };
        let valid = match &self.verifier {
            Scheme::Ed25519(key) => {
                let Ok(bytes) = <[u8; 64]>::try_from(&bytes[..]) else { return Verdict::Invalid };
                if !below_order(&bytes) {
                    return Verdict::Malleable(
                        "the number S of the signature is not below the order",
                    );
                }
                key.verify_strict(message, &ed25519_dalek::Signature::from_bytes(&bytes)).is_ok()
            }
            Scheme::P256(key) => {
                let Ok(signature) = p256::ecdsa::DerSignature::from_bytes(&bytes) else {
                    return match p256::ecdsa::Signature::from_slice(&bytes) {
                        Ok(_) => Verdict::Malleable("the signature is not in DER"),
                        Err(_) => Verdict::Invalid,
                    };
                };
                key.verify(message, &signature).is_ok()
            }
        };
        if valid { Verdict::Valid } else { Verdict::Invalid }
    }
}

impl PartialEq for PublicKey {
    fn eq(&self, other: &Self) -> bool {
        self.json == other.json
    }
}

impl Eq for PublicKey {}

impl fmt::Debug for PublicKey {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "PublicKey({}, {})", self.kind(), self.id)
    }
}

fn object(kind: &str, scheme: &str, public: String) -> Json {
    let value = Json::map([("public", Json::Text(public))]);
    Json::map([("keytype", kind.into()), ("scheme", scheme.into()), ("keyval", value)])
}

fn ed25519(public: &str) -> Result<ed25519_dalek::VerifyingKey, KeyError> {
    let bytes = lower_hex(public).map_err(|reason| refused(Code::MalleableEncoding, reason))?;
    let bytes = <[u8; 32]>::try_from(&bytes[..]);
    let bytes = bytes.map_err(|_| refused(Code::Malformed, "an Ed25519 key is 32 bytes"))?;
    if !is_reduced(&bytes) {
        let detail = "the coordinate of an Ed25519 key is not below the prime";
        return Err(refused(Code::MalleableEncoding, detail));
    }
    let key = ed25519_dalek::VerifyingKey::from_bytes(&bytes);
    let key = key.map_err(|_| refused(Code::Malformed, "no point of the curve of Ed25519"))?;
    if key.is_weak() {
        return Err(refused(Code::Malformed, "an Ed25519 key of small order"));
    }
    Ok(key)
}

fn p256(public: &str) -> Result<p256::ecdsa::VerifyingKey, KeyError> {
    let key = p256::ecdsa::VerifyingKey::from_public_key_pem(public);
    let key = key.map_err(|_| refused(Code::Malformed, "no P-256 key in PEM"))?;
    let again = key.to_public_key_pem(LineEnding::LF).unwrap_or_default();
    // Some tools leave out the last line break.
    if public != again && public != again.trim_end() {
        let detail = "the PEM of a P-256 key is not the one that there is for it";
        return Err(refused(Code::MalleableEncoding, detail));
    }
    Ok(key)
}

/// Bytes of hex in small letters, which is what TUF writes.
pub(crate) fn lower_hex(text: &str) -> Result<Vec<u8>, &'static str> {
    if text.bytes().any(|letter| !matches!(letter, b'0'..=b'9' | b'a'..=b'f')) {
        return Err("hex has other letters than 0-9 and a-f");
    }
    const_hex::decode(text).map_err(|_| "hex of an odd number of letters")
}

/// Whether the scalar of a signature is below the order of the group.
fn below_order(signature: &[u8; 64]) -> bool {
    let (_, scalar) = signature.split_at(32);
    scalar.iter().rev().lt(ORDER.iter().rev())
}

/// Whether the y of a compressed point is below 2^255 - 19.
fn is_reduced(point: &[u8; 32]) -> bool {
    let [first, middle @ .., last] = point;
    last & 0x7f != 0x7f || middle.iter().any(|byte| *byte != 0xff) || *first < 0xed
}

#[cfg(test)]
mod tests {
    use super::{PublicKey, Verdict, object};
    use crate::refusal::Code;

    /// RFC 8032, 7.1, test 2.
    const PUBLIC: &str = "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c";
    const SIGNATURE: &str = "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da\
                             085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00";

    fn ed25519(public: &str) -> Result<PublicKey, super::KeyError> {
        PublicKey::parse(&object("ed25519", "ed25519", public.to_owned()))
    }

    #[test]
    fn the_signature_of_the_rfc_is_valid_and_no_other_spelling_of_it() {
        let key = ed25519(PUBLIC).unwrap();
        assert_eq!(key.verify(b"\x72", SIGNATURE), Verdict::Valid);
        assert_eq!(key.verify(b"\x73", SIGNATURE), Verdict::Invalid);
        assert!(matches!(key.verify(b"\x72", &SIGNATURE.to_uppercase()), Verdict::Malleable(_)));
        assert!(matches!(key.verify(b"\x72", &SIGNATURE[..127]), Verdict::Malleable(_)));
        // S + L, by hand: 0x…0c00bb1216290db0 + the order.
        let mut bytes = const_hex::decode(SIGNATURE).unwrap();
        let mut carry = 0;
        for (byte, order) in bytes[32..].iter_mut().zip(super::ORDER) {
            let sum = u16::from(*byte) + u16::from(order) + carry;
            (*byte, carry) = (sum as u8, sum >> 8);
        }
        let shifted = const_hex::encode(bytes);
        assert!(matches!(key.verify(b"\x72", &shifted), Verdict::Malleable(_)));
    }

    #[test]
    fn keys_that_are_none_are_refused() {
        assert_eq!(ed25519(&PUBLIC.to_uppercase()).unwrap_err().code, Code::MalleableEncoding);
        assert_eq!(ed25519(&PUBLIC[..62]).unwrap_err().code, Code::Malformed);
        // The neutral element, and the same with a y of one more than the prime.
        let neutral = format!("01{}", "00".repeat(31));
        assert_eq!(ed25519(&neutral).unwrap_err().code, Code::Malformed);
        let unreduced = format!("ee{}7f", "ff".repeat(30));
        assert_eq!(ed25519(&unreduced).unwrap_err().code, Code::MalleableEncoding);
        let rsa = PublicKey::parse(&object("rsa", "rsassa-pss-sha256", "x".into()));
        assert_eq!(rsa.unwrap_err().code, Code::UnknownKeyType);
    }
}
