//! What agencies signed, for `tamarisk check`.

use super::mirror::Mirror;
use super::trust::Trust;
use crate::args::CheckArgs;
use crate::failure::Failure;
use intel::Builder;
use jiff::Timestamp;
use std::path::PathBuf;

/// Adds what the mirrors among `--advisory` offer, or without any what was accepted before; yields the
/// paths that are no mirrors. What is refused ends the run.
pub(crate) fn add_signed(
    builder: &mut Builder,
    args: &CheckArgs,
    now: Timestamp,
) -> Result<Vec<PathBuf>, Failure> {
    let (mirrors, others): (Vec<PathBuf>, Vec<PathBuf>) =
        args.advisory.iter().cloned().partition(|path| Mirror::is_at(path));
    if mirrors.is_empty() && args.trust.is_none() {
        return Ok(others);
    }
    let mut trust = Trust::open(args.trust.as_deref(), &args.root)?;
    let mut opened = None;
    for mirror in mirrors {
        let followed = trust.follow(&mut Mirror::open(&mirror.to_string_lossy())?, now)?;
        trust.save(&followed.bundles)?;
        opened = Some(followed);
    }
    let opened = opened.map_or_else(|| trust.reopen(now), Ok)?;
    let bundles = opened.bundles.iter().filter(|file| file.value().entry().kind() == "bundle");
    for bundle in bundles {
        let failed = |error: intel::LoadError| {
            Failure::advisory(format!("{}: {error}", bundle.value().entry().path))
        };
        builder.add_verified(bundle, trust.remembers(), now).map_err(failed)?;
    }
    for note in &opened.repository.notes {
        builder.not_understood("signed advisories", note.to_string(), 0);
    }
    Ok(others)
}
