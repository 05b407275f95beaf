//! The service `deviceidle`: apps that the phone does not put to sleep.
//!
//! Source: AOSP `DeviceIdleController.dump` (Android 7 to 11 in
//! `services/core/java/com/android/server/`, later in `apex/jobscheduler/service/`).

use super::{Privilege, Tell};
use crate::field::is_name;
use crate::{Line, Reader, Unread};

/// The lists, and what being in one is called.
const LISTS: [(&str, &str); 3] = [
    ("Whitelist (except idle) system apps:", "system except idle"),
    ("Whitelist system apps:", "system"),
    ("Whitelist user apps:", "user"),
];

/// Reads the lines of the service: a `battery_exemption` is `user`, `system`, `system except
/// idle`, or `temporary` (then only the uid is stated).
#[derive(Debug, Default)]
pub struct DeviceIdleReader {
    list: Option<&'static str>,
    unread: Unread,
}

impl Reader for DeviceIdleReader {
    type Event<'e> = Privilege<'e>;

    fn line(&mut self, line: &Line<'_>, tell: &mut Tell<'_>) {
        let text = line.text();
        // Headings stand two spaces deep, names four.
        let Some(deep) = text.strip_prefix("    ") else {
            let heading = text.trim();
            self.list = match heading.strip_prefix("Temp whitelist schedule:") {
                Some(_) => Some("temporary"),
                None => LISTS.iter().find(|(name, _)| *name == heading).map(|(_, state)| *state),
            };
            return;
        };
        let Some(state) = self.list else { return };
        let words = deep.trim();
        let kind = "battery_exemption";
        if state == "temporary" {
            let uid = words.strip_prefix("UID=").and_then(|rest| rest.split(':').next());
            match uid.and_then(|uid| uid.parse().ok()) {
                Some(uid) => {
                    tell(&Privilege { kind, uid: Some(uid), state, ..<_>::default() }, line.place);
                }
                None => self.unread.add(line.place),
            }
        } else if is_name(words) {
            tell(&Privilege { kind, package: words, state, ..<_>::default() }, line.place);
        } else {
            self.unread.add(line.place);
        }
    }

    fn unread(&self) -> Unread {
        self.unread
    }
}
