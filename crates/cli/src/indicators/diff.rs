//! `tamarisk indicators diff`: what two lists have not in common.

use super::{DiffArgs, Files, genuine, json};
use crate::args::ListFormat;
use crate::failure::Failure;
use lists::diff::{Change, diff};
use lists::{Flat, Given, Import};
use record::harmless::line;
use std::io::{self, Write};
use std::path::Path;

/// Compares; exit code 1 where there is a difference.
pub(super) fn run(args: &DiffArgs, out: &mut impl Write) -> Result<u8, Failure> {
    let diff = diff(&flat(&args.before)?, &flat(&args.after)?);
    if args.format == ListFormat::Json {
        json(&diff, out)?;
    } else {
        let written = [("+", &diff.added), ("-", &diff.removed), ("~", &diff.changed)]
            .into_iter()
            .try_for_each(|(mark, list)| list.iter().try_for_each(|one| text(mark, one, out)));
        written.and_then(|()| writeln!(out, "{} the same", diff.same)).map_err(Failure::output)?;
    }
    let same = diff.added.is_empty() && diff.removed.is_empty() && diff.changed.is_empty();
    Ok(u8::from(!same))
}

fn flat(path: &Path) -> Result<Flat, Failure> {
    let mut import = Import::with_genuine(genuine());
    Files::below(&[path.to_path_buf()])?.read_into(&mut import, &Given::default())?;
    import.suppress();
    Ok(lists::flatten(&mut import))
}

fn text(mark: &str, one: &Change, out: &mut impl Write) -> io::Result<()> {
    write!(out, "{mark} {} {}", one.value.kind.name(), line(&one.value.text))?;
    if let Some(port) = one.port {
        write!(out, " port {port}")?;
    }
    for (name, before, after) in &one.properties {
        write!(out, "; {name}: {} → {}", line(before), line(after))?;
    }
    writeln!(out)
}
