//! The service `overlay`: packages that change the looks of others (themes), and were switched on.
//! Windows over other apps are another thing: see `window` and `appops`.
//!
//! Source: `services/core/java/com/android/server/om/OverlayManagerSettings.java`,
//! `dumpSettingsItem`, from public excerpts of several versions (with and without
//! `mTargetOverlayableName`, `mIsMutable`, `mIsFabricated`); `mIsStatic` of older ones from memory.

use super::Trace;
use crate::field::is_name;
use crate::{Line, Place, Reader, Tell, Unread};

/// Reads the lines of the service: an overlay that is enabled and that could be switched off.
#[derive(Debug, Default)]
pub struct OverlayReader {
    item: Option<Item>,
    unread: Unread,
}

#[derive(Debug)]
struct Item {
    place: Place,
    package: String,
    target: String,
    user: Option<u32>,
    enabled: bool,
    /// Comes with the system and cannot be switched off.
    fixed: bool,
}

impl Reader for OverlayReader {
    type Event<'e> = Trace<'e>;

    fn line(&mut self, line: &Line<'_>, tell: &mut Tell<'_, Self>) {
        let bytes = line.bytes.trim_ascii();
        if bytes == b"}" {
            return self.end(line.place, tell);
        }
        let wanted: [&[u8]; 6] = [
            b"mPackageName.",
            b"mUserId.",
            b"mTargetPackageName.",
            b"mIsEnabled.",
            b"mIsMutable.",
            b"mIsStatic.",
        ];
        if !wanted.iter().any(|key| bytes.starts_with(key)) {
            return;
        }
        let text = line.text();
        let Some((key, value)) = text.trim().split_once(": ") else {
            return self.unread.add(line.place);
        };
        let (key, value) = (key.trim_end_matches('.'), value.trim());
        if key == "mPackageName" {
            if !is_name(value) {
                self.item = None;
                return self.unread.add(line.place);
            }
            self.item = Some(Item {
                place: line.place,
                package: value.to_owned(),
                target: String::new(),
                user: None,
                enabled: false,
                fixed: false,
            });
        }
        let Some(item) = &mut self.item else { return };
        match key {
            "mUserId" => item.user = value.parse().ok(),
            "mTargetPackageName" => value.clone_into(&mut item.target),
            "mIsEnabled" => item.enabled = value == "true",
            "mIsMutable" => item.fixed |= value == "false",
            "mIsStatic" => item.fixed |= value == "true",
            _ => {}
        }
    }

    fn unread(&self) -> Unread {
        self.unread
    }
}

impl OverlayReader {
    fn end(&mut self, last: Place, tell: &mut Tell<'_, Self>) {
        let Some(item) = self.item.take().filter(|item| item.enabled && !item.fixed) else {
            return;
        };
        let what = format!("changes the looks of {}", item.target);
        let (package, user) = (&*item.package, item.user);
        let seen = Trace { package, user, what: &what, ..Trace::default() };
        tell(&seen, item.place.through(last));
    }
}
