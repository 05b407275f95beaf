//! The service `platform_compat`: changes of behaviour that are switched for single packages.
//!
//! Source: AOSP `services/core/java/com/android/server/compat/CompatConfig.java` (`dumpConfig`) and
//! `CompatChange.java` (`toString`), Android 11 to 16. Raw overrides (12 on) also name packages
//! that are not installed, or no longer.

use crate::field::is_name;
use crate::{Line, Reader, Tell, Unread};
use std::collections::HashSet;

/// A change is switched for a package.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CompatOverride<'a> {
    /// Package name.
    pub package: &'a str,
    /// Id of the change.
    pub change: &'a str,
    /// Name of the change.
    pub name: Option<&'a str>,
    /// How, as written: `true`, `false`, or versions and one of these (`[1,5,true]`).
    pub value: &'a str,
    /// Whether it stands among the raw ones.
    pub raw: bool,
}

/// Reads the lines of the service.
#[derive(Debug, Default)]
pub struct CompatReader {
    unread: Unread,
}

impl Reader for CompatReader {
    type Event<'e> = CompatOverride<'e>;

    fn line(&mut self, line: &Line<'_>, tell: &mut Tell<'_, Self>) {
        let text = line.text();
        let words = text.trim();
        let Some(rest) = words.strip_prefix("ChangeId(") else { return };
        let change = rest.split([';', ')']).next().unwrap_or_default();
        let name = rest.split_once("; name=").and_then(|(_, name)| name.split([';', ')']).next());
        let mut told = HashSet::new();
        for (key, raw) in [("; rawOverrides={", true), ("; packageOverrides={", false)] {
            let Some((_, list)) = rest.split_once(key) else { continue };
            let Some((list, _)) = list.split_once('}') else {
                self.unread.add(line.place);
                continue;
            };
            for one in list.split(", ").filter(|one| !one.is_empty()) {
                match one.split_once('=').filter(|(package, _)| is_name(package)) {
                    Some((package, value)) => {
                        if told.insert(package) {
                            let event = CompatOverride { package, change, name, value, raw };
                            tell(&event, line.place);
                        }
                    }
                    None => self.unread.add(line.place),
                }
            }
        }
    }

    fn unread(&self) -> Unread {
        self.unread
    }
}
