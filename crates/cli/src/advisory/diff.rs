//! `tamarisk advisory diff`: two bundles compared, object by object.

use super::args::OutputArgs;
use super::files::read;
use super::say::say;
use super::summary::bundle;
use crate::failure::Failure;
use ::advisory::contents::Contents;
use clap::Args;
use std::io::Write;
use std::path::{Path, PathBuf};

#[derive(Debug, Args)]
pub(crate) struct DiffArgs {
    /// The bundle as it was
    #[arg(value_name = "BEFORE")]
    before: PathBuf,

    /// The bundle as it is
    #[arg(value_name = "AFTER")]
    after: PathBuf,

    #[command(flatten)]
    pub(super) output: OutputArgs,
}

pub(super) fn run(args: &DiffArgs, out: &mut impl Write) -> Result<u8, Failure> {
    let (before, after) = (read(&args.before)?, read(&args.after)?);
    let old = contents(&args.before, &before)?;
    let same = contents(&args.after, &after)?.changes(&old).is_empty();
    let mut lines =
        vec![format!("{}, compared with {}", args.after.display(), args.before.display())];
    let document = bundle(&after, Some(&before), "", &mut lines);
    say(&args.output, "diff", document, &lines, out)?;
    Ok(u8::from(!same))
}

fn contents(path: &Path, bytes: &[u8]) -> Result<Contents, Failure> {
    Contents::read(bytes).map_err(|error| Failure::advisory(format!("{}: {error}", path.display())))
}
