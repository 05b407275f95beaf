//! The hashes of what was read, as `sha256sum --check` reads them.
//!
//! A file that lies openly has a line of its own, an archive that was handed in among them, so
//! that `sha256sum -c manifest.sha256` checks it: run in the folder that was given, or beside
//! the file that was given. What lies inside an archive, and what was not hashed, stands in
//! comments, which `sha256sum` skips.

use crate::{Report, harmless, words};
use std::io::{self, Write};

/// Writes one line per artifact, by source and path.
///
/// # Errors
/// When `out` cannot be written.
pub fn write(out: &mut impl Write, report: &Report) -> io::Result<()> {
    writeln!(out, "# SHA-256 of what {} read; check with: sha256sum -c", report.provenance.tool)?;
    for covered in &report.coverage.artifacts {
        let artifact = &covered.artifact;
        let path = &artifact.path;
        let shown = harmless::line(path);
        match &artifact.sha256 {
            // A service of a dumpstate, or what is not there, has no bytes of its own.
            None => writeln!(out, "# {}, no hash: {shown}", words::status(artifact.status))?,
            Some(sha256) if path.contains("!/") || path.chars().any(harmless::is_active) => {
                writeln!(out, "# {sha256}  {shown}")?;
            }
            // GNU coreutils: a backslash in a name is doubled, and announced before the hash.
            Some(sha256) if path.contains('\\') => {
                writeln!(out, "\\{sha256}  {}", path.replace('\\', "\\\\"))?;
            }
            Some(sha256) => writeln!(out, "{sha256}  {path}")?,
        }
    }
    Ok(())
}
