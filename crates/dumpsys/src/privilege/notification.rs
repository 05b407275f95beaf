//! The service `notification`: which apps read every notification, rank them, or may switch on
//! "do not disturb", and which posted any or have settings for theirs.
//!
//! Source: AOSP `services/core/java/com/android/server/notification/ManagedServices.java`, `dump`
//! (Android 7 to 16): `Allowed …s:` by user (8 on), `All …s (n) enabled for current profiles:`,
//! `Live …s (n):`. The captions are those of `NotificationListeners`, `NotificationAssistants`
//! (`NotificationManagerService.java`) and `ConditionProviders`. `AppSettings: com.x (10123) …` is
//! `PreferencesHelper.dump` (before 10 `RankingHelper`); notifications shown or archived are
//! `NotificationRecord.toString` and `StatusBarNotification.toString`. Their texts are not read.
//! Records and settings: after AOSP's format as known, not compared line by line.

use super::{Privilege, tell_component};
use crate::field::{indent, is_name};
use crate::trace::{Told, Trace};
use crate::{Component, Line, Place, Reader, Unread};

/// What a line of the service states.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotificationEvent<'a> {
    /// A privilege.
    Held(Privilege<'a>),
    /// An app has settings for its notifications, or posted one.
    Traced(Trace<'a>),
}

type Tell<'t> = crate::Tell<'t, NotificationReader>;

/// Captions, and what a component or a package in such a list holds.
const CAPTIONS: [(&str, &str); 3] = [
    ("notification listener", "notification_listener"),
    ("notification assistant", "notification_assistant"),
    ("condition provider", "condition_provider"),
];

/// Reads the lines of the service. `notification_listener`, `notification_assistant` and
/// `condition_provider` are `allowed` (by user), `enabled` or `live`.
#[derive(Debug, Default)]
pub struct NotificationReader {
    /// Kind, state and indentation of the heading, while below it.
    list: Option<(&'static str, &'static str, usize)>,
    told: Told,
    unread: Unread,
}

impl Reader for NotificationReader {
    type Event<'e> = NotificationEvent<'e>;

    fn line(&mut self, line: &Line<'_>, tell: &mut Tell<'_>) {
        let bytes = line.bytes.trim_ascii();
        let heads = bytes.starts_with(b"Al") || bytes.starts_with(b"Live ");
        let starts: [&[u8]; 3] =
            [b"AppSettings: ", b"NotificationRecord(", b"StatusBarNotification("];
        if starts.iter().any(|start| bytes.starts_with(start)) {
            self.list = None;
            return self.trace(&line.text(), line.place, tell);
        }
        if self.list.is_none() && !heads {
            return;
        }
        let text = line.text();
        let words = text.trim();
        let depth = indent(&text);
        if heads && let Some((kind, state)) = heading(words) {
            self.list = Some((kind, state, depth));
            return;
        }
        let Some((kind, state, level)) = self.list else { return };
        if depth <= level {
            self.list = None;
            return;
        }
        let tell = &mut |held: &Privilege<'_>, place: Place| {
            tell(&NotificationEvent::Held(*held), place);
        };
        self.member(kind, state, words, line.place, tell);
    }

    fn unread(&self) -> Unread {
        self.unread
    }
}

impl NotificationReader {
    /// `AppSettings: com.x (10123) importance=…`, `NotificationRecord(0x0a: pkg=com.x user=…` or
    /// `StatusBarNotification(pkg=com.x user=…`.
    fn trace(&mut self, text: &str, place: Place, tell: &mut Tell<'_>) {
        let words = text.trim();
        let (package, uid, what) = match words.strip_prefix("AppSettings: ") {
            Some(rest) => {
                let uid = rest.split_once('(').and_then(|(_, rest)| rest.split(')').next());
                (rest.split(' ').next(), uid.and_then(|uid| uid.parse().ok()), "settings")
            }
            None => {
                let package = words.split_once("pkg=").map(|(_, rest)| rest);
                (package.and_then(|rest| rest.split(' ').next()), None, "posted")
            }
        };
        let Some(package) = package.filter(|name| is_name(name)) else {
            return self.unread.add(place);
        };
        if self.told.first(&format!("{package} {uid:?} {what}")) {
            let trace = Trace { package, uid, what, ..Trace::default() };
            tell(&NotificationEvent::Traced(trace), place);
        }
    }

    fn member(
        &mut self,
        kind: &'static str,
        state: &'static str,
        words: &str,
        place: Place,
        tell: &mut super::Tell<'_>,
    ) {
        let privilege = Privilege { kind, state, ..<_>::default() };
        if state != "allowed" {
            let user = words.split_once("(user ").and_then(|(_, rest)| rest.split(')').next());
            let user = user.and_then(|user| user.parse().ok());
            match Component::first(words) {
                Some(component) => {
                    tell_component(&component, Privilege { user, ..privilege }, place, tell);
                }
                None => self.unread.add(place),
            }
            return;
        }
        // `a/b:c/d (user: 0 isPrimary: true)`; without any, nothing stands before the bracket.
        let Some((list, rest)) = words.rsplit_once("(user: ") else {
            return self.unread.add(place);
        };
        let user = rest.split([' ', ')']).next().and_then(|user| user.parse().ok());
        let privilege = Privilege { user, ..privilege };
        for name in list.trim().split(':').filter(|name| !name.is_empty()) {
            match Component::parse(name) {
                Some(component) => tell_component(&component, privilege, place, tell),
                None if is_name(name) && !name.contains('/') => {
                    tell(&Privilege { package: name, ..privilege }, place);
                }
                None => self.unread.add(place),
            }
        }
    }
}

/// Kind and state of a heading: `Allowed notification listeners:`.
fn heading(words: &str) -> Option<(&'static str, &'static str)> {
    let (state, rest) = if let Some(rest) = words.strip_prefix("Allowed ") {
        ("allowed", rest)
    } else if let Some(rest) = words.strip_prefix("All ") {
        ("enabled", rest)
    } else {
        ("live", words.strip_prefix("Live ")?)
    };
    let (_, kind) = CAPTIONS.iter().find(|(caption, _)| {
        rest.strip_prefix(caption)
            .and_then(|rest| rest.strip_prefix('s'))
            .is_some_and(|rest| rest.starts_with(':') || rest.starts_with(" ("))
    })?;
    words.ends_with(':').then_some((kind, state))
}
