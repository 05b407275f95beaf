//! `tamarisk apk show`: what an app says of itself, what is odd about it, and who signed it.

mod document;
mod text;

use super::app::App;
use super::{ShowArgs, open};
use crate::args::ListFormat;
use crate::failure::Failure;
use crate::yara::{self, show::Matches};
use abilities::Examined;
use apk::signature::Verdict;
use apk::{ApkError, AppSet, Problem, SdkRange};
use parsers::code::{Code, Odd};
use serde_json::Value;
use std::fs::File;
use std::io::{Read, Seek, Write};

/// Everything that is shown of a file.
pub(super) struct Shown {
    sha256: String,
    size: u64,
    app: App,
    verdict: Verdict,
    /// What is odd about its code.
    odd: Vec<Odd>,
    /// What its code can be shown to do.
    code: Examined,
}

/// Reads and prints; 0 where the file is an app.
pub(crate) fn run(
    args: &ShowArgs,
    scanner: yara::Given,
    out: &mut impl Write,
) -> Result<u8, Failure> {
    let unreadable = |error: &dyn std::fmt::Display| {
        Failure::nothing_readable(format!("{}: {error}", args.file.display()))
    };
    let mut file = open(&args.file)?;
    let (sha256, size) = custody::hash(&mut file).map_err(|error| unreadable(&error))?;
    let shown = read(&mut file, sha256, size).map_err(|error| unreadable(&error))?;
    let matches = scanner.map(|scanner| Matches::of(file, &args.file, scanner.as_ref()));
    let written = match args.format {
        ListFormat::Json => {
            let mut document = document::document(&shown);
            if let (Some(matches), Value::Object(fields)) = (&matches, &mut document) {
                fields.insert("yara".to_owned(), matches.document());
            }
            record::json::write_pretty(out, &document)
        }
        ListFormat::Text => text::write(&shown, out)
            .and_then(|()| matches.map_or(Ok(()), |matches| matches.text(out))),
    };
    written.map_err(Failure::output)?;
    Ok(0)
}

fn read(file: &mut File, sha256: String, size: u64) -> Result<Shown, ApkError> {
    let mut app = App::read(&mut *file)?;
    let verdict = match &app.base {
        Some(base) => AppSet::open(&mut *file, base, |bytes| verdict(bytes))?,
        None => verdict(&mut *file),
    };
    let code = Code::read(&app.files);
    let unread = code
        .unread()
        .map(|(member, why)| Problem { place: member.to_owned(), what: why.to_owned() });
    app.problems.extend(unread);
    let (odd, code) = (code.odd(), code.examine(&app.components));
    // Of no further use; the rest is small.
    app.files = Vec::new();
    Ok(Shown { sha256, size, app, verdict, odd, code })
}

/// What verification comes to; where the file cannot be verified at all, nothing is verified.
fn verdict(reader: impl Read + Seek) -> Verdict {
    apk::verify(reader, SdkRange::default()).unwrap_or_default()
}
