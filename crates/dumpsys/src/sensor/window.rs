//! The service `window`: which apps draw over others at this moment.
//!
//! Source: AOSP `services/core/java/com/android/server/wm/WindowState.java`, `dump` (Android 7 to
//! 16): `mOwnerUid=10123 showForAllUsers=false package=com.x appop=SYSTEM_ALERT_WINDOW`.

use super::{SensorUse, Tell};
use crate::field::{is_name, word};
use crate::{Line, Outcome, Reader, Unread};
use memchr::memmem;

/// Reads the lines of the service: a window that is guarded by `SYSTEM_ALERT_WINDOW`.
#[derive(Debug, Default)]
pub struct WindowReader {
    unread: Unread,
}

impl Reader for WindowReader {
    type Event<'e> = SensorUse<'e>;

    fn line(&mut self, line: &Line<'_>, tell: &mut Tell<'_>) {
        if memmem::find(line.bytes, b"appop=SYSTEM_ALERT_WINDOW").is_none() {
            return;
        }
        let text = line.text();
        let Some(package) = word(&text, "package").filter(|name| is_name(name)) else {
            return self.unread.add(line.place);
        };
        let used = SensorUse {
            package,
            uid: word(&text, "mOwnerUid").and_then(|uid| uid.parse().ok()),
            outcome: Outcome::Running,
            ..SensorUse::of("SYSTEM_ALERT_WINDOW")
        };
        tell(&used, line.place);
    }

    fn unread(&self) -> Unread {
        self.unread
    }
}
