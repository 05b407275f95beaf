//! The service `companiondevice`: apps that watch over a paired device (a watch, a car), and may
//! therefore start from the background and read notifications.
//!
//! Sources: AOSP `services/companion/java/com/android/server/companion/`,
//! `CompanionDeviceManagerService.dump` (Android 11 and 12) and `AssociationStore.dump` (13 to 16),
//! with `core/java/android/companion/Association.java` and `AssociationInfo.java`, `toString`.

use super::{Privilege, Tell};
use crate::field::is_name;
use crate::{Line, Reader, Unread};

/// Reads the lines of the service: a `companion_device` is `associated`.
#[derive(Debug, Default)]
pub struct CompanionReader {
    unread: Unread,
}

impl Reader for CompanionReader {
    type Event<'e> = Privilege<'e>;

    fn line(&mut self, line: &Line<'_>, tell: &mut Tell<'_>) {
        if !line.bytes.trim_ascii_start().starts_with(b"Association{")
            && !line.bytes.trim_ascii_start().starts_with(b"Association {")
        {
            return;
        }
        let text = line.text();
        // `mPackageName='a.b'` or `packageName = a.b`; names of devices stand behind it.
        let package = value(&text, "mPackageName=").or_else(|| value(&text, "packageName ="));
        let user = value(&text, "mUserId=").or_else(|| value(&text, "userId ="));
        let Some(package) = package.filter(|package| is_name(package)) else {
            return self.unread.add(line.place);
        };
        let user = user.and_then(|user| user.parse().ok());
        let (kind, state) = ("companion_device", "associated");
        tell(&Privilege { kind, package, user, state, ..<_>::default() }, line.place);
    }

    fn unread(&self) -> Unread {
        self.unread
    }
}

/// What stands behind a key, up to the next comma, without quotes.
fn value<'a>(text: &'a str, key: &str) -> Option<&'a str> {
    let rest = text.split_once(key)?.1;
    let value = rest.split([',', '}']).next()?;
    Some(value.trim().trim_matches('\''))
}
