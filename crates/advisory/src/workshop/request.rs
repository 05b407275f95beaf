//! What travels: a request for signatures, and the answer to it.
//!
//! Both are JSON files of ours (`tamarisk.signature_request/1`, `tamarisk.signatures/1`). Whoever signs
//! trusts neither the request's medium nor what it says of itself: [`Request::check`] works out from the
//! bytes what would be signed, and holds every enclosed file against the hash in them.

use super::{Workshop, kind_of};
use crate::json::Json;
use crate::metadata::{Delegations, Envelope, Root, Targets};
use crate::refusal::{Code, Refusal};
use crate::secret::{SecretError, Signer};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;

/// `schema` of a request.
const REQUEST: &str = "tamarisk.signature_request/1";

/// `schema` of an answer.
const ANSWER: &str = "tamarisk.signatures/1";

/// Looks into a file, given its path and SHA-256.
pub type Contents<'c> = dyn FnMut(&str, &[u8; 32]) -> Result<Vec<u8>, Refusal> + 'c;

/// What is to be signed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    /// Role by role: `root` and `targets` first.
    pub parts: Vec<Part>,
    /// The files that the roles list and that are new, by path; and as they were before.
    pub files: BTreeMap<String, Vec<u8>>,
    /// The files of the same paths as they were published before, where they were.
    pub before: BTreeMap<String, Vec<u8>>,
}

/// One role's metadata.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    /// The role.
    pub role: String,
    /// What is to be signed.
    pub envelope: Envelope,
    /// What was published before, as the request states it.
    pub before: Option<Envelope>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Wire {
    schema: String,
    parts: Vec<WirePart>,
    files: BTreeMap<String, String>,
    before: BTreeMap<String, String>,
}

/// Metadata travel as text, so that what is read is read strictly.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct WirePart {
    role: String,
    /// SHA-256 of the bytes to sign, for people who compare two requests by eye.
    sha256: String,
    words: String,
    metadata: String,
    before: Option<String>,
}

/// Signatures on their way back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Answer {
    schema: String,
    /// The signatures.
    pub signatures: Vec<Given>,
}

/// One signature.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Given {
    /// The role that it is for.
    pub role: String,
    /// Version of its metadata.
    pub version: u64,
    /// SHA-256 of the bytes that were signed, in hex.
    #[serde(rename = "sha256")]
    pub digest: String,
    /// Id of the key.
    #[serde(rename = "keyid")]
    pub key: String,
    /// The signature, in hex.
    #[serde(rename = "sig")]
    pub signature: String,
}

fn malformed(error: impl std::fmt::Display) -> Refusal {
    Refusal::new(Code::Malformed, "request", error.to_string())
}

impl Request {
    /// A request for what is staged in these roles, with `contents` to look into the files they list.
    ///
    /// # Errors
    /// When nothing of a role is staged, or a file cannot be had.
    pub fn new(
        workshop: &Workshop,
        roles: &[String],
        contents: &mut Contents<'_>,
    ) -> Result<Self, Refusal> {
        let mut request =
            Self { parts: Vec::new(), files: BTreeMap::new(), before: BTreeMap::new() };
        for role in roles {
            workshop.status(role)?;
            let Some(envelope) = workshop.staged.get(role) else { continue };
            let before = workshop.published.get(role);
            if kind_of(role) == "targets" {
                let old = before.map(|before| Targets::read(before, role)).transpose()?;
                let old = old.map(|old| old.files).unwrap_or_default();
                for file in Targets::read(envelope, role)?.files {
                    let known = old.iter().find(|one| one.path == file.path);
                    if known.is_some_and(|known| known.sha256 == file.sha256) {
                        continue;
                    }
                    request.files.insert(file.path.clone(), contents(&file.path, &file.sha256)?);
                    if let Some(known) = known {
                        request.before.insert(file.path, contents(&known.path, &known.sha256)?);
                    }
                }
            }
            request.parts.push(Part {
                role: role.clone(),
                envelope: envelope.clone(),
                before: before.cloned(),
            });
        }
        Ok(request)
    }

