//! The file that a command is about.

use crate::failure::Failure;
use std::fs::File;
use std::io::Read;
use std::path::Path;

/// Bytes that a file may have.
const MAX_FILE: u64 = 1 << 30;

/// The whole text of a file, or of standard input for `-`.
pub(super) fn text(file: &Path) -> Result<String, Failure> {
    let name = file.display();
    let failed = |error: std::io::Error| {
        Failure::placed("unreadable", 0, "a file that can be read", &format!("{name}: {error}"))
    };
    let mut bytes = Vec::new();
    let read = match file == Path::new("-") {
        true => std::io::stdin().lock().take(MAX_FILE + 1).read_to_end(&mut bytes),
        false => {
            File::open(file).and_then(|opened| opened.take(MAX_FILE + 1).read_to_end(&mut bytes))
        }
    };
    read.map_err(failed)?;
    if bytes.len() as u64 > MAX_FILE {
        let message = format!("{name}: it has more than 1 GiB");
        return Err(Failure::placed("too-large", MAX_FILE, "a file of at most 1 GiB", &message));
    }
    String::from_utf8(bytes).map_err(|error| {
        let offset = error.utf8_error().valid_up_to() as u64;
        let message = format!("{name}: it is not UTF-8 at byte {offset}");
        Failure::placed("not-json", offset, "text in UTF-8", &message)
    })
}
