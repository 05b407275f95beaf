//! Opens lists: files as given, folders walked in order.

use crate::failure::Failure;
use lists::{Genuine, Given, Import, ReadError};
use std::fs::{self, File};
use std::path::{Path, PathBuf};

/// Folders within each other that are walked.
const MAX_DEPTH: usize = 16;

/// Files that are looked at.
const MAX_FILES: usize = 200_000;

/// Endings that lists have. A file without any of these that no format recognises, within a
/// folder, is a page or a script that lies beside them.
const ENDINGS: &[&str] = &[
    "json", "jsonl", "ndjson", "stix", "stix2", "csv", "tsv", "txt", "xml", "ioc", "yaml", "yml",
    "yar", "yara", "adoc", "hosts", "md5", "sha1", "sha256",
];

/// One file that may be a list.
#[derive(Clone, Debug)]
pub(crate) struct ListFile {
    /// Where it lies.
    pub(crate) path: PathBuf,
    /// How it is called in what is written: the source's own name and what lies below it.
    pub(crate) name: String,
    /// Whether it was named itself, and not only found in a folder.
    pub(crate) named: bool,
}

/// The files of all sources, and what became of those that gave nothing.
#[derive(Default)]
pub(crate) struct Files {
    pub(crate) files: Vec<ListFile>,
    /// Files of a folder that look like lists and are none that is known: name and reason.
    pub(crate) unread: Vec<(String, String)>,
    /// Files of a folder that do not look like lists.
    pub(crate) passed_over: u64,
}

/// What genuine apps have, so that no list can name it on its own.
pub(crate) fn genuine() -> Genuine {
    let brands = detect::Brands::builtin();
    let all = brands.brands();
    Genuine {
        packages: all.iter().map(|brand| brand.package.clone()).collect(),
        certificates: all
            .iter()
            .flat_map(|brand| brand.certificates.iter().map(|one| one.to_lowercase()))
            .collect(),
    }
}

impl Files {
    /// The files below these paths, in the order given and by name within folders.
    pub(crate) fn below(paths: &[PathBuf]) -> Result<Self, Failure> {
        let mut all = Self::default();
        for path in paths {
            let name = path.file_name().unwrap_or(path.as_os_str()).to_string_lossy().into_owned();
            let kind = fs::metadata(path).map_err(|error| unreadable(path, &error))?;
            if kind.is_dir() {
                all.walk(path, &name)?;
            } else {
                all.files.push(ListFile { path: path.clone(), name, named: true });
            }
        }
        Ok(all)
    }

    /// Links are not followed, and what begins with a dot is not looked at.
    fn walk(&mut self, folder: &Path, name: &str) -> Result<(), Failure> {
        let mut open = vec![(folder.to_path_buf(), name.to_owned(), 0)];
        while let Some((folder, name, depth)) = open.pop() {
            let entries = fs::read_dir(&folder).map_err(|error| unreadable(&folder, &error))?;
            let mut entries: Vec<_> = entries
                .collect::<Result<Vec<_>, _>>()
                .map_err(|error| unreadable(&folder, &error))?;
            entries.sort_by_key(fs::DirEntry::file_name);
            let mut folders = Vec::new();
            for entry in entries {
                let own = entry.file_name().to_string_lossy().into_owned();
                let Ok(kind) = entry.file_type() else { continue };
                let below = format!("{name}/{own}");
                if own.starts_with('.') {
                    self.passed_over += 1;
                } else if kind.is_dir() && depth < MAX_DEPTH {
                    folders.push((entry.path(), below, depth + 1));
                } else if kind.is_file() && self.files.len() < MAX_FILES {
                    self.files.push(ListFile { path: entry.path(), name: below, named: false });
                } else {
                    self.unread.push((below, "a link, or too deep, or too many files".into()));
                }
            }
            open.extend(folders.into_iter().rev());
        }
        Ok(())
    }

    /// Reads every file. One that was named itself must be a list; within a folder, one that is
    /// none is noted.
    pub(crate) fn read_into(&mut self, import: &mut Import, given: &Given) -> Result<(), Failure> {
        for file in std::mem::take(&mut self.files) {
            let opened = File::open(&file.path).map_err(|error| unreadable(&file.path, &error))?;
            let read = import.read(&file.name, opened, given);
            match read {
                Ok(()) => {}
                Err(error) if file.named => return Err(unreadable(&file.path, &error)),
                Err(error) => self.not_read(file, &error),
            }
        }
        Ok(())
    }

    pub(crate) fn not_read(&mut self, file: ListFile, error: &ReadError) {
        let ending = file.path.extension().map(|ending| ending.to_string_lossy().to_lowercase());
        let looks_like_one = ending.is_some_and(|ending| ENDINGS.contains(&ending.as_str()));
        match error {
            ReadError::Unknown if !looks_like_one => self.passed_over += 1,
            error => self.unread.push((file.name, error.to_string())),
        }
    }
}

fn unreadable(path: &Path, error: &dyn std::fmt::Display) -> Failure {
    Failure::nothing_readable(format!("{}: {error}", path.display()))
}
