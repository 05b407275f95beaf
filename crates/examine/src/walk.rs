//! The files below a folder, in one order on every machine.

use std::ffi::OsStr;
use std::fs;
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
