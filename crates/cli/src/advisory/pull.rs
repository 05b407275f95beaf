//! `tamarisk advisory pull`: takes what a mirror offers into a trust folder.

use super::args::PullArgs;
use super::mirror::Mirror;
use super::say::say;
use super::trust::Trust;
use super::verify::told;
use crate::failure::Failure;
use std::io::Write;

pub(super) fn run(args: &PullArgs, out: &mut impl Write) -> Result<u8, Failure> {
    let now = args.time.now();
    let mut trust = Trust::open(Some(&args.trust), &args.root)?;
    let mut mirror = Mirror::open_or_fetch(&args.mirror, args.ca.as_deref())?;
    let opened = trust.follow(&mut mirror, now)?;
    trust.save(&opened.bundles)?;
    let mut lines = vec![format!("{}: taken into {}", args.mirror, args.trust.display())];
    let document = told(&opened, now, &mut lines);
    say(args.output.format, &document, &lines, out)?;
    Ok(0)
}
