//! What the run judges by: the built-in advisory, rules and brands, and the user's advisories.

use crate::args::CheckArgs;
use crate::failure::Failure;
use detect::{Brands, RuleSet};
use intel::{Builder, Intel};
use model::KnowledgeStatus;
use std::fs::File;
use std::path::Path;

/// The advisory that is compiled in, and what was kept beside it.
const ADVISORY: &[u8] = include_bytes!("../../../advisories/tamarisk.json");
const ASIDE: &[u8] = include_bytes!("../../../advisories/tamarisk.aside.json");

/// All that the run judges by.
pub(crate) struct Loaded {
    pub(crate) intel: Intel,
    pub(crate) rules: RuleSet,
    pub(crate) brands: Brands,
}

/// Loads it. An advisory of the user's that cannot be opened or is no JSON ends the run.
pub(crate) fn load(args: &CheckArgs) -> Result<Loaded, Failure> {
    let mut builder = Builder::new();
    if !args.no_builtin {
        builder
            .add_bundle("Tamarisk built-in advisory", KnowledgeStatus::BuiltInUnsigned, ADVISORY)
            .and_then(|()| builder.add_aside(ASIDE))
            .map_err(|error| Failure::advisory(format!("built-in advisory: {error}")))?;
    }
    for file in &args.advisory {
        let failed = |error: String| Failure::advisory(format!("{}: {error}", file.display()));
        let opened = File::open(file).map_err(|error| failed(error.to_string()))?;
        builder
            .add_bundle(&name_of(file), KnowledgeStatus::Unsigned, opened)
            .map_err(|error| failed(error.to_string()))?;
    }
    Ok(Loaded { intel: builder.build(), rules: RuleSet::builtin(), brands: Brands::builtin() })
}

fn name_of(file: &Path) -> String {
    file.file_name().unwrap_or(file.as_os_str()).to_string_lossy().into_owned()
}
