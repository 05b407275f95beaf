//! `Dexopt state:`, how the code of each package is compiled.
//!
//! Sources: AOSP `services/core/java/com/android/server/pm/PackageDexOptimizer.java`
//! (`dumpDexoptState`, Android 8 to 13) and `art/libartservice/service/java/com/android/server/art/
//! DumpHelper.java` (14 on). Before Android 8 the state has no brackets and is left out.

use super::record::{PackageEvent, Tell};
use crate::Place;
use crate::field::is_name;

/// Reads the lines of the part.
#[derive(Debug, Default)]
pub(super) struct Dexopt {
    package: Option<String>,
    path: Option<String>,
    secondary: bool,
}

impl Dexopt {
    /// Takes a line.
    pub(super) fn line(&mut self, words: &str, depth: usize, place: Place, tell: &mut Tell<'_>) {
        if let Some(name) = words.strip_prefix('[').and_then(|rest| rest.strip_suffix(']'))
            && depth <= 4
            && is_name(name)
        {
            *self = Self { package: Some(name.to_owned()), ..Self::default() };
            return;
        }
        let Some(package) = &self.package else { return };
        if let Some(path) = words.strip_prefix("path: ") {
            (self.path, self.secondary) = (Some(path.to_owned()), false);
        } else if words.starts_with("known secondary dex files") {
            self.secondary = true;
        } else if words.starts_with('/') && self.secondary {
            let path = words.split(" (").next().unwrap_or(words);
            self.path = Some(path.trim_end_matches(':').to_owned());
        } else if let Some(list) = ["used by other apps: ", "used by: ", "Used by other apps: "]
            .iter()
            .find_map(|start| words.strip_prefix(start))
        {
            let used_by = list.trim_matches(['[', ']']);
            let path = self.path.as_deref();
            let event = PackageEvent::Compiled {
                package,
                path,
                isa: None,
                filter: None,
                reason: None,
                used_by,
            };
            tell(&event, place);
        } else if let Some((isa, rest)) = words.split_once(": [") {
            let value = |key: &str| {
                let (_, rest) = rest.split_once(key)?;
                rest.split(']').next()
            };
            // Up to Android 8.1 the state stands alone.
            let filter = value("status=").or_else(|| value("compilation_filter="));
            let event = PackageEvent::Compiled {
                package,
                path: self.path.as_deref(),
                isa: Some(isa),
                filter,
                reason: value("reason=").or_else(|| value("compilation_reason=")),
                used_by: "",
            };
            if filter.is_some() {
                tell(&event, place);
            }
        }
    }
}
