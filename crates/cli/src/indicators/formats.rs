//! `tamarisk indicators formats`: which lists are read.

use super::{FormatsArgs, json};
use crate::args::ListFormat;
use crate::failure::Failure;
use serde::Serialize;
use std::io::Write;

#[derive(Serialize)]
struct Shown {
    format: &'static str,
    about: &'static str,
}

/// Prints the list.
pub(super) fn run(args: &FormatsArgs, out: &mut impl Write) -> Result<u8, Failure> {
    let all: Vec<Shown> =
        lists::FORMATS.iter().map(|one| Shown { format: one.id(), about: one.about() }).collect();
    if args.format == ListFormat::Json {
        json(&all, out)?;
    } else {
        let written =
            all.iter().try_for_each(|one| writeln!(out, "{:<18} {}", one.format, one.about));
        written.map_err(Failure::output)?;
    }
    Ok(0)
}
