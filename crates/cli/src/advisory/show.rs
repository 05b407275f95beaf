//! `tamarisk advisory show`: what a file or folder of this trade holds.

use super::args::RunArgs;
use super::files::{read, refused};
use super::say::say;
use super::trust::Trust;
use super::verify::told;
use super::workshop::{Open, PublicFile};
use super::{RootArgs, status, summary};
use crate::failure::Failure;
use ::advisory::client::given_root;
use ::advisory::workshop::Request;
use clap::Args;
use serde_json::{Value, json};
use std::io::Write;
use std::path::PathBuf;

#[derive(Debug, Args)]
pub(crate) struct ShowArgs {
    /// A workshop, a request, a root, a public key or a trust folder
    #[arg(value_name = "PATH")]
    path: PathBuf,

    #[command(flatten)]
    pub(super) run: RunArgs,
}

pub(super) fn run(args: &ShowArgs, out: &mut impl Write) -> Result<u8, Failure> {
    let mut lines = Vec::new();
    let document = match args.path.is_dir() {
        true if args.path.join("workshop.json").exists() => workshop(args, &mut lines)?,
        true if args.path.join("accepted.json").exists() => {
            let now = args.run.now();
            let opened = Trust::open(Some(&args.path), &RootArgs::default())?.reopen(now)?;
            lines.push(format!("{}: accepted before", args.path.display()));
            json!({"trust": told(&opened, now, &mut lines)})
        }
        true => {
            let what = "it is neither a workshop nor a trust folder; `tamarisk advisory verify` reads mirrors";
            return Err(Failure::advisory(format!("{}: {what}", args.path.display())));
        }
        false => file(args, &mut lines)?,
    };
    say(&args.run.output, "show", document, &lines, out)?;
    Ok(0)
}

fn workshop(args: &ShowArgs, lines: &mut Vec<String>) -> Result<Value, Failure> {
    let work = Open::at(&args.path)?;
    let failed = |refusal: ::advisory::Refusal| refused(&refusal);
    let delegations = work.workshop.delegations().map_err(failed)?;
    let root = work.workshop.root().map_err(failed)?;
    lines.push(format!("root, version {}, in words:", root.common.version));
    lines.push(format!("  {}", root.words()));
    if let Some(joint) = &delegations.joint {
        lines.push(format!("jointly: {} of {}", joint.role.threshold, joint.members.len()));
    }
    for agency in &delegations.agencies {
        lines.push(format!("{} ({})", agency.name, agency.id));
        lines.extend(agency.role.keys.iter().map(|key| format!("  key: {}", key.words())));
    }
    let published: Vec<Value> = work
        .workshop
        .published
        .iter()
        .map(|(role, one)| {
            let (version, expires) = (one.common().version, one.common().expires);
            lines.push(format!("published: {role}, version {version}, until {expires}"));
            json!({"role": role, "version": version, "expires": expires.to_string()})
        })
        .collect();
    let mut staged = Vec::new();
    for role in work.workshop.staged.keys() {
        staged.push(status(&work.workshop.status(role).map_err(failed)?, lines));
    }
    let agencies: Vec<Value> = delegations
        .agencies
        .iter()
        .map(|one| {
            let keys: Vec<&str> = one.role.keys.iter().map(|key| key.id()).collect();
            json!({"id": one.id, "name": one.name, "keys": keys})
        })
        .collect();
    Ok(json!({"workshop": {
        "root_version": root.common.version, "root_words": root.words(), "agencies": agencies,
        "published": published, "staged": staged,
    }}))
}

fn file(args: &ShowArgs, lines: &mut Vec<String>) -> Result<Value, Failure> {
    let bytes = read(&args.path)?;
    let (request, root) = (Request::check(&bytes), given_root(&bytes));
    if let Ok(request) = &request {
        let summary = summary::summary(request)?;
        lines.extend(summary.lines);
        return Ok(json!({"request": summary.document}));
    }
    if let Ok(root) = &root {
        let (version, expires) = (root.common.version, root.common.expires);
        lines.push(format!("root, version {version}, valid until {expires}; in words:"));
        lines.push(format!("  {}", root.words()));
        return Ok(json!({"root": {
            "version": version, "expires": expires.to_string(), "words": root.words(),
            "sha256": const_hex::encode(root.digest),
        }}));
    }
    if let Ok((key, name)) = PublicFile::read(&args.path) {
        lines.push(format!("{} key of {name}:", key.kind()));
        lines.push(format!("  {}", key.words()));
        return Ok(json!({"key": {"name": name, "keyid": key.id(), "words": key.words()}}));
    }
    // Which of these it was meant to be, its own words tell.
    let text = String::from_utf8_lossy(&bytes);
    match (request, root) {
        (Err(refusal), _) if text.contains("signature_request") => Err(refused(&refusal)),
        (_, Err(refusal)) if text.contains("\"_type\"") => Err(refused(&refusal)),
        _ => {
            let what = "it is no request, root or public key";
            Err(Failure::advisory(format!("{}: {what}", args.path.display())))
        }
    }
}
