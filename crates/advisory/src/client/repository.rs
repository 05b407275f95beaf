//! What was verified: who says what, and the files themselves.

use super::fetch::{Fetch, Limits, read};
use crate::json::Json;
use crate::metadata::{Delegations, Envelope, JOINT, Root, Targets, signers};
use crate::refusal::{Code, Refusal};
use crate::verified::{Bundle, Verified};
use jiff::Timestamp;
use sha2::{Digest, Sha256};

/// A repository, verified.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Repository {
    /// The root that it was verified by.
    pub root: Root,
    /// Who may speak, alone and together.
    pub agencies: Delegations,
    /// The files that are signed, joint ones first, then by agency and path.
    pub entries: Vec<Entry>,
    /// What was accepted in time and has expired since; nothing where all is in time.
    pub expired: Option<Expired>,
    /// The first date on which something of it expires.
    pub expires: Timestamp,
    /// The newest date of signing in it.
    pub issued: Option<Timestamp>,
    /// What a person should know beside.
    pub notes: Vec<Note>,
}

/// Metadata that have expired since they were accepted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Expired {
    /// Whose metadata.
    pub role: String,
    /// When.
    pub at: Timestamp,
}

/// Something odd that is no reason to refuse.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Note {
    /// This machine's clock is earlier than a date of signing that was accepted: either is wrong,
    /// and what has expired cannot be told.
    ClockBehind {
        /// The date of signing.
        newest: Timestamp,
    },
    /// Two timestamps of one version say different things; the one accepted first is used.
    TwoTimestamps {
        /// The version.
        version: u64,
    },
}

impl std::fmt::Display for Note {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Note::ClockBehind { newest } => write!(
                out,
                "the clock is earlier than {newest}, when something that was accepted was signed; \
                 what has expired cannot be told until it is set right"
            ),
            Note::TwoTimestamps { version } => write!(
                out,
                "two timestamps of version {version} say different things; the one accepted first \
                 is used"
            ),
        }
    }
}

/// Who signed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Signatories {
    /// Names of the agencies that did.
    pub signed: Vec<String>,
    /// Names of those that could have and did not.
    pub unsigned: Vec<String>,
    /// How many must.
    pub threshold: usize,
}

/// One signed file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// The role that signed it: `joint`, or an agency's.
    pub role: String,
    /// Version of that role's metadata.
    pub role_version: u64,
    /// Its path, which begins with the role.
    pub path: String,
    /// Its length in bytes.
    pub length: u64,
    /// Its SHA-256.
    pub sha256: [u8; 32],
    /// What is said about it.
    pub custom: Json,
    /// Who signed it.
    pub signatories: Signatories,
    /// When it was signed, where that is stated.
    pub issued: Option<Timestamp>,
    /// When the signatures expire.
    pub expires: Timestamp,
}

impl Entry {
    fn stated(&self, key: &str) -> Option<&str> {
        self.custom.member(key).and_then(Json::as_text)
    }

    /// Name of the advisory that it is part of: `advisory`, else its folder.
    #[must_use]
    pub fn advisory(&self) -> &str {
        let folder = self.path.rsplit_once('/').map_or("", |(folder, _)| folder);
        self.stated("advisory").unwrap_or(folder)
    }

    /// Title of the advisory, else its name.
    #[must_use]
    pub fn title(&self) -> &str {
        self.stated("title").unwrap_or_else(|| self.advisory())
    }

    /// Version of the advisory, else of the role's metadata.
    #[must_use]
    pub fn version(&self) -> u64 {
        let stated = self.custom.member("version").and_then(Json::as_integer);
        stated.and_then(|number| u64::try_from(number).ok()).unwrap_or(self.role_version)
    }

    /// What it is: `bundle`, `translation`, `rule` …; by its name where that is not stated.
    #[must_use]
    pub fn kind(&self) -> &str {
        let by_name = if self.path.ends_with(".json") { "bundle" } else { "other" };
        self.stated("kind").unwrap_or(by_name)
    }

    /// Where a mirror keeps it.
    #[must_use]
    pub fn place(&self, consistent_snapshot: bool) -> String {
        match (consistent_snapshot, self.path.rsplit_once('/')) {
            (true, Some((folder, name))) => {
                format!("targets/{folder}/{}.{name}", const_hex::encode(self.sha256))
            }
            _ => format!("targets/{}", self.path),
        }
    }
}

/// The files that a role signed.
pub(super) fn entries(
    role: &str,
    envelope: &Envelope,
    delegations: &Delegations,
) -> Result<Vec<Entry>, Refusal> {
    let Some(keys) = delegations.role(role) else { return Ok(Vec::new()) };
    let signers = signers(envelope, keys, role)?;
    let mut signatories = Signatories { threshold: keys.threshold, ..Signatories::default() };
    let joint = delegations.joint.as_ref().filter(|_| role == JOINT);
    for agency in &delegations.agencies {
        let may = joint.map_or(agency.id == role, |joint| joint.members.contains(&agency.id));
        if !may {
            continue;
        }
        let own = |key: &&&crate::PublicKey| {
            agency.role.keys.iter().any(|one| one.material() == key.material())
        };
        let did = signers.valid.iter().any(|key| own(&key));
        let list = if did { &mut signatories.signed } else { &mut signatories.unsigned };
        list.push(agency.name.clone());
    }
    let common = envelope.common();
    let files = Targets::read(envelope, role)?.files.into_iter();
    Ok(files
        .map(|file| Entry {
            role: role.to_owned(),
            role_version: common.version,
            path: file.path,
            length: file.length,
            sha256: file.sha256,
            custom: file.custom,
            signatories: signatories.clone(),
            issued: common.issued,
            expires: common.expires,
        })
        .collect())
}

impl Repository {
    /// The entries that are bundles of indicators.
    pub fn bundles(&self) -> impl Iterator<Item = &Entry> {
        self.entries.iter().filter(|entry| entry.kind() == "bundle")
    }

    /// Fetches a signed file and holds it against its hash (5.7).
    ///
    /// # Errors
    /// When it is not there, or is not the file that was signed.
    pub fn file(
        &self,
        entry: &Entry,
        fetch: &mut dyn Fetch,
        limits: &Limits,
    ) -> Result<Verified<Bundle>, Refusal> {
        // Whoever calls may hold an entry of another repository.
        if !self.entries.contains(entry) {
            return Err(Refusal::new(Code::WrongRole, &*entry.path, "nobody signed it here"));
        }
        if entry.length > limits.file {
            let detail = format!("{} bytes, more than {}", entry.length, limits.file);
            return Err(Refusal::new(Code::Oversized, &*entry.path, detail));
        }
        let place = entry.place(self.root.consistent_snapshot);
        let bytes = read(fetch, &place, entry.length, limits)
            .map_err(|refusal| Refusal { role: entry.path.clone(), ..refusal })?;
        let bytes =
            bytes.ok_or_else(|| Refusal::new(Code::Missing, &*entry.path, "it is not there"))?;
        if bytes.len() as u64 != entry.length || Sha256::digest(&bytes)[..] != entry.sha256 {
            let detail = "it is not the file that was signed";
            return Err(Refusal::new(Code::ArbitrarySoftware, &*entry.path, detail));
        }
        Ok(Verified::new(Bundle::new(bytes, entry, self.expired.clone())))
    }
}
