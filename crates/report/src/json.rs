//! The document itself, as JSON.

use crate::Report;
use std::io::{self, Write};

/// Writes the document, indented, in the order of its fields, with a line feed at its end.
/// Characters that would act on a terminal are written as `\uXXXX`.
///
/// # Errors
/// When `out` cannot be written.
pub fn write(out: &mut impl Write, report: &Report) -> io::Result<()> {
    record::json::write_pretty(out, report)
}
