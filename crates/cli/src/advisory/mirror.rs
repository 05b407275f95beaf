//! A mirror: a folder, a zip of one, or for `advisory pull` alone an address on the web.

use crate::failure::Failure;
use ::advisory::{Fetch, Memory};
use evidence::{Blob, Limits, Tree, ZipTree};
use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

/// Whatever files of a repository can be had from.
pub(crate) enum Mirror {
    /// A folder.
    Folder(PathBuf),
    /// A zip, and what stands before `metadata/` in the names of its members.
    Zip(ZipTree, String),
    /// A web server, and when it was first asked.
    Web(taxii::Mirror, Instant),
    /// Nothing but what was kept.
    Kept(Memory),
}

impl Mirror {
    /// A mirror by its path, or by its address. Nothing but this opens a connection.
    pub(crate) fn open_or_fetch(named: &str, ca: Option<&Path>) -> Result<Self, Failure> {
        if !named.contains("://") {
            return Self::open(named);
        }
        let trust =
            match ca {
                None => taxii::Trust::System,
                Some(file) => taxii::Trust::Only(std::fs::read(file).map_err(|error| {
                    Failure::new("input", format!("{}: {error}", file.display()))
                })?),
            };
        let mirror = taxii::Mirror::new(named, &trust, taxii::Limits::default());
        let mirror = mirror.map_err(|error| Failure::new("address", error))?;
        Ok(Self::Web(mirror, Instant::now()))
    }

    /// Opens a mirror by its path.
    pub(crate) fn open(named: &str) -> Result<Self, Failure> {
        let failed = |error: &dyn std::fmt::Display| Failure::advisory(format!("{named}: {error}"));
        let path = Path::new(named);
        if path.is_dir() {
            return Ok(Self::Folder(path.to_path_buf()));
        }
        let file = File::open(path).map_err(|error| failed(&error))?;
        let blob = Blob::from_file(Arc::new(file), Arc::default()).map_err(|e| failed(&e))?;
        let (tree, _) = ZipTree::open(blob, &Limits::default())
            .map_err(|_| failed(&"it is neither a folder nor a zip of a mirror"))?;
        let end = "metadata/timestamp.json";
        let member = tree.members().iter().find_map(|member| member.path.strip_suffix(end));
        let before = member.map(str::to_owned);
        let before = before.ok_or_else(|| failed(&format!("it holds no {end}")))?;
        Ok(Self::Zip(tree, before))
    }

    /// Whether a path is a folder that looks like a mirror, or a zip of one.
    pub(crate) fn is_at(path: &Path) -> bool {
        let is_zip = || {
            let mut head = [0; 4];
            let read = File::open(path).and_then(|mut file| file.read_exact(&mut head));
            read.is_ok() && head == *b"PK\x03\x04"
        };
        path.join("metadata/timestamp.json").is_file()
            || (path.is_file() && is_zip() && Self::open(&path.to_string_lossy()).is_ok())
    }
}

impl Fetch for Mirror {
    fn open<'s>(&'s mut self, path: &str) -> io::Result<Option<Box<dyn Read + 's>>> {
        match self {
            Mirror::Folder(folder) => match File::open(folder.join(path)) {
                Ok(file) => Ok(Some(Box::new(file))),
                Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
                Err(error) => Err(error),
            },
            Mirror::Zip(tree, before) => {
                let name = format!("{before}{path}");
                let Some(member) = tree.members().iter().find(|one| one.path == name) else {
                    return Ok(None);
                };
                let reader = tree.stream(member, &Limits::default())?;
                Ok(Some(reader))
            }
            Mirror::Web(mirror, _) => match mirror.open(path)? {
                Some(reader) => Ok(Some(reader)),
                None => Ok(None),
            },
            Mirror::Kept(memory) => memory.open(path),
        }
    }

    fn clock(&self) -> Box<dyn Fn() -> Duration> {
        match self {
            Mirror::Web(_, start) => {
                let start = *start;
                Box::new(move || start.elapsed())
            }
            _ => Box::new(|| Duration::ZERO),
        }
    }
}
