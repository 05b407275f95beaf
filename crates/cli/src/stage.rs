//! Where files are written until they are whole: a folder beside them, so that nothing else needs to be
//! written where they appear.

use crate::failure::Failure;
use isolate::Rights;
use std::ffi::{OsStr, OsString};
use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

/// A folder for what is not whole, and where that appears. Removed at the end if it is empty.
pub(crate) struct Stage {
    dir: PathBuf,
    folder: PathBuf,
    /// Whether files take the place of others.
    replaces: bool,
    /// Whether files can be moved out of the folder once rights are given up; if not, they are written
    /// where they appear.
    moves: bool,
}

impl Stage {
    /// Makes the folder `name` in `dir`, where none lies.
    pub(crate) fn within(dir: &Path, name: &OsStr, replaces: bool) -> io::Result<Self> {
        let folder = dir.join(name);
        match fs::create_dir(&folder) {
            // Rights to a link would be rights to what it leads to.
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
                if !fs::symlink_metadata(&folder)?.is_dir() {
                    let what = format!("{} is no folder; remove it", folder.display());
                    return Err(io::Error::new(error.kind(), what));
                }
            }
            made => made?,
        }
        Ok(Self { dir: dir.to_path_buf(), folder, replaces, moves: isolate::moves_files() })
    }

    /// Where the files appear.
    pub(crate) fn dir(&self) -> &Path {
        &self.dir
    }

    /// What writing here needs.
    pub(crate) fn add_to<'p>(&'p self, rights: &mut Rights<'p>) {
        rights.write.push(&self.folder);
        rights.tidy.push(&self.dir);
        match (self.moves, self.replaces) {
            (true, false) => rights.receive.push(&self.dir),
            (true, true) => rights.replace.push(&self.dir),
            (false, _) => rights.write.push(&self.dir),
        }
    }

    /// Writes the file `name`, which appears when it is whole.
    pub(crate) fn write<T>(
        &self,
        name: &OsStr,
        write: impl FnOnce(File) -> io::Result<T>,
    ) -> io::Result<T> {
        let mut hidden = OsString::from(".");
        hidden.push(name);
        hidden.push(".part");
        let part = if self.moves { &self.folder } else { &self.dir }.join(hidden);
        let written = made(&part).and_then(write).and_then(|told| {
            fs::rename(&part, self.dir.join(name))?;
            Ok(told)
        });
        written.inspect_err(|_| {
            let _ = fs::remove_file(&part); // It may not be there; the first error is the one to tell.
        })
    }
}

impl Drop for Stage {
    fn drop(&mut self) {
        // What lies in it is left by a run that was interrupted, or is another's.
        let _ = fs::remove_dir(&self.folder);
    }
}

/// A new file, where an interrupted run may have left one. It is never opened where something lies, so
/// that no link leads the writing elsewhere.
///
/// # Errors
/// When something lies there that cannot be removed, or came there meanwhile.
pub(crate) fn made(path: &Path) -> io::Result<File> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => File::create_new(path),
    }
}

/// What a command writes: one file, or standard output.
pub(crate) enum Target {
    Standard,
    File(Stage, PathBuf),
}

impl Target {
    /// Makes ready to write the file at `path`; `-` is standard output.
    pub(crate) fn of(path: &Path) -> Result<Self, Failure> {
        if path == Path::new("-") {
            return Ok(Target::Standard);
        }
        let mut name = OsString::from(".");
        name.push(path.file_name().unwrap_or_default());
        name.push(".partial");
        let replaces = fs::symlink_metadata(path).is_ok();
        let stage = Stage::within(folder_of(path), &name, replaces)
            .map_err(|error| unwritable(path, &error))?;
        Ok(Target::File(stage, path.to_path_buf()))
    }

    /// Where it is written, but to standard output.
    pub(crate) fn stage(&self) -> Option<&Stage> {
        match self {
            Target::Standard => None,
            Target::File(stage, _) => Some(stage),
        }
    }

    /// Writes it; a file appears only when it is whole.
    pub(crate) fn save<T>(
        &self,
        out: &mut impl Write,
        write: impl FnOnce(&mut dyn Write) -> io::Result<T>,
    ) -> Result<T, Failure> {
        let (stage, path) = match self {
            Target::Standard => return write(out).map_err(Failure::output),
            Target::File(stage, path) => (stage, path),
        };
        let written = stage.write(path.file_name().unwrap_or_default(), |file| {
            let mut file = BufWriter::with_capacity(1 << 16, file);
            let told = write(&mut file)?;
            file.flush()?;
            Ok(told)
        });
        written.map_err(|error| unwritable(path, &error))
    }
}

/// The folder that a file lies in.
pub(crate) fn folder_of(path: &Path) -> &Path {
    match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    }
}

/// A file that could not be written, and why.
pub(crate) fn unwritable(path: &Path, error: &io::Error) -> Failure {
    Failure::new("output", format!("{} could not be written: {error}", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// With rights given up, as files are moved and as an older Landlock has it.
    #[test]
    fn a_file_appears_when_it_is_whole_and_not_before() {
        for moves in [true, false] {
            let here = tempfile::tempdir().unwrap();
            let out = here.path();
            fs::write(out.join("earlier"), "earlier").unwrap();
            let mut stage = Stage::within(out, ".partial".as_ref(), false).unwrap();
            stage.moves &= moves;
            let moves = stage.moves;
            std::thread::scope(|scope| {
                let done = scope.spawn(|| {
                    let mut rights = Rights::default();
                    stage.add_to(&mut rights);
                    let confined = isolate::confine_host(&rights).is_empty();
                    let written = stage.write("new".as_ref(), |mut file| {
                        assert!(!out.join("new").exists());
                        file.write_all(b"whole")
                    });
                    assert!(written.is_ok(), "{written:?}");
                    let broken =
                        stage.write("none".as_ref(), |_| Err::<(), _>(io::Error::other("no")));
                    assert!(broken.is_err() && !out.join("none").exists());
                    let earlier = File::options().append(true).open(out.join("earlier"));
                    assert_eq!(earlier.is_err(), confined && moves, "{earlier:?}");
                });
                done.join().unwrap();
            });
            assert_eq!(fs::read_to_string(out.join("new")).unwrap(), "whole");
            drop(stage);
            assert_eq!(fs::read_dir(out).unwrap().count(), 2);
        }
    }
}
