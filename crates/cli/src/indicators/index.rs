//! `tamarisk indicators index`: lists in, a prepared index out, ready for look-ups as it lies.

use super::IndexArgs;
use crate::failure::Failure;
use crate::knowledge;
use crate::stage::Target;
use std::io::Write;

/// Builds the index as `check --advisory` would, and writes it.
pub(super) fn run(args: &IndexArgs, target: &Target, out: &mut impl Write) -> Result<u8, Failure> {
    let now = args.now.unwrap_or_else(jiff::Timestamp::now);
    let mut builder = intel::Builder::new();
    knowledge::add(&mut builder, &args.paths, now)?;
    target.save(out, |file| {
        builder.write_prepared(file).map_err(|error| std::io::Error::other(error.to_string()))
    })?;
    let shown = args.output.display().to_string();
    let shown = record::harmless::line(&shown);
    writeln!(out, "{shown}: give it with --advisory").map_err(Failure::output)?;
    Ok(0)
}
