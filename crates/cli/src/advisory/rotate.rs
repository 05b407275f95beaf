//! `tamarisk advisory rotate-key`: another key in the place of one that is lost or stolen.

use super::args::{RunArgs, ValidArgs, WorkArgs};
use super::files::refused;
use super::say::say;
use super::status;
use super::workshop::{Open, PublicFile};
use crate::failure::Failure;
use ::advisory::metadata::Role;
use ::advisory::{PublicKey, Refusal};
use clap::Args;
use serde_json::json;
use std::collections::BTreeMap;
use std::io::Write;
use std::path::PathBuf;

#[derive(Debug, Args)]
#[command(group(clap::ArgGroup::new("whose").required(true).args(["agency", "publisher"])))]
pub(crate) struct RotateArgs {
    #[command(flatten)]
    work: WorkArgs,

    /// The agency whose key is replaced: all keys it had
    #[arg(long, value_name = "ID")]
    agency: Option<String>,

    /// Replace the publisher's key
    #[arg(long)]
    publisher: bool,

    /// The public key that takes its place
    #[arg(long, value_name = "FILE")]
    new: PathBuf,

    #[command(flatten)]
    valid: ValidArgs,

    #[command(flatten)]
    pub(super) run: RunArgs,
}

pub(super) fn run(args: &RotateArgs, out: &mut impl Write) -> Result<u8, Failure> {
    let failed = |refusal: Refusal| refused(&refusal);
    let mut work = Open::at(&args.work.work)?;
    let (new, name) = PublicFile::read(&args.new)?;
    let now = args.run.now();
    let expires = args.valid.until(now)?;
    let shop = &mut work.workshop;
    let root = shop.root().map_err(failed)?;
    let mut roles = BTreeMap::new();
    for role in ["root", "targets", "snapshot", "timestamp"] {
        roles.insert(role, root.role(role).map_err(failed)?.clone());
    }
    let mut delegations = shop.delegations().map_err(failed)?;
    let mut lines = Vec::new();
    let old: Vec<PublicKey> = match &args.agency {
        Some(id) => {
            let agency = delegations.agencies.iter_mut().find(|agency| agency.id == *id);
            let agency =
                agency.ok_or_else(|| Failure::usage(format!("`{id}` is no agency here")))?;
            lines.push(format!(
                "{}: a new key in the place of {}",
                agency.name,
                agency.role.keys.len()
            ));
            let old = std::mem::replace(&mut agency.role.keys, vec![new.clone()]);
            if let Some(joint) = &mut delegations.joint {
                replace(&mut joint.role, &old, &new);
            }
            old
        }
        None => {
            lines.push(format!("the publisher: the key of {name}"));
            root.role("timestamp").map_err(failed)?.keys.clone()
        }
    };
    let of_root = roles.values().any(|role| role.keys.iter().any(|key| old.contains(key)));
    if of_root {
        roles.values_mut().for_each(|role| replace(role, &old, &new));
        shop.stage_root(&roles, now, expires).map_err(failed)?;
    }
    // New keys of the top-level targets must sign them; those of agencies stand in them.
    let top = root.role("targets").map_err(failed)?;
    if args.agency.is_some() || top.keys.iter().any(|key| old.contains(key)) {
        let joint = delegations.joint.as_ref().map(|joint| &joint.role);
        shop.stage_delegations(&delegations.agencies, joint, now, expires).map_err(failed)?;
    }
    // What was signed with the old key, and lacks a signature now, is to be signed anew.
    let names: Vec<String> = delegations.names().map(str::to_owned).collect();
    for role in &names {
        if shop.latest(role).is_some() && !shop.reaches(role).map_err(failed)? {
            let files = shop.files(role).map_err(failed)?;
            shop.stage_files(role, &files, now, expires).map_err(failed)?;
            lines.push(format!(
                "{role}: its signatures no longer suffice; it is staged to be signed anew"
            ));
        }
    }
    work.save()?;
    let mut told = Vec::new();
    for role in work.workshop.staged.keys() {
        told.push(status(&work.workshop.status(role).map_err(failed)?, &mut lines));
    }
    lines.push("next: tamarisk advisory request-signatures".into());
    let document = json!({"new_key": new.id(), "name": name, "staged": told});
    say(&args.run.output, "rotate-key", document, &lines, out)?;
    Ok(0)
}

/// Puts the new key in the place of the old ones, once.
fn replace(role: &mut Role, old: &[PublicKey], new: &PublicKey) {
    if role.keys.iter().any(|key| old.contains(key)) {
        role.keys.retain(|key| !old.contains(key) && key != new);
        role.keys.push(new.clone());
    }
}
