//! Secret keys, and the trait behind which another keeper of keys (a smart card, PKCS#11) can stand.
//!
//! A key file is an age file with a passphrase (<https://c2sp.org/age>, scrypt); inside lies the key
//! as PKCS#8 in PEM (RFC 8410 for Ed25519), so that `age -d` and OpenSSL can open it without us.

use crate::key::{KeyError, PublicKey};
use age::secrecy::SecretString;
use ed25519_dalek::Signer as _;
use ed25519_dalek::pkcs8::{KeypairBytes, spki::der::pem::LineEnding};
use p256::pkcs8::{DecodePrivateKey, EncodePrivateKey};
use std::io::{Read, Write};
use zeroize::Zeroizing;

/// scrypt's work factor (log2 of N) of a new key file: about a second, as age itself chooses.
pub const WORK_FACTOR: u8 = 18;

/// The greatest work factor that is taken; at 22 it takes 4 GiB of memory.
const MAX_WORK_FACTOR: u8 = 22;

/// Bytes of a key file.
const MAX_FILE: u64 = 16 << 10;

/// Something that signs with one key.
pub trait Signer {
    /// The key that its signatures are verified with.
    fn public(&self) -> &PublicKey;

    /// Signs the bytes; the signature as metadata hold it, in hex.
    ///
    /// # Errors
    /// When the keeper of the key does not sign.
    fn sign(&self, message: &[u8]) -> Result<String, SecretError>;
}

/// Why a secret key cannot be made, opened or used.
#[derive(Debug, thiserror::Error)]
pub enum SecretError {
    /// The passphrase does not open the file.
    #[error("the passphrase does not open it")]
    Passphrase,
    /// Not encrypted with a passphrase by age, or damaged.
    #[error("it is no key file: {0}")]
    NotAKeyFile(String),
    /// What lies inside is no key of a kind that is used here.
    #[error("it holds no Ed25519 or P-256 key in PKCS#8")]
    NotAKey,
    /// There is no randomness, or a keeper of keys failed.
    #[error("{0}")]
    Failed(String),
}

/// A secret key in memory; overwritten when it is dropped.
pub struct SecretKey {
    public: PublicKey,
    secret: Secret,
}

enum Secret {
    Ed25519(ed25519_dalek::SigningKey),
    P256(p256::ecdsa::SigningKey),
}

/// The kinds of key that can be made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Ed25519 (RFC 8032).
    Ed25519,
    /// ECDSA with SHA-256 on P-256 (FIPS 186-5).
    P256,
}

impl SecretKey {
    /// A new key from the system's randomness.
    ///
    /// # Errors
    /// When there is none.
    pub fn generate(kind: Kind) -> Result<Self, SecretError> {
        let mut seed = Zeroizing::new([0; 32]);
        loop {
            getrandom::fill(&mut seed[..]).map_err(|e| SecretError::Failed(e.to_string()))?;
            // A scalar of P-256 that is zero or beyond the order is drawn again; it never is.
            if let Ok(key) = Self::from_seed(kind, &seed) {
                return Ok(key);
            }
        }
    }

    /// The key of these 32 bytes: the seed of Ed25519, the scalar of P-256.
    ///
    /// # Errors
    /// When they are no scalar.
    pub fn from_seed(kind: Kind, seed: &[u8; 32]) -> Result<Self, SecretError> {
        match kind {
            Kind::Ed25519 => Self::of(Secret::Ed25519(ed25519_dalek::SigningKey::from_bytes(seed))),
            Kind::P256 => {
                let key = p256::ecdsa::SigningKey::from_slice(seed);
                Self::of(Secret::P256(key.map_err(|_| SecretError::NotAKey)?))
            }
        }
    }

    fn of(secret: Secret) -> Result<Self, SecretError> {
        let public = match &secret {
            Secret::Ed25519(key) => PublicKey::from_ed25519(&key.verifying_key()),
            Secret::P256(key) => PublicKey::from_p256(key.verifying_key()),
        };
        let public = public.map_err(|error: KeyError| SecretError::Failed(error.to_string()))?;
        Ok(Self { public, secret })
    }

