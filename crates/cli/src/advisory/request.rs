//! `tamarisk advisory request-signatures`: stages drafts, and writes what is to be signed.

use super::args::{RunArgs, ValidArgs, WorkArgs};
use super::draft::Draft;
use super::files::{refused, write};
use super::say::say;
use super::summary;
use super::workshop::Open;
use crate::failure::Failure;
use ::advisory::workshop::Request;
use clap::Args;
use serde_json::json;
use std::io::Write;
use std::path::PathBuf;

#[derive(Debug, Args)]
pub(crate) struct RequestArgs {
    #[command(flatten)]
    work: WorkArgs,

    /// Advisories to stage as they are drafted: ROLE/NAME (may be several). Without any, the request
    /// is for all that is staged
    #[arg(value_name = "ROLE/NAME")]
    advisories: Vec<String>,

    /// The request to write
    #[arg(long = "out", short, value_name = "FILE")]
    request: PathBuf,

    #[command(flatten)]
    valid: ValidArgs,

    #[command(flatten)]
    pub(super) run: RunArgs,
}

pub(super) fn run(args: &RequestArgs, out: &mut impl Write) -> Result<u8, Failure> {
    let mut work = Open::at(&args.work.work)?;
    let now = args.run.now();
    let expires = args.valid.until(now)?;
    for advisory in &args.advisories {
        let draft = Draft::open(&work, advisory)?;
        let role = draft.role().to_owned();
        let listed = draft.listed(&work)?;
        let folder = format!("{advisory}/");
        let before = work.workshop.files(&role).map_err(|refusal| refused(&refusal))?;
        let mut files: Vec<_> =
            before.iter().filter(|file| !file.path.starts_with(&folder)).cloned().collect();
        files.extend(listed);
        files.sort_by(|a, b| a.path.cmp(&b.path));
        // What is staged already, unchanged, keeps the signatures that it has.
        if work.workshop.staged.contains_key(&role) && files == before {
            continue;
        }
        work.workshop
            .stage_files(&role, &files, now, expires)
            .map_err(|refusal| refused(&refusal))?;
    }
    if work.workshop.staged.is_empty() {
        return Err(Failure::usage("nothing waits for signatures: name an advisory (ROLE/NAME)"));
    }
    let mut roles: Vec<String> = work.workshop.staged.keys().cloned().collect();
    roles.sort_by_key(|role| (role != "root", role != "targets", role.clone()));
    let request = Request::new(&work.workshop, &roles, &mut |path, digest| work.file(path, digest));
    let request = request.map_err(|refusal| refused(&refusal))?;
    write(&args.request, &request.to_file().map_err(|refusal| refused(&refusal))?)?;
    work.save()?;
    let summary = summary::summary(&request)?;
    let mut lines = summary.lines;
    lines.push(String::new());
    lines.push(format!("{} is to be carried to those who sign.", args.request.display()));
    let document = json!({"request": args.request, "parts": summary.document});
    say(&args.run.output, "request-signatures", document, &lines, out)?;
    Ok(0)
}
