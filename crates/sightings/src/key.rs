//! Keys of helpdesks: Ed25519 (RFC 8032).

use ed25519_dalek::pkcs8::DecodePrivateKey;
use ed25519_dalek::{Signature, SigningKey, VerifyingKey};
use std::fmt;

/// Why a text is no key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    /// No 64 hexadecimal digits.
    #[error("a public key is 64 hexadecimal digits")]
    Digits,
    /// 32 bytes that are no point of the curve, or one that signs for everybody.
    #[error("these 32 bytes are no public key of Ed25519")]
    Point,
    /// No PKCS #8 file of an Ed25519 key.
    #[error(
        "a secret key is a PEM file as `openssl genpkey -algorithm ed25519` writes it, or 64 hexadecimal digits"
    )]
    Secret,
}

/// Something that signs with one Ed25519 key: a [`Secret`], or another keeper of keys.
pub trait Signer {
    /// The key that its signatures are held against.
    fn public(&self) -> PublicKey;

    /// Signs (RFC 8032, section 5.1.6: the same message gets the same signature).
    ///
    /// # Errors
    /// When the keeper does not sign; the reason is for people.
    fn sign(&self, message: &[u8]) -> Result<[u8; 64], String>;
}

/// A key that signs. Wiped from memory when it goes.
pub struct Secret(SigningKey);

/// A key that signatures are held against; shown as 64 hexadecimal digits.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct PublicKey(VerifyingKey);

impl Secret {
    /// The key of these 32 bytes (RFC 8032, section 5.1.5).
    #[must_use]
    pub fn from_seed(seed: &[u8; 32]) -> Self {
        Self(SigningKey::from_bytes(seed))
    }

    /// Reads a key: PKCS #8 in PEM (RFC 8410), or the 32 bytes as hexadecimal digits.
    ///
    /// # Errors
    /// When it is neither.
    pub fn parse(text: &str) -> Result<Self, KeyError> {
        let text = text.trim();
        if text.starts_with("-----BEGIN") {
            return SigningKey::from_pkcs8_pem(text).map(Self).map_err(|_| KeyError::Secret);
        }
        let mut seed = zeroize::Zeroizing::new([0; 32]);
        const_hex::decode_to_slice(text, seed.as_mut()).map_err(|_| KeyError::Secret)?;
        Ok(Self::from_seed(&seed))
    }
}

impl Signer for Secret {
    fn public(&self) -> PublicKey {
        PublicKey(self.0.verifying_key())
    }

    fn sign(&self, message: &[u8]) -> Result<[u8; 64], String> {
        Ok(ed25519_dalek::Signer::sign(&self.0, message).to_bytes())
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Secret(of {})", self.public())
    }
}

impl PublicKey {
    /// Reads 64 hexadecimal digits.
    ///
    /// # Errors
    /// When it is no key, or one of the weak ones under which anything verifies.
    pub fn parse(text: &str) -> Result<Self, KeyError> {
        let mut bytes = [0; 32];
        const_hex::decode_to_slice(text.trim(), &mut bytes).map_err(|_| KeyError::Digits)?;
        let key = VerifyingKey::from_bytes(&bytes).map_err(|_| KeyError::Point)?;
        if key.is_weak() { Err(KeyError::Point) } else { Ok(Self(key)) }
    }

    /// Whether the signature is this key's; one text has one signature (strict, RFC 8032, 8.4).
    pub(crate) fn signed(&self, message: &[u8], signature: &[u8; 64]) -> bool {
        self.0.verify_strict(message, &Signature::from_bytes(signature)).is_ok()
    }
}

impl fmt::Display for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&const_hex::encode(self.0.as_bytes()))
    }
}

impl fmt::Debug for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PublicKey({self})")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_those_of_rfc_8032() {
        // RFC 8032, section 7.1, tests 1 and 2.
        let seed = "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60";
        let public = "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a";
        let secret = Secret::parse(seed).unwrap();
        assert_eq!(secret.public().to_string(), public);
        assert_eq!(PublicKey::parse(public).unwrap(), secret.public());
        let secret =
            Secret::parse("4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb")
                .unwrap();
        assert_eq!(
            const_hex::encode(secret.sign(&[0x72]).unwrap()),
            "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da\
             085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"
        );
    }

    #[test]
    fn a_pem_file_of_rfc_8410_is_read() {
        // RFC 8410, section 10.3.
        let pem = "-----BEGIN PRIVATE KEY-----\n\
            MC4CAQAwBQYDK2VwBCIEINTuctv5E1hK1bbY8fdp+K06/nwoy/HU++CXqI9EdVhC\n\
            -----END PRIVATE KEY-----\n";
        // The public key of section 10.1, without its header.
        let public = "19bf44096984cdfe8541bac167dc3b96c85086aa30b6b6cb0c5c38ad703166e1";
        assert_eq!(Secret::parse(pem).unwrap().public().to_string(), public);
    }

    #[test]
    fn weak_and_broken_keys_are_refused() {
        let neutral = "0100000000000000000000000000000000000000000000000000000000000000";
        assert_eq!(PublicKey::parse(neutral), Err(KeyError::Point));
        assert_eq!(PublicKey::parse("abc"), Err(KeyError::Digits));
        assert!(
            Secret::parse("-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----").is_err()
        );
    }
}
