//! Timestamp, snapshot and targets (sections 4.4 to 4.6): which files belong together.

use super::delegation::Delegations;
use super::envelope::{Envelope, MAX_VERSION};
use super::fields::{count, map, member, text};
use crate::json::Json;
use crate::key::lower_hex;
use crate::refusal::{Code, Refusal};
use std::collections::BTreeMap;

/// One file of metadata as another one lists it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listed {
    /// Its version.
    pub version: u64,
    /// Its length in bytes, where it is stated.
    pub length: Option<u64>,
    /// Its SHA-256, where it is stated.
    pub sha256: Option<[u8; 32]>,
}

/// The member `meta` of a timestamp or snapshot: names of files, and what they must be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Files(pub BTreeMap<String, Listed>);

impl Files {
    /// Reads it.
    ///
    /// # Errors
    /// When it has another shape, or a name of a file leads elsewhere.
    pub fn read(envelope: &Envelope, role: &str) -> Result<Self, Refusal> {
        let mut files = BTreeMap::new();
        for (name, json) in map(envelope.signed(), "meta", role)? {
            if !is_plain(name) || name.contains('/') {
                return Err(traversal(role, name));
            }
            let length = json.member("length").map(|_| count(json, "length", u64::MAX, role));
            let listed = Listed {
                version: count(json, "version", MAX_VERSION, role)?,
                length: length.transpose()?,
                sha256: json.member("hashes").map(|hashes| sha256(hashes, role)).transpose()?,
            };
            files.insert(name.clone(), listed);
        }
        Ok(Self(files))
    }

    /// What is said of the file, which must be there.
    ///
    /// # Errors
    /// When it is not.
    pub fn entry(&self, name: &str, role: &str) -> Result<&Listed, Refusal> {
        self.0.get(name).ok_or_else(|| Refusal::malformed(role, format!("it does not list {name}")))
    }
}

/// One file that a role signed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TargetFile {
    /// The path, below the folder of its role.
    pub path: String,
    /// Its length in bytes.
    pub length: u64,
    /// Its SHA-256.
    pub sha256: [u8; 32],
    /// What is said about it (`custom`), or an empty object.
    pub custom: Json,
}

/// What a role signed (section 4.5).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Targets {
    /// Files, in the order of their paths.
    pub files: Vec<TargetFile>,
    /// To whom it delegates; only for the top-level role.
    pub delegations: Delegations,
}

impl Targets {
    /// Reads targets metadata of the role `role`: the top-level one lists no files and delegates, the
    /// others list files of their folder and do not delegate.
    ///
    /// # Errors
    /// When it is none, a path leads elsewhere, or it says what is not its own to say.
    pub fn read(envelope: &Envelope, role: &str) -> Result<Self, Refusal> {
        let signed = envelope.signed();
        let mut files = Vec::new();
        for (path, json) in map(signed, "targets", role)? {
            if !is_plain(path) {
                return Err(traversal(role, path));
            }
            if !path.strip_prefix(role).is_some_and(|rest| rest.starts_with('/')) {
                let detail = format!("it lists `{path}`, which is outside of its folder");
                return Err(Refusal::new(Code::WrongRole, role, detail));
            }
            files.push(TargetFile {
                path: path.clone(),
                length: count(json, "length", u64::MAX, role)?,
                sha256: sha256(member(json, "hashes", role)?, role)?,
                custom: json.member("custom").cloned().unwrap_or_else(|| Json::map::<&str>([])),
            });
        }
        let delegations = match role {
            "targets" => Delegations::read(signed)?,
            _ if delegates(signed) => {
                let detail = "it delegates, and only the top-level targets may";
                return Err(Refusal::new(Code::UnclearDelegation, role, detail));
            }
            _ => Delegations::default(),
        };
        Ok(Self { files, delegations })
    }
}

fn delegates(signed: &Json) -> bool {
    let roles = signed.member("delegations").and_then(|all| all.member("roles"));
    roles.and_then(Json::as_list).is_some_and(|roles| !roles.is_empty())
}

fn sha256(hashes: &Json, role: &str) -> Result<[u8; 32], Refusal> {
    let bytes = lower_hex(text(hashes, "sha256", role)?);
    let bytes = bytes.map_err(|reason| Refusal::new(Code::MalleableEncoding, role, reason))?;
    bytes.try_into().map_err(|_| Refusal::malformed(role, "a SHA-256 is 32 bytes"))
}

/// Whether a path can name a file below a folder on every system, and nothing else.
#[must_use]
pub fn is_plain(path: &str) -> bool {
    let letters = |part: &str| {
        part.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.'))
    };
    path.len() <= 512
        && path.split('/').all(|part| {
            letters(part) && !part.is_empty() && !part.starts_with('.') && !part.ends_with('.')
        })
}

fn traversal(role: &str, name: &str) -> Refusal {
    let detail = format!("`{name}` is no plain path of letters, digits, `-`, `_`, `.` and `/`");
    Refusal::new(Code::PathTraversal, role, detail)
}
