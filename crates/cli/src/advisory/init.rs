//! `tamarisk advisory init`: who the agencies are.

use super::args::{RunArgs, ValidArgs};
use super::files::refused;
use super::say::say;
use super::workshop::{Open, PublicFile};
use crate::failure::Failure;
use ::advisory::metadata::{Agency, Role};
use clap::Args;
use serde_json::json;
use std::collections::BTreeMap;
use std::io::Write;
use std::path::{Path, PathBuf};

#[derive(Debug, Args)]
pub(crate) struct InitArgs {
    /// The workshop: a folder to make
    #[arg(value_name = "WORK")]
    work: PathBuf,

    /// An agency: its id (small letters, digits, hyphens), and the file of its public key; may be
    /// repeated, also with the same id for a second key
    #[arg(long, value_name = "ID=FILE", required = true)]
    agency: Vec<String>,

    /// How many agencies must sign what they say jointly
    #[arg(long, value_name = "K")]
    threshold: usize,

    /// The public key of who publishes: snapshot and timestamp
    #[arg(long, value_name = "FILE")]
    publisher: PathBuf,

    /// A public key that says whose keys count (may be repeated); the agencies' own where none is
    /// given
    #[arg(long, value_name = "FILE")]
    root: Vec<PathBuf>,

    /// How many of these must sign; more than half where it is not given
    #[arg(long, value_name = "N")]
    root_threshold: Option<usize>,

    #[command(flatten)]
    valid: ValidArgs,

    #[command(flatten)]
    pub(super) run: RunArgs,
}

pub(super) fn run(args: &InitArgs, out: &mut impl Write) -> Result<u8, Failure> {
    let mut agencies: Vec<Agency> = Vec::new();
    for given in &args.agency {
        let (id, file) = given
            .split_once('=')
            .ok_or_else(|| Failure::usage(format!("--agency {given}: ID=FILE is expected")))?;
        let (key, name) = PublicFile::read(Path::new(file))?;
        match agencies.iter_mut().find(|agency| agency.id == id) {
            Some(agency) => agency.role.keys.push(key),
            None => agencies.push(Agency {
                id: id.to_owned(),
                name,
                role: Role { keys: vec![key], threshold: 1 },
            }),
        }
    }
    let all: Vec<_> = agencies.iter().flat_map(|agency| agency.role.keys.clone()).collect();
    let joint = Role { keys: all.clone(), threshold: args.threshold };
    let given: Result<Vec<_>, _> =
        args.root.iter().map(|file| PublicFile::read(file).map(|(key, _)| key)).collect();
    let keys = if args.root.is_empty() { all } else { given? };
    let threshold = args.root_threshold.unwrap_or(keys.len() / 2 + 1);
    let root = Role { keys, threshold };
    let (publisher, publisher_name) = PublicFile::read(&args.publisher)?;
    let online = Role { keys: vec![publisher], threshold: 1 };
    let roles = BTreeMap::from([
        ("root", root.clone()),
        ("targets", root),
        ("snapshot", online.clone()),
        ("timestamp", online),
    ]);
    let now = args.run.now();
    let expires = args.valid.until(now)?;
    let mut work = Open::new(&args.work)?;
    let staged = work
        .workshop
        .stage_delegations(&agencies, Some(&joint), now, expires)
        .and_then(|()| work.workshop.stage_root(&roles, now, expires));
    staged.map_err(|refusal| refused(&refusal))?;
    work.save()?;
    let words = work.workshop.root().map_err(|refusal| refused(&refusal))?.words();
    let names: Vec<&str> = agencies.iter().map(|agency| &*agency.name).collect();
    let lines = [
        format!(
            "{}: {} agencies, {} of whom must sign jointly",
            args.work.display(),
            names.len(),
            args.threshold
        ),
        format!("  {}", names.join(", ")),
        format!("root and delegations: {threshold} signatures; published by {publisher_name}"),
        "the root in words, to be read out and compared once it is signed:".into(),
        format!("  {words}"),
        format!("next: tamarisk advisory request-signatures {} --out REQUEST", args.work.display()),
    ];
    let document = json!({
        "agencies": agencies.iter().map(|a| json!({"id": a.id, "name": a.name})).collect::<Vec<_>>(),
        "threshold": args.threshold, "root_threshold": threshold, "root_words": words,
    });
    say(&args.run.output, "init", document, &lines, out)?;
    Ok(0)
}
