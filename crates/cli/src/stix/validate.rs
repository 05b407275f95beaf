//! `tamarisk stix validate`: objects held against the specification.

use super::{ValidateArgs, source};
use crate::args::ListFormat;
use crate::failure::Failure;
use ::stix::Diagnostic;
use record::harmless;
use serde::Serialize;
use std::io::Write;

/// The answer for scripts; `schemas/tamarisk.stix.validate.1.json`.
#[derive(Serialize)]
struct Answer<'d> {
    valid: bool,
    errors: Vec<Problem<'d>>,
    warnings: Vec<Problem<'d>>,
    /// Objects that were looked at.
    objects: u64,
    /// Problems beyond those listed.
    #[serde(skip_serializing_if = "is_zero")]
    more: u64,
}

#[derive(Serialize)]
struct Problem<'d> {
    code: &'static str,
    object: Option<&'d str>,
    path: &'d str,
    line: usize,
    message: &'d str,
}

fn is_zero(number: &u64) -> bool {
    *number == 0
}

/// Prints the answer: exit code 0 if all is as demanded, 1 if not.
pub(super) fn run(args: &ValidateArgs, out: &mut impl Write) -> Result<u8, Failure> {
    let opened = source::open(&args.file)?;
    let read = ::stix::validate_file(opened, ::stix::WHOLE_BYTES);
    let mut found = read.map_err(|error| source::unreadable(&args.file, &error))?;
    if let Some((offset, expected)) = found.not_json {
        let message = format!("{}: not JSON at byte {offset}", args.file.display());
        return Err(Failure::placed("not-json", offset as u64, expected, &message));
    }
    if args.strict {
        found.errors.append(&mut found.warnings);
        found.errors.sort_by_key(|one| one.line);
    }
    let valid = found.errors.is_empty();
    let answer = Answer {
        valid,
        errors: found.errors.iter().map(problem).collect(),
        warnings: found.warnings.iter().map(problem).collect(),
        objects: found.objects,
        more: found.more,
    };
    let written = match args.format {
        ListFormat::Json => record::json::write_line(out, &answer),
        ListFormat::Text => print(&answer, out),
    };
    written.map_err(Failure::output)?;
    Ok(u8::from(!valid))
}

fn problem(one: &Diagnostic) -> Problem<'_> {
    Problem {
        code: one.code.as_str(),
        object: one.object.as_deref(),
        path: &one.path,
        line: one.line,
        message: &one.message,
    }
}

fn print(answer: &Answer<'_>, out: &mut impl Write) -> std::io::Result<()> {
    let lists = [("error", &answer.errors), ("warning", &answer.warnings)];
    for (weight, one) in
        lists.iter().flat_map(|(weight, all)| all.iter().map(move |one| (weight, one)))
    {
        let object = harmless::line(one.object.unwrap_or("an object without id"));
        let path = match one.path {
            "" => String::new(),
            path => format!(" {}:", harmless::line(path)),
        };
        let message = harmless::line(one.message);
        writeln!(out, "line {}: {weight} {}: {object}:{path} {message}", one.line, one.code)?;
    }
    if answer.more > 0 {
        writeln!(out, "and {} more", answer.more)?;
    }
    writeln!(
        out,
        "{} objects, {} errors, {} warnings",
        answer.objects,
        answer.errors.len(),
        answer.warnings.len()
    )
}
