//! `tamarisk advisory request-signatures`: stages drafts, and writes what is to be signed.

use super::args::RequestArgs;
use super::draft::Draft;
use super::files::{refused, write};
use super::say::say;
use super::workshop::Open;
use super::{after, summary};
use crate::failure::Failure;
use ::advisory::workshop::Request;
use serde_json::json;
use std::io::Write;

pub(super) fn run(args: &RequestArgs, out: &mut impl Write) -> Result<u8, Failure> {
    let mut work = Open::at(&args.work)?;
    let now = args.time.now();
    let expires = after(now, args.days)?;
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
    say(args.output.format, &document, &lines, out)?;
    Ok(0)
}
