//! The service `media_projection`: which app sees the screen.
//!
//! Source: AOSP `services/core/java/com/android/server/media/projection/
//! MediaProjectionManagerService.java`, `dump` (Android 7 to 16).

use super::{Privilege, Tell};
use crate::field::is_name;
use crate::{Line, Reader, Unread};

/// Reads the lines of the service: a `media_projection` has the type as its state
/// (`TYPE_SCREEN_CAPTURE`, `TYPE_MIRRORING`, `TYPE_PRESENTATION`).
#[derive(Debug, Default)]
pub struct ProjectionReader {
    unread: Unread,
}

impl Reader for ProjectionReader {
    type Event<'e> = Privilege<'e>;

    fn line(&mut self, line: &Line<'_>, tell: &mut Tell<'_>) {
        // `(com.x, uid=10123): TYPE_SCREEN_CAPTURE`.
        let text = line.text();
        let words = text.trim();
        let Some((app, state)) = words.strip_prefix('(').and_then(|rest| rest.split_once("): "))
        else {
            return;
        };
        let parts = app.split_once(", uid=").filter(|(name, _)| is_name(name));
        let Some((package, uid)) = parts else { return self.unread.add(line.place) };
        let uid: Option<u32> = uid.parse().ok();
        let (kind, user) = ("media_projection", uid.map(|uid| uid / 100_000));
        tell(&Privilege { kind, package, user, uid, state, ..<_>::default() }, line.place);
    }

    fn unread(&self) -> Unread {
        self.unread
    }
}
