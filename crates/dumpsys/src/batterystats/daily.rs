//! `Daily stats:`: which packages changed on which day.
//!
//! Source: AOSP `core/java/android/os/BatteryStats.java`, `dumpDailyLevelStepSummary` and
//! `dumpDailyPackageChanges` (Android 6 to 16). The changes of the day that is not over stand
//! before the first `Daily from`, under `Current start time`.

use crate::field::{indent, is_name};
use crate::{Place, Unread};

/// A package was updated or removed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PackageChange<'a> {
    /// Package name.
    pub package: &'a str,
    /// Version code it was updated to; 0 for a removal, whether written `Uninstall` or `vers=0`.
    pub version_code: i64,
    /// Start of the day, as written (`2026-09-10-01-00-00`).
    pub from: Option<&'a str>,
    /// End of the day, as written; absent for the day that is not over.
    pub to: Option<&'a str>,
}

/// Reads the lines of the part.
#[derive(Debug, Default)]
pub(super) struct Daily {
    /// Whether the last heading was `Package changes:`.
    changes: bool,
    from: Option<String>,
    to: Option<String>,
}

impl Daily {
    /// Takes a line behind the title; says whether the part goes on.
    pub(super) fn line(
        &mut self,
        text: &str,
        place: Place,
        unread: &mut Unread,
        tell: &mut dyn FnMut(&PackageChange<'_>),
    ) -> bool {
        let words = text.trim();
        if words.is_empty() {
            return true;
        }
        if indent(text) == 0 {
            *self = Self::default();
            return false;
        }
        if let Some(rest) = words.strip_prefix("Daily from ") {
            self.changes = false;
            let period = rest.trim_end_matches(':').split_once(" to ");
            if period.is_none() {
                unread.add(place);
            }
            self.from = period.map(|(from, _)| from.trim().into());
            self.to = period.map(|(_, to)| to.trim().into());
        } else if let Some(rest) = words.strip_prefix("Current start time:") {
            self.from = Some(rest.trim().into());
            self.to = None;
        } else if words == "Package changes:" {
            self.changes = true;
        } else if self.changes {
            match change(words) {
                Some((package, version_code)) => {
                    let (from, to) = (self.from.as_deref(), self.to.as_deref());
                    tell(&PackageChange { package, version_code, from, to });
                }
                // Step durations may follow the changes.
                None if words.starts_with("Update ") || words.starts_with("Uninstall ") => {
                    unread.add(place);
                }
                None => self.changes = false,
            }
        }
        true
    }
}

fn change(words: &str) -> Option<(&str, i64)> {
    if let Some(package) = words.strip_prefix("Uninstall ") {
        return is_name(package).then_some((package, 0));
    }
    let (package, version) = words.strip_prefix("Update ")?.split_once(" vers=")?;
    Some((package, version.trim().parse().ok()?)).filter(|(package, _)| is_name(package))
}
