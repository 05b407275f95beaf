//! The broadcasts that were sent last, and which apps got those that spying apps wait for.
//!
//! Sources: AOSP `services/core/java/com/android/server/am/BroadcastHistory.java` (14 on),
//! `BroadcastQueue.java` (before), `BroadcastRecord.java` (`dump`), `ReceiverList.java`,
//! `core/java/android/content/pm/PackageItemInfo.java` (`dumpFront`); Android 7 to 16. `dumpsys`
//! dumps services with `-a`, in which form each record has its receivers. Extras are not taken.

use super::{ActivityKind, ActivityReader, ActivityRecord};
use crate::field::{is_date, is_name, pair};
use crate::{Place, Tell};

/// The broadcasts whose receivers are told, sorted: those that start an app unseen, and those
/// that carry messages, calls and changes of apps. All others are sent by the thousand.
const WATCHED: [&str; 22] = [
    "android.app.action.DEVICE_ADMIN_DISABLED",
    "android.app.action.DEVICE_ADMIN_DISABLE_REQUESTED",
    "android.app.action.DEVICE_ADMIN_ENABLED",
    "android.intent.action.BOOT_COMPLETED",
    "android.intent.action.LOCKED_BOOT_COMPLETED",
    "android.intent.action.MY_PACKAGE_REPLACED",
    "android.intent.action.NEW_OUTGOING_CALL",
    "android.intent.action.PACKAGE_ADDED",
    "android.intent.action.PACKAGE_FULLY_REMOVED",
    "android.intent.action.PACKAGE_REMOVED",
    "android.intent.action.PACKAGE_REPLACED",
    "android.intent.action.PHONE_STATE",
    "android.intent.action.QUICKBOOT_POWERON",
    "android.intent.action.SIM_STATE_CHANGED",
    "android.intent.action.USER_PRESENT",
    "android.intent.action.USER_UNLOCKED",
    "android.provider.Telephony.SECRET_CODE",
    "android.provider.Telephony.SMS_DELIVER",
    "android.provider.Telephony.SMS_RECEIVED",
    "android.provider.Telephony.WAP_PUSH_DELIVER",
    "android.provider.Telephony.WAP_PUSH_RECEIVED",
    "android.telephony.action.SECRET_CODE",
];

/// Longer actions are not taken.
const MAX_ACTION: usize = 512;

/// The first uid of an app.
const FIRST_APP: u32 = 10_000;

/// Reads the lines of the part.
#[derive(Debug, Default)]
pub(super) struct Broadcasts {
    /// Whether a record is open; what stands outside (who waits for what) is not taken.
    open: bool,
    user: Option<u32>,
    action: Option<String>,
    watched: bool,
    caller: Option<String>,
    uid: Option<u32>,
    at: Option<String>,
    place: Option<Place>,
    /// A part of an app that the manifest names, whose own lines follow.
    named: Option<Place>,
    class: Option<String>,
}

impl Broadcasts {
    pub(super) fn line(&mut self, words: &str, place: Place, tell: &mut Tell<'_, ActivityReader>) {
        if words.starts_with("BroadcastRecord{") {
            let user = words.rsplit_once("} to user ").map(|(_, user)| user.parse().ok());
            *self = Self { open: user.is_some(), ..Self::default() };
            (self.user, self.place) = (user.flatten(), Some(place));
        } else if !self.open {
        } else if words.starts_with("Intent {") && self.action.is_none() {
            let action = pair(words, "act").filter(|action| action.len() <= MAX_ACTION);
            self.watched = action.is_some_and(|action| WATCHED.binary_search(&action).is_ok());
            self.action = action.map(str::to_owned);
        } else if let Some(rest) = words.strip_prefix("caller=") {
            let caller = rest.split(' ').next().filter(|name| is_name(name) && *name != "null");
            self.caller = caller.map(str::to_owned);
            self.uid = pair(words, "uid").and_then(|uid| uid.parse().ok());
        } else if words.starts_with("enqueueClockTime=") {
            self.times(words, place, tell);
        } else if self.watched {
            self.receiver(words, place, tell);
        }
    }

