//! The service `telecom`: apps that place or take calls, and those that screen or redirect them (so
//! does `role`). Numbers of calls are not read.
//!
//! Sources: AOSP `packages/services/Telecomm`, `PhoneAccountRegistrar.dump`, with
//! `PhoneAccount.toString` of `frameworks/base/telecomm` (Android 7 to 16);
//! `RoleManagerAdapterImpl.dump` (from a public copy of about Android 10 to 16).

use super::{Privilege, Tell, tell_component};
use crate::field::is_name;
use crate::{Component, Line, Place, Reader, Unread};

/// Reads the lines of the service: a `phone_account` is `enabled`; others place no calls.
/// A `role` is `held`, or `override` where the shell gave it for a test.
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
        } else if bytes.starts_with(b"DefaultCall") {
            self.roles(&line.text(), line.place, tell);
        }
    }

    fn unread(&self) -> Unread {
        self.unread
    }
}

impl TelecomReader {
    /// `DefaultCallScreeningApp: (override com.x) com.y`, either of which may be missing.
    fn roles(&mut self, text: &str, place: Place, tell: &mut Tell<'_>) {
        let role = match text.trim().split_once("App: ") {
            Some(("DefaultCallRedirection", rest)) => ("android.app.role.CALL_REDIRECTION", rest),
            Some(("DefaultCallScreening", rest)) => ("android.app.role.CALL_SCREENING", rest),
            _ => return,
        };
        let (component, rest) = (Some(role.0), role.1);
        let given = rest.strip_prefix("(override ").and_then(|rest| rest.split_once(") "));
        let (given, held) = given.map_or((None, rest), |(given, held)| (Some(given), held));
        for (package, state) in [(given.unwrap_or("null"), "override"), (held, "held")] {
            if is_name(package) && package != "null" {
                let kind = "role";
                tell(&Privilege { kind, package, component, state, ..<_>::default() }, place);
            } else if package != "null" {
                self.unread.add(place);
            }
        }
    }

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
