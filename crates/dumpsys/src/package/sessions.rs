//! Sessions of the installer, open ones and those of the past: what was to be installed, by whom,
//! from where.
//!
//! Source: AOSP `services/core/java/com/android/server/pm/PackageInstallerService.java` (`dump`),
//! `PackageInstallerSession.java` (`dumpLocked`) and `core/java/android/content/pm/
//! PackageInstaller.java` (`SessionParams.dump`), Android 5 to 16. Lines are broken at 120 columns,
//! between two pairs.

use super::record::{PackageEvent, Tell};
use crate::Place;
use crate::field::pair;

/// A session of the installer.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct InstallSession {
    /// Its number.
    pub id: String,
    /// Package to be installed, as the installer states it.
    pub package: Option<String>,
    /// Android user.
    pub user: Option<u32>,
    /// Package of the installer.
    pub installer: Option<String>,
    /// Package that asked for it.
    pub initiating: Option<String>,
    /// Where the installer says it came from: a URL.
    pub origin: Option<String>,
    /// When it was created, milliseconds since 1970 (UTC).
    pub created: Option<i64>,
    /// Whether it failed, where it came to an end.
    pub failed: Option<bool>,
}

/// Reads the lines of the part.
#[derive(Debug, Default)]
pub(super) struct Sessions {
    session: Option<(InstallSession, Place)>,
}

impl Sessions {
    /// Takes a line.
    pub(super) fn line(&mut self, words: &str, place: Place, tell: &mut Tell<'_>) {
        if let Some(id) = words.strip_prefix("Session ").and_then(|rest| rest.strip_suffix(':')) {
            self.finish(tell);
            let id = id.chars().take(32).collect();
            self.session = Some((InstallSession { id, ..InstallSession::default() }, place));
            return;
        }
        let Some((session, start)) = &mut self.session else { return };
        *start = start.through(place);
        let text = |keys: &[&str]| {
            let value = keys.iter().find_map(|key| pair(words, key))?;
            (!value.is_empty() && value != "null").then(|| value.to_owned())
        };
        let take = |slot: &mut Option<String>, keys: &[&str]| {
            if slot.is_none() {
                *slot = text(keys);
            }
        };
        take(&mut session.package, &["appPackageName", "mPackageName"]);
        take(&mut session.installer, &["installerPackageName", "mInstallerPackageName"]);
        take(&mut session.initiating, &["installInitiatingPackageName"]);
        take(&mut session.origin, &["originatingUri"]);
        let number = |key: &str| pair(words, key).and_then(|number| number.parse().ok());
        session.user = session.user.or_else(|| pair(words, "userId")?.parse().ok());
        session.created = session.created.or_else(|| number("createdMillis"));
        // `PackageManager.INSTALL_SUCCEEDED` is 1, 0 stands before the end.
        let status = number("mFinalStatus").filter(|status| *status != 0);
        session.failed = session.failed.or_else(|| status.map(|status| status != 1));
    }

    /// Tells the session that was begun.
    pub(super) fn finish(&mut self, tell: &mut Tell<'_>) {
        if let Some((session, place)) = self.session.take()
            && session.package.is_some()
        {
            tell(&PackageEvent::Session(&session), place);
        }
    }
}
