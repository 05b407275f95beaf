//! The trust folder: what was accepted, in one file that is replaced as a whole, and the files that
//! were signed, by their hash.

use super::args::RootArgs;
use super::files::{json_file, read, refused, write};
use super::mirror::Mirror;
use crate::failure::Failure;
use ::advisory::client::given_root;
use ::advisory::{
    Bundle, Code, Limits, Memory, Refusal, Repository, Trusted, Verified, reopen, update,
};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fs::{self, File};
use std::path::{Path, PathBuf};

const SCHEMA: &str = "tamarisk.trust/1";

/// `accepted.json`. Metadata are texts, so that their bytes stay what they are.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Accepted {
    schema: String,
    root: String,
    timestamp: Option<String>,
    snapshot: Option<String>,
    roles: BTreeMap<String, String>,
    newest: Option<String>,
}

/// What trust goes by in this run, and where it is kept.
pub(crate) struct Trust {
    pub(crate) trusted: Trusted,
    folder: Option<PathBuf>,
    /// Held while the folder is in use, so that no two runs write what each other read.
    _lock: Option<File>,
}

/// A repository and the bundles of indicators in it.
pub(crate) struct Opened {
    pub(crate) repository: Repository,
    pub(crate) bundles: Vec<Verified<Bundle>>,
}

impl Trust {
    /// Opens the folder, or begins with the root that was given.
    pub(crate) fn open(folder: Option<&Path>, root: &RootArgs) -> Result<Self, Failure> {
        let lock = folder.map(lock).transpose()?;
        let kept = folder.map(load).transpose()?.flatten();
        let trusted = match (kept, &root.root) {
            (Some(kept), _) => kept,
            (None, Some(file)) => Trusted::new(read(file)?),
            (None, None) => {
                let what = "no root metadata: give --root FILE, whose words you have compared";
                return Err(refused(&Refusal::new(Code::NoRoot, "root", what)));
            }
        };
        let given = given_root(&trusted.root).map_err(|refusal| refused(&refusal))?;
        if let Some(words) = &root.root_words {
            let digest = ::advisory::digest_of_words(words)
                .map_err(|error| Failure::usage(format!("--root-words: {error}")))?;
            // A folder that has followed newer roots since no longer holds the first.
            if digest != given.digest && !trusted.has_accepted() {
                let what = format!("its words are others than those given: {}", given.words());
                return Err(refused(&Refusal::new(Code::NoRoot, "root", what)));
            }
        }
        Ok(Self { trusted, folder: folder.map(Path::to_path_buf), _lock: lock })
    }

    /// Brings trust up to what a mirror offers, and verifies the bundles in it.
    pub(crate) fn follow(
        &mut self,
        mirror: &mut Mirror,
        now: Timestamp,
    ) -> Result<Opened, Failure> {
        let limits = Limits::default();
        let root = self.trusted.root.clone();
        let updated = update(&mut self.trusted, mirror, &limits, now);
        if updated.is_err() && self.trusted.root != root {
            self.save(&[])?; // A root that was reached stays reached.
        }
        let repository = updated.map_err(|refusal| refused(&refusal))?;
        let bundles = files(&repository, mirror, self.held(&repository))?;
        Ok(Opened { repository, bundles })
    }

    /// What was accepted before, without a mirror.
    pub(crate) fn reopen(&self, now: Timestamp) -> Result<Opened, Failure> {
        let repository = reopen(&self.trusted, now).map_err(|refusal| refused(&refusal))?;
        let held = self.held(&repository);
        let bundles = files(&repository, &mut Mirror::Kept(Memory::default()), held)?;
        Ok(Opened { repository, bundles })
    }

    /// The signed files that the folder holds, as a mirror.
    fn held(&self, repository: &Repository) -> Memory {
        let mut memory = Memory::default();
        let Some(folder) = &self.folder else { return memory };
        for entry in &repository.entries {
            let path = folder.join("files").join(const_hex::encode(entry.sha256));
            if let Ok(bytes) = fs::read(path) {
                memory.0.insert(entry.place(repository.root.consistent_snapshot), bytes);
            }
        }
        memory
    }

    /// Keeps what is trusted now, and these files.
    pub(crate) fn save(&self, bundles: &[Verified<Bundle>]) -> Result<(), Failure> {
        let Some(folder) = &self.folder else { return Ok(()) };
        for bundle in bundles {
            let bundle = bundle.value();
            let path = folder.join("files").join(const_hex::encode(bundle.entry().sha256));
            if fs::metadata(&path).is_ok_and(|there| there.len() == bundle.entry().length) {
                continue;
            }
            write(&path, bundle.bytes())?;
        }
        let text = |bytes: &Vec<u8>| String::from_utf8_lossy(bytes).into_owned();
        let accepted = Accepted {
            schema: SCHEMA.into(),
            root: text(&self.trusted.root),
            timestamp: self.trusted.timestamp.as_ref().map(text),
            snapshot: self.trusted.snapshot.as_ref().map(text),
            roles: self.trusted.roles.iter().map(|(role, b)| (role.clone(), text(b))).collect(),
            newest: self.trusted.newest.map(|at| at.to_string()),
        };
        write(&folder.join("accepted.json"), &json_file(&accepted)?)
    }

    /// Whether an older state could be told from the newest.
    pub(crate) fn remembers(&self) -> bool {
        self.folder.is_some()
    }
}

/// Every signed file of the repository, bundles and what belongs to them: from what is held, else
/// from the mirror.
fn files(
    repository: &Repository,
    mirror: &mut Mirror,
    mut held: Memory,
) -> Result<Vec<Verified<Bundle>>, Failure> {
    let limits = Limits::default();
    let mut all = Vec::new();
    for entry in &repository.entries {
        let kept = repository.file(entry, &mut held, &limits).ok();
        let file = match kept {
            Some(file) => Ok(file),
            None => repository.file(entry, mirror, &limits),
        };
        all.push(file.map_err(|refusal| refused(&refusal))?);
    }
    Ok(all)
}

fn lock(folder: &Path) -> Result<File, Failure> {
    let failed = |error: std::io::Error| {
        Failure::new("output", format!("trust folder {}: {error}", folder.display()))
    };
    fs::create_dir_all(folder).map_err(failed)?;
    let file = File::options().create(true).truncate(false).write(true).open(folder.join("lock"));
    let file = file.map_err(failed)?;
    file.lock().map_err(failed)?;
    Ok(file)
}

fn load(folder: &Path) -> Result<Option<Trusted>, Failure> {
    let path = folder.join("accepted.json");
    if !path.exists() {
        return Ok(None);
    }
    let damaged =
        |error: &dyn std::fmt::Display| Failure::advisory(format!("{}: {error}", path.display()));
    let kept: Accepted = serde_json::from_slice(&read(&path)?).map_err(|error| damaged(&error))?;
    if kept.schema != SCHEMA {
        return Err(damaged(&format!("`schema` is not {SCHEMA}")));
    }
    let newest = kept.newest.map(|at| at.parse()).transpose();
    Ok(Some(Trusted {
        root: kept.root.into_bytes(),
        timestamp: kept.timestamp.map(String::into_bytes),
        snapshot: kept.snapshot.map(String::into_bytes),
        roles: kept.roles.into_iter().map(|(role, text)| (role, text.into_bytes())).collect(),
        newest: newest.map_err(|error| damaged(&error))?,
    }))
}
