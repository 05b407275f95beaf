//! The files below a folder, in one order on every machine.

use crate::plan::name_of;
use std::ffi::OsStr;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// A file below the folder that was walked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Found {
    /// Where the host opens it.
    pub(crate) on_disk: PathBuf,
    /// Its path below the folder: `/` as separator, bytes that are not UTF-8 as `%XX`.
    pub(crate) path: String,
}

/// What a walk came to.
#[derive(Debug, Default)]
pub(crate) struct Walk {
    /// Regular files, sorted by path.
    pub(crate) files: Vec<Found>,
    /// What was not followed or could not be listed: path and reason.
    pub(crate) gaps: Vec<(String, String)>,
}

/// What [`files`] found.
#[derive(Debug)]
pub struct Files {
    /// Path as artifacts name it, and where it lies; by path.
    pub files: Vec<(String, PathBuf)>,
    /// Path and reason of what was not followed or listed.
    pub gaps: Vec<(String, String)>,
}

/// The regular files of a PATH as artifacts name them, and what of it was not followed or listed; those of
/// a folder by their paths below it. What lies within archives is not among them.
///
/// # Errors
/// When there is nothing at this path.
pub fn files(path: &Path) -> io::Result<Files> {
    if !fs::metadata(path)?.is_dir() {
        let files = vec![(name_of(path), path.to_path_buf())];
        return Ok(Files { files, gaps: Vec::new() });
    }
    let walked = walk(path);
    let files = walked.files.into_iter().map(|one| (one.path, one.on_disk));
    Ok(Files { files: files.collect(), gaps: walked.gaps })
}

/// Lists the regular files below `folder`. Links are not followed, and nothing but regular
/// files is opened: a pipe or a device in the evidence would hang the reader.
pub(crate) fn walk(folder: &Path) -> Walk {
    let mut walk = Walk::default();
    let mut open = vec![(folder.to_path_buf(), String::new())];
    while let Some((at, below)) = open.pop() {
        let entries = match fs::read_dir(&at) {
            Ok(entries) => entries,
            Err(error) => {
                walk.gaps.push((below, format!("this folder could not be listed: {error}")));
                continue;
            }
        };
        for entry in entries {
            match entry.and_then(|e| Ok((e.file_name(), e.path(), e.file_type()?))) {
                Ok((name, on_disk, kind)) => {
                    let path = join(&below, &name);
                    if kind.is_dir() {
                        open.push((on_disk, path));
                    } else if kind.is_file() {
                        walk.files.push(Found { on_disk, path });
                    } else if kind.is_symlink() {
                        walk.gaps.push((path, "a symbolic link, not followed".into()));
                    } else {
                        walk.gaps.push((path, "neither a file nor a folder, not opened".into()));
                    }
                }
                Err(error) => {
                    walk.gaps.push((below.clone(), format!("an entry could not be read: {error}")));
                }
            }
        }
    }
    walk.files.sort_by(|a, b| a.path.cmp(&b.path));
    walk.gaps.sort();
    walk
}

fn join(below: &str, name: &OsStr) -> String {
    let name = evidence::display_path(name.as_encoded_bytes());
    if below.is_empty() { name } else { format!("{below}/{name}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(unix)]
    #[test]
    fn links_are_not_followed_and_order_is_by_path() {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join("b")).unwrap();
        for name in ["b/2", "b/1", "a"] {
            fs::write(folder.path().join(name), "x").unwrap();
        }
        std::os::unix::fs::symlink("/etc/passwd", folder.path().join("link")).unwrap();
        let walked = walk(folder.path());
        let paths: Vec<_> = walked.files.iter().map(|f| f.path.as_str()).collect();
        assert_eq!(paths, ["a", "b/1", "b/2"]);
        assert_eq!(walked.gaps, [("link".to_owned(), "a symbolic link, not followed".to_owned())]);
    }
}
