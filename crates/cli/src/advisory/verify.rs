//! `tamarisk advisory verify`: says whether a mirror would be taken, and what it holds.

use super::args::{RootArgs, RunArgs};
use super::mirror::Mirror;
use super::say::say;
use super::trust::{Opened, Trust};
use crate::failure::Failure;
use clap::Args;
use jiff::Timestamp;
use serde_json::{Value, json};
use std::io::Write;
use std::path::PathBuf;

/// A mirror that is read without a memory cannot show that it is the newest state.
const NO_MEMORY: &str = "no trust folder was given (--trust DIR): whether this is older than what was \
                         known before cannot be seen";

#[derive(Debug, Args)]
pub(crate) struct VerifyArgs {
    /// The mirror: a folder, or a zip of one
    #[arg(value_name = "MIRROR")]
    mirror: String,

    /// The trust folder; without it an older state cannot be told from the newest. It is not changed
    #[arg(long, value_name = "DIR")]
    trust: Option<PathBuf>,

    #[command(flatten)]
    root: RootArgs,

    #[command(flatten)]
    pub(super) run: RunArgs,
}

pub(super) fn run(args: &VerifyArgs, out: &mut impl Write) -> Result<u8, Failure> {
    let now = args.run.now();
    let mut trust = Trust::open(args.trust.as_deref(), &args.root)?;
    let mut mirror = Mirror::open(&args.mirror)?;
    let opened = trust.follow(&mut mirror, now)?;
    let mut lines = vec![format!("{}: verified", args.mirror)];
    let mut document = told(&opened, now, &mut lines);
    document["rollback_seen"] = json!(trust.remembers());
    if !trust.remembers() {
        lines.push(format!("note: {NO_MEMORY}"));
    }
    say(&args.run.output, "verify", document, &lines, out)?;
    Ok(if opened.repository.expired.is_some() { 3 } else { 0 })
}

/// Tells what a verified repository holds.
pub(super) fn told(opened: &Opened, now: Timestamp, lines: &mut Vec<String>) -> Value {
    let repository = &opened.repository;
    let days = |since: Timestamp| now.duration_since(since).as_hours() / 24;
    lines.push(format!("root, version {}, in words:", repository.root.common.version));
    lines.push(format!("  {}", repository.root.words()));
    if let Some(expired) = &repository.expired {
        lines.push(format!(
            "EXPIRED: {} on {}; it was accepted before that, and what is newer is not known",
            expired.role, expired.at
        ));
    } else {
        lines.push(format!("valid until {}", repository.expires));
    }
    lines.extend(repository.notes.iter().map(|note| format!("note: {note}")));
    let mut entries = Vec::new();
    for entry in &repository.entries {
        let by = &entry.signatories;
        lines.push(format!("{}: “{}”, version {}", entry.path, entry.title(), entry.version()));
        lines.push(format!("  signed by {} (needed: {})", by.signed.join(", "), by.threshold));
        if !by.unsigned.is_empty() {
            lines.push(format!("  not signed by {}", by.unsigned.join(", ")));
        }
        if let Some(issued) = entry.issued {
            lines.push(format!("  signed on {issued}, {} days ago", days(issued)));
        }
        entries.push(json!({
            "path": entry.path, "advisory": entry.advisory(), "title": entry.title(),
            "version": entry.version(), "kind": entry.kind(), "length": entry.length,
            "sha256": const_hex::encode(entry.sha256), "signed_by": by.signed,
            "not_signed_by": by.unsigned, "threshold": by.threshold,
            "issued": entry.issued.map(|at| at.to_string()),
        }));
    }
    let expired = repository.expired.as_ref();
    json!({
        "root_version": repository.root.common.version, "root_words": repository.root.words(),
        "expires": repository.expires.to_string(),
        "expired": expired.map(|one| json!({"role": one.role, "at": one.at.to_string()})),
        "notes": repository.notes.iter().map(ToString::to_string).collect::<Vec<_>>(),
        "files": entries,
    })
}
