//! Reading and writing the files of workshops and trust folders; what is written is whole or not
//! there.

use crate::failure::Failure;
use crate::stage::{folder_of, unwritable};
use ::advisory::Refusal;
use serde::Serialize;
use std::fs::{self, File};
use std::io::{self, Read, Write};
use std::path::Path;

/// Bytes of a file that a person names: a bundle, a request.
const MOST: u64 = 1 << 30;

/// Reads a whole file of the user's.
pub(crate) fn read(path: &Path) -> Result<Vec<u8>, Failure> {
    let failed =
        |error: &dyn std::fmt::Display| Failure::advisory(format!("{}: {error}", path.display()));
    let file = File::open(path).map_err(|error| failed(&error))?;
    let mut bytes = Vec::new();
    file.take(MOST + 1).read_to_end(&mut bytes).map_err(|error| failed(&error))?;
    if bytes.len() as u64 > MOST { Err(failed(&"it is too large")) } else { Ok(bytes) }
}

/// Writes a file under another name, flushes it to the disk, and gives it its own.
pub(crate) fn write(path: &Path, bytes: &[u8]) -> Result<(), Failure> {
    let failed = |error: io::Error| unwritable(path, &error);
    let folder = folder_of(path);
    fs::create_dir_all(folder).map_err(failed)?;
    let mut part = tempfile::NamedTempFile::new_in(folder).map_err(failed)?;
    part.write_all(bytes).and_then(|()| part.as_file().sync_all()).map_err(failed)?;
    // Files that others are to read: a temporary file is the owner's alone.
    readable(part.path()).map_err(failed)?;
    part.persist(path).map_err(|error| failed(error.error))?;
    Ok(())
}

/// Writes a file that only its owner may read, and that is not there yet.
pub(crate) fn write_secret(path: &Path, bytes: &[u8]) -> Result<(), Failure> {
    let failed = |error: io::Error| unwritable(path, &error);
    let folder = folder_of(path);
    let mut part = tempfile::NamedTempFile::new_in(folder).map_err(failed)?;
    part.write_all(bytes).and_then(|()| part.as_file().sync_all()).map_err(failed)?;
    part.persist_noclobber(path).map_err(|error| failed(error.error))?;
    Ok(())
}

/// Gives a file the permissions that a new file has.
fn readable(path: &Path) -> io::Result<()> {
    let fresh = tempfile::Builder::new()
        .make(|path| File::options().write(true).create_new(true).open(path));
    match fresh.and_then(|fresh| fresh.as_file().metadata()) {
        Ok(metadata) => fs::set_permissions(path, metadata.permissions()),
        Err(_) => Ok(()), // Its owner can read it at least.
    }
}

/// A document of ours as a file: indented, and harmless in an editor. Its texts keep their bytes.
pub(crate) fn json_file(document: &impl Serialize) -> Result<Vec<u8>, Failure> {
    let mut bytes = Vec::new();
    record::harmless::json::write_pretty(&mut bytes, document).map_err(Failure::output)?;
    Ok(bytes)
}

/// A refusal as it ends the run: the code, what was seen, and what it may mean.
pub(crate) fn refused(refusal: &Refusal) -> Failure {
    let what = format!("{}: {}. {}", refusal.role, refusal.detail, refusal.code.meaning());
    Failure::new(refusal.code.name(), what)
}
