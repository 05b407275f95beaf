//! What a command came to: the same for people and scripts.

use crate::args::ListFormat;
use crate::failure::Failure;
use record::harmless::line;
use serde_json::Value;
use std::io::Write;

/// Prints a document for scripts, or its lines for people; text in them is made harmless.
pub(crate) fn say(
    format: ListFormat,
    document: &Value,
    lines: &[String],
    out: &mut impl Write,
) -> Result<(), Failure> {
    let written = match format {
        ListFormat::Json => record::harmless::json::write_pretty(&mut *out, document),
        ListFormat::Text => lines.iter().try_for_each(|text| writeln!(out, "{}", line(text))),
    };
    written.map_err(Failure::output)
}
