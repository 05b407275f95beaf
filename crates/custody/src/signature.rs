//! `custody.sig.json`: the manifest signed by somebody's key.

use advisory::{Json, PublicKey, Signer, Verdict};

/// The name of the file's shape, and its version.
pub const SIGNATURE_SCHEMA: &str = "tamarisk.signature/1";

/// What stands before the hash in what is signed: no other use of the key begins so. (Metadata of
/// advisories begin with a brace.)
const PURPOSE: &str = "tamarisk custody manifest, SHA-256: ";

/// A signature of a manifest, and the key that it is to be verified with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signature {
    /// SHA-256 of the manifest's bytes in lower-case hex.
    pub manifest: String,
    /// The key.
    pub key: PublicKey,
    /// The signature in hex.
    pub signature: String,
}

/// Why a file is no signature.
#[derive(Debug, thiserror::Error)]
#[error("it is no signature of a manifest as this version writes it: {0}")]
pub struct NotASignature(String);

/// What a signature proves.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Trust {
    /// A key that was named signed this manifest.
    Trusted,
    /// Some key signed it, of which only the file itself says whose it is.
    Unknown,
    /// It is no signature of this manifest by the key beside it.
    Broken,
}

impl Signature {
    /// Signs a manifest of this hash.
    ///
    /// # Errors
    /// When the keeper of the key does not sign.
    pub fn make(manifest: &str, signer: &dyn Signer) -> Result<Self, advisory::SecretError> {
        let signature = signer.sign(&message(manifest))?;
        Ok(Self { manifest: manifest.to_owned(), key: signer.public().clone(), signature })
    }

    /// The bytes of the file.
    #[must_use]
    pub fn bytes(&self) -> Vec<u8> {
        let json = Json::map([
            ("schema", Json::text(SIGNATURE_SCHEMA)),
            ("manifest_sha256", Json::text(&self.manifest)),
            ("key", self.key.to_json().clone()),
            ("signature", Json::text(&self.signature)),
        ]);
        json.to_file()
    }

    /// Reads a file, which must be what [`Signature::bytes`] gives, byte for byte.
    ///
    /// # Errors
    /// When it is not.
    pub fn parse(bytes: &[u8]) -> Result<Self, NotASignature> {
        let wrong = |what: &str| NotASignature(what.to_owned());
        let json = Json::parse(bytes).map_err(|error| NotASignature(error.to_string()))?;
        let text = |name: &str| json.member(name).and_then(Json::as_text).map(str::to_owned);
        if text("schema").as_deref() != Some(SIGNATURE_SCHEMA) {
            return Err(wrong("its schema is another"));
        }
        let key = json.member("key").ok_or_else(|| wrong("it names no key"))?;
        let key = PublicKey::parse(key).map_err(|error| NotASignature(error.to_string()))?;
        let manifest = text("manifest_sha256").ok_or_else(|| wrong("it names no manifest"))?;
        let signature = text("signature").ok_or_else(|| wrong("it holds no signature"))?;
        let signature = Self { manifest, key, signature };
        match signature.bytes() == bytes {
            true => Ok(signature),
            false => Err(wrong("it is not as it was written")),
        }
    }

    /// Whether it is a signature of the manifest of this hash, by one of the keys of these ids.
    #[must_use]
    pub fn trust(&self, manifest: &str, keys: &[String]) -> Trust {
        let valid = self.key.verify(&message(manifest), &self.signature) == Verdict::Valid;
        match valid && self.manifest == manifest {
            false => Trust::Broken,
            true if keys.iter().any(|id| id == self.key.id()) => Trust::Trusted,
            true => Trust::Unknown,
        }
    }
}

fn message(manifest: &str) -> Vec<u8> {
    format!("{PURPOSE}{manifest}\n").into_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;
    use advisory::{Kind, SecretKey};

    #[test]
    fn a_signature_holds_for_its_manifest_and_key_and_for_no_changed_byte() {
        let key = SecretKey::from_seed(Kind::Ed25519, &[7; 32]).unwrap();
        let other = SecretKey::from_seed(Kind::Ed25519, &[8; 32]).unwrap();
        let made = Signature::make(&"ab".repeat(32), &key).unwrap();
        let bytes = made.bytes();
        let read = Signature::parse(&bytes).unwrap();
        let (own, strange) = ([key.public().id().to_owned()], [other.public().id().to_owned()]);
        assert_eq!(read.trust(&"ab".repeat(32), &own), Trust::Trusted);
        assert_eq!(read.trust(&"ab".repeat(32), &strange), Trust::Unknown);
        assert_eq!(read.trust(&"ac".repeat(32), &own), Trust::Broken);
        for at in 0..bytes.len() {
            let mut changed = bytes.clone();
            changed[at] ^= 1;
            let trust = Signature::parse(&changed).map(|one| one.trust(&"ab".repeat(32), &own));
            assert!(!matches!(trust, Ok(Trust::Trusted)), "byte {at}");
        }
    }
}
