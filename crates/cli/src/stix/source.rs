//! The file that a command is about.

use crate::failure::Failure;
use std::fs::File;
use std::io::Read;
use std::path::Path;

/// Bytes that a file may have which is held as a whole.
const MAX_FILE: u64 = 256 << 20;

/// A file, or standard input for `-`.
pub(super) fn open(file: &Path) -> Result<Box<dyn Read>, Failure> {
    if file == Path::new("-") {
        return Ok(Box::new(std::io::stdin().lock()));
    }
    let opened = File::open(file).map_err(|error| unreadable(file, &error))?;
    Ok(Box::new(opened))
}

pub(super) fn unreadable(file: &Path, error: &std::io::Error) -> Failure {
    let message = format!("{}: {error}", file.display());
    Failure::placed("unreadable", 0, "a file that can be read", &message)
}

/// The whole text of a file, or of standard input for `-`.
pub(super) fn text(file: &Path) -> Result<String, Failure> {
    let name = file.display();
    let mut bytes = Vec::new();
    let read = open(file)?.take(MAX_FILE + 1).read_to_end(&mut bytes);
    read.map_err(|error| unreadable(file, &error))?;
    if bytes.len() as u64 > MAX_FILE {
        let message = format!("{name}: it has more than 256 MiB");
        return Err(Failure::placed("too-large", MAX_FILE, "a file of at most 256 MiB", &message));
    }
    String::from_utf8(bytes).map_err(|error| {
        let offset = error.utf8_error().valid_up_to() as u64;
        let message = format!("{name}: it is not UTF-8 at byte {offset}");
        Failure::placed("not-json", offset, "text in UTF-8", &message)
    })
}
