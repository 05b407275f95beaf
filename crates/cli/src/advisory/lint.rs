//! `tamarisk advisory lint`: what is wrong with a draft.

use super::args::{DraftArgs, RunArgs};
use super::draft::Draft;
use super::say::say;
use super::summary::markings;
use super::workshop::Open;
use crate::failure::Failure;
use crate::indicators::genuine;
use ::advisory::contents::{Contents, attributions};
use clap::Args;
use lists::Suppressions;
use lists::lint::{self, Against};
use serde_json::json;
use std::io::Write;

#[derive(Debug, Args)]
pub(crate) struct LintArgs {
    #[command(flatten)]
    draft: DraftArgs,

    #[command(flatten)]
    pub(super) run: RunArgs,
}

pub(super) fn run(args: &LintArgs, out: &mut impl Write) -> Result<u8, Failure> {
    let work = Open::at(&args.draft.work)?;
    let draft = Draft::open(&work, &args.draft.advisory)?;
    let bytes = draft.bundle()?;
    let mut told: Vec<(String, String)> = Vec::new();
    let text = String::from_utf8(bytes.clone())
        .map_err(|error| Failure::advisory(format!("bundle.json: {error}")))?;
    let checked = stix::validate(&text);
    if let Some((offset, expected)) = checked.not_json {
        told.push(("not-json".into(), format!("byte {offset}: {expected} is expected")));
    }
    told.extend(checked.errors.iter().map(|one| {
        let object = one.object.as_deref().unwrap_or("bundle");
        (one.code.as_str().to_owned(), format!("line {}: {object}: {}", one.line, one.message))
    }));
    let (suppressions, genuine) = (Suppressions::default(), genuine());
    let against = Against { now: args.run.now(), suppressions: &suppressions, genuine: &genuine };
    let linted = lint::stix2(&bytes[..], &against).map_err(Failure::advisory)?;
    told.extend(linted.diagnostics.iter().map(|one| {
        let object = one.object.as_deref().unwrap_or("");
        (one.code.to_owned(), format!("{} ({object})", one.message))
    }));
    if let Ok(contents) = Contents::read(&bytes) {
        told.extend(own(&draft, &contents, &bytes));
    }
    let lines: Vec<String> = match told.is_empty() {
        true => vec!["nothing to tell".into()],
        false => told.iter().map(|(code, message)| format!("{code}: {message}")).collect(),
    };
    let list: Vec<_> =
        told.iter().map(|(code, message)| json!({"code": code, "message": message})).collect();
    let document =
        json!({"advisory": draft.advisory, "valid": told.is_empty(), "diagnostics": list});
    say(&args.run.output, "lint", document, &lines, out)?;
    Ok(u8::from(!told.is_empty()))
}

/// What no list has, and an advisory that is signed should.
fn own(draft: &Draft, contents: &Contents, bytes: &[u8]) -> Vec<(String, String)> {
    let mut told = Vec::new();
    if !contents.objects.values().any(|seen| seen.kind == "indicator" && !seen.revoked) {
        told.push(("A001", "no indicator is in force: nothing would be found".to_owned()));
    }
    for marking in markings(contents).iter().filter(|one| one.starts_with("TLP:")) {
        // TLP:WHITE is what TLP 2.0 calls CLEAR.
        let same = *marking == draft.about.tlp
            || (marking == "TLP:WHITE" && draft.about.tlp == "TLP:CLEAR");
        if !same {
            let what = format!("objects are marked {marking}, the advisory {}", draft.about.tlp);
            told.push(("A002", what));
        }
    }
    for one in attributions(bytes) {
        if one.references.is_empty() {
            told.push(("A003", format!("{}: an attribution without a source", one.id)));
        }
        if one.confidence.is_none() {
            told.push(("A004", format!("{}: an attribution without a confidence", one.id)));
        }
        if one.by.is_none() {
            told.push(("A005", format!("{}: an attribution by nobody (created_by_ref)", one.id)));
        }
    }
    told.into_iter().map(|(code, what)| (code.to_owned(), what)).collect()
}
