//! Which apps each app asks about by name, and who verifies.
//!
//! Sources: AOSP `services/core/java/com/android/server/pm/AppsFilterBase.java` (`dumpQueries`;
//! 11 and 12 `AppsFilter.java`) and `…/pm/DumpHelper.java` (`Verifiers:`,
//! `Intent Filter Verifier:`; before Android 13 `PackageManagerService.java`). What an app may see
//! because of its intents, of libraries or of what passed between the two is not taken: it
//! is what most apps see of most others.

use super::record::{PackageEvent, Tell};
use crate::Place;
use crate::field::is_name;

/// The longest list of names that is told for one app, in bytes.
const MAX_NAMES: usize = 4_096;

/// Reads the lines of `Queries:`.
#[derive(Debug, Default)]
pub(super) struct Queries {
    by_name: bool,
    /// Indentation of a line that names who asks.
    level: usize,
    asker: Option<(String, Place)>,
    names: String,
    more: u64,
}

impl Queries {
    pub(super) fn line(&mut self, words: &str, depth: usize, place: Place, tell: &mut Tell<'_>) {
        if words.starts_with("queries via ") || words.starts_with("queryable via ") {
            self.finish(tell);
            self.by_name = words == "queries via package name:";
            self.level = depth + 2;
        } else if !self.by_name {
        } else if depth <= self.level {
            self.finish(tell);
            let name = words.strip_suffix(':');
            self.asker = name.filter(|name| name.len() <= 1024).map(|name| (name.into(), place));
        } else if let Some((_, first)) = &mut self.asker {
            *first = first.through(place);
            for name in each(words) {
                if self.names.len() + name.len() > MAX_NAMES {
                    self.more += 1;
                    continue;
                }
                if !self.names.is_empty() {
                    self.names.push_str(", ");
                }
                self.names.push_str(name);
            }
        }
    }

    /// Tells the app that was begun.
    pub(super) fn finish(&mut self, tell: &mut Tell<'_>) {
        if let Some((asker, place)) = self.asker.take()
            && !self.names.is_empty()
        {
            if self.more > 0 {
                self.names.push_str(&format!(" and {} more", self.more));
            }
            for package in each(&asker) {
                tell(&PackageEvent::AsksAbout { package, names: &self.names }, place);
            }
        }
        self.names.clear();
        self.more = 0;
    }
}

/// `com.x`, or all names that share a uid: `[com.x,com.y]`.
fn each(words: &str) -> impl Iterator<Item = &str> {
    let names = words.trim_start_matches('[').trim_end_matches(']').split(',');
    names.map(str::trim).filter(|name| is_name(name))
}

/// `Required: com.x (uid=10123)`, of links `Using: com.x (uid=10124)`.
pub(super) fn verifier(words: &str, place: Place, tell: &mut Tell<'_>) {
    let (links, rest) = match (words.strip_prefix("Required: "), words.strip_prefix("Using: ")) {
        (Some(rest), _) => (false, rest),
        (_, Some(rest)) => (true, rest),
        _ => return,
    };
    let (package, uid) = rest.split_once(" (uid=").unwrap_or((rest, ""));
    let uid = uid.trim_end_matches(')').parse().ok();
    if is_name(package) && package != "null" {
        tell(&PackageEvent::Verifier { package, uid, links }, place);
    }
}
