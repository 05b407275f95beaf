//! `tamarisk stix format`: a pattern in its canonical form.

use super::{FormatArgs, refused};
use crate::args::ListFormat;
use crate::failure::Failure;
use serde::Serialize;
use std::io::Write;

#[derive(Serialize)]
struct Answer {
    pattern: String,
}

/// Prints the canonical form. A pattern that breaks a rule beside the grammar is refused too.
pub(super) fn run(args: &FormatArgs, out: &mut impl Write) -> Result<u8, Failure> {
    let pattern = args.pattern.parse()?;
    if let Some(violation) = pattern.violations().into_iter().next() {
        return Err(refused(violation));
    }
    let answer = Answer { pattern: pattern.to_string() };
    let written = match args.format {
        ListFormat::Json => record::json::write_line(out, &answer),
        ListFormat::Text => writeln!(out, "{}", record::harmless::line(&answer.pattern)),
    };
    written.map_err(Failure::output).map(|()| 0)
}
