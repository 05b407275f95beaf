//! The workshop's folder: `workshop.json` (what is staged and published), `files/` (signed files by hash),
//! `advisories/ROLE/NAME/` (drafts).

use super::files::{json_file, read, refused, write};
use crate::failure::Failure;
use ::advisory::metadata::{Envelope, is_plain};
use ::advisory::workshop::{Workshop, kind_of};
use ::advisory::{Code, PublicKey, Refusal};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

const SCHEMA: &str = "tamarisk.workshop/1";
const KEY_SCHEMA: &str = "tamarisk.public_key/1";

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Wire {
    schema: String,
    published: BTreeMap<String, String>,
    staged: BTreeMap<String, String>,
}

/// A workshop that is open.
pub(crate) struct Open {
    pub(crate) folder: PathBuf,
    pub(crate) workshop: Workshop,
}

impl Open {
    /// Makes the folder of a new workshop.
    pub(crate) fn new(folder: &Path) -> Result<Self, Failure> {
        if folder.join("workshop.json").exists() {
            let message = format!("{} is a workshop already", folder.display());
            return Err(Failure::new("output", message));
        }
        Ok(Self { folder: folder.to_path_buf(), workshop: Workshop::default() })
    }

    /// Opens a workshop.
    pub(crate) fn at(folder: &Path) -> Result<Self, Failure> {
        let path = folder.join("workshop.json");
        let damaged = |error: &dyn std::fmt::Display| {
            Failure::advisory(format!("{}: {error}", path.display()))
        };
        let wire: Wire = serde_json::from_slice(&read(&path)?).map_err(|error| damaged(&error))?;
        if wire.schema != SCHEMA {
            return Err(damaged(&format!("`schema` is not {SCHEMA}")));
        }
        let parse = |texts: BTreeMap<String, String>| {
            let all = texts.into_iter().map(|(role, text)| {
                let envelope = Envelope::parse(text.as_bytes(), &role, kind_of(&role))?;
                Ok((role, envelope))
            });
            all.collect::<Result<_, Refusal>>().map_err(|refusal| refused(&refusal))
        };
        let workshop = Workshop { published: parse(wire.published)?, staged: parse(wire.staged)? };
        Ok(Self { folder: folder.to_path_buf(), workshop })
    }

    pub(crate) fn save(&self) -> Result<(), Failure> {
        let text = |roles: &BTreeMap<String, Envelope>| {
            let all = roles.iter().map(|(role, envelope)| {
                (role.clone(), String::from_utf8_lossy(&envelope.to_file()).into_owned())
            });
            all.collect()
        };
        let wire = Wire {
            schema: SCHEMA.into(),
            published: text(&self.workshop.published),
            staged: text(&self.workshop.staged),
        };
        write(&self.folder.join("workshop.json"), &json_file(&wire)?)
    }

    /// Keeps a file by its hash.
    pub(crate) fn keep(&self, bytes: &[u8]) -> Result<[u8; 32], Failure> {
        let digest: [u8; 32] = Sha256::digest(bytes).into();
        let path = self.kept(&digest);
        if !path.exists() {
            write(&path, bytes)?;
        }
        Ok(digest)
    }

    pub(crate) fn kept(&self, digest: &[u8; 32]) -> PathBuf {
        self.folder.join("files").join(const_hex::encode(digest))
    }

    /// A file that was kept.
    pub(crate) fn file(&self, path: &str, digest: &[u8; 32]) -> Result<Vec<u8>, Refusal> {
        std::fs::read(self.kept(digest)).map_err(|error| {
            Refusal::new(Code::Missing, path, format!("the workshop does not hold it: {error}"))
        })
    }

    /// The folder of a draft, from `ROLE/NAME`.
    pub(crate) fn draft(&self, advisory: &str) -> Result<PathBuf, Failure> {
        let parts = advisory.split('/').count();
        if !is_plain(advisory) || parts != 2 {
            let message =
                format!("`{advisory}` is not ROLE/NAME, of letters, digits, `-`, `_` and `.`");
            return Err(Failure::usage(message));
        }
        Ok(self.folder.join("advisories").join(advisory))
    }
}

/// The public part of a key, as `keygen` writes it.
#[derive(Serialize, Deserialize)]
pub(crate) struct PublicFile {
    schema: String,
    /// Whose it is.
    pub(crate) name: String,
    key: serde_json::Value,
}

impl PublicFile {
    pub(crate) fn new(name: &str, key: &PublicKey) -> Result<Self, Failure> {
        let key = serde_json::to_value(key.to_json()).map_err(Failure::advisory)?;
        Ok(Self { schema: KEY_SCHEMA.into(), name: name.into(), key })
    }

    /// Reads one: the key, and whose it is.
    pub(crate) fn read(path: &Path) -> Result<(PublicKey, String), Failure> {
        let failed = |error: &dyn std::fmt::Display| {
            Failure::advisory(format!("{}: {error}", path.display()))
        };
        let file: Self = serde_json::from_slice(&read(path)?).map_err(|error| failed(&error))?;
        if file.schema != KEY_SCHEMA {
            return Err(failed(&format!("`schema` is not {KEY_SCHEMA}")));
        }
        let text = file.key.to_string();
        let json = ::advisory::Json::parse(text.as_bytes()).map_err(|error| failed(&error))?;
        Ok((PublicKey::parse(&json).map_err(|error| failed(&error))?, file.name))
    }
}
