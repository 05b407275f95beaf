//! `tamarisk indicators lint`: what is wrong with a list.

use super::{Files, LintArgs, genuine, json};
use crate::args::ListFormat;
use crate::failure::Failure;
use jiff::Timestamp;
use lists::lint::{self, Against, Diagnostic, Severity};
use lists::{Given, Import};
use record::harmless::line;
use serde::Serialize;
use std::fs::File;
use std::io::{Read, Seek, SeekFrom, Write};

#[derive(Serialize)]
struct Document<'a> {
    valid: bool,
    total: u64,
    diagnostics: &'a [Diagnostic],
}

/// Lints one file; exit code 1 where there is anything to tell.
pub(super) fn run(args: &LintArgs, out: &mut impl Write) -> Result<u8, Failure> {
    let failed = |error: &dyn std::fmt::Display| {
        Failure::nothing_readable(format!("{}: {error}", args.file.display()))
    };
    let mut warnings = Import::default();
    if !args.warninglist.is_empty() {
        Files::below(&args.warninglist)?.read_into(&mut warnings, &Given::default())?;
    }
    let genuine = genuine();
    let against = Against {
        now: args.now.unwrap_or_else(Timestamp::now),
        suppressions: warnings.suppressions(),
        genuine: &genuine,
    };
    let mut file = File::open(&args.file).map_err(|error| failed(&error))?;
    let linted = if is_stix(&mut file).map_err(|error| failed(&error))? {
        lint::stix2(file, &against).map_err(|error| failed(&error))?
    } else {
        let mut import = Import::default();
        let name = args.file.file_name().unwrap_or_default().to_string_lossy();
        import.read(&name, file, &Given::default()).map_err(|error| failed(&error))?;
        lint::records(&import, &against)
    };
    if args.format == ListFormat::Json {
        let (total, diagnostics) = (linted.total, &linted.diagnostics[..]);
        json(&Document { valid: total == 0, total, diagnostics }, out)?;
    } else {
        text(args, &linted, out).map_err(Failure::output)?;
    }
    Ok(u8::from(linted.total > 0))
}

fn is_stix(file: &mut File) -> std::io::Result<bool> {
    let mut head = Vec::new();
    (&*file).take(64 << 10).read_to_end(&mut head)?;
    file.seek(SeekFrom::Start(0))?;
    Ok(lists::recognise("", &head) == Some("stix2"))
}

fn text(args: &LintArgs, linted: &lint::Linted, out: &mut impl Write) -> std::io::Result<()> {
    let file = args.file.display().to_string();
    for one in &linted.diagnostics {
        write!(out, "{}", line(&file))?;
        for part in [one.line, one.column].into_iter().flatten() {
            write!(out, ":{part}")?;
        }
        let severity = match one.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
        };
        write!(out, ": {severity} {}: {}", one.code, line(&one.message))?;
        if let Some(object) = &one.object {
            write!(out, " ({})", line(object))?;
        }
        writeln!(out)?;
    }
    match linted.total {
        0 => writeln!(out, "nothing to tell"),
        total => writeln!(out, "{total} diagnostics; docs/lint-codes.md explains the codes"),
    }
}
