//! The service `user`: the phone's users and profiles.
//!
//! Source: AOSP `services/core/java/com/android/server/pm/UserManagerService.java`, `dump` and
//! `dumpUserLocked` (Android 7 to 16; `Type:` and `Flags:` from 11 on).

use crate::{Line, Place, Reader, Tell, Unread};

/// An Android user. Of the owner, whose name may be a person's, no name is told.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct User {
    /// Number.
    pub id: u32,
    /// Name as written; absent for user 0.
    pub name: Option<String>,
    /// Type (`android.os.usertype.profile.MANAGED`), where stated.
    pub user_type: Option<String>,
    /// Flags as written: in words where stated (`ADMIN|FULL`), else hexadecimal.
    pub flags: String,
    /// State as written (`RUNNING_UNLOCKED`, `-1`).
    pub state: Option<String>,
    /// Creation as written (`+1d2h ago`, `<unknown>`).
    pub created: Option<String>,
    /// Last log-in, as written.
    pub last_login: Option<String>,
}

/// Reads the lines of the service.
#[derive(Debug, Default)]
pub struct UserReader {
    open: Option<(User, Place)>,
    unread: Unread,
}

impl Reader for UserReader {
    type Event<'e> = User;

    fn line(&mut self, line: &Line<'_>, tell: &mut Tell<'_, Self>) {
        let text = line.text();
        if let Some(info) = text.strip_prefix("  UserInfo{") {
            self.finish(tell);
            match user(info) {
                Some(user) => self.open = Some((user, line.place)),
                None => self.unread.add(line.place),
            }
            return;
        }
        let Some((user, _)) = &mut self.open else { return };
        let Some(words) = text.strip_prefix("    ") else { return self.finish(tell) };
        let Some((name, value)) = words.split_once(": ") else { return };
        let value = value.trim();
        match name {
            "Type" => user.user_type = Some(value.to_owned()),
            // `3091 (ADMIN|FULL|MAIN)`
            "Flags" => {
                if let Some((_, flags)) = value.split_once('(') {
                    flags.trim_end_matches(')').clone_into(&mut user.flags);
                }
            }
            "State" => user.state = Some(value.to_owned()),
            "Created" => user.created = Some(value.to_owned()),
            "Last logged in" => user.last_login = Some(value.to_owned()),
            _ => {}
        }
    }

    fn finish(&mut self, tell: &mut Tell<'_, Self>) {
        if let Some((user, place)) = self.open.take() {
            tell(&user, place);
        }
    }

    fn unread(&self) -> Unread {
        self.unread
    }
}

/// `10:Work profile:1030} serialNo=10`: a name may hold anything, the flags are hexadecimal.
fn user(info: &str) -> Option<User> {
    let (id, rest) = info.split_once(':')?;
    let (name, flags) = rest.rsplit_once('}')?.0.rsplit_once(':')?;
    let id = id.parse().ok()?;
    if !flags.bytes().all(|b| b.is_ascii_hexdigit()) {
        return None;
    }
    let name = (id != 0 && name != "null").then(|| name.to_owned());
    Some(User { id, name, flags: flags.to_owned(), ..User::default() })
}