    /// `enqueueClockTime=2026-02-03 09:00:00.000 dispatchClockTime=…`, and the head is over.
    fn times(&mut self, words: &str, place: Place, tell: &mut Tell<'_, ActivityReader>) {
        let value = |key: &str| {
            let (_, rest) = words.split_once(key)?;
            let time = rest.split(" dispatchClockTime=").next()?;
            let time = time.split(" originalEnqueueClockTime=").next()?.trim();
            (is_date(time) && !time.starts_with("1970")).then_some(time)
        };
        let sent = value("enqueueClockTime=");
        self.at = value(" dispatchClockTime=").or(sent).map(str::to_owned);
        let (Some(uid), Some(caller), Some(action)) = (self.uid, &self.caller, &self.action) else {
            return;
        };
        if uid % 100_000 >= FIRST_APP {
            let record = ActivityRecord {
                kind: ActivityKind::Sent,
                package: Some(caller.clone()),
                uid: Some(uid),
                user: Some(uid / 100_000),
                action: Some(action.clone()),
                at: sent.map(str::to_owned),
                ..ActivityRecord::default()
            };
            tell(&record, self.place.unwrap_or(place).through(place));
        }
    }

    /// `DELIVERED scheduled +1ms terminal +20ms (0) #3: (manifest)`, before Android 14
    /// `Deliver #3: (manifest)`, and the lines below it.
    fn receiver(&mut self, words: &str, place: Place, tell: &mut Tell<'_, ActivityReader>) {
        if words.contains(" #") && words.starts_with(|first: char| first.is_ascii_uppercase()) {
            (self.named, self.class) = (None, None);
            let Some((state, what)) = words
                .split_once(" #")
                .and_then(|(state, rest)| Some((state, rest.split_once(": ")?.1)))
            else {
                return;
            };
            if !state.starts_with("DELIVERED") && !state.starts_with("Deliver") {
                return;
            }
            if what == "(manifest)" {
                self.named = Some(place);
            } else if let Some((_, list)) = what.split_once("ReceiverList{")
                && let Some(record) = self.registered(list)
            {
                tell(&record, place);
            }
        } else if self.named.is_some()
            && let Some(class) = words.strip_prefix("name=")
        {
            self.class = is_name(class).then(|| class.to_owned());
        } else if let Some(package) = words.strip_prefix("packageName=")
            && let Some(first) = self.named.take()
            && is_name(package)
        {
            let record = ActivityRecord {
                package: Some(package.to_owned()),
                class: self.class.take(),
                user: self.user,
                ..self.received()
            };
            tell(&record, first.through(place));
        }
    }

    /// `1a2b3c 4242 com.x:remote/10123/u0 remote:4d5e6f}}`; the system's own are not told.
    fn registered(&self, list: &str) -> Option<ActivityRecord> {
        let mut words = list.split(' ').skip(1);
        let pid = words.next()?.parse().ok();
        let mut parts = words.next()?.split('/');
        let (process, uid) = (parts.next()?, parts.next()?.parse::<u32>().ok()?);
        let package = process.split(':').next().filter(|name| is_name(name))?;
        (uid % 100_000 >= FIRST_APP).then(|| ActivityRecord {
            package: Some(package.to_owned()),
            process: Some(process.to_owned()),
            pid,
            uid: Some(uid),
            user: Some(uid / 100_000),
            ..self.received()
        })
    }

    fn received(&self) -> ActivityRecord {
        ActivityRecord {
            kind: ActivityKind::Received,
            caller: self.caller.clone(),
            action: self.action.clone(),
            at: self.at.clone(),
            ..ActivityRecord::default()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_of_broadcasts_can_be_searched() {
        assert!(WATCHED.is_sorted());
    }
}
