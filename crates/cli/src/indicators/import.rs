//! `tamarisk indicators import`: lists in, one STIX 2.1 bundle out.

use super::{Files, ImportArgs, json};
use crate::args::ListFormat;
use crate::failure::Failure;
use crate::stage::Target;
use lists::bundle::{self, Written};
use lists::{Import, ReadList};
use record::harmless::line;
use serde::Serialize;
use std::io::{self, Write};

/// Values refused that are told one by one to people.
const SHOWN: usize = 20;

/// What was read and what was not.
#[derive(Serialize)]
struct Told<'a> {
    indicators: u64,
    context: u64,
    objects: u64,
    objects_repeated: u64,
    suppressions: u64,
    not_understood: u64,
    files: Vec<Read<'a>>,
    refused: Vec<Refused<'a>>,
    skipped: Vec<Skipped<'a>>,
    unread: Vec<Unread<'a>>,
    passed_over: u64,
}

#[derive(Serialize)]
struct Read<'a> {
    file: &'a str,
    format: &'a str,
    values: u64,
    objects: u64,
    suppressions: u64,
    not_understood: u64,
    remarks: &'a [String],
}

/// A value that was kept as context, and why.
#[derive(Serialize)]
struct Refused<'a> {
    kind: &'static str,
    value: &'a str,
    file: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    line: Option<u64>,
    reason: &'a str,
}

#[derive(Serialize)]
struct Skipped<'a> {
    file: &'a str,
    place: &'a str,
    reason: &'a str,
}

#[derive(Serialize)]
struct Unread<'a> {
    file: &'a str,
    reason: &'a str,
}

/// Reads the lists, writes the bundle, and tells what came of them.
pub(super) fn run(args: &ImportArgs, target: &Target, out: &mut impl Write) -> Result<u8, Failure> {
    let (import, files) = args.sources.read()?;
    let to_stdout = target.stage().is_none();
    let written = target.save(out, |out| bundle::write(&import, args.sources.now(), out))?;
    let told = tell(&import, &files, written);
    if args.format == ListFormat::Json && !to_stdout {
        json(&told, out)?;
    } else {
        // Where the bundle goes to standard output, what came of it goes beside it.
        let mut lines = Vec::new();
        text(&told, &mut lines).map_err(Failure::output)?;
        let told = if to_stdout { io::stderr().write_all(&lines) } else { out.write_all(&lines) };
        told.map_err(Failure::output)?;
    }
    Ok(u8::from(told.not_understood > 0 || !told.unread.is_empty()))
}

fn tell<'a>(import: &'a Import, files: &'a Files, written: Written) -> Told<'a> {
    let read = |list: &'a ReadList| Read {
        file: &list.file,
        format: list.format,
        values: list.values,
        objects: list.objects,
        suppressions: list.suppressions,
        not_understood: list.skipped,
        remarks: &list.remarks,
    };
    let refused = import.records().iter().filter_map(|record| {
        Some(Refused {
            kind: record.value.kind.name(),
            value: &record.value.text,
            file: &record.origin.file,
            line: record.origin.line,
            reason: record.context.as_deref()?,
        })
    });
    let skipped = import.skipped().iter();
    Told {
        indicators: written.indicators,
        context: written.context,
        objects: written.objects,
        objects_repeated: written.repeated,
        suppressions: import.suppressions().entries(),
        not_understood: import.skipped_total(),
        files: import.lists().iter().map(read).collect(),
        refused: refused.collect(),
        skipped: skipped
            .map(|one| Skipped { file: &one.file, place: &one.place, reason: &one.reason })
            .collect(),
        unread: files.unread.iter().map(|(file, reason)| Unread { file, reason }).collect(),
        passed_over: files.passed_over,
    }
}

fn text(told: &Told<'_>, out: &mut impl Write) -> io::Result<()> {
    for file in &told.files {
        write!(out, "{} ({}): {} values", line(file.file), file.format, file.values)?;
        for (count, what) in [
            (file.objects, "STIX objects"),
            (file.suppressions, "entries of a warning list"),
            (file.not_understood, "not understood"),
        ] {
            if count > 0 {
                write!(out, ", {count} {what}")?;
            }
        }
        writeln!(out)?;
        for remark in file.remarks {
            writeln!(out, "  {}", line(remark))?;
        }
    }
    writeln!(
        out,
        "\n{} indicators, {} values kept as context, {} STIX objects taken over",
        told.indicators, told.context, told.objects
    )?;
    if told.objects_repeated > 0 {
        writeln!(out, "{} STIX objects stood there twice", told.objects_repeated)?;
    }
    for one in told.refused.iter().take(SHOWN) {
        let (value, reason) = (line(one.value), line(one.reason));
        writeln!(out, "  context: {} {value} ({}): {reason}", one.kind, place(one.file, one.line))?;
    }
    rest(told.refused.len(), out)?;
    if told.not_understood > 0 {
        writeln!(out, "\nNot understood: {}", told.not_understood)?;
        for one in told.skipped.iter().take(SHOWN) {
            writeln!(out, "  {} {}: {}", line(one.file), line(one.place), line(one.reason))?;
        }
        rest(told.not_understood as usize, out)?;
    }
    for one in &told.unread {
        writeln!(out, "not read: {}: {}", line(one.file), line(one.reason))?;
    }
    if told.passed_over > 0 {
        writeln!(out, "{} files that are no lists were passed over", told.passed_over)?;
    }
    Ok(())
}

fn place(file: &str, at: Option<u64>) -> String {
    match at {
        Some(at) => format!("{}:{at}", line(file)),
        None => line(file).to_string(),
    }
}

fn rest(total: usize, out: &mut impl Write) -> io::Result<()> {
    match total.saturating_sub(SHOWN) {
        0 => Ok(()),
        more => writeln!(out, "  … and {more} more (--format json lists them)"),
    }
}
