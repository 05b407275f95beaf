//! The service `role` (Android 10 to 16): which app is the default for SMS, calls, home, the
//! assistant and so on.
//!
//! Source: AOSP `RoleManagerService.dump` and `RoleUserState.dump` (Android 10 in
//! `services/core/java/com/android/server/role/`, later in the module Permission,
//! `service/java/com/android/role/`), through `DualDumpOutputStream`: one value stands behind
//! `=`, several stand in brackets, a line each.

use super::{Privilege, Tell};
use crate::field::is_name;
use crate::{Line, Place, Reader, Unread};

/// Reads the lines of the service: each holder of a `role` is `held`, the role's full name
/// (`android.app.role.SMS`) as its component.
#[derive(Debug, Default)]
pub struct RoleReader {
    user: Option<u32>,
    role: Option<String>,
    /// Whether the lines are holders, up to a bracket.
    list: bool,
    unread: Unread,
}

impl Reader for RoleReader {
    type Event<'e> = Privilege<'e>;

    fn line(&mut self, line: &Line<'_>, tell: &mut Tell<'_>) {
        let text = line.text();
        let words = text.trim();
        if self.list {
            if words == "]" {
                self.list = false;
            } else {
                self.holder(words, line.place, tell);
            }
        } else if let Some(user) = words.strip_prefix("user_id=") {
            self.user = user.parse().ok();
            self.role = None;
        } else if let Some(name) = words.strip_prefix("name=") {
            self.role = Some(name.to_owned());
        } else if let Some(holder) = words.strip_prefix("holders=") {
            match holder {
                "[" => self.list = true,
                holder => self.holder(holder, line.place, tell),
            }
        } else if words == "}" {
            self.role = None;
        }
    }

    fn unread(&self) -> Unread {
        self.unread
    }
}

impl RoleReader {
    fn holder(&mut self, package: &str, place: Place, tell: &mut Tell<'_>) {
        let Some(role) = self.role.as_deref().filter(|_| is_name(package)) else {
            return self.unread.add(place);
        };
        let (kind, state) = ("role", "held");
        let (component, user) = (Some(role), self.user);
        tell(&Privilege { kind, package, component, user, state, uid: None }, place);
    }
}
