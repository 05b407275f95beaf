//! The services `autofill`, `input_method` and `voiceinteraction`: apps that see what is typed,
//! filled in or said.
//!
//! Sources: AOSP `services/autofill/java/com/android/server/autofill/AutofillManagerServiceImpl.java`
//! (`dumpLocked`) with `core/java/android/service/autofill/AutofillServiceInfo.java` (`dump`),
//! Android 8 to 16; `services/core/java/com/android/server/inputmethod/InputMethodManagerService.java`
//! (`dump`, until 9 in `…/server/`), 7 to 16; `services/voiceinteraction/…/VoiceInteractionManagerService.java`, 7 to 16.
//! `input_method` before 14 was compared with copies of 7 to 12.

use super::{Privilege, Tell, tell_component};
use crate::{Component, Line, Place, Reader, Unread};

/// Tells the component in `value`, or counts it as not understood.
fn component(
    value: &str,
    privilege: Privilege<'_>,
    place: Place,
    unread: &mut Unread,
    tell: &mut Tell<'_>,
) {
    if matches!(value, "null" | "" | "N/A") {
        return;
    }
    match Component::first(value) {
        Some(component) => tell_component(&component, privilege, place, tell),
        None => unread.add(place),
    }
}

/// Reads the lines of `autofill`: an `autofill` service is `selected`.
#[derive(Debug, Default)]
pub struct AutofillReader {
    user: Option<u32>,
    unread: Unread,
}

impl Reader for AutofillReader {
    type Event<'e> = Privilege<'e>;

    fn line(&mut self, line: &Line<'_>, tell: &mut Tell<'_>) {
        let text = line.text();
        let words = text.trim();
        if let Some(user) = words.strip_prefix("User: ") {
            self.user = user.trim().parse().ok();
        } else if let Some(value) = words.strip_prefix("Component: ") {
            let (kind, user, state) = ("autofill", self.user, "selected");
            let privilege = Privilege { kind, user, state, ..<_>::default() };
            component(value, privilege, line.place, &mut self.unread, tell);
        }
    }

    fn unread(&self) -> Unread {
        self.unread
    }
}

/// Reads the lines of `input_method`: an `input_method` is `current`. Those that are only installed
/// see nothing, and which are switched on stands in the settings (`enabled_input_methods`).
#[derive(Debug, Default)]
pub struct InputMethodReader {
    user: Option<u32>,
    unread: Unread,
}

impl Reader for InputMethodReader {
    type Event<'e> = Privilege<'e>;

    fn line(&mut self, line: &Line<'_>, tell: &mut Tell<'_>) {
        let text = line.text();
        let words = text.trim();
        let keys = ["mCurMethodId=", "mSelectedMethodId="];
        if let Some(value) = keys.iter().find_map(|key| words.strip_prefix(key)) {
            let value = value.split(' ').next().unwrap_or_default();
            let (kind, user, state) = ("input_method", self.user, "current");
            let privilege = Privilege { kind, user, state, ..<_>::default() };
            component(value, privilege, line.place, &mut self.unread, tell);
        } else if let Some(user) = words.strip_prefix("UserId=") {
            // Android 15 on.
            self.user = user.trim_end_matches(':').parse().ok();
        }
    }

    fn unread(&self) -> Unread {
        self.unread
    }
}

/// Reads the lines of `voiceinteraction`: a `voice_interaction` service is `selected`.
#[derive(Debug, Default)]
pub struct VoiceInteractionReader {
    user: Option<u32>,
    uid: Option<u32>,
    unread: Unread,
}

impl Reader for VoiceInteractionReader {
    type Event<'e> = Privilege<'e>;

    fn line(&mut self, line: &Line<'_>, tell: &mut Tell<'_>) {
        let text = line.text();
        let words = text.trim();
        if let Some(user) = words.strip_prefix("mUserId=") {
            self.user = user.parse().ok();
            self.uid = None;
        } else if let Some(uid) = words.strip_prefix("mUid=") {
            self.uid = uid.parse().ok();
        } else if let Some(value) = words.strip_prefix("mComponent=") {
            let (user, uid, state) = (self.user, self.uid, "selected");
            let kind = "voice_interaction";
            let privilege = Privilege { kind, user, uid, state, ..<_>::default() };
            component(value, privilege, line.place, &mut self.unread, tell);
        }
    }

    fn unread(&self) -> Unread {
        self.unread
    }
}
