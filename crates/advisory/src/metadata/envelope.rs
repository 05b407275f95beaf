//! What every file of metadata has: signatures, and what is signed (section 4.2).

use super::fields::{count, list, member, text};
use crate::canonical::canonical;
use crate::json::{Json, JsonError};
use crate::key::PublicKey;
use crate::refusal::{Code, Refusal};
use jiff::Timestamp;
use sha2::{Digest, Sha256};

/// The version of the specification that is followed, as metadata state it.
pub const SPEC_VERSION: &str = "1.0.31";

/// The greatest version that metadata may have.
pub const MAX_VERSION: u64 = (1 << 31) - 1;

/// Signatures on one file.
const MAX_SIGNATURES: usize = 256;

/// One signature.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signature {
    /// Id of the key.
    pub key: String,
    /// The signature, in hex; empty where one is still to come.
    pub hex: String,
}

/// A file of metadata, its signatures not yet held against anything.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Envelope {
    signed: Json,
    signatures: Vec<Signature>,
    common: Common,
}

/// What every signed part has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Common {
    /// `version`.
    pub version: u64,
    /// `expires`.
    pub expires: Timestamp,
    /// When it was signed, where it says so (`x_tamarisk.issued`, ours).
    pub issued: Option<Timestamp>,
}

impl Envelope {
    /// Reads a file; `role` is what it is asked for as, `kind` the `_type` it must have.
    ///
    /// # Errors
    /// When it is no such metadata.
    pub fn parse(bytes: &[u8], role: &str, kind: &str) -> Result<Self, Refusal> {
        let json = Json::parse(bytes).map_err(|error| {
            let code = match error {
                JsonError::DuplicateKey(_) => Code::DuplicateKey,
                JsonError::Other(_) => Code::Malformed,
            };
            Refusal::new(code, role, error.to_string())
        })?;
        let mut signatures = Vec::new();
        for one in list(&json, "signatures", role)? {
            if signatures.len() == MAX_SIGNATURES {
                let detail = format!("more than {MAX_SIGNATURES} signatures");
                return Err(Refusal::new(Code::Oversized, role, detail));
            }
            let key = text(one, "keyid", role)?.to_owned();
            signatures.push(Signature { key, hex: text(one, "sig", role)?.to_owned() });
        }
        let signed = member(&json, "signed", role)?.clone();
        Self::of(signed, signatures, role, kind)
    }

    /// Metadata without a signature.
    ///
    /// # Errors
    /// When `signed` lacks what all metadata have.
    pub fn unsigned(signed: Json, role: &str, kind: &str) -> Result<Self, Refusal> {
        Self::of(signed, Vec::new(), role, kind)
    }

    fn of(
        signed: Json,
        signatures: Vec<Signature>,
        role: &str,
        kind: &str,
    ) -> Result<Self, Refusal> {
        let stated = text(&signed, "_type", role)?;
        if stated != kind {
            let detail = format!("it is metadata of the type `{stated}`, not `{kind}`");
            return Err(Refusal::new(Code::WrongRole, role, detail));
        }
        let spec = text(&signed, "spec_version", role)?;
        if spec.split('.').next() != Some("1") {
            return Err(Refusal::malformed(role, format!("it follows version {spec} of TUF")));
        }
        let expires = text(&signed, "expires", role)?;
        let issued = signed.member("x_tamarisk").and_then(|ours| ours.member("issued"));
        let common = Common {
            version: count(&signed, "version", MAX_VERSION, role)?,
            expires: time(expires, role)?,
            issued: issued.and_then(Json::as_text).map(|at| time(at, role)).transpose()?,
        };
        Ok(Self { signed, signatures, common })
    }

    /// Version and times.
    #[must_use]
    pub fn common(&self) -> &Common {
        &self.common
    }

    /// What is signed.
    #[must_use]
    pub fn signed(&self) -> &Json {
        &self.signed
    }

    /// The signatures, valid or not.
    #[must_use]
    pub fn signatures(&self) -> &[Signature] {
        &self.signatures
    }

    /// The bytes that are signed.
    #[must_use]
    pub fn message(&self) -> Vec<u8> {
        canonical(&self.signed)
    }

    /// The SHA-256 of the bytes that are signed.
    #[must_use]
    pub fn digest(&self) -> [u8; 32] {
        Sha256::digest(self.message()).into()
    }

    /// Puts a signature in; one by the same key gives way.
    pub fn put(&mut self, key: &PublicKey, hex: String) {
        self.signatures.retain(|one| one.key != key.id());
        self.signatures.push(Signature { key: key.id().to_owned(), hex });
        self.signatures.sort_by(|a, b| a.key.cmp(&b.key));
    }

    /// The file.
    #[must_use]
    pub fn to_file(&self) -> Vec<u8> {
        let signatures = self.signatures.iter().map(|one| {
            Json::map([("keyid", one.key.as_str().into()), ("sig", one.hex.as_str().into())])
        });
        let signatures = Json::List(signatures.collect());
        Json::map([("signatures", signatures), ("signed", self.signed.clone())]).to_file()
    }
}

/// A date as TUF writes it: whole seconds, UTC, `Z`.
fn time(text: &str, role: &str) -> Result<Timestamp, Refusal> {
    let parsed = (text.len() == 20 && text.ends_with('Z')).then(|| text.parse().ok()).flatten();
    parsed.ok_or_else(|| {
        Refusal::malformed(role, format!("`{text}` is no date of the form 2026-11-22T09:00:00Z"))
    })
}
