//! `tamarisk apk show`: what an app says of itself, what is odd about it, and who signed it.

mod document;
mod text;

use super::{ShowArgs, open};
use crate::args::ListFormat;
use crate::failure::Failure;
use crate::yara::{self, show::Matches};
use abilities::Examined;
use apk::signature::Verdict;
use apk::{Anomaly, Apk, ApkError, AppSet, Problem, SdkRange};
use parsers::code::{self, Odd};
use serde_json::Value;
use std::fs::File;
use std::io::{Read, Seek, Write};

/// Everything that is shown of a file.
pub(super) struct Shown {
    sha256: String,
    size: u64,
    app: Apk,
    verdict: Verdict,
    /// The member of the set that the app is, where the file is a set.
    base: Option<String>,
    /// The other packages of the set.
    splits: Vec<(String, Apk)>,
    anomalies: Vec<Anomaly>,
    /// What is odd about its code.
    odd: Vec<Odd>,
    problems: Vec<Problem>,
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
    let whole = Apk::read_with_code(&mut *file);
    let is_set = match &whole {
        // A set may hold a manifest that is none; then what lies in it is looked at.
        Ok((apk, _)) => {
            apk.package.is_none() && apk.members.iter().any(|m| m.name.ends_with(".apk"))
        }
        Err(ApkError::Container { .. }) => true,
        Err(_) => false,
    };
    if !is_set {
        let (mut app, files) = whole?;
        let code = code::examine(&app, &files);
        let odd = code::odd(&files);
        let anomalies = std::mem::take(&mut app.anomalies);
        let problems = std::mem::take(&mut app.problems);
        let verdict = verdict(&mut *file);
        return Ok(Shown {
            sha256,
            size,
            app,
            verdict,
            base: None,
            splits: Vec::new(),
            anomalies,
            odd,
            problems,
            code,
        });
    }
    let mut set = AppSet::read(&mut *file)?;
    if set.packages.is_empty() {
        return Err(ApkError::NoManifest);
    }
    let (base, mut app) = set.packages.remove(0);
    let verdict = AppSet::open(&mut *file, &base, |bytes| verdict(bytes))?;
    let (code, mut odd) = AppSet::open(&mut *file, &base, |bytes| {
        let read = Apk::read_with_code(bytes);
        read.map(|(app, files)| (code::examine(&app, &files), code::odd(&files)))
    })??;
    odd.iter_mut().for_each(|odd| odd.member = format!("{base}!/{}", odd.member));
    let mut anomalies = set.anomalies;
    let mut problems = set.problems;
    // What is odd about the packages is told with the member that they are.
    let packages = std::iter::once((&base, &mut app))
        .chain(set.packages.iter_mut().map(|(name, apk)| (&*name, apk)));
    for (name, apk) in packages {
        for mut anomaly in std::mem::take(&mut apk.anomalies) {
            anomaly.member = Some(match anomaly.member {
                Some(member) => format!("{name}!/{member}"),
                None => name.clone(),
            });
            anomalies.push(anomaly);
        }
        problems.extend(std::mem::take(&mut apk.problems).into_iter().map(|problem| Problem {
            place: format!("{name}!/{}", problem.place),
            what: problem.what,
        }));
    }
    Ok(Shown {
        sha256,
        size,
        app,
        verdict,
        base: Some(base),
        splits: set.packages,
        anomalies,
        odd,
        problems,
        code,
    })
}

/// What verification comes to; where the file cannot be verified at all, nothing is verified.
fn verdict(reader: impl Read + Seek) -> Verdict {
    apk::verify(reader, SdkRange::default()).unwrap_or_default()
}
