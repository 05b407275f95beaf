//! `tamarisk advisory pull`: takes what a mirror offers into a trust folder.

use super::args::{RootArgs, RunArgs};
use super::mirror::Mirror;
use super::say::say;
use super::trust::Trust;
use super::verify::told;
use crate::failure::Failure;
use clap::Args;
use std::io::Write;
use std::path::PathBuf;

#[derive(Debug, Args)]
pub(crate) struct PullArgs {
    /// The mirror: a folder, a zip of one, or its address on the web (https://…)
    #[arg(value_name = "MIRROR")]
    mirror: String,

    /// Certificates (PEM) that alone are trusted on the web, instead of the system's. Whether an
    /// advisory is genuine is shown by its signatures, whoever hands it out
    #[arg(long, value_name = "FILE")]
    ca: Option<PathBuf>,

    /// The trust folder
    #[arg(long, value_name = "DIR")]
    trust: PathBuf,

    #[command(flatten)]
    root: RootArgs,

    #[command(flatten)]
    pub(super) run: RunArgs,
}

pub(super) fn run(args: &PullArgs, out: &mut impl Write) -> Result<u8, Failure> {
    let now = args.run.now();
    let mut trust = Trust::open(Some(&args.trust), &args.root)?;
    let mut mirror = Mirror::open_or_fetch(&args.mirror, args.ca.as_deref())?;
    let opened = trust.follow(&mut mirror, now)?;
    trust.save(&opened.bundles)?;
    let mut lines = vec![format!("{}: taken into {}", args.mirror, args.trust.display())];
    let document = told(&opened, now, &mut lines);
    say(&args.run.output, "pull", document, &lines, out)?;
    Ok(0)
}