    /// The key as a file that only the passphrase opens.
    ///
    /// # Errors
    /// When it cannot be encrypted.
    pub fn seal(&self, passphrase: &str, work_factor: u8) -> Result<Vec<u8>, SecretError> {
        let failed = |error: &dyn std::fmt::Display| SecretError::Failed(error.to_string());
        let pem = match &self.secret {
            Secret::Ed25519(key) => {
                // Version 1 of PKCS#8, without the public key: OpenSSL before 3.0 reads no other.
                let bytes = KeypairBytes { secret_key: key.to_bytes(), public_key: None };
                ed25519_dalek::pkcs8::EncodePrivateKey::to_pkcs8_pem(&bytes, LineEnding::LF)
            }
            Secret::P256(key) => key.to_pkcs8_pem(LineEnding::LF),
        };
        let pem = pem.map_err(|error| failed(&error))?;
        let mut recipient = age::scrypt::Recipient::new(SecretString::from(passphrase.to_owned()));
        recipient.set_work_factor(work_factor);
        let recipients = std::iter::once(&recipient as &dyn age::Recipient);
        let encryptor = age::Encryptor::with_recipients(recipients).map_err(|e| failed(&e))?;
        let mut file = Vec::new();
        let mut out = encryptor.wrap_output(&mut file).map_err(|e| failed(&e))?;
        out.write_all(pem.as_bytes()).and_then(|()| out.finish()).map_err(|e| failed(&e))?;
        Ok(file)
    }

    /// Opens a key file.
    ///
    /// # Errors
    /// When it is none, or the passphrase is another.
    pub fn open(file: &[u8], passphrase: &str) -> Result<Self, SecretError> {
        let none = |error: &dyn std::fmt::Display| SecretError::NotAKeyFile(error.to_string());
        if file.len() as u64 > MAX_FILE {
            return Err(none(&"it is too long"));
        }
        let decryptor = age::Decryptor::new(file).map_err(|error| none(&error))?;
        if !decryptor.is_scrypt() {
            return Err(none(&"it is not encrypted with a passphrase"));
        }
        let mut identity = age::scrypt::Identity::new(SecretString::from(passphrase.to_owned()));
        identity.set_max_work_factor(MAX_WORK_FACTOR);
        let reader = decryptor.decrypt(std::iter::once(&identity as &dyn age::Identity));
        let reader = reader.map_err(|error| match error {
            age::DecryptError::DecryptionFailed
            | age::DecryptError::KeyDecryptionFailed
            | age::DecryptError::NoMatchingKeys => SecretError::Passphrase,
            other => none(&other),
        })?;
        let mut pem = Zeroizing::new(String::new());
        reader.take(MAX_FILE).read_to_string(&mut pem).map_err(|error| none(&error))?;
        Self::from_pem(&pem)
    }

    /// The key of a PKCS#8 file in PEM.
    ///
    /// # Errors
    /// When it is none of Ed25519 or P-256.
    pub fn from_pem(pem: &str) -> Result<Self, SecretError> {
        use ed25519_dalek::pkcs8::DecodePrivateKey as _;
        if let Ok(key) = ed25519_dalek::SigningKey::from_pkcs8_pem(pem) {
            return Self::of(Secret::Ed25519(key));
        }
        let key = <p256::ecdsa::SigningKey as DecodePrivateKey>::from_pkcs8_pem(pem);
        Self::of(Secret::P256(key.map_err(|_| SecretError::NotAKey)?))
    }
}

impl Signer for SecretKey {
    fn public(&self) -> &PublicKey {
        &self.public
    }

    fn sign(&self, message: &[u8]) -> Result<String, SecretError> {
        Ok(match &self.secret {
            Secret::Ed25519(key) => const_hex::encode(key.sign(message).to_bytes()),
            Secret::P256(key) => {
                let signature: p256::ecdsa::DerSignature =
                    p256::ecdsa::signature::Signer::sign(key, message);
                const_hex::encode(signature.as_bytes())
            }
        })
    }
}

impl std::fmt::Debug for SecretKey {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "SecretKey({:?})", self.public)
    }
}

#[cfg(test)]
mod tests {
    use super::{Kind, SecretError, SecretKey, Signer};
    use crate::key::Verdict;

    #[test]
    fn a_key_file_opens_with_its_passphrase_alone_and_signs() {
        for kind in [Kind::Ed25519, Kind::P256] {
            let key = SecretKey::generate(kind).unwrap();
            let file = key.seal("correct horse", 2).unwrap();
            assert!(file.starts_with(b"age-encryption.org/v1"));
            assert!(matches!(SecretKey::open(&file, "wrong"), Err(SecretError::Passphrase)));
            let opened = SecretKey::open(&file, "correct horse").unwrap();
            assert_eq!(opened.public(), key.public());
            let signature = opened.sign(b"message").unwrap();
            assert_eq!(key.public().verify(b"message", &signature), Verdict::Valid);
            assert_eq!(key.public().verify(b"massage", &signature), Verdict::Invalid);
            let mut cut = file.clone();
            cut.truncate(file.len() - 1);
            assert!(SecretKey::open(&cut, "correct horse").is_err());
        }
        assert!(matches!(SecretKey::open(b"x", "y"), Err(SecretError::NotAKeyFile(_))));
    }
}
