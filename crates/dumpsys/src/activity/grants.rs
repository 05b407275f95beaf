//! Which apps may open content of others (`content://…`).
//!
//! Sources: AOSP `services/core/java/com/android/server/uri/UriGrantsManagerService.java` (`dump`)
//! and `UriPermission.java`; before Android 10 below `am/`. Only the authority is taken, and
//! grants of the same content one behind another are told once.

use super::{ActivityKind, ActivityReader, ActivityRecord};
use crate::field::{is_name, pair};
use crate::{Place, Tell};

/// Longer authorities are cut.
const MAX_AUTHORITY: usize = 256;

/// Reads the lines of the part.
#[derive(Debug, Default)]
pub(super) struct Grants {
    uid: Option<u32>,
    record: Option<(ActivityRecord, Place)>,
    /// What was told last.
    last: ActivityRecord,
}

impl Grants {
    pub(super) fn line(&mut self, words: &str, place: Place, tell: &mut Tell<'_, ActivityReader>) {
        if let Some(rest) = words.strip_prefix("* UID ") {
            self.uid = rest.split(' ').next().and_then(|uid| uid.parse().ok());
            self.record = None;
        } else if words.starts_with("UriPermission{") {
            let authority = words.split_once("content://").map(|(_, rest)| {
                let end = rest.find(['/', '}', ' ', '?', '#']).unwrap_or(rest.len());
                rest.get(..end).unwrap_or(rest).chars().take(MAX_AUTHORITY).collect()
            });
            let record = ActivityRecord {
                kind: ActivityKind::Grant,
                uid: self.uid,
                user: self.uid.map(|uid| uid / 100_000),
                description: authority,
                ..ActivityRecord::default()
            };
            self.record = record.description.is_some().then_some((record, place));
        } else if words.starts_with("targetUserId=") {
            let Some((record, _)) = &mut self.record else { return };
            let name = |key| pair(words, key).filter(|name| is_name(name)).map(str::to_owned);
            (record.package, record.caller) = (name("targetPkg"), name("sourcePkg"));
        } else if words.starts_with("mode=0x")
            && let Some((mut record, first)) = self.record.take()
            && record.package.is_some()
        {
            let kept = pair(words, "persisted").is_some_and(|mode| mode != "0x0");
            let mode = words.split(' ').next().unwrap_or_default();
            record.reason = Some(if kept { format!("{mode} kept") } else { mode.to_owned() });
            record.at = pair(words, "persistedCreate").map(str::to_owned);
            let known = ActivityRecord { at: record.at.clone(), ..self.last.clone() } == record;
            if !known {
                tell(&record, first.through(place));
                self.last = record;
            }
        }
    }
}
