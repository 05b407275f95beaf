//! `tamarisk advisory publish`: writes the mirror.

use super::args::{RunArgs, WorkArgs};
use super::files::{refused, write};
use super::say::say;
use super::workshop::Open;
use crate::failure::Failure;
use crate::key_file::KeyArgs;
use ::advisory::metadata::{Root, Targets};
use ::advisory::workshop::{Spans, kind_of};
use clap::Args;
use jiff::SignedDuration;
use serde_json::json;
use std::io::Write;
use std::path::PathBuf;

#[derive(Debug, Args)]
pub(crate) struct PublishArgs {
    #[command(flatten)]
    work: WorkArgs,

    /// The mirror to write: a folder
    #[arg(long, value_name = "DIR")]
    to: PathBuf,

    #[command(flatten)]
    key: KeyArgs,

    /// For how many days the timestamp is valid: how long a copy may stand still unnoticed
    #[arg(long, default_value_t = 30, value_name = "N")]
    days: u16,

    #[command(flatten)]
    pub(super) run: RunArgs,
}

pub(super) fn run(args: &PublishArgs, out: &mut impl Write) -> Result<u8, Failure> {
    let mut work = Open::at(&args.work.work)?;
    let span = SignedDuration::from_hours(24 * i64::from(args.days));
    let spans = Spans { snapshot: span, timestamp: span };
    let key = args.key.open()?;
    let failed = |refusal: ::advisory::Refusal| refused(&refusal);
    let files = work.workshop.publish(&key, args.run.now(), &spans).map_err(failed)?;
    // First the signed files, then what names them, and the workshop's own memory before the
    // timestamp: a version that is out must never be given to anything else.
    let mut written = signed_files(&work, args)?;
    work.save()?;
    for (path, bytes) in &files {
        write(&args.to.join(path), bytes)?;
        written.push(path.clone());
    }
    let published = &work.workshop.published;
    let root = published.get("root").map(Root::read).transpose().map_err(failed)?;
    let expires = published.get("timestamp").map(|one| one.common().expires.to_string());
    let mut lines = vec![format!("{}: {} files written", args.to.display(), written.len())];
    if let Some(expires) = &expires {
        lines.push(format!("  renew it before {expires}: tamarisk advisory publish"));
    }
    let words = root.as_ref().map(Root::words);
    if let Some(words) = &words {
        lines.push("  the root in words:".into());
        lines.push(format!("    {words}"));
    }
    let document =
        json!({"mirror": args.to, "written": written, "expires": expires, "root_words": words});
    say(&args.run.output, "publish", document, &lines, out)?;
    Ok(0)
}

/// Writes every signed file that the mirror does not hold yet.
fn signed_files(work: &Open, args: &PublishArgs) -> Result<Vec<String>, Failure> {
    let mut written = Vec::new();
    let published = &work.workshop.published;
    for (role, envelope) in published.iter().filter(|(role, _)| kind_of(role) == "targets") {
        let files = Targets::read(envelope, role).map_err(|refusal| refused(&refusal))?.files;
        for file in files {
            let (folder, name) = file.path.rsplit_once('/').unwrap_or(("", &file.path));
            let place = format!("targets/{folder}/{}.{name}", const_hex::encode(file.sha256));
            let path = args.to.join(&place);
            if path.exists() {
                continue;
            }
            let bytes = work.file(&file.path, &file.sha256).map_err(|refusal| refused(&refusal))?;
            write(&path, &bytes)?;
            written.push(place);
        }
    }
    Ok(written)
}
