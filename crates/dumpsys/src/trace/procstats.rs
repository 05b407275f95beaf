//! The service `procstats`: processes of the last hours, with the version of their app; it keeps
//! those of an app that was removed meanwhile.
//!
//! Source: AOSP `core/java/com/android/internal/app/procstats/ProcessStats.java` (Android 7 on;
//! `dumpLocked`, `dumpSummaryLocked`) and `ProcessState.java`: `  * com.x:remote / u0a13 / v8:`.

use super::{Told, Trace};
use crate::field::{is_name, uid};
use crate::{Line, Reader, Tell, Unread};

/// Reads the lines of the service: each process of each version once.
#[derive(Debug, Default)]
pub struct ProcstatsReader {
    told: Told,
    unread: Unread,
}

impl Reader for ProcstatsReader {
    type Event<'e> = Trace<'e>;

    fn line(&mut self, line: &Line<'_>, tell: &mut Tell<'_, Self>) {
        if !line.bytes.starts_with(b"  * ") {
            return;
        }
        let text = line.text();
        // Shared code is written `  * com.x / u0a13:`, without a version.
        let mut parts = text.trim_start_matches(['*', ' ']).trim_end().split(" / ");
        let (Some(name), Some(user), Some(version)) = (parts.next(), parts.next(), parts.next())
        else {
            return;
        };
        let version = version.strip_prefix('v').and_then(|version| version.strip_suffix(':'));
        let (Some(uid), Some(version)) = (uid(user), version) else {
            return self.unread.add(line.place);
        };
        let package = name.split(':').next().unwrap_or(name);
        if !is_name(package) {
            return self.unread.add(line.place);
        }
        let what = format!("process {name}, version code {version}");
        if self.told.first(&format!("{uid} {what}")) {
            // Processes of the system are called otherwise than its packages.
            let package = if package.contains('.') { package } else { "" };
            tell(&Trace { package, uid: Some(uid), what: &what, ..Trace::default() }, line.place);
        }
    }

    fn unread(&self) -> Unread {
        self.unread
    }
}
