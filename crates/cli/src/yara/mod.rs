//! `--yara`: a user's own rules. YARA-X takes minutes to build, so it is a feature of this crate; a
//! build without it says how to get one.

#[cfg(feature = "yara")]
mod files;
pub(crate) mod show;

use crate::failure::Failure;
use evidence::Scanner;
use std::path::PathBuf;

/// Rules that are ready; `None` where none were given.
pub(crate) type Given = Option<Box<dyn Scanner>>;

/// Loads the rules below these paths. What is odd about them is said on standard error; one that
/// gives no rule at all ends the run.
#[cfg(feature = "yara")]
pub(crate) fn load(paths: &[PathBuf]) -> Result<Given, Failure> {
    if paths.is_empty() {
        return Ok(None);
    }
    let (sets, refused) = files::below(paths)?;
    let given = sets.len();
    let mut rules = yara::Rules::compile(sets, yara::Bounds::default());
    if given == 0 || rules.count() == 0 {
        let gaps = rules.gaps();
        let why = refused.first().or(gaps.first()).map(|gap| format!("; {}", gap.reason));
        let why = why.unwrap_or_default();
        return Err(Failure::new("yara", format!("--yara: no rule could be loaded{why}")));
    }
    for remark in rules.remarks().iter().take(MOST_REMARKS) {
        crate::terminal::complain(remark);
    }
    if let Some(more @ 1..) = rules.remarks().len().checked_sub(MOST_REMARKS) {
        crate::terminal::complain(&format!("{more} more remarks about YARA rules"));
    }
    rules.not_given(refused);
    Ok(Some(Box::new(rules)))
}

/// Remarks that are told one by one.
#[cfg(feature = "yara")]
const MOST_REMARKS: usize = 20;

/// Says that this build has no engine for them.
#[cfg(not(feature = "yara"))]
pub(crate) fn load(paths: &[PathBuf]) -> Result<Given, Failure> {
    if paths.is_empty() {
        return Ok(None);
    }
    Err(Failure::new(
        "yara",
        "--yara: this program was built without YARA, which takes minutes to build. Build one with \
         it: cargo build --release -p cli --features yara",
    ))
}

/// What rules may import, and what they may ask of the app, for `tamarisk formats`.
#[cfg(feature = "yara")]
pub(crate) fn formats(out: &mut impl std::io::Write) -> std::io::Result<()> {
    writeln!(out, "\nYour own YARA rules (--yara) may import: {}", yara::OFFERED.join(", "))?;
    writeln!(out, "They may ask for tamarisk_file, tamarisk_member, and of the app:")?;
    for (field, says) in yara::view::FIELDS {
        writeln!(out, "  tamarisk.{field}\n      {}", says.replace('`', ""))?;
    }
    Ok(())
}

/// This build has no engine for them.
#[cfg(not(feature = "yara"))]
pub(crate) fn formats(out: &mut impl std::io::Write) -> std::io::Result<()> {
    writeln!(out, "\nYour own YARA rules (--yara) need a build with the feature yara.")
}
