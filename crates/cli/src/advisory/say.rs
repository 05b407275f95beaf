//! What a command came to: the same for people and scripts.

use super::args::OutputArgs;
use crate::args::ListFormat;
use crate::failure::Failure;
use record::harmless::line;
use serde_json::{Map, Value};
use std::io::Write;

/// Prints a document for scripts, or its lines for people; text in them is made harmless. The document
/// of `tamarisk advisory COMMAND` says so in `schema`; `schemas/tamarisk.advisory.1.json` has them all.
pub(crate) fn say(
    output: &OutputArgs,
    command: &str,
    document: Value,
    lines: &[String],
    out: &mut impl Write,
) -> Result<(), Failure> {
    if output.format == ListFormat::Text {
        return tell(lines, out);
    }
    let mut whole = Map::new();
    whole.insert("schema".to_owned(), format!("tamarisk.advisory.{command}/1").into());
    if let Value::Object(members) = document {
        whole.extend(members);
    }
    record::harmless::json::write_pretty(&mut *out, &whole).map_err(Failure::output)
}

/// Prints lines for people.
pub(super) fn tell(lines: &[String], out: &mut impl Write) -> Result<(), Failure> {
    let written = lines.iter().try_for_each(|text| writeln!(out, "{}", line(text)));
    written.map_err(Failure::output)
}
