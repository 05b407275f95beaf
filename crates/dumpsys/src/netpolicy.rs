//! The service `netpolicy`: which apps may use mobile data in the background in spite of Data Saver,
//! and which may not at all.
//!
//! Source: AOSP `services/core/java/com/android/server/net/NetworkPolicyManagerService.java`
//! (`dump`), Android 7 to 16.

use crate::field::pair;
use crate::{Line, Reader, Tell, Unread};

/// The policy of a uid.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UidPolicy<'a> {
    /// Linux uid.
    pub uid: u32,
    /// `NetworkPolicyManager.POLICY_*` as bits: 1 no mobile data in the background, 4 in spite of
    /// Data Saver.
    pub policy: u32,
    /// Its names as written.
    pub names: &'a str,
}

/// Reads the lines of the service.
#[derive(Debug, Default)]
pub struct NetpolicyReader {
    inside: bool,
    unread: Unread,
}

impl Reader for NetpolicyReader {
    type Event<'e> = UidPolicy<'e>;

    fn line(&mut self, line: &Line<'_>, tell: &mut Tell<'_, Self>) {
        let text = line.text();
        let words = text.trim();
        if words == "Policy for UIDs:" {
            self.inside = true;
        } else if self.inside && words.starts_with("UID=") {
            let number = |key| pair(words, key).and_then(|number| number.parse().ok());
            match (number("UID"), number("policy")) {
                (Some(uid), Some(policy)) => {
                    let names = words.split_once('(').map_or("", |(_, names)| names);
                    let names = names.trim_end_matches(')');
                    tell(&UidPolicy { uid, policy, names }, line.place);
                }
                _ => self.unread.add(line.place),
            }
        } else {
            self.inside = false;
        }
    }

    fn unread(&self) -> Unread {
        self.unread
    }
}