    /// The file.
    ///
    /// # Errors
    /// When a file to enclose is no text.
    pub fn to_file(&self) -> Result<Vec<u8>, Refusal> {
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).map_err(malformed);
        let texts = |files: &BTreeMap<String, Vec<u8>>| {
            let all = files.iter().map(|(path, bytes)| Ok((path.clone(), text(bytes.clone())?)));
            all.collect::<Result<BTreeMap<_, _>, Refusal>>()
        };
        let part = |part: &Part| {
            let digest = part.envelope.digest();
            let before = part.before.as_ref().map(|before| text(before.to_file())).transpose()?;
            Ok(WirePart {
                role: part.role.clone(),
                sha256: const_hex::encode(digest),
                words: crate::words(&digest),
                metadata: text(part.envelope.to_file())?,
                before,
            })
        };
        let wire = Wire {
            schema: REQUEST.into(),
            parts: self.parts.iter().map(part).collect::<Result<_, Refusal>>()?,
            files: texts(&self.files)?,
            before: texts(&self.before)?,
        };
        let mut bytes = serde_json::to_vec_pretty(&wire).map_err(malformed)?;
        bytes.push(b'\n');
        Ok(bytes)
    }

    /// Reads a request and checks it: every new file that a role lists is enclosed and is the one
    /// listed, every file that is said to have been there before was.
    ///
    /// # Errors
    /// When it is none, or something in it does not belong together.
    pub fn check(bytes: &[u8]) -> Result<Self, Refusal> {
        let wire: Wire = serde_json::from_slice(bytes).map_err(malformed)?;
        if wire.schema != REQUEST {
            return Err(malformed(format!("`schema` is not {REQUEST}")));
        }
        let mut parts = Vec::new();
        for part in wire.parts {
            let kind = kind_of(&part.role);
            let envelope = Envelope::parse(part.metadata.as_bytes(), &part.role, kind)?;
            let before = part.before.as_deref();
            let before = before.map(|text| Envelope::parse(text.as_bytes(), &part.role, kind));
            match kind {
                "root" => drop(Root::read(&envelope)?),
                "targets" => drop(Targets::read(&envelope, &part.role)?),
                _ => return Err(malformed("snapshots and timestamps are not asked for")),
            }
            parts.push(Part { role: part.role, envelope, before: before.transpose()? });
        }
        let bytes = |files: BTreeMap<String, String>| {
            files.into_iter().map(|(path, text)| (path, text.into_bytes())).collect()
        };
        let request = Self { parts, files: bytes(wire.files), before: bytes(wire.before) };
        request.files_belong()?;
        Ok(request)
    }

    fn files_belong(&self) -> Result<(), Refusal> {
        let mut listed = Vec::new();
        for part in self.parts.iter().filter(|part| kind_of(&part.role) == "targets") {
            let old = part.before.as_ref().map(|old| Targets::read(old, &part.role)).transpose()?;
            let old = old.map(|old| old.files).unwrap_or_default();
            for file in Targets::read(&part.envelope, &part.role)?.files {
                let known = old.iter().find(|one| one.path == file.path);
                for (files, expected) in [(&self.files, Some(&file)), (&self.before, known)] {
                    let (Some(bytes), Some(expected)) = (files.get(&file.path), expected) else {
                        continue;
                    };
                    if Sha256::digest(bytes)[..] != expected.sha256 {
                        let detail = "the enclosed file is not the one that is listed";
                        return Err(Refusal::new(Code::ArbitrarySoftware, &*file.path, detail));
                    }
                }
                let same = known.is_some_and(|known| known.sha256 == file.sha256);
                if !same && !self.files.contains_key(&file.path) {
                    let detail = "it is listed, new, and not enclosed: nobody can look at it";
                    return Err(Refusal::new(Code::Missing, &*file.path, detail));
                }
                listed.push(file.path);
            }
        }
        match self.files.keys().find(|path| !listed.contains(path)) {
            Some(path) => Err(Refusal::new(
                Code::MixAndMatch,
                &**path,
                "it is enclosed, and no role lists it",
            )),
            None => Ok(()),
        }
    }

    /// The agencies, as far as the request states them.
    #[must_use]
    pub fn delegations(&self) -> Option<Delegations> {
        let part = self.parts.iter().find(|part| part.role == "targets")?;
        Some(Targets::read(&part.envelope, "targets").ok()?.delegations)
    }

    /// Signs all parts that `wanted` names, or all.
    ///
    /// # Errors
    /// When the keeper of the key does not sign.
    pub fn sign(&self, signer: &dyn Signer, wanted: &[String]) -> Result<Answer, SecretError> {
        let mut signatures = Vec::new();
        for part in &self.parts {
            if !wanted.is_empty() && !wanted.contains(&part.role) {
                continue;
            }
            signatures.push(Given {
                role: part.role.clone(),
                version: part.envelope.common().version,
                digest: const_hex::encode(part.envelope.digest()),
                key: signer.public().id().to_owned(),
                signature: signer.sign(&part.envelope.message())?,
            });
        }
        Ok(Answer { schema: ANSWER.into(), signatures })
    }
}

impl Answer {
    /// Reads an answer.
    ///
    /// # Errors
    /// When it is none.
    pub fn parse(bytes: &[u8]) -> Result<Self, Refusal> {
        Json::parse(bytes).map_err(malformed)?;
        let answer: Self = serde_json::from_slice(bytes).map_err(malformed)?;
        if answer.schema == ANSWER {
            Ok(answer)
        } else {
            Err(malformed(format!("`schema` is not {ANSWER}")))
        }
    }

    /// The file.
    #[must_use]
    pub fn to_file(&self) -> Vec<u8> {
        let mut bytes = serde_json::to_vec_pretty(self).unwrap_or_default();
        bytes.push(b'\n');
        bytes
    }
}
