//! The service `telecom`: apps that place or take calls. Numbers of calls are not read. Which app
//! screens or redirects calls stands in the service `role`.
//!
//! Source: AOSP `packages/services/Telecomm`, `PhoneAccountRegistrar.dump`, with
//! `PhoneAccount.toString` of `frameworks/base/telecomm` (Android 7 to 16).

use super::{Privilege, Tell, tell_component};
use crate::{Component, Line, Place, Reader, Unread};

/// Reads the lines of the service: a `phone_account` is `enabled`; others place no calls.
#[derive(Debug, Default)]
pub struct TelecomReader {
    unread: Unread,
}

impl Reader for TelecomReader {
    type Event<'e> = Privilege<'e>;

    fn line(&mut self, line: &Line<'_>, tell: &mut Tell<'_>) {
        let bytes = line.bytes.trim_ascii_start();
        if bytes.starts_with(b"[[") {
            let text = line.text();
            if let Some(account) = text.trim_start().strip_prefix("[[X] PhoneAccount: ") {
                self.account(account, line.place, tell);
            }
        }
    }

    fn unread(&self) -> Unread {
        self.unread
    }
}

impl TelecomReader {
    /// `ComponentInfo{…}, id, UserHandle{0} Capabilities: …`.
    fn account(&mut self, account: &str, place: Place, tell: &mut Tell<'_>) {
        let user = account.split_once("UserHandle{").and_then(|(_, rest)| rest.split('}').next());
        let user = user.and_then(|user| user.parse().ok());
        let (kind, state) = ("phone_account", "enabled");
        let privilege = Privilege { kind, user, state, ..<_>::default() };
        match Component::first(account) {
            Some(component) => tell_component(&component, privilege, place, tell),
            None => self.unread.add(place),
        }
    }
}
