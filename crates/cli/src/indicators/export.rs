//! `tamarisk indicators export`: lists in the form of another tool.

use super::{ExportArgs, ExportFormat};
use crate::failure::Failure;
use crate::stage::Target;
use lists::export;
use record::harmless::line;
use std::io::{self, Write};

/// Writes the lists; what the form leaves out is told on standard error.
pub(super) fn run(args: &ExportArgs, target: &Target, out: &mut impl Write) -> Result<u8, Failure> {
    let (mut import, files) = args.sources.read()?;
    let now = args.sources.now();
    let title = args.sources.source.clone().unwrap_or_else(|| "Tamarisk export".to_owned());
    let left_out = target.save(out, |out| match args.to {
        ExportFormat::Stix => lists::bundle::write(&import, now, out).map(|_| Vec::new()),
        ExportFormat::Misp => export::misp(&lists::flatten(&mut import), &title, now, out),
        ExportFormat::Csv => export::csv(&lists::flatten(&mut import), out),
        ExportFormat::Mvt => export::mvt(&lists::flatten(&mut import), now, out),
    })?;
    let mut told = io::stderr().lock();
    let mut lines = left_out
        .iter()
        .try_for_each(|one| writeln!(told, "left out: {}: {}", line(&one.what), line(&one.reason)));
    for one in import.skipped() {
        let (file, place, reason) = (line(&one.file), line(&one.place), line(&one.reason));
        lines = lines.and_then(|()| writeln!(told, "not understood: {file} {place}: {reason}"));
    }
    for (file, reason) in &files.unread {
        lines = lines.and_then(|()| writeln!(told, "not read: {}: {}", line(file), line(reason)));
    }
    lines.map_err(Failure::output)?;
    let whole = left_out.is_empty() && import.skipped_total() == 0 && files.unread.is_empty();
    Ok(u8::from(!whole))
}
