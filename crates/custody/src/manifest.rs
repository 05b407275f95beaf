//! `custody.json`: what was read and what came of it, each with its hash.

use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// The name of the manifest's shape, and its version. Within /1 fields are only added.
pub const SCHEMA: &str = "tamarisk.custody/1";

/// What was read, and the files that tell of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    /// Always [`SCHEMA`].
    pub schema: String,
    /// Version of the program.
    pub version: String,
    /// When it was examined, as the report states it (RFC 3339, UTC).
    pub examined_at: String,
    /// The files of results, by name.
    pub outputs: Vec<Output>,
    /// What was read, in the order of the report.
    pub artifacts: Vec<Artifact>,
}

/// One file of results. Where results are encrypted, hash and size are those of what lies inside.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Output {
    /// Its name in the folder, without the ending of encryption.
    pub name: String,
    /// SHA-256 in lower-case hex.
    pub sha256: String,
    /// Bytes.
    pub size: u64,
}

/// One artifact, as the report names it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Artifact {
    /// Its path; see `model::Artifact::path`.
    pub path: String,
    /// SHA-256 in lower-case hex; none where the report has none.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub sha256: Option<String>,
    /// Bytes, where known.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub size: Option<u64>,
}

impl From<&model::Artifact> for Artifact {
    fn from(one: &model::Artifact) -> Self {
        Self { path: one.path.clone(), sha256: one.sha256.clone(), size: one.size }
    }
}

/// Why a file is no manifest, or none as it was written.
#[derive(Debug, thiserror::Error)]
pub enum NotAManifest {
    /// It is not JSON of this shape.
    #[error("it is no manifest: {0}")]
    Malformed(#[from] serde_json::Error),
    /// It is of a later version.
    #[error("it has the schema {0:?}, which this version does not know")]
    Schema(String),
    /// It says what a manifest says, but is not written as one is.
    #[error("it is not as it was written: it differs from its own form at byte {0}")]
    Altered(usize),
}

impl Manifest {
    /// The bytes of the file. The same manifest has the same bytes.
    #[must_use]
    pub fn bytes(&self) -> Vec<u8> {
        let mut bytes = Vec::new();
        // A vector takes all that is written, and the keys are texts.
        let _ = harmless::json::write_pretty(&mut bytes, self);
        bytes
    }

    /// Reads a file, which must be what [`Manifest::bytes`] gives, byte for byte.
    ///
    /// # Errors
    /// When it is not.
    pub fn parse(bytes: &[u8]) -> Result<Self, NotAManifest> {
        let manifest: Self = serde_json::from_slice(bytes)?;
        if manifest.schema != SCHEMA {
            return Err(NotAManifest::Schema(manifest.schema));
        }
        let written = manifest.bytes();
        if written != bytes {
            let same = written.iter().zip(bytes).take_while(|(a, b)| a == b).count();
            return Err(NotAManifest::Altered(same));
        }
        Ok(manifest)
    }

    /// Holds files that were found against what was read. `found` is, for each path, the hashes of
    /// all files that have it (several where two PATHs are named alike).
    #[must_use]
    pub fn compare(&self, found: &BTreeMap<String, BTreeSet<String>>) -> Evidence {
        let mut evidence = Evidence::default();
        let hashed: BTreeSet<&str> = self
            .artifacts
            .iter()
            .filter(|one| one.sha256.is_some())
            .map(|one| &*one.path)
            .collect();
        for one in &self.artifacts {
            let Some(sha256) = &one.sha256 else {
                evidence.without_hash += 1;
                continue;
            };
            match found.get(&one.path) {
                Some(hashes) if hashes.contains(sha256) => evidence.unchanged += 1,
                Some(_) => evidence.differences.push(Difference::Changed(one.path.clone())),
                // What lies in an archive is as it was where the archive is.
                None => match one.path.split_once("!/") {
                    Some((archive, _)) if hashed.contains(archive) => evidence.inside += 1,
                    Some(_) => evidence.unproven.push(one.path.clone()),
                    None => evidence.differences.push(Difference::Missing(one.path.clone())),
                },
            }
        }
        let known: BTreeSet<&str> = self.artifacts.iter().map(|one| &*one.path).collect();
        let added = found.keys().filter(|path| !known.contains(path.as_str()));
        evidence.differences.extend(added.map(|path| Difference::Added(path.clone())));
        evidence
    }
}

/// What the evidence came to when it was held against the manifest.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Evidence {
    /// Files with the hash that was stated.
    pub unchanged: u64,
    /// Artifacts within archives whose own hash is stated.
    pub inside: u64,
    /// Artifacts that have no bytes of their own, are missing, or could not be read to their end.
    pub without_hash: u64,
    /// Artifacts within archives of which no hash is stated: nothing is shown of them.
    pub unproven: Vec<String>,
    /// What is not as it was.
    pub differences: Vec<Difference>,
}

/// A difference between evidence and manifest; each names the path.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Difference {
    /// Its bytes are others.
    Changed(String),
    /// It is not there.
    Missing(String),
    /// It was not there when the report was made.
    Added(String),
}

/// The one line of `custody.sha256`, as `sha256sum --check` reads it.
#[must_use]
pub fn checksum_line(sha256: &str, name: &str) -> String {
    format!("{sha256}  {name}\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn manifest() -> Manifest {
        let artifact = |path: &str, hash: Option<&str>| Artifact {
            path: path.into(),
            sha256: hash.map(Into::into),
            size: None,
        };
        Manifest {
            schema: SCHEMA.into(),
            version: "1".into(),
            examined_at: "2026-01-01T00:00:00Z".into(),
            outputs: vec![Output { name: "report.json".into(), sha256: "aa".into(), size: 2 }],
            artifacts: vec![
                artifact("q/a", Some("01")),
                artifact("q/b.zip", Some("02")),
                artifact("q/b.zip!/c", Some("03")),
                artifact("q/d.zip!/e", Some("04")),
                artifact("q/f", None),
            ],
        }
    }

    #[test]
    fn only_the_bytes_that_were_written_are_read() {
        let bytes = manifest().bytes();
        assert_eq!(Manifest::parse(&bytes).unwrap(), manifest());
        for at in 0..bytes.len() {
            for flip in [1, 0x20, 0x80] {
                let mut other = bytes.clone();
                other[at] ^= flip;
                // What still is a manifest is another one.
                assert!(Manifest::parse(&other).map_or(true, |other| other != manifest()), "{at}");
            }
        }
        let spaced = String::from_utf8(bytes).unwrap().replace("\"01\"", " \"01\"");
        assert!(matches!(Manifest::parse(spaced.as_bytes()), Err(NotAManifest::Altered(_))));
    }

    #[test]
    fn evidence_is_held_against_it() {
        let found = |files: &[(&str, &str)]| {
            let mut all: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
            for (path, hash) in files {
                all.entry((*path).into()).or_default().insert((*hash).into());
            }
            all
        };
        let same = manifest().compare(&found(&[("q/a", "01"), ("q/b.zip", "02")]));
        assert_eq!((same.unchanged, same.inside, same.without_hash), (2, 1, 1));
        assert_eq!((same.unproven, same.differences), (vec!["q/d.zip!/e".to_owned()], vec![]));
        let other = manifest().compare(&found(&[("q/a", "99"), ("q/x", "02")]));
        let expected = [
            Difference::Changed("q/a".into()),
            Difference::Missing("q/b.zip".into()),
            Difference::Added("q/x".into()),
        ];
        assert_eq!(other.differences, expected);
    }
}
